"""Inferred types, how they merge over values and files, and how Glue writes them.

A type is a name (``"null"``, ``"int"``, ``"string"``, ``"decimal(10,2)"`` …) or a tuple:
``("array", element)``, ``("map", (key, value))``, ``("struct", ((name, type), …))``.
"""

from collections.abc import Iterable
from typing import Any

type Type = str | tuple[str, Any]

NULL = "null"
_INT = 2**31
_LONG = 2**63
_SCALARS = {type(None): NULL, bool: "boolean", float: "double", str: "string"}
_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")


def of_value(value: Any) -> Type:
    """The type of a JSON value.

    Whole numbers are `int` up to 32 bits and `bigint` up to 64; larger ones fit no type of Hive's that keeps
    their digits, and become `string`.
    """
    python = type(value)
    if kind := _SCALARS.get(python):
        return kind
    if python is int:
        return "int" if -_INT <= value < _INT else "bigint" if -_LONG <= value < _LONG else "string"
    if python is list:
        return ("array", merge_all(map(of_value, value)))
    if python is dict:
        return ("struct", _members(value))
    raise TypeError(f"no JSON value: {value!r}")


def _members(value: dict[str, Any]) -> tuple[tuple[str, Type], ...]:
    """Names that differ only in case are one field, since Hive knows no case."""
    members = tuple(zip(value, map(of_value, value.values()), strict=True))
    if len(set(map(str.lower, value))) == len(members):
        return members
    return merge_columns((), members)


def merge_all(types: Iterable[Type]) -> Type:
    """The type that holds all of them; of none: `NULL`."""
    merged: Type = NULL
    for each in types:
        merged = merge(merged, each)
    return merged


def merge(one: Type, other: Type) -> Type:
    """The type that holds both: the wider number, the union of structs' fields, else `string`."""
    if one == other or other == NULL:
        return one
    if one == NULL:
        return other
    if isinstance(one, str) and isinstance(other, str):
        return _scalars(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0]:
        if one[0] == "struct":
            return ("struct", merge_columns(one[1], other[1]))
        if one[0] == "map":
            return ("map", (merge(one[1][0], other[1][0]), merge(one[1][1], other[1][1])))
        return (one[0], merge(one[1], other[1]))
    return "string"


def _scalars(one: str, other: str) -> str:
    if one in _NUMBERS and other in _NUMBERS:
        return _NUMBERS[max(_NUMBERS.index(one), _NUMBERS.index(other))]
    return "string"


def merge_columns(one: Iterable[tuple[str, Type]], other: Iterable[tuple[str, Type]]) -> tuple[Any, ...]:
    """The columns of both, those of the first in front; names are compared as Hive does, without case."""
    merged: dict[str, tuple[str, Type]] = {name.lower(): (name, kind) for name, kind in one}
    for name, kind in other:
        known = merged.get(name.lower())
        merged[name.lower()] = (known[0], merge(known[1], kind)) if known else (name, kind)
    return tuple(merged.values())


def hive(kind: Type) -> str:
    """As Glue writes it.

    What was only ever null or empty is `string`: no value says what else it may hold.
    """
    if isinstance(kind, str):
        return "string" if kind == NULL else kind
    if kind[0] == "array":
        return f"array<{hive(kind[1])}>"
    if kind[0] == "map":
        return f"map<{hive(kind[1][0])},{hive(kind[1][1])}>"
    if not kind[1]:
        return "string"
    return "struct<" + ",".join(f"{name}:{hive(member)}" for name, member in kind[1]) + ">"


def depth(kind: Type) -> int:
    """How deep a type is nested: 0 for a plain one."""
    if isinstance(kind, str):
        return 0
    if kind[0] == "array":
        return 1 + depth(kind[1])
    inner = kind[1] if kind[0] == "map" else (member for _, member in kind[1])
    return 1 + max(map(depth, inner), default=0)


def same_family(one: Type, other: Type) -> bool:
    """Whether values of one type are much like those of the other."""
    if NULL in (one, other) or one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        return one in _NUMBERS and other in _NUMBERS
    return isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0]
