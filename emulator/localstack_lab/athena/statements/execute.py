"""One statement, whatever its kind: in a worker.

What is not a query is done on the catalog and on S3 by the rooms beside this module; a query goes to the
engine.
"""

import os
from collections.abc import Callable
from typing import Any, cast

from localstack_lab.athena.engine.contract import Outcome, QueryFailed
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements import contexts, explain, functions, hive_comments, tree
from localstack_lab.athena.statements.context import Context, Lines
from localstack_lab.athena.statements.ddl import (
    alter,
    databases,
    describe,
    partitions,
    repair,
    show_create,
    tables,
    views,
)
from localstack_lab.athena.statements.parsing import statement as ddl
from localstack_lab.athena.statements.parsing import writes
from localstack_lab.athena.statements.parsing.cursor import DdlSyntaxError
from localstack_lab.athena.statements.rows import create_as, insert, row_changes, unload
from localstack_lab.athena.statements.tokens import tokens

_DDL: dict[type, Callable[[Context, Any], Lines]] = {
    tree.CreateDatabase: databases.create,
    tree.DropDatabase: databases.drop,
    tree.AlterDatabase: databases.alter,
    tree.ShowDatabases: databases.show,
    tree.ShowTables: databases.show_tables,
    tree.CreateTable: tables.create,
    tree.DropTable: tables.drop,
    tree.AddColumns: alter.add_columns,
    tree.ChangeColumn: alter.change_column,
    tree.SetProperties: alter.set_properties,
    tree.UnsetProperties: alter.unset_properties,
    tree.SetLocation: alter.set_location,
    tree.RenameTable: alter.rename,
    tree.DropColumn: alter.drop_column,
    tree.AddPartitions: partitions.add,
    tree.DropPartitions: partitions.drop,
    tree.RenamePartition: partitions.rename,
    tree.RepairTable: repair.repair,
    tree.DropView: views.drop,
    tree.ShowCreate: show_create.show,
    tree.ShowColumns: describe.show_columns,
    tree.ShowProperties: describe.show_properties,
    tree.ShowPartitions: describe.show_partitions,
    tree.Describe: describe.describe,
}


def execute(text: str, session: Any) -> Outcome:
    """Run a statement.

    :param session: the engine's: ``request``, ``catalog``, ``objects``, and what runs queries
    :raises QueryFailed: a DDL's ``FAILED: …``
    :raises QueryError: a query's ``NAME: …``
    """
    context = Context(session.request, session.catalog, session.objects, session.iceberg)
    try:
        statement = ddl.parse(text)
        write = writes.parse(text) if statement is None else None
    except DdlSyntaxError as error:
        raise QueryFailed("", f"FAILED: ParseException {error}") from error
    if isinstance(statement, tree.CreateView):
        contexts.settle(session)
        return _written(views.create(context, session, statement, text), session)
    if statement is not None:
        if failed := hive_comments.fault(context, statement, text):
            raise failed
        return _written(_DDL[type(statement)](context, statement), session)
    if write is not None:
        return _write(context, session, write, text)
    if tokens(text, most=1)[0].upper == "SHOW":
        return functions.show(session, text)
    return cast(Outcome, session.select(text))


def _write(context: Context, session: Any, write: tree.Write, text: str) -> Outcome:
    contexts.refuse(session.request, write)
    if isinstance(write, tree.CreateTableAs):
        return create_as.run(context, session, write, text)
    if isinstance(write, tree.Insert):
        return insert.run(context, session, write, text)
    if isinstance(write, tree.Unload):
        return unload.run(context, session, write, text)
    if isinstance(write, tree.RowChange | tree.Optimize | tree.Vacuum):
        return row_changes.run(context, session, write, text)
    return _explained(context, session, write, text)


def _explained(context: Context, session: Any, write: tree.Explain, text: str) -> Outcome:
    query = write.statement.in_place(text)
    inner = writes.parse(query)
    name = ""
    if isinstance(inner, tree.RowChange):
        name = type(inner.change).__name__
        _refuse_analyze(write, name)
        plan = session.change(inner.change).plan
    elif isinstance(inner, tree.CreateTableAs | tree.Insert | tree.Unload):
        name = type(inner).__name__
        _refuse_analyze(write, name)
        plan = session.plan(inner.query.in_place(text))
    elif inner is not None or ddl.parse(write.statement.alone(text)) is not None:
        raise QueryError("NOT_SUPPORTED", "EXPLAIN of a statement that is not a query or a write of one")
    else:
        plan = session.plan(query)
    lines = explain.run(session, write, plan, name)
    return _written(lines, session, f"{lines.columns[0].name}\n")


def _refuse_analyze(write: tree.Explain, name: str) -> None:
    if write.analyze:
        raise QueryError("NOT_SUPPORTED", f"EXPLAIN ANALYZE doesn't support statement type: {name}")


def _written(lines: Lines, session: Any, header: str = "") -> Outcome:
    """The rows as the text file that the service puts beside the query's results.

    :param header: a first line that is no row
    """
    path = os.path.join(session.request.spool, "result.txt")
    with open(path, "w", encoding="utf-8", newline="") as file:
        text = "\n".join(lines.rows)
        file.write(header + text)
    return Outcome(
        kind="lines",
        columns=lines.columns,
        result_file=path,
        row_count=text.count("\n") + 1 if lines.rows else 0,
        changed=lines.changed,
        statistics=lines.statistics,
        iceberg=lines.iceberg,
    )
