"""JSON as Trino reads and writes it: numbers as Java prints them, keys in order, and Trino's paths.

https://trino.io/docs/current/functions/json.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/JsonExtract.java
"""

import functools
import json
import math
import re
from json import decoder
from typing import Any

from localstack_lab.athena.sql.errors import QueryError

_SPACE = re.compile(r"[ \t\n\r]*")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


class Broken(ValueError):
    """Text that is not JSON."""


def java_double(value: float) -> str:
    """A double as Java's `Double.toString` prints it: `1.0`, `1.0E10`, `Infinity`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    return _java_digits(repr(abs(value)), value < 0)


def _java_digits(shortest: str, negative: bool) -> str:
    mantissa, _, exponent = shortest.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The decimal exponent of the first digit
    lead = len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0")) + 1)
    power = lead + int(exponent or 0)
    digits = digits.rstrip("0") or "0"
    if -3 <= power < 7:
        if power >= 0:
            padded = digits.ljust(power + 1, "0")
            text = f"{padded[: power + 1]}.{padded[power + 1 :] or '0'}"
        else:
            text = f"0.{'0' * (-power - 1)}{digits}"
    else:
        text = f"{digits[0]}.{digits[1:] or '0'}E{power}"
    return "-" + text if negative else text


def quoted(text: str) -> str:
    """A JSON string as Jackson writes it."""
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES.get(m[0], f"\\u{ord(m[0]):04X}"), text) + '"'


def _constant(name: str) -> Any:
    raise Broken(name)


_SCANNER = json.JSONDecoder(parse_constant=_constant)
_PAIRS = json.JSONDecoder(parse_constant=_constant, object_pairs_hook=tuple)


def load(text: str) -> Any:
    """The value of a JSON text; the last of keys that are the same holds.

    :raises Broken: if it is not JSON
    """
    return _whole(_SCANNER, text)


def first(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that begins at a place of a text, and where it ends.

    :raises Broken: if none does
    :raises RecursionError: if it is too deep
    """
    try:
        return _SCANNER.raw_decode(text, start)
    except ValueError as fault:
        raise Broken(text) from fault


def _whole(scanner: json.JSONDecoder, text: str) -> Any:
    try:
        start = _skip(text, 0)
        value, end = scanner.raw_decode(text, start)
    except (ValueError, RecursionError) as fault:
        raise Broken(text) from fault
    if _skip(text, end) != len(text):
        raise Broken(text)
    return value


def dump(value: Any, *, ordered: bool = False) -> str:
    """Compact JSON text of a Python value; objects may be dicts or tuples of pairs.

    :param ordered: with the keys of every object in order
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return java_double(value) if math.isfinite(value) else quoted(java_double(value))
    if isinstance(value, list):
        return "[" + ",".join(dump(each, ordered=ordered) for each in value) + "]"
    items = list(value.items() if isinstance(value, dict) else value)
    if ordered:
        items.sort(key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{quoted(k)}:{dump(v, ordered=ordered)}" for k, v in items) + "}"


# A number with a fraction or an exponent, which Java prints in its own way (or a string that looks like one)
_FRACTION = re.compile(r"[0-9][.eE]")
_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(text: str) -> str:
    """A JSON text as the type json holds it: compact, keys in order, numbers as Java prints them.

    :raises QueryError: `INVALID_FUNCTION_ARGUMENT` if it is not JSON
    """
    try:
        value = load(text)
        if not _FRACTION.search(text) and text.isascii():
            shown = _SORTED.encode(value)
            if "\\u" not in shown:  # Python's escapes are in lower case
                return shown
        return dump(value, ordered=True)
    except Broken as fault:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Cannot convert value to JSON: '{text}'") from fault


_UNQUOTED = re.compile(r"[\w:$\-/@|#]+")
_SUBSCRIPT = re.compile(r"\[\s*([\w\-]+)\s*\]")
_QUOTED = re.compile(r'\[\s*"((?:[^"\\]|\\["\\])*)"\s*\]')


@functools.lru_cache(maxsize=512)
def path_steps(path: str) -> tuple[str, ...]:
    """The names and indexes of a path such as `$.store.book[0]["a name"]`.

    :raises QueryError: `INVALID_FUNCTION_ARGUMENT` for a path that Trino does not read
    """
    bad = QueryError("INVALID_FUNCTION_ARGUMENT", f"Invalid JSON path: '{path}'")
    if not path.startswith("$"):
        raise bad
    steps, at = [], 1
    while at < len(path):
        if path[at] == ".":
            found = _UNQUOTED.match(path, at + 1)
            name = found and found.group()
        elif path[at] == "[":
            found = _SUBSCRIPT.match(path, at) or _QUOTED.match(path, at)
            name = found and re.sub(r'\\(["\\])', r"\1", found[1])
        else:
            raise bad
        if found is None or name is None:
            raise bad
        steps.append(name)
        at = found.end()
    return tuple(steps)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _at(text: str, at: int) -> str:
    return text[at : at + 1]


def find(text: str, steps: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the value at a path begins and ends.

    Reads no further than the value, as Trino does. None if the path leads nowhere or text before is broken.
    """
    try:
        at = _skip(text, 0)
        for step in steps:
            found = _step(text, at, step)
            if found is None:
                return None
            at = found
        return at, _SCANNER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None


def _step(text: str, at: int, step: str) -> int | None:
    """Where the member or element that a step names begins."""
    opening = _at(text, at)
    if opening not in ("{", "["):
        return None
    closing = "}" if opening == "{" else "]"
    wanted = int(step) if opening == "[" and re.fullmatch(r"\d{1,9}", step) else -1
    at = _skip(text, at + 1)
    if _at(text, at) == closing:
        return None
    place = 0
    while True:
        if opening == "{":
            if _at(text, at) != '"':
                raise Broken(text)
            key, at = decoder.scanstring(text, at + 1, True)  # type: ignore[attr-defined]
            at = _skip(text, at)
            if _at(text, at) != ":":
                raise Broken(text)
            at = _skip(text, at + 1)
            if key == step:
                return at
        elif place == wanted:
            return at
        at = _skip(text, _SCANNER.raw_decode(text, at)[1])
        place += 1
        if _at(text, at) == closing:
            return None
        if _at(text, at) != ",":
            raise Broken(text)
        at = _skip(text, at + 1)


def extract(text: str, path: str) -> str | None:
    """The JSON text of the value at a path, in compact form with its keys as they come."""
    steps = path_steps(path)
    found = find(text, steps)
    if found is None:
        return None
    return dump(_whole(_PAIRS, text[found[0] : found[1]]))


def extract_scalar(text: str, path: str) -> str | None:
    """The text of the string, number or boolean at a path; numbers as they are written."""
    found = find(text, path_steps(path))
    if found is None or text[found[0]] in "{[n":
        return None
    raw = text[found[0] : found[1]]
    return str(json.loads(raw)) if raw[0] == '"' else raw


def is_integer(text: str) -> bool:
    """Whether a scalar's text is a whole number."""
    return _INTEGER.fullmatch(text) is not None
