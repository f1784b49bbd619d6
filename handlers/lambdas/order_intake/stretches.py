"""Cut an order file into stretches of whole orders without holding the file in memory.

The file is ``{"orders": [ … ]}``, perhaps with other fields. It is read to its end before anything is
answered, so that a file that is cut off or malformed anywhere is refused as a whole, not half processed.
"""

import codecs
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

MAX_BYTES = 32_768
MAX_ORDERS = 50
MAX_STRETCHES = 3_500
"""So many descriptions fit into Step Functions' 256 KiB; about 110 MB of orders."""
_SPACE = " \t\n\r"
_INSIDE_NUMBERS = "0123456789.eE+-"


class InvalidFile(Exception):
    """The file is at fault. Its text is the JSON list of reasons, which the state machine reads."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        self.reasons = [{"code": code, "field": field, "message": message}]
        super().__init__(json.dumps(self.reasons))


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _refuse_constant(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=Decimal)


def parse_orders(text: str) -> list:
    """The orders of one stretch: JSON values with commas between; decimals exact."""
    return json.loads(f"[{text}]", parse_constant=_refuse_constant, parse_float=Decimal)


class _Text:
    """The file's text as far as it was read, with the place in bytes of the next character."""

    def __init__(self, body: Readable, chunk: int) -> None:
        self._body, self._chunk = body, chunk
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ended = False
        self._text, self._at = "", 0
        self.offset = 0

    def _more(self, at_least: int = 0) -> bool:
        """Read on, at least twice what is held: values that span many chunks cost linear time."""
        if self._ended:
            return False
        data = self._body.read(max(self._chunk, at_least))
        self._ended = not data
        try:
            added = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise InvalidFile(
                "not_json", f"The file is not JSON: it is not UTF-8 ({error.reason})."
            ) from error
        self._text = self._text[self._at :] + added
        self._at = 0
        return True

    def _skip(self, to: int) -> None:
        self.offset += len(self._text[self._at : to].encode())
        self._at = to

    def peek(self) -> str:
        """The next character that is not white space; empty at the end of the file."""
        while True:
            at = self._at
            while at < len(self._text) and self._text[at] in _SPACE:
                at += 1
            self._skip(at)
            if at < len(self._text):
                return self._text[at]
            if not self._more():
                return ""

    def take(self, expected: str) -> str:
        """Step over the next character, which must be one of `expected`."""
        found = self.peek()
        if not found or found not in expected:
            raise self.fault(f"expected {' or '.join(expected)}, found {found or 'the end of the file'}")
        self._skip(self._at + 1)
        return found

    def value(self) -> object:
        """Step over one whole JSON value and answer it."""
        if not self.peek():
            raise self.fault("expected a value, found the end of the file")
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._more(len(self._text) - self._at):
                    raise self.fault(error.msg) from error
                continue
            except RecursionError as error:
                raise self.fault("it nests too deep") from error
            # a number at the end of what was read may go on in the next chunk: 12 | 12.5 | 12.5E3
            cut = end == len(self._text) or self._text[end] in _INSIDE_NUMBERS
            if not cut or not self._more(self._chunk):
                self._skip(end)
                return value

    def fault(self, what: str) -> InvalidFile:
        return InvalidFile("not_json", f"The file is not JSON: {what} (near byte {self.offset:,}).")


def stretches(body: Readable, *, chunk: int = 1 << 18) -> list[dict[str, int]]:
    """Where in the file its orders lie, in stretches small enough for one invocation each.

    :param body: the file's bytes
    :returns: ``[{"first": position, "count": orders, "offset": bytes, "length": bytes}, …]``
    :raises InvalidFile: not JSON; no ``orders``; ``orders`` not a list, or empty; too many orders
    """
    text = _Text(body, chunk)
    if text.peek() != "{":
        text.value()
        _nothing_follows(text)
        raise InvalidFile("no_orders", "The file is not an object with orders.", "orders")
    found: list[dict[str, int]] | None = None
    text.take("{")
    if text.peek() == "}":
        text.take("}")
    else:
        while True:
            if text.peek() != '"':
                raise text.fault("expected a field's name in quotes")
            name = text.value()
            text.take(":")
            if name != "orders":
                text.value()
            elif text.peek() == "[":
                found = _collect(_entries(text))
            else:
                text.value()
                found = None
            if text.take(",}") == "}":
                break
    _nothing_follows(text)
    if found is None:
        raise InvalidFile("no_orders", "The file has no list of orders.", "orders")
    if not found:
        raise InvalidFile("empty_orders", "The file's list of orders is empty.", "orders")
    if len(found) > MAX_STRETCHES:
        message = f"The file has {len(found):,} stretches of orders, at most {MAX_STRETCHES:,} fit; split it."
        raise InvalidFile("too_many_orders", message, "orders")
    return found


def _nothing_follows(text: _Text) -> None:
    if text.peek():
        raise text.fault("something follows the end of the value")


def _entries(text: _Text) -> Iterator[tuple[int, int]]:
    """(offset, length) in bytes of each entry of the list that starts here."""
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        text.peek()
        start = text.offset
        text.value()
        yield start, text.offset - start
        if text.take(",]") == "]":
            return


def _collect(entries: Iterator[tuple[int, int]]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = []
    for position, (offset, length) in enumerate(entries):
        last = found[-1] if found else None
        if last and last["count"] < MAX_ORDERS and offset + length - last["offset"] <= MAX_BYTES:
            last["count"] += 1
            last["length"] = offset + length - last["offset"]
        else:
            found.append({"first": position, "count": 1, "offset": offset, "length": length})
    return found
