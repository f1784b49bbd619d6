"""What the gateway gets in memory is what it gets over HTTP."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.parsers import ResponseParserError
from localstack.aws import client as localstack_client
from localstack.aws.client import _ResponseStream
from localstack.http import Response
from localstack_lab.tuning import internal_calls
from localstack_lab.tuning.internal_calls import server_request
from werkzeug.wrappers import Request

KEYS = ["plain", "a b/c d.json", "year=2026/ä ö.csv", "100%25+1", "../up", "a//b", "*~'()!", "q?x=1&y=2#z"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: what is served is looked at by the test."""


@pytest.fixture
def served() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server on a free port: its URL, and what it was asked."""
    asked: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        request = Request(environ)
        asked.append(
            {
                "method": request.method,
                "path": request.path,
                "query": request.query_string,
                "body": request.get_data(),
                "headers": {name.lower(): value for name, value in request.headers.items()},
                "remote": request.remote_addr,
                "host": request.host,
            }
        )
        start_response("200 OK", [("Content-Length", "0"), ("ETag", '"1"')])
        return []

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def in_memory(client: Any, seen: list[dict[str, Any]]) -> None:
    """Let the client's requests end in ``seen``, as the short cut would hand them to the gateway."""

    def answer(request: Any, **_: Any) -> AWSResponse:
        made = server_request(request)
        seen.append(
            {
                "method": made.method,
                "path": made.path,
                "raw": made.environ["RAW_URI"],
                "query": made.query_string,
                "body": made.get_data(),
                "headers": {name.lower(): value for name, value in made.headers.items()},
                "remote": made.remote_addr,
                "host": made.host,
            }
        )
        return AWSResponse(request.url, 200, {"ETag": '"1"'}, _ResponseStream(Response(b"")))

    client.meta.events.register_first("before-send.*.*", answer)


def clients(url: str, service: str) -> tuple[Any, Any]:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    session = boto3.Session("test", "test", region_name="us-east-1")
    return tuple(session.client(service, endpoint_url=url, config=config) for _ in range(2))  # type: ignore[return-value]


# Headers that only a socket needs, or that differ from call to call.
TRANSPORT = {
    "accept-encoding",
    "connection",
    "expect",
    "authorization",
    "x-amz-date",
    "amz-sdk-invocation-id",
}


def compare(over_http: dict[str, Any], direct: dict[str, Any]) -> None:
    for what in ("method", "path", "query", "body", "remote", "host"):
        assert direct[what] == over_http[what], what
    wanted = {name: value for name, value in over_http["headers"].items() if name not in TRANSPORT}
    got = {name: value for name, value in direct["headers"].items() if name not in TRANSPORT}
    for empty in ("content-type", "content-length"):  # wsgiref always sets them
        if wanted.get(empty) in ("", "text/plain", "0") and empty not in got:
            del wanted[empty]
        if got.get(empty) == "0" and empty not in wanted:
            del got[empty]
    assert got == wanted


@pytest.mark.parametrize("key", KEYS)
def test_keys_of_s3_arrive_alike(key: str, served: tuple[str, list[dict[str, Any]]]) -> None:
    url, asked = served
    there, here = clients(url, "s3")
    seen: list[dict[str, Any]] = []
    in_memory(here, seen)
    for client in (there, here):
        client.get_object(Bucket="orders", Key=key, VersionId="a b")
        client.put_object(Bucket="orders", Key=key, Body=b'{"orders": []}', Metadata={"by": "x"})
        client.close()
    for over_http, direct in zip(asked, seen, strict=True):
        compare(over_http, direct)
        assert direct["path"] == f"/orders/{key}"


@pytest.mark.parametrize(
    "body", [b"bytes", bytearray(b"bytes"), "file", b""], ids=["bytes", "array", "file", "-"]
)
def test_bodies_arrive_alike(body: Any, served: tuple[str, list[dict[str, Any]]]) -> None:
    url, asked = served
    there, here = clients(url, "s3")
    seen: list[dict[str, Any]] = []
    in_memory(here, seen)
    for client in (there, here):
        given = io.BytesIO(b"of a file") if body == "file" else body
        client.put_object(Bucket="orders", Key="k", Body=given)
        client.close()
    compare(asked[0], seen[0])
    assert seen[0]["body"] == (b"of a file" if body == "file" else bytes(body))


def test_requests_of_the_other_protocols_arrive_alike(served: tuple[str, list[dict[str, Any]]]) -> None:
    url, asked = served
    seen: list[dict[str, Any]] = []
    calls = [
        ("dynamodb", "list_tables", {"Limit": 3}),
        ("lambda", "get_function", {"FunctionName": "orders", "Qualifier": "1"}),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:t", "Message": "ä & b"}),
    ]
    for service, operation, given in calls:
        there, here = clients(url, service)
        in_memory(here, seen)
        for client in (there, here):
            with suppress(ResponseParserError):  # the empty answer suits not every protocol
                getattr(client, operation)(**given)
            client.close()
    assert len(asked) == len(seen) == len(calls)
    for over_http, direct in zip(asked, seen, strict=True):
        compare(over_http, direct)


def test_the_encoded_path_is_kept(served: tuple[str, list[dict[str, Any]]]) -> None:
    _, here = clients(served[0], "s3")
    seen: list[dict[str, Any]] = []
    in_memory(here, seen)
    here.get_object(Bucket="orders", Key="a b", VersionId="1")
    assert seen[0]["raw"] == "/orders/a%20b?versionId=1"


def test_the_short_cut_is_switched_on(tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    from localstack import config

    monkeypatch.delenv(internal_calls.SETTING, raising=False)
    tuned(*internal_calls.PATCHES)
    assert config.IN_MEMORY_CLIENT is True
    assert localstack_client.create_http_request is server_request
    assert localstack_client.botocore_in_memory_endpoint_patch.is_applied
    for patch in internal_calls.PATCHES:
        patch.revert()
    assert config.IN_MEMORY_CLIENT is False
    assert not localstack_client.botocore_in_memory_endpoint_patch.is_applied


def test_an_explicit_setting_wins(tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    from localstack import config

    monkeypatch.setenv(internal_calls.SETTING, "0")
    tuned(*internal_calls.PATCHES)
    assert config.IN_MEMORY_CLIENT is False
    assert localstack_client.create_http_request is not server_request
