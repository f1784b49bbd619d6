"""Texts of files as values of the declared type, as DuckDB SQL.

Text that does not fit the type is null where the SerDe says so (LazySimpleSerDe), and ends the query with
HIVE_BAD_DATA where it does not (JSON, OpenCSVSerDe).
"""

from collections.abc import Callable
from dataclasses import dataclass

from localstack_lab.athena.reading.errors import lacking, literal
from localstack_lab.athena.sql import hive
from localstack_lab.athena.sql import types as t
from localstack_lab.lake.hive_types import HiveType

_WHOLE = "[+-]?[0-9]+"
_NUMBER = r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?\s*"


@dataclass(frozen=True)
class Rules:
    """How one SerDe reads a scalar.

    :param strict: text that does not fit is an error, not null
    :param trimmed: spaces round a whole number are passed by
    :param date: SQL of a text → DATE, null where it is none
    :param timestamp: the same for TIMESTAMP
    """

    strict: bool
    date: Callable[[str], str]
    timestamp: Callable[[str], str]
    trimmed: bool = False


def duckdb_type(type_: HiveType) -> str:
    """The DuckDB type that holds the values."""
    return t.duckdb(hive.from_hive(str(type_)))


def scalar(sql: str, type_: HiveType, rules: Rules, field: int) -> str:
    """SQL of the value of the text `sql`; null stays null.

    :param sql: an expression that may stand several times
    :param field: the column's number from 0, for the message
    """
    match type_.name:
        case "string":
            return sql
        case "varchar":
            return f"left({sql}, {type_.sizes[0]})"
        case "char":
            return f"rpad(left({sql}, {type_.sizes[0]}), {type_.sizes[0]}, ' ')"
        case "boolean":
            return _boolean(sql, rules)
        case "binary":
            return f"from_base64({sql})"
    target = duckdb_type(type_)
    if type_.name in ("tinyint", "smallint", "int", "bigint"):
        whole = f"trim({sql})" if rules.trimmed else sql
        cast = f"TRY_CAST({whole} AS {target})"  # it reads 1.5, 1e3 and 0x1 too, so the text must come back
        tried = (
            f"CASE WHEN CAST({cast} AS VARCHAR) = {whole} THEN {cast} "
            f"WHEN regexp_full_match({whole}, '{_WHOLE}') THEN {cast} END"
        )
    elif type_.name in ("float", "double"):
        cast = f"TRY_CAST({sql} AS {target})"  # it reads inf and 1_0 too
        tried = (
            f"CASE WHEN isfinite({cast}) AND NOT contains({sql}, '_') THEN {cast} "
            f"WHEN regexp_full_match({sql}, '{_NUMBER}') "
            f"THEN TRY_CAST(rtrim(trim({sql}), 'dDfF') AS {target}) "
            f"WHEN trim({sql}) IN ('NaN', 'Infinity', '-Infinity', '+Infinity') "
            f"THEN CAST(ltrim(trim({sql}), '+') AS {target}) END"
        )
    elif type_.name == "decimal":
        tried = _if(sql, _NUMBER, f"TRY_CAST({sql} AS {target})")
    elif type_.name == "date":
        tried = rules.date(sql)
    elif type_.name == "timestamp":
        tried = rules.timestamp(sql)
    else:
        raise lacking(f"A column of type {type_}")
    if not rules.strict:
        return f"({tried})"
    return f"CASE WHEN {sql} IS NULL THEN NULL ELSE coalesce({tried}, {misfit(sql, field)}) END"


def misfit(sql: str, field: int) -> str:
    """SQL that ends the query with what Athena says of a value that does not fit its column."""
    return (
        f"error('HIVE_BAD_DATA: Error parsing field value ''' || {sql} || ''' for field {field}: "
        f"For input string: \"' || {sql} || '\"')"
    )


def _if(sql: str, form: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({sql}, {literal(form)}) THEN {value} END"


def _boolean(sql: str, rules: Rules) -> str:
    if rules.strict:  # Java's Boolean.parseBoolean: whatever is not true is false
        return f"(lower({sql}) = 'true')"
    return f"CASE lower({sql}) WHEN 'true' THEN true WHEN 'false' THEN false END"


def milliseconds(sql: str) -> str:
    """SQL of a TIMESTAMP rounded to Athena's three digits."""
    return f"make_timestamp(((epoch_us({sql}) + 500) // 1000) * 1000)"


def plain_date(sql: str) -> str:
    """``2020-01-31``."""
    return _if(sql, "[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}", f"TRY_CAST({sql} AS DATE)")


def leading_date(sql: str) -> str:
    """``2020-01-31``, whatever follows after a blank or a T."""
    begin = rf"regexp_extract({sql}, '^\s*([0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}})(?:[ T].*)?$', 1)"
    return f"TRY_CAST(nullif({begin}, '') AS DATE)"


def hive_timestamp(sql: str) -> str:
    """``2020-01-31 01:02:03.456``; a date alone is its midnight."""
    form = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]{1,9})?)?)?"
    return _if(sql, form, milliseconds(f"TRY_CAST({sql} AS TIMESTAMP)"))


def json_timestamp(sql: str) -> str:
    """Hive's form, ISO 8601 with T, Z or an offset, or a number of seconds or (13 digits and more)
    milliseconds.
    """
    numeric = (
        f"CASE WHEN contains({sql}, '.') THEN make_timestamp(CAST(trunc(CAST({sql} AS DECIMAL(38,9)) * 1000) "
        f"AS BIGINT) * 1000) WHEN strlen({sql}) >= 13 THEN make_timestamp(CAST({sql} AS BIGINT) * 1000) "
        f"ELSE make_timestamp(CAST({sql} AS BIGINT) * 1000000) END"
    )
    zoned = f"TRY_CAST({sql} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    return (
        rf"CASE WHEN regexp_full_match({sql}, '[+-]?[0-9]{{1,17}}([.][0-9]{{1,9}})?') THEN {numeric} "
        rf"WHEN regexp_matches({sql}, ':.*([zZ]|[+-][0-9]{{2}}:?[0-9]{{2}})$') THEN {milliseconds(zoned)} "
        f"ELSE {milliseconds(f'TRY_CAST({sql} AS TIMESTAMP)')} END"
    )


def epoch_days(sql: str) -> str:
    """A number of days since 1970-01-01."""
    return _if(f"trim({sql})", "[+-]?[0-9]{1,7}", f"DATE '1970-01-01' + CAST(trim({sql}) AS INTEGER)")


def epoch_milliseconds(sql: str) -> str:
    """A number of milliseconds since 1970-01-01."""
    return _if(f"trim({sql})", "[+-]?[0-9]{1,15}", f"make_timestamp(CAST(trim({sql}) AS BIGINT) * 1000)")


LAZY = Rules(False, plain_date, hive_timestamp)
JSON = Rules(True, leading_date, json_timestamp)
CSV = Rules(True, epoch_days, epoch_milliseconds)
