"""The letters of Java's date patterns that partition projection is used with, both ways.

See https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html.
"""

import re
from datetime import datetime

_PARTS = re.compile(r"'((?:[^']|'')*)'|(y+|u+|M+|d+|H+|m+|s+|S+)|([A-Za-z]+)|(.)", re.DOTALL)
_FIELDS = {"y": "year", "u": "year", "M": "month", "d": "day", "H": "hour", "m": "minute", "s": "second"}
_ORDER = ("YEARS", "MONTHS", "DAYS", "HOURS", "MINUTES", "SECONDS")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


class Pattern:
    """A pattern such as ``yyyy/MM/dd/HH``.

    :raises ValueError: for a letter that is not here
    """

    def __init__(self, text: str) -> None:
        self._parts: list[tuple[str, int] | str] = []
        finest = 0
        for quoted, letters, other, mark in _PARTS.findall(text):
            if letters:
                letter = "y" if letters[0] == "u" else letters[0]
                self._parts.append((letter, len(letters)))
                finest = max(finest, "yMdHmsS".index(letter))
            elif other:
                raise ValueError(f"the pattern letter {other[0]} is not available in this emulator")
            else:
                self._parts.append(quoted.replace("''", "'") if quoted else (mark or "'"))
        self.finest = _ORDER[min(finest, 5)]

    def format(self, moment: datetime) -> str:
        """The text of a moment."""
        return "".join(part if isinstance(part, str) else _shown(moment, *part) for part in self._parts)

    def parse(self, text: str) -> datetime:
        """The moment of a text; what the pattern lacks is the first of it.

        :raises ValueError: when it does not fit
        """
        expression = "".join(
            re.escape(part) if isinstance(part, str) else f"({_accepted(*part)})" for part in self._parts
        )
        found = re.fullmatch(expression, text)
        if found is None:
            raise ValueError(f"'{text}' does not fit")
        held = {"year": 1970, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
        fields = [part for part in self._parts if not isinstance(part, str)]
        for (letter, count), value in zip(fields, found.groups(), strict=True):
            if letter == "S":
                continue
            if letter == "M" and count > 2:
                held["month"] = [m[: len(value)] for m in _MONTHS].index(value) + 1
            else:
                held[_FIELDS[letter]] = int(value) + (2000 if letter == "y" and count == 2 else 0)
        year, month, day, hour, minute, second = held.values()
        return datetime(year, month, day, hour, minute, second)


def _shown(moment: datetime, letter: str, count: int) -> str:
    if letter == "S":
        return f"{moment.microsecond:06d}".ljust(count, "0")[:count]
    if letter == "M" and count > 2:
        name = _MONTHS[moment.month - 1]
        return name[:3] if count == 3 else name
    value: int = getattr(moment, _FIELDS[letter])
    return f"{value % 100:02d}" if letter == "y" and count == 2 else f"{value:0{count}d}"


def _accepted(letter: str, count: int) -> str:
    if letter == "M" and count > 2:
        return "|".join(name[:3] if count == 3 else name for name in _MONTHS)
    if letter == "S":
        return rf"\d{{{count}}}"
    return r"\d{1,2}" if count == 1 and letter != "y" else rf"\d{{{count}}}"
