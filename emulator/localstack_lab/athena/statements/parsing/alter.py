"""ALTER TABLE and MSCK REPAIR TABLE.

https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-partition.html and its neighbours
"""

from localstack_lab.athena.statements.parsing.columns import column, columns
from localstack_lab.athena.statements.parsing.cursor import Cursor, DdlSyntaxError, GrammarError
from localstack_lab.athena.statements.tree import (
    AddColumns,
    AddPartitions,
    ChangeColumn,
    DropColumn,
    DropPartitions,
    RenamePartition,
    RenameTable,
    SetLocation,
    SetProperties,
    Statement,
    TableName,
    UnsetProperties,
)

_COMPARISONS = ("=", "<>", "!=", "<=", ">=", "<", ">")


def alter_table(cursor: Cursor) -> Statement:
    """After ALTER TABLE.

    :raises DdlSyntaxError:
    """
    if cursor.sees("IF", "EXISTS"):
        cursor.step()
        raise cursor.nothing_fits()
    name = cursor.table_name("alter")
    if cursor.sees("PARTITION"):
        return _of_partition(cursor, name)
    if cursor.takes("ADD", "COLUMNS"):
        return AddColumns(name, columns(cursor))
    if cursor.takes("REPLACE", "COLUMNS"):
        return AddColumns(name, columns(cursor), replace=True)
    if cursor.takes("CHANGE"):
        cursor.takes("COLUMN")
        return _change(cursor, name)
    if cursor.sees("ADD", "IF") or cursor.sees("ADD", "PARTITION"):
        return _add_partitions(cursor, name)
    if cursor.sees("DROP", "IF") or cursor.sees("DROP", "PARTITION"):
        return _drop_partitions(cursor, name)
    if cursor.sees("DROP", "COLUMN"):
        return _drop_column(cursor, name)
    if cursor.takes("SET", "TBLPROPERTIES"):
        return SetProperties(name, cursor.properties())
    if cursor.takes("UNSET", "TBLPROPERTIES"):
        return UnsetProperties(name, _keys(cursor))
    if cursor.takes("SET", "LOCATION"):
        return SetLocation(name, cursor.string())
    if cursor.takes("RENAME", "TO"):
        return RenameTable(name, cursor.table_name())
    if cursor.sees("RENAME", "COLUMN"):
        cursor.step()
        line, at = cursor.place()
        raise GrammarError(f"line {line}:{at + 1}: missing 'TO' at '{cursor.token.text}'")
    if not cursor.sees("EXECUTE"):
        cursor.step()
    raise cursor.nothing_fits()


def partition_values(cursor: Cursor) -> dict[str, str]:
    """PARTITION (key = value, …): the values as text."""
    cursor.expect("PARTITION", "(")
    found: dict[str, str] = {}
    while True:
        key = cursor.name()
        if not (cursor.takes("=") or cursor.takes("==")):
            raise cursor.mismatch("'='")
        if key in found:
            raise DdlSyntaxError(f"FAILED: SemanticException Duplicate partition column {key}")
        found[key] = _constant(cursor)
        if not cursor.takes(","):
            break
    cursor.expect(")")
    return found


def _constant(cursor: Cursor) -> str:
    token = cursor.token
    if token.kind == "string":
        return cursor.string()
    sign = "-" if cursor.takes("-") else ""
    if cursor.token.kind == "number":
        return sign + cursor.step().text
    if token.upper in ("DATE", "TIMESTAMP") and cursor.ahead().kind == "string":
        cursor.step()
        return cursor.string()
    if token.upper in ("TRUE", "FALSE"):
        return cursor.step().text.lower()
    raise cursor.nothing_fits()


def _of_partition(cursor: Cursor, name: TableName) -> Statement:
    values = partition_values(cursor)
    if cursor.takes("RENAME", "TO"):
        return RenamePartition(name, values, partition_values(cursor))
    if cursor.takes("SET", "LOCATION"):
        return SetLocation(name, cursor.string(), values)
    if cursor.takes("ADD", "COLUMNS"):
        return AddColumns(name, columns(cursor), partition=values)
    if cursor.takes("REPLACE", "COLUMNS"):
        return AddColumns(name, columns(cursor), replace=True, partition=values)
    raise cursor.nothing_fits()


def _change(cursor: Cursor, name: TableName) -> ChangeColumn:
    old = cursor.name()
    new = column(cursor)
    after: str | None = None
    if cursor.takes("FIRST"):
        after = ""
    elif cursor.takes("AFTER"):
        after = cursor.name()
    return ChangeColumn(name, old, new, after)


def _add_partitions(cursor: Cursor, name: TableName) -> AddPartitions:
    cursor.expect("ADD")
    absent = cursor.takes("IF", "NOT", "EXISTS")
    found: list[tuple[dict[str, str], str | None]] = []
    while cursor.sees("PARTITION") or not found:
        values = partition_values(cursor)
        found.append((values, cursor.string() if cursor.takes("LOCATION") else None))
        cursor.takes(",")
    return AddPartitions(name, tuple(found), absent)


def _drop_partitions(cursor: Cursor, name: TableName) -> DropPartitions:
    cursor.expect("DROP")
    present = cursor.takes("IF", "EXISTS")
    found: list[tuple[tuple[str, str, str], ...]] = []
    while True:
        cursor.expect("PARTITION", "(")
        conditions: list[tuple[str, str, str]] = []
        while True:
            key = cursor.name()
            comparison = next((sign for sign in _COMPARISONS if cursor.takes(sign)), None)
            if comparison is None:
                raise cursor.mismatch("{'=', '<>', '<=', '>=', '<', '>'}")
            conditions.append((key, "<>" if comparison == "!=" else comparison, _constant(cursor)))
            if not cursor.takes(","):
                break
        cursor.expect(")")
        found.append(tuple(conditions))
        if not cursor.takes(","):
            break
    cursor.takes("PURGE")
    return DropPartitions(name, tuple(found), present)


def _drop_column(cursor: Cursor, name: TableName) -> DropColumn:
    drop = cursor.step().text
    refused = str(cursor.mismatch("'PARTITION'"))
    line, column = cursor.place()
    in_hive = (
        f"line {line}:{column} mismatched input '{cursor.token.text}' expecting PARTITION "
        f"near '{drop}' in drop partition statement"
    )
    cursor.expect("COLUMN")
    if cursor.takes("IF"):
        raise cursor.mismatch("{<EOF>, '.'}")
    return DropColumn(name, refused, cursor.name(), in_hive)


def _keys(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("(")
    found = [cursor.string()]
    while cursor.takes(","):
        found.append(cursor.string())
    cursor.expect(")")
    return tuple(found)
