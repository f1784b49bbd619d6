"""Dates as text and back: MySQL's and Joda's patterns, ISO 8601, durations.

https://trino.io/docs/current/functions/datetime.html
"""

import datetime
import re

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import date_parsing, date_patterns, emitting, registry, zones
from localstack_lab.athena.sql.functions.date_patterns import Field, Pattern
from localstack_lab.athena.sql.functions.emitting import constant_text, python
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, text

BAD = "INVALID_FUNCTION_ARGUMENT"
_STRFTIME = {
    Field("day_text"): "%a",
    Field("day_text", full=True): "%A",
    Field("month_text"): "%b",
    Field("month_text", full=True): "%B",
    Field("month", 1, 2): "%-m",
    Field("month", 2, 2): "%m",
    Field("day", 1, 2): "%-d",
    Field("day", 2, 2): "%d",
    Field("day_of_year", 3, 3): "%j",
    Field("hour", 1, 2): "%-H",
    Field("hour", 2, 2): "%H",
    Field("clock_hour_of_half", 1, 2): "%-I",
    Field("clock_hour_of_half", 2, 2): "%I",
    Field("minute", 1, 2): "%-M",
    Field("minute", 2, 2): "%M",
    Field("second", 1, 2): "%-S",
    Field("second", 2, 2): "%S",
    Field("half"): "%p",
    Field("fraction", 3, 3): "%g",
    Field("fraction", 6, 9): "%g000",
    Field("week", 2, 2): "%V",
}
_FOUR_DIGITS = {"year": "%Y", "year_of_era": "%Y", "weekyear": "%G"}


def _strftime(pattern: Pattern) -> str | None:
    """DuckDB's pattern that prints the same, None where there is none (an empty one is none for DuckDB)."""
    parts: list[str] = []
    for part in pattern:
        if isinstance(part, str):
            parts.append(part.replace("%", "%%"))
        elif part.name in _FOUR_DIGITS and part.least == 4:
            parts.append(_FOUR_DIGITS[part.name])
        elif part.name in ("two_digit_year", "two_digit_year_of_era"):
            parts.append("%y")
        elif part in _STRFTIME:
            parts.append(_STRFTIME[part])
        else:
            return None
    return "".join(parts) or None


_DIGITS = {"month": 2, "day": 2, "hour": 2, "minute": 2, "second": 2}
_STRPTIME = {"month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S"}


def _strptime(pattern: Pattern) -> tuple[str, str] | None:
    """A regular expression of texts on which DuckDB's parser agrees with Joda's, and its pattern.

    Only fields of a fixed number of digits with a date that is whole; other texts go to `date_parsing`.
    """
    shape, form, seen = "", "", set()
    for part in pattern:
        if isinstance(part, str):
            shape += re.escape(part)
            form += part.replace("%", "%%")
        elif part.name == "year":
            shape += r"\d{4}"
            form += "%Y"
        elif part.name in _DIGITS:
            shape += r"\d{2}"
            form += _STRPTIME[part.name]
        elif part.name == "fraction" and part.most in (3, 9):
            shape += r"\d{3}"
            form += "%g"
        else:
            return None
        if isinstance(part, Field):
            if part.name in seen:
                return None
            seen.add(part.name)
    return (shape, form) if {"year", "month", "day"} <= seen else None


def _read(call: Call, reader: str) -> Pattern | None:
    """A constant pattern, checked before the statement runs."""
    given = constant_text(call.arguments[1])
    if given is None:
        return None
    try:
        return getattr(date_patterns, reader)(given)  # type: ignore[no-any-return]
    except QueryError as fault:
        raise call.invalid(fault.message, fault.name) from fault


def _printed(reader: str) -> "registry.Emit":
    name = f"lab_format_{reader}"

    def emit(call: Call) -> str:
        pattern = _read(call, reader)
        form = None if pattern is None else _strftime(pattern)
        zoned = t.is_zoned(call.arguments[0].type)
        if form is not None:
            return emitting.bind(
                lambda x: f"strftime({f'lab_local({x})' if zoned else x}, {text(form)})", call.sql(0)
            )

        def slow(x: str) -> str:
            moment = f"struct_extract({x}, 'instant')" if zoned else x
            zone = f"struct_extract({x}, 'zone')" if zoned else text(str(call.session.get("zone", "UTC")))
            return f"{call.udf(name)}({moment}, {zone}, {call.sql(1)})"

        return emitting.bind(slow, call.sql(0))

    def function(moment: datetime.datetime, zone: str, pattern: str) -> str:
        return date_patterns.render(getattr(date_patterns, reader)(pattern), zones.local(moment, zone), zone)

    registry.udf(
        name, emitting.strict(function), ["TIMESTAMP", "VARCHAR", "VARCHAR"], "VARCHAR", nulls="special"
    )
    return emit


def _date_parse(call: Call) -> str:
    pattern = _read(call, "mysql")
    slow = call.udf("lab_date_parse")
    fast = None if pattern is None else _strptime(pattern)
    if fast is None:
        return f"{slow}({call.sql(0)}, {call.sql(1)})"
    shape, form = fast
    return emitting.bind(
        lambda x: (
            f"coalesce(CASE WHEN regexp_full_match({x}, {text(shape)}) THEN "
            f"try_strptime({x}, {text(form)}) END, {slow}({x}, {call.sql(1)}))"
        ),
        call.sql(0),
    )


def _parse_mysql(value: str, pattern: str) -> datetime.datetime:
    return date_parsing.parse(date_patterns.mysql(pattern), value)[0]


_ZONED = "STRUCT(instant TIMESTAMP, zone VARCHAR)"


def _parse_joda(value: str, pattern: str, default: str) -> dict[str, object]:
    moment, zone = date_parsing.parse(date_patterns.joda(pattern), value)
    zone = zone or default
    instant = zones.instant(moment, zone)
    if zones.local(instant, zone).replace(tzinfo=None) != moment:
        gap = f"Illegal instant due to time zone offset transition ({zone})"
        raise QueryError(BAD, f'Cannot parse "{value}": {gap}')
    return {"instant": instant, "zone": zone}


def _parse_datetime(call: Call) -> str:
    pattern = _read(call, "joda")
    zone = text(str(call.session.get("zone", "UTC")))
    slow = call.udf("lab_parse_datetime")
    fast = None if pattern is None else _strptime(pattern)
    if fast is None or call.session.get("zone", "UTC") != "UTC":
        return f"{slow}({call.sql(0)}, {call.sql(1)}, {zone})"
    shape, form = fast
    return emitting.bind(
        lambda x: (
            f"(CASE WHEN regexp_full_match({x}, {text(shape)}) AND try_strptime({x}, {text(form)}) "
            f"IS NOT NULL "
            f"THEN struct_pack(instant := try_strptime({x}, {text(form)}), zone := {zone}) "
            f"ELSE {slow}({x}, {call.sql(1)}, {zone}) END)"
        ),
        call.sql(0),
    )


_ISO_DATE = re.compile(
    r"(?P<year>[+-]?\d{4,9})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?|-W(?P<week>\d{1,2})(?:-(?P<dow>\d))?"
    r"|-(?P<doy>\d{3}))?"
)
_ISO_TIME = re.compile(r"(\d{2})(?::(\d{2})(?::(\d{2}))?)?(?:[.,](\d{1,9}))?")
_ISO_ZONE = re.compile(r"Z|[+-]\d{2}(?::?\d{2})?")


def _iso_date(value: str) -> datetime.date:
    found = _ISO_DATE.fullmatch(value)
    if found is None:
        raise QueryError(BAD, f'Invalid format: "{value}"')
    names = {"month": "month", "day": "day", "week": "week", "dow": "day_of_week", "doy": "day_of_year"}
    values = {names[k]: int(v) for k, v in found.groupdict().items() if v is not None and k != "year"}
    values["weekyear" if "week" in values else "year"] = int(found["year"])
    return date_parsing.moment(values, value).date()


def _iso_timestamp(value: str, default: str) -> dict[str, object]:
    date, separator, rest = value.partition("T")
    day = _iso_date(date)
    moment = datetime.datetime.combine(day, datetime.time())
    zone = default
    if separator:
        found = _ISO_TIME.match(rest)
        end = found.end() if found else 0
        tail = rest[end:]
        if tail and not _ISO_ZONE.fullmatch(tail):
            at = len(date) + 1 + end
            raise QueryError(BAD, f'Invalid format: "{value}" is malformed at "{value[at:]}"')
        if found:
            moment += _span(found, value)
        if tail:
            zone = zones.canonical("UTC" if tail == "Z" else tail)
    return {"instant": zones.instant(moment, zone), "zone": zone}


def _span(found: re.Match[str], value: str) -> datetime.timedelta:
    hour, minute, second, fraction = found.groups()
    for part, limit, name in (
        (hour, 23, "hourOfDay"),
        (minute, 59, "minuteOfHour"),
        (second, 59, "secondOfMinute"),
    ):
        if part is not None and int(part) > limit:
            raise QueryError(
                BAD, f'Cannot parse "{value}": Value {part} for {name} must be in the range [0,{limit}]'
            )
    unit = 1 if second is not None else 60 if minute is not None else 3600
    millis = int(int(fraction.ljust(9, "0")) * unit // 1_000_000) if fraction else 0
    return datetime.timedelta(
        hours=int(hour), minutes=int(minute or 0), seconds=int(second or 0), milliseconds=millis
    )


_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*")
_UNITS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7}


def _duration(value: str) -> int:
    found = _DURATION.fullmatch(value)
    if found is None:
        raise QueryError(BAD, f"duration is not a valid data duration string: {value}")
    if found[2] not in _UNITS:
        raise QueryError(BAD, f"Unknown time unit: {found[2]}")
    return int(float(found[1]) * _UNITS[found[2]] + 0.5)


def _human(seconds: float) -> str:
    """https://trino.io/docs/current/functions/datetime.html#human_readable_seconds"""
    if seconds != seconds or abs(seconds) == float("inf"):
        raise QueryError(BAD, "Invalid argument found: " + ("NaN" if seconds != seconds else "Infinity"))
    rest = int(abs(seconds) + 0.5)
    parts: list[str] = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count or (name == "second" and not parts):
            parts.append(f"{count} {name}" + ("" if count == 1 else "s"))
    return ", ".join(parts)


registry.udf(
    "lab_date_parse", emitting.strict(_parse_mysql), ["VARCHAR", "VARCHAR"], "TIMESTAMP", nulls="special"
)
registry.udf(
    "lab_parse_datetime",
    emitting.strict(_parse_joda),
    ["VARCHAR", "VARCHAR", "VARCHAR"],
    _ZONED,
    nulls="special",
)
registry.udf(
    "lab_iso_timestamp", emitting.strict(_iso_timestamp), ["VARCHAR", "VARCHAR"], _ZONED, nulls="special"
)


def _from_iso(call: Call) -> str:
    zone = text(str(call.session.get("zone", "UTC")))
    return f"{call.udf('lab_iso_timestamp')}({call.sql(0)}, {zone})"


for _name, _reader in (("date_format", "mysql"), ("format_datetime", "joda")):
    scalar(
        _name,
        ("(timestamp(p), varchar(x)) -> varchar", "(timestamp(p) with time zone, varchar(x)) -> varchar"),
        _printed(_reader),
    )
scalar("date_parse", "(varchar(x), varchar(y)) -> timestamp(3)", _date_parse)
scalar("parse_datetime", "(varchar(x), varchar(y)) -> timestamp(3) with time zone", _parse_datetime)
scalar("from_iso8601_timestamp", "(varchar(x)) -> timestamp(3) with time zone", _from_iso)
scalar("from_iso8601_date", "(varchar(x)) -> date", python("lab_iso_date", _iso_date, "VARCHAR", "DATE"))
scalar(
    "parse_duration",
    "(varchar(x)) -> interval day to second",
    python("lab_parse_duration", _duration, "VARCHAR", "BIGINT"),
)
scalar(
    "human_readable_seconds", "(double) -> varchar", python("lab_human_seconds", _human, "DOUBLE", "VARCHAR")
)
