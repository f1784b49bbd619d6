"""The lab in Docker, against a stand-in for the engine: what it starts, what it refuses, what it leaves."""

from pathlib import Path
from typing import Any

import pytest
from docker.errors import APIError, DockerException, NotFound

from lab import container
from lab.container import LABEL, ContainerRuntime
from lab.errors import EnvironmentUnfit, LabError, PortTaken, StartFailed, UsageError
from lab.health import free_port
from lab.runtime import Phase
from lab.state import LabState


class FakeContainer:
    """A container whose health is what the test says."""

    def __init__(self, labels: dict[str, str], health: str = "healthy", status: str = "running") -> None:
        self.id, self.labels, self.status = "c0ffee", labels, status
        self.attrs = {"State": {"Health": {"Status": health}}}
        self.removed: dict[str, Any] = {}

    def reload(self) -> None: ...

    def logs(self, **_: Any) -> bytes:
        return b"first line\nlast line\n"

    def stats(self, **_: Any) -> dict[str, Any]:
        return {
            "memory_stats": {"usage": 300, "stats": {"inactive_file": 100}},
            "pids_stats": {"current": 7},
        }

    def stop(self, **_: Any) -> None:
        self.status = "exited"

    def remove(self, **how: Any) -> None:
        self.removed = how


class FakeEngine:
    """One container at most, and a record of how it was asked to run."""

    def __init__(self, container: FakeContainer | None = None, next_health: str = "healthy") -> None:
        self.containers = self
        self.present, self.next_health = container, next_health
        self.asked: dict[str, Any] = {}
        self.refusal: APIError | None = None

    def get(self, _: str) -> FakeContainer:
        if self.present is None or self.present.removed:
            raise NotFound("none")
        return self.present

    def run(self, _image: str, **asked: Any) -> FakeContainer:
        if self.refusal:
            raise self.refusal
        self.asked = asked
        self.present = FakeContainer(asked["labels"], self.next_health)
        return self.present


@pytest.fixture
def runtime(tmp_path: Path) -> ContainerRuntime:
    return ContainerRuntime(free_port(), tmp_path / "home")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr(container, "connect", lambda: fake)
    monkeypatch.setattr(container, "image", lambda *_: "image")
    return fake


def test_the_container_publishes_on_the_loopback_only_and_mounts_nothing(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    started = runtime.start(settings={"DEBUG": "1"})
    assert not started.already
    assert engine.asked["ports"] == {"4566/tcp": ("127.0.0.1", runtime.port)}
    assert "volumes" not in engine.asked
    assert engine.asked["environment"] == {"LOCALSTACK_HOST": f"localhost:{runtime.port}", "DEBUG": "1"}
    state = LabState.read(runtime.home.state)
    assert state
    assert (state.runtime, state.container, state.settings) == ("container", "c0ffee", {"DEBUG": "1"})


def test_a_second_start_leaves_a_healthy_container_alone(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    runtime.start()
    first = engine.present
    assert runtime.start().already
    assert engine.present is first


def test_a_container_that_ended_is_replaced_and_that_is_said(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    ended = FakeContainer({LABEL: str(runtime.port)}, status="exited")
    engine.present = ended
    started = runtime.start()
    assert ended.removed == {"v": True, "force": True}
    assert "is replaced" in " ".join(started.notes)


def test_an_unhealthy_start_is_removed_and_shows_its_last_lines(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    engine.next_health = "starting"
    with pytest.raises(StartFailed) as failure:
        runtime.start(timeout=0.3)
    assert failure.value.detail == "first line\nlast line"
    assert engine.present
    assert engine.present.removed
    assert not runtime.home.state.exists()


def test_a_refusal_of_docker_is_a_sentence(runtime: ContainerRuntime, engine: FakeEngine) -> None:
    engine.refusal = APIError("bad", explanation="no space left")
    with pytest.raises(StartFailed, match="Docker could not start the container"):
        runtime.start()


def test_somebody_elses_container_of_that_name_is_left_alone(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    engine.present = FakeContainer({})
    for action in (runtime.start, runtime.stop, runtime.status):
        with pytest.raises(LabError, match="not a lab"):
            action()
    assert not engine.present.removed


def test_a_taken_port_is_a_sentence(
    runtime: ContainerRuntime, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "port_free", lambda _: False)
    with pytest.raises(PortTaken, match=str(runtime.port)):
        runtime.start()


def test_a_setting_that_would_open_the_lab_is_refused(runtime: ContainerRuntime, engine: FakeEngine) -> None:
    with pytest.raises(UsageError):
        runtime.start(settings={"GATEWAY_LISTEN": "0.0.0.0"})
    assert engine.present is None


def test_stop_removes_the_container_with_its_volumes_and_keeps_its_log(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    runtime.start()
    assert runtime.stop().was is Phase.RUNNING
    assert engine.present
    assert engine.present.removed == {"v": True, "force": True}
    assert runtime.home.log.read_bytes() == b"first line\nlast line\n"
    assert not runtime.home.state.exists()
    assert runtime.stop(purge=True).was is Phase.STOPPED
    assert not runtime.home.log.exists()


def test_status_tells_size_and_phase(runtime: ContainerRuntime, engine: FakeEngine) -> None:
    assert runtime.status().phase is Phase.STOPPED
    runtime.start()
    status = runtime.status()
    assert (status.phase, status.memory, status.processes) == (Phase.RUNNING, 200, 7)
    assert engine.present
    engine.present.attrs["State"]["Health"]["Status"] = "unhealthy"
    assert runtime.status().phase is Phase.UNHEALTHY
    assert runtime.status().log_tail == ["first line", "last line"]


def test_logs_come_from_the_container_and_afterwards_from_the_home(
    runtime: ContainerRuntime, engine: FakeEngine
) -> None:
    runtime.start()
    assert engine.present
    engine.present.logs = lambda **_: iter([b"first li", b"ne\nlast line\n"])  # type: ignore[method-assign]
    assert list(runtime.logs()) == ["first line", "last line"]
    engine.present.logs = lambda **_: b"kept\n"  # type: ignore[method-assign]
    runtime.stop()
    assert list(runtime.logs()) == ["kept"]


def test_without_docker_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise DockerException("no socket")

    monkeypatch.setattr(container.docker, "from_env", absent)
    with pytest.raises(EnvironmentUnfit, match="Docker does not answer"):
        container.connect()
