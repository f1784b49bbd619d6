"""Tells readers in this process that a stream has new records, so that they need not poll."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable


class Bell:
    """Counts, per stream ARN, how often something was written."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count: dict[str, int] = {}

    def ring(self, arns: Iterable[str]) -> None:
        """These streams have new records."""
        with self._changed:
            for arn in arns:
                if arn in self._count:
                    self._count[arn] += 1
            self._changed.notify_all()

    def waiter(self, arn: str) -> Callable[[float], None]:
        """A function that waits (seconds, at most) for what is written since its last return."""
        with self._changed:
            seen = self._count.setdefault(arn, 0)

        def wait(seconds: float) -> None:
            nonlocal seen
            deadline = time.monotonic() + seconds
            with self._changed:
                while self._count[arn] == seen and (left := deadline - time.monotonic()) > 0:
                    self._changed.wait(left)
                seen = self._count[arn]

        return wait


BELL = Bell()
