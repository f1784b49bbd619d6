"""Transformation by a Lambda function: AWS's event, AWS's rules for the answer, AWS's retries.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

import base64
import binascii
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from localstack_lab.firehose import errors
from localstack_lab.firehose.errors import InvocationFailed
from localstack_lab.firehose.plan import Function
from localstack_lab.firehose.record import Failure, Record

PAYLOAD_BYTES = 6 * 1024 * 1024  # of a synchronous invocation, for the request and for the response
_ENVELOPE_BYTES = 1024
_FIELDS_BYTES = 160  # of a record's JSON beside its data; a record of a data stream has its metadata too
_METADATA_BYTES = 260
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0

Invoke = Callable[[Function, bytes], bytes]
Pause = Callable[[float], None]


@dataclass(frozen=True)
class Stream:
    """What the event says about the delivery stream."""

    name: str
    arn: str
    account: str
    region: str
    source_arn: str | None = None


@dataclass
class Outcome:
    """What became of a batch; `seconds` is how long the invocations took together."""

    transformed: list[Record] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    dropped: int = 0
    seconds: float = 0.0
    invocation_failed: bool = False


def payload_size(record: Record) -> int:
    """About how many bytes of the event a record takes, rather too many than too few."""
    metadata = 0 if record.kinesis is None else _METADATA_BYTES + 6 * len(record.kinesis["partitionKey"])
    return len(record.data) * 4 // 3 + _FIELDS_BYTES + metadata


def fits(size: int) -> bool:
    """Whether records that take `size` bytes go into one event."""
    return size + _ENVELOPE_BYTES <= PAYLOAD_BYTES


def event(stream: Stream, records: list[Record]) -> bytes:
    """The event of one invocation; the function takes time stamps in milliseconds since the epoch."""
    body: dict[str, Any] = {
        "invocationId": str(uuid.uuid4()),
        "deliveryStreamArn": stream.arn,
        "region": stream.region,
    }
    if stream.source_arn:
        body["sourceKinesisStreamArn"] = stream.source_arn
    body["records"] = [_described(record) for record in records]
    return json.dumps(body, separators=(",", ":")).encode()


def _described(record: Record) -> dict[str, Any]:
    described: dict[str, Any] = {
        "recordId": record.id,
        "approximateArrivalTimestamp": record.arrived,
        "data": base64.b64encode(record.data).decode(),
    }
    if record.kinesis is not None:
        described["kinesisRecordMetadata"] = record.kinesis
    return described


def run(
    stream: Stream,
    function: Function,
    records: list[Record],
    invoke: Invoke,
    pause: Pause,
    report: errors.Report,
) -> Outcome:
    """Transform a batch. A failed invocation is repeated with growing pauses, `function.retries` times.

    :param pause: waits so many seconds, which the caller may scale or cut short
    :return: every record is in it exactly once: transformed, dropped or failed
    """
    outcome = Outcome()
    payload, attempt = event(stream, records), 0
    while True:
        attempt += 1
        started = time.monotonic()
        try:
            results = _results(invoke(function, payload))
        except InvocationFailed as error:
            outcome.seconds += time.monotonic() - started
            report(error.code, error.message, function.arn)
            if attempt <= function.retries:
                pause(min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE))
                continue
            outcome.invocation_failed = True
            outcome.failures = [_failed(r, error.code, error.message, attempt, function) for r in records]
            return outcome
        outcome.seconds += time.monotonic() - started
        break
    _sort(outcome, records, results, attempt, function)
    for code, message in {(failure.code, failure.message) for failure in outcome.failures}:
        report(code, message, function.arn)
    return outcome


def _results(answer: bytes) -> list[dict[str, Any]]:
    try:
        records = json.loads(answer)["records"]
    except (KeyError, TypeError, ValueError) as error:
        raise InvocationFailed("Lambda.JsonProcessingException", errors.UNREADABLE) from error
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise InvocationFailed("Lambda.JsonProcessingException", errors.UNREADABLE)
    return records


def _sort(
    outcome: Outcome,
    records: list[Record],
    results: list[dict[str, Any]],
    attempt: int,
    function: Function,
) -> None:
    named = {str(result.get("recordId")): result for result in results}
    often = Counter(str(result.get("recordId")) for result in results) if len(named) < len(results) else {}
    for record in records:
        result = named.get(record.id)
        if result is None:
            code, message = "Lambda.MissingRecordId", errors.MISSING
        elif often and often[record.id] > 1:
            code, message = "Lambda.DuplicatedRecordId", errors.DUPLICATED
        elif result.get("result") == "Dropped":
            outcome.dropped += 1
            continue
        elif result.get("result") == "ProcessingFailed":
            code, message = "Lambda.FunctionError", errors.FUNCTION_ERROR
        else:
            transformed = _transformed(record, result)
            if transformed is not None:
                outcome.transformed.append(transformed)
                continue
            code, message = "Lambda.JsonProcessingException", errors.UNREADABLE
        outcome.failures.append(_failed(record, code, message, attempt, function))


def _transformed(record: Record, result: dict[str, Any]) -> Record | None:
    """The record as the function made it; None when its result is not one."""
    data, keys = result.get("data"), (result.get("metadata") or {})
    keys = keys.get("partitionKeys") if isinstance(keys, dict) else None
    if result.get("result") != "Ok" or not isinstance(data, str) or not isinstance(keys, dict | None):
        return None
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return replace(record, data=decoded, lambda_keys=_texts(keys) if keys else {})


def _texts(keys: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in keys.items()
        if value is not None and not isinstance(value, dict | list)
    }


def _failed(record: Record, code: str, message: str, attempts: int, function: Function) -> Failure:
    ended = int(time.time() * 1000)
    return Failure(record, "processing-failed", code, message, attempts, ended, function.arn)
