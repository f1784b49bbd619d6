"""Splitting a record that holds several: JSON documents, delimited ones, and the Kinesis Producer Library's.

https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html
"""

import base64
import binascii
import hashlib
import json
from dataclasses import replace

from localstack_lab.firehose.record import Record

MOST = 500  # of one record; one with more stays whole
_KPL_MAGIC = b"\xf3\x89\x9a\xc2"
_MD5_BYTES = 16
_DECODER = json.JSONDecoder()


class NotSeparable(ValueError):
    """Data that is not what the definition says it is."""


def delimiter(encoded: str) -> bytes:
    """The delimiter of RecordDeAggregation, which is given in Base64.

    :raises NotSeparable:
    """
    try:
        found = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise NotSeparable(f"Delimiter must be a Base64 encoded string, not {encoded!r}.") from error
    if not found:
        raise NotSeparable("Delimiter must not be empty.")
    return found


def split(record: Record, separator: bytes | None) -> list[Record]:
    """The records in one.

    :param separator: None for JSON documents one after the other
    :raises NotSeparable: for data that is not JSON objects
    """
    parts = _json_documents(record.data) if separator is None else record.data.split(separator)
    parts = [part for part in parts if part]
    if len(parts) < 2 or len(parts) > MOST:
        return [record]
    return [
        replace(record, id=f"{record.id}{number:06d}", data=part, source=part)
        for number, part in enumerate(parts)
    ]


def _json_documents(data: bytes) -> list[bytes]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NotSeparable("The record is not UTF-8 text.") from error
    found: list[bytes] = []
    position = 0
    while True:
        while position < len(text) and text[position] in " \t\r\n":
            position += 1
        if position == len(text):
            return found
        try:
            value, end = _DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise NotSeparable(f"The record is not a sequence of JSON objects: {error}") from error
        if not isinstance(value, dict):
            raise NotSeparable("The record is not a sequence of JSON objects.")
        found.append(text[position:end].encode())
        position = end


def producer_library(data: bytes) -> list[tuple[str, bytes]] | None:
    """Partition key and data of each record that the KPL packed into one; None when it is not such a pack.

    https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
    """
    body, digest = data[len(_KPL_MAGIC) : -_MD5_BYTES], data[-_MD5_BYTES:]
    if not data.startswith(_KPL_MAGIC) or hashlib.md5(body, usedforsecurity=False).digest() != digest:
        return None
    try:
        fields = _fields(body)
        keys = [value.decode() for number, value in fields if number == 1 and isinstance(value, bytes)]
        packed = [_fields(value) for number, value in fields if number == 3 and isinstance(value, bytes)]
        return [(keys[_number(each, 1)], _bytes(each, 3)) for each in packed]
    except (IndexError, KeyError, TypeError, UnicodeDecodeError):
        return None  # the magic number by chance: AWS delivers it as it is


def _number(fields: list[tuple[int, int | bytes]], field: int) -> int:
    value = dict(fields)[field]
    if not isinstance(value, int):
        raise TypeError(f"field {field} is not a number")
    return value


def _bytes(fields: list[tuple[int, int | bytes]], field: int) -> bytes:
    value = dict(fields)[field]
    if not isinstance(value, bytes):
        raise TypeError(f"field {field} is not a string")
    return value


def _fields(message: bytes) -> list[tuple[int, int | bytes]]:
    """Number and value of each field of a Protocol Buffers message that has integers and strings."""
    found: list[tuple[int, int | bytes]] = []
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        value, position = _varint(message, position)
        if tag & 7 == 2:
            if position + value > len(message):
                raise IndexError("a field longer than its message")
            found.append((tag >> 3, message[position : position + value]))
            position += value
        elif tag & 7 == 0:
            found.append((tag >> 3, value))
        else:
            raise TypeError(f"wire type {tag & 7}")
    return found


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
