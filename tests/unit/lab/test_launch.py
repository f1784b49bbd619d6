"""The frame in which LocalStack runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.home import Home
from lab.processes import LAUNCHER, launcher

PROGRAM = """
import atexit, json, os, sys, threading
atexit.register(lambda: print("handlers ran"))
def later():
    threading.Event().wait(0.1)
    print("threads joined")
threading.Thread(target=later).start()
print(json.dumps([os.getcwd(), os.getsid(0) == os.getpid(), __name__, sys.argv[1:]]))
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a program in the frame, from a working folder that holds a module of LocalStack's name."""
    (tmp_path / "docker.py").write_text("raise SystemExit('the working folder is on sys.path')")

    def start(program: str) -> subprocess.CompletedProcess[str]:
        library = tmp_path / "library"
        library.mkdir()
        (library / "stand_in.py").write_text(program)
        frame = (
            f"import runpy, sys; sys.path.append({str(library)!r});"
            f" sys.argv = ['launch.py', 'stand_in', {str(tmp_path)!r}];"
            f" runpy.run_path({str(LAUNCHER)!r}, run_name='__main__')"
        )
        return subprocess.run(
            [sys.executable, "-I", "-c", frame], capture_output=True, text=True, cwd=tmp_path, timeout=30
        )

    return start


def test_the_frame_is_a_session_of_its_own_and_waits_for_threads_and_handlers(run, tmp_path: Path) -> None:
    done = run(PROGRAM)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        f'["{tmp_path}", true, "__main__", []]',
        "threads joined",
        "handlers ran",
    ]
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("program", "code", "says"),
    [
        ("raise SystemExit(0)", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('why')", 1, "why"),
        ("raise ValueError('broken')", 1, "ValueError: broken"),
        ("import docker.errors", 0, ""),
        ("import rfc3987_syntax", 1, "rfc3987_syntax"),
    ],
)
def test_the_exit_code_and_the_last_words_are_the_programs(run, program: str, code: int, says: str) -> None:
    done = run(program)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr


def test_the_command_line_names_the_home(tmp_path: Path) -> None:
    command = launcher(Home(tmp_path))
    assert command[:3] == [sys.executable, "-I", os.fspath(LAUNCHER)]
    assert command[-1] == str(tmp_path / "run")
