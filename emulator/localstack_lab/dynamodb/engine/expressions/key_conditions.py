"""Key condition expressions: one partition, and a range of its sort keys.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from localstack_lab.dynamodb.engine.errors import validation

from .conditions import bind_condition
from .environment import Environment
from .nodes import And, Between, Comparison, Condition, Function, In, Literal, Not, Operand, Or, Path

_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class KeyCondition(NamedTuple):
    """``operator``: = < <= > >= BETWEEN begins_with; ``values``: one value in wire form, two for BETWEEN."""

    operator: str
    values: tuple[dict[str, Any], ...]


def bind_key_condition(text: str, environment: Environment) -> dict[str, KeyCondition]:
    """Conditions by attribute name, in the order of the text; ValidationException in AWS's words."""
    condition = bind_condition("KeyConditionExpression", text, environment)
    found: dict[str, KeyCondition] = {}
    _collect(condition, found)
    return found


def _collect(condition: Condition, found: dict[str, KeyCondition]) -> None:
    match condition:
        case And(left, right):
            _collect(left, found)
            _collect(right, found)
        case Or():
            raise _invalid_operator("OR")
        case Not():
            raise _invalid_operator("NOT")
        case In():
            raise _invalid_operator("IN")
        case Comparison("<>", _, _):
            raise validation("Unsupported operator on KeyCondition: Unsupported operator: <>")
        case Comparison(operator, left, right):
            attribute, position = _attribute((left, right))
            value = right if position == 0 else left
            _add(found, attribute, operator if position == 0 else _MIRRORED[operator], (value,))
        case Between(operand, low, high):
            if not isinstance(operand, Path):
                raise _attribute_first("BETWEEN")
            attribute, _ = _attribute((operand, low, high))
            _add(found, attribute, "BETWEEN", (low, high))
        case Function("begins_with", (operand, prefix)):
            if not isinstance(operand, Path):
                raise _attribute_first("begins_with")
            attribute, _ = _attribute((operand, prefix))
            _add(found, attribute, "begins_with", (prefix,))
        case Function(name, _):
            raise _invalid_operator(name)


def _attribute(operands: tuple[Operand, ...]) -> tuple[str, int]:
    """The one attribute among the operands, and its position."""
    found: tuple[str, int] | None = None
    for position, operand in enumerate(operands):
        if isinstance(operand, Function):
            raise validation("KeyConditionExpressions cannot contain nested operations")
        if isinstance(operand, Path):
            if found is not None:
                raise validation(
                    "Invalid condition in KeyConditionExpression: "
                    "Multiple attribute names used in one condition"
                )
            if len(operand.elements) > 1:
                raise validation("KeyConditionExpressions cannot have conditions on nested attributes")
            found = str(operand.elements[0]), position
    if found is None:
        raise validation("Invalid condition in KeyConditionExpression: No key attribute specified")
    return found


def _add(
    found: dict[str, KeyCondition], attribute: str, operator: str, operands: tuple[Operand, ...]
) -> None:
    if attribute in found:
        raise validation(
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
        )
    found[attribute] = KeyCondition(operator, tuple(o.value for o in operands if isinstance(o, Literal)))


def _invalid_operator(operator: str) -> Exception:
    return validation(f"Invalid operator used in KeyConditionExpression: {operator}")


def _attribute_first(operator: str) -> Exception:
    return validation(
        f"Invalid condition in KeyConditionExpression: {operator} operator must have the key attribute "
        "as its first operand"
    )
