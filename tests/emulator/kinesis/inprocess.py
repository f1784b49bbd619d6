"""A real boto3 client whose requests go to the engine in this process instead of over the wire."""

import base64
import json
import logging
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.model import Shape
from localstack_lab.kinesis.constraints import service_model
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError

ACCOUNT, REGION = "000000000000", "us-east-1"
Converter = Callable[[Any], Any]


class Clock:
    """Time that moves when a test says so; it starts at a round second."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.engine: KinesisEngine | None = None

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float = 0.0, *, hours: float = 0.0) -> None:
        self.now += seconds + hours * 3600
        if self.engine:
            self.engine.wake()


def _walk(shape: Shape, value: Any, blob: Converter, timestamp: Converter) -> Any:
    """Convert a value for the wire, and fail on any member that the API model does not know or lacks."""
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        missing = {name for name in shape.required_members if name not in value}
        assert not unknown, f"{shape.name} has no members {unknown}"
        assert not missing, f"{shape.name} lacks {missing}"
        return {name: _walk(shape.members[name], value[name], blob, timestamp) for name in value}
    if shape.type_name == "list":
        return [_walk(shape.member, item, blob, timestamp) for item in value]
    if shape.type_name == "blob":
        return blob(value)
    if shape.type_name == "timestamp":
        return timestamp(value)
    return value


def _from_wire(shape: Shape, value: Any) -> Any:
    """A request; it may be wrong in any way, so that only what is right is converted."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {k: _from_wire(shape.members[k], v) if k in shape.members else v for k, v in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_from_wire(shape.member, item) for item in value]
    return base64.b64decode(value) if shape.type_name == "blob" and isinstance(value, str) else value


def _to_wire(shape: Shape | None, answer: dict[str, Any]) -> bytes:
    if shape is None:
        assert answer == {}, f"an operation without output answered {answer}"
        return b""

    def seconds(moment: Any) -> float:
        assert isinstance(moment, datetime), f"{moment!r} should be a datetime"
        return moment.timestamp()

    return json.dumps(_walk(shape, answer, lambda data: base64.b64encode(data).decode(), seconds)).encode()


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


def client(engine: KinesisEngine, account: str = ACCOUNT, region: str = REGION) -> Any:
    """A boto3 client of the engine; it sends anything, so that the engine's own validation is tested."""
    kinesis = boto3.client(
        "kinesis",
        region_name=region,
        endpoint_url="http://in.process",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        model = service_model().operation_model(operation)
        asked = _from_wire(model.input_shape, json.loads(request.body))
        try:
            status, body = 200, _to_wire(model.output_shape, engine.invoke(operation, asked, account, region))
        except KinesisError as error:
            logging.getLogger(__name__).debug("%s: %s", error.code, error.message)
            status = error.status_code
            body = json.dumps({"__type": error.code, "message": error.message}).encode()
        headers = {"x-amzn-RequestId": "in-process", "Content-Type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, status, headers, _Raw(body))

    kinesis.meta.events.register("before-send.kinesis", send)
    return kinesis


class Direct:
    """The methods of a boto3 client, straight into the engine: for tests that make thousands of calls."""

    def __init__(self, engine: KinesisEngine) -> None:
        self._engine = engine
        self._operations = {xform_name(name): name for name in service_model().operation_names}

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        operation = self._operations[method]
        return lambda **request: self._engine.invoke(operation, request, ACCOUNT, REGION)
