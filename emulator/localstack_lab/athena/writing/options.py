"""The formats that can be written and what each can be compressed with.

https://docs.aws.amazon.com/athena/latest/ug/compression-support-hive.html
"""

from dataclasses import dataclass

COMPRESSIONS: dict[str, dict[str, str]] = {
    "PARQUET": {"GZIP": "gzip", "SNAPPY": "snappy", "ZSTD": "zstd", "NONE": "uncompressed"},
    "ORC": {"ZLIB": "zlib", "SNAPPY": "snappy", "LZ4": "lz4", "ZSTD": "zstd", "NONE": "uncompressed"},
    "AVRO": {"DEFLATE": "deflate", "BZIP2": "bzip2", "NONE": "null"},
    "JSON": {"GZIP": "gzip", "ZSTD": "zstd", "BZIP2": "bzip2", "NONE": "none"},
    "TEXTFILE": {"GZIP": "gzip", "ZSTD": "zstd", "BZIP2": "bzip2", "NONE": "none"},
}
"""Format → Athena's name of a compression → the writer's."""

DEFAULT_COMPRESSION = {
    "PARQUET": "GZIP",
    "ORC": "ZLIB",
    "AVRO": "DEFLATE",
    "JSON": "GZIP",
    "TEXTFILE": "GZIP",
}
EXTENSIONS = {"GZIP": ".gz", "ZSTD": ".zst", "BZIP2": ".bz2", "NONE": ""}
"""What names of compressed JSON and text end in; other formats have no extension."""


@dataclass(frozen=True)
class WriteOptions:
    """How files are written.

    :ivar format: a key of `COMPRESSIONS`
    :ivar compression: Athena's name
    :ivar separators: of delimited text by depth: fields, items of collections, keys of maps, and deeper
    :ivar null: how delimited text writes a null
    :ivar escape: the character that delimited text escapes with; None where it does not
    :ivar header: whether delimited text begins with the names of its columns
    """

    format: str = "PARQUET"
    compression: str = "GZIP"
    separators: tuple[str, ...] = ("\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\x08")
    null: str = "\\N"
    escape: str | None = None
    level: int | None = None
    header: bool = False

    @property
    def codec(self) -> str:
        """The writer's name of the compression."""
        return COMPRESSIONS[self.format][self.compression]

    @property
    def extension(self) -> str:
        """What names of files end in."""
        return EXTENSIONS[self.compression] if self.format in ("JSON", "TEXTFILE") else ""
