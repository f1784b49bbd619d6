"""Lines of JSON that SQL cannot read as they are, written anew with the keys and numbers that it can.

See https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html. These run for single lines: for those
with several spellings of one key, the same key twice, dots in keys, or decimals that a double does not hold.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from localstack_lab.lake.hive_types import HiveType

LONG_NUMBER = r"[0-9][0-9.]{15}"
"""What a number has somewhere that a double may not hold."""

_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs, which Java writes as question marks: UTF-8 has none."""
_TOO_DEEP = "nested more deeply than this emulator reads"
_DOUBLE = 15  # decimal digits that every double keeps

type Shape = Any
"""How a value is declared, so far as that matters here: ``"decimal"``, ``[item]``, ``{"map": value}``,
``{"fields": {name: …}}``, or None."""


def shape(columns: Sequence[tuple[str, HiveType]]) -> str:
    """The shape of lines, as JSON.

    :param columns: (key in lower case, type), in the order of the table
    """
    told = {key: _shape(type_) for key, type_ in columns}
    return json.dumps({"fields": told, "order": [_shape(type_) for _, type_ in columns]})


def has_decimal(type_: HiveType) -> bool:
    """Whether a decimal is in a type."""
    return type_.name == "decimal" or any(map(has_decimal, type_.parts))


def has_rows_in_map(type_: HiveType, inside: bool = False) -> bool:
    """Whether a struct is below the values of a map, whose keys tell nothing of how its own are written."""
    if type_.name == "struct" and inside:
        return True
    return any(has_rows_in_map(part, inside or type_.name == "map") for part in type_.parts)


def _shape(type_: HiveType) -> Shape:
    match type_.name:
        case "decimal":
            return "decimal"
        case "array":
            return [_shape(type_.parts[0])]
        case "map":
            return {"map": _shape(type_.parts[1])}
        case "struct":
            pairs = zip(type_.fields, type_.parts, strict=True)
            return {"fields": {name.lower(): _shape(part) for name, part in pairs}}
    return None


def json_line(line: str, ignore: bool, openx: bool) -> str | None:
    """The object of a line that is not plain JSON: what follows after it does not count; null for a row of
    nulls.

    :raises ValueError: with Athena's words for a malformed line
    """
    text = line.strip()
    if not text.startswith(("{", "[")) and openx:
        return None
    try:
        return _dumped(_parsed(text, strict=not openx))
    except (ValueError, RecursionError) as error:
        if ignore and openx:
            return None
        raise _malformed(_TOO_DEEP if isinstance(error, RecursionError) else str(error)) from error


def plain_line(
    line: str | None, lower: bool, dots: bool, declared: str, unique: bool, ignore: bool
) -> str | None:
    """A line of JSON with its keys as they are looked for, and long decimals as texts.

    :param lower: keys of rows, but not those of maps, become lower case
    :param dots: dots in them become underscores
    :param declared: the line's :func:`shape`
    :param unique: a key that comes twice is an error; else the last one counts
    :param ignore: a line with such an error is a row of nulls
    :raises ValueError: with Athena's words for a key that comes twice
    """
    if line is None:
        return None
    told = _read(declared)
    try:
        found = _parsed(line.strip())
        if isinstance(found, list):
            order = told["order"] + [None] * len(found)
            return _dumped([_plain(item, order[at], lower, dots, unique) for at, item in enumerate(found)])
        return _dumped(_plain(found, told, lower, dots, unique))
    except (_DuplicateKey, RecursionError) as error:
        if ignore:
            return None
        # https://repost.aws/knowledge-center/json-duplicate-key-error-athena-config
        raise _malformed(_TOO_DEEP if isinstance(error, RecursionError) else str(error)) from error


class _DuplicateKey(ValueError):
    """A key comes twice in one object."""


class _Raw(str):
    """A number as it was written."""


class _Members(tuple[tuple[str, Any], ...]):
    """An object's members as they were written."""


@cache
def _read(declared: str) -> Shape:
    return json.loads(declared)


_STRICT, _LENIENT = (
    json.JSONDecoder(
        parse_float=_Raw, parse_int=_Raw, parse_constant=_Raw, object_pairs_hook=_Members, strict=strict
    )
    for strict in (True, False)
)


def _parsed(text: str, *, strict: bool = True) -> Any:
    """:param strict: control characters in strings are an error"""
    return (_STRICT if strict else _LENIENT).raw_decode(text)[0]


def _malformed(reason: str) -> ValueError:
    return ValueError(f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: {reason}")


def _plain(found: Any, declared: Shape, lower: bool, dots: bool, unique: bool) -> Any:
    if isinstance(found, _Raw):
        exact = declared == "decimal" and sum(map(str.isdigit, found)) > _DOUBLE
        return str(found) if exact else found
    if isinstance(found, list):
        item = declared[0] if isinstance(declared, list) else None
        return [_plain(each, item, lower, dots, unique) for each in found]
    if not isinstance(found, _Members):
        return found
    told: Mapping[str, Shape] = declared if isinstance(declared, dict) else {}
    fields = told.get("fields")
    answer: dict[str, Any] = {}
    for key, held in found:
        name = key
        if fields is not None:
            name = name.lower() if lower else name
            name = name.replace(".", "_") if dots else name
        if unique and name in answer:
            raise _DuplicateKey(f'Duplicate key "{name}"')
        below = told.get("map") if fields is None else fields.get(name.lower())
        answer[name] = _plain(held, below, lower, dots, unique)
    return answer


def _dumped(found: Any) -> str:
    if isinstance(found, _Raw):
        return str(found)
    if isinstance(found, dict | _Members):
        members = found.items() if isinstance(found, dict) else found
        return "{" + ",".join(f"{_dumped(key)}:{_dumped(held)}" for key, held in members) + "}"
    if isinstance(found, list):
        return "[" + ",".join(map(_dumped, found)) + "]"
    if isinstance(found, str):
        return json.dumps(_HALVES.sub("?", found))
    return json.dumps(found)
