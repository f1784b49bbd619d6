"""Every form of message in the dead-letter queue, and holding them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from lab.pipelines.order_intake.letters import Entry, FileVersion, Letter, read

SOURCE = {"bucket": "b", "key": "k.json", "version_id": "v1", "size": 9}
FILE = FileVersion("b", "k.json", "v1")
S3_EVENT = {
    "source": "aws.s3",
    "detail": {"bucket": {"name": "b"}, "object": {"key": "k.json", "version-id": "v1", "size": 9}},
}


def letter(body: Any) -> Letter:
    text = body if isinstance(body, str) else json.dumps(body)
    return read({"MessageId": "m", "ReceiptHandle": "r", "Body": text})


def order_body(order: Any, code: str, **more: Any) -> dict[str, Any]:
    reasons = [{"code": code, "field": "f", "message": "No."}]
    about = {"kind": "order", "order": order, "position": 3, "reasons": reasons, "source": SOURCE}
    return about | {"execution": "arn:e"} | more


def test_a_refused_order() -> None:
    found = letter(order_body({"a": 1.50}, "missing_contact"))

    assert (found.file, found.size, found.execution, found.why) == (FILE, 9, "arn:e", "No.")
    assert found.entries == (Entry(3, {"a": Decimal("1.50")}, True),)


def test_an_order_that_no_message_could_hold_stands_in_its_file() -> None:
    assert letter(order_body(None, "too_large")).entries == (Entry(3, None, False),)
    assert letter(order_body(None, "not_an_object")).entries == (Entry(3, None, True),)


def test_a_refused_file() -> None:
    found = letter({"kind": "file", "reasons": [{"code": "not_json", "message": "No."}], "source": SOURCE})

    assert (found.file, found.entries, found.why) == (FILE, (), "No.")


def test_an_event_that_eventbridge_could_not_deliver() -> None:
    found = letter(S3_EVENT)

    assert (found.file, found.size, found.entries) == (FILE, 9, ())
    assert "could not start" in found.why


def test_an_event_of_a_bucket_without_versions() -> None:
    event = json.loads(json.dumps(S3_EVENT))
    del event["detail"]["object"]["version-id"]

    assert letter(event).file == FileVersion("b", "k.json", "null")


def status_change(given: Any, status: str = "FAILED") -> dict[str, Any]:
    detail = {
        "executionArn": "arn:e",
        "status": status,
        "error": "E",
        "cause": "C",
        "input": json.dumps(given),
    }
    return {"source": "aws.states", "detail": detail}


def test_an_execution_that_failed_with_its_file() -> None:
    found = letter(status_change(S3_EVENT, "TIMED_OUT"))

    assert (found.file, found.entries, found.execution) == (FILE, (), "arn:e")
    assert "ended TIMED_OUT: E: C" in found.why


def test_an_execution_that_failed_with_redriven_orders() -> None:
    found = letter(status_change({"redrive": {"source": SOURCE, "orders": [1, {}], "positions": [4, 7]}}))

    assert found.entries == (Entry(4, 1, True), Entry(7, {}, True))


@pytest.mark.parametrize(
    "body",
    [
        "hello",
        "7",
        "null",
        "[]",
        "{}",
        {"kind": "order"},
        {"kind": "parcel", "reasons": [], "source": SOURCE},
        {"source": "aws.s3", "detail": {}},
        status_change({"redrive": {"source": SOURCE, "orders": [1], "positions": []}}),
        {"source": "aws.states", "detail": {"executionArn": "arn:e", "status": "FAILED"}},
    ],
)
def test_what_nobody_understands_is_no_letter_about_a_file(body: Any) -> None:
    found = letter(body)

    assert found.file is None
    assert found.entries == ()
