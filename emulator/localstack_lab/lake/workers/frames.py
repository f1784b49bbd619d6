"""Messages between LocalStack and its workers: JSON with a length in front, over a socket.

JSON instead of pickle, since a worker reads what strangers wrote: whatever it says can only be data.
"""

import base64
import json
import socket
import struct
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LARGEST = 1 << 30  # bytes; a longer message is a fault of whoever sends it
_LENGTH = struct.Struct(">I")


class Closed(Exception):
    """The other side has gone."""


def send(channel: socket.socket, message: Any) -> None:
    """Write one message.

    :raises Closed: when nobody reads any more
    """
    body = json.dumps(message, default=_special, separators=(",", ":")).encode()
    try:
        channel.sendall(_LENGTH.pack(len(body)) + body)
    except OSError as error:
        raise Closed(str(error)) from error


def receive(channel: socket.socket) -> Any:
    """Wait for one message.

    :raises Closed: when the other side has gone
    """
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    if length > LARGEST:
        raise Closed(f"A message of {length} bytes")
    return json.loads(_exactly(channel, length), object_hook=_restored)


def _exactly(channel: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        try:
            part = channel.recv(min(count, 1 << 20))
        except OSError as error:
            raise Closed(str(error)) from error
        if not part:
            raise Closed("The other side has gone")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _special(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "__iter__"):  # a generator of pages
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot travel between LocalStack and a worker: {value!r}")


def _restored(members: dict[str, Any]) -> Any:
    if len(members) == 1:
        match next(iter(members.items())):
            case "$datetime", str(text):
                return datetime.fromisoformat(text)
            case "$date", str(text):
                return date.fromisoformat(text)
            case "$bytes", str(text):
                return base64.b64decode(text)
            case "$decimal", str(text):
                return Decimal(text)
    return members
