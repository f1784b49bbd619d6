"""Compression: what comes out of each format is what went in."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_lab.firehose import compression, snappy


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position


def decompress(block: bytes) -> bytes:
    """A reader of Snappy blocks, written from the format's description for these tests."""
    length, position = _varint(block, 0)
    out = bytearray()
    while position < len(block):
        tag = block[position]
        position += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:
                width = size - 59
                size = int.from_bytes(block[position : position + width], "little")
                position += width
            out += block[position : position + size + 1]
            position += size + 1
        else:
            assert tag & 3 == 2, "the compressor writes no other copies"
            size = (tag >> 2) + 1
            distance = int.from_bytes(block[position : position + 2], "little")
            position += 2
            assert 0 < distance <= len(out)
            for _ in range(size):
                out.append(out[-distance])
    assert len(out) == length
    return bytes(out)


def read_hadoop(data: bytes) -> bytes:
    out, position = b"", 0
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        size = int.from_bytes(data[position + 4 : position + 8], "big")
        block = decompress(data[position + 8 : position + 8 + size])
        assert len(block) == length
        out += block
        position += 8 + size
    return out


def read_java(data: bytes) -> bytes:
    header, position = bytes.fromhex("82534e41505059000000000100000001"), 16
    assert data[:position] == header
    out = b""
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        block = decompress(data[position + 4 : position + 4 + size])
        assert len(block) <= 32 * 1024
        out += block
        position += 4 + size
    return out


@settings(deadline=None)  # a busy machine is no fault
@given(st.binary(max_size=400) | st.text("ab{}:", max_size=2000).map(str.encode))
def test_snappy_gives_back_what_went_in(data: bytes) -> None:
    assert read_hadoop(snappy.hadoop(data)) == data
    assert read_java(snappy.java(data)) == data


def test_snappy_makes_orders_smaller_over_several_blocks() -> None:
    orders = b"".join(b'{"order_id":"%d","product":"Desk %d"}\n' % (n, n % 7) for n in range(5000))
    assert len(orders) > 2 * snappy.BLOCK_BYTES
    packed = snappy.hadoop(orders)
    assert read_hadoop(packed) == orders
    assert read_java(compression.compress("Snappy", orders, "name")) == orders
    assert len(packed) < len(orders) / 2


def test_a_block_has_its_limit() -> None:
    with pytest.raises(ValueError, match="at most 65536"):
        snappy.compress(bytes(snappy.BLOCK_BYTES + 1))


def test_gzip_zip_and_nothing() -> None:
    assert gzip.decompress(compression.compress("GZIP", b"data", "name")) == b"data"
    with zipfile.ZipFile(io.BytesIO(compression.compress("ZIP", b"data", "name"))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"name": b"data"}
    assert compression.compress("UNCOMPRESSED", b"data", "name") == b"data"


@pytest.mark.parametrize(
    ("form", "ending"),
    [
        ("GZIP", ".gz"),
        ("ZIP", ".zip"),
        ("Snappy", ".snappy"),
        ("HADOOP_SNAPPY", ".hsnappy"),
        ("UNCOMPRESSED", ""),
    ],
)
def test_endings_of_names(form: str, ending: str) -> None:
    assert compression.extension(form) == ending
