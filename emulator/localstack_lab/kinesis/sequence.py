"""Sequence numbers: 56 decimal digits that grow with every record.

A sequence number is a 186-bit integer laid out as AWS's are observed to be (version 2)::

    2 | stream's creation (9 hex) | 0 | counter (16 hex) | 00 | arrival second (9 hex) | shard (8 hex) | 2

The counter is taken from one source for the whole engine, so that numbers grow along a shard, across its
stream and from a parent to its children, and can be compared as integers. AWS promises growth along a shard.
https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number
"""

import threading
import time
from typing import NamedTuple

_HEX_DIGITS = 47
_VERSION = 2


class Decoded(NamedTuple):
    """What a sequence number says: the stream's creation second, the counter and the index of the shard."""

    created: int
    counter: int
    shard: int


class Counter:
    """Ever-growing 63-bit numbers, seeded by the clock so that a restart goes on above them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = time.time_ns()

    def take(self, count: int = 1) -> int:
        """Reserve `count` numbers in a row and return the first."""
        with self._lock:
            first = self._next
            self._next = first + count
            return first

    def last(self) -> int:
        """The highest number given so far."""
        with self._lock:
            return self._next - 1

    def beyond(self, number: int) -> None:
        """Never give `number` or less again: for state restored from a machine with a faster clock."""
        with self._lock:
            self._next = max(self._next, number + 1)


def prefix(created: int) -> int:
    """The part of a sequence number that all records of one stream share."""
    return ((2 << 36) | created) << 148


def encode(stream_prefix: int, counter: int, second: int, shard: int) -> str:
    """The sequence number of a record.

    :param stream_prefix: from `prefix`
    :param second: of arrival, since the epoch
    """
    return str(stream_prefix | (counter << 80) | (second << 36) | (shard << 4) | _VERSION)


def decode(sequence_number: str) -> Decoded | None:
    """Take a sequence number apart; None when it is none of ours (or of AWS's version 2)."""
    digits = f"{int(sequence_number):x}"
    if len(digits) != _HEX_DIGITS or digits[0] != "2" or digits[-1] != str(_VERSION):
        return None
    return Decoded(int(digits[1:10], 16), int(digits[11:27], 16), int(digits[38:46], 16))
