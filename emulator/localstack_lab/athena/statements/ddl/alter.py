"""ALTER TABLE, but for partitions; what concerns Iceberg tables is in a module of its own.

https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-columns.html and its neighbours
"""

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.context import (
    Context,
    Lines,
    Members,
    failed,
    not_done,
    not_for_iceberg,
    table_input,
)
from localstack_lab.athena.statements.ddl.locations import checked_location
from localstack_lab.athena.statements.ddl.partitions import keyed, partition_input
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import (
    AddColumns,
    ChangeColumn,
    Column,
    DropColumn,
    RenameTable,
    SetLocation,
    SetProperties,
    UnsetProperties,
)

_NOT_RENAMED = "Query type not supported by DDL engine."


def add_columns(context: Context, statement: AddColumns) -> Lines:
    """ADD COLUMNS and REPLACE COLUMNS, of the table or of one partition."""
    table = context.alterable(statement.name)
    if is_iceberg(table):
        if statement.replace or statement.partition is not None:
            raise not_for_iceberg()
        from localstack_lab.athena.statements.ddl import iceberg_alter

        iceberg_alter.add_columns(context, table, statement)
        return _altered(table)
    if statement.partition is not None:
        partition = keyed(context, table, statement.partition)
        told = partition_input(partition)
        told["StorageDescriptor"]["Columns"] = _with(table, told["StorageDescriptor"], statement)
        context.catalog.update_partition(
            DatabaseName=table["DatabaseName"],
            TableName=table["Name"],
            PartitionValueList=partition["Values"],
            PartitionInput=told,
        )
    else:
        told = table_input(table)
        told["StorageDescriptor"]["Columns"] = _with(table, told["StorageDescriptor"], statement)
        _update(context, table, told)
    return _altered(table)


def _with(table: Members, storage: Members, statement: AddColumns) -> list[Members]:
    kept = [] if statement.replace else list(storage.get("Columns") or [])
    taken = {column["Name"] for column in [*kept, *(table.get("PartitionKeys") or [])]}
    for column in statement.columns:
        if column.name in taken:
            raise not_done(f"Duplicate column name: {column.name}")
    return kept + [_column(column) for column in statement.columns]


def change_column(context: Context, statement: ChangeColumn) -> Lines:
    """CHANGE COLUMN: another name, type, comment or place."""
    table = context.alterable(statement.name)
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_alter

        iceberg_alter.change_column(context, table, statement)
        return _altered(table)
    told = table_input(table)
    columns: list[Members] = told["StorageDescriptor"]["Columns"]
    names = [column["Name"] for column in columns]
    if statement.old not in names:
        raise not_done(f"Invalid column reference {statement.old}")
    others = [name for name in names if name != statement.old]
    others += [key["Name"] for key in table.get("PartitionKeys") or []]
    if statement.column.name in others:
        raise not_done(f"Duplicate column name: {statement.column.name}")
    at = names.index(statement.old)
    changed = _column(statement.column)
    if "Comment" not in changed and "Comment" in columns[at]:
        changed["Comment"] = columns[at]["Comment"]
    columns[at] = changed
    if statement.after is not None:
        columns.pop(at)
        rest = [column["Name"] for column in columns]
        if statement.after and statement.after not in rest:
            raise not_done(f"Invalid column reference {statement.after}")
        columns.insert(rest.index(statement.after) + 1 if statement.after else 0, changed)
    _update(context, table, told)
    return _altered(table)


def set_properties(context: Context, statement: SetProperties) -> Lines:
    """SET TBLPROPERTIES: given ones are added or replaced."""
    table = context.alterable(statement.name)
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_alter

        iceberg_alter.set_properties(context, table, statement)
        return _altered(table)
    told = table_input(table)
    told["Parameters"] = {**(told.get("Parameters") or {}), **statement.properties}
    _update(context, table, told)
    return _altered(table)


def unset_properties(context: Context, statement: UnsetProperties) -> Lines:
    """UNSET TBLPROPERTIES: Athena has it for Iceberg tables only."""
    table = context.alterable(statement.name)
    if not is_iceberg(table):
        raise failed("SemanticException ALTER TABLE UNSET TBLPROPERTIES is for Iceberg tables only")
    from localstack_lab.athena.statements.ddl import iceberg_alter

    iceberg_alter.unset_properties(context, table, statement)
    return _altered(table)


def set_location(context: Context, statement: SetLocation) -> Lines:
    """SET LOCATION of the table or of a partition."""
    table = context.base_table(statement.name)
    location = checked_location(context, statement.location)
    if statement.partition is None:
        told = table_input(table)
        told["StorageDescriptor"]["Location"] = location
        _update(context, table, told)
        return _altered(table)
    partition = keyed(context, table, statement.partition)
    told = partition_input(partition)
    told["StorageDescriptor"]["Location"] = location
    context.catalog.update_partition(
        DatabaseName=table["DatabaseName"],
        TableName=table["Name"],
        PartitionValueList=partition["Values"],
        PartitionInput=told,
    )
    return _altered(table)


def rename(context: Context, statement: RenameTable) -> Lines:
    """RENAME TO of an Iceberg table: Glue has no such operation for Hive tables."""
    try:
        table = context.alterable(statement.name)
    except QueryFailed as refused:
        raise QueryFailed("", refused.text, told=_NOT_RENAMED) from refused
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_alter

        iceberg_alter.rename(context, table, statement)
        return _altered(table)
    raise not_done(
        "Unable to alter table. Table cannot be renamed (Service: AmazonDataCatalog; Status Code: 400; "
        f"Error Code: InvalidInputException; Request ID: {context.request.query_id}; Proxy: null)",
        _NOT_RENAMED,
    )


def drop_column(context: Context, statement: DropColumn) -> Lines:
    """DROP COLUMN of an Iceberg table: Hive's grammar has none, whatever the name stands for."""
    table = context.find_table(statement.name)
    if table is not None and is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_alter

        iceberg_alter.drop_column(context, table, statement)
        return _altered(table)
    raise QueryFailed("", f"FAILED: ParseException {statement.in_hive}", told=statement.at)


def _column(column: Column) -> Members:
    told: Members = {"Name": column.name, "Type": column.type}
    if column.comment is not None:
        told["Comment"] = column.comment
    return told


def _update(context: Context, table: Members, told: Members) -> None:
    told.setdefault("Parameters", {})["transient_lastDdlTime"] = str(int(context.clock()))
    try:
        context.catalog.update_table(DatabaseName=table["DatabaseName"], TableInput=told)
    except Refused as refused:
        raise not_done(f"Unable to alter table. {refused.message}") from refused


def _altered(table: Members) -> Lines:
    changed = (("ALTER", "TABLE", f"{table['DatabaseName']}.{table['Name']}"),)
    return Lines(changed=changed, iceberg=is_iceberg(table))
