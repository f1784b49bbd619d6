"""Java's DateTimeFormatter patterns, as a prefix's ``!{timestamp:…}`` uses them, in English.

https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_QUARTERS = ("1st quarter", "2nd quarter", "3rd quarter", "4th quarter")
Field = Callable[[datetime, int], str]


class PatternError(ValueError):
    """A pattern that Java refuses, or one of the few that are not known here."""


def check(pattern: str) -> None:
    """:raises PatternError: for a pattern that cannot be formatted"""
    render(pattern, datetime(2018, 8, 27, 10, 30).astimezone())


def render(pattern: str, moment: datetime) -> str:
    """A moment, in its own time zone, as the pattern says.

    :raises PatternError: for a letter that means nothing, or too many of one
    """
    return "".join(_token(match, moment) for match in _TOKEN.finditer(pattern))


def _token(match: re.Match[str], moment: datetime) -> str:
    text, quoted, letter = match[0], match[1], match[2]
    if quoted is not None:
        return quoted.replace("''", "'") if quoted else "'"
    if letter is None:
        if text == "'":
            raise PatternError("Pattern ends with an incomplete string literal")
        if text in "{}#":
            raise PatternError(f"Pattern includes reserved character: '{text}'")
        return "" if text in "[]" else text
    if letter not in _FIELDS:
        raise PatternError(f"Unknown pattern letter: {letter}")
    most, field = _FIELDS[letter]
    if len(text) > most:
        raise PatternError(f"Too many pattern letters: {letter}")
    return field(moment, len(text))


def _number(value: Callable[[datetime], int]) -> Field:
    return lambda moment, width: f"{value(moment):0{width}d}"


def _year(value: Callable[[datetime], int]) -> Field:
    return lambda moment, width: f"{value(moment) % 100:02d}" if width == 2 else f"{value(moment):0{width}d}"


def _named(names: tuple[str, ...], value: Callable[[datetime], int], numeric: int) -> Field:
    """Up to `numeric` letters a number, then a short name, a full name and one letter."""

    def field(moment: datetime, width: int) -> str:
        index = value(moment)
        if width <= numeric:
            return f"{index:0{width}d}"
        name = names[index - 1]
        return name if width == 4 else name[:1] if width == 5 else name[:3]

    return field


def _quarter(moment: datetime, width: int) -> str:
    quarter = (moment.month + 2) // 3
    if width <= 2:
        return f"{quarter:0{width}d}"
    return (f"Q{quarter}", _QUARTERS[quarter - 1], str(quarter))[width - 3]


def _week_end(moment: datetime) -> date:
    """The Saturday of the week, which decides its year: weeks start on Sunday and one day is enough."""
    day = moment.date()
    return day + timedelta(days=(5 - day.weekday()) % 7)


def _week(moment: datetime) -> int:
    return (_week_end(moment).timetuple().tm_yday + 6) // 7


def _offset(moment: datetime) -> tuple[str, int, int]:
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return "-" if seconds < 0 else "+", hours, minutes


def _iso_offset(zulu: bool) -> Field:
    def field(moment: datetime, width: int) -> str:
        sign, hours, minutes = _offset(moment)
        if zulu and not hours and not minutes:
            return "Z"
        if width == 1:
            return f"{sign}{hours:02d}" + (f"{minutes:02d}" if minutes else "")
        return f"{sign}{hours:02d}{':' if width in (3, 5) else ''}{minutes:02d}"

    return field


def _rfc_offset(moment: datetime, width: int) -> str:
    if width == 5:
        return _iso_offset(True)(moment, 3)
    return _localised(moment, 4) if width == 4 else _iso_offset(False)(moment, 2)


def _localised(moment: datetime, width: int) -> str:
    if width not in (1, 4):
        raise PatternError(f"Pattern letter count must be 1 or 4: O, not {width}")
    sign, hours, minutes = _offset(moment)
    if not hours and not minutes:
        return "GMT"
    if width == 4:
        return f"GMT{sign}{hours:02d}:{minutes:02d}"
    return f"GMT{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def _zone_id(moment: datetime, width: int) -> str:
    if width != 2:
        raise PatternError("Pattern letter count must be 2: V")
    return str(moment.tzinfo)


def _of_day(moment: datetime) -> int:
    return (moment.hour * 3600 + moment.minute * 60 + moment.second) * 1_000_000 + moment.microsecond


_FIELDS: dict[str, tuple[int, Field]] = {
    "G": (3, lambda _moment, _width: "AD"),
    "y": (19, _year(lambda m: m.year)),
    "u": (19, _year(lambda m: m.year)),
    "Y": (19, _year(lambda m: _week_end(m).year)),
    "w": (2, _number(_week)),
    "M": (5, _named(_MONTHS, lambda m: m.month, 2)),
    "L": (5, _named(_MONTHS, lambda m: m.month, 2)),
    "Q": (5, _quarter),
    "q": (5, _quarter),
    "D": (3, _number(lambda m: m.timetuple().tm_yday)),
    "d": (2, _number(lambda m: m.day)),
    "E": (5, _named(_DAYS, lambda m: m.weekday() + 1, 0)),
    "a": (1, lambda m, _width: "AM" if m.hour < 12 else "PM"),
    "H": (2, _number(lambda m: m.hour)),
    "k": (2, _number(lambda m: m.hour or 24)),
    "K": (2, _number(lambda m: m.hour % 12)),
    "h": (2, _number(lambda m: m.hour % 12 or 12)),
    "m": (2, _number(lambda m: m.minute)),
    "s": (2, _number(lambda m: m.second)),
    "S": (9, lambda m, width: f"{m.microsecond * 1000:09d}"[:width]),
    "n": (19, _number(lambda m: m.microsecond * 1000)),
    "A": (19, _number(lambda m: _of_day(m) // 1000)),
    "N": (19, _number(lambda m: _of_day(m) * 1000)),
    "V": (2, _zone_id),
    "z": (3, lambda m, _width: m.tzname() or ""),
    "O": (4, _localised),
    "X": (5, _iso_offset(True)),
    "x": (5, _iso_offset(False)),
    "Z": (5, _rfc_offset),
}
