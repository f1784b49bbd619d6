"""Between LocalStack's request and the engine: answers written as AWS's JSON, errors with all their members.

A handler may return a finished HTTP response, which spares LocalStack's walk over the answer's shape: for a
page of items that walk costs more than the query.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, ServiceResponse
from localstack.http import Response

from localstack_lab.dynamodb.engine.engine import Engine
from localstack_lab.dynamodb.engine.errors import DynamoDBError

_CONTENT_TYPE = "application/x-amz-json-1.0"
_DEFAULT_REGION = "us-east-1"


def execute(
    engine: Engine, context: RequestContext, operation: str, request: dict[str, Any]
) -> ServiceResponse | Response:
    """Let the engine answer; its refusals become LocalStack's exceptions with AWS's code and words."""
    try:
        answer = engine.execute(operation, request, context.account_id, region_of(context))
    except DynamoDBError as error:
        raise service_exception(error) from error
    if context.protocol != "json" or "cbor" in (context.request.headers.get("Accept") or ""):
        return answer
    headers = {"Content-Type": _CONTENT_TYPE, "x-amzn-RequestId": context.request_id or ""}
    return Response(to_json(answer), headers=headers)


def region_of(context: RequestContext) -> str:
    """The request's region; AWS's NoSQL Workbench calls it local or localhost."""
    return _DEFAULT_REGION if context.region in ("local", "localhost") else context.region


def service_exception(error: DynamoDBError) -> CommonServiceException:
    """The exception that LocalStack serialises: the error's further members are its attributes."""
    fault_of_caller = error.status < 500
    exception = CommonServiceException(error.code, error.message, error.status, sender_fault=fault_of_caller)
    for name, value in error.extra.items():
        setattr(exception, name, value)
    return exception


def to_json(answer: dict[str, Any]) -> str:
    """An answer in wire form as JSON text: binaries as base64, once; times are numbers already."""
    return json.dumps(answer, default=_binary, separators=(",", ":"), check_circular=False)


def _binary(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"The engine answered with a {type(value).__name__}, which JSON cannot carry")
