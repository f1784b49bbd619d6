"""The stream of a DynamoDB table as a source.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import SourceGone, SourceUnavailable
from localstack_lab.pipes.kinds import parse_arn
from localstack_lab.pipes.lanes import Record
from localstack_lab.pipes.model import Checkpoint
from localstack_lab.pipes.sources.kinesis import GONE, Call
from localstack_lab.pipes.sources.stream import Reading, Shard

MOST_RECORDS = (
    1_000  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
)
LOOK_AFTER = 5.0  # seconds after which a shard is read although nothing was heard of: it may have been closed

Bell = Callable[[float], None]
"""Waits until something was written to the table, at most so many seconds."""
Latest = Callable[[], str]
"""The sequence number behind which everything is new; exact, where the engine can tell."""


class DynamoDBSource:
    """See `sources.stream.ShardSource`.

    :param bell: makes a new waiter, which notes what is written from then on
    """

    def __init__(
        self, arn: str, call: Call, bell: Callable[[], Bell] | None = None, latest: Latest | None = None
    ) -> None:
        self.arn = arn
        self.call = call
        self.bell = bell
        self._latest = latest
        self._region = parse_arn(arn).region

    def ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call an operation; raises SourceGone, SourceUnavailable, or ClientError for what a cursor mends."""
        try:
            return self.call(operation, request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceNotFoundException":
                raise SourceGone(GONE) from error
            if code in ("ExpiredIteratorException", "TrimmedDataAccessException"):
                raise
            raise SourceUnavailable(str(error)) from error
        except BotoCoreError as error:
            raise SourceUnavailable(str(error)) from error

    def shards(self) -> list[Shard]:
        """See `sources.stream.ShardSource`."""
        found, request = [], {"StreamArn": self.arn}
        while True:
            stream = self.ask("DescribeStream", request)["StreamDescription"]
            for item in stream["Shards"]:
                parent = item.get("ParentShardId")
                closed = "EndingSequenceNumber" in item["SequenceNumberRange"]
                found.append(Shard(item["ShardId"], (parent,) if parent else (), not closed))
            if not stream.get("LastEvaluatedShardId"):
                return found
            request = {"StreamArn": self.arn, "ExclusiveStartShardId": stream["LastEvaluatedShardId"]}

    def latest(self, shard: str) -> Checkpoint:
        """See `sources.stream.ShardSource`; without the lab's engine, a second takes the number's place."""
        if self._latest is not None:
            return Checkpoint(after=self._latest())
        return Checkpoint(start="TRIM_HORIZON", moment=float(int(time.time())))

    def open(self, shard: str, start: Checkpoint) -> DynamoDBCursor:
        """See `sources.stream.ShardSource`."""
        return DynamoDBCursor(self, shard, start)

    def record(self, record: dict[str, Any]) -> Record:
        """A record of GetRecords, with its event as AWS hands it on."""
        change = _plain(record["dynamodb"])
        arrival = change.get("ApproximateCreationDateTime", 0)
        content = {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record.get("eventVersion", "1.1"),
            "eventSource": "aws:dynamodb",
            "awsRegion": self._region,
            "dynamodb": change,
            "eventSourceARN": self.arn,
        }
        identity = record.get("userIdentity")
        if identity is not None:
            content["userIdentity"] = {"principalId": identity["PrincipalId"], "type": identity["Type"]}
        key = json.dumps(change["Keys"], sort_keys=True)
        size = 2 * change.get("SizeBytes", 0) + 1_000
        event = Event(content, record["eventID"])
        return Record(change["SequenceNumber"], key, float(arrival), size, event)


class DynamoDBCursor:
    """See `sources.stream.Cursor`."""

    def __init__(self, source: DynamoDBSource, shard: str, start: Checkpoint) -> None:
        self._source = source
        self._shard = shard
        self._start = start
        self._iterator: str | None = None
        self._bell = source.bell() if source.bell else None
        self._read_at = 0.0

    def read(self, limit: int) -> Reading:
        """See `sources.stream.Cursor`."""
        try:
            if self._iterator is None:
                self._iterator = self._source.ask("GetShardIterator", self._position())["ShardIterator"]
            request = {"ShardIterator": self._iterator, "Limit": min(limit, MOST_RECORDS)}
            answer = self._source.ask("GetRecords", request)
        except ClientError as error:
            self._iterator = None
            if error.response["Error"]["Code"] == "TrimmedDataAccessException":
                self._start = Checkpoint()  # what was trimmed is lost: go on with the oldest there is
            return Reading([], False)
        self._read_at = time.monotonic()
        records = [self._source.record(record) for record in answer["Records"]]
        self._iterator = answer.get("NextShardIterator")
        since = self._start.moment
        if records:
            self._start = Checkpoint(after=records[-1].sequence_number)
            if since is not None:
                records = [record for record in records if record.arrival >= since]
        return Reading(records, self._iterator is None)

    def wait(self, seconds: float) -> None:
        """See `sources.stream.Cursor`."""
        if self._bell is None:
            time.sleep(seconds)
        elif self._iterator is not None and time.monotonic() - self._read_at < LOOK_AFTER:
            self._bell(seconds)

    def _position(self) -> dict[str, Any]:
        request = {"StreamArn": self._source.arn, "ShardId": self._shard}
        if self._start.after is not None:
            return request | {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": self._start.after,
            }
        return request | {"ShardIteratorType": self._start.start}


def _plain(change: dict[str, Any]) -> dict[str, Any]:
    """A stream record's ``dynamodb`` as JSON: binaries as base64, the time as a number of seconds."""
    moment = change.get("ApproximateCreationDateTime")
    if isinstance(moment, datetime):
        seconds = moment.timestamp()
        moment = int(seconds) if seconds.is_integer() else seconds
    plain = {} if moment is None else {"ApproximateCreationDateTime": moment}
    for name, value in change.items():
        if name != "ApproximateCreationDateTime":
            plain[name] = _without_bytes(value)
    return plain


def _without_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_bytes(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_bytes(item) for item in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    return value
