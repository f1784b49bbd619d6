"""The columns of a result: as GetQueryResults tells them, and as the ``.metadata`` file holds them.

The file's format is AWS's own and undocumented; drivers that read it take it for a protobuf message, whose
field numbers are public through https://github.com/burtcorp/athena-jdbc (AthenaMetaDataParser). What is
written here:

| field | of the message | of a column (field 4) |
|---|---|---|
| 1 | the query's id | catalog, ``hive`` |
| 2 | what a statement that writes did, ``INSERT`` | |
| 3 | how many rows it wrote | |
| 4, 5, 6 | the columns (4) | name, label, type |
| 7, 8, 9, 10 | | precision, scale, nullable (1 NOT_NULL, 2 NULLABLE, 3 UNKNOWN), case sensitive |

Which of 7, 8 and 10 a column has depends on its type alone. Two things are not as on AWS: field 1 there is
often the engine's own id of the query, which nobody has a use for; and for most SHOW statements AWS writes
an opaque text that is no protobuf, in whose place a reader finds this message.
"""

from collections.abc import Iterable
from typing import Any

from localstack_lab.athena.engine.contract import ResultColumn

_NULLABLE = {"NOT_NULL": 1, "NULLABLE": 2, "UNKNOWN": 3}
_ALL, _NONE = (7, 8, 10), ()
_FIELDS: dict[str, tuple[int, ...]] = {
    "boolean": (10,),
    "date": (8, 10),
    "interval day to second": (10,),
    "interval year to month": (10,),
    **dict.fromkeys(("array", "map", "row", "json", "string", "uuid", "ipaddress", "unknown"), _NONE),
}


def column_info(column: ResultColumn) -> dict[str, Any]:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html

    Athena leaves the schema's and the table's name empty, for a table's own columns too.
    """
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": column.nullable,
        "CaseSensitive": column.case_sensitive,
    }


def metadata_file(
    query_id: str, columns: Iterable[ResultColumn], verb: str | None = None, count: int | None = None
) -> bytes:
    """The bytes of the ``.metadata`` file.

    :param verb: of a statement that writes
    :param count: how many rows it wrote; 0 is told too
    """
    parts = [_text(1, query_id)]
    if verb is not None:
        parts.append(_text(2, verb))
    if count is not None:
        parts.append(_number(3, count))
    parts += [_bytes(4, _column(column)) for column in columns]
    return b"".join(parts)


def _column(column: ResultColumn) -> bytes:
    present = _FIELDS.get(column.type, _ALL)
    values = {7: column.precision, 8: column.scale, 10: int(column.case_sensitive)}
    parts = [_text(1, "hive"), _text(4, column.name), _text(5, column.name), _text(6, column.type)]
    for field in (7, 8):
        if field in present:
            parts.append(_number(field, values[field]))
    parts.append(_number(9, _NULLABLE[column.nullable]))
    if 10 in present:
        parts.append(_number(10, values[10]))
    return b"".join(parts)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
