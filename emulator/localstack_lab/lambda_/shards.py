"""Where the poller of a stream stands in each shard, so that no record is delivered again without need.

LocalStack forgets it whenever a shard ends (after a split or a merge) and reads every shard from the
mapping's starting position again, for ever. Here a shard that ended is left alone, the others go on where
they are, and its children are read from their first record, as on AWS:
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller

LOG = logging.getLogger(__name__)


@dataclass
class Positions:
    """By shard id: the next iterator, the last sequence number; and which shards are read to their end."""

    iterators: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    reading: str | None = None


def _positions(poller: StreamPoller) -> Positions:
    return poller.__dict__.setdefault("_lab_positions", Positions())


def get_records(original: Callable, self: StreamPoller, shard_iterator: str) -> dict:
    """In place of ``StreamPoller.get_records``: remember what was read."""
    positions = _positions(self)
    positions.reading = next((shard for shard, known in self.shards.items() if known == shard_iterator), None)
    answer = original(self, shard_iterator)
    shard, positions.reading = positions.reading, None
    if shard is not None:
        if records := answer.get("Records"):
            positions.last[shard] = _sequence_number(records[-1])
        if not answer.get("NextShardIterator"):
            positions.ended.add(shard)
    return answer


def _sequence_number(record: dict) -> str:
    return record.get("SequenceNumber") or record["dynamodb"]["SequenceNumber"]


def initialize_shards(_: Callable, self: StreamPoller) -> dict[str, str]:
    """In place of the pollers' own: an iterator for every shard that is not read to its end."""
    positions = _positions(self)
    first = not positions.iterators and not positions.ended
    positions.iterators.update(self.shards)
    if positions.reading is not None:  # its iterator was refused
        positions.iterators.pop(positions.reading, None)
        positions.reading = None
    name = "StreamARN" if isinstance(self, KinesisPoller) else "StreamArn"
    stream = self.source_client.describe_stream(**{name: self.source_arn})["StreamDescription"]
    if first and stream["StreamStatus"] not in ("ACTIVE", "ENABLED"):
        LOG.info("The stream %s is %s; it is read when it is active", self.source_arn, stream["StreamStatus"])
        return {}
    for shard in (shard["ShardId"] for shard in stream["Shards"]):
        if shard not in positions.ended and shard not in positions.iterators:
            start = _start(self, positions.last.get(shard), first=first)
            answer = self.source_client.get_shard_iterator(**{name: self.source_arn}, ShardId=shard, **start)
            positions.iterators[shard] = answer["ShardIterator"]
    for shard in positions.ended:
        positions.iterators.pop(shard, None)
    return dict(positions.iterators)


def _start(poller: StreamPoller, last: str | None, *, first: bool) -> dict:
    if last is not None:
        return {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": last}
    if not first:
        return {"ShardIteratorType": "TRIM_HORIZON"}
    start = {"ShardIteratorType": str(poller.stream_parameters["StartingPosition"])}
    if start["ShardIteratorType"] == "AT_TIMESTAMP":
        start["Timestamp"] = poller.stream_parameters["StartingPositionTimestamp"]
    return start
