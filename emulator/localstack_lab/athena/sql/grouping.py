"""GROUP BY and aggregate functions: the inner query that they become.

What a grouping query's select list, HAVING and ORDER BY see is the result of that inner query: its keys and
its aggregates. A column that is no key can then not be referred to, as in SQL.

https://trino.io/docs/current/sql/select.html#group-by-clause
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import Position, QueryError, at
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.printing import shown
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.walking import walk

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context, Expressions

_MOST_SETS = 2048
_MOST_GROUPING_BITS = 31  # of an integer; with more columns GROUPING is a bigint


def aggregates_in(node: object) -> bool:
    """Whether an aggregate function or GROUPING stands in an expression, subqueries aside."""
    if isinstance(node, list | tuple):
        return any(aggregates_in(n) for n in node)
    if not isinstance(node, tree.Node) or isinstance(node, tree.Query):
        return False
    if isinstance(node, tree.Grouping):
        return True
    if isinstance(node, tree.Call) and node.over is None and registry.kind_of(node.name) == "aggregate":
        return True
    return any(aggregates_in(getattr(node, f.name)) for f in dataclass_fields(node))


@contextmanager
def as_a_whole(node: tree.Node) -> Iterator[None]:
    """Inside, what may not stand in an expression is told of at the expression's own place, as Trino does."""
    try:
        yield
    except QueryError as error:
        if isinstance(error.__cause__, QueryError):  # it was told of by a query inside the expression
            raise
        message = error.message
        if error.name == "EXPRESSION_NOT_AGGREGATE":
            message = f"'{shown(node)}' must be an aggregate expression or appear in GROUP BY clause"
        elif error.name != "EXPRESSION_NOT_SCALAR":
            raise
        raise at(node.position, error.name, message) from error


def _outputs_in(nodes: object, context: "Context") -> tree.Identifier | None:
    """A name of the select list in an expression of ORDER BY, if there is one."""
    names = {name for name, _, _ in context.outputs}
    found = (n for n in walk(nodes) if isinstance(n, tree.Identifier) and n.name.lower() in names)
    qualifiers = {id(n.base) for n in walk(nodes) if isinstance(n, tree.Dereference)}
    return next((n for n in found if id(n) not in qualifiers), None)


def _if_used(aggregate: Field, sql: str, index: int) -> Callable[[], str]:
    # Something has to be aggregated where there is no key, or each row would be a group of its own.
    return lambda: f"{sql if aggregate.used else 'count(*)'} AS a{index}"


def check_count(sets: int, node: tree.Node) -> None:
    """Refuse more grouping sets than Trino takes, before they are made.

    :raises QueryError: TOO_MANY_GROUPING_SETS
    """
    if sets > _MOST_SETS:
        message = f"GROUP BY has {sets} grouping sets but can contain at most {_MOST_SETS}"
        raise at(node.position, "TOO_MANY_GROUPING_SETS", message)


class Groups:
    """The keys and aggregates of one grouping query."""

    def __init__(
        self, expressions: "Expressions", source: Scope, context: "Context", position: Position
    ) -> None:
        self.expressions = expressions
        self.position = position
        self.source = source
        self.context = context
        self.alias = expressions.statement.fresh("g")
        self.keys: list[Value] = []
        self.sets: list[list[int]] | None = None
        self._by_sql: dict[str, int] = {}
        self._aggregates: dict[str, Field] = {}
        self._classes: set[type] = set()
        self._lonely = ""
        self.scope = Scope([], source.parent)

    def add_key(self, node: tree.Node) -> int:
        """Note a key of GROUP BY; gives its place."""
        plain = replace(self.context, scope=self.source, groups=None, clause="GROUP BY clause", windows=False)
        value = self.expressions.value(node, plain)
        self._classes.add(type(node))
        return self._key(value)

    def add_column(self, column: Field) -> int:
        """Note a column as a key of GROUP BY; gives its place."""
        self.expressions.statement.uses.touch(column)
        return self._key(Value(column.sql, column.type))

    def _key(self, value: Value) -> int:
        if not t.comparable(value.type):
            message = f"{value.type} is not comparable, and therefore cannot be used in GROUP BY"
            raise at(self.position, "TYPE_MISMATCH", message)
        if value.sql not in self._by_sql:
            self._by_sql[value.sql] = len(self.keys)
            self.keys.append(value)
        return self._by_sql[value.sql]

    def close(self, elements: list[list[list[int]]], distinct: bool, node: tree.Node) -> None:
        """All keys are known; the product of the sets of each element of GROUP BY is grouped by."""
        check_count(math.prod(len(sets) for sets in elements), node)
        sets = [sorted(set(chain.from_iterable(combination))) for combination in product(*elements)]
        if distinct:
            sets = [list(s) for s in dict.fromkeys(tuple(s) for s in sets)]
        self.sets = sets
        single = len(sets) == 1
        grouped: list[Field] = []
        for each in self.source.fields:
            place = self._by_sql.get(each.sql)
            copy = Field(each.name, each.type, each.sql, each.relation, each.qualifier, each.hidden, [each])
            if place is None:
                copy.ungrouped = True
            else:
                copy.sql = f"{self.alias}.k{place}"
                copy.origin = each.origin
                copy.partition = each.partition if single else None
            grouped.append(copy)
        self.scope = Scope(grouped, self.source.parent)

    def key_of(self, node: tree.Node, context: "Context") -> Value | None:
        """The key that an expression is, if it is one."""
        kind = type(node)
        if kind not in self._classes or kind is tree.Identifier or context.scope is not self.scope:
            return None
        if context.outputs and _outputs_in(node, context) is not None:
            return None
        plain = replace(context, scope=self.source, groups=None, outputs=(), lifted=None)
        with self.expressions.statement.uses.collected():
            try:
                value = self.expressions.value(node, plain)
            except QueryError:
                return None  # it is told where the expression itself is analysed
        place = self._by_sql.get(value.sql)
        return None if place is None else Value(f"{self.alias}.k{place}", value.type)

    def aggregate(self, node: tree.Call, context: "Context") -> Value:
        """An aggregate function, evaluated over the rows of each group."""
        for nodes, message in (
            (node.order, "ORDER BY clause in aggregation function must not reference query output columns"),
            (
                [node.arguments, node.filter],
                "Invalid reference to output projection attribute from ORDER BY aggregation",
            ),
        ):
            output = _outputs_in(nodes, context) if context.outputs and nodes else None
            if output is not None:
                raise at(output.position, "COLUMN_NOT_FOUND", message)
        inner = replace(
            context,
            scope=self.source,
            groups=None,
            aggregating=node,
            lifted=None,
            windows=False,
            outputs=(),
            clause=f"Aggregation '{node.name}'",
        )
        with self.expressions.statement.uses.collected() as touched:
            value = self.expressions.aggregate_call(node, inner)
        own = {id(f) for f in self.source.fields}
        if touched and not any(id(f) in own for f in touched):
            # For DuckDB an aggregate belongs to the query whose columns it names, for Trino to its own.
            inner = replace(inner, anchor=self._anchor())
            with self.expressions.statement.uses.collected() as touched:
                value = self.expressions.aggregate_call(node, inner)
            touched.extend(self.source.fields[:1])
        return self._noted(value, touched)

    def _anchor(self) -> str:
        """A column of the query's own; without FROM it gets one."""
        if self.source.fields:
            return self.source.fields[0].sql
        self._lonely = self._lonely or self.expressions.statement.fresh("r")
        return f"{self._lonely}.one"

    def grouping(self, node: tree.Grouping, context: "Context") -> Value:
        """GROUPING(…): which of these keys are aggregated away in a row."""
        if self.sets is None:
            message = (
                "A GROUPING() operation can only be used with a corresponding GROUPING "
                "SET/CUBE/ROLLUP/GROUP BY clause"
            )
            raise at(self.position, "MISSING_GROUP_BY", message)
        output = _outputs_in(node.columns, context) if context.outputs else None
        if output is not None:
            message = "Invalid reference to output of SELECT clause from grouping() expression in ORDER BY"
            raise at(output.position, "INVALID_ARGUMENTS", message)
        plain = replace(context, scope=self.source, groups=None, outputs=(), lifted=None)
        places = []
        for each in node.columns:
            place = self._by_sql.get(self.expressions.value(each, plain).sql)
            if place is None:
                message = (
                    "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the "
                    f"associated query level. Mismatch due to {shown(each)}."
                )
                raise at(node.position, "INVALID_ARGUMENTS", message)
            places.append(place)
        type_ = t.INTEGER if len(places) <= _MOST_GROUPING_BITS else t.BIGINT
        if not places:
            return Value("0", type_)
        found = f"GROUPING({', '.join(self._grouped_by(p) for p in places)})"
        return self._noted(Value(f"CAST({found} AS {t.duckdb(type_)})", type_), [])

    def _noted(self, value: Value, touched: list[Field]) -> Value:
        noted = self._aggregates.get(value.sql)
        if noted is None:
            noted = Field(None, value.type, f"{self.alias}.a{len(self._aggregates)}", sources=touched)
            self._aggregates[value.sql] = noted
        self.expressions.statement.uses.touch(noted)
        return Value(noted.sql, value.type)

    def _grouped_by(self, place: int) -> str:
        key = self.keys[place]
        return operators.group_key(key.sql, key.type)

    def sql(self, source: str) -> str:
        """The inner query; `source` is FROM and WHERE."""
        if self._lonely:
            source = f" FROM (SELECT 1 AS one) AS {self._lonely}{source}"
        columns = []
        for place, key in enumerate(self.keys):
            kept = key.sql
            if operators.needs_key(key.type):
                kept = f"first({key.sql})"
                if self.sets is not None and len(self.sets) > 1:
                    kept = f"CASE WHEN GROUPING({self._grouped_by(place)}) = 0 THEN {kept} END"
            columns.append(f"{kept} AS k{place}")
        late = self.expressions.statement.late
        columns.extend(late(_if_used(f, sql, i)) for i, (sql, f) in enumerate(self._aggregates.items()))
        if not columns:
            columns.append("count(*) AS a0")
        text = f"SELECT {', '.join(columns)}{source}"
        if not self.keys or self.sets is None:
            if self.sets is not None and len(self.sets) > 1:
                text += " GROUP BY GROUPING SETS (" + ", ".join("()" for _ in self.sets) + ")"
            return text
        if len(self.sets) == 1:
            return text + " GROUP BY " + ", ".join(self._group_term(p) for p in self.sets[0])
        sets = ", ".join("(" + ", ".join(self._group_term(p) for p in s) + ")" for s in self.sets)
        return text + f" GROUP BY GROUPING SETS ({sets})"

    def _group_term(self, place: int) -> str:
        """A key in GROUP BY: its place in the select list, since a constant would be taken for one anyway."""
        if operators.needs_key(self.keys[place].type):
            return self._grouped_by(place)
        return str(place + 1)
