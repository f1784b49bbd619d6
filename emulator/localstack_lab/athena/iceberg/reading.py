"""Scans of Iceberg tables as views of a DuckDB connection.

A data file whose columns are what the table has now is read by DuckDB as it is. One that has rows deleted, or that is
older than a change of the columns, goes through pyiceberg first, which applies both.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table

from localstack_lab.athena.iceberg import metadata_tables, parquet
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.iceberg.tables import schema_at
from localstack_lab.athena.iceberg.values import from_file, literal
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.athena.sql.plan import ROW_PLACE, Scan
from localstack_lab.athena.writing.values import name as quoted
from localstack_lab.athena.writing.values import quoted as text

_HIDDEN: dict[str, t.Type] = {
    "$path": t.VARCHAR,
    "$file_modified_time": t.timestamp_tz(3),
    "$partition": t.VARCHAR,
    ROW_PLACE: t.BIGINT,
}


@dataclass(frozen=True)
class Local:
    """A data file on the local disk.

    :param path: of a Parquet file with the wanted columns, under the names that the table has for them
    :param scanned: bytes in S3 that had to be read
    """

    task: FileScanTask
    path: str
    scanned: int


class IcebergScans:
    """Makes the views of one statement.

    :ivar scanned_bytes: of what the views read
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: LakeFiles) -> None:
        self.scanned_bytes = 0
        self._connection = connection
        self._files = files

    def add(self, scan: Scan, table: Table) -> None:
        """Make the view of one scan.

        :raises QueryError: when the table cannot be read
        """
        _, _, kind = scan.table.partition("$")
        sql = self._metadata(scan, table, kind) if kind else self._data(scan, table)
        self._connection.execute(f"CREATE TEMP VIEW {quoted(scan.name)} AS {sql}")

    def _metadata(self, scan: Scan, table: Table, kind: str) -> str:
        columns = metadata_tables.columns(table, kind) or []
        name = f"{scan.name}_rows"
        defined = ", ".join(f"{quoted(column)} {t.duckdb(of)}" for column, of in columns)
        self._connection.execute(f"CREATE TEMP TABLE {quoted(name)} ({defined})")
        for row in metadata_tables.rows(table, kind):
            listed = ", ".join(literal(value, of) for value, (_, of) in zip(row, columns, strict=True))
            self._connection.execute(f"INSERT INTO {quoted(name)} VALUES ({listed})")
        return f"SELECT {', '.join(map(quoted, scan.columns)) or '1 AS lab_nothing'} FROM {quoted(name)}"

    def _data(self, scan: Scan, table: Table) -> str:
        schema = schema_at(table, scan.info.snapshot)
        wanted = {column.lower(): column for column in scan.columns}
        fields = [field for field in schema.fields if field.name.lower() in wanted]
        projected = Schema(*fields)
        tasks = self._tasks(table, scan)
        local = self.local(table, projected, tasks)
        self.scanned_bytes += sum(each.scanned for each in local)
        columns = [(f.name, scan.info.types[f.name.lower()]) for f in fields]
        if not local:
            nulls = [f"CAST(NULL AS {t.duckdb(of)}) AS {quoted(n.lower())}" for n, of in columns]
            nulls += [f"CAST(NULL AS {t.duckdb(_HIDDEN[h])}) AS {quoted(h)}" for h in scan.hidden]
            return f"SELECT {', '.join(nulls) or '1 AS lab_nothing'} WHERE FALSE"
        parts = [f"{from_file(quoted(n), of)} AS {quoted(n.lower())}" for n, of in columns]
        return relation(local, parts, scan.hidden, table)

    def _tasks(self, table: Table, scan: Scan) -> list[FileScanTask]:
        found = list(table.scan(snapshot_id=scan.info.snapshot).plan_files())
        return sorted(found, key=lambda task: task.file.file_path)

    def local(self, table: Table, projected: Schema, tasks: Sequence[FileScanTask]) -> list[Local]:
        """The files of some tasks with the columns of `projected`.

        :raises QueryError: ICEBERG_CANNOT_OPEN_SPLIT when one is not there; NOT_SUPPORTED for what is not read here
        """
        for task in tasks:
            if str(task.file.file_format.value).upper() != "PARQUET":
                raise unsupported(f"Reading {task.file.file_format.value} of an Iceberg table")
        try:
            fetched = self._files.fetch([task.file.file_path for task in tasks]) if tasks else []
        except FileNotFoundError as error:
            raise QueryError("ICEBERG_CANNOT_OPEN_SPLIT", f"Error opening Iceberg split: {error}") from error
        answer = []
        for task, (path, offset, size) in zip(tasks, fetched, strict=True):
            own = path if offset is None else _slice(path, offset, size)
            shape = parquet.shape(self._connection, own, task.file.file_path)
            scanned = parquet.scanned(self._connection, own, [field.name for field in projected.fields], shape)
            if task.delete_files or not parquet.fits(shape, projected):
                scanned += sum(deletes.file_size_in_bytes for deletes in task.delete_files)
                own = self._projected(table, projected, task)
            answer.append(Local(task, own, scanned))
        return answer

    def _projected(self, table: Table, projected: Schema, task: FileScanTask) -> str:
        """The file with its deletes applied and its columns as the table has them now."""
        from pyarrow import parquet as arrow_parquet  # half of a second, for these files only
        from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow

        if any(deletes.equality_ids for deletes in task.delete_files):
            raise unsupported("An Iceberg table with equality deletes")
        target = os.path.join(self._files.folder, f"projected-{len(os.listdir(self._files.folder))}.parquet")
        scan = ArrowScan(table.metadata, self._files, projected, AlwaysTrue())
        wanted = schema_to_pyarrow(projected, include_field_ids=False)
        with arrow_parquet.ParquetWriter(target, wanted) as writer:
            for batch in scan.to_record_batches([task]):
                writer.write_batch(batch.cast(wanted) if batch.schema != wanted else batch)
        return target


def relation(local: Sequence[Local], parts: Sequence[str], hidden: Sequence[str], table: Table) -> str:
    """SQL of the rows of local files.

    :param parts: ``expression AS name`` over the files' columns
    :param hidden: hidden columns that are wanted too
    """
    answers = []
    plain = [each.path for each in local] if not hidden else []
    if plain:
        listed = ", ".join(map(text, plain))
        return f"SELECT {', '.join(parts) or '1 AS lab_nothing'} FROM read_parquet([{listed}])"
    for each in local:
        told = {
            "$path": literal(each.task.file.file_path, t.VARCHAR),
            "$partition": literal(_partition(each.task, table), t.VARCHAR),
            ROW_PLACE: "file_row_number",
        }
        listed = ", ".join([*parts, *(f"{told[h]} AS {quoted(h)}" for h in hidden)])
        numbered = ", file_row_number = true" if ROW_PLACE in hidden else ""
        answers.append(f"SELECT {listed} FROM read_parquet({text(each.path)}{numbered})")
    return " UNION ALL ".join(answers)


def _partition(task: FileScanTask, table: Table) -> str:
    spec = table.specs()[task.file.spec_id]
    return spec.partition_to_path(task.file.partition, table.schema()) if spec.fields else ""


def _slice(path: str, offset: int, size: int) -> str:
    target = f"{path}-{offset}.parquet"
    with open(path, "rb") as pack, open(target, "xb") as file:
        pack.seek(offset)
        file.write(pack.read(size))
    return target
