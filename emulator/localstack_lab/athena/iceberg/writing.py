"""Rows of a query as new data files of an Iceberg table.

https://iceberg.apache.org/spec/#partition-transforms
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.partitioning import _to_partition_representation
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.typedef import Record
from pyiceberg.types import FixedType, NestedField, TimestampType, TimestamptzType

from localstack_lab.athena.iceberg import parquet, places
from localstack_lab.athena.iceberg.files import LakeFiles
from localstack_lab.athena.iceberg.values import to_file
from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.athena.writing.values import name as quoted
from localstack_lab.athena.writing.values import quoted as literal

MOST_PARTITIONS = 100
"""https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html"""

_CODECS = {
    "ZSTD": "zstd",
    "GZIP": "gzip",
    "SNAPPY": "snappy",
    "LZ4": "lz4_raw",
    "NONE": "uncompressed",
    "UNCOMPRESSED": "uncompressed",
}
_ROWS, _KEYS = "iceberg_rows_to_write", "iceberg_partition_keys"


def write(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    metadata: TableMetadata,
    files: LakeFiles,
    named: Callable[[], str],
) -> list[DataFile]:
    """Write the rows of a query below a table's location, one file for each partition; none, no file.

    The table does not know of the files yet.

    :param sql: a query whose columns are the table's, in its order, in DuckDB's form of Trino's types
    :param named: gives each file its name
    :raises QueryError: ICEBERG_TOO_MANY_OPEN_PARTITIONS, ICEBERG_WRITER_CLOSE_ERROR
    """
    schema = metadata.schema()
    if any(isinstance(schema.find_type(number), FixedType) for number in schema.field_ids):
        raise unsupported("Writing to an Iceberg table with a column of the type fixed")
    codec, level = _compression(metadata)
    given = ", ".join(f"c{at}" for at in range(len(schema.fields)))
    selected = ", ".join(
        f"{_required(field, to_file(f'c{at}', field.field_type))} AS {quoted(field.name)}"
        for at, field in enumerate(schema.fields)
    )
    rows = f"SELECT {selected} FROM ({sql}) AS given({given})"
    answer = []
    for key, part in _parts(connection, rows, metadata):
        path = os.path.join(files.folder, f"{named()}.parquet")
        count = parquet.copy(connection, part, schema, path, codec, level)
        if count:
            answer.append(_uploaded(path, metadata, files, key))
        os.unlink(path)
    connection.execute(f"DROP TABLE IF EXISTS {_ROWS}")
    return answer


def _required(field: NestedField, sql: str) -> str:
    if not field.required:
        return sql
    message = f"CONSTRAINT_VIOLATION: NULL value not allowed for NOT NULL column: {field.name}"
    return f"coalesce({sql}, error({literal(message)}))"


def _compression(metadata: TableMetadata) -> tuple[str, int | None]:
    properties = metadata.properties
    form = properties.get("write.format.default", "parquet").upper()
    if form != "PARQUET":
        raise unsupported(f"Writing {form} to an Iceberg table")
    asked = properties.get("write.parquet.compression-codec", "zstd").upper()
    if asked not in _CODECS:
        raise QueryError("NOT_SUPPORTED", f"Compression {asked} of PARQUET is not available in this emulator")
    level = properties.get("write.parquet.compression-level", "")
    return _CODECS[asked], int(level) if level.isdigit() else None


@dataclass(frozen=True)
class _Key:
    """A partition: the values of the spec's fields as Iceberg keeps them."""

    record: Record
    path: str

    def to_path(self) -> str:
        """What stands in the names of its files."""
        return self.path


def key_of(file: DataFile, metadata: TableMetadata) -> _Key | None:
    """The partition of a data file, for the names of files beside it; None in a table without partitions."""
    spec = metadata.specs()[file.spec_id]
    if not spec.fields:
        return None
    return _Key(file.partition, spec.partition_to_path(file.partition, metadata.schema()))


def _parts(
    connection: duckdb.DuckDBPyConnection, rows: str, metadata: TableMetadata
) -> Iterator[tuple[_Key | None, str]]:
    """(key, SQL of its rows) of every partition that the rows are of."""
    spec, schema = metadata.spec(), metadata.schema()
    if not spec.fields:
        yield None, rows
        return
    top = {field.field_id: field for field in schema.fields}
    if any(field.source_id not in top for field in spec.fields):
        raise unsupported("Partitioning an Iceberg table by a field of a row")
    sources = list(dict.fromkeys(top[field.source_id] for field in spec.fields))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS {rows}")
    keys = _keys(connection, sources, metadata)
    matched = " AND ".join(f"r.{quoted(s.name)} IS NOT DISTINCT FROM k.k{at}" for at, s in enumerate(sources))
    for number, key in enumerate(keys):
        part = f"SELECT * FROM {_ROWS}"
        if len(keys) > 1:
            joined = f"{_ROWS} AS r JOIN {_KEYS} AS k ON {matched}"
            part = f"SELECT r.* FROM {joined} WHERE k.part = {number} ORDER BY r.rowid"
        yield key, part
    connection.execute(f"DROP TABLE {_KEYS}")


def _keys(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[NestedField], metadata: TableMetadata
) -> list[_Key]:
    """The partitions that the rows are of.

    A table is left that has for every combination of the columns' values (k0, k1 …) the number of its
    partition (part).

    :raises QueryError: ICEBERG_TOO_MANY_OPEN_PARTITIONS
    """
    spec, schema = metadata.spec(), metadata.schema()
    names = ", ".join(quoted(source.name) for source in sources)
    held = ", ".join(f"{quoted(source.name)} AS k{at}" for at, source in enumerate(sources))
    told = ", ".join(_told(f"k{at}", source) for at, source in enumerate(sources))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_KEYS} AS SELECT row_number() OVER (ORDER BY {names}) AS number, "
        f"CAST(NULL AS INTEGER) AS part, {held} FROM (SELECT DISTINCT {names} FROM {_ROWS})"
    )
    applied = [
        (
            [source.field_id for source in sources].index(field.source_id),
            schema.find_type(field.source_id),
            field.transform.transform(schema.find_type(field.source_id)),
        )
        for field in spec.fields
    ]
    parts: dict[Any, int] = {}
    keys: list[_Key] = []
    numbers: list[list[int]] = []
    for number, *values in connection.execute(
        f"SELECT number, {told} FROM {_KEYS} ORDER BY number"
    ).fetchall():
        given = tuple(apply(_to_partition_representation(kind, values[at])) for at, kind, apply in applied)
        if given not in parts:
            if len(parts) == MOST_PARTITIONS:
                message = f"Exceeded limit of {MOST_PARTITIONS} open writers for partitions"
                raise QueryError("ICEBERG_TOO_MANY_OPEN_PARTITIONS", message)
            parts[given] = len(parts)
            record = Record(*given)
            keys.append(_Key(record, spec.partition_to_path(record, schema)))
        numbers.append([number, parts[given]])
    if len(keys) > 1:
        connection.execute(
            f"UPDATE {_KEYS} SET part = p.part FROM (SELECT unnest($1) AS number, unnest($2) AS part) AS p "
            f"WHERE {_KEYS}.number = p.number",
            [[number for number, _ in numbers], [part for _, part in numbers]],
        )
    return keys


def _told(sql: str, source: NestedField) -> str:
    """A value as pyiceberg takes it: a time as microseconds since 1970."""
    return f"epoch_us({sql})" if isinstance(source.field_type, TimestampType | TimestamptzType) else sql


def _uploaded(path: str, metadata: TableMetadata, files: LakeFiles, key: _Key | None) -> DataFile:
    from pyarrow import parquet as arrow_parquet
    from pyiceberg.io.pyarrow import (
        compute_statistics_plan,
        data_file_statistics_from_parquet_metadata,
        parquet_path_to_id_mapping,
    )

    provider = places.provider(metadata)
    url = provider.new_data_location(os.path.basename(path), key)  # type: ignore[arg-type]
    statistics = data_file_statistics_from_parquet_metadata(
        arrow_parquet.read_metadata(path),
        compute_statistics_plan(metadata.schema(), metadata.properties),
        parquet_path_to_id_mapping(metadata.schema()),
    )
    files.put(path, url)
    made = DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=url,
        file_format=FileFormat.PARQUET,
        partition=key.record if key else Record(),
        file_size_in_bytes=os.path.getsize(path),
        **statistics.to_serialized_dict(),
    )
    made.spec_id = metadata.default_spec_id
    return made
