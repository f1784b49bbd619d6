"""Calls between LocalStack's own services go straight to the gateway, not through a socket to ourselves.

Slow upstream: a Step Functions task that sends a message is a whole HTTP request to our own port: a
connection, a second worker thread, two parses and the socket's round trip. LocalStack has a short cut
(``IN_MEMORY_CLIENT``), off by default: the same prepared request goes to the same handler chain, on the
caller's thread.

Same answers, because what the short cut leaves out is put right here: the path is decoded as a web server
decodes it (the encoded one stays in ``RAW_URI``; otherwise an S3 key with a blank is another key), a body
that is a file is handed over as its bytes, and the headers and the address that a socket would add are
there. An explicit ``IN_MEMORY_CLIENT`` in the environment wins.
"""

import os
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from localstack_lab.tuning.patch import LOCALSTACK, Patch

SETTING = "IN_MEMORY_CLIENT"
LOOPBACK = "127.0.0.1"
_VERSIONS = {**LOCALSTACK, "botocore": "1.42.54", "rolo": "0.8.1"}


def server_request(aws_request: Any) -> Any:
    """The request that LocalStack's gateway would have received, had botocore's request travelled over HTTP.

    :param aws_request: ``botocore.awsrequest.AWSPreparedRequest``
    :returns: ``localstack.http.Request``
    """
    from localstack.http import Request
    from werkzeug.datastructures import Headers

    url = urlsplit(aws_request.url)
    headers = Headers()
    for name, value in aws_request.headers.items():
        headers[name] = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    headers.setdefault("Host", url.netloc)
    body = aws_request.body
    if hasattr(body, "read"):
        body = body.read()
    elif isinstance(body, (bytearray, memoryview)):
        body = bytes(body)
    if "Transfer-Encoding" in headers:  # the body is whole already, there are no chunks to read
        del headers["Transfer-Encoding"]
        headers["Content-Length"] = str(len(body or b""))
    return Request(
        method=aws_request.method,
        path=unquote(url.path),
        raw_path=url.path,
        query_string=url.query,
        headers=headers,
        body=body,
        scheme=url.scheme,
        server=(url.hostname or "localhost", url.port),
        remote_addr=LOOPBACK,
    )


def _change(patch: Patch, module: ModuleType) -> None:
    if SETTING in os.environ:
        return
    from localstack import config

    patch.replace(module, "create_http_request", lambda _: server_request)
    patch.replace(config, SETTING, lambda _: True)
    enriching = module.botocore_in_memory_endpoint_patch
    if not enriching.is_applied:
        enriching.apply()
        patch.on_revert(enriching.undo)


PATCHES = [Patch("internal calls in memory", "localstack.aws.client", _change, _VERSIONS)]
