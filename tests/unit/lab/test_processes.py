"""Only what is the lab's is ever ended, and all of it is."""

import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from lab import processes
from lab.embedded import EmbeddedRuntime
from lab.runtime import Phase
from lab.state import LabState
from tests.support.waiting import eventually
from tests.unit.lab.conftest import PATIENT, STUBBORN

Spawn = Callable[..., subprocess.Popen[str]]


def test_a_recorded_lab_is_found_and_ended(runtime: EmbeddedRuntime, stand_in: Spawn) -> None:
    process = psutil.Process(stand_in().pid)
    assert processes.lab_process_at(runtime.home) == process

    stopped = runtime.stop()

    assert (stopped.was, stopped.killed) == (Phase.RUNNING, 0)
    assert not processes.is_alive(process)
    assert not runtime.home.root.exists()


def test_a_lab_that_ignores_the_request_is_killed(runtime: EmbeddedRuntime, stand_in: Spawn) -> None:
    deaf = stand_in(STUBBORN)
    assert deaf.stdout is not None
    assert deaf.stdout.readline() == "up\n"
    process = psutil.Process(deaf.pid)

    assert runtime.stop(timeout=0.2).killed == 1

    assert not processes.is_alive(process)


@pytest.mark.parametrize("shift", [0.0, 1000.0], ids=["same time of creation", "other time of creation"])
def test_a_process_that_got_the_id_of_a_dead_lab_is_left_alone(
    runtime: EmbeddedRuntime, spawn: Spawn, shift: float
) -> None:
    """GIVEN a state file whose process id is now another's WHEN the lab is stopped THEN the other lives."""
    other = spawn(sys.executable, "-c", PATIENT)
    created = psutil.Process(other.pid).create_time() + shift
    runtime.home.root.mkdir()
    LabState("embedded", runtime.port, other.pid, created).write(runtime.home.state)
    assert runtime.status().phase is Phase.DEAD

    assert runtime.stop().was is Phase.DEAD

    assert other.poll() is None
    assert runtime.status().phase is Phase.STOPPED


def test_a_lab_with_another_home_is_not_ours(runtime: EmbeddedRuntime, stand_in: Spawn) -> None:
    stand_in()
    other = EmbeddedRuntime(4716, runtime.home.root.parent / "other")
    other.home.root.mkdir()
    state = LabState.read(runtime.home.state)
    assert state is not None
    state.write(other.home.state)

    assert processes.lab_process_at(other.home) is None
    assert processes.lab_process_at(runtime.home) is not None


def test_what_a_killed_lab_left_behind_is_found_by_its_surroundings(
    runtime: EmbeddedRuntime, spawn: Spawn
) -> None:
    """GIVEN two strays of a lab that is gone and a person's process that stands in its folder."""
    runtime.home.make_run()
    by_folder = spawn(sys.executable, "-c", PATIENT, env={"TMPDIR": str(runtime.home.tmp)})
    by_sandbox = spawn(sys.executable, "-c", PATIENT, env={"LAB_SANDBOX": str(runtime.home.tmp / "x")})
    person = spawn(
        sys.executable, "-c", PATIENT, env={"LAB_HOME": str(runtime.home.root)}, cwd=runtime.home.run
    )
    strays = [psutil.Process(by_folder.pid), psutil.Process(by_sandbox.pid)]
    eventually(
        lambda: (
            sorted(process.pid for process in processes.orphans(runtime.home))
            == sorted(process.pid for process in strays)
        ),
        expecting="both strays and nobody else",
    )

    stopped = runtime.stop()

    assert stopped.orphans == 2
    assert processes.alive(strays) == []
    assert person.poll() is None


def test_a_zombie_is_not_alive(spawn: Spawn) -> None:
    done = spawn(sys.executable, "-c", "pass")
    process = psutil.Process(done.pid)
    eventually(lambda: not processes.is_alive(process), expecting="the process to have ended")
    assert psutil.pid_exists(done.pid)  # nobody has waited for it
