"""How far a shard has been delivered while lanes work on it: up to its lowest open record."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class Ticket:
    """One record between being read and being done."""

    sequence_number: str
    done: bool = False


class Progress:
    """Tickets of one shard, in the order of the shard.

    :param commit: called with the sequence number up to which everything is done, whenever it moves
    """

    def __init__(self, commit: Callable[[str], None]) -> None:
        self._commit = commit
        self._tickets: deque[Ticket] = deque()
        self._changed = threading.Condition()
        self._open = 0
        self._abandoned = False

    def add(self, sequence_numbers: Iterable[str]) -> list[Ticket]:
        """Take in records that were read."""
        tickets = [Ticket(number) for number in sequence_numbers]
        with self._changed:
            self._tickets.extend(tickets)
            self._open += len(tickets)
        return tickets

    def done(self, tickets: Iterable[Ticket]) -> None:
        """Records that were delivered, given up or filtered out."""
        with self._changed:
            for ticket in tickets:
                self._open -= not ticket.done
                ticket.done = True
            last = None
            while self._tickets and self._tickets[0].done:
                last = self._tickets.popleft().sequence_number
            if last is not None:
                self._commit(last)
            self._changed.notify_all()

    def wait_below(self, most: int) -> bool:
        """Wait until fewer than `most` records are open; False when the shard was abandoned."""
        with self._changed:
            self._changed.wait_for(lambda: self._open < most or self._abandoned)
            return not self._abandoned

    def wait_empty(self) -> bool:
        """Wait until nothing is open; False when the shard was abandoned first."""
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0 or self._abandoned)
            return self._open == 0

    def abandon(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()

    def beyond(self) -> frozenset[str]:
        """Sequence numbers that are done although an earlier record is not."""
        with self._changed:
            return frozenset(ticket.sequence_number for ticket in self._tickets if ticket.done)
