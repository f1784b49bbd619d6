"""What a WHERE clause says about keys, so that a statement reads a partition instead of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.key_conditions import KeyCondition
from localstack_lab.dynamodb.engine.expressions.nodes import (
    And,
    Between,
    Comparison,
    Condition,
    Function,
    In,
    Literal,
    Path,
)
from localstack_lab.dynamodb.engine.schema import KeyAttr

Value = dict[str, Any]
Item = dict[str, Value]

_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_RANGES = frozenset(_MIRRORED)


def conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """The conditions that AND joins at the top."""
    if isinstance(condition, And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    elif condition is not None:
        yield condition


def _compared(condition: Condition, name: str) -> KeyCondition | None:
    """The condition as one on the attribute alone, against values."""
    own = Path((name,))
    match condition:
        case Comparison(operator, path, Literal(value)) if path == own and operator in _RANGES:
            return KeyCondition(operator, (value,))
        case Comparison(operator, Literal(value), path) if path == own and operator in _RANGES:
            return KeyCondition(_MIRRORED[operator], (value,))
        case Between(path, Literal(low), Literal(high)) if path == own:
            return KeyCondition("BETWEEN", (low, high))
        case Function("begins_with", (path, Literal(prefix))) if path == own:
            return KeyCondition("begins_with", (prefix,))
    return None


def partitions(where: Condition | None, attribute: KeyAttr) -> list[Value] | None:
    """The partition keys that the clause asks for, by ``=`` or IN; None when it may be any."""
    own = Path((attribute.name,))
    for condition in conjuncts(where):
        match condition:
            case In(operand, options) if operand == own and all(isinstance(o, Literal) for o in options):
                asked = [option.value for option in options if isinstance(option, Literal)]
                return _of_type(list(_distinct(asked)), attribute)
        found = _compared(condition, attribute.name)
        if found is not None and found.operator == "=":
            return _of_type([found.values[0]], attribute)
    return None


def _distinct(asked: list[Value]) -> Iterator[Value]:
    for place, value in enumerate(asked):
        if not any(values.equal(value, earlier) for earlier in asked[:place]):
            yield value


def _of_type(asked: list[Value], attribute: KeyAttr) -> list[Value]:
    if any(attribute.type not in value for value in asked):
        raise validation(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    return asked


def sort_condition(where: Condition | None, attribute: KeyAttr | None) -> KeyCondition | None:
    """The first condition on the sort key that narrows what has to be read."""
    if attribute is None:
        return None
    for condition in conjuncts(where):
        found = _compared(condition, attribute.name)
        if found is not None and all(attribute.type in value for value in found.values):
            return found
    return None


def key_and_rest(
    where: Condition | None, attributes: tuple[KeyAttr, ...]
) -> tuple[Item, Condition | None] | None:
    """The primary key that equalities fix, and what else has to hold; None unless they fix all of it."""
    key: Item = {}
    rest: Condition | None = None
    names = {attribute.name for attribute in attributes}
    for condition in conjuncts(where):
        fixed = next(
            (
                (name, found.values[0])
                for name in names - key.keys()
                if (found := _compared(condition, name)) is not None and found.operator == "="
            ),
            None,
        )
        if fixed is not None:
            key[fixed[0]] = fixed[1]
        else:
            rest = condition if rest is None else And(rest, condition)
    return (key, rest) if key.keys() == names else None
