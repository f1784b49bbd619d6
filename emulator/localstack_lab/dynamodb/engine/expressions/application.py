"""Applies bound update actions to an item.

All operands are read from the item as it was; then SET, ADD and DELETE write, then REMOVE takes away, list
elements from the back, so that every index means what it meant before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from localstack_lab.dynamodb.engine import numbers, values
from localstack_lab.dynamodb.engine.errors import validation

from .evaluation import lookup
from .nodes import Action, Add, Arithmetic, Delete, Function, Literal, Operand, Path, Remove, Set

Value = dict[str, Any]
Item = dict[str, Value]

INVALID_PATH = "The document path provided in the update expression is invalid for update"
ABSENT = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"


def apply_update(actions: Sequence[Action], item: Item) -> Item:
    """The item after the actions; the one given stays as it is.

    Raises ValidationException in AWS's words when an action does not fit the item.
    """
    written = [
        (action.path, _new_value(action, item)) for action in actions if not isinstance(action, Remove)
    ]
    result = dict(item)
    copied: set[str] = set()
    # Behind a list's end its elements line up by their indexes, whatever the order of the text.
    for path, value in sorted(written, key=_list_index):
        if value is not None:
            _write(result, path, value, copied)
    gone = [action.path for action in actions if isinstance(action, Remove)]
    gone += [path for path, value in written if value is None]
    for path in sorted(gone, key=_list_index, reverse=True):
        _remove(result, path, copied)
    return result


def _list_index(entry: Path | tuple[Path, Value | None]) -> int:
    path = entry if isinstance(entry, Path) else entry[0]
    last = path.elements[-1]
    return last if isinstance(last, int) else -1


def _new_value(action: Action, item: Item) -> Value | None:
    """The value to write at the action's path; None when the path is to be removed."""
    match action:
        case Set(_, operand):
            return _evaluate(operand, item)
        case Add(path, operand):
            return _sum(lookup(item, path), cast("Literal", operand).value)
        case Delete(path, operand):
            return _difference(lookup(item, path), cast("Literal", operand).value)
    raise TypeError(f"{action!r} writes nothing")


def _evaluate(operand: Operand, item: Item) -> Value:
    match operand:
        case Literal(value):
            return value
        case Path():
            found = lookup(item, operand)
            if found is None:
                raise validation(ABSENT)
            return found
        case Arithmetic(operator, left, right):
            a, b = _evaluate(left, item), _evaluate(right, item)
            if "N" not in a or "N" not in b:
                raise validation(WRONG_TYPE)
            return _number(operator, a["N"], b["N"])
        case Function("if_not_exists", (path, default)):
            found = lookup(item, cast("Path", path))
            return _evaluate(default, item) if found is None else found
        case Function("list_append", (left, right)):
            a, b = _evaluate(left, item), _evaluate(right, item)
            if "L" not in a or "L" not in b:
                raise validation(WRONG_TYPE)
            return {"L": [*a["L"], *b["L"]]}
    raise TypeError(f"{operand!r} is not bound")


def _number(operator: str, left: str, right: str) -> Value:
    return {"N": numbers.add(left, right) if operator == "+" else numbers.subtract(left, right)}


def _sum(existing: Value | None, addend: Value) -> Value:
    if existing is None:
        return addend
    ((tag, content),) = addend.items()
    if tag not in existing:
        raise validation(WRONG_TYPE)
    if tag == "N":
        return _number("+", existing["N"], content)
    if tag == "L":  # only the legacy ADD takes lists
        return {"L": [*existing["L"], *content]}
    present = set(existing[tag])
    return {tag: [*existing[tag], *(member for member in content if member not in present)]}


def _difference(existing: Value | None, subtrahend: Value) -> Value | None:
    if existing is None:
        return None
    ((tag, content),) = subtrahend.items()
    if tag not in existing:
        raise validation(WRONG_TYPE)
    gone = set(content)
    left = [member for member in existing[tag] if member not in gone]
    return {tag: left} if left else None


def _own(value: Value) -> Value:
    """A deep copy."""
    if "M" in value:
        return {"M": {name: _own(member) for name, member in value["M"].items()}}
    if "L" in value:
        return {"L": [_own(member) for member in value["L"]]}
    return value


def _parent(item: Item, path: Path, copied: set[str]) -> Any:
    """The map or list that holds the path's last element; it may be changed. None when there is none."""
    head, *rest = path.elements
    if not rest:
        return item
    if head not in item:
        return None
    name = cast("str", head)
    if name not in copied:
        item[name] = _own(item[name])
        copied.add(name)
    value = lookup(item, Path(path.elements[:-1]))
    if value is None:
        return None
    return value.get("L" if isinstance(rest[-1], int) else "M")


def _write(item: Item, path: Path, value: Value, copied: set[str]) -> None:
    parent = _parent(item, path, copied)
    if parent is None:
        raise validation(INVALID_PATH)
    last = path.elements[-1]
    if isinstance(parent, list):
        if cast("int", last) < len(parent):
            parent[cast("int", last)] = value
        else:
            parent.append(value)
    else:
        parent[last] = value
    if len(path.elements) > 1:
        values.check_nesting(value, len(path.elements) - 1)


def _remove(item: Item, path: Path, copied: set[str]) -> None:
    parent = _parent(item, path, copied)
    if parent is None:
        raise validation(INVALID_PATH)
    last = path.elements[-1]
    if isinstance(parent, dict):
        parent.pop(last, None)
    elif cast("int", last) < len(parent):
        del parent[cast("int", last)]
