"""Lanes: each delivers its share of a shard's records, batch after batch, so that order holds per key.

A shard has as many lanes as its ParallelizationFactor says; a key always goes to the same lane.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from localstack_lab.pipes.events import Event
from localstack_lab.pipes.progress import Progress, Ticket

LOG = logging.getLogger(__name__)
LARGEST_BATCH_BYTES = 6 * 1024 * 1024
"""Where a batch ends whatever its number of records:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html"""


@dataclass(eq=False, slots=True)
class Record:
    """One record of a shard; ``arrival`` is in seconds since the epoch, ``key`` is what order is kept by."""

    sequence_number: str
    key: str
    arrival: float
    size: int
    event: Event
    ticket: Ticket | None = None


Done = Callable[[list[Record]], None]
Deliver = Callable[[str, list[Record], Done], None]
"""(shard id, records, done): calls `done` for what needs no further attempt; may end early on a stop."""


class Lane:
    """A thread that sleeps until there are records.

    :param window: seconds to wait for a batch to become full
    :param broken: called with a sentence when a fault of ours ends the lane, so that the pipe says so, too
    """

    def __init__(
        self,
        shard: str,
        number: int,
        deliver: Deliver,
        progress: Progress,
        size: int,
        window: float,
        broken: Callable[[str], None],
    ) -> None:
        self._shard = shard
        self._deliver = deliver
        self._progress = progress
        self._size = size
        self._window = window
        self._broken = broken
        self._waiting: deque[tuple[Record, float]] = deque()
        self._bytes = 0  # of what waits
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(
            target=self._run, name=f"pipe-lane-{shard[-6:]}-{number}", daemon=True
        )

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def put(self, records: list[Record]) -> None:
        """Take in records, in their order."""
        now = time.monotonic()
        with self._changed:
            self._waiting.extend((record, now) for record in records)
            self._bytes += sum(record.size for record in records)
            self._changed.notify_all()

    def stop(self) -> None:
        """Start nothing more; what is not delivered stays open."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait for the batch under way."""
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._deliver(self._shard, batch, self._finished)
            except Exception as error:
                LOG.exception("A lane of shard %s ends; what it holds stays undelivered", self._shard)
                self._broken(f"The pipe failed internally while it delivered records: {error!r}")
                return

    def _finished(self, records: list[Record]) -> None:
        self._progress.done([record.ticket for record in records if record.ticket is not None])

    def _next_batch(self) -> list[Record]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._window and not self._stopping:
                due = self._waiting[0][1] + self._window
                while not (self._stopping or self._full()) and (left := due - time.monotonic()) > 0:
                    self._changed.wait(left)
            if self._stopping:
                return []
            batch: list[Record] = []
            size = 0
            while self._waiting and len(batch) < self._size:
                size += self._waiting[0][0].size
                if batch and size > LARGEST_BATCH_BYTES:
                    break
                batch.append(self._waiting.popleft()[0])
                self._bytes -= batch[-1].size
            return batch

    def _full(self) -> bool:
        return len(self._waiting) >= self._size or self._bytes > LARGEST_BATCH_BYTES
