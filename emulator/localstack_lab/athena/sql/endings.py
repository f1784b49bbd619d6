"""What comes after a select list: DISTINCT, ORDER BY, OFFSET, LIMIT, and FETCH FIRST WITH TIES.

https://trino.io/docs/current/sql/select.html#order-by-clause
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import Position, at
from localstack_lab.athena.sql.expressions import Context, Expressions
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.grouping import as_a_whole
from localstack_lab.athena.sql.names import ordinal
from localstack_lab.athena.sql.ordering import term
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.scope import Field
from localstack_lab.athena.sql.statement import Statement
from localstack_lab.athena.sql.walking import is_volatile


@dataclass(slots=True, eq=False)
class Item:
    """An expression of a select list that has been analysed."""

    name: str | None
    value: Value
    touched: list[Field]
    node: tree.Node | None
    column: Field | None = None
    """The column that it is, if it is nothing but one."""


@dataclass(slots=True)
class Ending:
    """ORDER BY, OFFSET and LIMIT of a query."""

    order: list[tree.SortItem] = field(default_factory=list)
    offset: str = ""
    limit: str = ""
    ties: bool = False
    position: Position | None = None
    """Of the SELECT that it ends."""

    @property
    def cuts(self) -> bool:
        """Whether rows may be left out by their place."""
        return bool(self.offset or self.limit)

    def text(self) -> str:
        """OFFSET and LIMIT in DuckDB's order."""
        limit = f" LIMIT {self.limit}" if self.limit else ""
        return limit + (f" OFFSET {self.offset}" if self.offset else "")


class Endings:
    """The part of the analysis of queries that puts rows in order and cuts them off."""

    statement: Statement
    expressions: Expressions

    def finished(
        self,
        items: list[Item],
        ending: Ending,
        context: Context,
        source: str | Callable[[], str],
        distinct: bool,
        passing: bool,
    ) -> tuple[str, list[Field]]:
        """The whole query: select list, DISTINCT, ORDER BY, LIMIT. `passing`: filters may go further in."""
        fields = []
        for index, item in enumerate(items):
            result = Field(item.name, item.value.type, f"c{index}", sources=item.touched)
            if item.column is not None:
                result.origin = item.column.origin
                if passing and not ending.cuts:
                    result.partition = item.column.partition
            fields.append(result)
        keys = self._sort_keys(items, ending, context, distinct)
        if distinct:
            for each in fields:
                self.statement.uses.touch(each)
        from_ = source if isinstance(source, str) else source()
        if ending.ties:
            return self._with_ties(items, fields, ending, keys, from_, distinct), fields
        if distinct:
            sql = self._distinct(items, from_)
            if keys or ending.cuts:
                outer = self.statement.fresh("r")
                terms = [k.term(f"{outer}.c{k.place}") for k in keys]
                sql = f"SELECT * FROM ({sql}) AS {outer}{_order_by(terms)}{ending.text()}"
            return sql, fields
        columns = []
        for index, (item, result) in enumerate(zip(items, fields, strict=True)):
            column = f"{settled(item.value, item.value.type)} AS c{index}"
            columns.append(self.statement.late(_unless(result, column, index)))
        order = _order_by([k.term(k.value.sql) for k in keys])
        return f"SELECT {', '.join(columns)}{from_}{order}{ending.text()}", fields

    def _distinct(self, items: list[Item], from_: str) -> str:
        """The distinct rows of a select list, as columns c0, c1 …"""
        columns = [settled(i.value, i.value.type) + f" AS c{n}" for n, i in enumerate(items)]
        if not any(operators.needs_key(i.value.type) for i in items):
            return f"SELECT DISTINCT {', '.join(columns)}{from_}"
        alias = self.statement.fresh("r")
        made = [(f"{alias}.c{n}", i.value.type) for n, i in enumerate(items)]
        return distinct_by_key(made, f" FROM (SELECT {', '.join(columns)}{from_}) AS {alias}")

    def _sort_keys(
        self, items: list[Item], ending: Ending, context: Context, distinct: bool
    ) -> list["SortKey"]:
        """The terms of ORDER BY. Names are first those of the select list, then those of FROM."""
        outputs = tuple(
            (item.name.lower(), item.value, tuple(item.touched)) for item in items if item.name is not None
        )
        inner = replace(context, clause="ORDER BY clause", windows=True, outputs=outputs)
        keys: list[SortKey] = []
        by_sql = {item.value.sql: n for n, item in enumerate(items)}
        for each in ending.order:
            place = self._ordinal(each, items)
            if place is None:
                with as_a_whole(each.expression):
                    value = self.expressions.value(each.expression, inner)
                place = by_sql.get(value.sql)
            else:
                value = items[place].value
                for touched in items[place].touched:
                    self.statement.uses.touch(touched)
            if not t.orderable(value.type):
                message = (
                    f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY: "
                    f"{shown(each.expression)}"
                )
                raise at(ending.position or each.position, "TYPE_MISMATCH", message)
            if distinct and place is None:
                message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                raise at(ending.position or each.position, "EXPRESSION_NOT_IN_DISTINCT", message)
            if distinct and is_volatile(each.expression):
                message = "Non deterministic ORDER BY expression is not supported with SELECT DISTINCT"
                raise at(each.expression.position, "EXPRESSION_NOT_IN_DISTINCT", message)
            if (value.is_constant and value.type != t.UNKNOWN) or value.sql == "NULL":
                continue  # it orders nothing, and DuckDB would take a number for a place
            keys.append(SortKey(value, place, each))
        return keys

    def _ordinal(self, item: tree.SortItem, items: list[Item]) -> int | None:
        node = item.expression
        place = ordinal(node)
        if place is not None and not 1 <= place <= len(items):
            message = f"ORDER BY position {place} is not in select list"
            raise at(node.position, "INVALID_COLUMN_REFERENCE", message)
        return None if place is None else place - 1

    def _with_ties(
        self,
        items: list[Item],
        fields: list[Field],
        ending: Ending,
        keys: list["SortKey"],
        from_: str,
        distinct: bool,
    ) -> str:
        """FETCH FIRST n ROWS WITH TIES: the rows whose rank is at most n, counted behind OFFSET."""
        for each in fields:
            self.statement.uses.touch(each)
        if distinct:
            alias = self.statement.fresh("r")
            columns = [f"{alias}.c{n}" for n in range(len(items))]
            sorts = [f"{alias}.c{key.place} AS s{n}" for n, key in enumerate(keys)]
            from_ = f" FROM ({self._distinct(items, from_)}) AS {alias}"
        else:
            columns = [f"{settled(i.value, i.value.type)} AS c{n}" for n, i in enumerate(items)]
            sorts = [f"{key.value.sql} AS s{n}" for n, key in enumerate(keys)]
        order = _order_by([key.term(f"s{n}") for n, key in enumerate(keys)])
        skipped = f" OFFSET {ending.offset}" if ending.offset else ""
        a, b = self.statement.fresh("r"), self.statement.fresh("r")
        inner = f"SELECT * FROM (SELECT {', '.join(columns + sorts)}{from_}) AS {a}{order}{skipped}"
        ranked = f"SELECT *, rank() OVER ({order.strip()}) AS place FROM ({inner}) AS {b}"
        c = self.statement.fresh("r")
        names = ", ".join(f"c{n}" for n in range(len(items)))
        return f"SELECT {names} FROM ({ranked}) AS {c} WHERE place <= {ending.limit}{order}"


@dataclass(slots=True, eq=False)
class SortKey:
    """A term of ORDER BY that has been analysed; `place` is that of the select list's item that it is."""

    value: Value
    place: int | None
    item: tree.SortItem

    def term(self, sql: str) -> str:
        """The term over `sql`, which holds the value."""
        return term(sql, self.value.type, self.item.descending, bool(self.item.nulls_first))


def settled(value: Value, type_: t.Type) -> str:
    """A value as a column: an untyped NULL gets a type, and literals the type that Trino gives them."""
    if value.type != type_:
        return coerce(value, type_).sql
    if type_ == t.UNKNOWN:
        return "CAST(NULL AS INTEGER)"
    return value.sql


def _order_by(terms: Sequence[str]) -> str:
    return " ORDER BY " + ", ".join(terms) if terms else ""


def _unless(result: Field, settled: str, index: int) -> Callable[[], str]:
    return lambda: settled if result.used else f"CAST(NULL AS {t.duckdb(result.type)}) AS c{index}"


def of_sides(
    columns: Sequence[tuple[str, t.Type]], sides: Sequence[str], alias: str, operator: str, all_: bool
) -> str:
    """INTERSECT or EXCEPT of two queries where the sameness of values is Trino's.

    The rows of each side that are the same are numbered. Of the left ones INTERSECT keeps as many as there
    are on the right, EXCEPT those beyond; without ALL the first one stands for all of them.
    """
    names = [f"c{i}" for i in range(len(columns))]
    keys = ", ".join(operators.group_key(sql, x) for sql, x in columns)
    both = " UNION ALL ".join(f"SELECT *, {n} AS side FROM ({side})" for n, side in enumerate(sides))
    numbered = (
        f"SELECT *, row_number() OVER (PARTITION BY {keys}, {alias}.side) AS place, "
        f"count(*) FILTER ({alias}.side = 1) OVER (PARTITION BY {keys}) AS others FROM ({both}) AS {alias}"
    )
    kept = "place <= others" if operator == "INTERSECT" else "place > others"
    if not all_:
        kept = "place = 1 AND others > 0" if operator == "INTERSECT" else "place = 1 AND others = 0"
    return f"SELECT {', '.join(names)} FROM ({numbered}) WHERE side = 0 AND {kept}"


def distinct_by_key(columns: Sequence[tuple[str, t.Type]], source: str) -> str:
    """Distinct rows where the sameness of values is Trino's: one of each group of keys."""
    kept = ", ".join(f"first({sql}) AS c{i}" for i, (sql, _) in enumerate(columns))
    keys = ", ".join(operators.group_key(sql, x) for sql, x in columns)
    return f"SELECT {kept}{source} GROUP BY {keys}"
