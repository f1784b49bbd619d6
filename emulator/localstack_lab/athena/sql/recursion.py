"""WITH RECURSIVE.

https://trino.io/docs/current/sql/select.html#with-recursive-clause; what may refer to itself, and how:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
"""

from collections.abc import Callable

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.endings import Ending, distinct_by_key
from localstack_lab.athena.sql.errors import at
from localstack_lab.athena.sql.functions.values import Value, fail
from localstack_lab.athena.sql.scope import Field, Scope
from localstack_lab.athena.sql.statement import NamedQuery, Statement
from localstack_lab.athena.sql.walking import walk

# Trino's default, which Athena has too: so many steps after the base, and the one after them must be empty.
_MAX_DEPTH = 10
_REFERENCE = "INVALID_RECURSIVE_REFERENCE"


class Recursions:
    """The part of the analysis of queries that handles queries which refer to themselves."""

    statement: Statement
    ctes: list[dict[str, NamedQuery]]
    body: Callable[[tree.Node, Ending, Scope | None], tuple[str, list[Field]]]
    rename: Callable[[tree.Named, list[Field]], None]

    def recursion(self, node: tree.Named, alias: str, parent: Scope | None) -> tuple[str, list[Field]]:
        """A base and a step, whose columns must fit the base's: the definitions of both.

        The loop has one more column, `depth`, the number of the step that a row comes from, and ends with the
        first step that may not be. What reads it looks first whether it came so far.
        """
        union = node.query.body
        assert isinstance(union, tree.SetOperation)
        loop = self.statement.fresh("w")
        base_sql, base = self.body(union.left, Ending(), parent)
        self.rename(node, base)
        for each in base:
            each.mark()
        self.ctes[-1][node.name.lower()] = NamedQuery(
            node.name, loop, [Field(f.name, f.type, f.sql) for f in base]
        )
        step_sql, step = self.body(union.right, Ending(), parent)
        if len(step) != len(base):
            message = (
                f"base and step relations of recursion have different number of fields: {len(base)}, "
                f"{len(step)}"
            )
            raise at(union.right.position, "TYPE_MISMATCH", message)
        name = self.statement.fresh("r")
        columns = []
        for index, (wanted, given) in enumerate(zip(base, step, strict=True)):
            given.mark()
            if not t.can_coerce(given.type, wanted.type):
                message = (
                    f"recursion step relation output type ({given.type}) is not coercible to recursion base "
                    f"relation output type ({wanted.type}) at column {index + 1}"
                )
                raise at(union.right.position, "TYPE_MISMATCH", message)
            sql = coerce(Value(f"{name}.{given.sql}", given.type), wanted.type).sql
            columns.append(f"{sql} AS c{index}")
        reached = f"(SELECT max(depth) FROM {loop})"
        step_sql = (
            f"SELECT {', '.join(columns)}, {reached} + 1 FROM ({step_sql}) AS {name} "
            f"WHERE {reached} <= {_MAX_DEPTH}"
        )
        message = (
            f"Recursion depth limit exceeded ({_MAX_DEPTH}). "
            "Use 'max_recursion_depth' session property to modify the limit."
        )
        failure = fail("NOT_SUPPORTED", message)
        check = f" FROM {loop} WHERE CASE WHEN {reached} > {_MAX_DEPTH} THEN {failure} ELSE TRUE END"
        fields = [Field(f.name, f.type, f.sql) for f in base]
        names = ", ".join(f.sql for f in fields)
        # UNION DISTINCT drops what is there twice in the end only: no step knows of the steps before.
        read = f"SELECT {names}{check}"
        if not union.all:
            read = distinct_by_key([(f.sql, f.type) for f in fields], check)
        definitions = (
            f"{loop}({names}, depth) AS ((SELECT *, 0 FROM ({base_sql})) UNION ALL ({step_sql})), "
            f"{alias} AS ({read})"
        )
        return definitions, fields


def loops_itself(node: tree.Named) -> bool:
    """Whether a query of WITH RECURSIVE refers to itself; raises Trino's error where it may not."""
    if node.columns is None:
        raise at(node.position, "MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query")
    for each in walk(node.query):
        if isinstance(each, tree.Query) and each.recursive:
            raise at(each.position, "NESTED_RECURSIVE", "nested recursive WITH query")
    union = node.query.body
    step = union.right if isinstance(union, tree.SetOperation) and union.operator == "UNION" else None
    inside = [] if step is None else _references(step, node.name)
    if isinstance(union, tree.SetOperation) and step is not None:
        for each in _references(union.left, node.name):
            message = "WITH table name is referenced in the base relation of recursion"
            raise at(each.position, _REFERENCE, message)
    if len(inside) > 1:
        message = "multiple recursive references in the step relation of recursion"
        raise at(inside[1].position, _REFERENCE, message)
    if step is None or not inside:
        for each in _references(node.query, node.name):
            raise at(each.position, _REFERENCE, "recursive reference not allowed in this context")
        return False
    _check_step(step, node.name, inside[0])
    _check_clauses(node.query)
    return True


def _check_step(step: tree.Node, name: str, reference: tree.Table) -> None:
    """The step has to be a SELECT with the reference in its FROM."""
    while isinstance(step, tree.Query):
        if step.limit is not None:
            message = "FETCH FIRST / LIMIT clause in the step relation of recursion"
            raise at(step.clauses["LIMIT"], "INVALID_LIMIT_CLAUSE", message)
        step = step.body
    source = step.source if isinstance(step, tree.Select) else None
    if source is None or not _references(source, name):
        message = "recursive reference outside of FROM clause of the step relation of recursion"
        raise at(reference.position, _REFERENCE, message)
    for each in walk(source):
        if isinstance(each, tree.Join):
            for side, relation, kinds in (
                ("left", each.left, ("RIGHT", "FULL")),
                ("right", each.right, ("LEFT", "FULL")),
            ):
                if each.kind in kinds and _references(relation, name):
                    message = f"recursive reference in {side} source of {each.kind} join"
                    raise at(reference.position, _REFERENCE, message)
        if isinstance(each, tree.SetOperation):
            raise_in = _where_not_allowed(each, name)
            if raise_in:
                raise at(reference.position, _REFERENCE, f"recursive reference in {raise_in}")


def _where_not_allowed(node: tree.SetOperation, name: str) -> str:
    if node.operator == "INTERSECT" and node.all and _references(node, name):
        return "INTERSECT ALL"
    if node.operator == "EXCEPT" and _references(node.right, name):
        return f"right relation of EXCEPT {'ALL' if node.all else 'DISTINCT'}"
    if node.operator == "EXCEPT" and node.all and _references(node.left, name):
        return "left relation of EXCEPT ALL"
    return ""


def _check_clauses(query: tree.Query) -> None:
    """A recursive query is nothing but its UNION."""
    if query.with_:
        raise at(query.position, "NOT_SUPPORTED", "immediate WITH clause in recursive query")
    for clause in ("ORDER", "OFFSET", "LIMIT"):
        place = query.clauses.get(clause)
        if place is None:
            continue
        if clause == "LIMIT":
            message = "immediate FETCH FIRST / LIMIT clause in recursive query"
            raise at(place, "INVALID_LIMIT_CLAUSE", message)
        words = "ORDER BY" if clause == "ORDER" else clause
        raise at(place, "NOT_SUPPORTED", f"immediate {words} clause in recursive query")


def _references(node: tree.Node, name: str) -> list[tree.Table]:
    """Where a table is read by this name alone, in order; not where a query has a WITH of the same name."""
    shadowed: set[int] = set()
    for each in walk(node):
        if isinstance(each, tree.Query) and any(n.name.lower() == name.lower() for n in each.with_):
            shadowed.update(id(n) for n in walk(each))
    found = [
        n
        for n in walk(node)
        if isinstance(n, tree.Table) and len(n.parts) == 1 and n.parts[0].lower() == name.lower()
    ]
    return sorted((n for n in found if id(n) not in shadowed), key=lambda n: n.position)
