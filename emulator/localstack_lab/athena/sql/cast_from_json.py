"""Casts from JSON: what becomes a varchar, a number, an array, a map or a row.

https://trino.io/docs/current/functions/json.html#cast-from-json
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/util/JsonUtil.java
"""

from collections.abc import Callable

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.cast_text import from_text, to_text
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.values import fail, fail_with, text

Body = Callable[[str], str]
"""What makes of the name of a JSON text the SQL of a value."""

# A number that DuckDB writes in another way than Java does, somewhere in a text
_DIFFERENT = text(r"[0-9]e[+-]?[0-9]|[0-9]{8}\.[0-9]|\b0\.000")


def from_json(sql: str, target: t.Type, depth: int = 0) -> str | None:
    """A value read from JSON text; None where Trino has no such cast. JSON's null becomes SQL's."""
    reader = _reader(target, depth)
    return None if reader is None else emitting.bind(reader, sql)


def _reader(target: t.Type, depth: int) -> Body | None:
    if target == t.JSON:
        return _document
    if isinstance(target, t.ArrayType):
        return _array(target, depth)
    if isinstance(target, t.MapType):
        return _map(target, depth)
    if isinstance(target, t.RowType):
        return _row(target, depth)
    if isinstance(target, t.VarcharType):
        return lambda j: to_text(j, t.JSON, target) or "NULL"
    if target == t.BOOLEAN:
        return lambda j: _scalar(j, target, f"({j} = 'true')", f"(CAST({j} AS DOUBLE) <> 0)")
    if not t.is_numeric(target):
        return None
    held = t.duckdb(target)
    if t.is_integer(target):
        return lambda j: _scalar(
            j,
            target,
            f"CAST({j} = 'true' AS {held})",
            f"(CASE WHEN {_is_fraction(j)} THEN TRY_CAST(round(CAST({j} AS DOUBLE)) AS {held}) "
            f"ELSE TRY_CAST({j} AS {held}) END)",
        )
    one = f"CAST(CAST({{j}} = 'true' AS INTEGER) AS {held})"
    return lambda j: _scalar(j, target, one.format(j=j), f"TRY_CAST({j} AS {held})")


def _is_fraction(j: str) -> str:
    """Whether a JSON number is written with a point or an exponent."""
    return f"regexp_matches({j}, '[.eE]')"


def _document(j: str) -> str:
    """JSON inside JSON: DuckDB writes a number as long as it can without an exponent, Java does not."""
    number = (
        f"CASE WHEN abs(CAST({j} AS DOUBLE)) >= 1e-3 AND abs(CAST({j} AS DOUBLE)) < 1e7 THEN {j} "
        f"ELSE lab_scientific(CAST({j} AS DOUBLE), CAST(CAST({j} AS DOUBLE) AS VARCHAR)) END"
    )
    other = fail("NOT_SUPPORTED", "Very large or small fractions in JSON inside JSON are not supported here")
    return (
        f"(CASE WHEN {j} IS NULL OR NOT regexp_matches({j}, {_DIFFERENT}) THEN {j} "
        f"WHEN json_type({j}) = 'VARCHAR' THEN {j} "
        f"WHEN json_type({j}) IN ('ARRAY', 'OBJECT') THEN {other} ELSE {number} END)"
    )


def _scalar(j: str, target: t.Type, boolean: str, number: str) -> str:
    """A scalar from JSON's string, boolean or number; anything else, or null from `number`, is an error."""
    read = from_text(f"json_extract_string({j}, '$')", t.VARCHAR, target)
    assert read is not None
    bad = fail_with("INVALID_CAST_ARGUMENT", "'Cannot cast '''", j, f"''' to {str(target).upper()}'")
    return (
        f"(CASE WHEN {j} IS NULL OR json_type({j}) = 'NULL' THEN NULL "
        f"WHEN json_type({j}) = 'VARCHAR' THEN {read} WHEN json_type({j}) = 'BOOLEAN' THEN {boolean} "
        f"WHEN json_type({j}) IN ('ARRAY', 'OBJECT') THEN {bad} "
        f"ELSE coalesce({number}, {bad}) END)"
    )


def _bad(target: t.Type, why: str, *values: str) -> str:
    """The error of a JSON value that is not of the kind that is wanted."""
    return fail_with("INVALID_CAST_ARGUMENT", text(f"Cannot cast to {target}. {why}"), *values)


def _array(target: t.ArrayType, depth: int) -> Body | None:
    name = f"__lab_j{depth}"
    element = from_json(name, target.element, depth + 1)
    if element is None:
        return None

    def read(j: str) -> str:
        items = f"list_transform(CAST(json_extract({j}, '$[*]') AS VARCHAR[]), lambda {name}: {element})"
        return (
            f"(CASE WHEN {j} IS NULL OR json_type({j}) = 'NULL' THEN NULL "
            f"WHEN json_type({j}) = 'ARRAY' THEN {items} "
            f"ELSE {_bad(target, 'Expected a json array, but got ', j)} END)"
        )

    return read


def _map(target: t.MapType, depth: int) -> Body | None:
    name = f"__lab_j{depth}"
    value = from_json(name, target.value, depth + 1)
    if isinstance(target.key, t.VarcharType):
        key: str | None = name if target.key.length is None else f"left({name}, {target.key.length})"
    elif t.is_numeric(target.key) or target.key == t.BOOLEAN:
        key = from_text(name, t.VARCHAR, target.key)
    else:
        return None
    if key is None or value is None:
        return None
    held = t.duckdb(target)
    twice = _bad(target, "Duplicate keys are not allowed")

    def read(j: str) -> str:
        keys = f"list_transform(json_keys({j}), lambda {name}: {key})"
        values = f"list_transform(CAST(json_extract({j}, '$.*') AS VARCHAR[]), lambda {name}: {value})"
        made = emitting.bind(
            lambda k, v: (
                f"(CASE WHEN list_unique({k}) < len({k}) THEN {twice} ELSE CAST(map({k}, {v}) AS {held}) END)"
            ),
            keys,
            values,
        )
        return (
            f"(CASE WHEN {j} IS NULL OR json_type({j}) = 'NULL' THEN NULL "
            f"WHEN json_type({j}) = 'OBJECT' THEN {made} "
            f"ELSE {_bad(target, 'Expected a json object, but got ', j)} END)"
        )

    return read


def _row(target: t.RowType, depth: int) -> Body | None:
    """From an array by place, from an object by name: its keys are taken in lower case."""
    if any(_reader(type_, depth) is None for _, type_ in target.fields):
        return None
    names = [field for field, _ in target.fields]

    def packed(element: Callable[[int], str]) -> str:
        held = zip(target.duckdb_names(), target.fields, strict=True)
        fields = (f"{t.quote(n)} := {from_json(element(i), x, depth)}" for i, (n, (_, x)) in enumerate(held))
        return f"struct_pack({', '.join(fields)})"

    def by_place(j: str) -> str:
        wrong = _bad(target, f"Expected a json array of {len(names)}, but got ", j)
        return emitting.bind(
            lambda v: (
                f"(CASE WHEN len({v}) <> {len(names)} THEN {wrong} "
                f"ELSE {packed(lambda i: f'{v}[{i + 1}]')} END)"
            ),
            f"CAST(json_extract({j}, '$[*]') AS VARCHAR[])",
        )

    def by_name(j: str) -> str:
        if names[0] is None:
            return _bad(
                target, "Cannot cast a JSON object to anonymous row type. Input must be a JSON array."
            )
        known = ", ".join(text(name) for name in names if name is not None)

        def body(k: str, v: str) -> str:
            twice = (
                f"(len({k}) > list_unique({k}) AND len(list_filter({k}, lambda lab_k: lab_k IN ({known}))) > "
            )
            twice += f"list_unique(list_filter({k}, lambda lab_k: lab_k IN ({known}))))"
            made = packed(lambda i: f"{v}[list_position({k}, {text(names[i] or '')})]")
            return f"(CASE WHEN {twice} THEN {_bad(target, 'Duplicate field in ', j)} ELSE {made} END)"

        return emitting.bind(
            body,
            f"list_transform(json_keys({j}), lambda lab_k: lower(lab_k))",
            f"CAST(json_extract({j}, '$.*') AS VARCHAR[])",
        )

    def read(j: str) -> str:
        return (
            f"(CASE WHEN {j} IS NULL OR json_type({j}) = 'NULL' THEN NULL "
            f"WHEN json_type({j}) = 'ARRAY' THEN {by_place(j)} "
            f"WHEN json_type({j}) = 'OBJECT' THEN {by_name(j)} "
            f"ELSE {_bad(target, 'Expected a json array or object, but got ', j)} END)"
        )

    return read
