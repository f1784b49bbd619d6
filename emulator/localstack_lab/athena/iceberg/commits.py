"""New snapshots of an Iceberg table."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, ValidationException
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update.snapshot import _OverwriteFiles

from localstack_lab.athena.sql.errors import QueryError


def append(table: Table, added: Sequence[DataFile]) -> None:
    """Add data files; an append of none is a snapshot too.

    :raises QueryError: ICEBERG_COMMIT_ERROR
    """
    with committed(table), table.transaction() as transaction:
        producer = transaction.update_snapshot().fast_append()
        for file in added:
            producer.append_data_file(file)
        producer.commit()


def replace(
    table: Table,
    removed: Sequence[DataFile],
    added: Sequence[DataFile],
    operation: Operation = Operation.OVERWRITE,
) -> None:
    """Put data files in the place of others, which must still be there.

    :param operation: what the snapshot calls itself
    :raises QueryError: ICEBERG_COMMIT_ERROR when another statement has changed those files meanwhile
    """
    with committed(table), table.transaction() as transaction:
        producer = _OverwriteFiles(operation=operation, transaction=transaction, io=table.io)
        for file in removed:
            producer.delete_data_file(file)
        for file in added:
            producer.append_data_file(file)
        producer.commit()


@contextmanager
def committed(table: Table) -> Iterator[None]:
    """Raises QueryError for what a commit of pyiceberg raises inside."""
    name = ".".join(table.name())
    try:
        yield
    except NoSuchTableError as error:
        raise QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist any more") from error
    except (CommitFailedException, ValidationException) as error:
        message = f"Failed to commit Iceberg update to table: {name}"
        raise QueryError("ICEBERG_COMMIT_ERROR", message) from error
