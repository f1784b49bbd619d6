"""New Iceberg tables."""

from collections.abc import Mapping, Sequence

from pyiceberg.exceptions import CommitFailedException, NoSuchNamespaceError, TableAlreadyExistsError
from pyiceberg.schema import Schema
from pyiceberg.table import CreateTableTransaction

from localstack_lab.athena.iceberg.catalog import LakeCatalog
from localstack_lab.athena.iceberg.specs import spec
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import PartitionTransform


def staged(
    catalog: LakeCatalog,
    name: tuple[str, str],
    schema: Schema,
    transforms: Sequence[PartitionTransform | str],
    location: str,
    properties: Mapping[str, str],
) -> CreateTableTransaction:
    """A table that is there once :func:`commit` has its transaction; snapshots may be added before.

    Nothing is written. Columns are numbered afresh.

    :param name: database and table
    :param transforms: what it is partitioned by, as :func:`localstack_lab.athena.iceberg.specs.spec` takes it
    :param location: without a slash at its end
    :raises QueryError: INVALID_TABLE_PROPERTY for the transforms
    """
    return catalog.create_table_transaction(
        name,
        schema,
        location=location,
        partition_spec=spec(schema, transforms),
        properties={"format-version": "2", **properties},
    )


def commit(transaction: CreateTableTransaction) -> None:
    """Write the metadata and make the table in the catalog.

    What was written stays when this fails: LocalStack's side deletes what a failed statement wrote.

    :raises QueryError: TABLE_ALREADY_EXISTS, SCHEMA_NOT_FOUND, HIVE_METASTORE_ERROR
    """
    name = ".".join(transaction._table.name())
    try:
        transaction.commit_transaction()
    except (TableAlreadyExistsError, CommitFailedException) as error:
        message = f"Destination table 'awsdatacatalog.{name}' already exists"
        raise QueryError("TABLE_ALREADY_EXISTS", message) from error
    except NoSuchNamespaceError as error:
        raise QueryError("SCHEMA_NOT_FOUND", str(error)) from error
    except Refused as refused:
        raise QueryError("HIVE_METASTORE_ERROR", refused.message) from refused
