"""Evaluates bound conditions against items, and finds what a document path points at.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack_lab.dynamodb.engine import values

from .nodes import And, Between, Comparison, Condition, Function, Literal, Not, Operand, Or, Path

Value = dict[str, Any]
Item = dict[str, Value]

_HOLDS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def lookup(item: Item, path: Path) -> Value | None:
    """What the path points at, or None."""
    elements = path.elements
    value = item.get(elements[0])  # type: ignore[arg-type]
    for element in elements[1:]:
        if value is None:
            return None
        if isinstance(element, int):
            members = value.get("L")
            value = members[element] if members is not None and element < len(members) else None
        else:
            value = value.get("M", {}).get(element)
    return value


def holds(condition: Condition, item: Item) -> bool:
    """Whether the item fulfils the condition; an absent item is ``{}``."""
    if isinstance(condition, Comparison):
        left, right = _value(condition.left, item), _value(condition.right, item)
        return compare(condition.operator, left, right)
    if isinstance(condition, And):
        return holds(condition.left, item) and holds(condition.right, item)
    if isinstance(condition, Or):
        return holds(condition.left, item) or holds(condition.right, item)
    if isinstance(condition, Not):
        return not holds(condition.condition, item)
    if isinstance(condition, Function):
        return _FUNCTIONS[condition.name](condition.operands, item)
    if isinstance(condition, Between):
        value = _value(condition.operand, item)
        return compare(">=", value, _value(condition.low, item)) and compare(
            "<=", value, _value(condition.high, item)
        )
    value = _value(condition.operand, item)
    return any(compare("=", value, _value(option, item)) for option in condition.options)


def compare(operator: str, left: Value | None, right: Value | None) -> bool:
    """Apply = <> < <= > >=. Nothing equals what is absent, and only one type's values have an order."""
    if operator == "<>":
        return left is None or right is None or not values.equal(left, right)
    if left is None or right is None:
        return False
    if operator == "=":
        return values.equal(left, right)
    order = values.compare(left, right)
    return order is not None and _HOLDS[operator](order)


def _value(operand: Operand, item: Item) -> Value | None:
    if isinstance(operand, Literal):
        return operand.value
    if isinstance(operand, Path):
        return lookup(item, operand)
    if isinstance(operand, Function):  # size() is the only one that binding lets through
        size = size_of(_value(operand.operands[0], item))
        return None if size is None else {"N": str(size)}
    raise TypeError(f"{operand!r} is not bound")


def size_of(value: Value | None) -> int | None:
    """What size() gives: UTF-16 units of a string, bytes of a binary, members of sets, lists and maps."""
    if value is None:
        return None
    ((tag, content),) = value.items()
    if tag == "S":
        return len(content) if content.isascii() else len(content.encode("utf-16-le")) // 2
    return None if tag in {"N", "BOOL", "NULL"} else len(content)


def begins_with(value: Value | None, prefix: Value | None) -> bool:
    """Both are strings, or both binaries, and the one starts with the other."""
    if value is None or prefix is None:
        return False
    for tag in ("S", "B"):
        if tag in value and tag in prefix:
            return bool(value[tag].startswith(prefix[tag]))
    return False


def contains(value: Value | None, sought: Value | None) -> bool:
    """A part of a string or binary, a member of a set or list."""
    if value is None or sought is None:
        return False
    ((tag, content),) = value.items()
    ((sought_tag, sought_content),) = sought.items()
    if tag == "L":
        return any(values.equal(member, sought) for member in content)
    if tag in values.SETS:
        return values.MEMBER_TYPE[tag] == sought_tag and sought_content in content
    return tag == sought_tag and tag in {"S", "B"} and sought_content in content


_FUNCTIONS: dict[str, Callable[[tuple[Operand, ...], Item], bool]] = {
    "attribute_exists": lambda operands, item: _value(operands[0], item) is not None,
    "attribute_not_exists": lambda operands, item: _value(operands[0], item) is None,
    "attribute_type": lambda operands, item: (
        (_value(operands[1], item) or {}).get("S") in (_value(operands[0], item) or {})
    ),
    "begins_with": lambda operands, item: begins_with(_value(operands[0], item), _value(operands[1], item)),
    "contains": lambda operands, item: contains(_value(operands[0], item), _value(operands[1], item)),
}
