"""An event on its way, and the JSON that travels inside its body or data.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html#input-transform-implicit
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

INNER_FIELD = {"kinesis": "data", "sqs": "body", "dynamodb": None}
"""The field of a source's events that may hold JSON of its own."""


def to_json(value: Any) -> str:
    """A value as AWS writes it into a payload: compact, and not escaped beyond what JSON needs."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Event:
    """One event: ``content`` is what the pipe receives, ``parsed`` the same with its inner JSON opened.

    :param id: by which a target names the event when it failed: ``eventID``, or ``messageId`` of a queue
    :param inner: the field that may hold JSON: ``data`` (base64) or ``body``
    """

    __slots__ = ("_opened", "_parsed", "content", "id", "inner")

    def __init__(self, content: Any, id: str | None = None, inner: str | None = None) -> None:
        self.content = content
        self.id = id
        self.inner = inner
        self._parsed: Any = None
        self._opened: bool | None = None

    @property
    def parsed(self) -> Any:
        """The event with its inner field as JSON, or as it came where that holds none."""
        self._open()
        return self._parsed

    @property
    def is_json(self) -> bool:
        """Whether the payload itself, without the metadata around it, is JSON."""
        return self._open()

    def _open(self) -> bool:
        if self._opened is None:
            self._parsed, self._opened = self._parse()
        return self._opened

    def _parse(self) -> tuple[Any, bool]:
        if self.inner is None:
            return self.content, not isinstance(self.content, str)
        value = inner_json(self.inner, self.content.get(self.inner))
        if value is None:
            return self.content, False
        return {**self.content, self.inner: value}, True


def inner_json(field: str, text: Any) -> Any:
    """The object or array that a data or body field holds, or None."""
    if not isinstance(text, str):
        return None
    try:
        plain = base64.b64decode(text, validate=True).decode() if field == "data" else text
        if plain.lstrip()[:1] not in ("{", "["):
            return None
        return json.loads(plain)
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        return None


def enriched(value: Any) -> Event:
    """What an enrichment answered, as an event; its id is the one that it kept of the source's."""
    identifier = None
    if isinstance(value, dict):
        found = value.get("eventID", value.get("messageId"))
        identifier = found if isinstance(found, str) else None
    return Event(value, identifier)
