"""A small evaluator of Trino's expressions that shares nothing with the engine.

Each function takes nodes and makes a node: the SQL text, Trino's type, and what the text is worth, or the
name of the error that it ends with. The rules are those of https://trino.io/docs/current/functions/math.html,
decimal.html, comparison.html, logical.html, conditional.html, string.html and datetime.html, in exact
arithmetic.
"""

import calendar
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

OUT_OF_RANGE = "NUMERIC_VALUE_OUT_OF_RANGE"
DIVISION_BY_ZERO = "DIVISION_BY_ZERO"
LIMITS = {"integer": 2**31, "bigint": 2**63}
INTEGER_DIGITS = {"integer": 10, "bigint": 19}
MOST_DIGITS = 38
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)

type Kind = str | tuple[int, int]
"""``integer``, ``bigint``, ``boolean``, ``varchar``, ``date``, or a decimal's precision and scale."""


class Open(Exception):
    """The rules leave it open: a decimal beyond 38 digits, or an error beside a NULL that decides without it.

    The generator throws such an expression away.
    """


@dataclass(frozen=True)
class Node:
    """:param value: what it is worth, None for NULL; of no meaning where there is an error"""

    sql: str
    kind: Kind
    value: Any = None
    error: str = ""


def literal(value: Any, kind: Kind) -> Node:
    """A constant, or a typed NULL."""
    if value is None:
        return Node(f"CAST(NULL AS {type_text(kind)})", kind)
    if isinstance(kind, tuple):
        sign = "-" if value < 0 else ""
        return Node(f"{sign}DECIMAL '{digits(abs(value), kind)}'", kind, value)
    if kind == "varchar":
        return Node(f"CAST('{value.replace("'", "''")}' AS varchar)", kind, value)
    if kind == "date":
        return Node(f"DATE '{value}'", kind, value)
    if kind == "bigint":
        return Node(f"BIGINT '{value}'", kind, value)
    return Node(f"({value})" if kind == "integer" else str(value).lower(), kind, value)


def type_text(kind: Kind) -> str:
    return f"decimal({kind[0]},{kind[1]})" if isinstance(kind, tuple) else kind


def digits(value: Decimal, kind: tuple[int, int]) -> str:
    """With leading zeros up to the precision, so that the literal has just this type."""
    whole, scale = kind[0] - kind[1], kind[1]
    text = f"{value:.{scale}f}"
    left, _, right = text.partition(".")
    left = left.lstrip("0").rjust(whole, "0") if whole else ""
    return f"{left}.{right}" if scale else left


def shown(node: Node) -> str | None:
    """The value as Athena prints it."""
    if node.value is None:
        return None
    if isinstance(node.kind, tuple):
        return f"{node.value:.{node.kind[1]}f}"
    return str(node.value).lower() if node.kind == "boolean" else str(node.value)


def strict(sql: str, kind: Kind, of: Sequence[Node], work: Callable[..., Any]) -> Node:
    """An operation that is NULL when an operand is, and ends with the first error of its operands."""
    for node in of:
        if node.error:
            if any(other.value is None and not other.error for other in of):
                raise Open
            return Node(sql, kind, error=node.error)
    if any(node.value is None for node in of):
        return Node(sql, kind)
    found = work(*(node.value for node in of))
    return Node(sql, kind, error=found) if isinstance(found, Error) else Node(sql, kind, found)


class Error(str):
    """The name of an error, as a result."""


def as_decimal(kind: Kind) -> tuple[int, int]:
    """The decimal type that an integer is coerced to."""
    return kind if isinstance(kind, tuple) else (INTEGER_DIGITS[str(kind)], 0)


def common(left: Kind, right: Kind) -> Kind:
    """The type that holds both."""
    if left == right or (isinstance(left, str) and left not in LIMITS):
        return left
    if isinstance(left, tuple) or isinstance(right, tuple):
        (p, s), (q, t) = as_decimal(left), as_decimal(right)
        scale = max(s, t)
        precision = max(p - s, q - t) + scale
        if precision > MOST_DIGITS:
            raise Open
        return precision, scale
    return "bigint"


def arithmetic(sign: str, left: Node, right: Node) -> Node:
    """Numbers added, subtracted, multiplied, divided, or their remainder."""
    sql = f"({left.sql} {sign} {right.sql})"
    if isinstance(left.kind, tuple) or isinstance(right.kind, tuple):
        kind = decimal_kind(sign, as_decimal(left.kind), as_decimal(right.kind))
        if kind[0] > MOST_DIGITS:
            raise Open
        return strict(sql, kind, (left, right), lambda a, b: decimals(sign, Decimal(a), Decimal(b), kind))
    whole = common(left.kind, right.kind)
    return strict(sql, whole, (left, right), lambda a, b: integers(sign, a, b, LIMITS[str(whole)]))


def decimal_kind(sign: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    (p, s), (q, t) = left, right
    scale = max(s, t)
    match sign:
        case "*":
            return p + q, s + t
        case "/":
            return p + t + max(t - s, 0), scale
        case "%":
            return min(p - s, q - t) + scale, scale
        case _:
            return 1 + scale + max(p - s, q - t), scale


def decimals(sign: str, a: Decimal, b: Decimal, kind: tuple[int, int]) -> Any:
    if sign in "/%" and b == 0:
        return Error(DIVISION_BY_ZERO)
    match sign:
        case "+":
            exact = EXACT.add(a, b)
        case "-":
            exact = EXACT.subtract(a, b)
        case "*":
            exact = EXACT.multiply(a, b)
        case "/":
            exact = EXACT.divide(a, b)
        case _:
            exact = EXACT.remainder(a, b)
    found = rounded(exact, kind[1])
    return found if abs(found) < Decimal(10) ** (kind[0] - kind[1]) else Error(OUT_OF_RANGE)


def rounded(value: Decimal, scale: int) -> Decimal:
    """Half away from zero."""
    found = value.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP, context=EXACT)
    return abs(found) if found == 0 else found


def integers(sign: str, a: int, b: int, limit: int) -> Any:
    if sign in "/%" and b == 0:
        return Error(DIVISION_BY_ZERO)
    match sign:
        case "+":
            found = a + b
        case "-":
            found = a - b
        case "*":
            found = a * b
        case "/":
            found = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        case _:
            found = abs(a) % abs(b) * (-1 if a < 0 else 1)
    return found if -limit <= found < limit else Error(OUT_OF_RANGE)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str, left: Node, right: Node) -> Node:
    common(left.kind, right.kind)
    if left.error or right.error:  # an engine may move a constant to the other side, past the overflow
        raise Open
    return strict(f"({left.sql} {sign} {right.sql})", "boolean", (left, right), COMPARISONS[sign])


def distinct(left: Node, right: Node) -> Node:
    """IS DISTINCT FROM, which is never NULL."""
    common(left.kind, right.kind)
    sql = f"({left.sql} IS DISTINCT FROM {right.sql})"
    if left.error or right.error:
        raise Open
    return Node(sql, "boolean", left.value != right.value)


def is_null(node: Node) -> Node:
    if node.error:
        raise Open
    return Node(f"({node.sql} IS NULL)", "boolean", node.value is None)


def within(node: Node, listed: Sequence[Node]) -> Node:
    """IN a list: NULL when it is not found and something is NULL."""
    kind = node.kind
    for one in listed:
        kind = common(kind, one.kind)
    sql = f"({node.sql} IN ({', '.join(one.sql for one in listed)}))"
    found = [None if node.value is None or one.value is None else node.value == one.value for one in listed]
    return Node(sql, "boolean", True if True in found else None if None in found else False)


def between(node: Node, low: Node, high: Node) -> Node:
    common(common(node.kind, low.kind), high.kind)
    sql = f"({node.sql} BETWEEN {low.sql} AND {high.sql})"
    return Node(sql, "boolean", both(comparison(">=", node, low), comparison("<=", node, high)).value)


def both(left: Node, right: Node) -> Node:
    values = (left.value, right.value)
    found = False if False in values else None if None in values else True
    return Node(f"({left.sql} AND {right.sql})", "boolean", found)


def either(left: Node, right: Node) -> Node:
    values = (left.value, right.value)
    found = True if True in values else None if None in values else False
    return Node(f"({left.sql} OR {right.sql})", "boolean", found)


def negation(node: Node) -> Node:
    return strict(f"(NOT {node.sql})", "boolean", (node,), operator.not_)


def coerced(node: Node, kind: Kind) -> Any:
    if node.value is None or not isinstance(kind, tuple):
        return node.value
    return rounded(Decimal(node.value), kind[1])


def choice(condition: Node, yes: Node, no: Node) -> Node:
    """CASE WHEN … THEN … ELSE … END, with the type that holds both."""
    kind = common(yes.kind, no.kind)
    taken = yes if condition.value is True else no
    sql = f"CASE WHEN {condition.sql} THEN {yes.sql} ELSE {no.sql} END"
    return Node(sql, kind, coerced(taken, kind))


def coalesced(left: Node, right: Node) -> Node:
    kind = common(left.kind, right.kind)
    taken = right if left.value is None else left
    return Node(f"COALESCE({left.sql}, {right.sql})", kind, coerced(taken, kind))


def null_if(left: Node, right: Node) -> Node:
    common(left.kind, right.kind)
    same = left.value is not None and left.value == right.value
    return Node(f"NULLIF({left.sql}, {right.sql})", left.kind, None if same else left.value)


def concatenated(left: Node, right: Node) -> Node:
    return strict(f"({left.sql} || {right.sql})", "varchar", (left, right), operator.add)


def length(text: Node) -> Node:
    return strict(f"length({text.sql})", "bigint", (text,), len)


def substring(text: Node, start: int, size: int) -> Node:
    """Positions count code points from 1, or from the end when negative."""

    def cut(value: str) -> str:
        at = start - 1 if start > 0 else len(value) + start
        return "" if start == 0 or at < 0 or size <= 0 else value[at : at + size]

    return strict(f"substr({text.sql}, {start}, {size})", "varchar", (text,), cut)


def found_at(text: Node, part: Node) -> Node:
    return strict(
        f"strpos({text.sql}, {part.sql})", "bigint", (text, part), lambda a, b: a.find(b) + 1 if b else 1
    )


def replaced(text: Node, part: str, by: str) -> Node:
    sql = f"replace({text.sql}, '{part}', '{by}')"
    return strict(sql, "varchar", (text,), lambda value: value.replace(part, by))


def reversed_text(text: Node) -> Node:
    return strict(f"reverse({text.sql})", "varchar", (text,), lambda value: value[::-1])


def as_text(node: Node) -> Node:
    """CAST to varchar, which prints as the result does."""
    return strict(f"CAST({node.sql} AS varchar)", "varchar", (node,), lambda _: shown(node))


def as_integer(node: Node) -> Node:
    """CAST of a number to bigint, half away from zero."""
    return strict(
        f"CAST({node.sql} AS bigint)", "bigint", (node,), lambda value: whole(rounded(Decimal(value), 0))
    )


def whole(value: Decimal) -> Any:
    found = int(value)
    return found if -(2**63) <= found < 2**63 else Error("INVALID_CAST_ARGUMENT")


def days_later(day: Node, days: int) -> Node:
    sign = "-" if days < 0 else "+"
    sql = f"({day.sql} {sign} INTERVAL '{abs(days)}' DAY)"
    return strict(sql, "date", (day,), lambda value: value + timedelta(days=days))


def months_later(day: Node, months: int) -> Node:
    """The day is the month's last one where that month has no such day."""

    def later(value: date) -> date:
        month = value.year * 12 + value.month - 1 + months
        year, of_year = month // 12, month % 12 + 1
        return date(year, of_year, min(value.day, calendar.monthrange(year, of_year)[1]))

    return strict(f"date_add('month', {months}, {day.sql})", "date", (day,), later)


def days_between(left: Node, right: Node) -> Node:
    sql = f"date_diff('day', {left.sql}, {right.sql})"
    return strict(sql, "bigint", (left, right), lambda a, b: (b - a).days)


def part_of(name: str, day: Node) -> Node:
    """Year, month, day, ISO day of the week, ISO week, day of the year."""
    parts: dict[str, Callable[[date], int]] = {
        "year": lambda value: value.year,
        "month": lambda value: value.month,
        "day": lambda value: value.day,
        "day_of_week": lambda value: value.isoweekday(),
        "week": lambda value: value.isocalendar().week,
        "day_of_year": lambda value: value.timetuple().tm_yday,
    }
    return strict(f"{name}({day.sql})", "bigint", (day,), parts[name])


def month_of(day: Node) -> Node:
    return strict(f"date_trunc('month', {day.sql})", "date", (day,), lambda value: value.replace(day=1))


def double_text(value: float) -> str:
    """As Java's Double.toString writes it."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = f"{Decimal(repr(value)):f}"
        return text if "." in text else f"{text}.0"
    sign, figures, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, figures))
    power = len(text) - 1 + int(exponent)
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{power}"
