"""A Kinesis data stream as a source.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import SourceGone, SourceUnavailable
from localstack_lab.pipes.kinds import parse_arn
from localstack_lab.pipes.lanes import Record
from localstack_lab.pipes.model import Checkpoint
from localstack_lab.pipes.sources.stream import Reading, Shard

GONE = "Stream not found. To resume processing please delete the pipe and create a new one."
RENEW_AFTER = 120.0  # seconds; an iterator is good for 300
MOST_RECORDS = 10_000  # https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
_GONE_CODES = ("ResourceNotFoundException",)

Call = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Calls an operation of Kinesis by its name, with members as in the API."""
Wait = Callable[[str, str, float], None]
"""Waits for records of a shard (shard id, iterator, seconds)."""
Latest = Callable[[str], str]
"""The sequence number behind which everything is new, of a shard; exact, where the engine can tell."""


class KinesisSource:
    """See `sources.stream.ShardSource`."""

    def __init__(
        self, arn: str, role_arn: str, call: Call, wait: Wait | None = None, latest: Latest | None = None
    ) -> None:
        self.arn = arn
        self.call = call
        self._wait = wait
        self._latest = latest
        self._metadata = {
            "invokeIdentityArn": role_arn,
            "awsRegion": parse_arn(arn).region,
            "eventSourceARN": arn,
        }

    def ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call an operation; raises SourceGone, SourceUnavailable, or ExpiredIterator."""
        try:
            return self.call(operation, request)
        except ClientError as error:
            _refuse(error.response["Error"]["Code"], error)
        except BotoCoreError as error:
            raise SourceUnavailable(str(error)) from error

    def shards(self) -> list[Shard]:
        """See `sources.stream.ShardSource`."""
        found, request = [], {"StreamARN": self.arn}
        while True:
            answer = self.ask("ListShards", request)
            found += [_shard(item) for item in answer["Shards"]]
            if not answer.get("NextToken"):
                return found
            request = {"NextToken": answer["NextToken"], "StreamARN": self.arn}

    def latest(self, shard: str) -> Checkpoint:
        """See `sources.stream.ShardSource`; without the lab's engine, the moment takes the number's place."""
        if self._latest is not None:
            return Checkpoint(after=self._latest(shard))
        return Checkpoint(start="AT_TIMESTAMP", moment=time.time())

    def open(self, shard: str, start: Checkpoint) -> KinesisCursor:
        """See `sources.stream.ShardSource`."""
        return KinesisCursor(self, shard, start)

    def wait(self, shard: str, iterator: str, seconds: float) -> None:
        """Sleep until the shard may have records."""
        if self._wait is None:
            time.sleep(seconds)
        else:
            self._wait(shard, iterator, seconds)

    def record(self, shard: str, record: dict[str, Any]) -> Record:
        """A record of GetRecords, with its event as AWS hands it on."""
        number, key, data = record["SequenceNumber"], record["PartitionKey"], record["Data"]
        arrival = record["ApproximateArrivalTimestamp"].timestamp()
        event_id = f"{shard}:{number}"
        content = {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": key,
            "sequenceNumber": number,
            "data": base64.b64encode(data).decode("ascii"),
            "approximateArrivalTimestamp": arrival,
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": event_id,
            "eventName": "aws:kinesis:record",
            **self._metadata,
        }
        size = len(content["data"]) + 500
        return Record(number, key, arrival, size, Event(content, event_id, "data"))


class ExpiredIterator(Exception):
    """Nobody read with this iterator for five minutes."""


class KinesisCursor:
    """See `sources.stream.Cursor`."""

    def __init__(self, source: KinesisSource, shard: str, start: Checkpoint) -> None:
        self._source = source
        self._shard = shard
        self._start = start
        self._iterator: str | None = None
        self._read_at = 0.0

    def read(self, limit: int) -> Reading:
        """See `sources.stream.Cursor`."""
        if self._iterator is None:
            self._iterator = self._source.ask("GetShardIterator", self._position())["ShardIterator"]
        request = {"ShardIterator": self._iterator, "Limit": min(limit, MOST_RECORDS)}
        try:
            answer = self._source.ask("GetRecords", request)
        except ExpiredIterator:
            self._iterator = None
            return Reading([], False)
        self._read_at = time.monotonic()
        records = [self._source.record(self._shard, record) for record in answer["Records"]]
        self._iterator = answer.get("NextShardIterator")
        if records:
            self._start = Checkpoint(after=records[-1].sequence_number)
        return Reading(records, self._iterator is None)

    def wait(self, seconds: float) -> None:
        """See `sources.stream.Cursor`; now and then it reads, so that the iterator stays good."""
        if self._iterator is not None and time.monotonic() - self._read_at < RENEW_AFTER:
            self._source.wait(self._shard, self._iterator, seconds)

    def _position(self) -> dict[str, Any]:
        start = self._start
        request: dict[str, Any] = {"StreamARN": self._source.arn, "ShardId": self._shard}
        if start.after is not None:
            return request | {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "StartingSequenceNumber": start.after,
            }
        request["ShardIteratorType"] = start.start
        if start.start == "AT_TIMESTAMP" and start.moment is not None:
            request["Timestamp"] = datetime.fromtimestamp(start.moment, UTC)
        return request


def _shard(item: dict[str, Any]) -> Shard:
    names = (item.get("ParentShardId"), item.get("AdjacentParentShardId"))
    closed = "EndingSequenceNumber" in item["SequenceNumberRange"]
    return Shard(item["ShardId"], tuple(name for name in names if name), not closed)


def _refuse(code: str, error: Exception) -> NoReturn:
    if code in _GONE_CODES:
        raise SourceGone(GONE) from error
    if code == "ExpiredIteratorException":
        raise ExpiredIterator from error
    raise SourceUnavailable(str(error)) from error
