"""CREATE EXTERNAL TABLE, and CREATE TABLE of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from dataclasses import replace

from localstack_lab.athena.statements.parsing.columns import column, columns, unique
from localstack_lab.athena.statements.parsing.cursor import Cursor, DdlSyntaxError, GrammarError
from localstack_lab.athena.statements.tree import Column, CreateTable, PartitionTransform, Storage, TableName

_DELIMITERS = {
    ("COLLECTION", "ITEMS", "TERMINATED", "BY"): "colelction.delim",  # Hive's own spelling
    ("MAP", "KEYS", "TERMINATED", "BY"): "mapkey.delim",
    ("LINES", "TERMINATED", "BY"): "line.delim",
    ("NULL", "DEFINED", "AS"): "serialization.null.format",
}


def create_table(cursor: Cursor) -> CreateTable:
    """After CREATE: [EXTERNAL] TABLE and all that follows.

    :raises DdlSyntaxError:
    """
    external = cursor.takes("EXTERNAL")
    cursor.expect("TABLE")
    absent = cursor.takes("IF", "NOT", "EXISTS")
    name, catalog = _name(cursor)
    table = CreateTable(name, (), external=external, if_not_exists=absent)
    untyped: DdlSyntaxError | None = None
    if cursor.sees("LIKE"):
        raise cursor.nothing_fits()
    if cursor.sees("("):
        table = replace(table, columns=columns(cursor))
    if cursor.takes("COMMENT"):
        table = replace(table, comment=cursor.string())
    if cursor.sees("WITH", "(") and not external:
        cursor.step()
        raise cursor.nothing_fits()
    if cursor.takes("PARTITIONED", "BY"):
        table, untyped = _partitions(cursor, table)
    if cursor.takes("CLUSTERED", "BY"):
        table = _buckets(cursor, table)
    table = replace(table, storage=_storage(cursor))
    if cursor.takes("LOCATION"):
        table = replace(table, location=cursor.string())
    if cursor.takes("TBLPROPERTIES"):
        given = cursor.properties()
        named = {"table_type" if key.lower() == "table_type" else key: value for key, value in given.items()}
        table = replace(table, properties=named)
    cursor.end()
    if catalog is not None:
        raise catalog
    iceberg = table.properties.get("table_type", "").upper() == "ICEBERG"
    if iceberg and external:
        raise DdlSyntaxError("External keyword not supported for table type ICEBERG")
    if iceberg and "compression_level" in table.properties and "write_compression" not in table.properties:
        raise DdlSyntaxError(
            "Compression codec must be defined when compression_level property is specified."
        )
    if untyped is not None and not iceberg:
        raise untyped
    if table.location is None:
        raise DdlSyntaxError("No location was specified for table. An S3 location must be specified")
    if not external and not iceberg:
        raise DdlSyntaxError("External keyword required for table type HIVE")
    if cursor.wrong is not None:
        raise cursor.wrong
    if not iceberg:
        _refuse_repeated(table)
    return table


def _name(cursor: Cursor) -> tuple[TableName, DdlSyntaxError | None]:
    """The table's name, and that its catalog is not there: what is wrong further on is said before it."""
    try:
        return cursor.table_name("create"), None
    except GrammarError:
        raise
    except DdlSyntaxError as error:
        return TableName(""), error


def _partitions(cursor: Cursor, table: CreateTable) -> tuple[CreateTable, DdlSyntaxError | None]:
    """Columns with their types, or what only Iceberg tables have: names and functions of columns.

    :return: the table, and the error that these are for any other table
    """
    cursor.expect("(")
    typed: list[Column] = []
    transforms: list[PartitionTransform] = []
    untyped: DdlSyntaxError | None = None
    while True:
        if cursor.ahead().text in (",", ")", "("):
            untyped = untyped or _at_next(cursor)
            transforms.append(_transform(cursor))
        else:
            typed.append(column(cursor))
        if not cursor.takes(","):
            break
    cursor.expect(")")
    if typed and untyped is not None:
        raise untyped
    unique(typed)
    return replace(table, partitions=tuple(typed), transforms=tuple(transforms)), untyped


def _at_next(cursor: Cursor) -> DdlSyntaxError:
    ahead = cursor.copy()
    ahead.step()
    return ahead.nothing_fits()


def _transform(cursor: Cursor) -> PartitionTransform:
    name = cursor.token.text.lower()
    if cursor.ahead().text != "(":
        return PartitionTransform("identity", cursor.name())
    cursor.step()
    cursor.expect("(")
    number: int | None = None
    if cursor.token.kind == "number":
        number = cursor.integer()
        cursor.expect(",")
    source = cursor.name()
    cursor.expect(")")
    return PartitionTransform(name, source, number)


def _refuse_repeated(table: CreateTable) -> None:
    taken = {column.name for column in table.columns}
    if any(column.name in taken for column in table.partitions):
        raise DdlSyntaxError(
            "FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns"
        )


def _buckets(cursor: Cursor, table: CreateTable) -> CreateTable:
    cursor.expect("(")
    names = [cursor.name()]
    while cursor.takes(","):
        names.append(cursor.name())
    cursor.expect(")")
    order: list[tuple[str, int]] = []
    if cursor.takes("SORTED", "BY"):
        cursor.expect("(")
        while True:
            name = cursor.name()
            down = cursor.takes("DESC")
            if not down:
                cursor.takes("ASC")
            order.append((name, 0 if down else 1))
            if not cursor.takes(","):
                break
        cursor.expect(")")
    cursor.expect("INTO")
    count = cursor.integer()
    cursor.expect("BUCKETS")
    return replace(table, bucketed_by=tuple(names), sorted_by=tuple(order), buckets=count)


def _storage(cursor: Cursor) -> Storage:
    storage = Storage()
    if cursor.takes("ROW", "FORMAT", "SERDE"):
        storage = replace(storage, serde=cursor.string())
        if cursor.takes("WITH", "SERDEPROPERTIES"):
            storage = replace(storage, serde_properties=cursor.properties())
    elif cursor.takes("ROW", "FORMAT", "DELIMITED"):
        storage = replace(storage, delimiters=_delimiters(cursor))
    elif cursor.sees("ROW"):
        raise cursor.nothing_fits()
    if cursor.takes("STORED", "AS"):
        if cursor.takes("INPUTFORMAT"):
            reading = cursor.string()
            cursor.expect("OUTPUTFORMAT")
            storage = replace(storage, formats=(reading, cursor.string()))
        else:
            storage = replace(storage, stored_as=cursor.name().upper())
    elif cursor.takes("STORED", "BY"):
        raise DdlSyntaxError("STORED BY is not supported: Athena has no storage handlers for external tables")
    if cursor.takes("WITH", "SERDEPROPERTIES"):
        storage = replace(storage, serde_properties=storage.serde_properties | cursor.properties())
    return storage


def _delimiters(cursor: Cursor) -> dict[str, str]:
    found: dict[str, str] = {}
    if cursor.takes("FIELDS", "TERMINATED", "BY"):
        found["field.delim"] = found["serialization.format"] = cursor.string()
        if cursor.takes("ESCAPED", "BY"):
            found["escape.delim"] = cursor.string()
    for words, key in _DELIMITERS.items():
        if cursor.takes(*words):
            found[key] = cursor.string()
    if found.get("line.delim", "\n") != "\n":
        raise DdlSyntaxError(
            "FAILED: SemanticException LINES TERMINATED BY only supports newline '\\n' right now. "
            f"Error encountered near token '{found['line.delim']}'"
        )
    return found
