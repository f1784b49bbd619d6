"""Reading a DynamoDB stream and a Kinesis stream from their oldest record on, a bit further at each call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bootstrap.change_capture import ChangeCapture, table_stream_arn
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session


class TableStream:
    """The table's own stream: what DynamoDB says was changed in the last 24 hours.

    :raises NotBootstrapped: there is no such table, or its stream is off
    """

    def __init__(self, session: Session, spec: ChangeCapture) -> None:
        self._streams = session.client("dynamodbstreams")
        self._arn = table_stream_arn(spec, session)
        self._iterators: dict[str, str | None] = {}

    def read(self) -> Iterator[dict[str, Any]]:
        """Every record that was not read before, shard by shard."""
        for shard in self._shards():
            if shard not in self._iterators:
                answer = self._streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
                )
                self._iterators[shard] = answer["ShardIterator"]
            while (iterator := self._iterators[shard]) is not None:
                answer = self._streams.get_records(ShardIterator=iterator, Limit=1000)
                self._iterators[shard] = answer.get("NextShardIterator")
                yield from answer["Records"]
                if not answer["Records"]:
                    break

    def _shards(self) -> Iterator[str]:
        start: dict[str, str] = {}
        while True:
            found = self._streams.describe_stream(StreamArn=self._arn, **start)["StreamDescription"]
            yield from (shard["ShardId"] for shard in found["Shards"])
            last = found.get("LastEvaluatedShardId")
            if last is None:
                return
            start = {"ExclusiveStartShardId": last}


@dataclass(frozen=True, slots=True)
class Record:
    """A record of Kinesis.

    :param arrived: when Kinesis took it, seconds since 1970
    """

    shard: str
    data: bytes
    partition_key: str
    sequence: str
    arrived: float


class DataStream:
    """The pipeline's Kinesis stream."""

    def __init__(self, session: Session, spec: ChangeCapture) -> None:
        self._kinesis = session.client("kinesis")
        self._spec = spec
        self._iterators: dict[str, str | None] = {}

    def read(self) -> Iterator[Record]:
        """Every record that was not read before, each shard's in its order.

        :raises NotBootstrapped: there is no such stream
        """
        for shard in self._shards():
            if shard not in self._iterators:
                answer = self._kinesis.get_shard_iterator(
                    StreamName=self._spec.stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
                )
                self._iterators[shard] = answer["ShardIterator"]
            while (iterator := self._iterators[shard]) is not None:
                answer = self._kinesis.get_records(ShardIterator=iterator, Limit=10_000)
                self._iterators[shard] = answer.get("NextShardIterator")
                for record in answer["Records"]:
                    yield Record(
                        shard,
                        record["Data"],
                        record["PartitionKey"],
                        record["SequenceNumber"],
                        record["ApproximateArrivalTimestamp"].timestamp(),
                    )
                if not answer.get("MillisBehindLatest"):
                    break

    def _shards(self) -> list[str]:
        try:
            pages = self._kinesis.get_paginator("list_shards").paginate(StreamName=self._spec.stream)
            return [shard["ShardId"] for page in pages for shard in page["Shards"]]
        except self._kinesis.exceptions.ResourceNotFoundException as error:
            raise NotBootstrapped(self._spec.slug, f"The stream {self._spec.stream}") from error
