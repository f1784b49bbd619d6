"""Parameters from before expressions, translated to the same syntax trees, refused in their own old words.

Expected, AttributeUpdates, AttributesToGet, KeyConditions, QueryFilter, ScanFilter and ConditionalOperator:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from . import values
from .errors import validation
from .expressions.key_conditions import KeyCondition
from .expressions.nodes import (
    Action,
    Add,
    And,
    Between,
    Comparison,
    Condition,
    Delete,
    Function,
    In,
    Literal,
    Not,
    Or,
    Path,
    Remove,
    Set,
)

Shape = dict[str, Any]
Value = dict[str, Any]

_INVALID = "One or more parameter values were invalid: "
_OPERATORS = (
    *("IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE"),
    *("BEGINS_WITH", "GE", "CONTAINS"),
)
_ACTIONS = ("ADD", "PUT", "DELETE")
_SIGNS = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_OPERANDS = {"NULL": 0, "NOT_NULL": 0, "BETWEEN": 2}  # IN takes one or more, all others one
_SCALARS = frozenset({"S", "N", "B"})
_OPERAND_TYPES = {
    "BEGINS_WITH": frozenset({"S", "B"}),
    **dict.fromkeys(("LT", "LE", "GT", "GE", "IN", "BETWEEN"), _SCALARS),
    **dict.fromkeys(("CONTAINS", "NOT_CONTAINS"), _SCALARS | {"BOOL", "NULL"}),
}
_INDEXABLE = _SIGNS.keys() - {"NE"} | {"BETWEEN", "BEGINS_WITH"}
_ADDABLE = values.SETS | {"N", "L"}
_FILTERS = ("QueryFilter", "ScanFilter")


def translate(operation: str, request: Shape) -> Shape:
    """What the legacy parameters of a request say, as members of `operations.parameters.Bound`.

    :param operation: AWS's name; which parameters there may be is checked elsewhere
    :raises DynamoDBError: ValidationException in AWS's words
    """
    bound: Shape = {}
    _check_models(request)
    if request.get("AttributesToGet") is not None:
        bound["projection"] = _projection(request["AttributesToGet"])
    if request.get("AttributeUpdates") is not None:
        bound["actions"] = _actions(request["AttributeUpdates"])
    conditions = []
    if request.get("Expected") is not None:
        conditions = [_expectation(name, rule) for name, rule in request["Expected"].items()]
        bound["condition"] = _joined(conditions, request)
    for parameter in _FILTERS:
        if request.get(parameter) is not None:
            conditions = [_rule(name, rule) for name, rule in request[parameter].items()]
            bound["filter"] = _joined(conditions, request)
    if request.get("KeyConditions") is not None:
        bound["key_conditions"] = {
            name: _key_condition(rule) for name, rule in request["KeyConditions"].items()
        }
    _check_operator(request, len(conditions))
    return bound


def _check_models(request: Shape) -> None:
    """Enumerations, as AWS's service model checks them before anything else."""
    failures = []
    for parameter in ("Expected", *_FILTERS, "KeyConditions"):
        for name, rule in (request.get(parameter) or {}).items():
            operator = rule.get("ComparisonOperator")
            where = f"{_lower_first(parameter)}.{name}.member.comparisonOperator"
            if operator is None and parameter != "Expected":
                failures.append(
                    f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
                )
            elif operator is not None and operator not in _OPERATORS:
                failures.append(_not_in(operator, where, _OPERATORS))
    for name, update in (request.get("AttributeUpdates") or {}).items():
        action = update.get("Action")
        if action is not None and action not in _ACTIONS:
            failures.append(_not_in(action, f"attributeUpdates.{name}.member.action", _ACTIONS))
    if request.get("AttributesToGet") == []:
        failures.append(
            "Value '[]' at 'attributesToGet' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    if failures:
        plural = "s" if len(failures) > 1 else ""
        raise validation(f"{len(failures)} validation error{plural} detected: {'; '.join(failures)}")


def _not_in(value: str, where: str, allowed: tuple[str, ...]) -> str:
    return (
        f"Value '{value}' at '{where}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    )


def _lower_first(name: str) -> str:
    return name[0].lower() + name[1:]


def _check_operator(request: Shape, count: int) -> None:
    if request.get("ConditionalOperator") is None:
        return
    if count == 0:
        raise validation(f"{_INVALID}ConditionalOperator cannot be used without Filter or Expected")
    if count == 1:
        raise validation(
            f"{_INVALID}ConditionalOperator can only be used when Filter or Expected has two or more elements"
        )


def _joined(conditions: list[Condition], request: Shape) -> Condition | None:
    """All of them, or any of them under ConditionalOperator OR; None when there is none."""
    join: Callable[[Condition, Condition], Condition] = (
        Or if request.get("ConditionalOperator") == "OR" else And
    )
    return reduce(join, conditions) if conditions else None


def _projection(names: list[str]) -> tuple[Path, ...]:
    seen = set()
    for name in names:
        if name in seen:
            raise validation(f"{_INVALID}Duplicate value in attribute name: {name}")
        seen.add(name)
    return tuple(Path((name,)) for name in names)


def _actions(updates: Shape) -> tuple[Action, ...]:
    return tuple(_action(Path((name,)), update) for name, update in updates.items())


def _action(path: Path, update: Shape) -> Action:
    kind = update.get("Action") or "PUT"
    if update.get("Value") is None:
        if kind != "DELETE":
            raise validation(f"{_INVALID}Only DELETE action is allowed when no attribute value is specified")
        return Remove(path)
    value = values.normalise(update["Value"])
    tag, literal = values.type_of(value), Literal(value)
    if kind == "PUT":
        return Set(path, literal)
    if kind == "DELETE":
        if tag not in values.SETS:
            raise validation(f"{_INVALID}DELETE action with value is not supported for the type {tag}")
        return Delete(path, literal)
    if tag not in _ADDABLE:
        raise validation(f"{_INVALID}ADD action is not supported for the type {tag}")
    if tag == "L":
        existing = Function("if_not_exists", (path, Literal({"L": []})))
        return Set(path, Function("list_append", (existing, literal)))
    return Add(path, literal)


def _expectation(name: str, rule: Shape) -> Condition:
    """One entry of Expected, in its newer form (ComparisonOperator) or its older one (Exists and Value)."""
    operator, listed = rule.get("ComparisonOperator"), rule.get("AttributeValueList")
    value, exists = rule.get("Value"), rule.get("Exists")
    where = f"for Attribute: {name}"
    if listed is not None and value is not None:
        raise validation(f"{_INVALID}Value and AttributeValueList cannot be used together {where}")
    if operator is not None:
        if exists is not None:
            raise validation(f"{_INVALID}Exists and ComparisonOperator cannot be used together {where}")
        if listed is None and value is None and operator not in ("NULL", "NOT_NULL"):
            raise validation(
                f"{_INVALID}Value or AttributeValueList must be used with ComparisonOperator: "
                f"{operator} {where}"
            )
        return _rule(name, rule if value is None else rule | {"AttributeValueList": [value]})
    if listed is not None:
        raise validation(f"{_INVALID}AttributeValueList can only be used with a ComparisonOperator {where}")
    path = Path((name,))
    if exists is False:
        if value is not None:
            raise validation(f"{_INVALID}Value cannot be used when Exists is false {where}")
        return Function("attribute_not_exists", (path,))
    if value is None:
        shown = "null" if exists is None else "true"
        raise validation(f"{_INVALID}Value must be provided when Exists is {shown} {where}")
    return Comparison("=", path, Literal(values.normalise(value)))


def _rule(name: str, rule: Shape) -> Condition:
    """A ComparisonOperator with its AttributeValueList."""
    operator, operands = _checked(rule)
    path, literals = Path((name,)), tuple(Literal(operand) for operand in operands)
    match operator:
        case "NULL":
            return Function("attribute_not_exists", (path,))
        case "NOT_NULL":
            return Function("attribute_exists", (path,))
        case "BETWEEN":
            return Between(path, *literals)
        case "IN":
            return In(path, literals)
        case "BEGINS_WITH":
            return Function("begins_with", (path, *literals))
        case "CONTAINS":
            return Function("contains", (path, *literals))
        case "NOT_CONTAINS":
            return Not(Function("contains", (path, *literals)))
    return Comparison(_SIGNS[operator], path, literals[0])


def _checked(rule: Shape) -> tuple[str, list[Value]]:
    """The operator and its operands: as many as it takes, of types it takes."""
    operator = rule["ComparisonOperator"]
    operands = [values.normalise(value) for value in rule.get("AttributeValueList") or ()]
    expected = _OPERANDS.get(operator, 1)
    if (operator == "IN" and not operands) or (operator != "IN" and len(operands) != expected):
        raise validation(f"{_INVALID}Invalid number of argument(s) for the {operator} ComparisonOperator")
    allowed = _OPERAND_TYPES.get(operator, values.TYPES)
    for operand in operands:
        tag = values.type_of(operand)
        if tag not in allowed:
            raise validation(
                f"{_INVALID}ComparisonOperator {operator} is not valid for {tag} AttributeValue type"
            )
    if len({values.type_of(operand) for operand in operands}) > 1:
        raise validation(f"{_INVALID}AttributeValues inside AttributeValueList must be of same type")
    if operator == "BETWEEN" and values.compare(*operands) == 1:
        raise validation(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )
    return operator, operands


def _key_condition(rule: Shape) -> KeyCondition:
    operator, operands = _checked(rule)
    if operator not in _INDEXABLE:
        raise validation("Attempted conditional constraint is not an indexable operation")
    sign = _SIGNS.get(operator) or {"BEGINS_WITH": "begins_with"}.get(operator, operator)
    return KeyCondition(sign, tuple(operands))
