"""A boto3 client whose requests are answered by the engine inside this process: no server, no socket.

botocore serialises every request as it would for AWS and parses every answer as it would from AWS; only the
sending in between is replaced, so what these tests see is what a user of boto3 sees.
"""

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.model import Shape
from localstack_lab.dynamodb.engine.engine import Engine
from localstack_lab.dynamodb.engine.errors import DynamoDBError


class _Body:
    """The part of urllib3's response that botocore reads."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def decode(shape: Shape | None, value: Any) -> Any:
    """Turn a JSON request body into the wire dict: what the model calls a blob becomes bytes."""
    if shape is None or value is None:
        return value
    match shape.type_name, value:
        case "structure", dict():
            return {name: decode(shape.members.get(name), member) for name, member in value.items()}
        case "list", list():
            return [decode(shape.member, member) for member in value]
        case "map", dict():
            return {name: decode(shape.value, member) for name, member in value.items()}
        case "blob", str():
            return base64.b64decode(value)
    return value


def _encode_other(value: Any) -> Any:
    match value:
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case datetime():
            return value.timestamp()
        case set() | frozenset() | tuple():
            return list(value)
    raise TypeError(f"the engine answered with a {type(value).__name__}, which is not on the wire: {value!r}")


def encode(answer: dict[str, Any]) -> bytes:
    """Turn an answer of the engine into the JSON body that AWS would send."""
    return json.dumps(answer, default=_encode_other).encode()


def attach(client: BaseClient, engine: Engine, account_id: str) -> BaseClient:
    """Let `engine` answer every request of `client`, as `account_id` in the client's region."""
    model = client.meta.service_model
    region = client.meta.region_name

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"]
        operation = (operation.decode() if isinstance(operation, bytes) else operation).rpartition(".")[2]
        body = decode(model.operation_model(operation).input_shape, json.loads(request.body))
        try:
            status, content = 200, engine.execute(operation, body, account_id, region)
        except DynamoDBError as error:
            status = error.status
            content = {"__type": f"com.amazonaws.dynamodb.v20120810#{error.code}", "message": error.message}
            content |= error.extra
        headers = {"x-amzn-requestid": "IN-PROCESS", "content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Body(encode(content)))

    client.meta.events.register("before-send", answer)
    return client
