"""What a lab says about itself. Only 127.0.0.1 is ever asked, and no proxy on the way."""

import http.client
import json
import socket
from typing import Any

REASONS = (OSError, http.client.HTTPException, ValueError)
"""A server that is not there, not yet there, or not LocalStack."""


def health(port: int, timeout: float = 2.0) -> dict[str, Any] | None:
    """The answer of ``/_localstack/health``; None when there is none.

    Keys: ``services`` (name to ``available``, ``running``, ``error`` or ``disabled``), ``version``,
    ``edition``.
    https://docs.localstack.cloud/aws/capabilities/networking/internal-endpoints/
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/_localstack/health")
        answer = connection.getresponse()
        if answer.status != 200:
            return None
        body = json.loads(answer.read())
    except REASONS:
        return None
    finally:
        connection.close()
    return body if isinstance(body, dict) and isinstance(body.get("services"), dict) else None


def port_free(port: int) -> bool:
    """Whether a server can listen on 127.0.0.1:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not answers(port)  # macOS lets two bind side by side


def answers(port: int) -> bool:
    """Whether somebody listens on 127.0.0.1:`port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port that is free at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
