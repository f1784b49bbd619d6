"""What comes after a select list: DISTINCT, ORDER BY, OFFSET, LIMIT, and FETCH FIRST WITH TIES.

https://trino.io/docs/current/sql/select.html#order-by-clause
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import at, unsupported
from localstack_lab.athena.sql.expressions import Context, Expressions
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.scope import Field
from localstack_lab.athena.sql.statement import Statement


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
        if distinct and any(operators.needs_key(i.value.type) for i in items):
            alias = self.statement.fresh("r")
            columns = [settled(i.value, i.value.type) + f" AS c{n}" for n, i in enumerate(items)]
            inner = f"SELECT {', '.join(columns)}{from_}"
            made = [(f"{alias}.c{n}", i.value.type) for n, i in enumerate(items)]
            sql = distinct_by_key(made, f" FROM ({inner}) AS {alias}")
            if keys or ending.cuts:
                outer = self.statement.fresh("r")
                sql = f"SELECT * FROM ({sql}) AS {outer}"
                keys = [(k.replace("\x01", f"{outer}."), d) for k, d in keys]
            order = _order_by(keys)
            return sql + order + ending.text(), fields
        columns = []
        for index, (item, result) in enumerate(zip(items, fields, strict=True)):
            column = f"{settled(item.value, item.value.type)} AS c{index}"
            columns.append(column if distinct else self.statement.late(_unless(result, column, index)))
        order = _order_by(keys)
        head = "SELECT DISTINCT" if distinct else "SELECT"
        return f"{head} {', '.join(columns)}{from_}{order}{ending.text()}", fields

    def _sort_keys(
        self, items: list[Item], ending: Ending, context: Context, distinct: bool
    ) -> list[tuple[str, str]]:
        """The terms of ORDER BY. Names are first those of the select list, then those of FROM."""
        outputs = tuple(
            (item.name.lower(), item.value, tuple(item.touched)) for item in items if item.name is not None
        )
        inner = Context(
            context.scope,
            "ORDER BY clause",
            groups=context.groups,
            windows=True,
            named_windows=context.named_windows,
            outputs=outputs,
        )
        keys: list[tuple[str, str]] = []
        by_sql = {item.value.sql: n for n, item in enumerate(items)}
        keyed = distinct and any(operators.needs_key(i.value.type) for i in items)
        for each in ending.order:
            place = self._ordinal(each, items)
            if place is None:
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
                raise at(each.position, "TYPE_MISMATCH", message)
            if distinct and place is None:
                message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                raise at(each.position, "EXPRESSION_NOT_IN_DISTINCT", message)
            if (value.is_constant and value.type != t.UNKNOWN) or value.sql == "NULL":
                continue  # it orders nothing, and DuckDB would take a number for a place
            if keyed:
                sql = operators.key(f"\x01c{place}", value.type)
            elif place is not None and not t.is_zoned(value.type) and not ending.ties and distinct:
                sql = str(place + 1)
            else:
                sql = operators.key(value.sql, value.type)
            keys.append((sql, self.expressions.direction(each)))
        return keys

    def _ordinal(self, item: tree.SortItem, items: list[Item]) -> int | None:
        node = item.expression
        if not (isinstance(node, tree.Literal) and node.kind == "integer"):
            return None
        place = int(str(node.value))
        if not 1 <= place <= len(items):
            message = f"ORDER BY position {place} is not in select list"
            raise at(node.position, "INVALID_COLUMN_REFERENCE", message)
        return place - 1

    def _with_ties(
        self,
        items: list[Item],
        fields: list[Field],
        ending: Ending,
        keys: list[tuple[str, str]],
        from_: str,
        distinct: bool,
    ) -> str:
        """FETCH FIRST n ROWS WITH TIES: the rows whose rank is at most n, counted behind OFFSET."""
        if distinct:
            raise unsupported("FETCH FIRST WITH TIES of SELECT DISTINCT")
        for each in fields:
            self.statement.uses.touch(each)
        columns = [f"{settled(i.value, i.value.type)} AS c{n}" for n, i in enumerate(items)]
        sorts = []
        for n, (term, direction) in enumerate(keys):
            columns.append(f"{term} AS s{n}")
            sorts.append(f"s{n} {direction}")
        order = f" ORDER BY {', '.join(sorts)}" if sorts else ""
        skipped = f" OFFSET {ending.offset}" if ending.offset else ""
        a, b = self.statement.fresh("r"), self.statement.fresh("r")
        inner = f"SELECT * FROM (SELECT {', '.join(columns)}{from_}) AS {a}{order}{skipped}"
        ranked = f"SELECT *, rank() OVER ({order.strip()}) AS place FROM ({inner}) AS {b}"
        c = self.statement.fresh("r")
        names = ", ".join(f"c{n}" for n in range(len(items)))
        return f"SELECT {names} FROM ({ranked}) AS {c} WHERE place <= {ending.limit}{order}"


def settled(value: Value, type_: t.Type) -> str:
    """A value as a column: an untyped NULL gets a type, and literals the type that Trino gives them."""
    if value.type != type_:
        return coerce(value, type_).sql
    if type_ == t.UNKNOWN:
        return "CAST(NULL AS INTEGER)"
    return value.sql


def _order_by(keys: Sequence[tuple[str, str]]) -> str:
    return " ORDER BY " + ", ".join(f"{sql} {direction}" for sql, direction in keys) if keys else ""


def _unless(result: Field, settled: str, index: int) -> Callable[[], str]:
    return lambda: settled if result.used else f"CAST(NULL AS {t.duckdb(result.type)}) AS c{index}"


def distinct_by_key(columns: Sequence[tuple[str, t.Type]], source: str) -> str:
    """Distinct rows where the sameness of values is Trino's: one of each group of keys."""
    kept = ", ".join(f"first({sql}) AS c{i}" for i, (sql, _) in enumerate(columns))
    keys = ", ".join(operators.group_key(sql, x) for sql, x in columns)
    return f"SELECT {kept}{source} GROUP BY {keys}"
