"""GROUP BY and aggregate functions: the inner query that they become.

What a grouping query's select list, HAVING and ORDER BY see is the result of that inner query: its keys and
its aggregates. A column that is no key can then not be referred to, as in SQL.

https://trino.io/docs/current/sql/select.html#group-by-clause
"""

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, at
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.scope import Field, Scope

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context, Expressions

_MOST_SETS = 2048


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


def _if_used(aggregate: Field, sql: str, index: int) -> Callable[[], str]:
    # Something has to be aggregated where there is no key, or each row would be a group of its own.
    return lambda: f"{sql if aggregate.used else 'count(*)'} AS a{index}"


class Groups:
    """The keys and aggregates of one grouping query."""

    def __init__(self, expressions: "Expressions", source: Scope, context: "Context") -> None:
        self.expressions = expressions
        self.source = source
        self.context = context
        self.alias = expressions.statement.fresh("g")
        self.keys: list[Value] = []
        self.sets: list[list[int]] | None = None
        self._by_sql: dict[str, int] = {}
        self._aggregates: dict[str, Field] = {}
        self._classes: set[type] = set()
        self.scope = Scope([], source.parent)

    def add_key(self, node: tree.Node) -> int:
        """Note a key of GROUP BY; gives its place."""
        plain = replace(self.context, scope=self.source, groups=None, clause="GROUP BY clause", windows=False)
        value = self.expressions.value(node, plain)
        if not t.comparable(value.type):
            message = f"{value.type} is not comparable, and therefore cannot be used in GROUP BY"
            raise at(node.position, "TYPE_MISMATCH", message)
        if value.sql not in self._by_sql:
            self._by_sql[value.sql] = len(self.keys)
            self.keys.append(value)
            self._classes.add(type(node))
        return self._by_sql[value.sql]

    def close(self, elements: list[list[list[int]]], distinct: bool, node: tree.Node) -> None:
        """All keys are known; the product of the sets of each element of GROUP BY is grouped by."""
        sets = [sorted(set(chain.from_iterable(combination))) for combination in product(*elements)]
        if len(sets) > _MOST_SETS:
            message = f"GROUP BY has {len(sets)} grouping sets but can contain at most {_MOST_SETS}"
            raise at(node.position, "TOO_MANY_GROUPING_SETS", message)
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
        plain = replace(context, scope=self.source, groups=None, outputs=())
        with self.expressions.statement.uses.collected():
            try:
                value = self.expressions.value(node, plain)
            except QueryError:
                return None  # it is told where the expression itself is analysed
        place = self._by_sql.get(value.sql)
        return None if place is None else Value(f"{self.alias}.k{place}", value.type)

    def aggregate(self, node: tree.Call, context: "Context") -> Value:
        """An aggregate function, evaluated over the rows of each group."""
        inner = replace(
            context,
            scope=self.source,
            groups=None,
            aggregating=True,
            windows=False,
            outputs=(),
            clause=f"Aggregation '{node.name}'",
        )
        with self.expressions.statement.uses.collected() as touched:
            value = self.expressions.aggregate_call(node, inner)
        return self._noted(value, touched)

    def grouping(self, node: tree.Grouping, context: "Context") -> Value:
        """GROUPING(…): which of these keys are aggregated away in a row."""
        plain = replace(context, scope=self.source, groups=None, outputs=())
        places = []
        for each in node.columns:
            place = self._by_sql.get(self.expressions.value(each, plain).sql)
            if place is None:
                message = (
                    "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the "
                    "associated query level"
                )
                raise at(node.position, "INVALID_ARGUMENTS", message)
            places.append(place)
        if not places or self.sets is None:
            return Value("CAST(0 AS BIGINT)", t.BIGINT)
        return self._noted(Value(f"GROUPING({', '.join(self._grouped_by(p) for p in places)})", t.BIGINT), [])

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
