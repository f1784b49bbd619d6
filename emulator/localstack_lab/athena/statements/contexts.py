"""A context whose catalog is not there.

Measured on Athena, 2026-09-25 (athena-local's measurements): definitions and SHOW mean the default catalog
then, views too; queries fail as they read a table, and what writes fails in ways of its own.
"""

from dataclasses import replace
from typing import Any

from localstack_lab.athena.engine.contract import QueryRequest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tree import CreateTableAs, Insert, RowChange, Write

_DEFAULT = "awsdatacatalog"


def settle(session: Any) -> None:
    """Analyse what follows in the default catalog."""
    if session.request.catalog.lower() != _DEFAULT:
        session.settings = replace(session.settings, catalog=_DEFAULT)


def refuse(request: QueryRequest, write: Write) -> None:
    """:raises QueryError: NOT_FOUND for CTAS and INSERT, TABLE_NOT_FOUND for DELETE, UPDATE and MERGE"""
    catalog = request.catalog.lower()
    if catalog == _DEFAULT:
        return
    if isinstance(write, CreateTableAs | Insert):
        raise QueryError("NOT_FOUND", f"Session property catalog does not exist: {catalog}")
    if isinstance(write, RowChange) and len(write.change.table.parts) < 3:
        database = write.name.database or request.database.lower()
        line, column = write.change.position
        message = f"Table '{catalog}.{database}.{write.name.table}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", message, line, column)
