"""The throughput of a shard, when it is enforced.

In: 1 MiB and 1,000 records a second. Out: 2 MiB and 5 calls of GetRecords a second.
https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

from dataclasses import dataclass, field
from threading import Condition
from weakref import WeakKeyDictionary

from localstack_lab.kinesis.errors import KinesisError, throughput_exceeded
from localstack_lab.kinesis.shard import Shard
from localstack_lab.kinesis.stream import Stream

MIB = 2**20


@dataclass
class Bucket:
    """`rate` units a second, at most one second's worth saved up; the balance may be driven below zero."""

    rate: float
    level: float
    at: float

    @classmethod
    def full(cls, rate: float, now: float) -> "Bucket":
        return cls(rate, rate, now)

    def balance(self, now: float) -> float:
        self.level = min(self.rate, self.level + (now - self.at) * self.rate)
        self.at = now
        return self.level


@dataclass
class _Shard:
    records: Bucket
    bytes_in: Bucket
    calls: Bucket
    bytes_out: Bucket


@dataclass
class Throughput:
    """Balances of every shard that was written to or read from. Call under the stream's lock."""

    enforced: bool
    _streams: WeakKeyDictionary[Condition, dict[int, _Shard]] = field(default_factory=WeakKeyDictionary)

    def _of(self, stream: Stream, shard: Shard, now: float) -> _Shard:
        shards = self._streams.setdefault(stream.condition, {})
        if shard.index not in shards:
            shards[shard.index] = _Shard(
                Bucket.full(1_000, now), Bucket.full(MIB, now), Bucket.full(5, now), Bucket.full(2 * MIB, now)
            )
        return shards[shard.index]

    def refuses_write(self, stream: Stream, shard: Shard, size: int, now: float) -> bool:
        """Whether a record of `size` bytes is too much for the shard now; accounts for it when it is not."""
        if not self.enforced:
            return False
        own = self._of(stream, shard, now)
        # A record above 1 MiB passes on a full bucket and is paid for afterwards, as AWS describes its
        # bursts.
        if own.records.balance(now) < 1 or own.bytes_in.balance(now) < min(size, MIB):
            return True
        own.records.level -= 1
        own.bytes_in.level -= size
        return False

    def admit_read(self, stream: Stream, shard: Shard, now: float) -> None:
        """:raises KinesisError: ProvisionedThroughputExceededException"""
        if not self.enforced:
            return
        own = self._of(stream, shard, now)
        if own.calls.balance(now) < 1 or own.bytes_out.balance(now) <= 0:
            raise exceeded(stream, shard)
        own.calls.level -= 1

    def account_read(self, stream: Stream, shard: Shard, size: int, now: float) -> None:
        if self.enforced:
            self._of(stream, shard, now).bytes_out.level -= size


def exceeded(stream: Stream, shard: Shard) -> KinesisError:
    return throughput_exceeded(
        f"Rate exceeded for shard {shard.id} in stream {stream.name} under account {stream.account}."
    )
