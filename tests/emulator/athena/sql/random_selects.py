"""Kinds of random queries: plain ones, groups, set operations, queries in queries.

https://trino.io/docs/current/sql/select.html
"""

from collections.abc import Callable
from typing import Any

from tests.emulator.athena.sql.random_aggregates import aggregate
from tests.emulator.athena.sql.random_relations import Asked, Column, Maker, Source, column_term
from tests.emulator.athena.sql.random_values import (
    Row,
    Term,
    compared,
    distinct,
    every,
    key_of,
    ordered,
    peers,
    some,
)
from tests.emulator.athena.sql.random_windows import windowed


def any_query(maker: Maker) -> Asked:
    return maker.choose([plain, plain, grouped, grouped, windowed, windowed, combined, nested])(maker)


def plain(maker: Maker) -> Asked:
    """Select list, WHERE, DISTINCT, ORDER BY, OFFSET, LIMIT, WITH TIES."""
    source = maker.source()
    where, rows = maker.where(source)
    items = [maker.value(source.columns) for _ in range(maker.random.randrange(1, 4))]
    once = maker.likely(0.35)
    answer: list[Row] = [tuple(item.worth(row) for item in items) for row in rows]
    answer = distinct(answer) if once else answer
    listed = ", ".join(f"{item.sql} AS c{n}" for n, item in enumerate(items))
    sql = f"SELECT {'DISTINCT ' if once else ''}{listed} FROM {source.sql}{where}"
    if maker.likely(0.4):
        return Asked(sql, answer)
    # by all columns, so that no two rows that differ are peers
    places = list(range(len(items)))
    maker.random.shuffle(places)
    orders = [maker.order(output(maker, items[place], place)) for place in places]
    sql += " ORDER BY " + ", ".join(o.sql for o in orders)
    answer = ordered(answer, orders)
    skipped, taken = maker.random.randrange(4), maker.random.randrange(1, 5)
    if maker.likely(0.4):
        sql, answer = f"{sql} OFFSET {skipped}", answer[skipped:]
    if maker.likely(0.5):
        if maker.likely(0.4):
            last = peers(answer, orders)
            kept = [r for at, r in enumerate(answer) if at < taken or last[at] == last[taken - 1]]
            return Asked(f"{sql} FETCH FIRST {taken} ROWS WITH TIES", kept, True)
        return Asked(f"{sql} LIMIT {taken}", answer[:taken], True)
    return Asked(sql, answer, True)


def output(maker: Maker, item: Term, place: int) -> Term:
    """A column of the answer as ORDER BY may write it: by its place, its name, itself."""
    sql = maker.choose([str(place + 1), f"c{place}", f"C{place}", item.sql])
    return Term(sql, item.type, lambda row: row[place])


def grouped(maker: Maker) -> Asked:
    """GROUP BY of columns, of expressions, of grouping sets, of nothing; HAVING."""
    source = maker.source()
    where, rows = maker.where(source)
    columns = maker.random.sample(source.columns, min(len(source.columns), maker.random.randrange(1, 4)))
    keys = [column_term(c) for c in columns]
    kind = maker.choose(["plain", "plain", "expressions", "rollup", "cube", "sets", "none"])
    if kind == "expressions":
        keys = [maker.value(source.columns) for _ in keys]
    sets = [list(range(len(keys)))]
    clause = " GROUP BY " + ", ".join(maker.choose([k.sql, str(n + 1)]) for n, k in enumerate(keys))
    if kind == "none":
        keys, sets, clause = [], [[]], ""
    elif kind == "rollup":
        sets = [list(range(n)) for n in range(len(keys), -1, -1)]
        clause = f" GROUP BY ROLLUP ({', '.join(k.sql for k in keys)})"
    elif kind == "cube":
        sets = [[n for n in range(len(keys)) if bits >> n & 1] for bits in range(2 ** len(keys))]
        clause = f" GROUP BY CUBE ({', '.join(k.sql for k in keys)})"
    elif kind == "sets":
        sets = [
            [n for n in range(len(keys)) if maker.likely(0.5)] for _ in range(maker.random.randrange(1, 4))
        ]
        told = ", ".join("(" + ", ".join(keys[n].sql for n in s) + ")" for s in sets)
        clause = f" GROUP BY GROUPING SETS ({told})"
    made = [aggregate(maker, source) for _ in range(maker.random.randrange(1, 4))]
    in_sets = kind in ("rollup", "cube", "sets")
    listed = [k.sql for k in keys] + [sql for sql, _ in made]
    used = {n for s in sets for n in s}
    if in_sets and used != set(range(len(keys))):
        listed = [k.sql for n, k in enumerate(keys) if n in used] + [sql for sql, _ in made]
    marks = sorted(used) if in_sets else []
    if marks:
        listed.append(f"grouping({', '.join(keys[n].sql for n in marks)})")
    having, least = "", 0
    if maker.likely(0.3):
        least = maker.random.randrange(3)
        having = f" HAVING count(*) > {least}"
    answer: list[Row] = []
    for chosen in sets:
        groups: dict[Row, list[Row]] = {} if chosen else {(): []}
        for row in rows:
            groups.setdefault(key_of(tuple(keys[n].worth(row) for n in chosen)), []).append(row)
        for of_group in groups.values():
            if having and len(of_group) <= least:
                continue
            shown = [
                keys[n].worth(of_group[0]) if n in chosen else None for n in range(len(keys)) if n in used
            ]
            bits = [int("".join(str(int(n not in chosen)) for n in marks), 2)] if marks else []
            answer.append((*shown, *(worth(of_group) for _, worth in made), *bits))
    return Asked(f"SELECT {', '.join(listed)} FROM {source.sql}{where}{clause}{having}", answer)


# Set operations, and queries in queries


def combined(maker: Maker) -> Asked:
    """UNION, INTERSECT and EXCEPT of two or three queries, ALL or not; INTERSECT binds first."""
    kinds = [maker.choose(["integer", "double", "varchar"]) for _ in range(maker.random.randrange(1, 3))]
    sides = [side(maker, kinds) for _ in range(maker.random.randrange(2, 4))]
    names = [
        (maker.choose(["UNION", "INTERSECT", "EXCEPT"]), maker.likely(0.5)) for _ in range(len(sides) - 1)
    ]
    sql = sides[0].sql
    for (name, all_), one in zip(names, sides[1:], strict=True):
        sql += f" {name}{' ALL' if all_ else maker.choose(['', ' DISTINCT'])} {one.sql}"
    rows = [one.rows for one in sides]
    if len(names) == 2 and names[1][0] == "INTERSECT" and names[0][0] != "INTERSECT":
        answer = operated(names[0], rows[0], operated(names[1], rows[1], rows[2]))
    else:
        answer = operated(names[0], rows[0], rows[1])
        for name, more in zip(names[1:], rows[2:], strict=True):
            answer = operated(name, answer, more)
    return Asked(sql, answer)


def side(maker: Maker, kinds: list[str]) -> Asked:
    source = maker.table()
    items = [maker.value(source.of(kind)) for kind in kinds]
    where, rows = maker.where(source)
    sql = f"SELECT {', '.join(i.sql for i in items)} FROM {source.sql}{where}"
    return Asked(sql, [tuple(i.worth(row) for i in items) for row in rows])


def operated(operation: tuple[str, bool], left: list[Row], right: list[Row]) -> list[Row]:
    name, all_ = operation
    if name == "UNION":
        return left + right if all_ else distinct(left + right)
    rest = [key_of(row) for row in right]
    kept = []
    for row in left if all_ else distinct(left):
        key = key_of(row)
        there = key in rest
        if there and all_:
            rest.remove(key)
        if there == (name == "INTERSECT"):
            kept.append(row)
    return kept


def nested(maker: Maker) -> Asked:
    """Queries in the select list and in WHERE that refer to the query around them."""
    outer, inner = maker.table(), maker.table()
    width = len(outer.columns)
    shifted = [Column(c.sql, c.type, c.place + width) for c in inner.columns]
    condition = maker.condition(outer.columns + shifted, 2)
    rows_for = lambda row: [r for r in inner.rows if condition.worth(row + r) is True]  # noqa: E731
    tests = [subquery(maker, outer, inner, condition, rows_for) for _ in range(2)]
    n = outer.columns[0].sql
    sql = f"SELECT {n}, {tests[0].sql}, {tests[1].sql} FROM {outer.sql}"
    rows = outer.rows
    boolean = [t for t in tests if t.type == "boolean"]
    if boolean and maker.likely(0.5):
        sql += f" WHERE {boolean[0].sql}"
        rows = [r for r in rows if boolean[0].worth(r) is True]
    return Asked(sql, [(r[0], *(t.worth(r) for t in tests)) for r in rows])


def subquery(
    maker: Maker, outer: Source, inner: Source, condition: Term, rows_for: Callable[[Row], list[Row]]
) -> Term:
    tail = f"FROM {inner.sql} WHERE {condition.sql}"
    kind = maker.choose(["integer", "double", "varchar"])
    a, b = maker.choose(outer.of(kind)), maker.choose(inner.of(kind))
    match maker.random.randrange(5):
        case 0:
            return Term(f"EXISTS (SELECT 1 {tail})", "boolean", lambda row: bool(rows_for(row)))
        case 1:
            sql, worth = aggregate(maker, inner)
            return Term(f"(SELECT {sql} {tail})", "number", lambda row: worth(rows_for(row)))
        case 2 if kind != "double":  # NaN in IN of a query is found, as in a join of distinct values
            word, turn = maker.choose(
                [("IN", lambda v: v), ("NOT IN", lambda v: None if v is None else not v)]
            )
            return Term(
                f"({a.sql} {word} (SELECT {b.sql} {tail}))",
                "boolean",
                lambda row: turn(some([compared("=", row[a.place], r[b.place]) for r in rows_for(row)])),
            )
        case 3:
            sign = maker.choose(["<", "<=", ">", ">="])
            word, judge = maker.choose([("ALL", every), ("ANY", some), ("SOME", some)])
            return Term(
                f"({a.sql} {sign} {word} (SELECT {b.sql} {tail}))",
                "boolean",
                lambda row: judge([compared(sign, row[a.place], r[b.place]) for r in rows_for(row)]),
            )
        case _:
            n = inner.columns[0]
            where = f"{n.sql} = {maker.random.randrange(4)}"
            wanted = int(where[-1])

            def only(row: Row) -> Any:
                found = [r for r in rows_for(row) if r[0] == wanted]
                return found[0][b.place] if found else None

            return Term(f"(SELECT {b.sql} {tail} AND {where})", kind, only)
