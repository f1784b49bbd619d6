"""Items of SQL/JSON: JSON values as Python's, and SQL values that keep their type.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/json/ir/SqlJsonLiteralConverter.java
"""

import math
import struct
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions.json_values import java_double, quoted

WIDE = Context(prec=100)
_BITS = {"tinyint": 7, "smallint": 15, "integer": 31, "bigint": 63}


@dataclass(frozen=True, slots=True)
class Typed:
    """An SQL value: int, float, Decimal, str or bool, of its type."""

    type: t.Type
    value: Any


class Failed(Exception):
    """A path that cannot be evaluated; ON ERROR and predicates handle it."""

    def error(self) -> QueryError:
        """It as Trino's error."""
        return QueryError("PATH_EVALUATION_ERROR", f"path evaluation failed: {self}")


def real(value: float) -> float:
    """A float of 32 bits; what is too large becomes infinite."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def kind_of(item: Any) -> str:
    """What an item is called in errors: Jackson's node type, or the type of an SQL value."""
    if isinstance(item, Typed):
        return str(item.type)
    if item is None:
        return "NULL"
    if isinstance(item, bool):
        return "BOOLEAN"
    kinds: tuple[tuple[type, str], ...] = ((dict, "OBJECT"), (list, "ARRAY"), (str, "STRING"))
    return next((name for type_, name in kinds if isinstance(item, type_)), "NUMBER")


def mistyped(expected: str, item: Any) -> Failed:
    """The failure of an item that is of another kind than is wanted."""
    return Failed(f"invalid item type. Expected: {expected}, actual: {kind_of(item)}")


def is_number(item: Any) -> bool:
    """Whether an item is a number."""
    if isinstance(item, Typed):
        return t.is_numeric(item.type)
    return isinstance(item, int | float) and not isinstance(item, bool)


def number(item: Any) -> Typed:
    """A numeric item with its SQL type: JSON's are integer, bigint or double."""
    if not is_number(item):
        raise mistyped("NUMBER", item)
    return scalar(item)


def scalar(item: Any) -> Typed:
    """A scalar that is not null, with its SQL type."""
    if isinstance(item, Typed):
        return item
    if isinstance(item, bool):
        return Typed(t.BOOLEAN, item)
    if isinstance(item, str):
        return Typed(t.VARCHAR, item)
    if isinstance(item, float):
        return Typed(t.DOUBLE, item)
    if not isinstance(item, int):
        raise Failed("")
    for type_ in (t.INTEGER, t.BIGINT):
        if fits(item, type_):
            return Typed(type_, item)
    raise Failed("")


def fits(value: int, type_: t.Type) -> bool:
    """Whether an integer type holds a number."""
    limit = 2 ** _BITS[type_.base]
    return -limit <= value < limit


def whole(value: int, type_: t.Type) -> Typed:
    """An integer; a failure if its type does not hold it."""
    if not fits(value, type_):
        raise Failed("")
    return Typed(type_, value)


def exact(value: Decimal, precision: int, scale: int) -> Typed:
    """A decimal, rounded half up; a failure if it has too many digits."""
    unit = Decimal(1).scaleb(-scale)
    held = value.quantize(unit, rounding=ROUND_HALF_UP, context=WIDE)
    if len(held.as_tuple().digits) > t.MAX_DECIMAL and held:
        raise Failed("")
    return Typed(t.decimal(min(precision, t.MAX_DECIMAL), scale), held)


def decimal_literal(text: str) -> Typed:
    """`1.50` in a path is a decimal(3,2)."""
    left, _, right = text.partition(".")
    digits = left.lstrip("0")
    precision = max(len(digits) + len(right), 1)
    if precision > t.MAX_DECIMAL:
        raise QueryError("INVALID_LITERAL", f"'{text}' is not a valid DECIMAL literal")
    return Typed(t.decimal(precision, len(right)), Decimal(text or "0"))


def text_of(item: Any) -> str | None:
    """The text of a string; None for anything else."""
    value = item.value if isinstance(item, Typed) else item
    return value if isinstance(value, str) else None


def _float(value: float) -> str:
    shown = java_double(value)
    return shown if math.isfinite(value) else f'"{shown}"'


def _real(value: float) -> str:
    """The shortest digits that mean the same float of 32 bits, as Java's `Float.toString` prints them."""
    if not math.isfinite(value):
        return _float(value)
    for digits in range(1, 10):
        shorter = float(f"{value:.{digits}g}")
        if real(shorter) == value:
            return java_double(shorter)
    return java_double(value)


def dump(item: Any) -> str:
    """An item as compact JSON text, its keys in the order that they came in."""
    if isinstance(item, Typed):
        if item.type == t.REAL:
            return _real(item.value)
        return str(item.value) if isinstance(item.value, Decimal) else dump(item.value)
    if item is None:
        return "null"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return quoted(item)
    if isinstance(item, float):
        return _float(item)
    if isinstance(item, list):
        return "[" + ",".join(dump(each) for each in item) + "]"
    if isinstance(item, dict):
        return "{" + ",".join(f"{quoted(key)}:{dump(value)}" for key, value in item.items()) + "}"
    return str(item)
