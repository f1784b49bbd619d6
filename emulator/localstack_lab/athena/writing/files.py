"""All files of one write: one for each partition."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.writing import formats, values
from localstack_lab.athena.writing.options import WriteOptions

MOST_PARTITIONS = 100
"""https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html"""

_ROWS = "lab_rows_to_write"


@dataclass(frozen=True)
class Written:
    """A file that is still local.

    :ivar partition: the values of the partition keys as text; None for a null
    """

    path: str
    rows: int
    partition: tuple[str | None, ...] = ()


def write(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    columns: Sequence[tuple[str, t.Type]],
    keys: int,
    options: WriteOptions,
    folder: str,
    named: Callable[[], str],
    bucket: str | None = None,
) -> list[Written]:
    """Write the rows of a query; none, no file.

    :param sql: a query whose columns are `columns`, the last `keys` of them partition keys
    :param named: gives each file its name
    :param bucket: SQL over c0, c1, … of the number of a row's bucket; each has its file
    :raises QueryError: HIVE_TOO_MANY_OPEN_PARTITIONS, HIVE_INVALID_PARTITION_VALUE, NOT_SUPPORTED for a key
        that is nested or bytes
    """
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    rows = f"SELECT * FROM ({sql}) AS given({names})"
    if not keys and bucket is None:
        path = os.path.join(folder, named() + options.extension)
        count = formats.write(connection, rows, columns, options, path)
        return [Written(path, count)] if count else []
    own = columns[: len(columns) - keys]
    for name, kind in columns[len(own) :]:
        if isinstance(kind, t.ArrayType | t.MapType | t.RowType) or kind == t.VARBINARY:
            raise QueryError("NOT_SUPPORTED", f"Unsupported type [{kind}] for partition: {name}")
    texts = [values.partition(f"c{at}", columns[at][1]) for at in range(len(own), len(columns))]
    if bucket is not None:
        texts.append(f"printf('%06d', {bucket})")
    marks = [f"g{at}" for at in range(len(texts))]
    marked = ", ".join(f"{text} AS {mark}" for text, mark in zip(texts, marks, strict=True))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT *, {marked} FROM ({rows})")
    found = connection.execute(
        f"SELECT DISTINCT {', '.join(marks)} FROM {_ROWS} ORDER BY ALL LIMIT {MOST_PARTITIONS + 1}"
    ).fetchall()
    if len(found) > MOST_PARTITIONS:
        message = f"Exceeded limit of {MOST_PARTITIONS} open writers for partitions/buckets"
        raise QueryError("HIVE_TOO_MANY_OPEN_PARTITIONS", message)
    if len(found) > 1:  # the rows of a group beside each other, so that each is read without the others
        order = f"SELECT * FROM {_ROWS} ORDER BY {', '.join(marks)}, rowid"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS {order}")
    written = []
    for group in found:
        partition = group[:keys]
        for value in partition:
            _check(value)
        fits = " AND ".join(
            f"{mark} IS NULL" if value is None else f"{mark} = {values.quoted(value)}"
            for mark, value in zip(marks, group, strict=True)
        )
        begin = f"{group[-1]}_0_" if bucket is not None else ""  # as Hive names the files of buckets
        path = os.path.join(folder, begin + named() + options.extension)
        count = formats.write(connection, f"SELECT * FROM {_ROWS} WHERE {fits}", own, options, path)
        written.append(Written(path, count, partition))
    connection.execute(f"DROP TABLE {_ROWS}")
    return written


def _check(value: str | None) -> None:
    if value is not None and not re.fullmatch(r"[\x20-\x7e]*", value):
        shown = " ".join(f"{byte:02X}" for byte in value.encode())
        raise QueryError(
            "HIVE_INVALID_PARTITION_VALUE",
            "Hive partition keys can only contain printable ASCII characters (0x20 - 0x7E). "
            f"Invalid value: {shown}",
        )
