"""Random window functions, each with what it yields for every row.

https://trino.io/docs/current/functions/window.html
"""

from collections.abc import Callable
from typing import Any

from tests.emulator.athena.sql.random_aggregates import aggregate
from tests.emulator.athena.sql.random_relations import Asked, Maker, Source, column_term
from tests.emulator.athena.sql.random_values import Order, Row, key_of, ordered, peers


def windowed(maker: Maker) -> Asked:
    """Window functions; where peers could come either way, an order by all columns keeps them apart."""
    source = maker.source()
    where, rows = maker.where(source)
    apart = [Order(column_term(c), False, False, c.sql) for c in source.columns]
    rows = ordered(rows, apart)
    listed, worths = [], []
    for _ in range(maker.random.randrange(1, 4)):
        sql, worth = window(maker, source, rows, apart)
        listed.append(sql)
        worths.append(worth)
    columns = ", ".join(c.sql for c in source.columns)
    answer = [(*row, *(worth[at] for worth in worths)) for at, row in enumerate(rows)]
    return Asked(f"SELECT {columns}, {', '.join(listed)} FROM {source.sql}{where}", answer)


def window(maker: Maker, source: Source, rows: list[Row], apart: list[Order]) -> tuple[str, dict[int, Any]]:
    """A window function, and what it yields for each row by its place."""
    parts = [maker.value(source.columns)] if maker.likely(0.6) else []
    by = f"PARTITION BY {parts[0].sql} " if parts else ""
    groups: dict[Row, list[int]] = {}
    for at, row in enumerate(rows):
        groups.setdefault(key_of(tuple(p.worth(row) for p in parts)), []).append(at)
    kind = maker.choose(["ranks", "ranks", "aggregate", "aggregate", "range", "moved", "of a row"])
    first = [maker.order(maker.value([c for c in source.columns if c.type != "bigint"]))]
    if kind == "range":
        first = [maker.order(maker.value(source.of("integer")))]
    exact = kind in ("moved", "of a row") or (kind == "aggregate" and maker.likely(0.5))
    orders = first + apart if exact else first
    told = "ORDER BY " + ", ".join(o.sql for o in orders)
    partitions = [
        sorted(places, key=lambda at: tuple(o.key(rows[at]) for o in orders)) for places in groups.values()
    ]
    choices = {
        "ranks": ranks,
        "aggregate": framed,
        "range": framed,
        "moved": moved,
        "of a row": of_a_row,
    }
    sql, frame, work = choices[kind](maker, source, orders, kind, exact)
    answer: dict[int, Any] = {}
    for places in partitions:
        partition = [rows[at] for at in places]
        for at, found in zip(places, work(partition), strict=True):
            answer[at] = found
    return f"{sql} OVER ({by}{told}{frame})", answer


type Work = tuple[str, str, Callable[[list[Row]], list[Any]]]


def ranks(maker: Maker, source: Source, orders: list[Order], kind: str, exact: bool) -> Work:
    def counted(name: str) -> Callable[[list[Row]], list[Any]]:
        def work(partition: list[Row]) -> list[Any]:
            of = peers(partition, orders)
            ahead = [of.index(g) for g in of]
            size = len(of)
            match name:
                case "rank":
                    return [a + 1 for a in ahead]
                case "dense_rank":
                    return [g + 1 for g in of]
                case "percent_rank":
                    return [a / (size - 1) if size > 1 else 0.0 for a in ahead]
                case _:
                    return [(len([g for g in of if g <= mine])) / size for mine in of]

        return work

    name = maker.choose(["rank", "dense_rank", "percent_rank", "cume_dist"])
    return f"{name}()", "", counted(name)


def framed(maker: Maker, source: Source, orders: list[Order], kind: str, exact: bool) -> Work:
    """An aggregate over a frame of rows, of groups of peers, or of values near by."""
    sql, worth = aggregate(maker, source)
    while "DISTINCT" in sql or "FILTER" in sql:
        sql, worth = aggregate(maker, source)
    unit = "RANGE" if kind == "range" else maker.choose(["ROWS", "GROUPS"]) if exact else "GROUPS"
    text, bounds = frame(maker, unit)
    if kind != "range" and not exact and maker.likely(0.5):
        unit, text, bounds = "", "", (None, 0)

    def work(partition: list[Row]) -> list[Any]:
        found = []
        for at in range(len(partition)):
            low, high = (
                near(partition, orders[0], at, bounds)
                if unit == "RANGE"
                else within(peers(partition, orders), at, bounds, unit)
            )
            found.append(worth(partition[low : high + 1] if low <= high else []))
        return found

    return sql, text, work


type Bounds = tuple[int | None, int | None]
"""Of a frame, relative to the row: None is the partition's end."""


def frame(maker: Maker, unit: str) -> tuple[str, Bounds]:
    low = maker.choose([None, 0, -1, -2, 1])
    high = maker.choose([None, 0, 1, 2, *([-1] if low in (None, -1, -2) else [])])
    if low == 1 and high == 0:
        high = 2
    return f" {unit} BETWEEN {bound(low, 'PRECEDING')} AND {bound(high, 'FOLLOWING')}", (low, high)


def bound(offset: int | None, end: str) -> str:
    if offset is None:
        return f"UNBOUNDED {end}"
    if not offset:
        return "CURRENT ROW"
    return f"{abs(offset)} {'PRECEDING' if offset < 0 else 'FOLLOWING'}"


def within(of: list[int], at: int, bounds: Bounds, unit: str) -> tuple[int, int]:
    """The first and the last row of a frame of rows, or of groups of peers (also the frame by default)."""
    low, high = bounds
    last = len(of) - 1
    if unit == "ROWS":
        return (0 if low is None else max(0, at + low)), (last if high is None else min(last, at + high))
    inside = [
        n
        for n, group in enumerate(of)
        if (low is None or group >= of[at] + low) and (high is None or group <= of[at] + high)
    ]
    return (inside[0], inside[-1]) if inside else (1, 0)


def near(partition: list[Row], order: Order, at: int, bounds: Bounds) -> tuple[int, int]:
    """The first and the last row of a frame of values; that of a null ends at the nulls, or beyond them."""
    low, high = bounds
    values = [order.term.worth(row) for row in partition]
    mine = values[at]
    sign = -1 if order.descending else 1

    def keeps(value: Any, offset: int, lower: bool) -> bool:
        if mine is None or value is None:
            return mine is None and value is None
        away = sign * (value - mine)
        return away >= offset if lower else away <= offset

    # Nulls lie beyond all numbers: behind a frame's start if they come last, before its end if first.
    beyond = [mine is not None and v is None for v in values]
    starts = [n for n, v in enumerate(values) if low is None or keeps(v, low, True) or (beyond[n] and n > at)]
    ends = [
        n for n, v in enumerate(values) if high is None or keeps(v, high, False) or (beyond[n] and n < at)
    ]
    return (starts[0], ends[-1]) if starts and ends else (1, 0)


def moved(maker: Maker, source: Source, orders: list[Order], kind: str, exact: bool) -> Work:
    """lag and lead, over nulls too or not."""
    column = maker.choose(source.columns)
    name, offset = maker.choose(["lag", "lead"]), maker.random.randrange(3)
    ignoring = maker.likely(0.4)
    other = None
    sql = f"{name}({column.sql}, {offset}"
    if column.type == "integer" and maker.likely(0.5):
        other = 9
        sql += ", 9"
    step = -1 if name == "lag" else 1

    def work(partition: list[Row]) -> list[Any]:
        values = [row[column.place] for row in partition]
        found = []
        for at in range(len(values)):
            place = at + step * offset
            if ignoring and offset:
                seen = [n for n, v in enumerate(values) if v is not None and (n - at) * step > 0]
                seen.sort(key=lambda n: abs(n - at))
                place = seen[offset - 1] if len(seen) >= offset else -1
            found.append(values[place] if 0 <= place < len(values) else other)
        return found

    return f"{sql}){' IGNORE NULLS' if ignoring else ''}", "", work


def of_a_row(maker: Maker, source: Source, orders: list[Order], kind: str, exact: bool) -> Work:
    """first_value, last_value and nth_value of a frame, over nulls too or not."""
    column = maker.choose(source.columns)
    name = maker.choose(["first_value", "last_value", "nth_value"])
    place = maker.random.randrange(1, 4)
    ignoring = maker.likely(0.4)
    unit = maker.choose(["ROWS", "GROUPS"])
    text, bounds = frame(maker, unit)
    if maker.likely(0.3):
        unit, text, bounds = "", "", (None, 0)

    def work(partition: list[Row]) -> list[Any]:
        found = []
        for at in range(len(partition)):
            low, high = within(peers(partition, orders), at, bounds, unit)
            values = [r[column.place] for r in partition[low : high + 1]] if low <= high else []
            if ignoring:
                values = [v for v in values if v is not None]
            index = {"first_value": 0, "last_value": -1, "nth_value": place - 1}[name]
            found.append(values[index] if -1 <= index < len(values) and values else None)
        return found

    more = f", {place}" if name == "nth_value" else ""
    return f"{name}({column.sql}{more}){' IGNORE NULLS' if ignoring else ''}", text, work
