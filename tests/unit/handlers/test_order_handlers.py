"""The Lambda functions around the pure part, with S3 answered by botocore's own stubber."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from generator.orders import order_file
from handlers.lambdas.order_intake import order_file_split, order_json_data_process, source
from handlers.lambdas.order_intake.checked import InvalidOrder
from handlers.lambdas.order_intake.source import SourceUnavailable
from handlers.lambdas.order_intake.stretches import InvalidFile

SOURCE = {"bucket": "b", "key": "k.json", "version_id": "v1", "size": 9}
ASKED = {"Bucket": "b", "Key": "k.json", "VersionId": "v1"}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    monkeypatch.setattr(source, "_s3", lambda: client)
    monkeypatch.setenv("ORDERS_TABLE", "orders")
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()
    client.close()


@pytest.fixture
def answers(s3: Stubber) -> Callable[..., None]:
    def add(body: bytes, byte_range: str | None = None) -> None:
        asked = ASKED | ({"Range": byte_range} if byte_range else {})
        s3.add_response("get_object", {"Body": StreamingBody(io.BytesIO(body), len(body))}, asked)

    return add


def test_a_large_file_is_split_and_each_stretch_is_processed(answers: Callable[..., None]) -> None:
    body = order_file(120, seed=1, invalid={"missing_contact": 0.2})
    answers(body)

    found = order_file_split.lambda_handler({"source": SOURCE}, None)["stretches"]

    seen: list[Any] = []
    for stretch in found:
        last = stretch["offset"] + stretch["length"] - 1
        part = body[stretch["offset"] : last + 1]
        answers(part, f"bytes={stretch['offset']}-{last}")
        answer = order_json_data_process.lambda_handler({"source": SOURCE, "stretch": stretch}, None)
        entries = answer["valid"] + answer["invalid"]
        seen += [entry["order"] for entry in sorted(entries, key=lambda entry: entry["position"])]
    assert seen == json.loads(body)["orders"]


def test_one_order_is_processed_without_reading_s3(s3: Stubber) -> None:
    [order] = json.loads(order_file(1))["orders"]

    answer = order_json_data_process.lambda_handler({"order": order, "position": 0, "source": SOURCE}, None)

    assert answer["order_id"] == "0-1"
    with pytest.raises(InvalidOrder):
        order_json_data_process.lambda_handler({"order": {}, "position": 0, "source": SOURCE}, None)


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion", "AccessDenied", "MethodNotAllowed"])
def test_a_file_that_is_gone_is_the_files_fault(s3: Stubber, code: str) -> None:
    s3.add_client_error("get_object", code, http_status_code=404)

    with pytest.raises(InvalidFile, match=f"S3 does not give the file: {code}"):
        order_file_split.lambda_handler({"source": SOURCE}, None)


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable"])
def test_a_failing_s3_is_not(s3: Stubber, code: str) -> None:
    s3.add_client_error("get_object", code, http_status_code=503)

    with pytest.raises(SourceUnavailable, match=code):
        order_file_split.lambda_handler({"source": SOURCE}, None)


def test_a_connection_that_breaks_is_not_either(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def get_object(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://s3.example")

    monkeypatch.setattr(source, "_s3", Unreachable)

    with pytest.raises(SourceUnavailable, match="Could not connect"):
        order_file_split.lambda_handler({"source": SOURCE}, None)
