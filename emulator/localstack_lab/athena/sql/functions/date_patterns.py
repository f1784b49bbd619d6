"""Patterns of dates: how Joda-Time's and MySQL's are read, printed and parsed.

https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
https://trino.io/docs/current/functions/datetime.html#mysql-date-functions

A pattern becomes a tuple of literals and fields. Both kinds of pattern share them, since Trino builds MySQL's
specifiers out of Joda's own formatter.
"""

import calendar
import datetime
import functools
import re
from dataclasses import dataclass

from localstack_lab.athena.sql.errors import QueryError

BAD = "INVALID_FUNCTION_ARGUMENT"
MONTHS = list(calendar.month_name)[1:]
DAYS = list(calendar.day_name)
# The abbreviations that Joda parses, https://www.joda.org/joda-time/apidocs/org/joda/time/DateTimeUtils.html
ZONE_NAMES = {
    "UT": "UTC",
    "UTC": "UTC",
    "GMT": "UTC",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
}


@dataclass(frozen=True)
class Field:
    """One field: its name, the fewest digits it prints, the most that it parses.

    `full` is a long text, and of a year of two digits one in the hundred years around thirty years ago.
    """

    name: str
    least: int = 1
    most: int = 9
    full: bool = False


Pattern = tuple[str | Field, ...]

_NUMERIC = set("CYyxwedDHhkKmsS")


@functools.lru_cache(maxsize=256)
def joda(pattern: str) -> Pattern:
    """A pattern of Joda-Time's.

    :raises QueryError: for a letter that it does not know
    """
    tokens = re.findall(r"([A-Za-z])(\1*)|'((?:[^']|'')*)'|(.)", pattern, re.DOTALL)
    parts: list[str | Field] = []
    for i, (letter, more, literal, other) in enumerate(tokens):
        if not letter:
            parts.append(other or literal.replace("''", "'") or "'")
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else ("", "", "", "")
        parts.append(_joda_field(letter, 1 + len(more), _is_number(following)))
    return tuple(parts)


def _is_number(token: tuple[str, str, str, str]) -> bool:
    letter, more = token[0], token[1]
    return (letter in _NUMERIC and bool(letter)) or (letter == "M" and len(more) < 2)


def _joda_field(letter: str, count: int, before_number: bool) -> Field:
    if letter in "yYx":
        name = {"y": "year", "Y": "year_of_era", "x": "weekyear"}[letter]
        if count == 2:
            # Two digits exactly where a number follows, else any year
            return Field(f"two_digit_{name}", 2, 2 if before_number else 9, full=True)
        return Field(name, count, count if before_number else 9)
    if letter == "M":
        return Field("month_text", full=count > 3) if count >= 3 else Field("month", count, 2)
    if letter in "Ee" and (letter == "E"):
        return Field("day_text", full=count > 3)
    names = {
        "C": ("century", 9),
        "d": ("day", 2),
        "D": ("day_of_year", 3),
        "w": ("week", 2),
        "e": ("day_of_week", 1),
        "H": ("hour", 2),
        "k": ("clock_hour", 2),
        "K": ("hour_of_half", 2),
        "h": ("clock_hour_of_half", 2),
        "m": ("minute", 2),
        "s": ("second", 2),
    }
    if letter in names:
        name, most = names[letter]
        return Field(name, count, max(count, most) if letter != "C" else count)
    if letter == "S":
        return Field("fraction", count, count)
    if letter == "a":
        return Field("half")
    if letter == "G":
        return Field("era")
    if letter == "z":
        return Field("zone_name", full=count > 3)
    if letter == "Z":
        return Field({1: "offset", 2: "offset_colon"}.get(count, "zone"))
    raise QueryError(BAD, f"Illegal pattern component: {letter * count}")


_MYSQL: dict[str, Pattern] = {
    "a": (Field("day_text"),),
    "b": (Field("month_text"),),
    "c": (Field("month", 1, 2),),
    "d": (Field("day", 2, 2),),
    "e": (Field("day", 1, 2),),
    "f": (Field("fraction", 6, 9),),
    "H": (Field("hour", 2, 2),),
    "h": (Field("clock_hour_of_half", 2, 2),),
    "I": (Field("clock_hour_of_half", 2, 2),),
    "i": (Field("minute", 2, 2),),
    "j": (Field("day_of_year", 3, 3),),
    "k": (Field("hour", 1, 2),),
    "l": (Field("clock_hour_of_half", 1, 2),),
    "M": (Field("month_text", full=True),),
    "m": (Field("month", 2, 2),),
    "p": (Field("half"),),
    "S": (Field("second", 2, 2),),
    "s": (Field("second", 2, 2),),
    "v": (Field("week", 2, 2),),
    "W": (Field("day_text", full=True),),
    "x": (Field("weekyear", 4, 4),),
    "Y": (Field("year", 4, 4),),
    "y": (Field("two_digit_year", 2, 2),),
}
_MYSQL["T"] = (*_MYSQL["H"], ":", *_MYSQL["i"], ":", *_MYSQL["s"])
_MYSQL["r"] = (*_MYSQL["h"], ":", *_MYSQL["i"], ":", *_MYSQL["s"], " ", *_MYSQL["p"])


@functools.lru_cache(maxsize=256)
def mysql(pattern: str) -> Pattern:
    """A pattern of MySQL's.

    :raises QueryError: for a specifier that Trino does not support
    """
    if not pattern:
        return ()
    parts: list[str | Field] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char != "%" or at == len(pattern):
            parts.append(char)
            continue
        letter = pattern[at]
        at += 1
        if letter in "DUuVwX":
            raise QueryError(BAD, f"%{letter} not supported in date format string")
        parts.extend(_MYSQL.get(letter, (letter,)))
    return tuple(parts)


def render(pattern: Pattern, moment: datetime.datetime, zone: str = "UTC") -> str:
    """A local time as text; an aware one for a pattern with an offset."""
    return "".join(part if isinstance(part, str) else _rendered(part, moment, zone) for part in pattern)


def _rendered(field: Field, moment: datetime.datetime, zone: str) -> str:
    name = field.name
    number = _number(name, moment)
    if number is not None:
        return str(number).rjust(field.least, "0")
    if name == "fraction":
        # Milliseconds are all that Joda has
        return f"{moment.microsecond // 1000:03}".ljust(field.least, "0")[: field.least]
    if name == "month_text":
        return MONTHS[moment.month - 1][: None if field.full else 3]
    if name == "day_text":
        return DAYS[moment.weekday()][: None if field.full else 3]
    if name == "half":
        return "AM" if moment.hour < 12 else "PM"
    if name == "era":
        return "AD"
    if name == "zone":
        return zone
    if name == "zone_name":
        return _zone_name(field, moment, zone)
    seconds = int((moment.utcoffset() or datetime.timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    colon = ":" if name == "offset_colon" else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02}{colon}{minutes:02}"


def _zone_name(field: Field, moment: datetime.datetime, zone: str) -> str:
    if zone == "UTC":
        return "Coordinated Universal Time" if field.full else "UTC"
    if zone[0] in "+-":
        return zone
    name = moment.tzname() or ""
    if field.full or not name.isalpha():
        raise QueryError(
            "NOT_SUPPORTED", f"The name of the time zone {zone} is not supported by this emulator"
        )
    return name


def _number(name: str, moment: datetime.datetime) -> int | None:
    if name in ("year", "year_of_era"):
        return moment.year
    if name in ("two_digit_year", "two_digit_year_of_era"):
        return moment.year % 100
    if name == "century":
        return moment.year // 100
    if name in ("weekyear", "two_digit_weekyear"):
        year = moment.isocalendar().year
        return year if name == "weekyear" else year % 100
    simple = {
        "month": moment.month,
        "day": moment.day,
        "day_of_year": moment.timetuple().tm_yday,
        "week": moment.isocalendar().week,
        "day_of_week": moment.isoweekday(),
        "hour": moment.hour,
        "clock_hour": moment.hour or 24,
        "hour_of_half": moment.hour % 12,
        "clock_hour_of_half": moment.hour % 12 or 12,
        "minute": moment.minute,
        "second": moment.second,
    }
    return simple.get(name)
