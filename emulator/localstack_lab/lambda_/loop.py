"""One thread that watches every socket and pipe of every environment, so that an idle lab costs no CPU."""

import collections
import logging
import os
import selectors
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)

Callback = Callable[[], None]


class Loop:
    """Calls back when a descriptor is readable; callbacks run in its thread and must not block."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._posted: collections.deque[Callback] = collections.deque()
        self._wakeup, self._waker = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(self._waker, False)
        self._selector.register(self._wakeup, selectors.EVENT_READ, self._clear_wakeup)
        self._thread = threading.Thread(target=self._run, name="lab-lambda-loop", daemon=True)
        self._thread.start()

    def call(self, callback: Callback) -> None:
        """Run `callback` in the loop's thread, soon; callable from any thread."""
        self._posted.append(callback)
        try:
            os.write(self._waker, b"x")
        except BlockingIOError:
            return  # the pipe is full of wake-up calls already

    def watch(self, fd: int, on_readable: Callback) -> None:
        """Only from the loop's thread (see `call`)."""
        self._selector.register(fd, selectors.EVENT_READ, on_readable)

    def watch_writable(self, fd: int, on_readable: Callback, on_writable: Callback | None) -> None:
        """Watch `fd` for writing too, or, with None, no longer. Only from the loop's thread."""
        if on_writable is None:
            self._selector.modify(fd, selectors.EVENT_READ, on_readable)
        else:

            def both() -> None:
                on_readable()
                on_writable()

            self._selector.modify(fd, selectors.EVENT_READ | selectors.EVENT_WRITE, both)

    def unwatch(self, fd: int) -> None:
        """Only from the loop's thread."""
        if fd in self._selector.get_map():
            self._selector.unregister(fd)

    def _clear_wakeup(self) -> None:
        try:
            os.read(self._wakeup, 4096)
        except BlockingIOError:
            return

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                self._guard(key.data)
            while self._posted:
                self._guard(self._posted.popleft())

    @staticmethod
    def _guard(callback: Callback) -> None:
        try:
            callback()
        except Exception:
            LOG.exception("A callback of the Lambda executor failed; the other environments go on")
