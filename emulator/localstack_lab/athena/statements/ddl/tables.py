"""CREATE TABLE and DROP TABLE; what concerns Iceberg tables is in a module of its own.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.context import Context, Lines, Members, failed, is_view, not_done
from localstack_lab.athena.statements.ddl import projection
from localstack_lab.athena.statements.ddl.locations import checked_location
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import Column, CreateTable, DropTable, Storage
from localstack_lab.lake.storage_formats import STORED_AS, TEXTFILE, StorageFormat


def create(context: Context, statement: CreateTable) -> Lines:
    """CREATE EXTERNAL TABLE: the table that Athena makes in the catalog; no object is touched.

    An Iceberg table, which is not external, gets its metadata in S3.
    """
    database, table = context.qualified(statement.name)
    context.existing_database(database)
    if is_iceberg({"Parameters": statement.properties}):
        from localstack_lab.athena.statements.ddl import iceberg_tables

        return iceberg_tables.create(context, statement)
    if context.find_table(statement.name) is not None:
        if statement.if_not_exists:
            return Lines()
        reason = f"AlreadyExistsException(message:Table {table} already exist)"
        raise not_done(reason, f"Table {table} already exists.")
    told = described(statement, table, int(context.clock()))
    told["StorageDescriptor"]["Location"] = checked_location(context, str(statement.location))
    try:
        context.catalog.create_table(DatabaseName=database, TableInput=told)
    except Refused as refused:
        raise not_done(f"MetaException(message:{refused.message})") from refused
    return Lines(changed=(("CREATE", "TABLE", f"{database}.{table}"),))


def described(statement: CreateTable, table: str, now: int) -> Members:
    """The TableInput of a definition.

    :param now: seconds since 1970, for transient_lastDdlTime
    """
    columns = _columns(statement)
    properties = {"EXTERNAL": "TRUE", "transient_lastDdlTime": str(now)}
    if statement.comment is not None:
        properties["comment"] = statement.comment
    projection.check(statement)
    properties.update(statement.properties)
    return {
        "Name": table,
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": properties,
        "PartitionKeys": [_column(column) for column in statement.partitions],
        "StorageDescriptor": {
            "Columns": columns,
            "Location": statement.location,
            "Compressed": False,
            "NumberOfBuckets": statement.buckets,
            "BucketColumns": list(statement.bucketed_by),
            "SortColumns": [{"Column": name, "SortOrder": order} for name, order in statement.sorted_by],
            "Parameters": {},
            "SkewedInfo": {
                "SkewedColumnNames": [],
                "SkewedColumnValues": [],
                "SkewedColumnValueLocationMaps": {},
            },
            "StoredAsSubDirectories": False,
            **_storage(statement.storage),
        },
    }


def _columns(statement: CreateTable) -> list[Members]:
    avro = statement.storage.serde_properties.get("avro.schema.literal")
    if not statement.columns and avro is None:
        raise failed(
            "SemanticException [Error 10043]: Either list of columns or a custom serializer "
            "should be specified"
        )
    names = {column.name for column in statement.columns}
    for name in (*statement.bucketed_by, *(name for name, _ in statement.sorted_by)):
        if name not in names:
            raise failed(f"SemanticException [Error 10002]: Invalid column reference '{name}'")
    return [_column(column) for column in statement.columns]


def _column(column: Column) -> Members:
    told: Members = {"Name": column.name, "Type": column.type}
    if column.comment is not None:
        told["Comment"] = column.comment
    return told


def _storage(storage: Storage) -> Members:
    formats = TEXTFILE
    if storage.stored_as is not None:
        if storage.stored_as not in STORED_AS:
            known = ", ".join(sorted(STORED_AS))
            raise failed(
                f"SemanticException Unrecognized file format in STORED AS clause: '{storage.stored_as}' "
                f"(one of {known})"
            )
        formats = STORED_AS[storage.stored_as]
    if storage.formats is not None:
        formats = StorageFormat(formats.serde, *storage.formats)
    parameters = dict(storage.delimiters or {})
    if storage.delimiters is None or "serialization.format" not in parameters:
        parameters = {"serialization.format": "1", **parameters}
    parameters.update(storage.serde_properties)
    return {
        "InputFormat": formats.reads,
        "OutputFormat": formats.writes,
        "SerdeInfo": {
            "SerializationLibrary": storage.serde or formats.serde,
            "Parameters": parameters,
        },
    }


def drop(context: Context, statement: DropTable) -> Lines:
    """DROP TABLE: the definition goes, the objects stay. A view is dropped too, as Athena does.

    The files of an Iceberg table go with it; its answer are two empty lines.
    """
    found = context.find_table(statement.name)
    database, table = context.qualified(statement.name)
    if found is None:
        if statement.if_exists:
            return Lines()
        raise failed(f"SemanticException [Error 10001]: Table not found {database}.{table}")
    if is_iceberg(found):
        from localstack_lab.athena.statements.ddl import iceberg_tables

        iceberg_tables.drop(context, found)
        return Lines(rows=("", ""), changed=(("DROP", "TABLE", f"{database}.{table}"),), iceberg=True)
    context.catalog.delete_table(DatabaseName=database, Name=table)
    return Lines(changed=(("DROP", "VIEW" if is_view(found) else "TABLE", f"{database}.{table}"),))
