"""SHOW and DESCRIBE.

https://docs.aws.amazon.com/athena/latest/ug/show-tables.html and its neighbours
"""

from localstack_lab.athena.statements.parsing.alter import partition_values
from localstack_lab.athena.statements.parsing.cursor import Cursor
from localstack_lab.athena.statements.parsing.trino import trino_expects
from localstack_lab.athena.statements.tree import (
    Describe,
    ShowColumns,
    ShowCreate,
    ShowDatabases,
    ShowPartitions,
    ShowProperties,
    ShowTables,
    Statement,
)


def show(cursor: Cursor) -> Statement | None:
    """After SHOW; None for SHOW FUNCTIONS, which the query engine answers.

    :raises DdlSyntaxError:
    """
    if cursor.takes("DATABASES") or cursor.takes("SCHEMAS"):
        return ShowDatabases(_pattern(cursor))
    for word in ("TABLES", "VIEWS"):
        if cursor.takes(word):
            inside = cursor.takes("IN") or cursor.takes("FROM")
            database = cursor.database_name() if inside else None
            return ShowTables(database, _pattern(cursor), views=word == "VIEWS")
    if cursor.takes("PARTITIONS"):
        return ShowPartitions(cursor.table_name())
    if cursor.takes("COLUMNS"):
        return _columns(cursor)
    if cursor.takes("TBLPROPERTIES"):
        name = cursor.table_name()
        if not cursor.takes("("):
            return ShowProperties(name)
        key = cursor.string()
        cursor.expect(")")
        return ShowProperties(name, key)
    if cursor.takes("CREATE", "TABLE"):
        return ShowCreate(cursor.table_name("show create"))
    if cursor.sees("FUNCTIONS"):
        return None
    raise cursor.nothing_fits()


def _columns(cursor: Cursor) -> ShowColumns:
    if not (cursor.takes("IN") or cursor.takes("FROM")):
        raise cursor.mismatch("{'FROM', 'IN'}")
    name = cursor.table_name("columns")
    refused = str(cursor.refused or "")
    if cursor.takes("IN") or cursor.takes("FROM"):
        name = type(name)(name.table, cursor.database_name())
    return ShowColumns(name, refused)


def _pattern(cursor: Cursor) -> str | None:
    if cursor.takes("LIKE") or cursor.token.kind == "string":
        return cursor.string()
    return None


def describe(cursor: Cursor) -> Describe:
    """After DESCRIBE: [EXTENDED | FORMATTED] table [PARTITION (…)] [column[.field …]]."""
    form = next((word for word in ("EXTENDED", "FORMATTED") if cursor.takes(word)), "")
    if form and cursor.token.text.startswith('"'):
        raise trino_expects(cursor, "'.', <EOF>")
    name = cursor.table_name("" if form else "describe")
    partition = partition_values(cursor) if cursor.sees("PARTITION") else None
    column: list[str] = []
    if cursor.token.kind in ("word", "backquoted"):
        column.append(cursor.name())
        while cursor.takes("."):
            column.append(cursor.token.text.strip("'`"))
            cursor.step()
    return Describe(name, form, partition, tuple(column), str(cursor.refused or ""))
