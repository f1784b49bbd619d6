"""Opaque tokens: shard iterators and page tokens.

A token holds all there is to know, so that it needs no memory here and survives a restart. A checksum tells
ours from anything else. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
"""

import base64
import binascii
import json
from hashlib import sha256
from typing import Any

from localstack_lab.kinesis.errors import KinesisError, invalid_argument

_VERSION = b"\0\0\0\0\0\0\0\1"  # AWS's iterators are observed to start like this
_CHECK = 16
LIFETIME = 300.0  # seconds, of iterators and of page tokens


def seal(kind: str, *parts: Any) -> str:
    """Make a token of `kind`; it can be opened as that kind only."""
    text = json.dumps([kind, *parts], separators=(",", ":")).encode()
    return base64.b64encode(_VERSION + sha256(text).digest()[:_CHECK] + text).decode()


def unseal(kind: str, token: str) -> list[Any] | None:
    """The parts of a token, or None when it is none of ours or not of this kind."""
    try:
        raw = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        return None
    head, check, text = raw[:8], raw[8 : 8 + _CHECK], raw[8 + _CHECK :]
    if head != _VERSION or check != sha256(text).digest()[:_CHECK]:
        return None
    found, *parts = json.loads(text)
    return parts if found == kind else None


def page(kind: str, now: float, *parts: Any) -> str:
    """A NextToken of `kind`."""
    return seal(f"page:{kind}", now, *parts)


def open_page(kind: str, token: str, now: float) -> list[Any]:
    """What a NextToken of `kind` holds.

    :raises KinesisError: InvalidArgumentException, or ExpiredNextTokenException after 300 seconds
    """
    parts = unseal(f"page:{kind}", token)
    if parts is None:
        raise invalid_argument("Invalid NextToken.")
    issued, *rest = parts
    if now - issued > LIFETIME:
        raise KinesisError("ExpiredNextTokenException", "The NextToken is older than 300 seconds.")
    return rest
