"""Casts to JSON and from it.

https://trino.io/docs/current/functions/json.html#cast-to-json
"""

import json

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.cast_text import printed, to_text
from localstack_lab.athena.sql.errors import unsupported
from localstack_lab.athena.sql.functions.values import fail_with, text

_NUMBERS = ("tinyint", "smallint", "integer", "bigint")


def to_json(sql: str, source: t.Type, depth: int = 0) -> str | None:
    """A value as JSON text; None where Trino has no such cast. Nulls inside become JSON's."""
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


def from_json(sql: str, target: t.Type, depth: int = 0) -> str | None:
    """A value read from JSON text; None where Trino has no such cast. JSON's null becomes SQL's."""
    kind = f"json_type({sql})"
    plain = f"json_extract_string({sql}, '$')"
    bad = fail_with("INVALID_CAST_ARGUMENT", "'Cannot cast '''", sql, f"''' to {str(target).upper()}'")
    held = t.duckdb(target)
    if isinstance(target, t.ArrayType):
        name = f"__lab_j{depth}"
        inner = name if target.element == t.JSON else _read(name, target.element, depth + 1)
        if inner is None:
            return None
        items = f"list_transform(CAST(json_extract({sql}, '$[*]') AS VARCHAR[]), lambda {name}: {inner})"
        bad = fail_with(
            "INVALID_CAST_ARGUMENT", f"'Cannot cast to {target}. Expected a json array, but got '", sql
        )
        none = f"{kind} = 'NULL' OR ({sql}) IS NULL"
        return f"CASE WHEN {none} THEN NULL WHEN {kind} = 'ARRAY' THEN {items} ELSE {bad} END"
    if isinstance(target, t.MapType):
        return _map_from_json(sql, target, depth, kind)
    if isinstance(target, t.RowType):
        return _row_from_json(sql, target, depth, kind)
    if target == t.BOOLEAN:
        return (
            f"CASE WHEN {kind} = 'NULL' OR ({sql}) IS NULL THEN NULL WHEN {kind} = 'BOOLEAN' OR "
            f"lower({plain}) IN ('true', 'false') "
            f"THEN CAST({plain} AS BOOLEAN) WHEN {kind} NOT IN ('ARRAY', 'OBJECT', 'VARCHAR') "
            f"THEN CAST({plain} AS DOUBLE) <> 0 ELSE {bad} END"
        )
    if not t.is_numeric(target):
        return None
    value = f"CASE WHEN {plain} = 'true' THEN '1' WHEN {plain} = 'false' THEN '0' ELSE {plain} END"
    if t.is_integer(target):
        whole = (
            f"CASE WHEN {kind} = 'DOUBLE' THEN TRY_CAST(round(CAST({plain} AS DOUBLE)) AS {held}) "
            f"WHEN regexp_full_match({value}, '[+-]?\\d+') THEN TRY_CAST({value} AS {held}) END"
        )
        attempt = whole
    else:
        attempt = f"TRY_CAST({value} AS {held})"
    return (
        f"CASE WHEN {kind} = 'NULL' OR ({sql}) IS NULL THEN NULL WHEN {kind} IN ('ARRAY', 'OBJECT') "
        f"OR {attempt} IS NULL THEN {bad} ELSE {attempt} END"
    )


def _map_from_json(sql: str, target: t.MapType, depth: int, kind: str) -> str | None:
    if not isinstance(target.key, t.VarcharType):
        raise unsupported(f"A cast from json to {target}")
    name = f"__lab_j{depth}"
    element = f"CAST(json_extract({sql}, '$.\"' || replace({name}, '\"', '\\\"') || '\"') AS VARCHAR)"
    value = element if target.value == t.JSON else _read(element, target.value, depth + 1)
    if value is None:
        return None
    pairs = f"list_transform(json_keys({sql}), lambda {name}: struct_pack(key := {name}, value := {value}))"
    bad = fail_with(
        "INVALID_CAST_ARGUMENT", f"'Cannot cast to {target}. Expected a json object, but got '", sql
    )
    return (
        f"CASE WHEN {kind} = 'NULL' OR ({sql}) IS NULL THEN NULL WHEN {kind} = 'OBJECT' "
        f"THEN map_from_entries({pairs}) ELSE {bad} END"
    )


def _read(sql: str, target: t.Type, depth: int) -> str | None:
    if isinstance(target, t.VarcharType):
        return to_text(sql, t.JSON, target)
    return from_json(sql, target, depth)


def _row_from_json(sql: str, target: t.RowType, depth: int, kind: str) -> str | None:
    by_name: list[str] = []
    by_place: list[str] = []
    for index, (held, (field, type_)) in enumerate(zip(target.duckdb_names(), target.fields, strict=True)):
        if field is not None:
            path = text('$."' + field.replace('"', '\\"') + '"')
            named = f"CAST(json_extract({sql}, {path}) AS VARCHAR)"
        else:
            named = "CAST(NULL AS VARCHAR)"
        placed = f"CAST(json_extract({sql}, '$[{index}]') AS VARCHAR)"
        for element, parts in ((named, by_name), (placed, by_place)):
            value = element if type_ == t.JSON else _read(element, type_, depth)
            if value is None:
                return None
            parts.append(f"{t.quote(held)} := {value}")
    bad = fail_with(
        "INVALID_CAST_ARGUMENT", f"'Cannot cast to {target}. Expected a json array or object, but got '", sql
    )
    return (
        f"CASE WHEN {kind} = 'NULL' OR ({sql}) IS NULL THEN NULL WHEN {kind} = 'ARRAY' "
        f"THEN struct_pack({', '.join(by_place)}) WHEN {kind} = 'OBJECT' THEN "
        f"struct_pack({', '.join(by_name)}) "
        f"ELSE {bad} END"
    )
