"""DELETE, UPDATE and MERGE: which rows of a table of Apache Iceberg change, and into what.

https://trino.io/docs/current/sql/delete.html, https://trino.io/docs/current/sql/update.html,
https://trino.io/docs/current/sql/merge.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.analyze import all_in_depth, begin, finish
from localstack_lab.athena.sql.assigning import fits
from localstack_lab.athena.sql.casts import cast
from localstack_lab.athena.sql.change_parser import parse_change
from localstack_lab.athena.sql.change_tree import Assignment, Change, Delete, Update
from localstack_lab.athena.sql.errors import at
from localstack_lab.athena.sql.expressions import Context
from localstack_lab.athena.sql.functions.values import Value, text
from localstack_lab.athena.sql.merges import merged
from localstack_lab.athena.sql.plan import Column, Plan, Session, TableInfo, TableSource
from localstack_lab.athena.sql.queries import Queries
from localstack_lab.athena.sql.scope import Scope
from localstack_lab.athena.sql.targets import Target, target_of

_WHERE = "WHERE clause must evaluate to a boolean: actual type {}"


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What a statement does to the rows of a table.

    :ivar verb: DELETE, UPDATE or MERGE
    :ivar plan: one row for each row that changes, and none for others. Its columns c0, c1 … are `path`
        VARCHAR and `place` BIGINT (`"$path"` and `ROW_PLACE` of a row of the table; null for a new row),
        `kind` VARCHAR (``delete``, ``update`` or ``insert``), then each column of the table, in its order and
        of its type: the whole new row, null for a deleted one. No row of the table is in it twice: running it
        raises `MERGE_TARGET_ROW_MULTIPLE_MATCHES` instead.
    """

    verb: str
    target: TableInfo
    plan: Plan


def analyze_change(
    change: str | Change,
    source: TableSource,
    *,
    session: Session | None = None,
    parameters: Sequence[str] = (),
) -> ChangePlan:
    """The plan of a statement that changes rows.

    :param parameters: the texts of the expressions that stand for `?`, in order
    :raises QueryError: in Trino's words for what is wrong with it; NOT_SUPPORTED for all but Iceberg's tables
    """
    with all_in_depth():
        parsed = parse_change(change) if isinstance(change, str) else change
        queries = begin(source, session, parameters)
        target = target_of(queries, parsed)
        if isinstance(parsed, Delete):
            sql = _deleted(queries, parsed, target)
        elif isinstance(parsed, Update):
            sql = _updated(queries, parsed, target)
        else:
            sql = merged(queries, parsed, target)
    first = [Column("path", t.VARCHAR), Column("place", t.BIGINT), Column("kind", t.VARCHAR)]
    columns = [Column(name, type_) for name, type_ in target.columns.items()]
    plan = finish(queries, sql, [*first, *columns], parameters)
    return ChangePlan(type(parsed).__name__.upper(), target.info, plan)


def _where(queries: Queries, node: Delete | Update, target: Target) -> str:
    if node.where is None:
        return ""
    context = Context(Scope(target.fields), "WHERE clause")
    condition = queries.expressions.boolean(node.where, context, _WHERE)
    queries.prune(node.where, target.fields, target.fields)
    return f" WHERE {condition.sql}"


def _deleted(queries: Queries, node: Delete, target: Target) -> str:
    where = _where(queries, node, target)
    return _row("delete", target, target.nulls()) + where


def _updated(queries: Queries, node: Update, target: Target) -> str:
    for each in node.assignments:
        if each.column.lower() not in target.columns:
            message = f"The UPDATE SET target column {each.column.lower()} doesn't exist"
            raise at(each.position, "COLUMN_NOT_FOUND", message)
    _refuse_twice(node.assignments)
    where = _where(queries, node, target)
    context = Context(Scope(target.fields), "UPDATE SET")
    given = [queries.expressions.value(each.value, context) for each in node.assignments]
    wanted = [target.columns[each.column.lower()] for each in node.assignments]
    if not all(fits(value.type, type_) for value, type_ in zip(given, wanted, strict=True)):
        message = (
            f"UPDATE table column types don't match SET expressions: Table: [{_listed(wanted)}], "
            f"Expressions: [{_listed(v.type for v in given)}]"
        )
        raise at(node.position, "TYPE_MISMATCH", message)
    names = (each.column.lower() for each in node.assignments)
    new = dict(zip(names, map(cast, given, wanted), strict=True))
    values = [new[name] if name in new else target.held(name) for name in target.columns]
    return _row("update", target, values) + where


def _refuse_twice(assignments: Sequence[Assignment]) -> None:
    """Trino fails here by an error of its own insides, and says nothing that would help."""
    seen: set[str] = set()
    for each in assignments:
        name = each.column.lower()
        if name in seen:
            raise at(each.position, "DUPLICATE_COLUMN_NAME", f"Multiple assignments for column: {name}")
        seen.add(name)


def _row(kind: str, target: Target, values: Sequence[Value]) -> str:
    """The query of one row for each row of the target."""
    parts = [target.path(), target.place(), text(kind), *(v.sql for v in values)]
    selected = ", ".join(f"{sql} AS c{i}" for i, sql in enumerate(parts))
    return f"SELECT {selected} FROM {target.sql}"


def _listed(types: object) -> str:
    return ", ".join(map(str, types))  # type: ignore[call-overload]
