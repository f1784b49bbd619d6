"""Texts of files as values of the declared type, as DuckDB SQL.

Text that does not fit the type is null where the SerDe says so (LazySimpleSerDe), and ends the query with
HIVE_BAD_DATA where it does not (JSON, OpenCSVSerDe).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from localstack_lab.athena.reading.errors import lacking, literal
from localstack_lab.athena.sql import hive
from localstack_lab.athena.sql import types as t
from localstack_lab.lake.hive_types import HiveType

_WHOLE = "[+-]?[0-9]+"
_FRACTION = r"^([+-]?)([0-9]*)\.[0-9]*$"
_DATE = r"[+-]?[0-9]{1,10}-[0-9]{1,2}-[0-9]{1,2}"
_TIME = r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.][0-9]{1,9})?"
_BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_NUMBER = r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?\s*"


@dataclass(frozen=True)
class Rules:
    """How one SerDe reads a scalar.

    :param strict: text that does not fit is an error, not null
    :param date: SQL of a text → DATE, null where it is none
    :param timestamp: the same for TIMESTAMP
    :param truncated: a whole number's fraction is dropped
    """

    strict: bool
    date: Callable[[str], str]
    timestamp: Callable[[str], str]
    truncated: bool = False


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
            return _binary(sql, field)
    target = duckdb_type(type_)
    if type_.name in ("tinyint", "smallint", "int", "bigint"):
        cast = f"TRY_CAST({sql} AS {target})"  # it reads 1.5, 1e3 and 0x1 too, so the text must come back
        cut = f"TRY_CAST(regexp_replace({sql}, '{_FRACTION}', '\\10\\2') AS {target})"
        tried = (
            f"CASE WHEN CAST({cast} AS VARCHAR) = {sql} THEN {cast} "
            f"WHEN regexp_full_match({sql}, '{_WHOLE}') THEN {cast} "
            + (f"WHEN regexp_full_match({sql}, '{_FRACTION}') THEN {cut} END" if rules.truncated else "END")
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


def _binary(sql: str, field: int) -> str:
    bytes_ = f"CASE WHEN regexp_full_match({sql}, '{_BASE64}') THEN from_base64({sql}) END"
    return f"CASE WHEN {sql} IS NOT NULL THEN coalesce({bytes_}, {misfit(sql, field)}) END"


def milliseconds(sql: str) -> str:
    """SQL of a TIMESTAMP rounded to Athena's three digits, half up; DuckDB's ``//`` would round to zero."""
    half_up = f"epoch_us({sql}) + 500"
    return f"make_timestamp({half_up} - (({half_up}) % 1000 + 1000) % 1000)"


def lenient_date(sql: str) -> str:
    """``2020-01-31``, whatever follows after a blank; 2020-02-30 is the first of March.

    As Trino's reader of Hive's text files does it, in the HiveFormatUtils of its library trino-hive-formats.
    """
    text = f"string_split(trim({sql}), ' ')[1]"
    return _if(text, _DATE, f"coalesce(TRY_CAST({text} AS DATE), {_carried(text)})")


def _carried(text: str) -> str:
    """SQL of the date of a text with a month or a day that there is not: they run over into the next."""
    year, month, day = (
        f"TRY_CAST(regexp_extract({text}, '^([+-]?[0-9]+)-([0-9]+)-([0-9]+)', {group}) AS INTEGER)"
        for group in (1, 2, 3)
    )
    return f"CAST(make_date({year}, 1, 1) + to_months({month} - 1) + to_days({day} - 1) AS DATE)"


def leading_date(sql: str) -> str:
    """``2020-01-31``, whatever follows after a blank or a T."""
    begin = rf"regexp_extract({sql}, '^\s*([0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}})(?:[ T].*)?$', 1)"
    return f"TRY_CAST(nullif({begin}, '') AS DATE)"


def hive_timestamp(sql: str) -> str:
    """``2020-01-02 03:04:05.678``, of which only the fraction may be missing.

    https://docs.aws.amazon.com/athena/latest/ug/data-types-timestamps.html: as java.sql.Timestamp writes it.
    """
    text = f"trim({sql})"
    hour, minute, second = (
        f"CAST(regexp_extract({text}, ' ([0-9]+):([0-9]+):([0-9]+([.][0-9]+)?)$', {group}) AS {kind})"
        for group, kind in ((1, "INTEGER"), (2, "INTEGER"), (3, "DOUBLE"))
    )
    carried = f"{_carried(text)} + to_hours({hour}) + to_minutes({minute}) + to_seconds({second})"
    return _if(text, f"{_DATE} {_TIME}", milliseconds(f"coalesce(TRY_CAST({text} AS TIMESTAMP), {carried})"))


def with_formats(rules: Rules, formats: str) -> Rules:
    """The rules, with timestamps that are tried by the SerDe property ``timestamp.formats`` first."""

    def timestamp(sql: str) -> str:
        return f"coalesce(lab_timestamp({sql}, {literal(formats)}), {rules.timestamp(sql)})"

    return replace(rules, timestamp=timestamp)


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


LAZY = Rules(False, lenient_date, hive_timestamp, truncated=True)
GROUPS = Rules(False, lenient_date, hive_timestamp)
JSON = Rules(True, leading_date, json_timestamp)
CSV = Rules(True, epoch_days, epoch_milliseconds)
