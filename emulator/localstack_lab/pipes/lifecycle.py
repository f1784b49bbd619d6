"""Moves pipes from state to state.

CREATING → RUNNING, STOPPED or CREATE_FAILED; UPDATING → RUNNING, STOPPED or UPDATE_FAILED; STARTING → RUNNING
or START_FAILED; STOPPING → STOPPED; DELETING → gone. A request answers with the state between; a thread of
its own does the work. https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_Pipe.html
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from localstack_lab.pipes.faults import CannotStart
from localstack_lab.pipes.model import BETWEEN, Pipe

LOG = logging.getLogger(__name__)


class Busy(Exception):
    """The pipe is between two states, the one named, and takes no other order."""


class Runs(Protocol):
    """A worker."""

    def start(self) -> None:
        """Begin; raises CannotStart."""
        ...

    def stop(self) -> None:
        """End, when what is under way is finished."""
        ...


MakeWorker = Callable[[Pipe, Callable[[str], None]], Runs]
"""Makes a worker for a pipe; it calls the function with a sentence when the source is gone."""


class Lifecycle:
    """The workers of all pipes, by pipe ARN."""

    def __init__(self, make: MakeWorker) -> None:
        self._make = make
        self._lock = threading.RLock()
        self._workers: dict[str, Runs] = {}
        self._threads: set[threading.Thread] = set()
        self._lost: dict[str, str] = {}  # sources that were gone before their pipe was RUNNING

    def create(self, pipe: Pipe) -> None:
        """Start a new pipe, unless it should be stopped. This and what follows raises Busy, see there."""
        self._in_background(pipe, lambda: self._run(pipe, "CREATE_FAILED"))

    def start(self, pipe: Pipe) -> None:
        """Start a stopped pipe."""
        self._between(pipe, "STARTING", "RUNNING")
        self._in_background(pipe, lambda: self._run(pipe, "START_FAILED"))

    def stop(self, pipe: Pipe) -> None:
        """Stop a pipe."""
        self._between(pipe, "STOPPING", "STOPPED")
        self._in_background(pipe, lambda: self._halt(pipe))

    def update(self, pipe: Pipe, definition: dict[str, Any], desired_state: str | None) -> None:
        """Give a pipe another definition."""
        self._between(pipe, "UPDATING", desired_state)

        def work() -> None:
            self._end_worker(pipe)
            pipe.definition = definition
            self._run(pipe, "UPDATE_FAILED")

        self._in_background(pipe, work)

    def delete(self, pipe: Pipe, forget: Callable[[], None]) -> None:
        """Stop a pipe, then forget it."""
        self._between(pipe, "DELETING", "DELETED")

        def work() -> None:
            self._end_worker(pipe)
            forget()

        self._in_background(pipe, work)

    def resume(self, pipe: Pipe) -> None:
        """Take up a pipe after its state was loaded, or LocalStack started again."""
        if pipe.desired_state == "DELETED":
            return
        if pipe.current_state in BETWEEN or pipe.current_state == "RUNNING":
            self._move(pipe, "STARTING")
            self._in_background(pipe, lambda: self._run(pipe, "START_FAILED"))

    def pause(self) -> None:
        """End every worker and wait for it; the pipes keep their states and checkpoints."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join()
        with self._lock:
            workers, self._workers = self._workers, {}
        stops = [threading.Thread(target=worker.stop, name="pipe-stop") for worker in workers.values()]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join()

    def _between(self, pipe: Pipe, state: str, desired_state: str | None) -> None:
        """Take an order, unless another one is under way."""
        with self._lock:
            if pipe.current_state in BETWEEN:
                raise Busy(pipe.current_state)
            if desired_state:
                pipe.desired_state = desired_state
            self._move(pipe, state)

    def _move(self, pipe: Pipe, state: str) -> None:
        pipe.current_state = state
        pipe.state_reason = None
        pipe.modified = datetime.now(UTC)

    def _in_background(self, pipe: Pipe, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, name=f"pipe-{pipe.name}"[:40], daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _run(self, pipe: Pipe, failed: str) -> None:
        if pipe.desired_state == "STOPPED":
            pipe.current_state = "STOPPED"
            return
        self._lost.pop(pipe.arn, None)
        worker = self._make(pipe, lambda reason: self._source_lost(pipe, reason))
        try:
            worker.start()
        except CannotStart as error:
            worker.stop()
            pipe.state_reason = str(error)
            pipe.current_state = failed
            LOG.info("%s is %s: %s", pipe.arn, failed, error)
            return
        with self._lock:
            self._workers[pipe.arn] = worker
            pipe.current_state = "RUNNING"
            lost = self._lost.pop(pipe.arn, None)
        if lost:
            self._source_lost(pipe, lost)

    def _halt(self, pipe: Pipe) -> None:
        self._end_worker(pipe)
        pipe.current_state = "STOPPED"

    def _end_worker(self, pipe: Pipe) -> None:
        with self._lock:
            worker = self._workers.pop(pipe.arn, None)
        if worker is not None:
            worker.stop()

    def _source_lost(self, pipe: Pipe, reason: str) -> None:
        """The worker's own thread says that it cannot go on: the pipe is stopped by AWS, not by its owner."""
        with self._lock:
            if pipe.current_state != "RUNNING":
                self._lost[pipe.arn] = reason
                return
            self._move(pipe, "STOPPING")
            pipe.state_reason = reason
            self._in_background(pipe, lambda: self._halt(pipe))
