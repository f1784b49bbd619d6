"""Parquet files as Iceberg wants them: every column has its id from the table's schema.

https://iceberg.apache.org/spec/#parquet
"""

from collections.abc import Sequence
from typing import Any

import duckdb
from pyiceberg import types as i
from pyiceberg.schema import Schema

from localstack_lab.athena.iceberg import types
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.writing.values import name as quoted
from localstack_lab.athena.writing.values import quoted as text

type Shape = dict[str, tuple[str, list[int | None]]]
"""Of a file: column → (DuckDB's type, its own id and those inside it in the order of the schema)."""

_ZONED = "TIMESTAMP WITH TIME ZONE"


def shape(connection: duckdb.DuckDBPyConnection, path: str, url: str) -> Shape:
    """What a file's footer says of its columns.

    :param url: for messages
    :raises QueryError: ICEBERG_BAD_DATA for what is no Parquet file
    """
    try:
        described = connection.sql(f"SELECT * FROM read_parquet({text(path)})")
        elements = connection.execute(
            f"SELECT num_children, field_id FROM parquet_schema({text(path)})"
        ).fetchall()
    except duckdb.InvalidInputException as error:
        raise QueryError("ICEBERG_BAD_DATA", f"Error reading Parquet file {url}") from error
    ids: list[list[int | None]] = []
    at = 1
    for _ in described.columns:
        end = _end(elements, at)
        ids.append([number for _, number in elements[at:end] if number is not None])
        at = end
    kinds = (str(kind) for kind in described.types)
    return {name: (kind, held) for name, kind, held in zip(described.columns, kinds, ids, strict=True)}


def _end(elements: Sequence[Any], at: int) -> int:
    """Behind the element at `at` and all that is in it."""
    open_, at = elements[at][0] or 0, at + 1
    for _ in range(open_):
        at = _end(elements, at)
    return at


def fits(connection: duckdb.DuckDBPyConnection, held: Shape, schema: Schema) -> bool:
    """Whether a file has all columns of a schema with their names, types and ids."""
    return all(
        held.get(field.name) == (_file_type(connection, field.field_type), _ids(field))
        for field in schema.fields
    )


def _ids(field: i.NestedField) -> list[int | None]:
    answer: list[int | None] = [field.field_id]
    kind = field.field_type
    if isinstance(kind, i.StructType):
        parts = list(kind.fields)
    elif isinstance(kind, i.ListType):
        parts = [kind.element_field]
    elif isinstance(kind, i.MapType):
        parts = [kind.key_field, kind.value_field]
    else:
        parts = []
    for part in parts:
        answer += _ids(part)
    return answer


def _file_type(connection: duckdb.DuckDBPyConnection, kind: i.IcebergType) -> str:
    """DuckDB's type of a column as a file has it.

    Of this connection: the module's own functions open another database, which a worker kept to its folders
    does not survive.
    """
    return str(connection.sqltype(_type_text(kind)))


def _type_text(kind: i.IcebergType) -> str:
    if isinstance(kind, i.StructType):
        return f"STRUCT({', '.join(f'{quoted(f.name)} {_type_text(f.field_type)}' for f in kind.fields)})"
    if isinstance(kind, i.ListType):
        return f"{_type_text(kind.element_type)}[]"
    if isinstance(kind, i.MapType):
        return f"MAP({_type_text(kind.key_type)}, {_type_text(kind.value_type)})"
    trino = types.trino(kind)
    return _ZONED if isinstance(trino, t.TimestampType) and trino.zoned else t.duckdb(trino)


def scanned(connection: duckdb.DuckDBPyConnection, path: str, wanted: Sequence[str], held: Shape) -> int:
    """Compressed bytes of the wanted columns' chunks, as the file's footer tells."""
    names = [name for name in wanted if name in held]
    if not names:
        return 0
    listed = ", ".join(map(text, names))
    ((size,),) = connection.execute(
        f"SELECT coalesce(sum(total_compressed_size), 0) FROM parquet_metadata({text(path)}) "
        f"WHERE string_split(path_in_schema, ', ')[1] IN ({listed})"
    ).fetchall()
    return int(size)


def copy(
    connection: duckdb.DuckDBPyConnection, rows: str, schema: Schema, path: str, codec: str, level: int | None
) -> int:
    """Write rows to a new file.

    :param rows: SQL of a relation whose columns are those of `schema`, in their order and by their names
    :param codec: DuckDB's name of a compression
    :return: the number of rows
    """
    ids = "{" + ", ".join(f"{quoted(f.name)}: {_field_ids(f)}" for f in schema.fields) + "}"
    at = f", COMPRESSION_LEVEL {level}" if level is not None and codec == "zstd" else ""
    ((count,),) = connection.execute(
        f"COPY ({rows}) TO {text(path)} (FORMAT parquet, COMPRESSION {codec}{at}, FIELD_IDS {ids})"
    ).fetchall()
    return int(count)


def _field_ids(field: i.NestedField) -> str:
    own = f"__duckdb_field_id: {field.field_id}"
    kind = field.field_type
    if isinstance(kind, i.StructType):
        inner = [f"{quoted(part.name)}: {_field_ids(part)}" for part in kind.fields]
    elif isinstance(kind, i.ListType):
        inner = [f"element: {_field_ids(kind.element_field)}"]
    elif isinstance(kind, i.MapType):
        inner = [f"key: {_field_ids(kind.key_field)}", f"value: {_field_ids(kind.value_field)}"]
    else:
        return str(field.field_id)
    return "{" + ", ".join([own, *inner]) + "}"
