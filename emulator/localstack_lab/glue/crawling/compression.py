"""Compressed objects, recognised by their first bytes, and read as far as a sample needs.

https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in
"""

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

_SNAPPY_FRAMED = b"\xff\x06\x00\x00sNaPpY"
_SNAPPY_JAVA = b"\x82SNAPPY\x00"
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (_SNAPPY_FRAMED, "snappy"),
    (_SNAPPY_JAVA, "snappy"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


class Unreadable(ValueError):
    """A compressed object that cannot be read; the text says why."""


def kind(start: bytes) -> str:
    """The compressionType that Glue notes: ``none``, ``gzip``, ``bzip2``, ``zip``, ``snappy``, ``lz4`` …"""
    found = next((name for magic, name in _MAGIC if start.startswith(magic)), "none")
    return "snappy" if found == "none" and _is_hadoop(start) else found


def _is_hadoop(start: bytes) -> bool:
    """Hadoop's Snappy has no mark: sizes before and after compression, and the first again in the block."""
    if len(start) < 10:
        return False
    size, packed = struct.unpack(">II", start[:8])
    if not 0 < packed <= size + size // 6 + 32:
        return False
    try:
        again, _ = _varint(start, 8)
    except IndexError:
        return False
    return again == size


def plain(data: bytes, compression: str, most: int, *, cut: bool) -> tuple[bytes, bool]:
    """The first `most` bytes behind the compression, and whether they are all.

    :param cut: `data` is not the whole object
    :raises Unreadable: a damaged object, or a compression that this emulator lacks
    """
    if compression == "none":
        return data[:most], not cut and len(data) <= most
    reader = _READERS.get(compression)
    if reader is None:
        raise Unreadable(f"Objects compressed with {compression} cannot be read by this emulator.")
    try:
        text, ended = reader(data, most)
    except (OSError, EOFError, ValueError, IndexError, zlib.error, zipfile.BadZipFile, struct.error) as error:
        raise Unreadable(f"The {compression} object is damaged: {error}") from error
    if not ended and not cut and len(text) < most:
        raise Unreadable(f"The {compression} object is cut short.")
    return text[:most], ended and len(text) <= most


def _gzip(data: bytes, most: int) -> tuple[bytes, bool]:
    out = bytearray()
    while data and len(out) <= most:
        stream = zlib.decompressobj(31)
        out += stream.decompress(data, most + 1 - len(out))
        if not stream.eof:
            return bytes(out), False
        data = stream.unused_data.lstrip(b"\0")
    return bytes(out), not data


def _bzip2(data: bytes, most: int) -> tuple[bytes, bool]:
    out = bytearray()
    while data and len(out) <= most:
        stream = bz2.BZ2Decompressor()
        out += stream.decompress(data, most + 1 - len(out))
        if not stream.eof:
            return bytes(out), False
        data = stream.unused_data
    return bytes(out), not data


def _zip(data: bytes, most: int) -> tuple[bytes, bool]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if len(names) != 1:
            raise ValueError(f"an archive must hold one file, and this one holds {len(names)}")
        with archive.open(names[0]) as file:
            return file.read(most), not file.read(1)


def _snappy(data: bytes, most: int) -> tuple[bytes, bool]:
    if _is_hadoop(data) and not data.startswith((_SNAPPY_FRAMED, _SNAPPY_JAVA)):
        return _hadoop(data, most)
    framed = data.startswith(_SNAPPY_FRAMED)
    at, out = (0 if framed else 16), bytearray()
    while at < len(data) and len(out) <= most:
        if framed:
            tag, size = data[at], int.from_bytes(data[at + 1 : at + 4], "little")
            at, skip = at + 4, 4
        else:
            tag, size = 0, int.from_bytes(data[at : at + 4], "big")
            at, skip = at + 4, 0
        if at + size > len(data):
            return bytes(out), False
        chunk = data[at + skip : at + size]
        at += size
        if tag == 0:
            out += unsnap(chunk)
        elif tag == 1:
            out += chunk
        elif tag < 0x80:
            raise ValueError(f"chunk type {tag}")
    return bytes(out), at >= len(data)


def _hadoop(data: bytes, most: int) -> tuple[bytes, bool]:
    at, out = 0, bytearray()
    while at + 4 <= len(data) and len(out) <= most:
        left = int.from_bytes(data[at : at + 4], "big")
        at += 4
        while left > 0:
            size = int.from_bytes(data[at : at + 4], "big")
            if at + 4 + size > len(data):
                return bytes(out), False
            block = unsnap(data[at + 4 : at + 4 + size])
            out += block
            left -= len(block)
            at += 4 + size
    return bytes(out), at >= len(data)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def unsnap(block: bytes) -> bytes:
    """A raw Snappy block. https://github.com/google/snappy/blob/main/format_description.txt"""
    size, at = _varint(block, 0)
    out = bytearray()
    while at < len(block):
        tag = block[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                width = length - 59
                length = int.from_bytes(block[at : at + width], "little")
                at += width
            out += block[at : at + length + 1]
            at += length + 1
            continue
        if tag & 3 == 1:
            length, offset = 4 + ((tag >> 2) & 7), (tag >> 5) << 8 | block[at]
            at += 1
        else:
            width = 2 if tag & 3 == 2 else 4
            length, offset = 1 + (tag >> 2), int.from_bytes(block[at : at + width], "little")
            at += width
        _copy(out, offset, length)
    if len(out) != size:
        raise ValueError(f"{len(out)} bytes instead of {size}")
    return bytes(out)


def _copy(out: bytearray, offset: int, length: int) -> None:
    start = len(out) - offset
    if offset == 0 or start < 0:
        raise ValueError("a copy from before the start")
    for number in range(length):
        out.append(out[start + number])


def unlz4(block: bytes) -> bytes:
    """A raw LZ4 block. https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md"""
    out = bytearray()
    _unlz4(block, out)
    return bytes(out)


def _unlz4(block: bytes, out: bytearray) -> None:
    """Append a block, which may repeat what stands before it."""
    at = 0

    def extended(length: int) -> int:
        nonlocal at
        if length == 15:
            while True:
                byte = block[at]
                at += 1
                length += byte
                if byte != 255:
                    break
        return length

    while at < len(block):
        token = block[at]
        at += 1
        literals = extended(token >> 4)
        out += block[at : at + literals]
        at += literals
        if at >= len(block):
            break
        offset = int.from_bytes(block[at : at + 2], "little")
        at += 2
        _copy(out, offset, extended(token & 15) + 4)


def _lz4(data: bytes, most: int) -> tuple[bytes, bool]:
    flags = data[4]
    at = 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
    out = bytearray()
    while len(out) <= most:
        size = int.from_bytes(data[at : at + 4], "little")
        at += 4
        if size == 0:
            return bytes(out), True
        length = size & 0x7FFFFFFF
        if at + length > len(data):
            return bytes(out), False
        block = data[at : at + length]
        if size >> 31:
            out += block
        else:
            _unlz4(block, out)
        at += length + (4 if flags & 16 else 0)
    return bytes(out), False


_READERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "bzip2": _bzip2,
    "zip": _zip,
    "snappy": _snappy,
    "lz4": _lz4,
}
