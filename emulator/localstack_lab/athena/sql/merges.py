"""MERGE: the rows of a table beside those of a source, and the first clause that applies to each pair.

https://trino.io/docs/current/sql/merge.html,
https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.assigning import fits
from localstack_lab.athena.sql.casts import cast
from localstack_lab.athena.sql.change_tree import Merge, MergeCase
from localstack_lab.athena.sql.errors import Position, QueryError, at
from localstack_lab.athena.sql.expressions import Context
from localstack_lab.athena.sql.functions.values import Value, fail, text
from localstack_lab.athena.sql.queries import Queries
from localstack_lab.athena.sql.scope import Scope
from localstack_lab.athena.sql.targets import Target, null
from localstack_lab.athena.sql.tree import Node

_TWICE = fail(
    "MERGE_TARGET_ROW_MULTIPLE_MATCHES", "One MERGE target table row matched more than one source row"
)
_NO_CASE = -1


def merged(queries: Queries, node: Merge, target: Target) -> str:
    """The query of the rows that change.

    A pair of rows becomes one structure, made by the clause that applies, so that what other clauses say is
    not evaluated for it: its field `n` is the clause's number, the fields `v0`, `v1` … the new row.
    """
    source = queries.relations.relation(node.source, None)
    scope = Scope([*target.fields, *source.fields])
    condition = _boolean(
        queries, node.condition, scope, "The MERGE predicate must evaluate to a boolean: actual type {}"
    )
    inserts = any(case.action == "INSERT" for case in node.cases)
    # Rows of the table that match nothing are never changed: the condition may prune what is read of it.
    prunable = target.fields if inserts else scope.fields
    queries.prune(node.condition, prunable, scope.fields)
    present = f"{target.place()} IS NOT NULL"
    whens = []
    for number, case in enumerate(node.cases):
        values = _values(queries, node.position, case, number, scope, target)
        when = f"({present})" if case.action != "INSERT" else f"(NOT ({present}))"
        if case.condition is not None:
            message = "WHERE clause predicate must evaluate to a boolean: actual type {}"
            when += f" AND {_boolean(queries, case.condition, scope, message)}"
        whens.append(f"WHEN {when} THEN {_structure(number, values)}")
    choice = f"CASE {' '.join(whens)} ELSE {_structure(_NO_CASE, target.nulls())} END"
    joined = f"({source.sql})" if source.joined else source.sql
    kind = "RIGHT" if inserts else "INNER"
    pairs = (
        f"SELECT {target.path()} AS path, {target.place()} AS place, {choice} AS made "
        f"FROM {target.sql} {kind} JOIN {joined} ON {condition}"
    )
    return _changes(queries, node, target, pairs)


def _changes(queries: Queries, node: Merge, target: Target, pairs: str) -> str:
    """Those of the pairs that a clause applies to; an error if one row of the table would change twice.

    Trino refuses two pairs of one row and one clause, also of no clause, so that at most one that changes the
    row and one that does not are left. (A row that two clauses change it stores twice; here it is an error.)
    """
    found, twice, outer = (queries.statement.fresh(letter) for letter in "wwr")
    applies = f"made.n <> {_NO_CASE}"
    several = (
        f"SELECT 1 FROM {found} WHERE place IS NOT NULL GROUP BY path, place HAVING count(*) > 2 "
        f"OR (count(*) = 2 AND count(*) FILTER (WHERE {applies}) <> 1) LIMIT 1"
    )
    once = f"SELECT CASE WHEN count(*) > 0 THEN {_TWICE} ELSE TRUE END AS fine FROM ({several}) AS {twice}"
    kinds = " ".join(f"WHEN {n} THEN {text(case.action.lower())}" for n, case in enumerate(node.cases))
    values = "".join(f", ({outer}.made).v{i} AS c{i + 3}" for i in range(len(target.columns)))
    return (
        f"WITH {found} AS MATERIALIZED ({pairs}) SELECT {outer}.path AS c0, {outer}.place AS c1, "
        f"CASE ({outer}.made).n {kinds} END AS c2{values} FROM {found} AS {outer} "
        f"WHERE ({outer}.{applies}) AND ({once})"
    )


def _boolean(queries: Queries, node: Node, scope: Scope, message: str) -> str:
    return queries.expressions.boolean(node, Context(scope, "MERGE"), message).sql


def _structure(number: int, values: list[Value]) -> str:
    fields = "".join(f", v{i} := {value.sql}" for i, value in enumerate(values))
    return f"struct_pack(n := {number}{fields})"


def _values(
    queries: Queries, position: Position, case: MergeCase, number: int, scope: Scope, target: Target
) -> list[Value]:
    """The row that a clause makes, one value for each column of the table."""
    names = [name.lower() for name in case.columns]
    if case.action == "INSERT" and not names:
        names = list(target.columns)
    if len(names) != len(case.values):
        counts = (len(names), len(case.values))
        message = "Number of merge columns ({}) isn't equal to number of expressions ({})".format(*counts)
        raise QueryError("GENERIC_INTERNAL_ERROR", message)
    for place, name in enumerate(names):
        if name not in target.columns:
            message = f"Merge column name does not exist in target table: {name}"
            raise at(position, "COLUMN_NOT_FOUND", message)
        if name in names[:place]:
            message = f"Merge column name is specified more than once: {name}"
            raise at(position, "DUPLICATE_COLUMN_NAME", message)
    if case.action == "DELETE":
        return target.nulls()
    given = [queries.expressions.value(each, Context(scope, "MERGE")) for each in case.values]
    wanted = [target.columns[name] for name in names]
    if not all(fits(value.type, type_) for value, type_ in zip(given, wanted, strict=True)):
        message = (
            f"MERGE table column types don't match for MERGE case {number}, SET expressions: "
            f"Table: [{', '.join(map(str, wanted))}], Expressions: [{', '.join(str(v.type) for v in given)}]"
        )
        raise at(case.position, "TYPE_MISMATCH", message)
    made = dict(zip(names, map(cast, given, wanted), strict=True))
    return [_value(case, name, type_, made, target) for name, type_ in target.columns.items()]


def _value(case: MergeCase, name: str, type_: t.Type, made: dict[str, Value], target: Target) -> Value:
    if name in made:
        return made[name]
    return null(type_) if case.action == "INSERT" else target.held(name)
