"""A shard: a range of hash keys and the log of the records that fell into it.

https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#shard
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from localstack_lab.kinesis import sequence
from localstack_lab.kinesis.segments import SEGMENT_BYTES, Segment, SegmentStore

GET_RECORDS_BYTES = 10 * 2**20


class Record(NamedTuple):
    """One record as it is read; `stamp` is its arrival in milliseconds since the epoch."""

    sequence_number: str
    counter: int
    stamp: int
    partition_key: str
    data: bytes


class Reading(NamedTuple):
    """What one read gave: the records, the counter they end at, and whether more are waiting in the shard."""

    records: list[Record]
    position: int
    more: bool


def shard_id(index: int) -> str:
    return f"shardId-{index:012d}"


@dataclass(eq=False)
class Shard:
    """Times are seconds since the epoch, `start` and `end` are hash keys, both inclusive."""

    index: int
    start: int
    end: int
    created: int  # second of the stream's creation, part of every sequence number
    opened_at: float
    opening: int  # counter
    parents: tuple[int, ...] = ()
    children: list[int] = field(default_factory=list)
    closed_at: float | None = None
    closing: int | None = None  # counter
    segments: list[Segment] = field(default_factory=list)
    last_stamp: int = 0

    def __post_init__(self) -> None:
        self.id = shard_id(self.index)
        self.prefix = sequence.prefix(self.created)

    @property
    def open(self) -> bool:
        return self.closing is None

    def number(self, counter: int, second: int) -> str:
        """The sequence number of a counter in this shard."""
        return sequence.encode(self.prefix, counter, second, self.index)

    def append(self, counter: int, now_ms: int, partition_key: str, data: bytes, store: SegmentStore) -> str:
        """Add a record and return its sequence number. Arrival times never run backwards in a shard."""
        segments = self.segments
        if not segments or segments[-1].bytes >= SEGMENT_BYTES:
            if segments:
                store.seal(segments[-1])
            segments.append(Segment())
        stamp = self.last_stamp = max(self.last_stamp, now_ms)
        segments[-1].append(counter, stamp, partition_key, data)
        return self.number(counter, stamp // 1000)

    def close(self, counter: int, now: float) -> None:
        self.closing, self.closed_at = counter, now

    def trim(self, horizon_ms: int) -> None:
        """Forget the segments in which everything arrived before `horizon_ms`."""
        expired = 0
        for segment in self.segments:
            if segment.last_stamp >= horizon_ms:
                break
            expired += 1
        if expired:
            del self.segments[:expired]

    def read(self, after: int, limit: int, horizon_ms: int, store: SegmentStore) -> Reading:
        """Records with a counter above `after`, at most `limit` and 10 MiB, at least one when there is one.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
        """
        found: list[Record] = []
        size, position = 0, after
        low, tail = self.prefix, (self.index << 4) | 2
        for segment in self._from(after):
            body = store.read(segment)
            counters, stamps, keys, blobs = body
            begin = segment.index_after(after, body)
            if segment.first_stamp < horizon_ms:
                begin = max(begin, segment.index_at(horizon_ms, body))
            for at in range(begin, len(counters)):
                data, key = blobs[at], keys[at]
                size += len(data) + len(key)
                if len(found) == limit or (size > GET_RECORDS_BYTES and found):
                    return Reading(found, position, True)
                position, stamp = counters[at], stamps[at]
                text = str(low | (position << 80) | ((stamp // 1000) << 36) | tail)
                found.append(Record(text, position, stamp, key, data))
        return Reading(found, position, False)

    def _from(self, after: int) -> list[Segment]:
        """Segments that may hold a counter above `after`."""
        segments = self.segments
        if segments and segments[-1].last <= after:
            return []  # the usual case of a reader at the tip
        low, high = 0, len(segments)
        while low < high:
            middle = (low + high) // 2
            if segments[middle].last <= after:
                low = middle + 1
            else:
                high = middle
        return segments[low:]

    def has_after(self, after: int) -> bool:
        return bool(self.segments) and self.segments[-1].last > after

    def before(self, stamp_ms: int, tip: int, store: SegmentStore) -> int:
        """The position before the first record that arrived at `stamp_ms` or later, or `tip`."""
        for segment in self.segments:
            if segment.last_stamp >= stamp_ms:
                body = store.read(segment)
                return body.counters[segment.index_at(stamp_ms, body)] - 1
        return tip

    def adopt(self, store: SegmentStore) -> None:
        """Bring segments that were restored from state under the memory budget of `store`."""
        for segment in self.segments[:-1]:
            store.seal(segment)

    def describe(self) -> dict[str, Any]:
        """The API's ``Shard``: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Shard.html"""
        numbers = {"StartingSequenceNumber": self.number(self.opening, int(self.opened_at))}
        if self.closing is not None and self.closed_at is not None:
            numbers["EndingSequenceNumber"] = self.number(self.closing, int(self.closed_at))
        described: dict[str, Any] = {"ShardId": self.id}
        if self.parents:
            described["ParentShardId"] = shard_id(self.parents[0])
        if len(self.parents) > 1:
            described["AdjacentParentShardId"] = shard_id(self.parents[1])
        return described | {"HashKeyRange": self.hash_key_range(), "SequenceNumberRange": numbers}

    def hash_key_range(self) -> dict[str, str]:
        return {"StartingHashKey": str(self.start), "EndingHashKey": str(self.end)}

    def describe_as_child(self) -> dict[str, Any]:
        """The API's ``ChildShard``, told at the end of its parent."""
        return {
            "ShardId": self.id,
            "ParentShards": [shard_id(parent) for parent in self.parents],
            "HashKeyRange": self.hash_key_range(),
        }
