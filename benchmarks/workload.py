"""What the measurements have in common: clients, a function, waiting with a limit."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.contestants import NotThere

ACCOUNT = "000000000000"
ROLE_NAME = "bench"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{ROLE_NAME}"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": [f"{name}.amazonaws.com" for name in ("lambda", "pipes", "firehose")]},
            "Action": "sts:AssumeRole",
        }
    ],
}
HANDLER = "def handler(event, context):\n    return {'seen': event.get('n')}\n"


class Clients:
    """boto3 clients of one endpoint that fail instead of trying again: a second try would be timed, too."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session = boto3.Session(ACCOUNT, "local", region_name="us-east-1")
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = self._session.client(
                service,
                endpoint_url=self.endpoint,
                config=Config(
                    connect_timeout=3,
                    read_timeout=60,
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                    inject_host_prefix=False,
                    proxies={},
                ),
            )
        return self._made[service]


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def until(probe: Callable[[], object], within: float, expecting: str, every: float = 0.01) -> None:
    """Ask until the answer is true.

    :raises NotThere: after ``within`` seconds
    """
    deadline = time.monotonic() + within
    while not probe():
        if time.monotonic() > deadline:
            raise NotThere(f"no {expecting} within {within:g} s")
        time.sleep(every)


def package(source: str = HANDLER) -> bytes:
    """A zip with ``handler.py``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("handler.py", source)
    return target.getvalue()


def ensure_role(clients: Clients) -> None:
    """The role of functions, pipes and deliveries: some emulators want it to be there."""
    iam = clients("iam")
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=json.dumps(TRUST))


def create_function(clients: Clients, source: str = HANDLER) -> str:
    """A Python function that is ready to be invoked; its name."""
    ensure_role(clients)
    name = unique("bench")
    functions = clients("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="handler.handler",
        Role=ROLE,
        Timeout=30,
        Code={"ZipFile": package(source)},
    )

    def active() -> bool:
        return functions.get_function(FunctionName=name)["Configuration"].get("State", "Active") == "Active"

    until(active, 30, "active function")
    return name


def invoke(clients: Clients, name: str) -> None:
    """Invoke and look at the answer: an emulator that answers something else has not run the function.

    :raises NotThere: the answer is not the handler's
    """
    answer = clients("lambda").invoke(FunctionName=name, Payload=b'{"n": 7}')
    body = answer["Payload"].read()
    if answer.get("FunctionError") or b'"seen"' not in body.replace(b" ", b"") or b"7" not in body:
        raise NotThere(f"it does not run the function; it answered {body[:120].decode(errors='replace')}")
