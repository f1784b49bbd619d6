"""Compressed text is unpacked as a stream, and not without end."""

import bz2
import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from localstack_lab.athena.reading import lines
from localstack_lab.athena.sql.errors import QueryError

LARGE = b"0123456789abcde\n" * (1 << 19)  # 8 MB that compress well

CODECS: dict[str, Callable[[bytes], bytes]] = {
    "deflate": zlib.compress,
    "gz": gzip.compress,
    "bz2": bz2.compress,
}


def unpack(folder: Path, ending: str, data: bytes, unpacked: lines.Unpacked | None = None) -> bytes:
    path = folder / f"given.{ending}"
    path.write_bytes(data)
    piece = lines.Piece(str(path), None, len(data), f"s3://b/t/given.{ending}")
    work = folder / "work"
    work.mkdir(exist_ok=True)
    made = lines.prepare([piece], str(work), 0, unpacked)
    return b"".join(Path(path).read_bytes() for path, _ in made)


@pytest.mark.parametrize("ending", CODECS)
def test_what_was_compressed_comes_out(tmp_path: Path, ending: str) -> None:
    for data in (b"a\nb\n", LARGE):
        assert unpack(tmp_path, ending, CODECS[ending](data)) == data


def test_deflate_comes_in_small_parts() -> None:
    sizes = [len(part) for part in lines._decompressed(io.BytesIO(zlib.compress(LARGE)), "deflate")]
    assert sum(sizes) == len(LARGE)
    assert max(sizes) <= 4 << 20


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_deflate_that_is_cut_off(tmp_path: Path, cut: int) -> None:
    with pytest.raises(QueryError, match=r"HIVE_CURSOR_ERROR.*given\.deflate"):
        unpack(tmp_path, "deflate", zlib.compress(LARGE)[:-cut])


@pytest.mark.parametrize("ending", CODECS)
def test_a_statement_unpacks_so_much_and_no_more(tmp_path: Path, ending: str) -> None:
    unpacked = lines.Unpacked(10 << 20)
    unpack(tmp_path, ending, CODECS[ending](LARGE), unpacked)
    with pytest.raises(QueryError) as failed:
        unpack(tmp_path, ending, CODECS[ending](LARGE), unpacked)
    assert str(failed.value).startswith(
        "GENERIC_INSUFFICIENT_RESOURCES: The compressed text that this query reads is more than 10 MB when "
        "unpacked, which is a limit of this emulator and not of Athena"
    )


@pytest.mark.parametrize("ending", ["snappy", "lz4"])
def test_a_block_that_tells_a_wrong_size(tmp_path: Path, ending: str) -> None:
    data = b"\xff\xff\xff\xff" + b"\x00\x00\x00\x06" + b"\xff\xff\xff\xff\x0fa"
    with pytest.raises(QueryError, match=f"HIVE_CURSOR_ERROR.*given.{ending}"):
        unpack(tmp_path, ending, data)
