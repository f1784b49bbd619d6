"""Keeps execution environments inside their memory limit, and costs nothing while none is working.

The limit is on resident memory, as on AWS, of the process and everything it started. RLIMIT_AS alone would
not do: threaded boto3 takes 195 MB of address space while 50 MB are resident.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import contextmanager

LOG = logging.getLogger(__name__)

MB = 1024 * 1024
INTERVAL_SECONDS = 0.025
_PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """The process and its living descendants; only the process itself where Linux does not tell."""
    found, unvisited = [], [pid]
    while unvisited:
        current = unvisited.pop()
        found.append(current)
        try:
            threads = os.listdir(f"/proc/{current}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                with open(f"/proc/{current}/task/{thread}/children") as file:
                    unvisited += [int(child) for child in file.read().split()]
            except OSError:
                continue
    return found


def resident(pid: int) -> int:
    """Bytes that the process and its descendants hold; 0 when it has ended.

    Pages that a fork shares are counted once: with descendants the proportional size is taken.
    """
    members = family(pid)
    if len(members) == 1:
        return _resident_alone(pid)
    return sum(_proportional(member) for member in members)


def _resident_alone(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0


def peak(pid: int) -> int:
    """The most bytes that this one process ever held; 0 when it has ended or the system does not tell."""
    try:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0


class MemoryWatch:
    """One thread for all environments; it sleeps until one of them works."""

    def __init__(self) -> None:
        self._watched: dict[object, tuple[int, int, Callable[[int], None]]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, pid: int, limit: int, on_exceeded: Callable[[int], None]):
        """While the block runs, call `on_exceeded` once with the resident bytes when they pass `limit`."""
        key = object()
        with self._changed:
            self._watched[key] = (pid, limit, on_exceeded)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lab-lambda-memory", daemon=True)
                self._thread.start()
            if len(self._watched) == 1:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._watched.pop(key, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._watched:
                    self._changed.wait()
                # A short invocation is over before the first look; its peak is read when it ends.
                self._changed.wait(INTERVAL_SECONDS * (1 + len(self._watched) // 10))
                watched = list(self._watched.items())
            for key, (pid, limit, on_exceeded) in watched:
                held = resident(pid)
                if held > limit:
                    with self._changed:
                        known = self._watched.pop(key, None)
                    if known is not None:
                        on_exceeded(held)
