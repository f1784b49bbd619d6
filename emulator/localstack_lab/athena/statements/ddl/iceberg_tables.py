"""CREATE TABLE and DROP TABLE of Iceberg tables. Imported only for one of these.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html
"""

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.iceberg import columns, creating, dropping, properties
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Context, Lines, Members
from localstack_lab.athena.statements.ddl.locations import checked_location
from localstack_lab.athena.statements.tree import CreateTable


def create(context: Context, statement: CreateTable) -> Lines:
    """CREATE TABLE … TBLPROPERTIES ('table_type' = 'ICEBERG'): an empty table, whose metadata lies in S3.

    :raises QueryFailed: for a clause or a property that Iceberg tables do not have
    :raises QueryError: for a type, a value of a property or a partition transform
    """
    database, name = context.qualified(statement.name)
    _refuse_clauses(statement)
    location = str(statement.location).rstrip("/")
    held = properties.created(statement.properties, location)
    if statement.comment is not None:
        held[properties.COMMENT] = statement.comment
    schema = columns.schema(statement.columns)
    if context.find_table(statement.name) is not None:
        if statement.if_not_exists:
            return Lines()
        message = f"Destination table 'awsdatacatalog.{database}.{name}' already exists"
        raise QueryError("TABLE_ALREADY_EXISTS", message)
    checked_location(context, str(statement.location))
    catalog = context.iceberg.tables.catalog
    creating.commit(creating.staged(catalog, (database, name), schema, statement.transforms, location, held))
    return Lines(changed=(("CREATE", "TABLE", f"{database}.{name}"),))


def _refuse_clauses(statement: CreateTable) -> None:
    storage = statement.storage
    if statement.bucketed_by:
        raise QueryFailed("", "Iceberg create table statement does not allow CLUSTERED BY")
    if storage.serde is not None or storage.delimiters is not None or storage.serde_properties:
        raise QueryFailed("", "Iceberg create table statement does not allow ROW FORMAT")
    if storage.stored_as is not None or storage.formats is not None:
        raise QueryFailed("", "Iceberg create table statement does not allow STORED AS/BY")
    if statement.partitions:
        raise QueryFailed("", "Invalid PARTITIONED BY clause in Iceberg create table statement")
    if not statement.columns:
        raise QueryFailed("", "At least one column is required for Iceberg create table statement")


def drop(context: Context, table: Members) -> None:
    """Take the table out of the catalog, and then its files out of S3.

    :raises QueryError: ICEBERG_MISSING_METADATA, ICEBERG_INVALID_METADATA; then nothing is dropped
    """
    found = context.iceberg.load(table)
    files = dropping.files(found)
    context.catalog.delete_table(DatabaseName=table["DatabaseName"], Name=table["Name"])
    context.objects.delete(urls=files)
