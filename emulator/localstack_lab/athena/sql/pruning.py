"""Which terms of a condition speak of partition keys alone, so that whole partitions need no reading.

Of an Iceberg table every column may be spoken of: see `limits`.
"""

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.expressions import Context, Expressions
from localstack_lab.athena.sql.limits import limits_of
from localstack_lab.athena.sql.plan import Limit, Scan
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.statement import Statement
from localstack_lab.athena.sql.walking import has_query


class Pruning:
    """The part of the analysis of queries that gathers filters of partitions."""

    statement: Statement
    expressions: Expressions
    prunes: dict[int, list[str]]

    def prune(self, condition: tree.Node, prunable: list[Field], fields: list[Field]) -> None:
        """Note the terms of a condition that speak of nothing but partition keys of one scan."""
        candidates = {id(f): f for f in prunable if f.partition is not None}
        if not candidates:
            return
        scope = Scope(fields)
        terms = (
            condition.terms
            if isinstance(condition, tree.Logical) and condition.operator == "AND"
            else [condition]
        )
        for term in terms:
            if isinstance(term, tree.Logical) and term.operator == "AND":
                self.prune(term, prunable, fields)
                continue
            if has_query(term):
                continue
            with self.statement.uses.collected() as touched:
                try:
                    self.expressions.value(term, Context(scope, "WHERE clause"))
                except QueryError:
                    continue  # it refers to a query around this one
            scans = {id(f.partition[0]): f.partition[0] for f in touched if f.partition is not None}
            if len(scans) != 1 or any(id(f) not in candidates for f in touched):
                continue
            (scan,) = scans.values()
            if scan.info.iceberg:
                if len({f.sql for f in touched}) == 1:
                    scan.limits += self._limits(term, touched[0], scope)
                continue
            renamed = [_renamed(f) if f.partition is not None else f for f in fields]
            with self.statement.uses.collected():
                value = self.expressions.value(term, Context(Scope(renamed), "WHERE clause"))
            self.prunes.setdefault(id(scan), []).append(coerce(value, t.BOOLEAN).sql)

    def _limits(self, term: tree.Node, column: Field, scope: Scope) -> list[Limit]:
        with self.statement.uses.collected():
            return limits_of(term, column, scope, self.expressions)

    def filter_of(self, scan: Scan) -> str | None:
        """The partition filter of a scan."""
        terms = self.prunes.get(id(scan))
        return " AND ".join(terms) if terms else None


def _renamed(each: Field) -> Field:
    assert each.partition is not None
    return Field(each.name, each.type, t.quote(each.partition[1]), each.relation, each.qualifier, each.hidden)
