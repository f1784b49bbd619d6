"""A query's rows as the CSV file that Athena writes: every value in quotes, null an empty field without any.

See https://docs.aws.amazon.com/athena/latest/ug/querying.html.
"""

import os
from collections.abc import Sequence

import duckdb

from localstack_lab.athena.engine import text
from localstack_lab.athena.engine.contract import ResultColumn
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.plan import Column

_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "real": 17, "double": 17}


def write_csv(connection: duckdb.DuckDBPyConnection, sql: str, columns: Sequence[Column], path: str) -> int:
    """Run a plan's SQL and write its rows to `path`.

    :return: the number of rows, the header not counted
    """
    texts = ", ".join(f"{text.text(f'c{i}', column.type)} AS c{i}" for i, column in enumerate(columns))
    names = ", ".join(f"c{i}" for i in range(len(columns)))
    rows_file = path + ".rows"
    copied = connection.execute(
        f"COPY (SELECT {texts} FROM ({sql}) AS answer({names})) TO '{_quoted(rows_file)}' "
        "(FORMAT csv, HEADER false, FORCE_QUOTE *, QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    ).fetchone()
    header = ",".join('"' + column.name.replace('"', '""') + '"' for column in columns) + "\n"
    with open(path, "wb") as whole, open(rows_file, "rb") as rows:
        whole.write(header.encode())
        whole.flush()
        at, size = 0, os.fstat(rows.fileno()).st_size
        while at < size and (sent := os.sendfile(whole.fileno(), rows.fileno(), at, size - at)):
            at += sent
    os.unlink(rows_file)
    return int(copied[0]) if copied else 0


def described(columns: Sequence[Column]) -> tuple[ResultColumn, ...]:
    """The columns as GetQueryResults describes them."""
    return tuple(_described(column) for column in columns)


def _described(column: Column) -> ResultColumn:
    type_ = column.type
    precision, scale = _DIGITS.get(type_.base, 0), 0
    case_sensitive = False
    if isinstance(type_, t.DecimalType):
        precision, scale = type_.precision, type_.scale
    elif isinstance(type_, t.VarcharType):
        precision, case_sensitive = type_.length or t.UNBOUNDED, True
    elif isinstance(type_, t.CharType):
        precision, case_sensitive = type_.length, True
    elif isinstance(type_, t.TimestampType | t.TimeType):
        precision = 3
    elif type_.base == "varbinary":
        precision = 1073741824
    name = {"real": "float"}.get(type_.base, type_.base)
    return ResultColumn(
        name=column.name,
        type=name,
        full_type=str(type_),
        precision=precision,
        scale=scale,
        nullable="UNKNOWN",
        case_sensitive=case_sensitive,
    )


def _quoted(path: str) -> str:
    return path.replace("'", "''")
