"""AWS's Lambda Runtime API, one server for each execution environment.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html describes the five requests. Each environment
has a port of its own on 127.0.0.1, and only the connection that asked first may ask for events while it is
open, so that one function's process cannot take another's work or answer in its name.
"""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from localstack_lab.lambda_.loop import Loop

PREFIX = "/2018-06-01/runtime/"
MAX_RESPONSE = 6 * 1024 * 1024 + 100  # bytes; 100 more than a request may have, as AWS's error text says
_ACCEPTED = b'{"status":"OK"}\n'
_REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Too Large",
}


class Listener(Protocol):
    """What an environment hears from its process; every call comes from the loop's thread."""

    def on_next(self) -> None:
        """The process is ready for an event."""

    def on_result(self, request_id: str, body: bytes, error_type: str | None) -> bool:
        """A response (`error_type` is None) or an error; False when no such invocation is running."""

    def on_too_large(self, request_id: str) -> None:
        """The response is larger than AWS allows."""

    def on_init_error(self, body: bytes, error_type: str) -> None:
        """The handler's module could not be loaded."""


@dataclass(eq=False)
class Connection:
    """One HTTP connection of the process: what was read and not yet understood, what is not yet written."""

    sock: socket.socket
    unread: bytearray = field(default_factory=bytearray)
    unsent: bytearray = field(default_factory=bytearray)


class RuntimeApi:
    """Listens on a free port of 127.0.0.1 from construction until `close`."""

    def __init__(self, loop: Loop, listener: Listener) -> None:
        self._loop = loop
        self._listener = listener
        self._server = socket.create_server(("127.0.0.1", 0), backlog=8)
        self._server.setblocking(False)
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._connections: set[Connection] = set()
        self._runtime: Connection | None = None  # the one that asks for events
        self._waiting = False  # its request for the next event is open
        self._event: bytes | None = None  # an event that came before that request
        loop.call(lambda: loop.watch(self._server.fileno(), self._accept))

    def send_event(self, body: bytes, headers: dict[str, str]) -> None:
        """Answer the ``next`` request that waits, or the one that comes; callable from any thread."""
        self._event = _response(200, body, {"Content-Type": "application/json", **headers})
        self._loop.call(self._deliver)

    def close(self) -> None:
        """Close the port and every connection; AWS's client then ends by itself. Callable from any thread."""
        self._loop.call(self._close)

    def _deliver(self) -> None:
        if self._waiting and self._event is not None and self._runtime is not None:
            data, self._event, self._waiting = self._event, None, False
            self._send(self._runtime, data)

    def _close(self) -> None:
        if self._server.fileno() < 0:
            return
        self._loop.unwatch(self._server.fileno())
        self._server.close()
        for connection in list(self._connections):
            self._drop(connection)

    def _accept(self) -> None:
        try:
            sock, _ = self._server.accept()
        except BlockingIOError:
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(sock)
        self._connections.add(connection)
        self._loop.watch(sock.fileno(), lambda: self._read(connection))

    def _drop(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self._loop.unwatch(connection.sock.fileno())
            connection.sock.close()
        if self._runtime is connection:
            self._runtime, self._waiting = None, False

    def _read(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
            return
        connection.unread += data
        while connection in self._connections and (request := _take_request(connection.unread)) is not None:
            self._answer(connection, *request)

    def _answer(
        self, connection: Connection, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> None:
        action = path.removeprefix(PREFIX).split("/")
        match method, action:
            case "GET", ["invocation", "next"]:
                if self._runtime not in (None, connection):
                    self._refuse(
                        connection, 403, "Forbidden", "Another process is this environment's runtime"
                    )
                    return
                self._runtime, self._waiting = connection, True
                self._listener.on_next()
                self._deliver()
            case "POST", ["invocation", request_id, ("response" | "error") as kind]:
                error_type = (
                    headers.get("lambda-runtime-function-error-type", "") if kind == "error" else None
                )
                if len(body) > MAX_RESPONSE:
                    self._listener.on_too_large(request_id)
                    text = f"Exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
                    self._refuse(connection, 413, "RequestEntityTooLarge", text)
                elif self._runtime not in (None, connection) or not self._listener.on_result(
                    request_id, body, error_type
                ):
                    self._refuse(connection, 400, "InvalidRequestID", "Invalid request ID")
                else:
                    self._send(connection, _response(202, _ACCEPTED))
            case "POST", ["init", "error"]:
                self._listener.on_init_error(body, headers.get("lambda-runtime-function-error-type", ""))
                self._send(connection, _response(202, _ACCEPTED))
            case _:
                self._refuse(connection, 404, "NotFound", f"The lab's Runtime API has no {method} {path}")

    def _refuse(self, connection: Connection, status: int, error_type: str, message: str) -> None:
        body = json.dumps({"errorMessage": message, "errorType": error_type}).encode()
        self._send(connection, _response(status, body))

    def _send(self, connection: Connection, data: bytes) -> None:
        if connection not in self._connections:
            return
        started = bool(connection.unsent)
        connection.unsent += data
        if not started:
            self._flush(connection)
            if connection.unsent and connection in self._connections:
                self._watch_writable(connection, lambda: self._flush(connection))

    def _flush(self, connection: Connection) -> None:
        if connection not in self._connections:
            return
        try:
            while connection.unsent:
                sent = connection.sock.send(memoryview(connection.unsent)[: 1 << 18])
                del connection.unsent[:sent]
        except BlockingIOError:
            return
        except OSError:
            self._drop(connection)
            return
        self._watch_writable(connection, None)

    def _watch_writable(self, connection: Connection, on_writable: Callable[[], None] | None) -> None:
        self._loop.watch_writable(connection.sock.fileno(), lambda: self._read(connection), on_writable)


def _response(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _take_request(unread: bytearray) -> tuple[str, str, dict[str, str], bytes] | None:
    """Remove one whole request from the buffer: method, path, headers (names in lower case), body."""
    end = unread.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *rest = unread[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    start = end + 4
    if headers.get("transfer-encoding", "").lower() == "chunked":
        unchunked = _unchunk(unread, start)
        if unchunked is None:
            return None
        body, start = unchunked
    else:
        length = int(headers.get("content-length", "0"))
        if len(unread) - start < length:
            return None
        body = bytes(unread[start : start + length])
        start += length
    del unread[:start]
    method, path, *_ = first.split(" ")
    return method, path, headers, body


def _unchunk(unread: bytearray, start: int) -> tuple[bytes, int] | None:
    body = bytearray()
    while True:
        line_end = unread.find(b"\r\n", start)
        if line_end < 0:
            return None
        size = int(unread[start:line_end].split(b";")[0], 16)
        start = line_end + 2
        if len(unread) < start + size + 2:
            return None
        body += unread[start : start + size]
        start += size + 2
        if size == 0:
            return bytes(body), start
