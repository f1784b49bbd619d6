"""Delivers a stream's batches: again after a failure, in halves, and in the end as dead letters.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed
from localstack_lab.pipes.lanes import Done, Record

LOG = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"

Execute = Callable[[list[Event]], None]
"""Runs the pipe once; raises ExecutionFailed or PartlyFailed."""


class DeadLetters(Protocol):
    """Where records go that nobody tries again."""

    def send(self, shard: str, records: list[Record], condition: str) -> bool:
        """Write a letter about `records`; False when it could not be sent this time."""
        ...


@dataclass(frozen=True)
class Policy:
    """``retries`` and ``age`` (seconds) are -1 for without end."""

    retries: int = -1
    age: float = -1
    bisect: bool = False

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> Policy:
        """From the parameters of a stream source."""
        return cls(
            retries=parameters.get("MaximumRetryAttempts", -1),
            age=parameters.get("MaximumRecordAgeInSeconds", -1),
            bisect=parameters.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT",
        )


class StreamDelivery:
    """One for all lanes of a pipe.

    :param stopping: set when the pipe stops: pauses end, and what has failed is left for the next start
    :param wait: ``wait(seconds)`` sleeps and says whether the pipe stops
    """

    def __init__(
        self,
        execute: Execute,
        policy: Policy,
        letters: DeadLetters,
        stopping: threading.Event,
        wait: Callable[[float], bool] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._execute = execute
        self._policy = policy
        self._letters = letters
        self._stopping = stopping
        self._wait = wait or stopping.wait
        self._clock = clock

    def deliver(self, shard: str, records: list[Record], done: Done) -> None:
        """Deliver a batch; `done` is called for every record that needs no further attempt."""
        parts = deque([(records, 0)])
        failures = 0
        while parts:
            batch, attempts = parts.popleft()
            batch = self._without_old(shard, batch, done)
            if not batch:
                continue
            try:
                self._execute([record.event for record in batch])
            except PartlyFailed as failure:
                failed = set(failure.failed)
                done([record for at, record in enumerate(batch) if at not in failed])
                batch = [batch[at] for at in sorted(failed)]
                customer = failure.customer
            except ExecutionFailed as failure:
                customer = failure.customer
            else:
                done(batch)
                failures = 0
                continue
            failures += 1
            if customer and self._policy.bisect and len(batch) > 1:
                middle = (len(batch) + 1) // 2
                parts.extendleft([(batch[middle:], attempts), (batch[:middle], attempts)])
                if self._stopping.is_set():
                    return
                continue
            attempts += customer
            if 0 <= self._policy.retries < attempts:
                if not self._give_up(shard, batch, RETRIES_EXHAUSTED, done):
                    return
                continue
            if self._wait(min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)):
                return
            parts.appendleft((batch, attempts))

    def _without_old(self, shard: str, batch: list[Record], done: Done) -> list[Record]:
        if self._policy.age < 0:
            return batch
        horizon = self._clock() - self._policy.age
        old = [record for record in batch if record.arrival < horizon]
        if not old:
            return batch
        if not self._give_up(shard, old, TOO_OLD, done):
            return []
        return [record for record in batch if record.arrival >= horizon]

    def _give_up(self, shard: str, records: list[Record], condition: str, done: Done) -> bool:
        """Write the dead letter, however often it takes; False when the pipe stops before."""
        pause = FIRST_PAUSE
        while not self._letters.send(shard, records, condition):
            if self._wait(pause):
                return False
            pause = min(pause * 2, LONGEST_PAUSE)
        done(records)
        return True
