"""The short way through the protocol layer answers what LocalStack's own way answers, byte for byte or by
value."""

import base64
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import cbor2
import hypothesis.strategies as st
import pytest
from hypothesis import given
from localstack.aws.api import RequestContext
from localstack.aws.protocol.parser import create_parser
from localstack.aws.protocol.serializer import create_serializer
from localstack.aws.spec import load_service
from localstack.http import Request
from localstack_lab.kinesis import wire

JSON, CBOR = wire.JSON, wire.CBOR_TYPES[0]
SERVICE = load_service("kinesis")
MOMENT = datetime(2026, 11, 20, 19, 0, 0, 123000, UTC)

RECORDS = st.lists(
    st.fixed_dictionaries(
        {"Data": st.binary(max_size=40), "PartitionKey": st.text(min_size=1, max_size=10)},
        optional={"ExplicitHashKey": st.integers(0, 2**128 - 1).map(str)},
    ),
    min_size=1,
    max_size=5,
)


def _request(body: bytes, content_type: str, operation: str = "PutRecords", **headers: str) -> Request:
    headers = {"X-Amz-Target": f"Kinesis_20131202.{operation}", "Content-Type": content_type, **headers}
    return Request("POST", "/", body=body, headers=headers)


def _encoded(asked: dict[str, Any], content_type: str) -> bytes:
    if content_type == CBOR:
        return cbor2.dumps(asked)
    records = [{**r, "Data": base64.b64encode(r["Data"]).decode()} for r in asked["Records"]]
    return json.dumps({**asked, "Records": records}).encode()


@pytest.mark.parametrize("content_type", [JSON, CBOR])
@given(records=RECORDS, name=st.sampled_from([{"StreamName": "s"}, {"StreamARN": "arn"}, {}]))
def test_put_records_is_read_as_localstack_reads_it(
    content_type: str, records: list[dict[str, Any]], name: dict[str, str]
) -> None:
    asked = {"Records": records, **name}
    request = _request(_encoded(asked, content_type), content_type)

    short = wire._read_put_records(request)
    _, long = create_parser(SERVICE, "json").parse(request)

    assert short == long == asked


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"Records": 5}',
        b'{"Records": [5]}',
        b'{"Records": [{"PartitionKey": "k"}]}',
        b'{"Records": [{"Data": "", "Other": 1}]}',
        b'{"Records": [{"Data": "A", "PartitionKey": "k"}]}',
        b'{"Records": [{"Data": 7, "PartitionKey": "k"}]}',
        b'{"Records": null}',
        b"\xff",
    ],
)
@pytest.mark.parametrize("content_type", [JSON, CBOR])
def test_what_is_not_plain_is_left_to_localstack(body: bytes, content_type: str) -> None:
    assert wire._read_put_records(_request(body, content_type)) is None


def _context(operation: str, content_type: str, accept: str | None = None) -> RequestContext:
    headers = {"Accept": accept} if accept else {}
    context = RequestContext(_request(b"", content_type, operation, **headers))
    context.service, context.operation = SERVICE, SERVICE.operation_model(operation)
    context.request_id = "id"
    return context


ANSWERS = {
    "PutRecords": {
        "FailedRecordCount": 1,
        "Records": [
            {"SequenceNumber": "49", "ShardId": "shardId-0"},
            {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded"},
        ],
    },
    "PutRecord": {"SequenceNumber": "49", "ShardId": "shardId-0", "EncryptionType": "KMS"},
    "GetRecords": {
        "Records": [
            {
                "SequenceNumber": "49",
                "ApproximateArrivalTimestamp": MOMENT,
                "Data": bytes(range(256)),
                "PartitionKey": "ключ",
            }
        ],
        "NextShardIterator": "next",
        "MillisBehindLatest": 5,
    },
}


@pytest.mark.parametrize("operation", ANSWERS)
@pytest.mark.parametrize("content_type", [JSON, CBOR])
def test_answers_are_written_as_localstack_writes_them(operation: str, content_type: str) -> None:
    context, answer = _context(operation, content_type), ANSWERS[operation]

    short = wire.answer(context, answer)
    long = create_serializer(SERVICE, "json").serialize_to_response(
        answer, context.operation, context.request.headers, "id"
    )

    assert short is not None
    assert short.headers["Content-Type"] == long.headers["Content-Type"] == content_type
    assert short.headers["x-amzn-RequestId"] == long.headers["x-amzn-RequestId"]
    decode = json.loads if content_type == JSON else _decode_cbor
    assert decode(short.data) == decode(long.data)
    assert context.service_response is answer


def _decode_cbor(body: bytes) -> Any:
    """AWS's moments are milliseconds under a tag that means seconds; both ways write them as plain numbers
    here.

    LocalStack corrects its encoder when it starts, so that outside of it a moment comes in seconds.
    """
    decoded = cbor2.loads(
        body.replace(b"\xc1\x1b", b"\x1b").replace(b"\xc1\xfb", b"\xfb")  # drop the tag of a moment
    )
    for record in decoded.get("Records", []):
        if (stamp := record.get("ApproximateArrivalTimestamp")) is not None and stamp < 1e11:
            record["ApproximateArrivalTimestamp"] = round(stamp * 1000)
    return decoded


def test_moments_are_milliseconds_in_cbor() -> None:
    response = wire.answer(_context("GetRecords", CBOR), ANSWERS["GetRecords"])
    assert response is not None
    assert b"\xc1\x1b" + int(MOMENT.timestamp() * 1000).to_bytes(8) in response.data


def test_accept_goes_before_the_requests_own_type() -> None:
    response = wire.answer(_context("PutRecord", JSON, accept=CBOR), ANSWERS["PutRecord"])
    assert response is not None
    assert response.headers["Content-Type"] == CBOR


def test_an_unusual_accept_is_left_to_localstack() -> None:
    assert (
        wire.answer(_context("PutRecord", JSON, accept="text/html, */*;q=0.1"), ANSWERS["PutRecord"]) is None
    )


def test_other_operations_and_services_are_parsed_as_ever() -> None:
    calls: list[str] = []
    shape = SimpleNamespace(name="PutRecordsInput")
    other = SimpleNamespace(service=SimpleNamespace(service_name="firehose"))
    wire._parse(lambda *_: calls.append("localstack"), other, _request(b"{}", JSON), shape)
    assert calls == ["localstack"]
