"""CREATE, ALTER, DROP and SHOW DATABASES.

https://docs.aws.amazon.com/athena/latest/ug/create-database.html and its neighbours
"""

import re

from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.context import Context, Lines, Members, failed, not_done, text_columns
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import (
    AlterDatabase,
    CreateDatabase,
    DropDatabase,
    ShowDatabases,
    ShowTables,
)


def create(context: Context, statement: CreateDatabase) -> Lines:
    """CREATE DATABASE: a Glue database with the comment as its description."""
    told: Members = {"Name": statement.name}
    if statement.comment is not None:
        told["Description"] = statement.comment
    if statement.location is not None:
        told["LocationUri"] = statement.location
    if statement.properties:
        told["Parameters"] = dict(statement.properties)
    try:
        context.catalog.create_database(DatabaseInput=told)
    except Refused as refused:
        if refused.code != "AlreadyExistsException":
            raise not_done(f"MetaException(message:{refused.message})") from refused
        if statement.if_not_exists:
            return Lines()
        raise not_done(f"Database {statement.name} already exists") from refused
    return Lines(changed=(("CREATE", "DATABASE", statement.name),))


def drop(context: Context, statement: DropDatabase) -> Lines:
    """DROP DATABASE: an error for one that has tables, but with CASCADE.

    The files of Iceberg tables go with them.
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-additional-operations.html
    """
    name = statement.name
    if not context.has_database(name):
        if statement.if_exists:
            return Lines()
        raise failed(f"SemanticException [Error 10072]: Database does not exist: {name}")
    tables = list(_tables(context, name))
    if tables and not statement.cascade:
        reason = f"InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)"
        raise not_done(reason)
    for table in tables:
        if is_iceberg(table):
            from localstack_lab.athena.statements.ddl import iceberg_tables

            iceberg_tables.drop(context, table)
        else:
            context.catalog.delete_table(DatabaseName=name, Name=table["Name"])
    context.catalog.delete_database(Name=name)
    return Lines(changed=(("DROP", "DATABASE", name),))


def alter(context: Context, statement: AlterDatabase) -> Lines:
    """ALTER DATABASE SET DBPROPERTIES: the given properties are added or replaced."""
    context.existing_database(statement.name)
    found = context.catalog.get_database(Name=statement.name)
    found = found.get("Database", found)
    kept = ("Description", "LocationUri", "CreateTableDefaultPermissions")
    told = {"Name": statement.name} | {key: found[key] for key in kept if key in found}
    told["Parameters"] = {**(found.get("Parameters") or {}), **statement.properties}
    context.catalog.update_database(Name=statement.name, DatabaseInput=told)
    return Lines(changed=(("ALTER", "DATABASE", statement.name),))


def show(context: Context, statement: ShowDatabases) -> Lines:
    """SHOW DATABASES [LIKE 'expression'].

    The expression is one of Java's, of the whole name and with its capitals; a `*` alone stands for all.
    """
    found = context.catalog.get_databases()
    names = sorted(d["Name"] for d in (found["DatabaseList"] if isinstance(found, dict) else found))
    pattern = statement.pattern
    if pattern not in (None, "*"):
        try:
            expression = re.compile(str(pattern))
        except re.error as error:
            reason = f"java.util.regex.PatternSyntaxException: {_in_java(error, str(pattern))}"
            raise not_done(f"MetaException(message:Unable to get databases: {reason})") from error
        names = [name for name in names if expression.fullmatch(name)]
    return Lines(text_columns("database_name"), tuple(names))


def _in_java(error: re.error, pattern: str) -> str:
    """What Java says of the expression: of a sign that has nothing to repeat, else in Python's words."""
    at = error.pos or 0
    what = error.msg
    if error.msg == "nothing to repeat":
        what = f"Dangling meta character '{pattern[at]}'"
    return f"{what} near index {at}\n{pattern}\n{' ' * at}^"


def show_tables(context: Context, statement: ShowTables) -> Lines:
    """SHOW TABLES, views too, and SHOW VIEWS."""
    database = (statement.database or context.request.database).lower()
    context.existing_database(database)
    names = sorted(
        table["Name"]
        for table in _tables(context, database)
        if not statement.views or table.get("TableType") == "VIRTUAL_VIEW"
    )
    if statement.pattern is not None:
        names = [name for name in names if like_hive(statement.pattern, name)]
    columns = text_columns("views", kind="varchar") if statement.views else text_columns("tab_name")
    return Lines(columns, tuple(names))


def like_hive(pattern: str, name: str) -> bool:
    """Hive's patterns of table names: `*` is any text, `|` separates alternatives, the rest is Java's.

    :raises QueryFailed: for an expression that is none
    """
    for alternative in pattern.split("|"):
        try:
            if re.fullmatch(alternative.replace("*", ".*").replace("..*", ".*"), name, re.IGNORECASE):
                return True
        except re.error as error:
            raise failed(
                f"SemanticException Pattern '{pattern}' is no regular expression: {error}"
            ) from error
    return False


def _tables(context: Context, database: str) -> list[Members]:
    found = context.catalog.get_tables(DatabaseName=database)
    return list(found["TableList"] if isinstance(found, dict) else found)
