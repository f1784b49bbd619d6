"""Objects in the formats of ``CompressionFormat``, and the file extensions that go with them."""

import gzip
import io
import zipfile
from collections.abc import Callable

from localstack_lab.firehose import snappy


def compress(compression_format: str, data: bytes, name: str) -> bytes:
    """:param name: of the one file in a ZIP archive"""
    if compression_format == "ZIP":
        return _zip(data, name)
    return _PLAIN[compression_format](data)


def extension(compression_format: str) -> str:
    """What the name of an object ends in when the definition gives no FileExtension."""
    return {"GZIP": ".gz", "ZIP": ".zip", "Snappy": ".snappy", "HADOOP_SNAPPY": ".hsnappy"}.get(
        compression_format, ""
    )


def _zip(data: bytes, name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


_PLAIN: dict[str, Callable[[bytes], bytes]] = {
    "UNCOMPRESSED": lambda data: data,
    "GZIP": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    "Snappy": snappy.java,
    "HADOOP_SNAPPY": snappy.hadoop,
}
