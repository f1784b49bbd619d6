"""JSON by a Hive schema, as the OpenX and the Hive JSON SerDes of Firehose read it.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html,
https://docs.aws.amazon.com/firehose/latest/APIReference/API_HiveJsonSerDe.html
A row comes out as a line of JSON in which every value has the form that its type has in JSON.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from localstack_lab.lake.hive_types import HiveType

_RANGES = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z")
_PLAIN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MILLIS_FROM = 10**11  # whole numbers from here on are milliseconds, below it seconds


class Malformed(Exception):
    """A record that cannot be converted; `code` is AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"DataFormatConversion.{code}"


class FormatError(ValueError):
    """A timestamp format that is not known here."""


@dataclass(frozen=True)
class Options:
    """A Deserializer of the API.

    :ivar openx: OpenXJsonSerDe, else HiveJsonSerDe
    :ivar mappings: column → key of the JSON
    :ivar timestamps: expressions and what they parse; ``millis`` is one
    """

    openx: bool = True
    dots: bool = False
    insensitive: bool = True
    mappings: dict[str, str] = field(default_factory=dict)
    timestamps: tuple[str, ...] = ()


def options(deserializer: dict[str, Any]) -> Options:
    """:raises FormatError: for a timestamp format that is not known"""
    if deserializer.get("OpenXJsonSerDe") is not None:
        given = deserializer["OpenXJsonSerDe"]
        return Options(
            dots=bool(given.get("ConvertDotsInJsonKeysToUnderscores")),
            insensitive=given.get("CaseInsensitive", True) is not False,
            mappings={
                key.lower(): value for key, value in (given.get("ColumnToJsonKeyMappings") or {}).items()
            },
        )
    patterns = tuple((deserializer.get("HiveJsonSerDe") or {}).get("TimestampFormats") or ())
    for pattern in patterns:
        if pattern != "millis":
            joda(pattern)
    return Options(openx=False, timestamps=patterns)


def lines(data: bytes, columns: Sequence[tuple[str, HiveType]], how: Options) -> bytes:
    """One line for each JSON document of a record.

    :raises Malformed: ParseError for what is no JSON, MalformedData for what does not fit
    """
    return b"".join(
        json.dumps(_row(document, columns, how), separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        for document in _documents(data)
    )


def _documents(data: bytes) -> Iterator[dict[str, Any]]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("ParseError", f"Encountered malformed JSON. Invalid UTF-8: {error.reason}") from error
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_constant)
    at, found = 0, 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            break
        try:
            document, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise Malformed("ParseError", f"Encountered malformed JSON. {error}") from error
        except RecursionError as error:
            raise Malformed("ParseError", "Encountered malformed JSON. It is nested too deeply.") from error
        if not isinstance(document, dict):
            raise Malformed(
                "ParseError", "Encountered malformed JSON. A record is an object, not another value."
            )
        found += 1
        yield document
    if not found:
        raise Malformed("ParseError", "Encountered malformed JSON. No content to map due to end-of-input.")


def _constant(name: str) -> Any:
    raise Malformed("ParseError", f"Encountered malformed JSON. Unrecognized token '{name}'.")


def _row(document: dict[str, Any], columns: Sequence[tuple[str, HiveType]], how: Options) -> dict[str, Any]:
    held = _keys(document, how)
    row = {}
    for name, kind in columns:
        key = how.mappings.get(name, name)
        key = key.lower() if how.insensitive or not how.openx else key
        key = key.replace(".", "_") if how.dots else key
        row[name] = _value(held.get(key), kind, how, name)
    return row


def _keys(document: dict[str, Any], how: Options) -> dict[str, Any]:
    held = {}
    for key, value in document.items():
        changed = key.lower() if how.insensitive or not how.openx else key
        held[changed.replace(".", "_") if how.dots else changed] = value
    return held


def _value(value: Any, kind: HiveType, how: Options, path: str) -> Any:
    if value is None:
        return None
    if kind.name == "array":
        items = value if isinstance(value, list) else [value] if how.openx else _misfit(value, kind, path)
        return [_value(item, kind.parts[0], how, path) for item in items]
    if kind.name in ("map", "struct") and not isinstance(value, dict):
        _misfit(value, kind, path)
    if kind.name == "map":
        return {key: _value(item, kind.parts[1], how, f"{path}.{key}") for key, item in value.items()}
    if kind.name == "struct":
        held = _keys(value, how)
        return {
            name.lower(): _value(held.get(name.lower()), part, how, f"{path}.{name}")
            for name, part in zip(kind.fields, kind.parts, strict=True)
        }
    reader = _SCALARS.get(kind.name)
    if reader is None:
        raise Malformed("InvalidSchema", f"Column {path}: the type {kind} cannot be converted to.")
    if isinstance(value, str) and not how.openx and kind.name in _NUMERIC:
        _misfit(value, kind, path)
    try:
        return reader(value, kind, how)
    except (ValueError, InvalidOperation, TypeError, OverflowError) as error:
        raise _misfitting(value, kind, path) from error


def _misfit(value: Any, kind: HiveType, path: str) -> Any:
    raise _misfitting(value, kind, path)


def _misfitting(value: Any, kind: HiveType, path: str) -> Malformed:
    shown = json.dumps(value, default=str)
    shown = shown if len(shown) <= 100 else shown[:100] + "…"
    return Malformed(
        "MalformedData", f"Data does not match the schema. Column {path} of type {kind}: {shown}"
    )


def _text(value: Any, kind: HiveType, how: Options) -> str:
    if isinstance(value, dict | list):
        if not how.openx:
            raise TypeError("a text is no object")
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_number)
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    return text[: kind.sizes[0]] if kind.name in ("varchar", "char") else text


def _number(value: Any) -> Any:
    return float(value)


def _boolean(value: Any, kind: HiveType, how: Options) -> bool:
    if isinstance(value, str) and how.openx and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise TypeError("no boolean")
    return value


def _whole(value: Any, kind: HiveType, how: Options) -> int:
    if isinstance(value, bool):
        raise TypeError("no number")
    number = int(value) if not isinstance(value, Decimal) or how.openx else _exactly(value)
    half = 1 << (_RANGES[kind.name] - 1)
    if not -half <= number < half:
        raise OverflowError(number)
    return number


def _exactly(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise ValueError("no whole number")
    return int(value)


def _floating(value: Any, kind: HiveType, how: Options) -> float:
    if isinstance(value, bool):
        raise TypeError("no number")
    return float(value)


def _decimal(value: Any, kind: HiveType, how: Options) -> str:
    if isinstance(value, bool):
        raise TypeError("no number")
    precision, scale = kind.sizes
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))
    if len(number.as_tuple().digits) > precision:
        raise OverflowError(number)
    return format(number, "f")


def _date(value: Any, kind: HiveType, how: Options) -> str:
    return date.fromisoformat(value).isoformat()


def _binary(value: Any, kind: HiveType, how: Options) -> str:
    try:
        return base64.b64encode(base64.b64decode(value, validate=True)).decode()
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _timestamp(value: Any, kind: HiveType, how: Options) -> str:
    if isinstance(value, bool):
        raise TypeError("no time")
    moment = _openx_time(value) if how.openx else _hive_time(value, how.timestamps)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _openx_time(value: Any) -> datetime:
    if isinstance(value, str):
        if found := _ISO.fullmatch(value):
            return datetime.fromisoformat(f"{found[1]} {found[2]}") + _fraction(found[3])
        if _NUMBER.fullmatch(value):
            value = Decimal(value)
        else:
            return _written(value)
    number = Decimal(value)
    if number == number.to_integral_value() and abs(number) >= _MILLIS_FROM:
        number /= 1000
    return _EPOCH + timedelta(microseconds=int(number * 1_000_000))


def _hive_time(value: Any, formats: tuple[str, ...]) -> datetime:
    for pattern in formats:
        if pattern == "millis":
            if _NUMBER.fullmatch(str(value)):
                return _EPOCH + timedelta(milliseconds=int(value))
            continue
        moment = joda(pattern)(str(value))
        if moment is not None:
            return moment
    return _written(value)


def _written(value: Any) -> datetime:
    found = _PLAIN.fullmatch(value)
    if found is None:
        raise ValueError("no time")
    return datetime(*(int(found[at]) for at in range(1, 7))) + _fraction(found[7])  # type: ignore[arg-type]


def _fraction(digits: str | None) -> timedelta:
    return timedelta(microseconds=int((digits or "0").ljust(6, "0")[:6]))


_EPOCH = datetime(1970, 1, 1)
_NUMERIC = {*_RANGES, "float", "double", "decimal"}
_SCALARS: dict[str, Callable[[Any, HiveType, Options], Any]] = {
    **dict.fromkeys(_RANGES, _whole),
    **dict.fromkeys(("string", "varchar", "char"), _text),
    "boolean": _boolean,
    "float": _floating,
    "double": _floating,
    "decimal": _decimal,
    "date": _date,
    "binary": _binary,
    "timestamp": _timestamp,
}

_JODA = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_LETTERS = {"y": "year", "M": "month", "d": "day", "H": "hour", "h": "half", "m": "minute", "s": "second"}


def joda(pattern: str) -> Callable[[str], datetime | None]:
    """A parser of Joda-Time's DateTimeFormat patterns.

    https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html

    :raises FormatError: for a letter that is not known here
    """
    expression = "".join(_joda(found, pattern) for found in _JODA.finditer(pattern))
    compiled = re.compile(expression)

    def parse(text: str) -> datetime | None:
        found = compiled.fullmatch(text)
        return None if found is None else _moment(found.groupdict())

    return parse


def _joda(found: re.Match[str], pattern: str) -> str:
    text, letter = found[0], found[2]
    if letter is None:
        quoted = found[1]
        return re.escape(text if quoted is None else quoted.replace("''", "'") or "'")
    if letter == "M" and len(text) >= 3:
        names = _MONTHS if len(text) == 3 else _LONG
        return f"(?P<named>{'|'.join(names)})"
    if letter == "S":
        return rf"(?P<fraction>\d{{1,{max(len(text), 9)}}})"
    if letter == "a":
        return "(?P<part>[AaPp][Mm])"
    if letter == "Z":
        return r"(?P<zone>[+-]\d{2}:?\d{2}|Z)"
    if letter == "E":
        return "[A-Za-z]+"
    if letter not in _LETTERS:
        raise FormatError(
            f"The timestamp format {pattern} has the letter {letter}, which is not available here."
        )
    width = r"\d{1,2}"
    if letter == "y":
        width = r"\d{2}" if len(text) == 2 else r"\d{4}"
    return f"(?P<{_LETTERS[letter]}>{width})"


def _moment(found: dict[str, str | None]) -> datetime | None:
    year = int(found.get("year") or 1970)
    if found.get("year") and len(str(found["year"])) == 2:
        year += 2000 if year < 70 else 1900
    month = int(found.get("month") or 1)
    if named := found.get("named"):
        month = [name[:3] for name in _LONG].index(named[:3]) + 1
    hour = int(found.get("hour") or 0)
    if half := found.get("half"):
        hour = int(half) % 12 + (12 if str(found.get("part") or "am").lower() == "pm" else 0)
    minute, second = int(found.get("minute") or 0), int(found.get("second") or 0)
    moment = datetime(year, month, int(found.get("day") or 1), hour, minute, second) + _fraction(
        found.get("fraction")
    )
    zone = found.get("zone")
    if zone and zone != "Z":
        sign, digits = (-1 if zone[0] == "-" else 1), zone[1:].replace(":", "")
        moment -= sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return moment
