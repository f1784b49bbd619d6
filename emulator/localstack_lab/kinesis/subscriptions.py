"""Enhanced fan-out: who subscribes to which shard, and the events a subscription sends.

https://docs.aws.amazon.com/streams/latest/dev/building-enhanced-consumers-api.html
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localstack_lab.kinesis.errors import in_use
from localstack_lab.kinesis.reading import MAX_RECORDS, described, millis_behind
from localstack_lab.kinesis.shard import Shard
from localstack_lab.kinesis.stream import Stream

if TYPE_CHECKING:
    from localstack_lab.kinesis.engine import KinesisEngine

TAKE_OVER_AFTER = 5.0  # seconds during which a second call for the same consumer and shard is refused
HEARTBEAT = 5.0  # seconds after which an event is sent even when there are no records


@dataclass
class Subscriptions:
    """The latest subscription of every consumer and shard: (consumer ARN, shard id) → (number, since)."""

    latest: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    given: int = 0

    def start(self, consumer_arn: str, shard_id: str, now: float) -> int:
        """Take the shard over for a new subscription and return its number. Call under the stream's lock.

        :raises KinesisError: ResourceInUseException within five seconds of the previous successful call
        """
        key = (consumer_arn, shard_id)
        if key in self.latest and now - self.latest[key][1] < TAKE_OVER_AFTER:
            raise in_use(f"Another active subscription exists for this consumer: {consumer_arn} {shard_id}")
        self.given += 1
        self.latest[key] = (self.given, now)
        return self.given

    def forget(self, consumer_arn: str) -> None:
        """The consumer is gone: its subscriptions end, and nothing is remembered of them."""
        for key in [key for key in self.latest if key[0] == consumer_arn]:
            del self.latest[key]

    def current(self, consumer_arn: str, shard_id: str, number: int) -> bool:
        """Whether no later call has taken the shard over."""
        return self.latest.get((consumer_arn, shard_id), (0, 0.0))[0] == number


@dataclass
class Subscription:
    """One SubscribeToShard call.

    position: counter after which the next event starts
    expires: seconds since the epoch
    """

    engine: "KinesisEngine"
    subscriptions: Subscriptions
    number: int
    consumer_arn: str
    stream: Stream
    shard: Shard
    position: int
    expires: float

    def events(self) -> Iterator[dict[str, Any]]:
        """An event as soon as there are records, at least one every five seconds, until the time is over, the
        shard ends, the stream or the consumer goes, or a later call takes over.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShardEvent.html
        """
        while (event := self._next()) is not None:
            yield {"SubscribeToShardEvent": event}
            if "ChildShards" in event:
                return

    def _alive(self) -> bool:
        return (
            not self.stream.deleted
            and not self.engine.stopping
            and self.engine.clock() < self.expires
            and any(c.arn == self.consumer_arn and c.gone_at is None for c in self.stream.consumers.values())
            and self.subscriptions.current(self.consumer_arn, self.shard.id, self.number)
        )

    def _next(self) -> dict[str, Any] | None:
        engine, stream, shard = self.engine, self.stream, self.shard
        heartbeat = time.monotonic() + HEARTBEAT
        with stream.condition:
            while self._alive():
                left = heartbeat - time.monotonic()
                if shard.has_after(self.position) or not shard.open or left <= 0:
                    return self._event()
                engine.wait(stream, min(left, max(0.0, self.expires - engine.clock())))
        return None

    def _event(self) -> dict[str, Any]:
        engine, stream, shard = self.engine, self.stream, self.shard
        now = engine.clock()
        tip = engine.counter.last()
        reading = shard.read(self.position, MAX_RECORDS, stream.horizon_ms, engine.store)
        # Nothing is left behind the last record, so progress is the tip: it counts when no data is written
        # too.
        self.position = reading.position if reading.more else tip
        event: dict[str, Any] = {
            "Records": described(stream, reading.records),
            "MillisBehindLatest": millis_behind(reading, now),
        }
        if not shard.open and not reading.more:
            # AWS ends a shard with its children and without a sequence number to go on from.
            return event | {"ChildShards": stream.children_of(shard)}
        return event | {"ContinuationSequenceNumber": shard.number(self.position, int(now))}
