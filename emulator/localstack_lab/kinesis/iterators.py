"""Positions in a shard and the iterators that carry them.

A position is a counter: what comes next is the first record above it. https://docs.aws.amazon.com/kinesis/latest/
APIReference/API_GetShardIterator.html says what each type means.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from localstack_lab.kinesis import sequence, tokens
from localstack_lab.kinesis.errors import KinesisError, invalid_argument
from localstack_lab.kinesis.segments import SegmentStore
from localstack_lab.kinesis.shard import Shard, shard_id
from localstack_lab.kinesis.stream import Stream


class Iterator(NamedTuple):
    """What an iterator says; `issued` and `created` are seconds since the epoch."""

    stream_arn: str
    created: float
    shard: int
    position: int
    issued: float


def issue(stream: Stream, shard: Shard, position: int, now: float) -> str:
    return tokens.seal("it", stream.arn, stream.created, shard.index, position, now)


def parse(token: str, now: float) -> Iterator:
    """:raises KinesisError: InvalidArgumentException, or ExpiredIteratorException five minutes after its
    issue"""
    parts = tokens.unseal("it", token)
    if parts is None:
        raise invalid_argument("Invalid ShardIterator.")
    iterator = Iterator(*parts)
    if now - iterator.issued > tokens.LIFETIME:
        raise KinesisError(
            "ExpiredIteratorException",
            f"Iterator expired. The iterator was created at time {_spoken(iterator.issued)} while right "
            "now it is "
            f"{_spoken(now)} which is further in the future than the tolerated delay of 300000 milliseconds.",
        )
    return iterator


def _spoken(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


def position(
    stream: Stream,
    shard: Shard,
    kind: str,
    sequence_number: str | None,
    timestamp: Any,
    tip: int,
    now: float,
    store: SegmentStore,
) -> int:
    """Where a reader of `kind` starts.

    :param timestamp: a datetime or seconds since the epoch, for AT_TIMESTAMP
    :param tip: the highest counter given so far
    :raises KinesisError: InvalidArgumentException for arguments that do not belong to the kind or to this
        shard
    """
    if kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        if sequence_number is None:
            raise invalid_argument(_mismatch(kind, "no StartingSequenceNumber"))
        counter = _counter_of(stream, shard, sequence_number)
        return counter - 1 if kind == "AT_SEQUENCE_NUMBER" else counter
    if sequence_number is not None:
        raise invalid_argument(_mismatch(kind, "also a StartingSequenceNumber"))
    if kind == "TRIM_HORIZON":
        return shard.opening - 1
    if kind == "LATEST":
        return tip
    if timestamp is None:
        raise invalid_argument(
            "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. "
            "Current request has no timestamp parameter."
        )
    stamp = milliseconds(timestamp)
    if stamp > int(now * 1000):
        raise invalid_argument(
            "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
            f"timestampInMillis: {stamp}, currentTimestampInMillis: {int(now * 1000)}"
        )
    return shard.before(stamp, tip, store)


def milliseconds(timestamp: Any) -> int:
    """A timestamp of a request in milliseconds since the epoch."""
    seconds = timestamp.timestamp() if isinstance(timestamp, datetime) else float(timestamp)
    return round(seconds * 1000)


def _mismatch(kind: str, given: str) -> str:
    return (
        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "
        f"(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {kind} and {given}."
    )


def _counter_of(stream: Stream, shard: Shard, sequence_number: str) -> int:
    decoded = sequence.decode(sequence_number)
    subject = (
        f"StartingSequenceNumber {sequence_number} used in GetShardIterator on shard {shard.id} in stream "
        f"{stream.name} under account {stream.account} is invalid"
    )
    if decoded is None:
        raise invalid_argument(f"{subject}.")
    if decoded.shard != shard.index:
        raise invalid_argument(
            f"Invalid StartingSequenceNumber. It encodes {shard_id(decoded.shard)}, while it was used in "
            "a call "
            f"to a shard with {shard.id}"
        )
    if decoded.created != shard.created:
        raise invalid_argument(f"{subject} because it did not come from this stream.")
    return decoded.counter
