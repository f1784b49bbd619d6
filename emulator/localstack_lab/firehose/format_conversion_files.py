"""Rows of JSON to one columnar file. For worker processes."""

import os
from typing import Any

from localstack_lab.athena.engine import connection
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.hive import from_hive
from localstack_lab.athena.writing import formats, values
from localstack_lab.athena.writing.options import WriteOptions

_LARGEST = 64 << 20  # bytes of one row


def convert(host: Any, columns: list[list[str]], form: str, compression: str) -> int:
    """Read ``rows.json`` of the current folder, write ``rows.out``.

    :param columns: [name, Hive type]
    :return: the number of rows
    """
    kinds = [(name, from_hive(text)) for name, text in columns]
    folder = os.getcwd()
    with connection.connect([folder], memory_mb=1024, spill_mb=4096) as running:
        read = ", ".join(f"{values.quoted(name)}: {values.quoted(_read(kind))}" for name, kind in kinds)
        selected = ", ".join(_selected(name, kind) for name, kind in kinds)
        rows = (
            f"SELECT {selected} FROM read_json({values.quoted(os.path.join(folder, 'rows.json'))}, "
            f"format = 'newline_delimited', maximum_object_size = {_LARGEST}, columns = {{{read}}})"
        )
        names = ", ".join(f"c{at}" for at in range(len(kinds)))
        sql = f"SELECT * FROM ({rows}) AS given({names})"
        return formats.write(
            running, sql, kinds, WriteOptions(form, compression), os.path.join(folder, "rows.out")
        )


def _read(kind: t.Type) -> str:
    return "VARCHAR" if kind.base == "varbinary" else t.duckdb(kind)


def _selected(name: str, kind: t.Type) -> str:
    column = values.name(name)
    return f"from_base64({column})" if kind.base == "varbinary" else column
