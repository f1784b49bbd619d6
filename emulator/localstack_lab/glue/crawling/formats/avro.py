"""Avro: the schema at the start of the file. https://avro.apache.org/docs/1.11.1/specification/"""

import json
from typing import Any

from localstack_lab.glue.crawling.types import Type

MAGIC = b"Obj\x01"
INPUT = "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat"
OUTPUT = "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat"
SERDE = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
_PRIMITIVES = {
    "null": "null",
    "boolean": "boolean",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "string": "string",
}


class Damaged(ValueError):
    """The file begins like an Avro file, and its header cannot be read."""


def header(data: bytes) -> tuple[str, tuple[tuple[str, Type], ...], int, int, bool]:
    """The schema's text, its columns, records and bytes of the blocks that `data` has whole, and whether
    these are all of `data`.

    :raises Damaged: when the header cannot be read
    """
    try:
        meta, at = _metadata(data, len(MAGIC))
        schema = json.loads(meta[b"avro.schema"])
        at += 16
        kind = _type(schema, {})
        literal = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
    except (IndexError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"The header of the Avro file cannot be read: {error}") from error
    if not isinstance(kind, tuple) or kind[0] != "struct":
        kind = ("struct", (("record", kind),))
    records, size, whole = _blocks(data, at)
    return literal, kind[1], records, size, whole


def _metadata(data: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    found: dict[bytes, bytes] = {}
    while True:
        count, at = _long(data, at)
        if count == 0:
            return found, at
        if count < 0:
            count = -count
            _, at = _long(data, at)
        for _ in range(count):
            key, at = _bytes(data, at)
            found[key], at = _bytes(data, at)


def _blocks(data: bytes, at: int) -> tuple[int, int, bool]:
    records = size = 0
    while at < len(data):
        try:
            count, start = _long(data, at)
            length, start = _long(data, start)
        except IndexError:
            return records, size, False
        if start + length + 16 > len(data) or count < 0 or length < 0:
            return records, size, False
        records, size, at = records + count, size + length, start + length + 16
    return records, size, True


def _long(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at
        shift += 7


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _long(data, at)
    if size < 0 or at + size > len(data):
        raise ValueError("it ends too early")
    return data[at : at + size], at + size


def _type(schema: Any, named: dict[str, Any]) -> Type:
    """https://cwiki.apache.org/confluence/display/Hive/AvroSerDe#AvroSerDe-AvrotoHivetypeconversion"""
    if isinstance(schema, list):
        some = [one for one in schema if one != "null"]
        if len(some) < 2:
            return _type(some[0], named) if some else "null"
        return "uniontype<" + ",".join(str(_type(one, named)) for one in some) + ">"
    if isinstance(schema, str):
        if schema in _PRIMITIVES:
            return _PRIMITIVES[schema]
        return named[schema.rsplit(".", 1)[-1]]
    match schema.get("logicalType"):
        case "date":
            return "date"
        case "timestamp-millis" | "timestamp-micros":
            return "timestamp"
        case "decimal":
            return f"decimal({schema['precision']},{schema.get('scale', 0)})"
    match schema["type"]:
        case "record" | "error":
            name = schema["name"].rsplit(".", 1)[-1]
            named[name] = "string"  # Hive has no types that hold themselves
            kind: Type = (
                "struct",
                tuple((field["name"], _type(field["type"], named)) for field in schema["fields"]),
            )
            named[name] = kind
            return kind
        case "enum":
            named[schema["name"].rsplit(".", 1)[-1]] = "string"
            return "string"
        case "fixed":
            named[schema["name"].rsplit(".", 1)[-1]] = "binary"
            return "binary"
        case "array":
            return ("array", _type(schema["items"], named))
        case "map":
            return ("map", ("string", _type(schema["values"], named)))
        case other:
            return _type(other, named)
