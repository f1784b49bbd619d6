"""``s3://`` names, and which objects below a location are a table's data."""

from dataclasses import dataclass


class BadLocation(ValueError):
    """The text is no name of a place in S3."""


@dataclass(frozen=True, slots=True)
class S3Object:
    """One current object, as listed.

    :param size: bytes as stored
    :param etag: without quotes
    :param modified_ms: LastModified, milliseconds since the epoch
    """

    bucket: str
    key: str
    size: int
    etag: str
    modified_ms: int

    @property
    def url(self) -> str:
        """``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


def split(url: str) -> tuple[str, str]:
    """``s3://bucket/some/key`` → bucket and key; s3a and s3n are the same.

    :raises BadLocation: when it is none
    """
    scheme, mark, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    if not mark or scheme.lower() not in ("s3", "s3a", "s3n") or not bucket:
        raise BadLocation(f"Not a location in S3: {url!r}")
    return bucket, key


def folder(url: str) -> str:
    """`url` with one slash at its end."""
    return url if url.endswith("/") else url + "/"


def is_hidden(key: str, prefix: str = "") -> bool:
    """Whether Athena passes `key` by: a name below `prefix` starts with ``_`` or ``.``.

    See https://docs.aws.amazon.com/athena/latest/ug/creating-tables-how-to.html (underscore or dot) - folders
    count as well as files.
    """
    below = key.removeprefix(prefix)
    return any(part[:1] in ("_", ".") for part in below.split("/"))
