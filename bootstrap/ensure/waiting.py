"""Waiting for states that botocore has no waiter for."""

import time
from collections.abc import Callable, Collection

from bootstrap.errors import ResourceError

POLL_SECONDS = 0.1
WAIT_SECONDS = 300.0


def until(kind: str, name: str, state: Callable[[], str], *, good: str, passing: Collection[str]) -> None:
    """Ask `state` until it answers `good`.

    :param passing: states on the way there
    :raises ResourceError: it is in any other state, or still on its way after five minutes
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while (now := state()) != good:
        if now not in passing:
            raise ResourceError(kind, name, f"is {now}, and was to become {good}")
        if time.monotonic() > deadline:
            raise ResourceError(kind, name, f"is still {now} after {WAIT_SECONDS:g} s")
        time.sleep(POLL_SECONDS)
