"""JSON values as DynamoDB keeps them: exact numbers, one canonical text, the typed form.

A number may come as float, because Step Functions holds JSON numbers as doubles and hands them to Lambda so.
A double's shortest text gives back every decimal of up to 15 significant digits exactly; longer ones are
refused rather than altered: they belong in a string.
"""

import json
import math
from decimal import Decimal

MAX_DIGITS = 15
MAX_DEPTH = 30  # DynamoDB nests 32 levels deep; the item and its map take two
_LARGEST, _SMALLEST = Decimal("9.9999999999999999999999999999999999999E+125"), Decimal("1E-130")


def number(value: int | float | Decimal) -> Decimal:
    """The decimal that the sender wrote; never the binary expansion of a float."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def unstorable(value: object, path: str = "", depth: int = 1) -> list[tuple[str, str, str]]:
    """(code, field, message) for everything inside `value` that would be altered or refused on its way."""
    if isinstance(value, dict):
        if depth > MAX_DEPTH:
            return [("too_deep", path, f"The order nests more than {MAX_DEPTH} levels deep.")]
        found = []
        for name, inner in value.items():
            where = f"{path}.{name}" if path else name
            if not name or not _is_text(name):
                found.append(("invalid_text", path, "A field's name is empty or not valid Unicode."))
            else:
                found += unstorable(inner, where, depth + 1)
        return found
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            return [("too_deep", path, f"The order nests more than {MAX_DEPTH} levels deep.")]
        return [
            problem
            for index, inner in enumerate(value)
            for problem in unstorable(inner, f"{path}[{index}]", depth + 1)
        ]
    if isinstance(value, str) and not _is_text(value):
        return [("invalid_text", path, "The text is not valid Unicode.")]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and not _is_exact(value):
        message = f"The number is out of range or has over {MAX_DIGITS} digits; send it as a string."
        return [("inexact_number", path, message)]
    return []


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_exact(value: int | float | Decimal) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return False
    exact = number(value)
    if not exact.is_finite():
        return False
    if exact == 0:
        return True
    digits = "".join(map(str, exact.as_tuple().digits)).rstrip("0")
    return len(digits) <= MAX_DIGITS and _SMALLEST <= abs(exact) <= _LARGEST


def plain(value: object) -> object:
    """The same JSON value with every Decimal as int or float, for the runtimes' own JSON writers.

    Right only for values in which `unstorable` finds nothing: their decimals survive a double.
    """
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value


def _digits(value: int | float | Decimal) -> str:
    exact = number(value)
    return "0" if exact == 0 else str(exact.normalize())


def canonical(value: object) -> str:
    """One text for equal values, whatever the order of their fields and the spelling of their numbers."""
    if isinstance(value, dict):
        pairs = sorted(value.items())
        return "{" + ",".join(f"{json.dumps(k)}:{canonical(v)}" for k, v in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    assert isinstance(value, int | float | Decimal)
    return _digits(value)


def attribute(value: object) -> dict:
    """DynamoDB's typed form of a JSON value.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case dict():
            return {"M": {name: attribute(inner) for name, inner in value.items()}}
        case list():
            return {"L": [attribute(inner) for inner in value]}
        case int() | float() | Decimal():
            return {"N": _digits(value)}
    raise TypeError(f"{type(value).__name__} is no JSON value")
