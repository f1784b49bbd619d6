"""Values between Python, files and DuckDB's forms of Trino's types (see `athena.sql.types`)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from pyiceberg import types as i

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.writing.values import name, quoted

_names = count()


def literal(value: Any, kind: t.Type) -> str:
    """A Python value as SQL.

    :param value: None, bool, number, str, bytes, an aware datetime for a timestamp with time zone, list, dict
    """
    target = t.duckdb(kind)
    if value is None:
        return f"CAST(NULL AS {target})"
    match kind:
        case t.ArrayType():
            inner = ", ".join(literal(each, kind.element) for each in value)
            return f"CAST([{inner}] AS {target})"
        case t.MapType():
            assert isinstance(value, Mapping)
            keys = ", ".join(literal(each, kind.key) for each in value)
            held = ", ".join(literal(each, kind.value) for each in value.values())
            return f"CAST(map([{keys}], [{held}]) AS {target})"
        case t.RowType():
            assert isinstance(value, Sequence)
            parts = zip(kind.duckdb_names(), value, kind.fields, strict=True)
            return "{" + ", ".join(f"{quoted(n)}: {literal(v, part)}" for n, v, (_, part) in parts) + "}"
        case t.TimestampType() if kind.zoned:
            assert isinstance(value, datetime)
            return f"{{'instant': TIMESTAMP {quoted(f'{value:%Y-%m-%d %H:%M:%S.%f}')}, 'zone': 'UTC'}}"
    if isinstance(value, bytes):
        return f"from_hex('{value.hex()}')"
    return f"CAST({quoted(str(value))} AS {target})"


def from_file(sql: str, kind: t.Type) -> str:
    """What a Parquet file of Iceberg holds, as DuckDB holds Trino's type; SQL that may be `sql` itself.

    Fields of rows come under their names in lower case, times with a zone as an instant in UTC.
    """
    if isinstance(kind, t.TimestampType) and kind.zoned:
        instant = f"({sql} AT TIME ZONE 'UTC')"
        return f"CASE WHEN {sql} IS NOT NULL THEN {{'instant': {instant}, 'zone': 'UTC'}} END"
    if isinstance(kind, t.ArrayType):
        return _each(sql, lambda item: from_file(item, kind.element))
    if isinstance(kind, t.MapType):
        return _entries(sql, lambda key: from_file(key, kind.key), lambda held: from_file(held, kind.value))
    if isinstance(kind, t.RowType):
        kinds = [part for _, part in kind.fields]
        return _packed(sql, kind.duckdb_names(), lambda place, held: from_file(held, kinds[place]))
    return sql


def to_file(sql: str, kind: i.IcebergType) -> str:
    """The inverse of :func:`from_file`: fields of rows come under the names that the table has for them."""
    if isinstance(kind, i.TimestamptzType):
        return f"(({sql}).instant AT TIME ZONE 'UTC')"
    if isinstance(kind, i.ListType):
        return _each(sql, lambda item: to_file(item, kind.element_type))
    if isinstance(kind, i.MapType):
        return _entries(
            sql, lambda key: to_file(key, kind.key_type), lambda held: to_file(held, kind.value_type)
        )
    if isinstance(kind, i.StructType):
        names = [field.name for field in kind.fields]
        return _packed(sql, names, lambda place, held: to_file(held, kind.fields[place].field_type))
    return sql


def _each(sql: str, change: Callable[[str], str]) -> str:
    """A list with each of its values changed; itself where that changes nothing."""
    item = f"v{next(_names)}"
    inner = change(item)
    return sql if inner == item else f"list_transform({sql}, lambda {item}: {inner})"


def _entries(sql: str, key: Callable[[str], str], held: Callable[[str], str]) -> str:
    """A map with its keys and values changed; itself where that changes nothing."""
    item = f"v{next(_names)}"
    before = f"{item}.key", f"{item}.value"
    after = key(before[0]), held(before[1])
    if after == before:
        return sql
    entry = f"{{'key': {after[0]}, 'value': {after[1]}}}"
    made = f"map_from_entries(list_transform(map_entries({sql}), lambda {item}: {entry}))"
    return f"CASE WHEN {sql} IS NOT NULL THEN {made} END"


def _packed(sql: str, names: Sequence[str], change: Callable[[int, str], str]) -> str:
    """A row whose fields have these names and are changed, each by its place (from 0)."""
    fields = ((place, f"struct_extract_at({sql}, {place + 1})") for place in range(len(names)))
    parts = (f"{name(names[place])} := {change(place, field)}" for place, field in fields)
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
