"""Values as files hold them: SQL over what DuckDB holds for Trino's types, as `athena.sql.types` says."""

from collections.abc import Callable
from itertools import count

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.cast_text import printed
from localstack_lab.athena.writing.options import WriteOptions

_names = count()
_JAVA = {"double": "lab_text_number", "real": "lab_text_real"}
"""The engine's macros that print numbers as Java does: ``1.0E10``, ``NaN``."""


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A text as an identifier of SQL."""
    return '"' + text.replace('"', '""') + '"'


def columnar(value: str, kind: t.Type) -> str:
    """For Parquet, ORC and Avro: characters without their padding."""
    return _mapped(value, kind, lambda inner, leaf: f"rtrim({inner}, ' ')" if _is_char(leaf) else inner)


def json(value: str, kind: t.Type) -> str:
    """For JSON: bytes in base64, timestamps with milliseconds, characters without their padding, and of a
    REAL the digits that it has: DuckDB would write those of the nearest double.
    """
    return _mapped(value, kind, _json_leaf)


def _json_leaf(value: str, kind: t.Type) -> str:
    if _is_char(kind):
        return f"rtrim({value}, ' ')"
    if kind.base == "varbinary":
        return f"base64({value})"
    if isinstance(kind, t.TimestampType):
        return _timestamp(value, kind)
    if kind.base == "real":
        return f"CAST({_JAVA['real']}({value}) AS DOUBLE)"
    return value


def partition(value: str, kind: t.Type) -> str:
    """A partition key's value as text; null stays null."""
    return _scalar(value, kind)


def delimited(value: str, kind: t.Type, options: WriteOptions, depth: int = 1) -> str:
    """For LazySimpleSerDe: one text, parts of collections separated by the separator of their depth."""
    separator = quoted(options.separators[depth])
    if isinstance(kind, t.ArrayType):
        item = f"i{next(_names)}"
        inner = _or_null(delimited(item, kind.element, options, depth + 1), options)
        return f"array_to_string(list_transform({value}, lambda {item}: {inner}), {separator})"
    if isinstance(kind, t.MapType):
        item, between = f"i{next(_names)}", quoted(options.separators[depth + 1])
        key = _or_null(delimited(f"{item}.key", kind.key, options, depth + 2), options)
        held = _or_null(delimited(f"{item}.value", kind.value, options, depth + 2), options)
        entry = f"{key} || {between} || {held}"
        return f"array_to_string(list_transform(map_entries({value}), lambda {item}: {entry}), {separator})"
    if isinstance(kind, t.RowType):
        parts = [
            _or_null(delimited(f"({value}).{name(field)}", part, options, depth + 1), options)
            for field, (_, part) in zip(kind.duckdb_names(), kind.fields, strict=True)
        ]
        return f"CASE WHEN {value} IS NOT NULL THEN concat_ws({separator}, {', '.join(parts)}) END"
    text = _scalar(value, kind)
    return _escaped(text, options) if options.escape is not None else text


def _escaped(text: str, options: WriteOptions) -> str:
    escape = str(options.escape)
    for sign in (escape, *options.separators[:3]):
        text = f"replace({text}, {quoted(sign)}, {quoted(escape + sign)})"
    return text


def _or_null(text: str, options: WriteOptions) -> str:
    return f"coalesce({text}, {quoted(options.null)})"


def _scalar(value: str, kind: t.Type) -> str:
    if _is_char(kind):
        return f"rtrim({value}, ' ')"
    if kind.base == "varbinary":
        return f"base64({value})"
    if isinstance(kind, t.TimestampType):
        return _timestamp(value, kind)
    if kind.base in _JAVA:
        return f"{_JAVA[kind.base]}({value})"
    return printed(value, kind) or f"CAST({value} AS VARCHAR)"


def _timestamp(value: str, kind: t.TimestampType) -> str:
    return f"strftime({value}, '%Y-%m-%d %H:%M:%S.{'%f' if kind.precision > 3 else '%g'}')"


def _is_char(kind: t.Type) -> bool:
    return isinstance(kind, t.CharType)


def _mapped(value: str, kind: t.Type, leaf: Callable[[str, t.Type], str]) -> str:
    """The value with `leaf` applied to every scalar in it; the value itself where that changes nothing."""
    if isinstance(kind, t.ArrayType):
        item = f"i{next(_names)}"
        inner = _mapped(item, kind.element, leaf)
        return value if inner == item else f"list_transform({value}, lambda {item}: {inner})"
    if isinstance(kind, t.MapType):
        item = f"i{next(_names)}"
        key, held = _mapped(f"{item}.key", kind.key, leaf), _mapped(f"{item}.value", kind.value, leaf)
        if (key, held) == (f"{item}.key", f"{item}.value"):
            return value
        entry = f"{{'key': {key}, 'value': {held}}}"
        return f"map_from_entries(list_transform(map_entries({value}), lambda {item}: {entry}))"
    if isinstance(kind, t.RowType):
        names = kind.duckdb_names()
        held_parts = [f"({value}).{name(field)}" for field in names]
        parts = [_mapped(h, part, leaf) for h, (_, part) in zip(held_parts, kind.fields, strict=True)]
        if parts == held_parts:
            return value
        packed = ", ".join(f"{name(field)} := {part}" for field, part in zip(names, parts, strict=True))
        return f"CASE WHEN {value} IS NOT NULL THEN struct_pack({packed}) END"
    return leaf(value, kind)
