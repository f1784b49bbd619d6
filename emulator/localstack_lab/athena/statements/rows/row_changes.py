"""DELETE, UPDATE, MERGE, OPTIMIZE and VACUUM, which only Iceberg tables take.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-data-optimization.html
"""

from typing import Any

from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.targets import HIVE, VIEWS
from localstack_lab.athena.statements.context import Context, Members, is_iceberg, is_view
from localstack_lab.athena.statements.rows import iceberg
from localstack_lab.athena.statements.tree import Optimize, RowChange, Vacuum

type RowStatement = RowChange | Optimize | Vacuum


def run(context: Context, session: Any, statement: RowStatement, text: str) -> Outcome:
    """Change the rows, or the files, of an Iceberg table.

    :param text: the whole statement, for the condition of an OPTIMIZE
    :raises QueryError: TABLE_NOT_FOUND; NOT_SUPPORTED for a view and for a table that is not Iceberg's
    """
    return _changed(session, _table(context, statement), statement, text)


def _table(context: Context, statement: RowStatement) -> Members:
    found = context.find_table(statement.name)
    line, column = statement.change.position if isinstance(statement, RowChange) else (1, 1)
    if found is None:
        database, name = context.qualified(statement.name)
        if not context.has_database(database):
            raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", line, column)
        message = f"Table 'awsdatacatalog.{database}.{name}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", message, line, column)
    if is_view(found):
        raise QueryError("NOT_SUPPORTED", _of_a_view(statement), line, column)
    if not is_iceberg(found):
        raise QueryError("NOT_SUPPORTED", _of_hive(statement))
    return found


def _changed(session: Any, table: Members, statement: RowStatement, text: str) -> Outcome:
    """What the statement does to the table, which is Iceberg's."""
    if isinstance(statement, RowChange):
        return iceberg.change(session, statement, table)
    if isinstance(statement, Vacuum):
        return iceberg.vacuum(session, table)
    return iceberg.optimize(session, statement, text, table)


def _of_a_view(statement: RowStatement) -> str:
    if isinstance(statement, RowChange):
        return VIEWS[type(statement.change)]
    return f"{type(statement).__name__.upper()} on a view is not supported"


def _of_hive(statement: RowStatement) -> str:
    if isinstance(statement, RowChange):
        return HIVE
    return f"{type(statement).__name__.upper()} is only supported for Iceberg tables"
