"""Avro container files.

https://avro.apache.org/docs/1.11.1/specification/
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import count
from typing import Any, BinaryIO

import fastavro

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError

_PLAIN = {
    "boolean": "boolean",
    "tinyint": "int",
    "smallint": "int",
    "integer": "int",
    "bigint": "long",
    "real": "float",
    "double": "double",
    "varbinary": "bytes",
}


def write(
    file: BinaryIO,
    columns: Sequence[tuple[str, t.Type]],
    batches: Iterable[Sequence[tuple[Any, ...]]],
    codec: str,
) -> int:
    """Write batches of rows.

    :param codec: ``null``, ``deflate``, ``bzip2``, ``snappy``, ``zstandard``
    :return: the number of rows
    """
    numbers = count()
    fields = [
        {"name": _name(name), "type": _nullable(kind, numbers), "default": None} for name, kind in columns
    ]
    schema = fastavro.parse_schema({"type": "record", "name": "row", "fields": fields})
    names, kinds = [name for name, _ in columns], [kind for _, kind in columns]
    written = 0

    changing = [(at, kind) for at, kind in enumerate(kinds) if not _is_plain(kind)]

    def records() -> Iterator[dict[str, Any]]:
        nonlocal written
        for batch in batches:
            written += len(batch)
            for row in batch:
                record = dict(zip(names, row, strict=True))
                for at, kind in changing:
                    record[names[at]] = _value(row[at], kind)
                yield record

    fastavro.writer(file, schema, records(), codec=codec)
    return written


def _nullable(kind: t.Type, numbers: Iterator[int]) -> list[Any]:
    return ["null", _schema(kind, numbers)]


def _schema(kind: t.Type, numbers: Iterator[int]) -> Any:
    if isinstance(kind, t.DecimalType):
        return {"type": "bytes", "logicalType": "decimal", "precision": kind.precision, "scale": kind.scale}
    if isinstance(kind, t.VarcharType | t.CharType):
        return "string"
    if isinstance(kind, t.TimestampType):
        return {"type": "long", "logicalType": "timestamp-millis"}
    if isinstance(kind, t.ArrayType):
        return {"type": "array", "items": _nullable(kind.element, numbers)}
    if isinstance(kind, t.MapType):
        if not isinstance(kind.key, t.VarcharType):
            raise QueryError("NOT_SUPPORTED", f"Avro has no maps whose keys are not varchar: {kind}")
        return {"type": "map", "values": _nullable(kind.value, numbers)}
    if isinstance(kind, t.RowType):
        fields = [
            {"name": _name(str(name)), "type": _nullable(part, numbers), "default": None}
            for name, part in kind.fields
        ]
        return {"type": "record", "name": f"row{next(numbers)}", "fields": fields}
    if kind.base == "date":
        return {"type": "int", "logicalType": "date"}
    return _PLAIN[kind.base]


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise QueryError("NOT_SUPPORTED", f"Avro has no fields with the name '{name}'")
    return name


def _is_plain(kind: t.Type) -> bool:
    return not isinstance(kind, t.TimestampType | t.ArrayType | t.MapType | t.RowType)


def _value(value: Any, kind: t.Type) -> Any:
    if value is None:
        return None
    if isinstance(kind, t.TimestampType):
        return value.replace(tzinfo=UTC)
    if isinstance(kind, t.ArrayType):
        return [_value(item, kind.element) for item in value]
    if isinstance(kind, t.MapType):
        return {key: _value(item, kind.value) for key, item in value.items()}
    if isinstance(kind, t.RowType):
        names = kind.duckdb_names()
        return {
            str(name): _value(value[held], part)
            for held, (name, part) in zip(names, kind.fields, strict=True)
        }
    return value
