"""Values between Python, files and DuckDB's forms of Trino's types (see `athena.sql.types`)."""

from collections.abc import Mapping, Sequence
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
    if isinstance(value, bool | int | float):
        return f"CAST({quoted(str(value))} AS {target})"
    return f"CAST({quoted(str(value))} AS {target})"


def from_file(sql: str, kind: t.Type) -> str:
    """What a Parquet file of Iceberg holds, as DuckDB holds Trino's type; SQL that may be `sql` itself.

    Fields of rows come under their names in lower case, times with a zone as an instant in UTC.
    """
    if isinstance(kind, t.TimestampType) and kind.zoned:
        instant = f"({sql} AT TIME ZONE 'UTC')"
        return f"CASE WHEN {sql} IS NOT NULL THEN {{'instant': {instant}, 'zone': 'UTC'}} END"
    if isinstance(kind, t.ArrayType):
        item = f"v{next(_names)}"
        inner = from_file(item, kind.element)
        return sql if inner == item else f"list_transform({sql}, lambda {item}: {inner})"
    if isinstance(kind, t.MapType):
        item = f"v{next(_names)}"
        key, held = from_file(f"{item}.key", kind.key), from_file(f"{item}.value", kind.value)
        if (key, held) == (f"{item}.key", f"{item}.value"):
            return sql
        entry = f"{{'key': {key}, 'value': {held}}}"
        made = f"map_from_entries(list_transform(map_entries({sql}), lambda {item}: {entry}))"
        return f"CASE WHEN {sql} IS NOT NULL THEN {made} END"
    if isinstance(kind, t.RowType):
        parts = []
        for place, (held_name, (_, part)) in enumerate(zip(kind.duckdb_names(), kind.fields, strict=True), 1):
            inner = from_file(f"struct_extract_at({sql}, {place})", part)
            parts.append(f"{name(held_name)} := {inner}")
        return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
    return sql


def to_file(sql: str, kind: i.IcebergType) -> str:
    """The inverse of :func:`from_file`: fields of rows come under the names that the table has for them."""
    if isinstance(kind, i.TimestamptzType):
        return f"(({sql}).instant AT TIME ZONE 'UTC')"
    if isinstance(kind, i.ListType):
        item = f"v{next(_names)}"
        inner = to_file(item, kind.element_type)
        return sql if inner == item else f"list_transform({sql}, lambda {item}: {inner})"
    if isinstance(kind, i.MapType):
        item = f"v{next(_names)}"
        key, held = to_file(f"{item}.key", kind.key_type), to_file(f"{item}.value", kind.value_type)
        if (key, held) == (f"{item}.key", f"{item}.value"):
            return sql
        entry = f"{{'key': {key}, 'value': {held}}}"
        made = f"map_from_entries(list_transform(map_entries({sql}), lambda {item}: {entry}))"
        return f"CASE WHEN {sql} IS NOT NULL THEN {made} END"
    if isinstance(kind, i.StructType):
        parts = []
        for place, field in enumerate(kind.fields, 1):
            inner = to_file(f"struct_extract_at({sql}, {place})", field.field_type)
            parts.append(f"{name(field.name)} := {inner}")
        return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
    return sql
