"""Attribute values in wire form (``{"S": "…"}``, binaries as bytes): what is valid, how big, in which order.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from base64 import b64encode
from typing import Any

from . import numbers
from .errors import DynamoDBError, validation

Value = dict[str, Any]
Item = dict[str, Value]

TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})
SETS = frozenset({"SS", "NS", "BS"})
ORDERED = frozenset({"S", "N", "B"})
MEMBER_TYPE = {"SS": "S", "NS": "N", "BS": "B"}

MAX_ITEM_SIZE = 400 * 1024
MAX_NESTING = 32

_INVALID = "One or more parameter values were invalid: "


def type_of(value: Value) -> str:
    """The type tag of a valid value."""
    return next(iter(value))


def normalise(value: Value, depth: int = 0) -> Value:
    """A fresh, valid value with numbers in their stored form.

    ``depth`` is the number of maps and lists around the value. Raises ValidationException in AWS's words.
    """
    if len(value) != 1:
        if not value:
            raise validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
            )
        for tag, content in value.items():
            normalise({tag: content}, depth)
        raise validation(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    ((tag, content),) = value.items()
    if tag == "S" or tag == "BOOL":
        return {tag: content}
    if tag == "N":
        return {"N": numbers.normalise(content)}
    if tag == "B":
        return {"B": bytes(content)}
    if tag == "NULL":
        if content is not True:
            raise validation(_INVALID + "Null attribute value types must have the value of true")
        return {"NULL": True}
    if tag in SETS:
        return {tag: _set_members(tag, content)}
    if tag == "M" or tag == "L":
        if content and depth >= MAX_NESTING - 1:
            raise _too_deep()
        if tag == "M":
            return {"M": {name: normalise(member, depth + 1) for name, member in content.items()}}
        return {"L": [normalise(member, depth + 1) for member in content]}
    raise validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")


def check_nesting(value: Value, depth: int) -> None:
    """Refuse a normal value that reaches too deep when ``depth`` maps and lists lie around it."""
    for tag in ("M", "L"):
        if tag in value:
            if value[tag] and depth >= MAX_NESTING - 1:
                raise _too_deep()
            for member in value[tag].values() if tag == "M" else value[tag]:
                check_nesting(member, depth + 1)


def _too_deep() -> DynamoDBError:
    return validation(
        "Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    )


def _set_members(tag: str, members: list[Any]) -> list[Any]:
    if not members:
        if tag == "BS":
            raise validation(_INVALID + "Binary sets should not be empty")
        raise validation(f"{_INVALID}An {'string' if tag == 'SS' else 'number'} set  may not be empty")
    if tag == "NS":
        normal: list[Any] = [numbers.normalise(member) for member in members]
        if len(set(normal)) != len(normal):
            raise validation(
                f"{_INVALID}Input collection contains duplicates.", "Input collection contains duplicates"
            )
        return normal
    normal = list(members) if tag == "SS" else [bytes(member) for member in members]
    if len(set(normal)) != len(normal):
        raise _duplicates(tag, normal)
    return normal


def _duplicates(tag: str, members: list[Any]) -> DynamoDBError:
    """The current layer shows the members sorted up to the first repeat; the older one as they were sent."""
    repeat = next(place for place, member in enumerate(members) if member in members[:place])
    shown = [*sorted(members[:repeat], key=_bytes), *members[repeat:]]
    if tag == "SS":
        current, older = ", ".join(f'"{member}"' for member in shown), ", ".join(members)
        tail = " contains duplicates."
    else:
        current = ",".join(f'"{b64encode(member).decode()}"' for member in shown)
        older = ", ".join(b64encode(member).decode() for member in members)
        tail = "of type BS contains duplicates."
    return validation(
        f"{_INVALID}Input collection [{current}]{tail}", f"{_INVALID}Input collection [{older}]{tail}"
    )


def _bytes(member: str | bytes) -> bytes:
    return member.encode() if isinstance(member, str) else member


def normalise_item(item: Item) -> Item:
    """A fresh, valid item (or key) with numbers in their stored form; keys and size are checked elsewhere."""
    if "" in item:
        raise validation("Empty attribute name")
    return {name: normalise(value) for name, value in item.items()}


def value_size(value: Value) -> int:
    """Bytes that the value adds to its item."""
    ((tag, content),) = value.items()
    if tag == "S":
        return len(content) if content.isascii() else len(content.encode())
    if tag == "N":
        return numbers.size(content)
    if tag == "B":
        return len(content)
    if tag == "BOOL" or tag == "NULL":
        return 1
    if tag == "M":
        return 3 + sum(_text_size(name) + value_size(member) + 1 for name, member in content.items())
    if tag == "L":
        return 3 + sum(value_size(member) + 1 for member in content)
    member_type = MEMBER_TYPE[tag]
    return sum(value_size({member_type: member}) for member in content)


def _text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def item_size(item: Item) -> int:
    """Bytes of an item as DynamoDB counts them against 400 KB, pages and capacity units.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(_text_size(name) + value_size(value) for name, value in item.items())


def key_bytes(value: Value) -> bytes:
    """Bytes of a key attribute (S, N or B) that sort as DynamoDB sorts the values of one type."""
    ((tag, content),) = value.items()
    if tag == "S":
        return content.encode()
    if tag == "N":
        return numbers.key_bytes(content)
    if tag == "B":
        return bytes(content)
    raise TypeError(f"{tag} cannot be a key")


def equal(left: Value, right: Value) -> bool:
    """Equality of normal values: type and content, sets without order."""
    ((tag, a),) = left.items()
    ((other, b),) = right.items()
    if tag != other:
        return False
    if tag in SETS:
        return len(a) == len(b) and set(a) == set(b)
    if tag == "M":
        return a.keys() == b.keys() and all(equal(member, b[name]) for name, member in a.items())
    if tag == "L":
        return len(a) == len(b) and all(map(equal, a, b))
    return bool(a == b)


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 for two values of one ordered type (S by UTF-8 bytes, N, B); None without an order."""
    ((tag, a),) = left.items()
    ((other, b),) = right.items()
    if tag != other or tag not in ORDERED:
        return None
    if tag == "N":
        return numbers.compare(a, b)
    if tag == "S":
        a, b = a.encode(), b.encode()
    return (a > b) - (a < b)
