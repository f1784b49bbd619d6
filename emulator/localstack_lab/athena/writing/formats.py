"""One file from one query of DuckDB, in each format."""

import bz2
import gzip
import os
import shutil
from collections.abc import Callable, Sequence
from typing import Any

import duckdb

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.writing import avro, values
from localstack_lab.athena.writing.options import WriteOptions

type Connection = duckdb.DuckDBPyConnection
type Columns = Sequence[tuple[str, t.Type]]

_BATCH = 65_536  # rows


def write(connection: Connection, rows: str, columns: Columns, options: WriteOptions, path: str) -> int:
    """Write the rows of a relation to `path`.

    :param rows: SQL of a relation with the columns c0, c1, …
    :param columns: their names in the file and Trino's types
    :return: the number of rows
    """
    return _WRITERS[options.format](connection, rows, columns, options, path)


def _parquet(connection: Connection, rows: str, columns: Columns, options: WriteOptions, path: str) -> int:
    level = f", COMPRESSION_LEVEL {options.level}" if options.level and options.codec == "zstd" else ""
    return _copied(
        connection, _named(rows, columns), path, f"FORMAT parquet, COMPRESSION {options.codec}{level}"
    )


def _json(connection: Connection, rows: str, columns: Columns, options: WriteOptions, path: str) -> int:
    selected = ", ".join(
        f"{values.json(f'c{at}', kind)} AS {values.name(name)}" for at, (name, kind) in enumerate(columns)
    )
    sql = f"SELECT {selected} FROM ({rows})"
    return _text(connection, sql, options, path, "FORMAT json, ARRAY false")


def _delimited(connection: Connection, rows: str, columns: Columns, options: WriteOptions, path: str) -> int:
    texts = (
        f"coalesce({values.delimited(f'c{at}', kind, options)}, {values.quoted(options.null)})"
        for at, (_, kind) in enumerate(columns)
    )
    line = f" || {values.quoted(options.separators[0])} || ".join(texts)
    # one column between a quote and a delimiter that cannot occur: the line is written as it is
    form = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1f\x1e'"
    header = options.separators[0].join(name for name, _ in columns) + "\n" if options.header else ""
    return _text(connection, f"SELECT {line} AS line FROM ({rows})", options, path, form, header)


def _text(
    connection: Connection, sql: str, options: WriteOptions, path: str, form: str, header: str = ""
) -> int:
    if options.codec != "bzip2" and not header:
        return _copied(connection, sql, path, f"{form}, COMPRESSION {options.codec}")
    plain = path + ".plain"
    count = _copied(connection, sql, plain, form)
    with open(plain, "rb") as source, _compressing(path, options.codec) as target:
        target.write(header.encode())
        shutil.copyfileobj(source, target, 1 << 20)
    os.unlink(plain)
    return count


def _compressing(path: str, codec: str) -> Any:
    """A file that compresses what is written to it."""
    match codec:
        case "bzip2":
            return bz2.open(path, "wb")
        case "gzip":
            return gzip.open(path, "wb")
        case "zstd":
            import pyarrow

            return pyarrow.CompressedOutputStream(path, "zstd")
        case _:
            return open(path, "wb")


def _orc(connection: Connection, rows: str, columns: Columns, options: WriteOptions, path: str) -> int:
    import pyarrow  # only where ORC is written: it costs 40 MB
    from pyarrow import orc

    reader = connection.sql(_named(rows, columns)).to_arrow_reader(_BATCH)
    count = 0
    with orc.ORCWriter(path, compression=options.codec) as writer:
        for batch in reader:
            writer.write(pyarrow.Table.from_batches([batch]))
            count += batch.num_rows
    return count


def _avro(connection: Connection, rows: str, columns: Columns, options: WriteOptions, path: str) -> int:
    found = connection.execute(_named(rows, columns))
    with open(path, "wb") as file:
        return avro.write(file, columns, iter(lambda: found.fetchmany(_BATCH), []), options.codec)


def _named(rows: str, columns: Columns) -> str:
    selected = ", ".join(
        f"{values.columnar(f'c{at}', kind)} AS {values.name(name)}" for at, (name, kind) in enumerate(columns)
    )
    return f"SELECT {selected} FROM ({rows})"


def _copied(connection: Connection, sql: str, path: str, form: str) -> int:
    copied = connection.execute(f"COPY ({sql}) TO {values.quoted(path)} ({form})").fetchone()
    return int(copied[0]) if copied else 0


_WRITERS: dict[str, Callable[[Connection, str, Columns, WriteOptions, str], int]] = {
    "PARQUET": _parquet,
    "ORC": _orc,
    "AVRO": _avro,
    "JSON": _json,
    "TEXTFILE": _delimited,
}
