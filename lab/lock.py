"""One terminal at a time starts or stops a lab."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.errors import StartFailed

POLL = 0.05


@contextmanager
def exclusive(
    path: Path, *, timeout: float = 90.0, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the lock file `path`, and delete it at the end; the operating system lets go when the holder dies.

    :param timeout: seconds to wait for another holder
    :param on_wait: called once when somebody else holds the lock
    :raises StartFailed: when the other holder does not finish in time
    """
    deadline = time.monotonic() + timeout
    descriptor = -1
    try:
        while (descriptor := _try(path)) < 0:
            if on_wait:
                on_wait()
                on_wait = None
            if time.monotonic() > deadline:
                raise StartFailed(
                    f"Another terminal has been starting or stopping this lab for more than {timeout:g} s.",
                    f"Wait for it or end it; it holds {path}.",
                )
            time.sleep(POLL)
        yield
    finally:
        if descriptor >= 0:
            path.unlink(missing_ok=True)  # while still holding it: whoever waits notices, see `_try`
            os.close(descriptor)


def held(path: Path) -> bool:
    """Whether somebody is starting or stopping the lab right now."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _try(path: Path) -> int:
    """A descriptor that holds the lock, or -1. The file may be deleted by its last holder at any moment, so
    what was locked must still be the file of that name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:  # the last holder has just removed the empty folder
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), os.stat(path)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass  # held by another, or deleted by it a moment ago: both mean "not ours"
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return -1
