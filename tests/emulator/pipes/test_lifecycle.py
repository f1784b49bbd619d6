"""States of a pipe, and what each leads to."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from localstack_lab.pipes.faults import CannotStart
from localstack_lab.pipes.lifecycle import Busy, Lifecycle
from localstack_lab.pipes.model import Pipe

from tests.support.waiting import eventually


class Workers:
    """Makes workers that can be held, told to fail, and asked what they did."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fault: str | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.lost: Callable[[str], None] = lambda reason: None
        self.lost_at_once: str | None = None

    def __call__(self, pipe: Pipe, lost: Callable[[str], None]) -> "Workers":
        self.lost = lost
        self.done.append(f"make {pipe.definition['version']}")
        return self

    def start(self) -> None:
        assert self.go_on.wait(10)
        if self.fault:
            raise CannotStart(self.fault)
        self.done.append("start")
        if self.lost_at_once:
            self.lost(self.lost_at_once)

    def stop(self) -> None:
        assert self.go_on.wait(10)
        self.done.append("stop")


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def lifecycle(workers: Workers) -> Lifecycle:
    return Lifecycle(workers)


def pipe(**settings: Any) -> Pipe:
    return Pipe("p", "000000000000", "us-east-1", {"version": 1}, **{"desired_state": "RUNNING", **settings})


def settle(made: Pipe, state: str) -> None:
    eventually(lambda: made.current_state == state, expecting=state, context=lambda: made.current_state)


def test_a_pipe_is_creating_until_its_worker_runs(workers: Workers, lifecycle: Lifecycle) -> None:
    made = pipe()
    workers.go_on.clear()
    lifecycle.create(made)
    assert made.current_state == "CREATING"
    workers.go_on.set()
    settle(made, "RUNNING")
    assert workers.done == ["make 1", "start"]


def test_a_pipe_that_should_be_stopped_never_runs(workers: Workers, lifecycle: Lifecycle) -> None:
    made = pipe(desired_state="STOPPED")
    lifecycle.create(made)
    settle(made, "STOPPED")
    assert workers.done == []


def test_a_pipe_that_cannot_start_says_why_and_can_be_put_right(
    workers: Workers, lifecycle: Lifecycle
) -> None:
    made, workers.fault = pipe(), "Stream not found."
    lifecycle.create(made)
    settle(made, "CREATE_FAILED")
    assert made.state_reason == "Stream not found."
    lifecycle.start(made)
    settle(made, "START_FAILED")
    lifecycle.update(made, {"version": 2}, None)
    settle(made, "UPDATE_FAILED")
    workers.fault = None
    lifecycle.start(made)
    settle(made, "RUNNING")
    assert made.state_reason is None
    assert workers.done[-2:] == ["make 2", "start"]


def test_stopping_waits_for_the_worker(workers: Workers, lifecycle: Lifecycle) -> None:
    made = pipe()
    lifecycle.create(made)
    settle(made, "RUNNING")
    workers.go_on.clear()
    lifecycle.stop(made)
    assert (made.current_state, made.desired_state) == ("STOPPING", "STOPPED")
    with pytest.raises(Busy, match="STOPPING"):
        lifecycle.start(made)
    assert made.desired_state == "STOPPED"
    workers.go_on.set()
    settle(made, "STOPPED")


def test_an_update_replaces_the_worker(workers: Workers, lifecycle: Lifecycle) -> None:
    made = pipe()
    lifecycle.create(made)
    settle(made, "RUNNING")
    lifecycle.update(made, {"version": 2}, None)
    settle(made, "RUNNING")
    assert workers.done == ["make 1", "start", "stop", "make 2", "start"]
    lifecycle.update(made, {"version": 3}, "STOPPED")
    settle(made, "STOPPED")
    assert workers.done[-1] == "stop"


def test_a_deleted_pipe_is_forgotten_when_its_worker_has_ended(
    workers: Workers, lifecycle: Lifecycle
) -> None:
    made, forgotten = pipe(), threading.Event()
    lifecycle.create(made)
    settle(made, "RUNNING")
    lifecycle.delete(made, forgotten.set)
    assert forgotten.wait(10)
    assert workers.done[-1] == "stop"
    assert (made.current_state, made.desired_state) == ("DELETING", "DELETED")


@pytest.mark.parametrize("at_once", [True, False])
def test_a_source_that_goes_stops_the_pipe_with_a_reason(
    workers: Workers, lifecycle: Lifecycle, at_once: bool
) -> None:
    made = pipe()
    if at_once:
        workers.lost_at_once = "Stream not found."
    lifecycle.create(made)
    if not at_once:
        settle(made, "RUNNING")
        workers.lost("Stream not found.")
    settle(made, "STOPPED")
    assert made.state_reason == "Stream not found."
    assert made.desired_state == "RUNNING"


def test_pausing_keeps_states_and_resuming_takes_them_up(workers: Workers, lifecycle: Lifecycle) -> None:
    running, stopped = pipe(), pipe(desired_state="STOPPED")
    lifecycle.create(running)
    lifecycle.create(stopped)
    settle(running, "RUNNING")
    settle(stopped, "STOPPED")
    lifecycle.pause()
    assert running.current_state == "RUNNING"
    assert workers.done[-1] == "stop"
    lifecycle.resume(running)
    lifecycle.resume(stopped)
    settle(running, "RUNNING")
    assert workers.done[-2:] == ["make 1", "start"]
