"""CREATE VIEW and DROP VIEW.

https://docs.aws.amazon.com/athena/latest/ug/create-view.html
"""

from typing import Any

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Context, Lines, Members, is_view
from localstack_lab.athena.statements.ddl import presto_view
from localstack_lab.athena.statements.hive_names import hive_type
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.rows.columns import checked_names
from localstack_lab.athena.statements.tokens import tokens
from localstack_lab.athena.statements.tree import CreateView, DropView, Span


def create(context: Context, session: Any, statement: CreateView, text: str) -> Lines:
    """CREATE [OR REPLACE] VIEW: the query is analysed, for its columns, and kept as it is written.

    :raises QueryError: for a query that is wrong, and for a name that is taken
    """
    database, name = context.qualified(statement.name)
    last = tokens(text)[-2]
    span = Span(statement.query, last.start if last.text == ";" else last.end)
    if not context.has_database(database):
        raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", 1, 1)
    there = context.find_table(statement.name)
    if there is not None and not is_view(there):
        raise QueryError(
            "TABLE_ALREADY_EXISTS", f"Table already exists: 'awsdatacatalog.{database}.{name}'", 1, 1
        )
    if there is not None and not statement.replace:
        raise QueryError(
            "TABLE_ALREADY_EXISTS", f"View already exists: 'awsdatacatalog.{database}.{name}'", 1, 1
        )
    plan = session.plan(span.in_place(text))
    if (database, name) in [(d.lower(), t.lower()) for d, t in plan.tables]:
        raise QueryError(
            "VIEW_IS_RECURSIVE", f"Statement would create a recursive view: {database}.{name}", 1, 1
        )
    checked_names([column.name for column in plan.columns])
    told = described(name, span.alone(text), context.request.database.lower(), plan.columns)
    try:
        if there is None:
            context.catalog.create_table(DatabaseName=database, TableInput=told)
        else:
            context.catalog.update_table(DatabaseName=database, TableInput=told)
    except Refused as refused:
        raise QueryFailed("GENERIC_INTERNAL_ERROR", refused.message) from refused
    return Lines(changed=(("CREATE", "VIEW", f"{database}.{name}"),))


def described(name: str, sql: str, schema: str, columns: Any) -> Members:
    """The TableInput of a view.

    :param schema: where unqualified names of the query are looked up
    :param columns: of the analysis: `name` and `type`
    """
    typed = [(column.name, str(column.type)) for column in columns]
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Owner": "hadoop",
        "Retention": 0,
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "ViewOriginalText": presto_view.encoded(sql, schema, typed),
        "ViewExpandedText": presto_view.EXPANDED,
        "StorageDescriptor": {
            "Columns": [
                {"Name": column.name, "Type": hive_type(column.type, lenient=True)} for column in columns
            ],
            "Location": "",
            "Compressed": False,
            "NumberOfBuckets": 0,
            "SerdeInfo": {},
            "SortColumns": [],
            "StoredAsSubDirectories": False,
        },
    }


def drop(context: Context, statement: DropView) -> Lines:
    """DROP VIEW.

    :raises QueryError: when it is not there, or is a table
    """
    database, name = context.qualified(statement.name)
    found = context.find_table(statement.name)
    if found is None:
        if statement.if_exists:
            return Lines()
        raise QueryError("TABLE_NOT_FOUND", f"View 'awsdatacatalog.{database}.{name}' does not exist", 1, 1)
    if not is_view(found):
        message = f"View 'awsdatacatalog.{database}.{name}' does not exist, but a table with that name exists"
        raise QueryError("TABLE_NOT_FOUND", f"{message}. Did you mean DROP TABLE {database}.{name}?", 1, 1)
    context.catalog.delete_table(DatabaseName=database, Name=name)
    return Lines(changed=(("DROP", "VIEW", f"{database}.{name}"),))
