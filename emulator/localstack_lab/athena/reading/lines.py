"""Text files as lines: decompressed, headers off, invalid UTF-8 replaced, small files put together.

DuckDB reads lines fast as a CSV of one column, but passes empty ones by; Hive does not. So an empty line
gets a mark of its own here. Files that need nothing are read where they lie.
"""

import gzip
import io
import os
import re
import zlib
from bz2 import BZ2File
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO

from localstack_lab.athena.reading.errors import cursor_error, lacking, literal
from localstack_lab.athena.sql.errors import QueryError

EMPTY = "\x1c"
_CHUNK = 4 << 20
LONGEST = 16 << 20  # bytes of a line
MOST_UNPACKED = 4 << 30  # bytes of compressed text files of one statement on disk
_LARGEST_BLOCK = 256 << 20  # bytes, unpacked; Hadoop's buffers have 256 KB
_BLANK = re.compile(rb"(?m)^(?=\n)")


@dataclass(frozen=True)
class Piece:
    """One object's bytes: a whole file, or a part of a pack.

    :param key: its name in S3, which tells the compression
    :param group: pieces of one group may share a file
    """

    path: str
    offset: int | None
    size: int
    key: str
    group: int = 0


def relation(paths: Sequence[str]) -> str:
    """SQL of the lines: (line VARCHAR, filename VARCHAR); the mark of an empty line is taken off."""
    listed = ", ".join(literal(path) for path in paths)
    # No line is longer than its file, and DuckDB allocates its buffers whole.
    longest = min(LONGEST, max(64 << 10, *(os.path.getsize(path) for path in paths)))
    return (
        f"(SELECT CASE WHEN line = '{EMPTY}' THEN '' ELSE line END AS line, filename "
        f"FROM read_csv([{listed}], "
        "columns={'line': 'VARCHAR'}, delim='\x1d\x1e\x1d', quote='', escape='', header=false, "
        "auto_detect=false, strict_mode=false, nullstr='\x1e\x1d\x1e', filename=true, "
        f"max_line_size={longest}, buffer_size={longest * 2}, parallel=true))"
    )


class Unpacked:
    """Counts what a statement unpacks to disk.

    :param most: bytes; AWS has no such limit, and this machine's disk has an end
    """

    def __init__(self, most: int = MOST_UNPACKED) -> None:
        self._most = most
        self._bytes = 0

    def add(self, size: int, key: str) -> None:
        """
        :raises QueryError: GENERIC_INSUFFICIENT_RESOURCES when it is more than the emulator holds
        """
        self._bytes += size
        if self._bytes > self._most:
            raise QueryError(
                "GENERIC_INSUFFICIENT_RESOURCES",
                f"The compressed text that this query reads is more than {self._most >> 20} MB when "
                f"unpacked, which is a limit of this emulator and not of Athena (reached in {key}). "
                "Read fewer files at once, or keep the data as Parquet.",
            )


def prepare(
    pieces: Sequence[Piece], folder: str, header: int, unpacked: Unpacked | None = None
) -> list[tuple[str, int]]:
    """Files of lines for the pieces: (path, group).

    :param unpacked: counts over all calls of one statement
    :raises QueryError: HIVE_CURSOR_ERROR for a file that cannot be decompressed,
        GENERIC_INSUFFICIENT_RESOURCES for files that grow too large
    """
    unpacked = unpacked or Unpacked()
    answer: list[tuple[str, int]] = []
    together: dict[int, str] = {}
    with ExitStack() as opened:
        file: BinaryIO | None = None
        group = -1
        for piece in pieces:
            if piece.offset is None and not header and not _codec(piece.key) and _is_clean(piece.path):
                answer.append((piece.path, piece.group))
                continue
            if file is None or group != piece.group:
                opened.close()
                if piece.group not in together:
                    path = os.path.join(folder, f"lines-{len(answer)}-{piece.group}-{os.urandom(4).hex()}")
                    together[piece.group] = path
                    answer.append((path, piece.group))
                file = opened.enter_context(open(together[piece.group], "ab"))
                group = piece.group
            for chunk in _lines(piece, header):
                cleaned = _cleaned(chunk)
                if _codec(piece.key):
                    unpacked.add(len(cleaned), piece.key)
                file.write(cleaned)
    return [(path, group) for path, group in answer if os.path.getsize(path)]


def _lines(piece: Piece, header: int) -> Iterator[bytes]:
    """The piece in chunks that end with a line's end."""
    rest = b""
    first = True
    left = header
    for data in _bytes(piece):
        if first and data.startswith(b"\xef\xbb\xbf"):
            data = data[3:]
        first = False
        rest += data
        if b"\r" in rest[:-1]:
            last = rest.endswith(b"\r")
            body = rest[:-1] if last else rest
            rest = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + (b"\r" if last else b"")
        end = rest.rfind(b"\n") + 1
        if not end:
            if len(rest) > LONGEST:
                raise cursor_error(f"A line of more than {LONGEST >> 20} MB in {piece.key}")
            continue
        whole, rest = rest[:end], rest[end:]
        while left and whole:
            whole = whole[whole.index(b"\n") + 1 :]
            left -= 1
        if whole:
            yield whole
    rest = rest.removesuffix(b"\r")
    if rest and not left:
        yield rest + b"\n"


def _cleaned(chunk: bytes) -> bytes:
    if chunk.startswith(b"\n") or b"\n\n" in chunk:
        chunk = _BLANK.sub(EMPTY.encode(), chunk)
    if not chunk.isascii():
        try:
            chunk.decode()
        except UnicodeDecodeError:
            return chunk.decode(errors="replace").encode()
    return chunk


def _is_clean(path: str) -> bool:
    """Whether DuckDB can read the file as it is."""
    rest = b""
    first = True
    with open(path, "rb") as file:
        while data := file.read(_CHUNK):
            if first and data.startswith(b"\xef\xbb\xbf"):
                return False
            first = False
            data = rest + data
            end = data.rfind(b"\n") + 1
            whole, rest = (data[:end], data[end:]) if end else (b"", data)
            if len(rest) > LONGEST or b"\r" in whole or _cleaned(whole) is not whole:
                return False
    return b"\r" not in rest and _cleaned(rest) is rest


def _codec(key: str) -> str:
    ending = key.rpartition(".")[2].lower() if "." in key.rpartition("/")[2] else ""
    return {
        "gz": "gzip", "gzip": "gzip", "bz2": "bz2", "zst": "zstd", "zstd": "zstd", "snappy": "snappy",
        "lz4": "lz4",
        "deflate": "deflate", "lzo": "lzo",
    }.get(ending, "")  # fmt: skip


def _bytes(piece: Piece) -> Iterator[bytes]:
    with open(piece.path, "rb") as file:
        source: BinaryIO = file
        if piece.offset is not None:
            file.seek(piece.offset)
            source = io.BytesIO(file.read(piece.size))
        try:
            yield from _decompressed(source, _codec(piece.key))
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise cursor_error(f"{_reason(error)} ({piece.key})") from error


def _reason(error: Exception) -> str:
    return "incorrect header check" if isinstance(error, gzip.BadGzipFile) else str(error)


def _decompressed(source: BinaryIO, codec: str) -> Iterator[bytes]:
    stream: Any
    match codec:
        case "":
            stream = source
        case "gzip":
            stream = gzip.GzipFile(fileobj=source)
        case "bz2":
            stream = BZ2File(source)
        case "deflate":
            yield from _inflated(source)
            return
        case "zstd":
            import pyarrow as pa

            stream = pa.CompressedInputStream(pa.PythonFile(source, mode="r"), "zstd")
        case "snappy" | "lz4":
            yield from _hadoop_blocks(source, codec)
            return
        case _:
            raise lacking(f"Reading a file with {codec} compression")
    while data := stream.read(_CHUNK):
        yield data


def _inflated(source: BinaryIO) -> Iterator[bytes]:
    stream = zlib.decompressobj()
    while not stream.eof:
        packed = stream.unconsumed_tail or source.read(_CHUNK)
        data = stream.decompress(packed, _CHUNK)
        if data:
            yield data
        elif not packed and not stream.eof:
            raise EOFError("incomplete or truncated stream")


def _hadoop_blocks(source: BinaryIO, codec: str) -> Iterator[bytes]:
    """Hadoop's block format: [length of the block's content] then [length, compressed chunk] until it is
    full.
    """
    import pyarrow as pa

    head = source.read(4)
    source.seek(0)
    if codec == "lz4" and head == b"\x04\x22\x4d\x18":
        stream = pa.CompressedInputStream(pa.PythonFile(source, mode="r"), "lz4")
        while data := stream.read(_CHUNK):
            yield data
        return
    raw = pa.Codec("snappy" if codec == "snappy" else "lz4_raw")
    while head := source.read(4):
        left = int.from_bytes(head, "big")
        while left > 0:
            packed = source.read(int.from_bytes(source.read(4), "big"))
            size = _snappy_size(packed) if codec == "snappy" else left
            if not packed or size > _LARGEST_BLOCK:
                raise ValueError(f"damaged {codec} block")
            data = raw.decompress(packed, decompressed_size=size, asbytes=True)
            left -= len(data)
            yield data


def _snappy_size(packed: bytes) -> int:
    size = shift = 0
    for byte in packed[:5]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return size
