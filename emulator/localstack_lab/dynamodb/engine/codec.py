"""Items as SQLite values.

An item without binaries is JSON text; one with binaries is a BLOB of JSON in which they are base64. The type
of the value tells the two apart, so that only items with binaries pay for the conversion.
"""

from __future__ import annotations

import base64
import json
from typing import Any

Body = str | bytes


class _Binaries:
    """Encodes ``bytes`` as base64 and remembers that it met some."""

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, value: Any) -> str:
        if not isinstance(value, bytes):
            raise TypeError(f"An item in wire form cannot hold a {type(value).__name__}")
        self.seen = True
        return base64.b64encode(value).decode("ascii")


def _restore(value: dict[str, Any]) -> dict[str, Any]:
    # Only an attribute value has a text under "B" or texts under "BS": an attribute named B has a map there.
    binary = value.get("B")
    if isinstance(binary, str):
        return {"B": base64.b64decode(binary)}
    binaries = value.get("BS")
    if isinstance(binaries, list):
        return {"BS": [base64.b64decode(member) for member in binaries]}
    return value


def encode_item(item: dict[str, Any]) -> Body:
    """An item in wire form (``bytes`` for binaries) as text, or as bytes when it holds binaries."""
    binaries = _Binaries()
    text = json.dumps(item, default=binaries, separators=(",", ":"), check_circular=False)
    return text.encode("ascii") if binaries.seen else text


def decode_item(body: Body) -> dict[str, Any]:
    """The item that `encode_item` encoded; a fresh object at every call."""
    return json.loads(body) if isinstance(body, str) else json.loads(body, object_hook=_restore)
