"""Arithmetic inside SQL/JSON paths, by the types of SQL.

https://trino.io/docs/current/functions/decimal.html
"""

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions.sql_json.items import WIDE, Failed, Typed, exact, real, whole

_PLAIN: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def calculated(sign: str, left: Typed, right: Typed) -> Typed:
    """`left sign right` over numbers."""
    common = t.common_super_type(left.type, right.type)
    if common is None:
        raise Failed(f"invalid operand types to {sign} operator ({left.type}, {right.type})")
    if common in (t.DOUBLE, t.REAL):
        value = _floating(sign, float(left.value), float(right.value))
        return Typed(common, real(value) if common == t.REAL else value)
    if isinstance(common, t.DecimalType):
        return _decimal(sign, left, right)
    return whole(_integer(sign, left.value, right.value), common)


def _floating(sign: str, a: float, b: float) -> float:
    if sign in _PLAIN:
        return float(_PLAIN[sign](a, b))
    if b == 0 or math.isnan(b):
        if sign == "%" or a == 0 or math.isnan(a) or math.isnan(b):
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1, b)
    if sign == "/":
        return a / b
    return math.nan if math.isinf(a) else math.fmod(a, b)


def _integer(sign: str, a: int, b: int) -> int:
    if sign in _PLAIN:
        return int(_PLAIN[sign](a, b))
    if b == 0:
        raise Failed("")
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient if sign == "/" else a - quotient * b


def _decimal(sign: str, left: Typed, right: Typed) -> Typed:
    x, y = t.as_decimal(left.type), t.as_decimal(right.type)
    a, b = Decimal(left.value), Decimal(right.value)
    scale = max(x.scale, y.scale)
    if sign in "+-":
        precision = max(x.precision - x.scale, y.precision - y.scale) + scale + 1
        value = WIDE.add(a, b) if sign == "+" else WIDE.subtract(a, b)
        return exact(value, precision, scale)
    if sign == "*":
        if x.scale + y.scale > t.MAX_DECIMAL:
            raise Failed("")
        return exact(WIDE.multiply(a, b), x.precision + y.precision, x.scale + y.scale)
    if b == 0:
        raise Failed("")
    if sign == "/":
        precision = x.precision + y.scale + max(0, y.scale - x.scale)
        return exact(WIDE.divide(a, b), precision, scale)
    precision = min(y.precision - y.scale, x.precision - x.scale) + scale
    return exact(WIDE.remainder(a, b), precision, scale)


def negated(item: Typed) -> Typed:
    """`-item`."""
    if t.is_integer(item.type):
        return whole(-item.value, item.type)
    return Typed(item.type, -item.value)


def absolute(item: Typed) -> Typed:
    """`item.abs()`."""
    if t.is_integer(item.type):
        return whole(abs(item.value), item.type)
    return Typed(item.type, abs(item.value))


def rounded(item: Typed, up: bool) -> Typed:
    """`item.ceiling()` or `item.floor()`."""
    if t.is_integer(item.type):
        return item
    if isinstance(item.type, t.DecimalType):
        value = Decimal(math.ceil(item.value) if up else math.floor(item.value))
        return exact(value, item.type.precision - item.type.scale + min(item.type.scale, 1), 0)
    if not math.isfinite(item.value):
        return item
    near = float(math.ceil(item.value) if up else math.floor(item.value))
    return Typed(item.type, math.copysign(near, item.value) if near == 0 else near)
