"""Queries inside expressions: scalar subqueries, EXISTS, IN, ALL and ANY.

https://trino.io/docs/current/sql/select.html#subqueries
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import at
from localstack_lab.athena.sql.functions.values import LIFTED, Value
from localstack_lab.athena.sql.statement import Statement

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context
    from localstack_lab.athena.sql.queries import Queries


class Subqueries:
    """The part of the analysis of expressions that handles queries in them."""

    statement: Statement
    queries: "Queries"
    value: Callable[[tree.Node, "Context"], Value]

    def _rows(self, query: tree.Query, context: "Context") -> tuple[str, Value]:
        """A query whose rows are values: its SQL, and a row of it under `q` as a value of one type."""
        sql, fields = self.queries.subquery(query, context)
        for each in fields:
            self.statement.uses.touch(each)
        if len(fields) == 1:
            return sql, Value("q.c0", fields[0].type)
        type_ = t.row(*((f.name, f.type) for f in fields))
        parts = (f"{t.quote(n)} := q.{f.sql}" for n, f in zip(type_.duckdb_names(), fields, strict=True))
        return sql, Value(f"struct_pack({', '.join(parts)})", type_)

    def subquery(self, node: tree.Subquery, context: "Context") -> Value:
        """A query whose one row is the value."""
        sql, row = self._rows(node.query, context)
        if row.sql != "q.c0":
            sql = f"SELECT {row.sql} AS c0 FROM ({sql}) AS q"
        return _before(Value(f"({sql})", row.type), context)

    def exists(self, node: tree.Exists, context: "Context") -> Value:
        """EXISTS."""
        sql, _ = self.queries.subquery(node.query, context)
        return _before(Value(f"EXISTS ({sql})", t.BOOLEAN), context)

    def _compared_query(
        self, node: tree.Quantified | tree.InQuery, context: "Context"
    ) -> tuple[Value, Value, str]:
        """A value and the rows that it is compared with, as their common type."""
        value = self.value(node.value, context)
        sql, row = self._rows(node.query, context)
        common = t.common_super_type(value.type, row.type)
        if common is None or not t.comparable(common):
            left = value.type if isinstance(value.type, t.RowType) else t.row((None, value.type))
            right = row.type if isinstance(row.type, t.RowType) else t.row((None, row.type))
            message = f"Value expression and result of subquery must be of the same type: {left} vs {right}"
            raise at(node.position, "TYPE_MISMATCH", message)
        return coerce(value, common), coerce(row, common), sql

    def in_query(self, node: tree.InQuery, context: "Context") -> Value:
        """IN with a query: null where nothing is found and a null leaves it open."""
        return _before(self._in(node, replace(context, lifted=None)), context)

    def _in(self, node: tree.InQuery, context: "Context") -> Value:
        value, row, sql = self._compared_query(node, context)
        if not isinstance(value.type, t.ArrayType | t.MapType | t.RowType):
            inner = operators.key(row.sql, row.type)
            if inner != "q.c0":
                sql = f"SELECT {inner} AS c0 FROM ({sql}) AS q"
            return Value(f"({operators.key(value.sql, value.type)} IN ({sql}))", t.BOOLEAN)
        same = operators.compared("=", value, row, value.type)
        answer = "CASE WHEN bool_or(same) THEN TRUE WHEN count(*) > count(same) THEN NULL ELSE FALSE END"
        return Value(f"(SELECT {answer} FROM (SELECT {same} AS same FROM ({sql}) AS q) AS s)", t.BOOLEAN)

    def quantified(self, node: tree.Quantified, context: "Context") -> Value:
        """A comparison with ALL or ANY of the rows."""
        return _before(self._quantified(node, replace(context, lifted=None)), context)

    def _quantified(self, node: tree.Quantified, context: "Context") -> Value:
        value, row, sql = self._compared_query(node, context)
        able, what = t.comparable(value.type), "comparable"
        if node.operator not in ("=", "<>"):
            able, what = t.orderable(value.type), "orderable"
        if not able:
            message = f"Type [{value.type}] must be {what} in order to be used in quantified comparison"
            raise at(node.position, "TYPE_MISMATCH", message)
        if operators.simply_compared(value.type):
            inner = operators.key(row.sql, row.type)
            if inner != "q.c0":
                sql = f"SELECT {inner} AS c0 FROM ({sql}) AS q"
            quantifier = "ALL" if node.quantifier == "ALL" else "ANY"
            subject = operators.key(value.sql, value.type)
            return Value(f"({subject} {node.operator} {quantifier} ({sql}))", t.BOOLEAN)
        same = operators.compared(node.operator, value, row, value.type)
        decided, answer = ("NOT same", "FALSE") if node.quantifier == "ALL" else ("same", "TRUE")
        otherwise = "TRUE" if answer == "FALSE" else "FALSE"
        found = (
            f"CASE WHEN bool_or({decided}) THEN {answer} WHEN count(*) > count(same) THEN NULL "
            f"ELSE {otherwise} END"
        )
        return Value(f"(SELECT {found} FROM (SELECT {same} AS same FROM ({sql}) AS q) AS s)", t.BOOLEAN)


def _before(value: Value, context: "Context") -> Value:
    """A subquery where it stands, or inside TRY what has been worked out of it before."""
    if context.lifted is None:
        return value
    context.lifted.append(value.sql)
    return Value(f"{LIFTED}.s{len(context.lifted) - 1}", value.type)
