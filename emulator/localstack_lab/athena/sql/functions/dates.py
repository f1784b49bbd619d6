"""Date and time functions: parts, truncation, arithmetic, Unix times and zones.

https://trino.io/docs/current/functions/datetime.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/DateTimeFunctions.java
"""

import datetime
from collections.abc import Callable

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.cast_times import rounded
from localstack_lab.athena.sql.functions import emitting, registry, zones
from localstack_lab.athena.sql.functions.emitting import constant_text
from localstack_lab.athena.sql.functions.registry import lacking, scalar
from localstack_lab.athena.sql.functions.values import Call, Value, fail, fail_with, text

BAD = "INVALID_FUNCTION_ARGUMENT"
DATE_UNITS = ("day", "week", "month", "quarter", "year")
TIME_UNITS = ("millisecond", "second", "minute", "hour")
_UNITS = {"date": DATE_UNITS, "time": TIME_UNITS, "timestamp": TIME_UNITS + DATE_UNITS}
_MICROS = {"millisecond": 1000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
_FIRST_SECOND, _LAST_SECOND = -62135596800, 253402300799  # the years 1 to 9999
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _by_unit(kind: str, each: Callable[[str, list[str]], str]) -> Callable[[Call], str]:
    """An emit that depends on a unit, its first argument; Trino takes it in any case.

    :param kind: `date`, `time` or `timestamp`: which units there are
    """
    units = _UNITS[kind]

    def emit(call: Call) -> str:
        unit = constant_text(call.arguments[0])
        rest = [a.sql for a in call.arguments[1:]]
        if unit is not None:
            if unit.lower() not in units:
                raise call.invalid(f"'{unit}' is not a valid {kind.upper()} field")
            return emitting.bind(lambda *values: each(unit.lower(), list(values)), *rest)

        def chosen(name: str, *values: str) -> str:
            cases = " ".join(f"WHEN '{u}' THEN {each(u, list(values))}" for u in units)
            bad = fail_with(BAD, "''''", name, f"''' is not a valid {kind.upper()} field'")
            return f"(CASE WHEN {name} IS NOT NULL THEN CASE lower({name}) {cases} ELSE {bad} END END)"

        return emitting.bind(chosen, call.sql(0), *rest)

    return emit


def _trunc_date(unit: str, values: list[str]) -> str:
    return f"CAST(date_trunc('{unit}', {values[0]}) AS DATE)"


def _trunc_time(unit: str, values: list[str]) -> str:
    return f"CAST(date_trunc('{unit}', (DATE '2000-01-01' + {values[0]})) AS TIME)"


def _trunc(unit: str, values: list[str]) -> str:
    return f"date_trunc('{unit}', {values[0]})"


def _near(local: str, moment: str) -> str:
    """The instant of a local time in a moment's zone; of two the one with the moment's offset."""
    return emitting.bind(lambda there: f"lab_near({there}, {moment})", local)


def _trunc_zoned(unit: str, values: list[str]) -> str:
    moment = values[0]
    zone = f"struct_extract({moment}, 'zone')"
    if unit in ("millisecond", "second"):
        start = f"date_trunc('{unit}', struct_extract({moment}, 'instant'))"
    elif unit in ("minute", "hour"):
        # Within a local hour the offset stays: going back keeps clear of an hour that comes twice
        there = f"lab_local({moment})"
        start = f"struct_extract({moment}, 'instant') - ({there} - date_trunc('{unit}', {there}))"
    else:
        start = _near(f"date_trunc('{unit}', lab_local({moment}))", moment)
    return f"(CASE WHEN {moment} IS NOT NULL THEN struct_pack(instant := {start}, zone := {zone}) END)"


def _shifted(unit: str, count: str, moment: str) -> str:
    """A timestamp moved by whole units."""
    far = fail(
        "NOT_SUPPORTED", "A time that is not within the years 1 to 9999 is not supported by this emulator"
    )
    size, function = 0, ""
    if unit in _MONTHS:
        size, function = _MONTHS[unit], "to_months"
        most = 9999 * 12 // size
    elif unit in _DAYS:
        size, function = _DAYS[unit], "to_days"
        most = 9999 * 366 // size
    else:
        most = 9999 * 366 * 86_400_000_000 // _MICROS[unit]
    if function:
        moved = f"{moment} + {function}(CAST({count} * {size} AS INTEGER))"
    else:
        moved = f"{moment} + to_microseconds({count} * {_MICROS[unit]})"
    return (
        f"(CASE WHEN {count} BETWEEN {-most} AND {most} THEN {moved} WHEN {count} IS NOT NULL THEN {far} END)"
    )


def _add(unit: str, values: list[str]) -> str:
    return _shifted(unit, values[0], values[1])


def _add_date(unit: str, values: list[str]) -> str:
    return f"CAST({_shifted(unit, values[0], values[1])} AS DATE)"


def _add_time(unit: str, values: list[str]) -> str:
    on_a_day = f"(DATE '2000-01-01' + {values[1]})"
    return f"CAST({_shifted(unit, values[0], on_a_day)} AS TIME)"


def _add_zoned(unit: str, values: list[str]) -> str:
    count, moment = values
    zone = f"struct_extract({moment}, 'zone')"
    if unit in TIME_UNITS:
        there = _shifted(unit, count, f"struct_extract({moment}, 'instant')")
    else:
        there = _near(_shifted(unit, count, f"lab_local({moment})"), moment)
    known = f"{moment} IS NOT NULL AND {count} IS NOT NULL"
    return f"(CASE WHEN {known} THEN struct_pack(instant := {there}, zone := {zone}) END)"


def _to_precision(emit: Callable[[Call], str]) -> Callable[[Call], str]:
    """What milliseconds were added to, rounded to the digits of a second that it has."""

    def rounding(call: Call) -> str:
        moved, type_ = emit(call), call.type
        unit = constant_text(call.arguments[0])
        if unit is not None and unit.lower() != "millisecond":
            return moved
        if isinstance(type_, t.TimeType) and type_.precision < 3:
            clock = f"(DATE '2000-01-01' + {moved})"
            return emitting.bind(lambda x: f"CAST({rounded(x, type_.precision)} AS TIME)", clock)
        if not isinstance(type_, t.TimestampType) or type_.precision >= 3:
            return moved
        if not type_.zoned:
            return emitting.bind(lambda x: rounded(x, type_.precision), moved)
        instant = "struct_extract({}, 'instant')"
        return emitting.bind(
            lambda x: zones.zoned(
                rounded(instant.format(x), type_.precision), f"struct_extract({x}, 'zone')"
            ),
            moved,
        )

    return rounding


def _between(unit: str, earlier: str, later: str) -> str:
    """Whole units between two moments; Joda counts a negative span as the positive one turned round."""
    return (
        f"(CASE WHEN {later} < {earlier} THEN -datesub('{unit}', {later}, {earlier}) "
        f"ELSE datesub('{unit}', {earlier}, {later}) END)"
    )


def _millis(moment: str) -> str:
    return f"date_trunc('millisecond', {moment})"


def _diff(unit: str, values: list[str]) -> str:
    return emitting.bind(lambda a, b: _between(unit, a, b), _millis(values[0]), _millis(values[1]))


def _diff_plain(unit: str, values: list[str]) -> str:
    return _between(unit, values[0], values[1])


def _diff_zoned(unit: str, values: list[str]) -> str:
    if unit in TIME_UNITS:
        return _diff(unit, [f"struct_extract({v}, 'instant')" for v in values])
    zone = f"struct_extract({values[0]}, 'zone')"
    return _diff(unit, [f"lab_local_at(struct_extract({v}, 'instant'), {zone})" for v in values])


_TIMED = (
    ("date", "date", _trunc_date, _add_date, _diff_plain),
    ("time", "time(p)", _trunc_time, _add_time, _diff_plain),
    ("timestamp", "timestamp(p)", _trunc, _add, _diff),
    ("timestamp", "timestamp(p) with time zone", _trunc_zoned, _add_zoned, _diff_zoned),
)
for _kind, _type, _truncate, _plus, _minus in _TIMED:
    scalar("date_trunc", f"(varchar(x), {_type}) -> {_type}", _by_unit(_kind, _truncate))
    scalar("date_add", f"(varchar(x), bigint, {_type}) -> {_type}", _to_precision(_by_unit(_kind, _plus)))
    scalar("date_diff", f"(varchar(x), {_type}, {_type}) -> bigint", _by_unit(_kind, _minus))

# Parts: Trino's names, and the DuckDB function over a local date or timestamp
_DATE_PARTS = {
    ("year",): "year",
    ("quarter",): "quarter",
    ("month",): "month",
    ("week", "week_of_year"): "week",
    ("day", "day_of_month"): "day",
    ("day_of_week", "dow"): "isodow",
    ("day_of_year", "doy"): "dayofyear",
    ("year_of_week", "yow"): "isoyear",
}
_TIME_PARTS = {("hour",): "hour({0})", ("minute",): "minute({0})", ("second",): "second({0})"}
_TIME_PARTS[("millisecond",)] = "(millisecond({0}) % 1000)"


def _local_part(template: str) -> "registry.Emit":
    return lambda call: emitting.over(call, lambda x: template.format(f"(lab_local({x}))"))


for _names, _function in _DATE_PARTS.items():
    scalar(_names, ("(date) -> bigint", "(timestamp(p)) -> bigint"), f"{_function}({{0}})")
    scalar(_names, "(timestamp(p) with time zone) -> bigint", _local_part(f"{_function}({{0}})"))
for _names, _template in _TIME_PARTS.items():
    scalar(_names, ("(time(p)) -> bigint", "(timestamp(p)) -> bigint"), _template)
    scalar(_names, "(timestamp(p) with time zone) -> bigint", _local_part(_template))
scalar("year", "(interval year to month) -> bigint", "CAST(({0}) // 12 AS BIGINT)")
scalar("month", "(interval year to month) -> bigint", "CAST(({0}) % 12 AS BIGINT)")
for _name, _unit, _base in (
    ("day", 86_400_000, 0),
    ("hour", 3_600_000, 24),
    ("minute", 60_000, 60),
    ("second", 1000, 60),
    ("millisecond", 1, 1000),
):
    _rest = f" % {_base}" if _base else ""
    scalar(_name, "(interval day to second) -> bigint", f"((({{0}}) // {_unit}){_rest})")


def _offset_part(template: str) -> "registry.Emit":
    def body(x: str) -> str:
        seconds = f"datesub('minute', struct_extract({x}, 'instant'), lab_local({x}))"
        return template.format(seconds)

    return lambda call: emitting.over(call, body)


scalar("timezone_hour", "(timestamp(p) with time zone) -> bigint", _offset_part("({0} // 60)"))
scalar("timezone_minute", "(timestamp(p) with time zone) -> bigint", _offset_part("({0} % 60)"))

scalar("date", "(date) -> date", "{0}")
scalar("date", "(timestamp(p)) -> date", "CAST({0} AS DATE)")
scalar(
    "date",
    "(timestamp(p) with time zone) -> date",
    lambda call: emitting.over(call, lambda x: f"CAST(lab_local({x}) AS DATE)"),
)
scalar("last_day_of_month", ("(date) -> date", "(timestamp(p)) -> date"), "last_day({0})")
scalar(
    "last_day_of_month",
    "(timestamp(p) with time zone) -> date",
    lambda call: emitting.over(call, lambda x: f"last_day(lab_local({x}))"),
)


def zone_sql(call: Call, zone: Value) -> str:
    """The canonical name of the zone that an argument names."""
    name = constant_text(zone)
    if name is not None:
        return text(zones.canonical(name))
    return f"{call.udf('lab_zone')}({zone.sql})"


def _at_timezone(call: Call) -> str:
    return emitting.bind(
        lambda x, z: zones.zoned(f"struct_extract({x}, 'instant')", z),
        call.sql(0),
        zone_sql(call, call.arguments[1]),
    )


def _with_timezone(call: Call) -> str:
    return emitting.bind(
        lambda x, z: zones.zoned(f"lab_instant({x}, {z})", z), call.sql(0), zone_sql(call, call.arguments[1])
    )


def _offset_zone(minutes: str) -> str:
    """The zone of an offset in minutes."""

    def body(m: str) -> str:
        bad = fail_with(BAD, "'Invalid offset minutes '", m)
        shown = f"printf('%02d:%02d', abs({m}) // 60, abs({m}) % 60)"
        return (
            f"(CASE WHEN abs({m}) > 840 THEN {bad} WHEN {m} = 0 THEN 'UTC' "
            f"WHEN {m} < 0 THEN '-' || {shown} ELSE '+' || {shown} END)"
        )

    return emitting.bind(body, minutes)


def _at_offset(call: Call) -> str:
    return emitting.bind(
        lambda x, z: zones.zoned(f"struct_extract({x}, 'instant')", z),
        call.sql(0),
        _offset_zone(f"({call.sql(1)} // 60000)"),
    )


def _from_unix(seconds: str) -> str:
    """The instant of a Unix time, rounded to milliseconds as Java's Math.round does."""
    far = fail(
        "NOT_SUPPORTED", "A time that is not within the years 1 to 9999 is not supported by this emulator"
    )
    return emitting.bind(
        lambda x: (
            f"(CASE WHEN isnan({x}) THEN TIMESTAMP '1970-01-01 00:00:00' "
            f"WHEN {x} BETWEEN {_FIRST_SECOND} AND {_LAST_SECOND} "
            f"THEN make_timestamp(CAST(floor({x} * 1000 + 0.5) AS BIGINT) * 1000) "
            f"WHEN {x} IS NOT NULL THEN {far} END)"
        ),
        seconds,
    )


def _from_unixtime(call: Call) -> str:
    given = _from_unix(call.sql(0))
    if len(call.arguments) == 1:
        return zones.zoned(given, text(str(call.session.get("zone", "UTC"))))
    if len(call.arguments) == 2:
        return zones.zoned(given, zone_sql(call, call.arguments[1]))
    return zones.zoned(given, _offset_zone(f"({call.sql(1)} * 60 + {call.sql(2)})"))


def _now(call: Call) -> str:
    now = call.session["now"]
    assert isinstance(now, datetime.datetime)
    if now.tzinfo is not None:
        now = now.astimezone(datetime.UTC).replace(tzinfo=None)
    millis = now.replace(microsecond=now.microsecond // 1000 * 1000)
    zone = text(str(call.session.get("zone", "UTC")))
    return f"struct_pack(instant := TIMESTAMP '{millis.isoformat(sep=' ')}', zone := {zone})"


scalar(
    "at_timezone", "(timestamp(p) with time zone, varchar(x)) -> timestamp(p) with time zone", _at_timezone
)
scalar(
    "at_timezone",
    "(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone",
    _at_offset,
)
scalar("with_timezone", "(timestamp(p), varchar(x)) -> timestamp(p) with time zone", _with_timezone)
scalar(
    "from_unixtime",
    (
        "(double) -> timestamp(3) with time zone",
        "(double, varchar(x)) -> timestamp(3) with time zone",
        "(double, bigint, bigint) -> timestamp(3) with time zone",
    ),
    _from_unixtime,
)
scalar("to_unixtime", "(timestamp(p)) -> double", "(epoch_us({0}) / CAST(1000000 AS DOUBLE))")
scalar(
    "to_unixtime",
    "(timestamp(p) with time zone) -> double",
    "(epoch_us(CAST(struct_extract({0}, 'instant') AS TIMESTAMP)) / CAST(1000000 AS DOUBLE))",
)
scalar("to_milliseconds", "(interval day to second) -> bigint", "{0}")
scalar("now", "() -> timestamp(3) with time zone", _now)
scalar("current_timezone", "() -> varchar", lambda call: text(str(call.session.get("zone", "UTC"))))
lacking("from_unixtime_nanos", "from_iso8601_timestamp_nanos", reason="timestamps of nine digits")
lacking("to_char", "to_date", "to_timestamp", reason="Teradata functions")
