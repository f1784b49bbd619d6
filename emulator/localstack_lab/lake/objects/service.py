"""What a query, a crawler or a converter asks of S3.

An :class:`Objects` lives in LocalStack's process. A worker reaches the same methods over its socket, so their
arguments and answers are JSON.
"""

import os
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from boto3.s3.transfer import TransferConfig
from localstack.aws.connect import connect_to

from localstack_lab.api.service import refusal
from localstack_lab.lake.folders import own_folder
from localstack_lab.lake.objects import names, store
from localstack_lab.lake.objects.cache import Cache
from localstack_lab.lake.objects.names import S3Object

SMALL = 256 << 10  # an object below it is written into a pack with others, not into the cache
_MULTIPART = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=32 << 20, use_threads=False)
_lock = threading.Lock()
_cache: Cache | None = None


def shared_cache() -> Cache:
    """The one cache of this LocalStack, below its own temporary folder."""
    global _cache
    with _lock:
        if _cache is None:
            _cache = Cache(own_folder("objects"))
        return _cache


type Listing = list[list[Any]]
type Names = list[str]
type Listings = list[Listing]
type Found = list[S3Object]
type _Sorted = tuple[list[S3Object], list[bytes]]


def is_below(path: str, folders: Sequence[str]) -> bool:
    """Whether a file or a folder really lies in one of the folders, or is one; links are followed."""
    real = os.path.realpath(path)
    return any(
        os.path.commonpath((real, os.path.realpath(folder))) == os.path.realpath(folder) for folder in folders
    )


class Objects:
    """S3 for one account and region.

    :ivar folders: where local files may lie that are read and written, if it is lent to a worker; None:
        anywhere
    """

    folders: Sequence[str] | None = None

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.written: Names = []

    def listed(self, location: str) -> Found:
        """Every current object whose key starts with the location's, hidden and empty ones too, in S3's
        order.

        :raises BadLocation: when it is no ``s3://`` name
        :raises ServiceException: NoSuchBucket
        """
        bucket, prefix = names.split(location)
        return [found for found, _ in store.listed(bucket, prefix)]

    def data(self, location: str) -> Found:
        """The objects below a location that Athena reads: neither hidden nor empty.

        A location without its slash stands for the folder.
        """
        bucket, prefix = names.split(location)
        prefix = names.folder(prefix) if prefix else ""
        return [
            found
            for found, _ in store.listed(bucket, prefix)
            if found.size and not names.is_hidden(found.key, prefix)
        ]

    def list(self, location: str) -> Listing:
        """:meth:`data` as JSON: [key, size, etag, modified in ms]."""
        return [[o.key, o.size, o.etag, o.modified_ms] for o in self.data(location)]

    def lists(self, locations: Names) -> Listings:
        """:meth:`list` for many locations: a bucket is looked through once, however many there are."""
        sorted_keys: dict[str, _Sorted] = {}
        answer: Listings = []
        for location in locations:
            bucket, prefix = names.split(location)
            prefix = names.folder(prefix) if prefix else ""
            if bucket not in sorted_keys:
                found = self.listed(f"s3://{bucket}/")
                sorted_keys[bucket] = (found, [each.key.encode() for each in found])
            found, keys = sorted_keys[bucket]
            begin = bisect_left(keys, prefix.encode())
            below: Listing = []
            for each in found[begin:]:
                if not each.key.startswith(prefix):
                    break
                if each.size and not names.is_hidden(each.key, prefix):
                    below.append([each.key, each.size, each.etag, each.modified_ms])
            answer.append(below)
        return answer

    def list_all(self, location: str) -> Listing:
        """:meth:`listed` as JSON: [key, size, etag, modified in ms]."""
        return [[o.key, o.size, o.etag, o.modified_ms] for o in self.listed(location)]

    def read(self, url: str, start: int = 0, length: int | None = None) -> bytes:
        """At most `length` bytes of the object from `start`.

        :raises ServiceException: NoSuchKey, NoSuchBucket
        """
        with self.open(url) as stream:
            stream.seek(start)
            return bytes(stream.read(-1 if length is None else length))

    @contextmanager
    def open(self, url: str) -> Iterator[Any]:
        """The object's stored bytes as a stream with ``read(n)`` and ``seek``, locked against writers
        meanwhile.
        """
        bucket, key = names.split(url)
        stored = store.current(bucket, key)
        if stored is None:
            raise refusal("NoSuchKey", "The specified key does not exist.", status=404, Key=key)
        with store.opened(bucket, stored) as stream:
            yield stream

    def fetch(self, urls: Names, folder: str) -> Listing:
        """Put the objects into `folder`, small ones together in one pack.

        :return: for each [file, offset, size]; offset is None where the file is the object alone
        :raises ServiceException: NoSuchKey when one is gone since it was listed
        :raises PermissionError: for a folder that is not the worker's
        """
        self._check(folder)
        answer: Listing = []
        pack_name = _free(folder, "pack")
        at = 0
        with open(pack_name, "xb") as pack:
            for url in urls:
                bucket, key = names.split(url)
                stored = store.current(bucket, key)
                if stored is None:
                    raise refusal("NoSuchKey", "The specified key does not exist.", status=404, Key=key)
                size = int(stored.size or 0)
                if size < SMALL:
                    with store.opened(bucket, stored) as stream:
                        body = stream.read()
                    pack.write(body)
                    answer.append([pack_name, at, len(body)])
                    at += len(body)
                else:
                    target = _free(folder, "object")
                    shared_cache().link(store.described(bucket, stored), stored, target)
                    answer.append([target, None, size])
        if not at:
            os.unlink(pack_name)
        return answer

    def put(self, path: str, url: str, content_type: str | None = None) -> None:
        """Write a local file to S3 as any client would: events and notifications fire.

        :raises ClientError: as S3 answers
        :raises PermissionError: for a file that is not the worker's
        """
        self._check(path)
        bucket, key = names.split(url)
        extra = {"ContentType": content_type} if content_type else {}
        self.written.append(url)
        self._client().upload_file(path, bucket, key, ExtraArgs=extra, Config=_MULTIPART)

    def put_bytes(self, body: bytes, url: str, content_type: str | None = None) -> None:
        """Write a small object."""
        bucket, key = names.split(url)
        extra = {"ContentType": content_type} if content_type else {}
        self.written.append(url)
        self._client().put_object(Bucket=bucket, Key=key, Body=body, **extra)

    def delete(self, urls: Names) -> None:
        """Delete objects; one that is not there is no error, as in S3."""
        by_bucket: dict[str, Names] = {}
        for url in urls:
            bucket, key = names.split(url)
            by_bucket.setdefault(bucket, []).append(key)
        for bucket, keys in by_bucket.items():
            for start in range(0, len(keys), 1000):
                self._client().delete_objects(
                    Bucket=bucket,
                    Delete={"Objects": [{"Key": key} for key in keys[start : start + 1000]], "Quiet": True},
                )

    def _check(self, path: str) -> None:
        if self.folders is not None and not is_below(path, self.folders):
            raise PermissionError("A worker asked for a file that is not its own")

    def _client(self) -> Any:
        return connect_to(aws_access_key_id=self.account, region_name=self.region).s3


_numbers = iter(range(1 << 62))


def _free(folder: str, kind: str) -> str:
    with _lock:
        return os.path.join(folder, f"{kind}-{next(_numbers)}")
