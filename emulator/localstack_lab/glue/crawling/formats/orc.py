"""ORC: the schema at the end of the file. https://orc.apache.org/specification/ORCv1/

Postscript and footer are protocol-buffer messages, the footer compressed like the stripes.
"""

import struct
import zlib
from typing import Any

from localstack_lab.glue.crawling.compression import unlz4, unsnap
from localstack_lab.glue.crawling.types import Type

MAGIC = b"ORC"
INPUT = "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat"
OUTPUT = "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat"
SERDE = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
_KINDS = (
    *("boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "binary", "timestamp"),
    *("array", "map", "struct", "union", "decimal", "date", "varchar", "char", "timestamp"),
)
_CODECS = ("NONE", "ZLIB", "SNAPPY", "LZO", "LZ4", "ZSTD")


class Damaged(ValueError):
    """The file begins like an ORC file, and its tail cannot be read; the text says why."""


class LacksCodec(Exception):
    """The footer is compressed as Python's library cannot read it; PyArrow may (`orc_engine`)."""


def tail_size(tail: bytes) -> int:
    """How many of the last bytes hold footer and postscript.

    :param tail: at least the last 256 bytes, or the whole file
    """
    try:
        size = tail[-1]
        return int(_message(tail[-1 - size : -1])[1][0]) + size + 1
    except (IndexError, KeyError, ValueError) as error:
        raise Damaged(f"The postscript of the ORC file cannot be read: {error}") from error


def columns(tail: bytes) -> tuple[tuple[tuple[str, Type], ...], int]:
    """Columns and number of rows.

    :param tail: the bytes that `tail_size` asked for
    :raises Damaged: when they cannot be read
    """
    try:
        size = tail[-1]
        script = _message(tail[-1 - size : -1])
        length = int(script[1][0])
        codec = _CODECS[int(script.get(2, [0])[0])]
        footer = _message(_plain(tail[-1 - size - length : -1 - size], codec))
        kinds = [_message(entry) for entry in footer[4]]
        rows = int(footer.get(6, [0])[0])
        root = _type(kinds, 0)
    except (IndexError, KeyError, ValueError, TypeError, RecursionError, zlib.error, struct.error) as error:
        raise Damaged(f"The footer of the ORC file cannot be read: {error}") from error
    if not isinstance(root, tuple) or root[0] != "struct":
        root = ("struct", (("_col0", root),))
    return root[1], rows


def _type(kinds: list[dict[int, list[Any]]], at: int) -> Type:
    entry = kinds[at]
    name = _KINDS[int(entry.get(1, [0])[0])]
    inner = [number for part in entry.get(2, []) for number in _packed(part)]
    match name:
        case "array":
            return ("array", _type(kinds, inner[0]))
        case "map":
            return ("map", (_type(kinds, inner[0]), _type(kinds, inner[1])))
        case "struct":
            names = [field.decode() for field in entry.get(3, [])]
            return (
                "struct",
                tuple((field, _type(kinds, number)) for field, number in zip(names, inner, strict=True)),
            )
        case "union":
            parts = ",".join(str(_type(kinds, number)) for number in inner)
            return f"uniontype<{parts}>"
        case "decimal":
            return f"decimal({entry.get(5, [10])[0]},{entry.get(6, [0])[0]})"
        case "varchar" | "char":
            return f"{name}({entry.get(4, [1])[0]})"
    return name


def _plain(data: bytes, codec: str) -> bytes:
    if codec == "NONE":
        return data
    out = bytearray()
    at = 0
    while at + 3 <= len(data):
        head = int.from_bytes(data[at : at + 3], "little")
        block = data[at + 3 : at + 3 + (head >> 1)]
        at += 3 + (head >> 1)
        if head & 1:
            out += block
        elif codec == "ZLIB":
            out += zlib.decompress(block, -15)
        elif codec == "SNAPPY":
            out += unsnap(block)
        elif codec == "LZ4":
            out += unlz4(block)
        else:
            raise LacksCodec(codec)
    return bytes(out)


def _message(data: bytes) -> dict[int, list[Any]]:
    """A protocol-buffer message: field number → values, in order."""
    fields: dict[int, list[Any]] = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        value: Any
        if kind == 0:
            value, at = _varint(data, at)
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind == 5:
            value, at = data[at : at + 4], at + 4
        else:
            raise ValueError(f"wire type {kind}")
        fields.setdefault(key >> 3, []).append(value)
    return fields


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _packed(part: Any) -> list[int]:
    if isinstance(part, int):
        return [part]
    numbers, at = [], 0
    while at < len(part):
        number, at = _varint(part, at)
        numbers.append(number)
    return numbers
