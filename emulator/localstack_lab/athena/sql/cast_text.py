"""Casts to varchar and char, and from them.

The texts are those of Trino's operators, such as
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/VarcharOperators.java
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql import zones
from localstack_lab.athena.sql.cast_times import rounded
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.registry import macro
from localstack_lab.athena.sql.functions.values import fail_with, text

# Java's DecimalFormat 0.0###################E0: every double in scientific notation, of its shortest digits.
macro(
    "lab_scientific",
    r"""CREATE OR REPLACE TEMP MACRO lab_scientific(x, digits) AS CASE
    WHEN x IS NULL THEN NULL
    WHEN isnan(x) THEN 'NaN'
    WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN x = 0 THEN CASE WHEN digits LIKE '-%' THEN '-0E0' ELSE '0E0' END
    ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || lab_digits(lab_plain(digits)) || 'E'
         || CAST(lab_exponent(digits) AS VARCHAR) END""",
)
# The significant digits alone: 12.50e3 -> 125.
macro(
    "lab_plain",
    r"""CREATE OR REPLACE TEMP MACRO lab_plain(digits) AS
    trim(replace(split_part(ltrim(digits, '-'), 'e', 1), '.', ''), '0')""",
)
macro(
    "lab_digits",
    r"""CREATE OR REPLACE TEMP MACRO lab_digits(plain) AS
    plain[1] || '.' || CASE WHEN length(plain) > 1 THEN plain[2:] ELSE '0' END""",
)
# The power of ten of the first significant digit.
macro(
    "lab_exponent",
    r"""CREATE OR REPLACE TEMP MACRO lab_exponent(digits) AS
    coalesce(TRY_CAST(nullif(split_part(digits, 'e', 2), '') AS INTEGER), 0)
    + CASE WHEN ltrim(split_part(ltrim(split_part(digits, 'e', 1), '-'), '.', 1), '0') <> ''
      THEN length(ltrim(split_part(ltrim(split_part(digits, 'e', 1), '-'), '.', 1), '0')) - 1
      ELSE -1 - (length(split_part(split_part(digits, 'e', 1), '.', 2))
                 - length(ltrim(split_part(split_part(digits, 'e', 1), '.', 2), '0'))) END""",
)


def to_text(sql: str, source: t.Type, target: t.Type) -> str | None:
    """A value as varchar or char; None where Trino has no such cast."""
    if t.is_string(source):
        return _resized(sql, source, target)
    found = printed(sql, source)
    if found is None:
        return None
    if isinstance(target, t.CharType):
        return _fitting(found, source, target.length, target, padded=True)
    assert isinstance(target, t.VarcharType)
    return found if target.length is None else _fitting(found, source, target.length, target)


def _fitting(sql: str, source: t.Type, length: int, target: t.Type, padded: bool = False) -> str:
    whole = f"rpad({sql}, {length}, ' ')" if padded else sql
    if source == t.JSON:
        return f"left({whole}, {length})"
    error = fail_with("INVALID_CAST_ARGUMENT", "'Value '", sql, f"' cannot be represented as {target}'")
    return f"CASE WHEN length({sql}) > {length} THEN {error} ELSE {whole} END"


def _resized(sql: str, source: t.Type, target: t.Type) -> str:
    have = source.length if isinstance(source, t.VarcharType | t.CharType) else None
    want = target.length if isinstance(target, t.VarcharType | t.CharType) else None
    result = sql
    if want is not None and (have is None or have > want):
        result = f"left({sql}, {want})"
    if isinstance(target, t.CharType) and not (
        isinstance(source, t.CharType) and have is not None and have >= target.length
    ):
        result = f"rpad({result}, {want}, ' ')"
    return result


def printed(sql: str, source: t.Type) -> str | None:
    """The text of a value, as CAST(… AS varchar) gives it; None for types that have none."""
    if isinstance(source, t.DecimalType) and source.precision == source.scale:
        # DuckDB leaves out the only digit before the point.
        return f"regexp_replace(CAST({sql} AS VARCHAR), '^(-?)\\.', '\\10.')"
    if source.base in ("boolean", "tinyint", "smallint", "integer", "bigint", "decimal", "date", "uuid"):
        return f"CAST({sql} AS VARCHAR)"
    if source.base in ("real", "double"):
        return f"lab_scientific({sql}, CAST({sql} AS VARCHAR))"
    if isinstance(source, t.TimestampType):
        if not source.zoned:
            return clock(sql, source.precision)
        return f"({clock(zones.local(sql), source.precision)} || ' ' || ({sql}).zone)"
    if isinstance(source, t.TimeType):
        return clock(f"(DATE '1970-01-01' + {sql})", source.precision, "%H:%M:%S")
    if source == t.INTERVAL_DAY:
        return (
            f"(CASE WHEN {sql} < 0 THEN '-' ELSE '' END || CAST(abs({sql}) // 86400000 AS VARCHAR) || ' ' || "
            f"strftime(make_timestamp((abs({sql}) % 86400000) * 1000), '%H:%M:%S.%g'))"
        )
    if source == t.INTERVAL_YEAR:
        return (
            f"(CASE WHEN {sql} < 0 THEN '-' ELSE '' END || CAST(abs({sql}) // 12 AS VARCHAR) || '-' || "
            f"CAST(abs({sql}) % 12 AS VARCHAR))"
        )
    if source == t.JSON:
        return emitting.bind(_json_scalar, sql)
    return None


def _json_scalar(j: str) -> str:
    """Fractions come as a cast of a double gives them, whole numbers as they are written.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/util/JsonUtil.java
    """
    bad = fail_with("INVALID_CAST_ARGUMENT", "'Cannot cast '''", j, "''' to VARCHAR'")
    double = f"CAST({j} AS DOUBLE)"
    return (
        f"(CASE json_type({j}) WHEN 'NULL' THEN NULL WHEN 'VARCHAR' THEN json_extract_string({j}, '$') "
        f"WHEN 'BOOLEAN' THEN {j} WHEN 'ARRAY' THEN {bad} WHEN 'OBJECT' THEN {bad} "
        f"ELSE CASE WHEN regexp_matches({j}, '[.eE]') "
        f"THEN lab_scientific({double}, CAST({double} AS VARCHAR)) ELSE {j} END END)"
    )


def clock(sql: str, precision: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A TIMESTAMP as text with `precision` digits of a second."""
    whole = f"strftime({sql}, {text(form)})"
    if not precision:
        return whole
    return (
        f"left(strftime({sql}, {text(form + '.%f')}), -{6 - precision})"
        if precision < 6
        else (f"strftime({sql}, {text(form + '.%f')})")
    )


_INTEGER_NAMES = {"tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INT", "bigint": "BIGINT"}
_DATE = r"\s*[+-]?\d{4,}-\d{1,2}-\d{1,2}\s*"
# DuckDB takes 24:00 for the next midnight, Java for a mistake.
_CLOCK = r"(?:[01]?\d|2[0-3]):\d{1,2}(?::\d{1,2}(?:\.\d{1,12})?)?"
_STAMP = rf"\d{{4,}}-\d{{1,2}}-\d{{1,2}}(?: {_CLOCK})?"
_OFFSET = r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)"
# What is trimmed off a text before a date or time is read from it
_BLANKS = " \t\n\r\f\v"
_FLOAT = r"\s*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*"


def from_text(sql: str, source: t.Type, target: t.Type) -> str | None:
    """A value read from text; None where Trino has no such cast."""
    held = t.duckdb(target)
    if isinstance(source, t.CharType):
        sql = f"rtrim({sql}, ' ')"
    if target == t.BOOLEAN:
        error = fail_with("INVALID_CAST_ARGUMENT", "'Cannot cast '''", sql, "''' to BOOLEAN'")
        return (
            f"CASE WHEN ({sql}) IS NULL THEN NULL WHEN lower({sql}) IN ('true', 't', '1') THEN TRUE "
            f"WHEN lower({sql}) IN ('false', 'f', '0') THEN FALSE ELSE {error} END"
        )
    if target.base in _INTEGER_NAMES:
        return _matched(sql, r"[+-]?\d+", held, f"Cannot cast '{{}}' to {_INTEGER_NAMES[target.base]}")
    if target.base in ("real", "double"):
        return _matched(sql, _FLOAT, held, f"Cannot cast '{{}}' to {target.base.upper()}")
    if isinstance(target, t.DecimalType):
        name = f"DECIMAL({target.precision}, {target.scale})"
        pattern = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
        large = fail_with(
            "INVALID_CAST_ARGUMENT", "'Cannot cast VARCHAR '''", sql, f"''' to {name}. Value too large.'"
        )
        other = fail_with(
            "INVALID_CAST_ARGUMENT",
            "'Cannot cast VARCHAR '''",
            sql,
            f"''' to {name}. Value is not a number.'",
        )
        return (
            f"CASE WHEN ({sql}) IS NULL THEN NULL WHEN NOT regexp_full_match({sql}, "
            f"{text(pattern)}) THEN {other} "
            f"WHEN TRY_CAST({sql} AS {held}) IS NULL THEN {large} ELSE TRY_CAST({sql} AS {held}) END"
        )
    if target == t.DATE:
        return _matched(sql, _DATE, held, "Value cannot be cast to date: {}")
    if isinstance(target, t.TimestampType):
        return _timestamp(sql, target)
    if isinstance(target, t.TimeType):
        return _time(sql, target)
    if target == t.UUID:
        return _matched(
            sql,
            r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            held,
            "Invalid UUID string length: {}",
        )
    return None


def _matched(sql: str, pattern: str, held: str, message: str) -> str:
    """A TRY_CAST of text that has Trino's form; else the error."""
    before, _, after = message.partition("{}")
    error = fail_with("INVALID_CAST_ARGUMENT", text(before), sql, *([text(after)] if after else []))
    attempt = f"TRY_CAST({sql} AS {held})"
    return (
        f"CASE WHEN ({sql}) IS NULL THEN NULL WHEN regexp_full_match({sql}, {text(pattern)}) "
        f"AND {attempt} IS NOT NULL THEN {attempt} ELSE {error} END"
    )


def _trimmed(sql: str) -> str:
    return f"trim({sql}, {text(_BLANKS)})"


def _read(sql: str, moment: str, precision: int) -> str:
    """A TIMESTAMP read from text, rounded half up: DuckDB drops what comes after six digits of a second."""
    if precision < 6:
        return rounded(moment, precision)
    return f"({moment} + to_microseconds(CAST(regexp_matches({sql}, '\\.\\d{{6}}[5-9]') AS BIGINT)))"


def _time(sql: str, target: t.TimeType) -> str:
    def read(v: str) -> str:
        error = fail_with("INVALID_CAST_ARGUMENT", "'Value cannot be cast to time: '", v)
        clock_ = f"TRY_CAST('1970-01-01 ' || {_trimmed(v)} AS TIMESTAMP)"
        moment = _read(v, clock_, target.precision)
        return (
            f"(CASE WHEN {v} IS NULL THEN NULL WHEN regexp_full_match({_trimmed(v)}, {text(_CLOCK)}) "
            f"AND {clock_} IS NOT NULL THEN CAST({moment} AS TIME) ELSE {error} END)"
        )

    return emitting.bind(read, sql)


def _timestamp(sql: str, target: t.TimestampType) -> str:
    return emitting.bind(lambda v: _zoned(v, target) if target.zoned else _local(v, target), sql)


def _local(v: str, target: t.TimestampType) -> str:
    error = fail_with("INVALID_CAST_ARGUMENT", "'Value cannot be cast to timestamp: '", v)
    attempt = f"TRY_CAST({_trimmed(v)} AS TIMESTAMP)"
    return (
        f"(CASE WHEN {v} IS NULL THEN NULL WHEN regexp_full_match({_trimmed(v)}, {text(_STAMP)}) "
        f"AND {attempt} IS NOT NULL THEN {_read(v, attempt, target.precision)} "
        f"ELSE {error} END)"
    )


def _zoned(v: str, target: t.TimestampType) -> str:
    error = fail_with("INVALID_CAST_ARGUMENT", "'Value cannot be cast to timestamp: '", v)
    local = f"TRY_CAST(regexp_extract({_trimmed(v)}, {text('^' + _STAMP)}) AS TIMESTAMP)"
    rest = f"trim(regexp_replace({_trimmed(v)}, {text('^' + _STAMP)}, ''))"
    zone = (
        f"CASE WHEN {rest} IN ('', 'UTC', 'Z', '+00:00', '-00:00') THEN 'UTC' "
        f"WHEN regexp_full_match({rest}, {text(_OFFSET)}) OR regexp_full_match({rest}, "
        f"'[A-Z][A-Za-z_]+(/[A-Za-z_+-]+)+') "
        f"THEN {rest} ELSE {error} END"
    )
    moment = _read(v, local, target.precision)
    return (
        f"(CASE WHEN {v} IS NULL THEN NULL WHEN {local} IS NOT NULL "
        f"THEN {zones.zoned(moment, zone)} ELSE {error} END)"
    )
