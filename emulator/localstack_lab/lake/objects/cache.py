"""Larger objects as files that stay for the next reader, bounded, the least recently used going first.

A reader gets a hard link of its own, so that what the cache drops meanwhile does not matter to it.
"""

import hashlib
import os
import threading
from collections import OrderedDict
from typing import Any

from localstack_lab.lake.objects import store
from localstack_lab.lake.objects.names import S3Object

LIMIT = 2 << 30  # bytes on disk
_CHUNK = 1 << 20


class Cache:
    """Content is keyed by bucket, key, ETag, size and time: an object that is written again is another."""

    def __init__(self, folder: str, limit: int = LIMIT) -> None:
        os.makedirs(folder, mode=0o700)
        self.folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._files: OrderedDict[str, int] = OrderedDict()
        self._held = 0

    def link(self, found: S3Object, stored: Any, target: str) -> None:
        """Make `target` a file with the object's bytes."""
        mark = f"{found.bucket}\0{found.key}\0{found.etag}\0{found.size}\0{found.modified_ms}"
        name = os.path.join(self.folder, hashlib.sha256(mark.encode()).hexdigest())
        with self._lock:
            if name in self._files:
                self._files.move_to_end(name)
                os.link(name, target)
                return
        copy(found.bucket, stored, target)
        with self._lock:
            if name not in self._files and found.size <= self._limit:
                os.link(target, name)
                self._files[name] = found.size
                self._held += found.size
            while self._held > self._limit:
                oldest, size = self._files.popitem(last=False)
                self._held -= size
                os.unlink(oldest)


def copy(bucket: str, stored: Any, target: str) -> None:
    """Write the object's bytes to `target`; in the kernel where LocalStack has them in a file."""
    with store.opened(bucket, stored) as stream, open(target, "xb") as file:
        under = store.file_of(stream)
        if under is None:
            while data := stream.read(_CHUNK):
                file.write(data)
            return
        under.flush()
        at, size = 0, os.fstat(under.fileno()).st_size
        while at < size:
            sent = os.sendfile(file.fileno(), under.fileno(), at, size - at)
            if sent == 0:
                break
            at += sent
