"""CREATE EXTERNAL TABLE.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from dataclasses import replace

from localstack_lab.athena.statements.parsing.columns import columns
from localstack_lab.athena.statements.parsing.cursor import Cursor, DdlSyntaxError
from localstack_lab.athena.statements.tree import Column, CreateTable, Storage

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
    table = CreateTable(cursor.table_name(), (), external=external, if_not_exists=absent)
    if cursor.sees("LIKE"):
        raise cursor.nothing_fits()
    if cursor.sees("("):
        table = replace(table, columns=columns(cursor))
    if cursor.takes("COMMENT"):
        table = replace(table, comment=cursor.string())
    if cursor.takes("PARTITIONED", "BY"):
        table = replace(table, partitions=_partitions(cursor, table))
    if cursor.takes("CLUSTERED", "BY"):
        table = _buckets(cursor, table)
    table = replace(table, storage=_storage(cursor))
    if cursor.takes("LOCATION"):
        table = replace(table, location=cursor.string())
    if cursor.takes("TBLPROPERTIES"):
        table = replace(table, properties=cursor.properties())
    cursor.end()
    iceberg = table.properties.get("table_type", "").upper() == "ICEBERG"
    if table.location is None:
        raise DdlSyntaxError("No location was specified for table. An S3 location must be specified")
    if not external and not iceberg:
        raise DdlSyntaxError("Only external table creation allowed.")
    return table


def _partitions(cursor: Cursor, table: CreateTable) -> tuple[Column, ...]:
    found = columns(cursor)
    taken = {column.name for column in table.columns}
    if any(column.name in taken for column in found):
        raise DdlSyntaxError(
            "FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns"
        )
    return found


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
