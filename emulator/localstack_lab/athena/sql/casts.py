"""Implicit coercions and CAST, with Trino's formats, rounding and errors.

https://trino.io/docs/current/functions/conversion.html
"""

from collections.abc import Callable

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.cast_from_json import from_json
from localstack_lab.athena.sql.cast_json import to_json
from localstack_lab.athena.sql.cast_text import from_text, to_text
from localstack_lab.athena.sql.cast_times import to_date, to_time, to_timestamp
from localstack_lab.athena.sql.errors import Position, at
from localstack_lab.athena.sql.functions.values import VARIES, Value, fail_with

_RANGES = {"tinyint": 7, "smallint": 15, "integer": 31, "bigint": 63}


def coerce(value: Value, target: t.Type) -> Value:
    """A value as another type that its own coerces to (`types.can_coerce`)."""
    source = value.type
    if source == target:
        return value
    if source == t.UNKNOWN:
        return Value(f"CAST(NULL AS {t.duckdb(target)})", target, None)
    constant = value.constant
    if isinstance(target, t.VarcharType) and isinstance(source, t.VarcharType):
        return Value(value.sql, target, constant, value.parameters, value.body)
    if isinstance(target, t.CharType):
        return Value(f"rpad({value.sql}, {target.length}, ' ')", target, constant)
    if isinstance(target, t.TimestampType):
        return Value(_known(to_timestamp(value.sql, source, target), source, target), target)
    if isinstance(target, t.TimeType):
        return Value(value.sql, target)
    if isinstance(target, t.ArrayType | t.MapType | t.RowType):
        return Value(_known(_nested(value.sql, source, target, _coerced_sql, 0), source, target), target)
    if (
        target.base in ("real", "double")
        and isinstance(constant, int | float)
        and not isinstance(constant, bool)
    ):
        constant = float(constant)
    return Value(f"CAST({value.sql} AS {t.duckdb(target)})", target, constant)


def _known(sql: str | None, source: t.Type, target: t.Type) -> str:
    if sql is None:
        raise AssertionError(f"{source} does not coerce to {target}")
    return sql


def _coerced_sql(sql: str, source: t.Type, target: t.Type) -> str:
    return coerce(Value(sql, source), target).sql


def cast(value: Value, target: t.Type, position: Position | None = None) -> Value:
    """CAST(value AS target); raises `TYPE_MISMATCH` where Trino has no such cast."""
    if value.type == target:
        return value
    if value.type == t.UNKNOWN:
        return coerce(value, target)
    sql = convert(value.sql, value.type, target, position)
    constant: object = VARIES
    if isinstance(value.constant, str) and isinstance(target, t.VarcharType):
        constant = value.constant if target.length is None else value.constant[: target.length]
    elif value.constant is None:
        constant = None
    elif isinstance(value.constant, int) and t.is_integer(target) and t.is_integer(value.type):
        constant = (
            value.constant
            if -(2 ** _RANGES[target.base]) <= value.constant < 2 ** _RANGES[target.base]
            else VARIES
        )
    return Value(sql, target, constant)


def convert(
    sql: str, source: t.Type, target: t.Type, position: Position | None = None, depth: int = 0
) -> str:
    """SQL of the cast of a value from one type to another."""
    if source == target:
        return sql
    found: str | None = None
    if isinstance(target, t.VarcharType | t.CharType):
        found = to_text(sql, source, target)
    elif target == t.JSON:
        found = to_json(sql, source, depth)
    elif source == t.JSON:
        found = from_json(sql, target, depth)
    elif t.is_string(source):
        found = from_text(sql, source, target)
    elif isinstance(target, t.ArrayType | t.MapType | t.RowType):
        if source.base == target.base:
            found = _nested(sql, source, target, lambda s, a, b: _converted(s, a, b, position, depth), depth)
    elif target == t.BOOLEAN:
        found = f"({sql} <> 0)" if t.is_numeric(source) else None
    elif t.is_numeric(target):
        found = _to_number(sql, source, target)
    elif isinstance(target, t.TimestampType):
        found = to_timestamp(sql, source, target)
    elif target == t.DATE:
        found = to_date(sql, source)
    elif isinstance(target, t.TimeType):
        found = to_time(sql, source, target)
    elif target == t.VARBINARY and source == t.UUID:
        found = f"unhex(replace(CAST({sql} AS VARCHAR), '-', ''))"
    if found is None:
        raise at(position, "TYPE_MISMATCH", f"Cannot cast {source} to {target}")
    return found


def _converted(sql: str, source: t.Type, target: t.Type, position: Position | None, depth: int) -> str:
    if source == t.UNKNOWN:
        return f"CAST({sql} AS {t.duckdb(target)})"
    return convert(sql, source, target, position, depth + 1)


def _nested(
    sql: str, source: t.Type, target: t.Type, one: Callable[[str, t.Type, t.Type], str], depth: int
) -> str | None:
    """An array, map or row whose parts are converted by `one`."""
    name = f"__lab_x{depth}_{_depth_of(target)}"
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        if t.duckdb(source) == t.duckdb(target) and _only_texts(source, target):
            return sql
        return f"list_transform({sql}, lambda {name}: {one(name, source.element, target.element)})"
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        if t.duckdb(source) == t.duckdb(target) and _only_texts(source, target):
            return sql
        key = one(f"{name}.key", source.key, target.key)
        value = one(f"{name}.value", source.value, target.value)
        pairs = (
            f"list_transform(map_entries({sql}), lambda {name}: struct_pack(key := {key}, value := {value}))"
        )
        return f"map_from_entries({pairs})"
    if isinstance(source, t.RowType) and isinstance(target, t.RowType):
        if len(source.fields) != len(target.fields):
            return None
        parts = []
        names = zip(source.duckdb_names(), target.duckdb_names(), strict=True)
        for (old, new), (_, a), (_, b) in zip(names, source.fields, target.fields, strict=True):
            parts.append(f"{t.quote(new)} := {one(f'({sql}).{t.quote(old)}', a, b)}")
        return f"CASE WHEN ({sql}) IS NULL THEN NULL ELSE struct_pack({', '.join(parts)}) END"
    return None


def _depth_of(type_: t.Type) -> int:
    """How deep a type is nested: names of lambdas inside one another must differ."""
    if isinstance(type_, t.ArrayType):
        return 1 + _depth_of(type_.element)
    if isinstance(type_, t.MapType):
        return 1 + max(_depth_of(type_.key), _depth_of(type_.value))
    if isinstance(type_, t.RowType):
        return 1 + max((_depth_of(x) for _, x in type_.fields), default=0)
    return 0


def _only_texts(source: t.Type, target: t.Type) -> bool:
    """Whether the types differ at most in varchars that get no shorter, so that the values are the same."""
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        return _only_texts(source.element, target.element)
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        return _only_texts(source.key, target.key) and _only_texts(source.value, target.value)
    if isinstance(source, t.VarcharType) and isinstance(target, t.VarcharType):
        return target.length is None or (source.length is not None and source.length <= target.length)
    return source == target


def _decimal_name(type_: t.DecimalType) -> str:
    return f"DECIMAL({type_.precision}, {type_.scale})"


def _to_number(sql: str, source: t.Type, target: t.Type) -> str | None:
    held = t.duckdb(target)
    if source == t.BOOLEAN:
        return f"CAST(CAST({sql} AS INTEGER) AS {held})"
    if not t.is_numeric(source):
        return None
    if isinstance(target, t.DecimalType):
        if t.can_coerce(source, target):
            return f"CAST({sql} AS {held})"
        kind = "DECIMAL" if isinstance(source, t.DecimalType) else source.base.upper()
        error = fail_with(
            "INVALID_CAST_ARGUMENT",
            f"'Cannot cast {kind} '''",
            _shown(sql, source),
            f"''' to {_decimal_name(target)}'",
        )
        plain = f"CAST({sql} AS VARCHAR)" if source.base in ("real", "double") else sql
        return _or_fail(sql, f"TRY_CAST({plain} AS {held})", error)
    if target.base in ("real", "double"):
        if source == t.DOUBLE and target == t.REAL:
            # Java's narrowing: what is too large becomes infinite. For DuckDB NaN is larger than all numbers.
            big = "3.4028235677973366e38"
            return (
                f"CASE WHEN isnan({sql}) THEN CAST('NaN' AS FLOAT) "
                f"WHEN {sql} >= {big} THEN CAST('Infinity' AS FLOAT) WHEN {sql} <= -{big} "
                f"THEN CAST('-Infinity' AS FLOAT) ELSE CAST({sql} AS FLOAT) END"
            )
        return f"CAST({sql} AS {held})"
    if t.can_coerce(source, target):
        return f"CAST({sql} AS {held})"
    shown = _shown(sql, source)
    if isinstance(source, t.DecimalType):
        error = fail_with(
            "INVALID_CAST_ARGUMENT", "'Cannot cast '''", shown, f"''' to {target.base.upper()}'"
        )
        return _or_fail(sql, f"TRY_CAST({sql} AS {held})", error)
    if source.base in ("real", "double"):
        if target == t.BIGINT:
            error = fail_with("INVALID_CAST_ARGUMENT", "'Unable to cast '", shown, "' to bigint'")
        else:
            error = fail_with("NUMERIC_VALUE_OUT_OF_RANGE", f"'Out of range for {target.base}: '", shown)
            nan = fail_with("INVALID_CAST_ARGUMENT", f"'Cannot cast {source.base} NaN to {target.base}'")
            error = f"CASE WHEN isnan({sql}) THEN {nan} ELSE {error} END"
        return _or_fail(sql, f"TRY_CAST(round(CAST({sql} AS DOUBLE)) AS {held})", error)
    error = fail_with("NUMERIC_VALUE_OUT_OF_RANGE", f"'Out of range for {target.base}: '", shown)
    return _or_fail(sql, f"TRY_CAST({sql} AS {held})", error)


def _shown(sql: str, source: t.Type) -> str:
    return to_text(sql, source, t.VARCHAR) or f"CAST({sql} AS VARCHAR)"


def _or_fail(sql: str, attempt: str, error: str) -> str:
    """`attempt`, or `error` where that is null and `sql` is not."""
    return f"CASE WHEN {attempt} IS NOT NULL OR ({sql}) IS NULL THEN {attempt} ELSE {error} END"
