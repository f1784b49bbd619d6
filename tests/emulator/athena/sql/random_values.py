"""What values of random queries are worth: sameness, three-valued logic, order, totals.

By Trino's rules: https://trino.io/docs/current/functions/comparison.html, logical.html and aggregate.html;
NaN by https://github.com/trinodb/trino/pull/6013.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

type Row = tuple[Any, ...]
type Truth = bool | None

NAN = math.nan
VALUES: dict[str, list[Any]] = {
    "integer": [None, 0, 1, 2, 3, -1],
    "double": [None, 0.5, 1.0, -2.5, NAN, math.inf],
    "varchar": [None, "", "a", "b", "B"],
}


@dataclass(frozen=True)
class Term:
    """An expression: its text, its type, and what it is worth for a row."""

    sql: str
    type: str
    worth: Callable[[Row], Any]


def is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def literal(value: Any, kind: str) -> str:
    if value is None:
        return f"CAST(NULL AS {kind})"
    if kind == "varchar":
        return f"CAST('{value}' AS varchar)"
    if kind == "double":
        return "nan()" if is_nan(value) else "infinity()" if value == math.inf else f"DOUBLE '{value}'"
    return f"({value})"


def same(a: Any, b: Any) -> bool:
    """Whether values are the same for DISTINCT, GROUP BY and set operations."""
    return (is_nan(a) and is_nan(b)) or (a is None and b is None) or (a is not None and a == b)


def key_of(row: Row) -> Row:
    """What rows are told apart by: NaN is one value, 1 and 1.0 are."""
    return tuple("NaN" if is_nan(v) else v for v in row)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compared(sign: str, a: Any, b: Any) -> Truth:
    return None if a is None or b is None else COMPARISONS[sign](a, b)


def every(terms: Sequence[Truth]) -> Truth:
    return False if False in terms else None if None in terms else True


def some(terms: Sequence[Truth]) -> Truth:
    return True if True in terms else None if None in terms else False


def opposite(term: Truth) -> Truth:
    return None if term is None else not term


@dataclass(frozen=True)
class Order:
    """One term of ORDER BY."""

    term: Term
    descending: bool
    nulls_first: bool
    sql: str

    def key(self, row: Row) -> Row:
        """Nulls at their end, NaN beside them, numbers and texts between."""
        value = self.term.worth(row)
        rank = 2 if value is None else 1 if is_nan(value) else 0
        rank = -rank if self.nulls_first else rank
        return (rank, Directed(value if not rank else None, self.descending))


class Directed:
    """A value that sorts either way round."""

    def __init__(self, value: Any, descending: bool) -> None:
        self.value = value.encode() if isinstance(value, str) else value
        self.descending = descending

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Directed) and self.value == other.value

    def __lt__(self, other: "Directed") -> bool:
        if self.value is None:
            return False
        return bool(other.value < self.value if self.descending else self.value < other.value)


def ordered(rows: Sequence[Row], orders: Sequence[Order]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(o.key(row) for o in orders))


def peers(rows: Sequence[Row], orders: Sequence[Order]) -> list[int]:
    """For each of some sorted rows the number of its group of peers."""
    found: list[int] = []
    for at, row in enumerate(rows):
        keys = [tuple(o.key(r) for o in orders) for r in (rows[at - 1], row)]
        found.append(0 if not at else found[-1] + (keys[0] != keys[1]))
    return found


def distinct(rows: Sequence[Row]) -> list[Row]:
    found: dict[Row, Row] = {}
    for row in rows:
        found.setdefault(key_of(row), row)
    return list(found.values())


def total(values: Sequence[Any]) -> Any:
    there = [v for v in values if v is not None]
    return sum(there) if there else None


def extreme(values: Sequence[Any], greatest: bool) -> Any:
    """NaN only where there is nothing else, for the least as for the greatest."""
    there = [v for v in values if v is not None]
    numbers = [v for v in there if not is_nan(v)]
    if not numbers:
        return there[0] if there else None
    return max(numbers) if greatest else min(numbers)


def average(values: Sequence[Any]) -> Any:
    there = [v for v in values if v is not None]
    return float(Fraction(sum(there), len(there))) if there else None
