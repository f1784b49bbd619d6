"""Random aggregate functions, each with what it yields for the rows of a group.

https://trino.io/docs/current/functions/aggregate.html
"""

from collections.abc import Callable, Sequence
from typing import Any

from tests.emulator.athena.sql.random_relations import Maker, Source
from tests.emulator.athena.sql.random_values import Row, Term, average, distinct, extreme, total


def aggregate(maker: Maker, source: Source) -> tuple[str, Callable[[list[Row]], Any]]:
    """An aggregate function, and what it yields for the rows of a group."""
    numbers, any_column = source.of("integer"), [c for c in source.columns if c.type != "bigint"]
    number, column = maker.choose(numbers), maker.choose(any_column)
    condition = maker.condition(source.columns, 1)
    values = value_of(number.place)
    others = value_of(column.place)
    kinds: list[tuple[str, Callable[[list[Row]], Any]]] = [
        ("count(*)", len),
        (f"count({column.sql})", lambda rows: len([v for v in others(rows) if v is not None])),
        (
            f"count(DISTINCT {column.sql})",
            lambda rows: len(distinct([(v,) for v in others(rows) if v is not None])),
        ),
        (f"sum({number.sql})", lambda rows: total(values(rows))),
        (
            f"sum(DISTINCT {number.sql})",
            lambda rows: total([r[0] for r in distinct([(v,) for v in values(rows)])]),
        ),
        (f"avg({number.sql})", lambda rows: average(values(rows))),
        (f"min({column.sql})", lambda rows: extreme(others(rows), False)),
        (f"max({column.sql})", lambda rows: extreme(others(rows), True)),
        (f"count_if({condition.sql})", lambda rows: len([r for r in rows if condition.worth(r) is True])),
        (f"bool_or({condition.sql})", lambda rows: of_known(any, condition, rows)),
        (f"bool_and({condition.sql})", lambda rows: of_known(all, condition, rows)),
    ]
    sql, worth = maker.choose(kinds)
    if maker.likely(0.2):
        test = maker.condition(source.columns, 1)
        return (
            f"{sql} FILTER (WHERE {test.sql})",
            lambda rows: worth([r for r in rows if test.worth(r) is True]),
        )
    return sql, worth


def value_of(place: int) -> Callable[[Sequence[Row]], list[Any]]:
    return lambda rows: [row[place] for row in rows]


def of_known(judge: Callable[[list[bool]], bool], condition: Term, rows: list[Row]) -> Any:
    known = [v for v in (condition.worth(row) for row in rows) if v is not None]
    return judge(known) if known else None
