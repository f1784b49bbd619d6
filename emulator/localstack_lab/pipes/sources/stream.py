"""Reads a stream: one reader for each shard, parents before children, from where delivery stopped.

What a Kinesis stream and a DynamoDB stream have in common is here; how a shard of either is read is told by
a `ShardSource`.
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from localstack_lab.pipes.faults import SourceGone, SourceUnavailable
from localstack_lab.pipes.filters import Passes
from localstack_lab.pipes.lanes import Deliver, Lane, Record
from localstack_lab.pipes.model import Checkpoint
from localstack_lab.pipes.progress import Progress

LOG = logging.getLogger(__name__)
WAIT = 0.25  # seconds a reader sleeps at most before it looks whether the pipe stops
PAUSE = 1.0  # seconds after the source did not answer
MOST_OPEN = 2_000  # records of a shard that are read and not delivered, at least


class Shard(NamedTuple):
    """A shard as its stream describes it."""

    id: str
    parents: tuple[str, ...]
    open: bool


class Reading(NamedTuple):
    """Records in the shard's order; `ended`: the shard is closed and nothing comes after them."""

    records: list[Record]
    ended: bool


class Cursor(Protocol):
    """A place in one shard that moves with each reading."""

    def read(self, limit: int) -> Reading:
        """What comes next; raises SourceGone or SourceUnavailable."""
        ...

    def wait(self, seconds: float) -> None:
        """Sleep until there may be something to read, at most so long; raises as `read` does."""
        ...


class ShardSource(Protocol):
    """A stream."""

    def shards(self) -> list[Shard]:
        """All shards that can be read; raises SourceGone or SourceUnavailable."""
        ...

    def latest(self, shard: str) -> Checkpoint:
        """Where a reader stands that wants only what comes from now on."""
        ...

    def open(self, shard: str, start: Checkpoint) -> Cursor:
        """A cursor behind `start`."""
        ...


@dataclass(frozen=True)
class Settings:
    """From the source's parameters; ``window`` in seconds, ``moment`` in seconds since the epoch."""

    start: str
    moment: float | None
    batch_size: int
    window: float
    lanes: int


class StreamReader:
    """All shards of a pipe's stream.

    :param checkpoints: by shard id; kept up to date here, and taken up again at the next start
    :param deliver: see `lanes.Deliver`
    :param stopping: set when the pipe stops
    :param lost: called once with a sentence when the stream is gone
    """

    def __init__(
        self,
        source: ShardSource,
        settings: Settings,
        passes: Passes | None,
        checkpoints: dict[str, Checkpoint],
        deliver: Deliver,
        stopping: threading.Event,
        lost: Callable[[str], None],
    ) -> None:
        self.source = source
        self.settings = settings
        self.passes = passes
        self.checkpoints = checkpoints
        self.deliver = deliver
        self.stopping = stopping
        self._lost = lost
        self._lock = threading.Lock()
        self._readers: dict[str, ShardReader] = {}
        self._told = False

    def start(self) -> None:
        """Settle where each shard begins, and begin; raises SourceGone or SourceUnavailable."""
        shards = self.source.shards()
        if not shards:
            raise SourceUnavailable("The stream has no shards yet: it is not active.")
        if not self.checkpoints:
            for shard in shards:
                self.checkpoints[shard.id] = self._beginning(shard)
        self._start_ready(shards)

    def stop(self) -> None:
        """Wait until every batch under way is finished; the event `stopping` is set already."""
        with self._lock:
            readers = list(self._readers.values())
        for reader in readers:
            reader.stop()
        for reader in readers:
            reader.join()

    def ended(self, shard: str) -> None:
        """A shard is delivered to its end: its children may begin."""
        self.checkpoints[shard] = replace(self.checkpoints[shard], ended=True, beyond=frozenset())
        with self._lock:
            self._readers.pop(shard, None)
        while not self.stopping.is_set():
            try:
                self._start_ready(self.source.shards())
            except SourceUnavailable as error:
                LOG.warning("Shards are listed again: %s", error)
                self.stopping.wait(PAUSE)
            except SourceGone as error:
                self.gone(str(error))
                return
            else:
                return

    def gone(self, reason: str) -> None:
        """The stream does not exist any more: every shard finds out, and it is said once."""
        with self._lock:
            told, self._told = self._told, True
        if not told:
            self._lost(reason)

    def _beginning(self, shard: Shard) -> Checkpoint:
        if self.settings.start == "LATEST":
            return self.source.latest(shard.id) if shard.open else Checkpoint(ended=True)
        return Checkpoint(start=self.settings.start, moment=self.settings.moment)

    def _start_ready(self, shards: list[Shard]) -> None:
        """Read every shard whose parents are read to their end, or can no longer be read."""
        there = {shard.id for shard in shards}
        begun = []
        with self._lock:
            for shard in shards:
                checkpoint = self.checkpoints.setdefault(shard.id, Checkpoint())
                waits = [
                    parent
                    for parent in shard.parents
                    if parent in there and not self.checkpoints.get(parent, Checkpoint()).ended
                ]
                if checkpoint.ended or waits or shard.id in self._readers or self.stopping.is_set():
                    continue
                self._readers[shard.id] = ShardReader(self, shard.id, checkpoint)
                begun.append(self._readers[shard.id])
        for reader in begun:
            reader.start()


class ShardReader:
    """One shard: a thread that reads, and lanes that deliver."""

    def __init__(self, stream: StreamReader, shard: str, start: Checkpoint) -> None:
        settings = stream.settings
        self._stream = stream
        self._shard = shard
        self._start = start
        self._skip: frozenset[str] = start.beyond
        self._progress = Progress(self._commit)
        self._most = max(MOST_OPEN, 2 * settings.batch_size * settings.lanes)
        self._lanes = [
            Lane(
                shard,
                number,
                stream.deliver,
                self._progress,
                settings.batch_size,
                settings.window,
                stream.gone,
            )
            for number in range(settings.lanes)
        ]
        self._thread = threading.Thread(target=self._run, name=f"pipe-shard-{shard[-12:]}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        for lane in self._lanes:
            lane.start()
        self._thread.start()

    def stop(self) -> None:
        """Ask the lanes to end after their batch."""
        self._progress.abandon()
        for lane in self._lanes:
            lane.stop()

    def join(self) -> None:
        """Wait for the threads, and note what lanes delivered ahead of others."""
        for lane in self._lanes:
            lane.join()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        checkpoint = self._stream.checkpoints[self._shard]
        if not checkpoint.ended:
            beyond = self._progress.beyond() | self._skip
            self._stream.checkpoints[self._shard] = replace(checkpoint, beyond=beyond)

    def _commit(self, sequence_number: str) -> None:
        self._stream.checkpoints[self._shard] = Checkpoint(after=sequence_number)

    def _run(self) -> None:
        stopping = self._stream.stopping
        cursor: Cursor | None = None
        while not stopping.is_set():
            try:
                if cursor is None:
                    cursor = self._stream.source.open(self._shard, self._start)
                reading = cursor.read(self._most)
                if reading.records:
                    self._dispatch(reading.records)
                if reading.ended:
                    self._finish()
                    return
                if not self._progress.wait_below(self._most):
                    return
                if not reading.records:
                    cursor.wait(WAIT)
            except SourceUnavailable as error:
                LOG.warning("The shard %s is read again: %s", self._shard, error)
                stopping.wait(PAUSE)
            except SourceGone as error:
                self._stream.gone(str(error))
                return

    def _dispatch(self, records: list[Record]) -> None:
        """Hand records to their lanes; what is filtered out, or was delivered before, is done at once."""
        tickets = self._progress.add(record.sequence_number for record in records)
        shares: list[list[Record]] = [[] for _ in self._lanes]
        dropped = []
        passes, skip = self._stream.passes, self._skip
        for record, ticket in zip(records, tickets, strict=True):
            record.ticket = ticket
            if (skip and record.sequence_number in skip) or (passes and not passes(record.event)):
                dropped.append(ticket)
            else:
                shares[_lane_of(record.key, len(shares))].append(record)
        if skip:
            self._skip = skip - {record.sequence_number for record in records}
        if dropped:
            self._progress.done(dropped)
        for lane, share in zip(self._lanes, shares, strict=True):
            if share:
                lane.put(share)

    def _finish(self) -> None:
        """The shard is read; when it is delivered too, its children begin."""
        if self._progress.wait_empty():
            for lane in self._lanes:
                lane.stop()
            for lane in self._lanes:
                lane.join()
            self._stream.ended(self._shard)


def _lane_of(key: str, lanes: int) -> int:
    return zlib.crc32(key.encode()) % lanes if lanes > 1 else 0
