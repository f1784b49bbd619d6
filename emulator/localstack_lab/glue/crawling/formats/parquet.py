"""Parquet: the schema at the end of the file. https://github.com/apache/parquet-format

Only the footer is read, by a decoder of Thrift's compact protocol; no data page is touched, so no engine is
needed for it.
"""

import struct
from typing import Any

from localstack_lab.glue.crawling.types import Type

MAGIC = b"PAR1"
INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_PHYSICAL = ("boolean", "int", "bigint", "timestamp", "float", "double", "binary", "binary")
_TEXT = {0, 4, 19}  # UTF8, ENUM, JSON
_CONVERTED = {
    6: "date",
    7: "int",  # TIME_MILLIS has no type in Hive: its number
    8: "bigint",
    9: "timestamp",
    10: "timestamp",
    11: "smallint",
    12: "int",
    13: "bigint",
    14: "decimal(20,0)",
    15: "tinyint",
    16: "smallint",
    17: "int",
    18: "bigint",
}
_LIST, _MAP, _MAP_KEY_VALUE = 3, 1, 2
_REPEATED = 2


class Damaged(ValueError):
    """The file ends like a Parquet file, and its footer is none."""


def footer_size(tail: bytes) -> int | None:
    """The size of the footer with its trailer, from the last eight bytes; None for another format."""
    if len(tail) < 8 or tail[-4:] != MAGIC:
        return None
    return int(struct.unpack("<I", tail[-8:-4])[0]) + 8


def columns(footer: bytes) -> tuple[tuple[tuple[str, Type], ...], int, int]:
    """Columns, number of rows, and bytes of the row groups before compression.

    :raises Damaged: when the footer cannot be read
    """
    try:
        meta = _Compact(footer).struct()
        elements, _ = meta[2], meta[3]
        root, _ = _node(elements, 0)
        sizes = sum(group[2] for group in meta.get(4, []))
    except (IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Damaged(f"The footer of the Parquet file cannot be read: {error}") from error
    return tuple((name, kind) for name, kind, _ in root), int(meta[3]), int(sizes)


def _node(elements: list[dict[int, Any]], at: int) -> tuple[list[tuple[str, Type, bool]], int]:
    """The children of a group and the place behind them: name, type, repeated."""
    children = []
    place = at + 1
    for _ in range(elements[at].get(5, 0)):
        child = elements[place]
        name = child[4].decode("utf-8", "replace")
        repeated = child.get(3) == _REPEATED
        if 5 in child:
            inner, after = _node(elements, place)
            kind: Type = _group(child, inner)
            place = after
        else:
            kind = _leaf(child)
            place += 1
        children.append((name, kind, repeated))
    return children, place


def _group(element: dict[int, Any], children: list[tuple[str, Type, bool]]) -> Type:
    converted, logical = element.get(6), element.get(10) or {}
    if (converted == _LIST or 3 in logical) and len(children) == 1:
        name, kind, repeated = children[0]
        wrapped = isinstance(kind, tuple) and kind[0] == "struct" and len(kind[1]) == 1
        if repeated and wrapped and name not in ("array",) and not name.endswith("_tuple"):
            return ("array", kind[1][0][1])
        return ("array", kind)
    if (converted in (_MAP, _MAP_KEY_VALUE) or 2 in logical) and len(children) == 1:
        kind = children[0][1]
        if isinstance(kind, tuple) and kind[0] == "struct" and len(kind[1]) == 2:
            return ("map", (kind[1][0][1], kind[1][1][1]))
    members = tuple((name, ("array", kind) if repeated else kind) for name, kind, repeated in children)
    return ("struct", members)


def _leaf(element: dict[int, Any]) -> Type:
    physical, converted, logical = element[1], element.get(6), element.get(10) or {}
    if converted == 5 or 5 in logical:
        decimal = logical.get(5) or {}
        scale = decimal.get(1, element.get(7, 0))
        precision = decimal.get(2, element.get(8, 10))
        return f"decimal({precision},{scale})"
    if converted in _TEXT or logical.keys() & {1, 4, 12}:
        return "string"
    if 6 in logical:
        return "date"
    if 8 in logical:
        return "timestamp"
    if converted in _CONVERTED:
        return _CONVERTED[converted]
    return _PHYSICAL[physical]


class _Compact:
    """Thrift's compact protocol, as far as structures go: field number → value.

    https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _byte(self) -> int:
        value = self._data[self._at]
        self._at += 1
        return value

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self) -> dict[int, Any]:
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            fields[number] = self._value(head & 15)
        return fields

    def _value(self, kind: int) -> Any:
        match kind:
            case 1 | 2:
                return kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._zigzag()
            case 7:
                self._at += 8
                return struct.unpack_from("<d", self._data, self._at - 8)[0]
            case 8:
                size = self._varint()
                self._at += size
                if self._at > len(self._data):
                    raise ValueError("it ends too early")
                return self._data[self._at - size : self._at]
            case 9 | 10:
                head = self._byte()
                size = head >> 4 if head >> 4 != 15 else self._varint()
                return [self._element(head & 15) for _ in range(size)]
            case 11:
                size = self._varint()
                kinds = self._byte() if size else 0
                return [(self._element(kinds >> 4), self._element(kinds & 15)) for _ in range(size)]
            case 12:
                return self.struct()
        raise ValueError(f"unknown type {kind}")

    def _element(self, kind: int) -> Any:
        return self._byte() == 1 if kind in (1, 2) else self._value(kind)
