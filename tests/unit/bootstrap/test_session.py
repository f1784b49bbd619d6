"""No client of ours sees the host's credentials, profiles, endpoints or proxies."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.ensure import s3
from bootstrap.errors import EndpointUnreachable, ResourceError
from bootstrap.session import Session
from bootstrap.settings import Settings

HOSTS_OWN = "AKIAHOSTSOWNKEY"


@pytest.fixture
def hostile_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A host with real credentials in every place where botocore looks, and a profile that does not exist."""
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id={HOSTS_OWN}\naws_secret_access_key=x\n"
    )
    (tmp_path / "config").write_text("[default]\nregion=eu-west-3\nendpoint_url=https://real.example\n")
    for name, value in {
        "AWS_ACCESS_KEY_ID": HOSTS_OWN,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_SESSION_TOKEN": "hosts-own-token",
        "AWS_PROFILE": "nobody",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ENDPOINT_URL": "https://real.example",
        "AWS_ENDPOINT_URL_S3": "https://real.example",
        "AWS_REGION": "eu-west-3",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "http://proxy.example:1",
        "http_proxy": "http://proxy.example:1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """An HTTP server that refuses everything and keeps (path, Authorization) of each request."""
    seen: list[tuple[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            seen.append((self.path, str(self.headers)))
            self.send_response(403)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("hostile_host")
def test_a_call_reaches_the_settings_endpoint_with_the_labs_own_credentials(
    listener: tuple[str, list[tuple[str, str]]],
) -> None:
    url, seen = listener
    session = Session(Settings(endpoint_url=url, account_id="111122223333"))

    with pytest.raises(ResourceError, match="S3 bucket 'a-bucket': HeadBucket was refused: 403"):
        s3.bucket(session, "a-bucket", owner="me")

    [(path, headers)] = seen
    assert path == "/a-bucket"  # the bucket in the path, not in a host name that nobody resolves
    assert "Credential=111122223333/" in headers
    assert "/us-east-1/s3/" in headers
    assert HOSTS_OWN not in headers
    assert "hosts-own-token" not in headers


@pytest.mark.usefixtures("hostile_host")
@pytest.mark.parametrize(
    "service", ["s3", "dynamodb", "stepfunctions", "sqs", "lambda", "iam", "events", "logs"]
)
def test_every_service_has_the_same_endpoint(service: str) -> None:
    client = Session(Settings(), region="ap-southeast-2").client(service)

    assert client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert client.meta.region_name == "ap-southeast-2"


def test_a_client_is_made_once() -> None:
    session = Session(Settings())

    assert session.client("sqs") is session.client("sqs")


def test_an_endpoint_that_does_not_answer_is_named(listener: tuple[str, list[tuple[str, str]]]) -> None:
    with pytest.raises(
        EndpointUnreachable, match=r"Nothing answers at http://127\.0\.0\.1:9\. Start the lab"
    ):
        s3.bucket(Session(Settings(endpoint_url="http://127.0.0.1:9")), "a-bucket", owner="me")


def test_arns() -> None:
    session = Session(Settings(account_id="111122223333"))

    assert session.arn("sqs", "q") == "arn:aws:sqs:us-east-1:111122223333:q"
    assert session.arn("iam", "role/r", region=False) == "arn:aws:iam::111122223333:role/r"
