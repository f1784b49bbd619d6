"""Where records live: segments of a shard's log, in memory while there is room and in files beyond that.

A segment collects about half a MiB of records and is then sealed. When all segments together outgrow the
memory that the engine may use, the oldest sealed ones are written to a file each and read back when somebody
asks for them. Nothing is dropped: only retention removes records. A file goes when its segment does.
"""

import marshal
import os
import threading
import uuid
import weakref
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

from localstack_lab.kinesis.settings import RECORD_OVERHEAD

SEGMENT_BYTES = 512 * 1024
_CACHED_SEGMENTS = 8


class Body(NamedTuple):
    """The columns of a segment: counters, arrival times in milliseconds, partition keys, data."""

    counters: array
    stamps: array
    keys: list[str]
    blobs: list[bytes]

    def dump(self) -> bytes:
        return marshal.dumps((self.counters.tobytes(), self.stamps.tobytes(), self.keys, self.blobs))

    @staticmethod
    def load(text: bytes) -> "Body":
        counters, stamps, keys, blobs = marshal.loads(text)
        return Body(array("q", counters), array("q", stamps), keys, blobs)


class Segment:
    """Some records of one shard. Appended to under its stream's lock; read by anyone who holds that lock."""

    def __init__(self) -> None:
        self.body: Body | None = Body(array("q"), array("q"), [], [])
        self.path: Path | None = None
        self.first = self.last = 0  # counters
        self.first_stamp = self.last_stamp = 0
        self.count = 0
        self.bytes = 0

    def append(self, counter: int, stamp: int, key: str, blob: bytes) -> None:
        body = self.body
        assert body is not None, "a sealed segment takes no more records"
        if not self.count:
            self.first, self.first_stamp = counter, stamp
        body.counters.append(counter)
        body.stamps.append(stamp)
        body.keys.append(key)
        body.blobs.append(blob)
        self.last, self.last_stamp = counter, stamp
        self.count += 1
        self.bytes += len(key) + len(blob) + RECORD_OVERHEAD

    def index_after(self, counter: int, body: Body) -> int:
        """Position of the first record with a counter above `counter`."""
        return bisect_right(body.counters, counter)

    def index_at(self, stamp: int, body: Body) -> int:
        """Position of the first record that arrived at `stamp` (milliseconds) or later."""
        return bisect_left(body.stamps, stamp)

    def read(self) -> Body:
        """The records, from memory or from the file."""
        body, path = self.body, self.path
        if body is not None:
            return body
        assert path is not None
        return Body.load(path.read_bytes())

    def __getstate__(self) -> dict[str, Any]:
        """State holds the records themselves: a file means nothing to the machine that loads it."""
        return {**self.__dict__, "body": self.read(), "path": None}


class SegmentStore:
    """Keeps the memory of all segments within a budget by moving the oldest sealed ones to files.

    :param budget: bytes that records may take in memory. The segments being written to are not moved, so the
        true bound is the budget plus half a MiB for every shard.
    :param directory: made on first use; None never moves anything
    """

    def __init__(self, budget: int, directory: Path | None) -> None:
        self._budget = budget
        self._directory = directory
        self._lock = threading.RLock()  # a finalizer may run inside a locked section of the same thread
        self._sealed: OrderedDict[int, tuple[weakref.ref[Segment], int]] = OrderedDict()
        self._bytes = 0
        self._cache: OrderedDict[Path, Body] = OrderedDict()

    @property
    def resident_bytes(self) -> int:
        """Bytes of sealed segments in memory, by our own estimate."""
        return self._bytes

    def seal(self, segment: Segment) -> None:
        """Take a full segment into the budget; call once for each."""
        with self._lock:
            mark = id(segment)
            self._sealed[mark] = (weakref.ref(segment), segment.bytes)
            self._bytes += segment.bytes
            weakref.finalize(segment, self._forget, mark).atexit = False
            while self._bytes > self._budget and self._directory is not None and self._sealed:
                mark, (oldest, size) = self._sealed.popitem(last=False)
                self._bytes -= size
                self._move(oldest())

    def _forget(self, mark: int) -> None:
        with self._lock:
            _, size = self._sealed.pop(mark, (None, 0))
            self._bytes -= size

    def _move(self, segment: Segment | None) -> None:
        if segment is None or segment.body is None:
            return
        assert self._directory is not None
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{uuid.uuid4().hex}.segment"
        path.write_bytes(segment.body.dump())
        weakref.finalize(segment, self._unlink, path)
        segment.path = path
        segment.body = None  # last: a reader sees the records here or there, never nowhere

    def _unlink(self, path: Path) -> None:
        with self._lock:
            self._cache.pop(path, None)
        if path.exists():
            os.unlink(path)

    def read(self, segment: Segment) -> Body:
        """Like `Segment.read`, remembering the last few files: readers with a small Limit come back."""
        body, path = segment.body, segment.path
        if body is not None or path is None:
            return segment.read()
        with self._lock:
            if (cached := self._cache.get(path)) is not None:
                self._cache.move_to_end(path)
                return cached
        body = segment.read()
        with self._lock:
            self._cache[path] = body
            while len(self._cache) > _CACHED_SEGMENTS:
                self._cache.popitem(last=False)
        return body
