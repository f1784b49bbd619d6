"""What AWS checks in an Invoke request before a function runs.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import base64
import binascii
import json

from localstack.aws.api import CommonServiceException
from localstack.aws.api.lambda_ import (
    InvalidParameterValueException,
    InvalidRequestContentException,
    InvocationType,
)

MAX_SYNCHRONOUS = 6 * 1024 * 1024  # bytes
MAX_ASYNCHRONOUS = 1024 * 1024  # bytes; 256 KiB until October 2025

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)


def payload(body: bytes | None, invocation_type: str | None) -> bytes:
    """The event to run: an empty body means an empty object.

    :raises CommonServiceException: RequestEntityTooLargeException (413)
    :raises InvalidRequestContentException: when the body is not JSON
    """
    if not body:
        return b"{}"
    asynchronous = invocation_type == InvocationType.Event
    limit = MAX_ASYNCHRONOUS if asynchronous else MAX_SYNCHRONOUS
    if len(body) > limit:
        kind = "Event" if asynchronous else "RequestResponse"
        raise CommonServiceException(
            "RequestEntityTooLargeException",
            f"{len(body)} byte payload is too large for the {kind} invocation type (limit {limit} bytes)",
            status_code=413,
        )
    try:
        json.loads(body)
    except ValueError as error:
        raise InvalidRequestContentException(
            f"Could not parse request body into json: Could not parse payload into json: {error}", Type="User"
        ) from error
    return body


def client_context(encoded: str | None, invocation_type: str | None) -> str | None:
    """The client context's JSON on one line; None without one, and for events, to which AWS does not pass it.

    :raises InvalidRequestContentException: when it is not Base64 of a JSON object
    """
    if not encoded or encoded == "{}" or invocation_type == InvocationType.Event:  # function URLs send "{}"
        return None
    try:
        context = json.loads(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestContentException(
            "Client context must be a valid Base64-encoded JSON object.", Type="User"
        ) from error
    if not isinstance(context, dict):
        raise InvalidRequestContentException(
            "Client context must be a valid Base64-encoded JSON object.", Type="User"
        )
    return json.dumps(context)


def variables(names: dict[str, str]) -> None:
    """:raises InvalidParameterValueException: when a function sets variables that are Lambda's own"""
    used = sorted(RESERVED_VARIABLES & names.keys())
    if used:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables "
            "you have provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(used)}",
            Type="User",
        )
