"""New snapshots of an Iceberg table."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchTableError,
    TableAlreadyExistsError,
    ValidationException,
)
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask, Table, Transaction
from pyiceberg.table.delete_file_index import _referenced_data_file_path
from pyiceberg.table.snapshots import Operation

from localstack_lab.athena.iceberg.deltas import RowDelta
from localstack_lab.athena.sql.errors import QueryError


def append(transaction: Transaction, added: Sequence[DataFile]) -> None:
    """Add data files; an append of none is a snapshot too."""
    producer = transaction.update_snapshot().fast_append()
    for file in added:
        producer.append_data_file(file)
    producer.commit()


def replace(table: Table, removed: Sequence[FileScanTask], added: Sequence[DataFile]) -> None:
    """Put data files in the place of others, whose rows they have.

    :raises QueryError: ICEBERG_COMMIT_ERROR when another statement has changed those files meanwhile
    """
    with committed(table), table.transaction() as transaction:
        delta = RowDelta(transaction, Operation.REPLACE)
        remove(delta, removed)
        for file in added:
            delta.append_data_file(file)
        delta.commit()


def remove(delta: RowDelta, tasks: Iterable[FileScanTask]) -> None:
    """Take data files out of a table, and the files of deletes that speak of nothing else."""
    for task in tasks:
        delta.delete_data_file(task.file)
        delta.drop_deletes(
            deletes
            for deletes in task.delete_files
            if _referenced_data_file_path(deletes) == task.file.file_path
        )


@contextmanager
def committed(table: Table) -> Iterator[None]:
    """Raises QueryError for what a commit of pyiceberg raises inside.

    :raises QueryError: ICEBERG_COMMIT_ERROR, TABLE_NOT_FOUND, TABLE_ALREADY_EXISTS
    """
    name = ".".join(table.name())
    try:
        yield
    except NoSuchTableError as error:
        raise QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist any more") from error
    except TableAlreadyExistsError as error:
        raise QueryError("TABLE_ALREADY_EXISTS", f"Table '{name}' already exists") from error
    except (CommitFailedException, ValidationException) as error:
        message = f"Failed to commit Iceberg update to table: {name}"
        raise QueryError("ICEBERG_COMMIT_ERROR", message) from error
