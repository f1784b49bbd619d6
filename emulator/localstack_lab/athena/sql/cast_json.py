"""Casts to JSON.

https://trino.io/docs/current/functions/json.html#cast-to-json
"""

import json

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.cast_text import printed
from localstack_lab.athena.sql.functions.values import text

_NUMBERS = ("tinyint", "smallint", "integer", "bigint")


def to_json(sql: str, source: t.Type, depth: int = 0) -> str | None:
    """A value as JSON text; None where Trino has no such cast. Nulls inside become JSON's."""
    if source == t.JSON:
        return sql
    if source == t.UNKNOWN:
        return "CAST(NULL AS VARCHAR)"
    if source.base in _NUMBERS or source.base in ("boolean", "decimal"):
        return f"CAST({sql} AS VARCHAR)"
    if source.base in ("real", "double"):
        return _number(sql)
    if t.is_string(source):
        return f"CAST(to_json({sql}) AS VARCHAR)"
    if source.base in ("date", "timestamp", "timestamp with time zone"):
        shown = printed(sql, source)
        return f"('\"' || {shown} || '\"')"
    name = f"__lab_j{depth}"
    if isinstance(source, t.ArrayType):
        inner = to_json(name, source.element, depth + 1)
        if inner is None:
            return None
        items = f"list_transform({sql}, lambda {name}: coalesce({inner}, 'null'))"
        return f"CASE WHEN ({sql}) IS NOT NULL THEN '[' || array_to_string({items}, ',') || ']' END"
    if isinstance(source, t.MapType):
        return _map_to_json(sql, source, name, depth)
    if isinstance(source, t.RowType):
        parts = []
        for index, (held, (field, type_)) in enumerate(
            zip(source.duckdb_names(), source.fields, strict=True)
        ):
            inner = to_json(f"({sql}).{t.quote(held)}", type_, depth)
            if inner is None:
                return None
            label = text(("," if index else "") + _quoted(field or "") + ":")
            parts.append(f"{label} || coalesce({inner}, 'null')")
        return f"CASE WHEN ({sql}) IS NOT NULL THEN '{{' || {' || '.join(parts)} || '}}' END"
    return None


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _number(sql: str) -> str:
    """A double as Java's Double.toString writes it: plain from 0.001 up to ten million, else as 1.0E10."""
    shown = f"CAST({sql} AS VARCHAR)"
    return (
        f"CASE WHEN isnan({sql}) THEN '\"NaN\"' WHEN isinf({sql}) THEN CASE WHEN {sql} > 0 "
        "THEN '\"Infinity\"' "
        f"ELSE '\"-Infinity\"' END WHEN {sql} = 0 OR (abs({sql}) >= 0.001 AND abs({sql}) < "
        f"10000000) THEN {shown} "
        f"ELSE lab_scientific({sql}, {shown}) END"
    )


def _map_to_json(sql: str, source: t.MapType, name: str, depth: int) -> str | None:
    if not (t.is_string(source.key) or t.is_numeric(source.key) or source.key == t.BOOLEAN):
        return None
    key = f"{name}.key" if t.is_string(source.key) else printed(f"{name}.key", source.key)
    value = to_json(f"{name}.value", source.value, depth + 1)
    if value is None:
        return None
    # Trino sorts the keys.
    entries = (
        f"list_sort(list_transform(map_entries({sql}), lambda {name}: struct_pack(k := {key}, "
        f"v := coalesce({value}, 'null'))))"
    )
    items = f"list_transform({entries}, lambda {name}: CAST(to_json({name}.k) AS VARCHAR) || ':' || {name}.v)"
    return f"CASE WHEN ({sql}) IS NOT NULL THEN '{{' || array_to_string({items}, ',') || '}}' END"
