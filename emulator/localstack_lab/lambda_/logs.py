"""What a function writes becomes CloudWatch log events.

Prints and log records come through one pipe. Prints are text, an event for each line. Log records
(``logging``) come as frames of AWS's telemetry channel, so that a record of several lines stays one event, as
on AWS. The frame's form is described in ``awslambdaric``'s ``FramedTelemetryLogSink``: type (4 bytes), length
(4), microseconds (8), message.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_MAGIC = b"\xa5\x5a\x00"
_HEADER = 16
MAX_EVENT = 256 * 1024 - 26  # bytes of one CloudWatch event; a longer line is cut into several
_LONGEST_FRAME = 1 << 26


@dataclass(frozen=True)
class LogEvent:
    """`timestamp` is in milliseconds since 1970, as CloudWatch counts."""

    timestamp: int
    message: str


def now_ms() -> int:
    """The current time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass
class LogParser:
    """Cuts the bytes of one pipe into events; `feed` may be called with any piece, `finish` at the end."""

    _unread: bytearray = field(default_factory=bytearray)
    _line: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[LogEvent]:
        """Take `data` and return the events that are complete now."""
        self._unread += data
        return list(self._events())

    def finish(self, *, ended: bool) -> list[LogEvent]:
        """At the end of an invocation: a last line without line end; when the process `ended`, all."""
        if ended:
            self._line += self._unread
            self._unread.clear()
        rest, self._line = bytes(self._line), bytearray()
        return list(_text_events(rest)) if rest else []

    def _events(self) -> Iterator[LogEvent]:
        while self._unread:
            place = self._unread.find(_MAGIC)
            if place < 0:
                kept = next((n for n in (2, 1) if self._unread.endswith(_MAGIC[:n])), 0)
                yield from self._text(len(self._unread) - kept)
                return
            yield from self._text(place)
            frame = self._frame()
            if frame is None:
                return
            yield from frame

    def _text(self, length: int) -> Iterator[LogEvent]:
        self._line += self._unread[:length]
        del self._unread[:length]
        cut = self._line.rfind(b"\n") + 1
        if not cut and len(self._line) > MAX_EVENT:
            cut = len(self._line)
        complete, self._line = bytes(self._line[:cut]), self._line[cut:]
        yield from _text_events(complete)

    def _frame(self) -> list[LogEvent] | None:
        """The frame at the start of what is unread; None when it is not complete yet."""
        if len(self._unread) < _HEADER:
            return None
        size = int.from_bytes(self._unread[4:8], "big")
        micros = int.from_bytes(self._unread[8:16], "big")
        if size > _LONGEST_FRAME or abs(micros / 1e6 - time.time()) > 3600:
            # Not a frame but a function that prints binary data: keep the bytes as text.
            self._line += self._unread[:3]
            del self._unread[:3]
            return []
        if len(self._unread) < _HEADER + size:
            return None
        message = self._unread[_HEADER : _HEADER + size].decode("utf-8", "replace")
        del self._unread[: _HEADER + size]
        return [LogEvent(micros // 1000, part) for part in _cut(message)] if message else []


def _text_events(data: bytes) -> Iterator[LogEvent]:
    timestamp = now_ms()
    for line in data.decode("utf-8", "replace").split("\n"):
        text = line.replace("\r", "\n").rstrip("\n")
        if text:
            yield from (LogEvent(timestamp, part) for part in _cut(text + "\n"))


def _cut(message: str) -> Iterator[str]:
    if len(message) * 4 <= MAX_EVENT or len(message.encode()) <= MAX_EVENT:
        yield message
        return
    step = MAX_EVENT // 4
    for start in range(0, len(message), step):
        yield message[start : start + step]
