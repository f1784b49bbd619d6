"""The API of DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.changes import ChangeRecord, number_of, sequence_number
from localstack_lab.dynamodb.engine.errors import DynamoDBError, resource_not_found, validation
from localstack_lab.dynamodb.engine.streams import Stream

from .constraints import Number, Text, check

_ARN = Text(required=True, shortest=37, longest=1024)
_SHARD_ID = Text(shortest=28, longest=65)
_ITERATOR_TYPES = ("AFTER_SEQUENCE_NUMBER", "AT_SEQUENCE_NUMBER", "LATEST", "TRIM_HORIZON")
_BY_NUMBER = ("AFTER_SEQUENCE_NUMBER", "AT_SEQUENCE_NUMBER")
_MOST_RECORDS, _MOST_BYTES = 1000, 1024 * 1024
_ITERATOR_SECONDS = 15 * 60


def list_streams(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """ListStreams: enabled and still readable streams, up to ``Limit`` (1 to 100)."""
    check({"Limit": Number(least=1, most=100)}, request)
    start, limit = request.get("ExclusiveStartStreamArn", ""), request.get("Limit", 100)
    found = ctx.store.streams.find(ctx.account_id, ctx.region, request.get("TableName"))
    found = [stream for stream in found if stream.arn > start]
    answer: dict[str, Any] = {
        "Streams": [
            {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}
            for stream in found[:limit]
        ]
    }
    if len(found) > limit:
        answer["LastEvaluatedStreamArn"] = found[limit - 1].arn
    return answer


def describe_stream(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStream; error: ResourceNotFoundException."""
    check(
        {
            "StreamArn": _ARN,
            "Limit": Number(least=1, most=100),
            "ExclusiveStartShardId": _SHARD_ID,
        },
        request,
    )
    stream = _stream(ctx, request["StreamArn"])
    return {
        "StreamDescription": {
            "StreamArn": stream.arn,
            "StreamLabel": stream.label,
            "StreamStatus": "ENABLED" if stream.closed_at is None else "DISABLED",
            "StreamViewType": stream.view_type,
            "CreationRequestDateTime": stream.created_at,
            "TableName": stream.table_name,
            "KeySchema": stream.key_schema,
            "Shards": _shards(ctx, stream, request),
        }
    }


def get_shard_iterator(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """GetShardIterator of all four types; errors: ResourceNotFoundException, TrimmedDataAccessException."""
    check(
        {
            "StreamArn": _ARN,
            "ShardId": Text(required=True, shortest=28, longest=65),
            "ShardIteratorType": Text(required=True, values=_ITERATOR_TYPES),
            "SequenceNumber": Text(shortest=21, longest=40),
        },
        request,
    )
    kind, sequence = request["ShardIteratorType"], request.get("SequenceNumber")
    if kind in _BY_NUMBER and sequence is None:
        raise validation(
            "One or more parameter values were invalid: SequenceNumber must be specified for "
            f"ShardIteratorType {kind}"
        )
    if kind not in _BY_NUMBER and sequence is not None:
        raise validation(
            "One or more parameter values were invalid: SequenceNumber must not be specified for "
            f"ShardIteratorType {kind}"
        )
    stream = _stream(ctx, request["StreamArn"])
    if request["ShardId"] != stream.shard_id:
        raise resource_not_found(
            "Requested resource not found: Shard does not exist: "
            f"Stream: {stream.arn}, ShardId: {request['ShardId']}"
        )
    return {"ShardIterator": _iterator(stream, _start(ctx, stream, kind, sequence), ctx.now)}


def get_records(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """GetRecords: up to 1,000 records or 1 MB; no NextShardIterator when a closed shard has been read.

    Errors: ExpiredIteratorException (after 15 minutes), TrimmedDataAccessException (after 24 hours),
    ResourceNotFoundException.
    """
    check(
        {"ShardIterator": Text(required=True, shortest=1, longest=2048), "Limit": Number(least=1, most=1000)},
        request,
    )
    arn, after, made_at = _opened(request["ShardIterator"])
    if ctx.now - made_at > _ITERATOR_SECONDS:
        raise DynamoDBError(
            "ExpiredIteratorException",
            f"Iterator expired. The iterator was created at time {made_at:.3f} while right now is "
            f"{ctx.now:.3f}, "
            f"which is further in the future than the tolerated delay of {_ITERATOR_SECONDS * 1000} "
            "milliseconds.",
        )
    stream = _stream(ctx, arn)
    with ctx.store.transaction():
        # Read under the lock, so that a record committed in between is neither lost nor skipped.
        newest = ctx.store.streams.newest_number()
        _refuse_trimmed(ctx, stream, after)
        records = ctx.store.streams.read(stream, after, request.get("Limit", _MOST_RECORDS))
    records, complete = _within_a_megabyte(records)
    answer: dict[str, Any] = {"Records": [_record(ctx, stream, record) for record in records]}
    if records:
        after = records[-1].number
    full = not complete or len(records) == request.get("Limit", _MOST_RECORDS)
    if stream.closed_at is None or full:
        # With nothing left to read, the position moves on, so that trimming never overtakes a waiting reader.
        position = after if full else max(after, newest)
        answer["NextShardIterator"] = _iterator(stream, position, ctx.now)
    return answer


def _stream(ctx: Call, arn: str) -> Stream:
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "dynamodb" or "/stream/" not in parts[5]:
        raise validation(f"Invalid StreamArn: {arn}")
    try:
        stream = ctx.store.streams.get(arn)
    except KeyError:
        stream = None
    if stream is None or (stream.account_id, stream.region) != (ctx.account_id, ctx.region):
        raise resource_not_found(f"Requested resource not found: Stream: {arn} not found")
    return stream


def _shards(ctx: Call, stream: Stream, request: dict[str, Any]) -> list[dict[str, Any]]:
    children_of = request.get("ShardFilter", {}).get("Type") == "CHILD_SHARDS"
    if children_of or request.get("ExclusiveStartShardId", "") >= stream.shard_id:
        return []  # the one shard has no children, and none comes after it
    numbers = {"StartingSequenceNumber": sequence_number(stream.first)}
    if stream.closed_at is not None:
        bounds = ctx.store.streams.bounds(stream)
        numbers["EndingSequenceNumber"] = sequence_number(bounds[1] if bounds else stream.first)
    return [{"ShardId": stream.shard_id, "SequenceNumberRange": numbers}]


def _start(ctx: Call, stream: Stream, kind: str, sequence: str | None) -> int:
    """The record number behind which reading starts."""
    if kind == "LATEST":
        return ctx.store.streams.newest_number()
    if sequence is None:
        bounds = ctx.store.streams.bounds(stream)
        return bounds[0] - 1 if bounds else ctx.store.streams.newest_number()
    try:
        number = number_of(sequence)
    except ValueError:
        raise validation(
            f"One or more parameter values were invalid: Invalid SequenceNumber: {sequence}"
        ) from None
    start = number if kind == "AFTER_SEQUENCE_NUMBER" else number - 1
    _refuse_trimmed(ctx, stream, start)
    return start


def _refuse_trimmed(ctx: Call, stream: Stream, after: int) -> None:
    """AWS's error when records behind this position were dropped for their age."""
    trimmed = ctx.store.changes.trimmed_up_to(stream.id, ctx.now)
    if after < trimmed:
        raise DynamoDBError(
            "TrimmedDataAccessException",
            "The operation attempted to read past the oldest stream record in a shard.",
        )


def _iterator(stream: Stream, after: int, now: float) -> str:
    token = base64.urlsafe_b64encode(json.dumps([after, now]).encode()).decode()
    return f"{stream.arn}|1|{token}"


def _opened(iterator: str) -> tuple[str, int, float]:
    """Stream ARN, position and time of an iterator."""
    try:
        arn, _, token = iterator.split("|")
        after, made_at = json.loads(base64.urlsafe_b64decode(token))
        return arn, int(after), float(made_at)
    except (ValueError, TypeError, binascii.Error):
        raise validation("Invalid ShardIterator") from None


def _within_a_megabyte(records: list[ChangeRecord]) -> tuple[list[ChangeRecord], bool]:
    total = 0
    for count, record in enumerate(records):
        total += record.size
        if total > _MOST_BYTES and count:
            return records[:count], False
    return records, True


def _record(ctx: Call, stream: Stream, record: ChangeRecord) -> dict[str, Any]:
    content: dict[str, Any] = {
        # Whole seconds, as AWS's stream records have them.
        "ApproximateCreationDateTime": int(record.at),
        "Keys": record.keys,
    }
    if record.new is not None:
        content["NewImage"] = record.new
    if record.old is not None:
        content["OldImage"] = record.old
    content |= {
        "SequenceNumber": sequence_number(record.number),
        "SizeBytes": record.size,
        "StreamViewType": stream.view_type,
    }
    answer: dict[str, Any] = {
        # The same at every reading, so that readers can tell a record that they have seen.
        "eventID": hashlib.md5(f"{stream.arn}/{record.number}".encode(), usedforsecurity=False).hexdigest(),
        "eventName": record.event,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": stream.region,
        "dynamodb": content,
    }
    if record.user_identity is not None:
        # Written small in Lambda's events, with a capital letter in this API.
        answer["userIdentity"] = {
            "PrincipalId": record.user_identity["principalId"],
            "Type": record.user_identity["type"],
        }
    return answer


OPERATIONS = {
    "ListStreams": list_streams,
    "DescribeStream": describe_stream,
    "GetShardIterator": get_shard_iterator,
    "GetRecords": get_records,
}
