"""The native module of ``awslambdaric`` in plain Python, for interpreters that its compiled one does not fit.

Same functions, same headers; see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import http.client
import os
import sys

_PREFIX = "/2018-06-01/runtime/"
_state = {"connection": None, "agent": "aws-lambda-python"}


def initialize_client(user_agent):
    """Keep the agent's name; the connection is made with the first request."""
    _state["agent"] = user_agent


def _request(method, path, body=None, headers=None):
    connection = _state["connection"]
    if connection is None:
        connection = _state["connection"] = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, _PREFIX + path, body, {"User-Agent": _state["agent"], **(headers or {})})
    response = connection.getresponse()
    answer = response.read()
    if response.status >= 400:
        raise RuntimeError(f"Runtime API answered {response.status} to {path}")
    return answer, response.headers


def next():
    """Wait for an event: its body as bytes and the headers, with the deadline as a number."""
    body, received = _request("GET", "invocation/next")
    headers = {name: value for name, value in received.items()}
    headers["Lambda-Runtime-Deadline-Ms"] = int(headers["Lambda-Runtime-Deadline-Ms"])
    return body, headers


def post_invocation_result(invoke_id, result, content_type, invocation_id=None):
    """Send what the handler returned."""
    try:
        _request("POST", f"invocation/{invoke_id}/response", result, {"Content-Type": content_type})
    except RuntimeError as error:
        sys.stderr.write(f"LAMBDA_RUNTIME Failed to post handler success response. {error}\n")
        raise


def post_error(invoke_id, error_response, xray_fault, invocation_id=None):
    """Send what the handler raised."""
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled"}
    _request("POST", f"invocation/{invoke_id}/error", error_response.encode("utf-8"), headers)
