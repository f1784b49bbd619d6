"""Schedules: ``cron(minutes hours day-of-month month day-of-week year)`` in UTC.

https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html
"""

import calendar
import re
from datetime import UTC, datetime, timedelta

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_LAST_YEAR = 2199


class Cron:
    """A schedule.

    :raises ValueError: when the expression is none; the text says why
    """

    def __init__(self, expression: str) -> None:
        match = re.fullmatch(r"cron\((.*)\)", expression.strip())
        if match is None:
            raise ValueError(f"{expression!r} is not of the form cron(…)")
        fields = match[1].split()
        if len(fields) != 6:
            raise ValueError(f"{expression!r} has {len(fields)} fields instead of 6")
        minutes, hours, days, months, weekdays, years = fields
        if (days == "?") == (weekdays == "?"):
            raise ValueError(f"{expression!r}: one of day-of-month and day-of-week must be ?")
        self.expression = expression
        self._minutes = _numbers(minutes, 0, 59)
        self._hours = _numbers(hours, 0, 23)
        self._months = _numbers(months, 1, 12, _MONTHS)
        self._years = set(_numbers(years, 1970, _LAST_YEAR))
        self._days = days
        self._weekdays = weekdays
        for probe in (1, 2):
            self._days_of(2024, probe)

    def after(self, moment: datetime) -> datetime | None:
        """The first time after `moment`; None when there is none any more."""
        at = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        year, month = at.year, at.month
        while year <= min(_LAST_YEAR, at.year + 30):
            if year in self._years and month in self._months:
                for day in sorted(self._days_of(year, month)):
                    for hour in self._hours:
                        for minute in self._minutes:
                            found = datetime(year, month, day, hour, minute, tzinfo=UTC)
                            if found >= at:
                                return found
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return None

    def _days_of(self, year: int, month: int) -> set[int]:
        last = calendar.monthrange(year, month)[1]
        if self._days != "?":
            return _days_of_month(self._days, year, month, last)
        return _days_of_week(self._weekdays, year, month, last)


def _days_of_month(field: str, year: int, month: int, last: int) -> set[int]:
    if field == "L":
        return {last}
    if match := re.fullmatch(r"(\d+|L)W", field):
        wanted = last if match[1] == "L" else int(match[1])
        if not 1 <= wanted <= 31:
            raise ValueError(f"{field!r} is no day of a month")
        return {_nearest_weekday(year, month, min(wanted, last), last)} if wanted <= last else set()
    return {day for day in _numbers(field, 1, 31) if day <= last}


def _nearest_weekday(year: int, month: int, day: int, last: int) -> int:
    weekday = calendar.weekday(year, month, day)
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < last else day - 2
    return day


def _days_of_week(field: str, year: int, month: int, last: int) -> set[int]:
    def dates(weekday: int) -> list[int]:
        return [
            day for day in range(1, last + 1) if (calendar.weekday(year, month, day) + 1) % 7 + 1 == weekday
        ]

    if match := re.fullmatch(r"(\w+)#([1-5])", field):
        found = dates(_number(match[1], 1, 7, _DAYS))
        nth = int(match[2])
        return {found[nth - 1]} if nth <= len(found) else set()
    if match := re.fullmatch(r"(\w+)L", field):
        return {dates(_number(match[1], 1, 7, _DAYS))[-1]}
    wanted = {7} if field == "L" else set(_numbers(field, 1, 7, _DAYS))
    return {day for weekday in wanted for day in dates(weekday)}


def _numbers(field: str, least: int, most: int, names: dict[str, int] | None = None) -> list[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if span == "*":
            first, end = least, most
        elif "-" in span:
            low, _, high = span.partition("-")
            first, end = _number(low, least, most, names), _number(high, least, most, names)
        else:
            first = _number(span, least, most, names)
            end = most if slash else first
        if slash and (not step.isdigit() or int(step) == 0):
            raise ValueError(f"{part!r} has no step")
        width = int(step) if slash else 1
        if first > end:
            found |= set(range(first, most + 1, width)) | set(range(least, end + 1, width))
        found |= set(range(first, end + 1, width))
    return sorted(found)


def _number(text: str, least: int, most: int, names: dict[str, int] | None) -> int:
    number = (names or {}).get(text.upper()[:3], None) if not text.isdigit() else int(text)
    if number is None or not least <= number <= most:
        raise ValueError(f"{text!r} is not between {least} and {most}")
    return number
