"""Java's format strings, one specifier at a time.

https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Formatter.html
"""

import datetime
import decimal
import math
import re
import struct
from dataclasses import dataclass
from typing import Any

from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.athena.sql.functions import date_patterns
from localstack_lab.athena.sql.functions.json_values import java_double

BAD = "INVALID_FUNCTION_ARGUMENT"
_SPECIFIER = re.compile(r"%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])")
_DATES = {
    "H": "%H", "I": "%I", "k": "%k", "l": "%l", "M": "%i", "S": "%s", "p": "%p", "B": "%M", "b": "%b",
    "h": "%b",
    "A": "%W", "a": "%a", "Y": "%Y", "y": "%y", "j": "%j", "m": "%m", "d": "%d", "e": "%e",
    "R": "%H:%i", "T": "%T", "D": "%m/%d/%y", "F": "%Y-%m-%d",
}  # fmt: skip


class Real(float):
    """A float of 32 bits: as text it has the fewest digits that tell it from its neighbours."""


@dataclass(frozen=True)
class Specifier:
    """One specifier: the place of its argument from 0, and how it is printed."""

    place: int
    flags: str
    width: int
    precision: int | None
    date: bool
    letter: str
    text: str


def parse(form: str) -> list[str | Specifier]:
    """A format string as literal text and specifiers.

    :raises QueryError: `INVALID_FUNCTION_ARGUMENT` with Java's message
    """
    parts: list[str | Specifier] = []
    at, ordinary, last = 0, 0, -1
    while at < len(form):
        percent = form.find("%", at)
        if percent < 0:
            parts.append(form[at:])
            break
        parts.append(form[at:percent])
        found = _SPECIFIER.match(form, percent)
        if found is None:
            wrong = form[percent + 1 : percent + 2] or "%"
            raise _invalid(form, f"Conversion = '{wrong}'")
        index, again, flags, width, precision, date, letter = found.groups()
        at = found.end()
        if letter in "%n" and not date:
            parts.append(("%" if letter == "%" else "\n").rjust(int(width or 0)))
            continue
        if again:
            last = max(last, 0)
        elif index:
            last = int(index) - 1
        else:
            last = ordinary
            ordinary += 1
        shown = None if precision is None else int(precision)
        parts.append(Specifier(last, flags, int(width or 0), shown, bool(date), letter, found.group()))
        if not date and letter in "hHgGaA":
            raise unsupported(f"The conversion {found.group()} of a format string")
        if not date and letter not in "bBsScCdoxXeEf":
            raise _invalid(form, f"Conversion = '{letter}'")
    return parts


def _invalid(form: str, why: str) -> QueryError:
    return QueryError(BAD, f"Invalid format string: {form} ({why})")


def render(specifier: Specifier, value: Any) -> str:
    """A value by one specifier; `value` is None, bool, int, float, Decimal, str, date or datetime."""
    letter = specifier.letter
    if value is None:
        text = "false" if letter in "bB" and not specifier.date else "null"
        text = text[: specifier.precision] if specifier.precision is not None else text
    elif specifier.date:
        text = _date(specifier, value)
    elif letter in "sS":
        text = plain(value)[: specifier.precision]
    elif letter in "bB":
        text = ("true" if value is not False else "false")[: specifier.precision]
    elif letter == "d" and isinstance(value, int) and not isinstance(value, bool):
        return _padded(specifier, _grouped(specifier, str(abs(value))), value < 0)
    elif letter in "xXo" and isinstance(value, int) and not isinstance(value, bool):
        unsigned = value & 2**64 - 1
        text = f"{unsigned:x}" if letter in "xX" else f"{unsigned:o}"
        if "#" in specifier.flags:
            text = ("0x" if letter in "xX" else "0") + text
        if "0" in specifier.flags:
            text = text.rjust(specifier.width, "0")
    elif letter in "feE" and isinstance(value, float | decimal.Decimal):
        return _number(specifier, value)
    elif letter == "c" and isinstance(value, int) and not isinstance(value, bool):
        text = chr(value)
    else:
        kind = {
            int: "java.lang.Long",
            float: "java.lang.Double",
            str: "java.lang.String",
            bool: "java.lang.Boolean",
            Real: "java.lang.Float",
            decimal.Decimal: "java.math.BigDecimal",
            datetime.date: "java.time.LocalDate",
            datetime.time: "java.time.LocalTime",
            datetime.datetime: "java.time.LocalDateTime",
        }
        raise QueryError(BAD, f"Invalid format string: {specifier.text} ({letter} != {kind[type(value)]})")
    if letter.isupper() and not specifier.date:
        text = text.upper()
    return text.ljust(specifier.width) if "-" in specifier.flags else text.rjust(specifier.width)


def plain(value: Any) -> str:
    """A value as Java's `toString` shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Real):
        return _java_float(value)
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT") + _clock(value)
    if isinstance(value, datetime.time):
        return _clock(value)
    return str(value)


def _clock(value: datetime.datetime | datetime.time) -> str:
    """As `LocalTime.toString`: no seconds where they are zero, three or six digits after them."""
    text = value.strftime("%H:%M")
    if value.second or value.microsecond:
        text += value.strftime(":%S")
    if value.microsecond:
        text += f".{value.microsecond:06}".removesuffix("000")
    return text


def _java_float(value: float) -> str:
    """As `Float.toString`."""
    if not math.isfinite(value):
        return java_double(value)
    for digits in range(6, 10):
        shown = f"{value:.{digits}g}"
        if struct.unpack("f", struct.pack("f", float(shown)))[0] == value:
            break
    return java_double(float(shown))


def _date(specifier: Specifier, value: Any) -> str:
    form = _DATES.get(specifier.letter)
    if form is None or not isinstance(value, datetime.date):
        raise QueryError(BAD, f"Invalid format string: {specifier.text}")
    moment = (
        value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
    )
    if not isinstance(value, datetime.datetime) and specifier.letter in "HIklMSpRT":
        raise QueryError(BAD, f"Invalid format string: {specifier.text} (Unsupported field: HourOfDay)")
    return date_patterns.render(date_patterns.mysql(form), moment)


def _grouped(specifier: Specifier, digits: str) -> str:
    if "," not in specifier.flags:
        return digits
    whole, point, fraction = digits.partition(".")
    return f"{int(whole):,}{point}{fraction}"


def _padded(specifier: Specifier, digits: str, negative: bool) -> str:
    flags = specifier.flags
    before = "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    after = ""
    if negative and "(" in flags:
        before, after = "(", ")"
    if "0" in flags:
        digits = digits.rjust(specifier.width - len(before) - len(after), "0")
    text = before + digits + after
    return text.ljust(specifier.width) if "-" in flags else text.rjust(specifier.width)


def _number(specifier: Specifier, value: "float | decimal.Decimal") -> str:
    places = 6 if specifier.precision is None else specifier.precision
    # Java rounds the shortest decimal text of a double, half up
    text = repr(value) if isinstance(value, float) else str(value)
    number = decimal.Decimal(text)
    if not number.is_finite():
        shown = "NaN" if number.is_nan() else "Infinity"
        return _padded(_without_zeros(specifier), shown, number < 0 if not number.is_nan() else False)
    with decimal.localcontext(prec=400, rounding=decimal.ROUND_HALF_UP):
        if specifier.letter == "f":
            digits = f"{abs(number).quantize(decimal.Decimal(1).scaleb(-places)):f}"
            return _padded(specifier, _grouped(specifier, digits), number < 0)
        mantissa, _, exponent = f"{abs(number):.{places}e}".partition("e")
    shown = f"{mantissa}e{exponent[0]}{exponent[1:].rjust(2, '0')}"
    return _padded(specifier, shown.upper() if specifier.letter == "E" else shown, number < 0)


def _without_zeros(specifier: Specifier) -> Specifier:
    return Specifier(
        specifier.place,
        specifier.flags.replace("0", ""),
        specifier.width,
        specifier.precision,
        specifier.date,
        specifier.letter,
        specifier.text,
    )
