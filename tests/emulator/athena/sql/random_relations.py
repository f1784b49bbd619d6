"""Random relations and expressions over small tables, each with what it yields.

Nothing here knows the engine: text and answer are made side by side from Trino's rules, the answer by plain
Python over lists. https://trino.io/docs/current/sql/select.html. What the rules leave open, such as which of
two peers comes first, is not asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.emulator.athena.sql.random_values import (
    COMPARISONS,
    VALUES,
    Order,
    Row,
    Term,
    compared,
    every,
    literal,
    opposite,
    same,
    some,
)


@dataclass(frozen=True)
class Column:
    """A column in sight: how it is written, its type, its place in the rows."""

    sql: str
    type: str
    place: int


@dataclass
class Source:
    """What follows FROM, and its rows."""

    sql: str
    columns: list[Column]
    rows: list[Row]

    def of(self, *types: str) -> list[Column]:
        return [c for c in self.columns if c.type in types]


@dataclass(frozen=True)
class Asked:
    """A query, and what it answers: in this order if `ordered`."""

    sql: str
    rows: list[Row]
    ordered: bool = False


class Maker:
    """Makes queries out of a random number generator."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._tables = 0

    def choose[T](self, options: Sequence[T]) -> T:
        return options[self.random.randrange(len(options))]

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    # Relations

    def table(self) -> Source:
        """A table of its own: `n` tells its rows apart."""
        self._tables += 1
        alias = f"t{self._tables}"
        names = {"n": "integer", "i": "integer", "j": "integer", "d": "double", "s": "varchar"}
        rows: list[Row] = [
            (n, *(self.choose(VALUES[kind]) for kind in list(names.values())[1:]))
            for n in range(self.random.randrange(1, 7))
        ]
        listed = ", ".join(
            "(" + ", ".join(literal(v, k) for v, k in zip(row, names.values(), strict=True)) + ")"
            for row in rows
        )
        columns = [Column(f"{alias}.{name}", kind, at) for at, (name, kind) in enumerate(names.items())]
        return Source(f"(VALUES {listed}) AS {alias}({', '.join(names)})", columns, rows)

    def source(self) -> Source:
        return self.choose([self.table, self.table, self.joined, self.joined, self.using, self.unnested])()

    def joined(self) -> Source:
        left, right = self.table(), self.table()
        columns = left.columns + [Column(c.sql, c.type, c.place + len(left.columns)) for c in right.columns]
        kind = self.choose(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", ","])
        pairs = [(a, b) for a in left.rows for b in right.rows]
        if kind in ("CROSS JOIN", ","):
            return Source(f"{left.sql} {kind} {right.sql}", columns, [a + b for a, b in pairs])
        on = self.condition(columns, 2)
        if self.likely(0.6):
            a, b = self.choose(left.of("integer")), self.choose(right.of("integer"))
            equal = self.comparison(a, Column(b.sql, b.type, b.place + len(left.columns)), "=")
            on = equal if self.likely(0.5) else self.both(equal, on)
        rows = self._outer(kind, left, right, lambda a, b: on.worth(a + b) is True)
        return Source(f"{left.sql} {kind} {right.sql} ON {on.sql}", columns, rows)

    def _outer(self, kind: str, left: Source, right: Source, fits: Callable[[Row, Row], bool]) -> list[Row]:
        rows = [a + b for a in left.rows for b in right.rows if fits(a, b)]
        if kind in ("LEFT JOIN", "FULL JOIN"):
            rows += [
                a + (None,) * len(right.columns) for a in left.rows if not any(fits(a, b) for b in right.rows)
            ]
        if kind in ("RIGHT JOIN", "FULL JOIN"):
            rows += [
                (None,) * len(left.columns) + b for b in right.rows if not any(fits(a, b) for a in left.rows)
            ]
        return rows

    def using(self) -> Source:
        """JOIN … USING: the shared column stands once and first, unqualified."""
        left, right = self.table(), self.table()
        kind = self.choose(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
        name, kind_of = self.choose([("i", "integer"), ("d", "double"), ("s", "varchar")])
        at = next(c.place for c in left.columns if c.sql.endswith(f".{name}"))
        width = len(left.columns)
        rows = self._outer(kind, left, right, lambda a, b: compared("=", a[at], b[at]) is True)
        kept = [place for place in range(2 * width) if place not in (at, width + at)]
        merged = [
            (row[at] if row[at] is not None else row[width + at], *(row[place] for place in kept))
            for row in rows
        ]
        columns = [Column(name, kind_of, 0)]
        for place in kept:
            column = (left.columns + right.columns)[place]
            columns.append(Column(column.sql, column.type, len(columns)))
        return Source(f"{left.sql} {kind} {right.sql} USING ({name})", columns, merged)

    def unnested(self) -> Source:
        """Two arrays side by side, the shorter filled up with nulls, with their ordinality."""
        left = self.table()
        a, b = self.choose(left.of("integer")), self.choose(left.of("varchar"))
        outer = self.likely(0.5)
        rows: list[Row] = []
        for row in left.rows:
            x, y = row[a.place], row[b.place]
            first = [x, 7] if x is not None and x > 0 else []
            second = [y]
            if row[0] % 2:
                second = [] if y is None else [y, y, "z"]
            long = max(len(first), len(second))
            rows += [
                (
                    *row,
                    first[k] if k < len(first) else None,
                    second[k] if k < len(second) else None,
                    k + 1,
                )
                for k in range(long)
            ]
            if not long and outer:
                rows.append((*row, None, None, None))
        n = left.columns[0].sql
        self._tables += 1
        alias = f"t{self._tables}"
        arrays = (
            f"IF({a.sql} > 0, ARRAY[{a.sql}, 7]), "
            f"IF({n} % 2 = 0, ARRAY[{b.sql}], IF({b.sql} IS NOT NULL, ARRAY[{b.sql}, {b.sql}, 'z']))"
        )
        kind = "LEFT JOIN" if outer else "CROSS JOIN"
        sql = f"{left.sql} {kind} UNNEST({arrays}) WITH ORDINALITY AS {alias}(u, v, o)"
        width = len(left.columns)
        more = [("u", "integer"), ("v", "varchar"), ("o", "bigint")]
        columns = left.columns + [Column(f"{alias}.{x}", k, width + at) for at, (x, k) in enumerate(more)]
        return Source(sql + (" ON TRUE" if outer else ""), columns, rows)

    # Expressions

    def comparison(self, a: Column, b: Column, sign: str) -> Term:
        sql = f"{a.sql} {sign} {b.sql}"
        return Term(sql, "boolean", lambda row: compared(sign, row[a.place], row[b.place]))

    def both(self, a: Term, b: Term) -> Term:
        return Term(f"({a.sql} AND {b.sql})", "boolean", lambda row: every([a.worth(row), b.worth(row)]))

    def condition(self, columns: list[Column], depth: int = 2) -> Term:
        """A random condition, often null."""
        if depth and self.likely(0.5):
            a, b = self.condition(columns, depth - 1), self.condition(columns, depth - 1)
            match self.random.randrange(3):
                case 0:
                    return self.both(a, b)
                case 1:
                    sql = f"({a.sql} OR {b.sql})"
                    return Term(sql, "boolean", lambda row: some([a.worth(row), b.worth(row)]))
                case _:
                    return Term(f"(NOT {a.sql})", "boolean", lambda row: opposite(a.worth(row)))
        column = self.choose([c for c in columns if c.type != "bigint"])
        sign, kind = self.choose(list(COMPARISONS)), column.type
        at = column.place
        match self.random.randrange(5):
            case 0:
                return Term(f"({column.sql} IS NULL)", "boolean", lambda row: row[at] is None)
            case 1:
                listed = [self.choose(VALUES[kind]) for _ in range(self.random.randrange(1, 4))]
                sql = f"({column.sql} IN ({', '.join(literal(v, kind) for v in listed)}))"
                return Term(sql, "boolean", lambda row: some([compared("=", row[at], v) for v in listed]))
            case 2:
                other = self.choose([c for c in columns if c.type == kind])
                return Term(
                    f"({column.sql} {sign} {other.sql})",
                    "boolean",
                    lambda row: compared(sign, row[at], row[other.place]),
                )
            case 3:
                value = self.choose(VALUES[kind])
                sql = f"({column.sql} IS DISTINCT FROM {literal(value, kind)})"
                return Term(sql, "boolean", lambda row: not same(row[at], value))
            case _:
                value = self.choose(VALUES[kind])
                return Term(
                    f"({column.sql} {sign} {literal(value, kind)})",
                    "boolean",
                    lambda row: compared(sign, row[at], value),
                )

    def value(self, columns: list[Column]) -> Term:
        """A column, or something simple made of one."""
        column = self.choose(columns)
        at = column.place
        plain = Term(column.sql, column.type, lambda row: row[at])
        match self.random.randrange(6):
            case 0 if column.type == "integer":
                return Term(
                    f"({column.sql} * 2 + 1)",
                    "integer",
                    lambda row: None if row[at] is None else row[at] * 2 + 1,
                )
            case 1 if column.type == "varchar":
                return Term(
                    f"({column.sql} || '!')",
                    "varchar",
                    lambda row: None if row[at] is None else row[at] + "!",
                )
            case 2 if column.type in VALUES:
                value = self.choose([v for v in VALUES[column.type] if v is not None])
                return Term(
                    f"COALESCE({column.sql}, {literal(value, column.type)})",
                    column.type,
                    lambda row: value if row[at] is None else row[at],
                )
            case 3:
                condition = self.condition(columns, 1)
                return Term(
                    f"CASE WHEN {condition.sql} THEN {column.sql} END",
                    column.type,
                    lambda row: row[at] if condition.worth(row) is True else None,
                )
            case _:
                return plain

    def order(self, term: Term) -> Order:
        descending = self.likely(0.5)
        said = self.choose(["", "", " NULLS FIRST", " NULLS LAST"])
        sql = term.sql + (" DESC" if descending else self.choose(["", " ASC"])) + said
        return Order(term, descending, said == " NULLS FIRST", sql)

    def where(self, source: Source) -> tuple[str, list[Row]]:
        if self.likely(0.4):
            return "", source.rows
        condition = self.condition(source.columns)
        return f" WHERE {condition.sql}", [r for r in source.rows if condition.worth(r) is True]


def column_term(column: Column) -> Term:
    return Term(column.sql, column.type, lambda row: row[column.place])
