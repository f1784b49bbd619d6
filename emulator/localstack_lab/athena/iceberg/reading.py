"""Scans of Iceberg tables as views of a DuckDB connection.

DuckDB reads a data file as it is where its columns are what the table has now. One that is older than a
change of the columns goes through pyiceberg first. Rows that are deleted are left out by their places in the
file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table

from localstack_lab.athena.iceberg import metadata_tables, parquet
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.iceberg.limits import row_filter
from localstack_lab.athena.iceberg.tables import schema_at
from localstack_lab.athena.iceberg.values import from_file, literal
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.athena.sql.plan import ROW_PLACE, Scan
from localstack_lab.athena.writing.values import name as quoted
from localstack_lab.athena.writing.values import quoted as text

if TYPE_CHECKING:
    import pyarrow

_HIDDEN: dict[str, t.Type] = {
    "$path": t.VARCHAR,
    "$file_modified_time": t.timestamp_tz(3),
    "$partition": t.VARCHAR,
    ROW_PLACE: t.BIGINT,
}


ALL_ROWS = AlwaysTrue()


@dataclass(frozen=True)
class Local:
    """A data file on the local disk.

    :param path: of a Parquet file with the wanted columns, under the names that the table has for them, every
        row of the data file at its place
    :param deleted: the relation of the places of deleted rows (``pos``), if there are any
    :param scanned: bytes in S3 that had to be read
    """

    task: FileScanTask
    path: str
    deleted: str | None
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
        fields = [field for field in schema.fields if field.name.lower() in scan.columns]
        local = self.local(table, Schema(*fields), self._tasks(table, scan, schema), scan.name)
        self.scanned_bytes += sum(each.scanned for each in local)
        columns = [(field.name, scan.info.types[field.name.lower()]) for field in fields]
        if not local:
            nulls = [f"CAST(NULL AS {t.duckdb(of)}) AS {quoted(n.lower())}" for n, of in columns]
            nulls += [f"CAST(NULL AS {t.duckdb(_HIDDEN[h])}) AS {quoted(h)}" for h in scan.hidden]
            return f"SELECT {', '.join(nulls) or '1 AS lab_nothing'} WHERE FALSE"
        parts = [f"{from_file(quoted(n), of)} AS {quoted(n.lower())}" for n, of in columns]
        modified = self._modified(local) if "$file_modified_time" in scan.hidden else {}
        return relation(local, parts, scan.hidden, table, modified)

    def _tasks(self, table: Table, scan: Scan, schema: Schema) -> list[FileScanTask]:
        condition: BooleanExpression = AlwaysTrue()
        if schema == table.schema():  # pyiceberg looks the names of a condition up in the columns of now
            condition = row_filter(self._connection, scan.limits, schema)
        return planned(table, scan.info.snapshot, condition)

    def _modified(self, local: Sequence[Local]) -> dict[str, Any]:
        urls = [each.task.file.file_path for each in local]
        return dict(zip(urls, self._files.modified(urls), strict=True))

    def local(self, table: Table, projected: Schema, tasks: Sequence[FileScanTask], name: str) -> list[Local]:
        """The files of some tasks with the columns of `projected`.

        :param name: what names of temporary tables begin with
        :raises QueryError: ICEBERG_CANNOT_OPEN_SPLIT when one is not there; NOT_SUPPORTED
        """
        for task in tasks:
            if task.file.file_format.value.upper() != "PARQUET":
                raise unsupported(f"Reading {task.file.file_format.value} of an Iceberg table")
        try:
            fetched = self._files.fetch([task.file.file_path for task in tasks]) if tasks else []
            deleted = self._deleted(tasks, name)
        except FileNotFoundError as error:
            raise QueryError("ICEBERG_CANNOT_OPEN_SPLIT", f"Error opening Iceberg split: {error}") from error
        answer = []
        for task, (path, offset, size) in zip(tasks, fetched, strict=True):
            own = path if offset is None else _slice(path, offset, size)
            shape = parquet.shape(self._connection, own, task.file.file_path)
            scanned = parquet.scanned(
                self._connection, own, [field.name for field in projected.fields], shape
            )
            scanned += sum(deletes.file_size_in_bytes for deletes in task.delete_files)
            if not parquet.fits(self._connection, shape, projected):
                own = self._projected(table, projected, task, f"{own}.projected")
            answer.append(Local(task, own, deleted.get(task.file.file_path), scanned))
        return answer

    def _deleted(self, tasks: Sequence[FileScanTask], name: str) -> dict[str, str]:
        """Data file → the table of the places of its deleted rows."""
        found = deleted_places(self._files, tasks)
        if not found:
            return {}
        import pyarrow

        answer: dict[str, str] = {}
        for path, places in found.items():
            target = f"{name}_deleted_{len(answer)}"
            self._connection.register("lab_places", pyarrow.table({"pos": places}))
            self._connection.execute(
                f"CREATE TEMP TABLE {quoted(target)} AS SELECT DISTINCT pos FROM lab_places"
            )
            self._connection.unregister("lab_places")
            answer[path] = target
        return answer

    def _projected(self, table: Table, projected: Schema, task: FileScanTask, target: str) -> str:
        """The file with its columns as the table has them now; deletes are not applied."""
        from pyarrow import parquet as arrow_parquet  # half of a second, for these files only
        from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow

        scan = ArrowScan(table.metadata, self._files, projected, AlwaysTrue())
        wanted = schema_to_pyarrow(projected, include_field_ids=False)
        whole = FileScanTask(task.file)
        with arrow_parquet.ParquetWriter(target, wanted) as writer:
            for batch in scan.to_record_batches([whole]):
                writer.write_batch(batch.cast(wanted) if batch.schema != wanted else batch)
        return target


def deleted_places(files: LakeFiles, tasks: Sequence[FileScanTask]) -> dict[str, "pyarrow.ChunkedArray"]:
    """Data file → the places of its deleted rows, some maybe twice; of these tasks' files only.

    :raises FileNotFoundError: when a file of deletes is not there
    """
    if not any(task.delete_files for task in tasks):
        return {}
    import pyarrow
    from pyiceberg.io.pyarrow import _read_all_delete_files

    wanted = {task.file.file_path for task in tasks}
    found = _read_all_delete_files(files, tasks)
    return {
        path: pyarrow.chunked_array([chunk for each in held for chunk in each.chunks], pyarrow.int64())
        for path, held in found.items()
        if path in wanted
    }


def planned(
    table: Table, snapshot: int | None = None, condition: BooleanExpression = ALL_ROWS
) -> list[FileScanTask]:
    """The data files of a table, in the order of their names.

    :param condition: files without a row that fulfils it may be left out
    :raises QueryError: NOT_SUPPORTED for a table with equality deletes
    """
    try:
        found = list(table.scan(row_filter=condition, snapshot_id=snapshot).plan_files())
    except ValueError as error:
        if "equality deletes" not in str(error):
            raise
        raise unsupported(f"Reading the equality deletes of {'.'.join(table.name())}") from error
    return sorted(found, key=lambda task: task.file.file_path)


def relation(
    local: Sequence[Local],
    parts: Sequence[str],
    hidden: Sequence[str] = (),
    table: Table | None = None,
    modified: dict[str, Any] | None = None,
) -> str:
    """SQL of the rows of local files.

    :param parts: ``expression AS name`` over the files' columns
    :param hidden: hidden columns that are wanted too
    :param table: whose files these are, for ``$partition``
    :param modified: times of the files, for ``$file_modified_time``
    """
    plain = [] if hidden else [each.path for each in local if each.deleted is None]
    answers = []
    if plain:
        listed = ", ".join(map(text, plain))
        answers.append(f"SELECT {', '.join(parts) or '1 AS lab_nothing'} FROM read_parquet([{listed}])")
    for each in local:
        if each.deleted is None and not hidden:
            continue
        url = each.task.file.file_path
        told = {
            "$path": literal(url, t.VARCHAR),
            "$partition": literal(_partition(each.task, table), t.VARCHAR),
            "$file_modified_time": literal((modified or {}).get(url), _HIDDEN["$file_modified_time"]),
            ROW_PLACE: "file_row_number",
        }
        listed = ", ".join([*parts, *(f"{told[h]} AS {quoted(h)}" for h in hidden)]) or "1 AS lab_nothing"
        source = f"read_parquet({text(each.path)}, file_row_number = true)"
        kept = (
            f" WHERE file_row_number NOT IN (SELECT pos FROM {quoted(each.deleted)})" if each.deleted else ""
        )
        answers.append(f"SELECT {listed} FROM {source}{kept}")
    return " UNION ALL ".join(answers)


def _partition(task: FileScanTask, table: Table | None) -> str:
    spec = table.specs()[task.file.spec_id] if table else None
    return (
        spec.partition_to_path(task.file.partition, table.schema()) if table and spec and spec.fields else ""
    )


def _slice(path: str, offset: int, size: int) -> str:
    target = f"{path}-{offset}.parquet"
    with open(path, "rb") as pack, open(target, "wb") as file:
        pack.seek(offset)
        file.write(pack.read(size))
    return target
