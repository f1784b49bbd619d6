"""Stand-ins for LocalStack: processes that start at once, so that the rules about processes can be tested."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lab import output
from lab.embedded import EmbeddedRuntime
from lab.processes import MODULE
from lab.state import LabState

PATIENT = "import signal\nsignal.pause()\n"
STUBBORN = (
    "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\nsignal.pause()\n"
)


@pytest.fixture
def runtime(tmp_path: Path) -> EmbeddedRuntime:
    """A lab that has a home of its own and was never started."""
    return EmbeddedRuntime(4706, tmp_path / "home")


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts processes, and ends those that a test leaves."""
    started: list[subprocess.Popen[str]] = []

    def start(
        *command: str, env: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command, env={"PATH": os.defpath, **(env or {})}, cwd=cwd, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def stand_in(
    runtime: EmbeddedRuntime, spawn: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> Callable[..., subprocess.Popen[str]]:
    """``stand_in(program)`` runs `program` under LocalStack's command line, and records it as the lab."""

    def start(program: str = PATIENT) -> subprocess.Popen[str]:
        script = tmp_path / "lab" / "launch.py"
        script.parent.mkdir(exist_ok=True)
        script.write_text(program)
        runtime.home.make_run()
        process = spawn(sys.executable, "-I", str(script), MODULE, str(runtime.home.run))
        created = psutil.Process(process.pid).create_time()
        LabState("embedded", runtime.port, process.pid, created).write(runtime.home.state)
        return process

    return start


@pytest.fixture(autouse=True)
def _consoles_as_wide_as_a_test_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich keeps the width that COLUMNS gave when a console was made; pytest-xdist gives its workers one."""
    for console in (output.console, output.errors):
        monkeypatch.setattr(console, "_width", None)
