"""Transformation: the event, the answer's statuses, batches and repetitions."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from localstack_lab.firehose import errors
from localstack_lab.firehose.errors import InvocationFailed
from localstack_lab.firehose.record import put
from localstack_lab.firehose.source import described
from localstack_lab.firehose.transform import PAYLOAD_BYTES, Stream

from tests.emulator.firehose.fakes import (
    ACCOUNT,
    FUNCTION,
    REGION,
    STREAM,
    FakeAws,
    Lab,
    each,
    ok,
    with_function,
)

ARRIVED = 1_535_365_805_123
Lines = Callable[[bytes], list[dict[str, Any]]]


def _through(lab: Lab, *data: bytes, **parameters: str) -> None:
    processing = lab.processing(ProcessingConfiguration=with_function(**parameters))
    processing.take([put(each_data, ARRIVED) for each_data in data])
    processing.tick(everything=True)


def _told(lab: Lab, lines: Lines) -> list[tuple[int, str, bytes]]:
    return [
        (line["attemptsMade"], line["errorCode"], base64.b64decode(line["rawData"]))
        for body in lab.bodies("errors")
        for line in lines(body)
    ]


def test_the_event_of_a_direct_put(lab: Lab, fake_aws: FakeAws) -> None:
    _through(lab, b"one", b"two")
    (event,) = fake_aws.events
    records = event.pop("records")
    assert len(event.pop("invocationId")) == 36
    assert event == {"deliveryStreamArn": STREAM.arn, "region": REGION}
    assert [record.keys() for record in records] == [{"recordId", "approximateArrivalTimestamp", "data"}] * 2
    assert records[0]["approximateArrivalTimestamp"] == ARRIVED
    assert [base64.b64decode(record["data"]) for record in records] == [b"one", b"two"]


def test_the_event_of_a_data_stream(lab: Lab, fake_aws: FakeAws) -> None:
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/source"
    processing = lab.processing(
        stream=Stream("orders", STREAM.arn, ACCOUNT, REGION, arn), ProcessingConfiguration=with_function()
    )
    found = {
        "SequenceNumber": "49590338271490256608559692538361571095921575989136588898",
        "ApproximateArrivalTimestamp": datetime.fromtimestamp(ARRIVED / 1000, UTC),
        "Data": b"one",
        "PartitionKey": "key",
    }
    processing.take(described("shardId-000000000000", found))
    processing.tick(everything=True)
    (event,) = fake_aws.events
    assert event["sourceKinesisStreamArn"] == arn
    (record,) = event["records"]
    assert record["recordId"] == found["SequenceNumber"] + "000000"
    assert record["kinesisRecordMetadata"] == {
        "shardId": "shardId-000000000000",
        "partitionKey": "key",
        "approximateArrivalTimestamp": ARRIVED,
        "sequenceNumber": found["SequenceNumber"],
        "subsequenceNumber": 0,
    }


def test_each_status_goes_where_aws_sends_it(lab: Lab, fake_aws: FakeAws, lines: Lines) -> None:
    results = {
        b"ok": ok(b"OK"),
        b"dropped": {"result": "Dropped"},
        b"failed": {"result": "ProcessingFailed", "data": "b"},
        b"odd": {"result": "Fine", "data": "b2s="},
        b"no data": {"result": "Ok"},
        b"bad data": {"result": "Ok", "data": "*"},
    }
    fake_aws.answer = each(lambda data: results[data])
    _through(lab, *results)
    assert lab.bodies() == [b"OK"]
    assert _told(lab, lines) == [
        (1, "Lambda.FunctionError", b"failed"),
        (1, "Lambda.JsonProcessingException", b"odd"),
        (1, "Lambda.JsonProcessingException", b"no data"),
        (1, "Lambda.JsonProcessingException", b"bad data"),
    ]
    assert ("SucceedProcessing.Records", 2) in lab.monitor.metrics


def test_records_that_do_not_come_back_and_records_that_come_twice(
    lab: Lab, fake_aws: FakeAws, lines: Lines
) -> None:
    def answer(event: dict[str, Any]) -> dict[str, Any]:
        one, two, _three = (record["recordId"] for record in event["records"])
        return {"records": [{"recordId": i, **ok(b"x")} for i in (one, two, two, "somebody else")]}

    fake_aws.answer = answer
    _through(lab, b"one", b"two", b"three")
    assert lab.bodies() == [b"x"]
    assert _told(lab, lines) == [
        (1, "Lambda.DuplicatedRecordId", b"two"),
        (1, "Lambda.MissingRecordId", b"three"),
    ]


@pytest.mark.parametrize("answer", [None, [], {}, {"records": None}, {"records": ["x"]}, "text"])
def test_an_answer_of_another_shape_is_a_failure(
    lab: Lab, fake_aws: FakeAws, lines: Lines, answer: object
) -> None:
    fake_aws.answer = lambda _event: answer
    _through(lab, b"one", NumberOfRetries="1")
    assert _told(lab, lines) == [(2, "Lambda.JsonProcessingException", b"one")]


def test_a_failed_invocation_is_tried_again_with_the_same_event(lab: Lab, fake_aws: FakeAws) -> None:
    fake_aws.failures = [InvocationFailed("Lambda.FunctionTimedOut", errors.TIMED_OUT)] * 3
    _through(lab, b"one")
    assert lab.bodies() == [b"one"]
    assert len(fake_aws.events) == 4
    assert all(event == fake_aws.events[0] for event in fake_aws.events)
    assert lab.pauses == sorted(lab.pauses)
    assert len(lab.pauses) == 3
    assert lab.reports == ["Lambda.FunctionTimedOut"] * 3


def test_after_the_last_attempt_the_whole_batch_has_failed(lab: Lab, fake_aws: FakeAws, lines: Lines) -> None:
    fake_aws.failures = [InvocationFailed("Lambda.InvokeLimitExceeded", "later")] * 4
    _through(lab, b"one", b"two")
    assert lab.bodies() == []
    code = "Lambda.InvokeLimitExceeded"
    assert _told(lab, lines) == [(4, code, b"one"), (4, code, b"two")]
    (line, _) = lines(lab.bodies("errors")[0])
    assert (line["arrivalTimestamp"], line["lambdaArn"]) == (ARRIVED, FUNCTION)
    assert line["attemptEndingTimestamp"] > ARRIVED
    assert ("ExecuteProcessing.Success", 0) in lab.monitor.metrics


def test_batches_by_size_and_by_time(lab: Lab, fake_aws: FakeAws) -> None:
    processing = lab.processing(
        ProcessingConfiguration=with_function(BufferSizeInMBs="0.2", BufferIntervalInSeconds="10")
    )
    processing.take([put(bytes(100_000), ARRIVED) for _ in range(5)])
    assert [len(event["records"]) for event in fake_aws.events] == [2, 2]
    assert processing.next_due() == lab.now + 10
    lab.now += 10
    processing.tick()
    assert [len(event["records"]) for event in fake_aws.events] == [2, 2, 1]


def test_an_event_never_exceeds_lambdas_payload(lab: Lab, fake_aws: FakeAws) -> None:
    """Small records take far more room in the event than in the buffer, whose limit they keep."""
    _through(lab, *(b"%04d" % n for n in range(60_000)), BufferSizeInMBs="3")
    sizes = [len(json.dumps(event, separators=(",", ":"))) for event in fake_aws.events]
    assert len(sizes) > 1
    assert max(sizes) <= PAYLOAD_BYTES
    assert b"".join(lab.bodies()) == b"".join(b"%04d" % n for n in range(60_000))
