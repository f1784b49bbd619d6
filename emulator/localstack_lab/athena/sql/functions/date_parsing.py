"""Text to dates by a pattern, as Joda-Time does it.

https://github.com/JodaOrg/joda-time/blob/main/src/main/java/org/joda/time/format/DateTimeParserBucket.java
"""

import calendar
import datetime
import re

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import zones
from localstack_lab.athena.sql.functions.date_patterns import BAD, DAYS, MONTHS, ZONE_NAMES, Field, Pattern

_OFFSET = re.compile(r"([+-])(\d{2})(?::?(\d{2}))?(?::?(\d{2}))?")
_JODA_NAMES = {
    "month": "monthOfYear",
    "day": "dayOfMonth",
    "day_of_year": "dayOfYear",
    "week": "weekOfWeekyear",
    "day_of_week": "dayOfWeek",
    "hour": "hourOfDay",
    "clock_hour": "clockhourOfDay",
    "hour_of_half": "hourOfHalfday",
    "clock_hour_of_half": "clockhourOfHalfday",
    "minute": "minuteOfHour",
    "second": "secondOfMinute",
}
_RANGES = {
    "month": (1, 12),
    "day_of_week": (1, 7),
    "hour": (0, 23),
    "clock_hour": (1, 24),
    "hour_of_half": (0, 11),
    "clock_hour_of_half": (1, 12),
    "minute": (0, 59),
    "second": (0, 59),
}
_SIGNED = ("year", "weekyear", "year_of_era", "century")


def parse(pattern: Pattern, text: str) -> tuple[datetime.datetime, str | None]:
    """The local time that a text means, and the zone that it names.

    :raises QueryError: `INVALID_FUNCTION_ARGUMENT` with Joda's message
    """
    values: dict[str, int] = {}
    zone: str | None = None
    at = 0
    for part in pattern:
        if isinstance(part, str):
            if text[at : at + len(part)].lower() != part.lower():
                raise _malformed(text, at)
            at += len(part)
            continue
        if part.name in ("offset", "offset_colon", "zone", "zone_name"):
            zone, at = _zone(part, text, at)
        else:
            at = _field(part, text, at, values)
    if at != len(text):
        raise _malformed(text, at)
    return moment(values, text), zone


def _malformed(text: str, at: int) -> QueryError:
    sample = text if len(text) <= at + 35 else text[: at + 32] + "..."
    if at <= 0:
        return QueryError(BAD, f'Invalid format: "{sample}"')
    if at >= len(text):
        return QueryError(BAD, f'Invalid format: "{sample}" is too short')
    return QueryError(BAD, f'Invalid format: "{sample}" is malformed at "{sample[at:]}"')


def _field(field: Field, text: str, at: int, values: dict[str, int]) -> int:
    if field.name in ("month_text", "day_text", "half", "era"):
        return _word(field, text, at, values)
    if field.name == "fraction":
        found = re.compile(rf"\d{{1,{field.most}}}").match(text, at)
        if found is None:
            raise _malformed(text, at)
        values["millisecond"] = int(found.group().ljust(3, "0")[:3])
        return found.end()
    sign = "[+-]?" if field.name in _SIGNED or field.name.startswith("two_digit") else ""
    found = re.compile(rf"{sign}\d{{1,{field.most}}}").match(text, at)
    if found is None:
        raise _malformed(text, at)
    digits, name = found.group(), field.name
    value = int(digits)
    if name.startswith("two_digit_"):
        name = name.removeprefix("two_digit_")
        if len(digits) == 2 and digits.isdigit():
            value = _whole_year(value, field.full)
        elif field.most == 2:
            raise _malformed(text, at)
    values["year" if name == "year_of_era" else name] = value
    return found.end()


def _whole_year(two_digits: int, moving: bool) -> int:
    """1970 to 2069 in MySQL's patterns; in Joda's the fifty years on each side of thirty years ago."""
    first = datetime.datetime.now(datetime.UTC).year - 80 if moving else 1970
    return first + (two_digits - first) % 100


def _word(field: Field, text: str, at: int, values: dict[str, int]) -> int:
    words = {"month_text": MONTHS, "day_text": DAYS, "half": ["AM", "PM"], "era": ["AD", "CE"]}[field.name]
    candidates = [(w, i) for i, w in enumerate(words)]
    if field.name in ("month_text", "day_text"):
        candidates += [(w[:3], i) for i, w in enumerate(words)]
    for word, place in sorted(candidates, key=lambda c: -len(c[0])):
        if text[at : at + len(word)].lower() == word.lower():
            name = {"month_text": "month", "day_text": "day_of_week"}.get(field.name, field.name)
            values[name] = place if name in ("half", "era") else place + 1
            return at + len(word)
    raise _malformed(text, at)


def _zone(field: Field, text: str, at: int) -> tuple[str, int]:
    if field.name == "zone":
        found = re.compile(r"[A-Za-z][A-Za-z0-9_+\-/]*").match(text, at)
        while found is not None:
            name = found.group()
            try:
                return zones.canonical(name), at + len(name)
            except QueryError:
                found = (
                    re.compile(rf"[A-Za-z][A-Za-z0-9_+\-/]{{0,{len(name) - 2}}}").match(text, at)
                    if (len(name) > 1)
                    else None
                )
        offset = _OFFSET.match(text, at)
        if offset is None:
            raise _malformed(text, at)
        return _offset(offset), offset.end()
    if field.name == "zone_name":
        for name in sorted(ZONE_NAMES, key=len, reverse=True):
            if text.startswith(name, at):
                return ZONE_NAMES[name], at + len(name)
        raise _malformed(text, at)
    if text.startswith("Z", at):
        return "UTC", at + 1
    offset = _OFFSET.match(text, at)
    if offset is None:
        raise _malformed(text, at)
    return _offset(offset), offset.end()


def _offset(found: re.Match[str]) -> str:
    seconds = int(found[2]) * 3600 + int(found[3] or 0) * 60
    return zones.offset_name(-seconds if found[1] == "-" else seconds)


def moment(values: dict[str, int], text: str) -> datetime.datetime:
    """The local time of the fields that were read.

    :raises QueryError: for a field out of its range or a day that there is not
    """
    for name, (low, high) in _RANGES.items():
        if name in values and not low <= values[name] <= high:
            raise _out_of_range(text, values[name], name, low, high)
    day = _day(values, text)
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(
        hours=_hour(values),
        minutes=values.get("minute", 0),
        seconds=values.get("second", 0),
        milliseconds=values.get("millisecond", 0),
    )


def _out_of_range(text: str, value: int, name: str, low: int, high: int) -> QueryError:
    field = _JODA_NAMES.get(name, name)
    return QueryError(
        BAD, f'Cannot parse "{text}": Value {value} for {field} must be in the range [{low},{high}]'
    )


def _hour(values: dict[str, int]) -> int:
    if "hour" in values:
        return values["hour"]
    if "clock_hour" in values:
        return values["clock_hour"] % 24
    half = values.get("hour_of_half", values.get("clock_hour_of_half", 0) % 12)
    return half + 12 * values.get("half", 0)


def _day(values: dict[str, int], text: str) -> datetime.date:
    if "weekyear" in values or ("week" in values and "year" not in values):
        year = values.get("weekyear", 2000)
        weeks = datetime.date(year, 12, 28).isocalendar().week
        week = values.get("week", 1)
        if not 1 <= week <= weeks:
            raise _out_of_range(text, week, "week", 1, weeks)
        return datetime.date.fromisocalendar(year, week, values.get("day_of_week", 1))
    # Without a year Joda parses a month or a day in the leap year 2000, a time alone in 1970
    partial = any(name in values for name in ("month", "day", "day_of_year", "day_of_week"))
    year = values.get("year", values["century"] * 100 if "century" in values else (2000 if partial else 1970))
    if not 1 <= year <= 9999:
        raise QueryError("NOT_SUPPORTED", f"The year {year} is not supported by this emulator")
    if "day_of_year" in values:
        days = 366 if calendar.isleap(year) else 365
        if not 1 <= values["day_of_year"] <= days:
            raise _out_of_range(text, values["day_of_year"], "day_of_year", 1, days)
        return datetime.date(year, 1, 1) + datetime.timedelta(days=values["day_of_year"] - 1)
    month = values.get("month", 1)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= values.get("day", 1) <= days:
        raise _out_of_range(text, values["day"], "day", 1, days)
    found = datetime.date(year, month, values.get("day", 1))
    if "day_of_week" in values and "day" not in values:
        found += datetime.timedelta(days=values["day_of_week"] - found.isoweekday())
    return found
