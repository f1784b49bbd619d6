"""LocalStack's S3, read in process: no request, no copy through a socket.

LocalStack keeps an object's bytes in memory or in an unlinked file, and overwrites both in place when the key
is written again; whoever reads holds LocalStack's own lock, so an object is read whole or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.s3.models import S3Bucket, S3DeleteMarker, s3_stores
from localstack.services.s3.models import S3Object as Stored

from localstack_lab.api.service import refusal
from localstack_lab.lake.objects.names import S3Object

COLD = frozenset(("GLACIER", "DEEP_ARCHIVE"))
"""Storage classes whose objects Athena ignores unless they are restored; see
https://docs.aws.amazon.com/athena/latest/ug/storage-classes.html."""


def provider() -> Any:
    """LocalStack's S3 provider, loaded if it is not yet."""
    return SERVICE_PLUGINS.require("s3")._provider


def bucket_of(name: str) -> S3Bucket:
    """The bucket, whatever account it is in.

    :raises ServiceException: NoSuchBucket
    """
    provider()
    for account in list(s3_stores):
        for region in list(s3_stores[account]):
            bucket = s3_stores[account][region].buckets.get(name)
            if bucket is not None:
                return bucket
    raise refusal("NoSuchBucket", "The specified bucket does not exist", status=404, BucketName=name)


def current(name: str, key: str) -> Stored | None:
    """The object that GetObject would give, or None."""
    found = bucket_of(name).objects.get(key)
    return None if found is None or isinstance(found, S3DeleteMarker) else found


def listed(name: str, prefix: str) -> Iterator[tuple[S3Object, Stored]]:
    """The current objects below `prefix` in S3's order (bytes of the key), cold ones left out.

    :raises ServiceException: NoSuchBucket
    """
    found = [
        stored
        for stored in bucket_of(name).objects.values()
        if stored.key.startswith(prefix) and not isinstance(stored, S3DeleteMarker)
    ]
    found.sort(key=lambda stored: stored.key.encode())
    for stored in found:
        if str(stored.storage_class) not in COLD or stored.restore is not None:
            yield described(name, stored), stored


def described(name: str, stored: Stored) -> S3Object:
    """What a listing says of it."""
    modified = int(stored.last_modified.timestamp() * 1000)
    return S3Object(name, stored.key, int(stored.size or 0), str(stored.etag), modified)


@contextmanager
def opened(name: str, stored: Stored) -> Iterator[Any]:
    """The object's bytes as a stream with ``read`` and ``seek``; nobody writes it meanwhile."""
    if stored.sse_key_hash is not None:
        raise refusal(
            "InvalidRequest",
            "The object was stored using a form of Server Side Encryption. The correct parameters must be "
            f"provided to retrieve the object. (s3://{name}/{stored.key})",
        )
    stream = provider()._storage_backend.open(name, stored, mode="r")
    try:
        yield stream
    finally:
        stream.close()


def file_of(stream: Any) -> IO[bytes] | None:
    """The real file under an opened object, or None when its bytes are in memory.

    Python's spooled temporary file has one from the moment that it grew beyond its limit.
    """
    spooled = stream.file
    return spooled._file if spooled._rolled else None
