"""Waiting for a named condition, so that no test sleeps and every time-out says what was missing."""

import time
from collections.abc import Callable


def eventually[T](
    probe: Callable[[], T],
    *,
    within: float = 30.0,
    expecting: str,
    every: float = 0.05,
    context: Callable[[], str] | None = None,
) -> T:
    """Call `probe` until it returns something truthy, and return that.

    :param within: seconds to wait at most
    :param expecting: what is waited for, in words: it opens the failure message
    :param context: called on failure; its text (such as a function's log) is appended to the message
    :raises AssertionError: when the time is over; it shows the last answer of the probe
    """
    deadline = time.monotonic() + within
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            more = f"\n{context()}" if context else ""
            raise AssertionError(
                f"expected {expecting} within {within:g} s; the last answer was {answer!r}{more}"
            )
        time.sleep(every)
