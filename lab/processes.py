"""Which processes are a lab's, and how to end them without touching anybody else's."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab.home import Home
from lab.state import LabState

MODULE = "localstack.runtime.main"
LAUNCHER = Path(__file__).with_name("launch.py")
EMULATOR = "localstack_lab"
CLOCK_TOLERANCE = 120.0
"""Seconds by which the recorded time of creation may differ: Linux derives it from the wall clock, which is
set right now and then. The command line, which names the home, is what identifies a lab."""

NEWBORN = 1.0
"""Seconds in which a process may be without a command line: Linux shows none for a moment after its start."""

GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def launcher(home: Home, module: str = MODULE) -> list[str]:
    """The command line that runs a module of LocalStack in a lab's home.

    ``-I`` keeps the user's working folder off ``sys.path``: a file there called ``docker.py`` must not be
    LocalStack's.
    """
    return [sys.executable, "-I", str(LAUNCHER), module, str(home.run)]


def lab_process(state: LabState, home: Home) -> psutil.Process | None:
    """The living process that `state` speaks of; None when it is gone or its id is another process's now."""
    try:
        process = psutil.Process(state.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        created = process.create_time()
        command = process.cmdline()
        while not command and time.time() - created < NEWBORN:
            time.sleep(0.005)
            command = process.cmdline()
    except GONE:
        return None
    same = abs(created - state.created) <= CLOCK_TOLERANCE
    return process if same and _runs_in(command, home.run) else None


def is_launcher(command: list[str]) -> bool:
    """Whether a command line is that of an embedded lab, of this checkout or another."""
    return len(command) > 3 and Path(command[-3]).parts[-2:] == LAUNCHER.parts[-2:]


def _runs_in(command: list[str], run: Path) -> bool:
    return is_launcher(command) and command[-1] == str(run)


def orphans(home: Home) -> list[psutil.Process]:
    """Processes of this user that a lab in `home` has started and left behind when it was killed.

    What LocalStack starts has its temporary folder, its home or its sandbox inside the home's run folder, or
    is the emulator's own and was told a path there. A shell or pager with which a person looks around is not.
    """
    found = []
    for process in psutil.process_iter(["uids"]):
        if process.pid == os.getpid() or not _mine(process):
            continue
        try:
            surroundings = process.environ()
            zombie = process.status() == psutil.STATUS_ZOMBIE
            command = process.cmdline()
        except (*GONE, OSError):
            continue
        told = [surroundings.get(name, "/") for name in ("TMPDIR", "HOME", "LAB_SANDBOX")]
        if any(EMULATOR in Path(word).parts for word in command):
            told += command
        if not zombie and (_runs_in(command, home.run) or any(_below(path, home.run) for path in told)):
            found.append(process)
    return found


def _below(path: str, folder: Path) -> bool:
    return os.path.isabs(path) and Path(path).is_relative_to(folder)


def _mine(process: psutil.Process) -> bool:
    uids = process.info["uids"]
    return uids is not None and uids.real == os.getuid()


def lab_process_at(home: Home) -> psutil.Process | None:
    """The process of the embedded lab in `home`; None when none runs."""
    state = LabState.read(home.state)
    return lab_process(state, home) if state else None


def family(process: psutil.Process | None) -> list[psutil.Process]:
    """The process and everything below it, eldest first; empty when it is gone."""
    if process is None:
        return []
    try:
        return [process, *process.children(recursive=True)]
    except GONE:
        return []


def memory(processes: Iterable[psutil.Process]) -> int:
    """Resident bytes of all of them together.

    On Linux a page that several processes share counts once (PSS), for Lambda's processes are forks of each
    other. Elsewhere it counts for each of them (RSS).
    """
    total = 0
    for process in processes:
        try:
            total += getattr(process.memory_full_info(), "pss", None) or process.memory_info().rss
        except GONE:
            continue
    return total


def end(processes: list[psutil.Process], *, timeout: float) -> list[psutil.Process]:
    """Ask the processes to end, and make them after `timeout` seconds. Those that had to be made to."""
    for process in processes:
        _signal(process.terminate)
    stubborn = wait(processes, timeout=timeout)
    for process in stubborn:
        _signal(process.kill)
    wait(stubborn, timeout=5.0)
    return stubborn


def wait(processes: list[psutil.Process], *, timeout: float) -> list[psutil.Process]:
    """Those of the processes that are still there after `timeout` seconds."""
    _, alive = psutil.wait_procs(processes, timeout=timeout)
    return alive


def alive(family: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that still run. A zombie is dead, it only waits to be counted."""
    return [process for process in family if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs, and is still the process that it was."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except GONE:
        return False


def _signal(send: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):  # it ended by itself meanwhile, which is what is wanted
        send()


def reap(pid: int) -> None:
    """Take leave of a dead child of ours, or it stays in the process table until we end, too."""
    with suppress(ChildProcessError):  # another process's child, and its business
        os.waitpid(pid, os.WNOHANG)


@dataclass(frozen=True)
class PortOwner:
    """Who listens on a port, as far as the operating system tells (pid 0: it does not)."""

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid})" if self.pid else "a process that this user may not see"


def port_owner(port: int) -> PortOwner:
    """The process that listens on `port`; others' processes are invisible to an ordinary user."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # macOS wants root for this
        return PortOwner(0, "")
    for connection in connections:
        listening = connection.status == psutil.CONN_LISTEN and connection.laddr
        if listening and connection.laddr.port == port and connection.pid:
            try:
                return PortOwner(connection.pid, psutil.Process(connection.pid).name())
            except GONE:
                break
    return PortOwner(0, "")


def listens(process: psutil.Process, port: int) -> bool:
    """Whether it is this process that listens on `port`."""
    try:
        connections = process.net_connections("tcp")
    except GONE:
        return False
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        for connection in connections
    )


def running_homes() -> list[Path]:
    """The homes of all labs of this user that run, wherever their folders are."""
    homes = []
    for process in psutil.process_iter(["uids", "cmdline"]):
        command = process.info["cmdline"] or []
        if _mine(process) and is_launcher(command):
            run = Path(command[-1])
            if run.name == "run" and run.is_absolute():
                homes.append(run.parent)
    return homes
