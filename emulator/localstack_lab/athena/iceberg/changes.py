"""DELETE, UPDATE and MERGE: rows that an analysis found to change, as one snapshot.

Rows that go are named in files of position deletes, rows that come are new data files; a data file of which
nothing is left goes as a whole.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-update.html
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
from pyiceberg.conversions import to_bytes
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import FileScanTask, Table
from pyiceberg.table.snapshots import Operation
from pyiceberg.types import StringType

from localstack_lab.athena.iceberg import places, writing
from localstack_lab.athena.iceberg.commits import committed, remove
from localstack_lab.athena.iceberg.deltas import RowDelta
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.iceberg.reading import deleted_places, planned
from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.athena.writing.values import quoted as text

PATH_ID, PLACE_ID = 2147483546, 2147483545
"""The ids that the specification reserves for the columns of position deletes."""

_CHANGES = "iceberg_changes"


@dataclass(frozen=True)
class Changed:
    """What came of it.

    :param rows: that were deleted, updated or inserted
    :param urls: the objects that were written
    """

    rows: int
    urls: tuple[str, ...]


def change(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    table: Table,
    files: LakeFiles,
    named: Callable[[], str],
) -> Changed:
    """Make a snapshot of changed rows; none if no row changes.

    :param sql: a query with the columns path, place, kind (delete, update, insert) and then the table's: see
        :class:`localstack_lab.athena.sql.changes.ChangePlan`
    :param named: gives each file its name
    :raises QueryError: ICEBERG_COMMIT_ERROR, and those of the query and of writing
    """
    if table.format_version == 1:
        raise QueryError("NOT_SUPPORTED", "Iceberg table updates require at least format version 2")
    if table.format_version > 2:
        raise unsupported(f"Changing rows of an Iceberg table of format version {table.format_version}")
    width = len(table.schema().fields)
    values = ", ".join(f"v{at}" for at in range(width))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CHANGES} AS "
        f"SELECT * FROM ({sql}) AS found(path, place, kind, {values})"
    )
    rows = _count(connection, f"SELECT count(*) FROM {_CHANGES}")
    if not rows:
        return Changed(0, ())
    new = f"SELECT {values} FROM {_CHANGES} WHERE kind <> 'delete'"
    added = writing.write(connection, new, table.metadata, files, named)
    gone, deletes = _deletes(connection, table, files, named)
    operation = Operation.OVERWRITE if added else Operation.DELETE
    if not gone and not deletes:
        operation = Operation.APPEND
    with committed(table), table.transaction() as transaction:
        delta = RowDelta(transaction, operation)
        for file in added:
            delta.append_data_file(file)
        remove(delta, gone)
        for data_file, of_it in deletes:
            delta.delete_rows(data_file, of_it)
        delta.commit()
    urls = [file.file_path for file in added] + [of_it.file_path for _, of_it in deletes]
    return Changed(rows, tuple(urls))


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((count,),) = connection.execute(sql).fetchall()
    return int(count)


def _deletes(
    connection: duckdb.DuckDBPyConnection, table: Table, files: LakeFiles, named: Callable[[], str]
) -> tuple[list[FileScanTask], list[tuple[DataFile, DataFile]]]:
    """(data files that go wholly, (data file, its new deletes))."""
    found = dict(
        connection.execute(
            f"SELECT path, count(DISTINCT place) FROM {_CHANGES} WHERE kind <> 'insert' GROUP BY path"
        ).fetchall()
    )
    gone: list[FileScanTask] = []
    deletes: list[tuple[DataFile, DataFile]] = []
    for task in planned(table):
        count = found.get(task.file.file_path)
        if count is None:
            continue
        if count + _already(task, files) == task.file.record_count:
            gone.append(task)
        else:
            deletes.append((task.file, _written(connection, task, table, files, named())))
    return gone, deletes


def _already(task: FileScanTask, files: LakeFiles) -> int:
    """How many rows of a data file are deleted; two files of deletes may name the same row."""
    places = deleted_places(files, [task]).get(task.file.file_path)
    return 0 if places is None else len(places.unique())


def _written(
    connection: duckdb.DuckDBPyConnection, task: FileScanTask, table: Table, files: LakeFiles, name: str
) -> DataFile:
    url = task.file.file_path
    path = os.path.join(files.folder, f"{name}-deletes.parquet")
    rows = (
        f"SELECT DISTINCT {text(url)} AS file_path, CAST(place AS BIGINT) AS pos FROM {_CHANGES} "
        f"WHERE kind <> 'insert' AND path = {text(url)} ORDER BY pos"
    )
    ids = f"{{file_path: {PATH_ID}, pos: {PLACE_ID}}}"
    count = _count(
        connection, f"COPY ({rows}) TO {text(path)} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {ids})"
    )
    provider = places.provider(table.metadata)
    key = writing.key_of(task.file, table.metadata)
    target = provider.new_data_location(os.path.basename(path), key)  # type: ignore[arg-type]
    files.put(path, target)
    size = os.path.getsize(path)
    os.unlink(path)
    bound = {PATH_ID: to_bytes(StringType(), url)}  # whole and equal: the deletes are of this one file
    made = DataFile.from_args(
        content=DataFileContent.POSITION_DELETES,
        file_path=target,
        file_format=FileFormat.PARQUET,
        partition=task.file.partition,
        record_count=count,
        file_size_in_bytes=size,
        lower_bounds=bound,
        upper_bounds=bound,
    )
    made.spec_id = task.file.spec_id
    return made
