"""ALTER TABLE of Iceberg tables. Imported only for one of these.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html
"""

from pyiceberg.exceptions import NoSuchNamespaceError, TableAlreadyExistsError

from localstack_lab.athena.iceberg import evolving, properties
from localstack_lab.athena.iceberg.commits import committed
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Context, Members
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import (
    AddColumns,
    ChangeColumn,
    DropColumn,
    RenameTable,
    SetProperties,
    UnsetProperties,
)


def add_columns(context: Context, table: Members, statement: AddColumns) -> None:
    """ADD COLUMNS."""
    evolving.add(context.iceberg.load(table), statement.columns)


def change_column(context: Context, table: Members, statement: ChangeColumn) -> None:
    """CHANGE COLUMN."""
    evolving.change(context.iceberg.load(table), statement.old, statement.column, statement.after)


def drop_column(context: Context, table: Members, statement: DropColumn) -> None:
    """DROP COLUMN."""
    evolving.drop(context.iceberg.load(table), statement.column)


def set_properties(context: Context, table: Members, statement: SetProperties) -> None:
    """SET TBLPROPERTIES: the metadata holds them, the catalog does not."""
    told = properties.changed(statement.properties)
    found = context.iceberg.load(table)
    with committed(found), found.transaction() as transaction:
        transaction.set_properties(told)


def unset_properties(context: Context, table: Members, statement: UnsetProperties) -> None:
    """UNSET TBLPROPERTIES; one that is not set is no error."""
    found = context.iceberg.load(table)
    keys = [key for key in properties.removed(statement.keys) if key in found.properties]
    with committed(found), found.transaction() as transaction:
        transaction.remove_properties(*keys)


def rename(context: Context, table: Members, statement: RenameTable) -> None:
    """RENAME TO: another name for the same metadata, also in another database.

    :raises QueryError: TABLE_ALREADY_EXISTS, SCHEMA_NOT_FOUND, HIVE_METASTORE_ERROR
    """
    old = (table["DatabaseName"], table["Name"])
    new = context.qualified(statement.new)
    if statement.new.database is None:
        new = (old[0], statement.new.table)
    context.iceberg.load(table)
    try:
        context.iceberg.tables.catalog.rename_table(old, new)
    except TableAlreadyExistsError as error:
        message = f"Destination table 'awsdatacatalog.{'.'.join(new)}' already exists"
        raise QueryError("TABLE_ALREADY_EXISTS", message) from error
    except NoSuchNamespaceError as error:
        raise QueryError("SCHEMA_NOT_FOUND", f"Schema {new[0]} does not exist") from error
    except Refused as refused:
        raise QueryError("HIVE_METASTORE_ERROR", refused.message) from refused
