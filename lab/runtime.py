"""What the `lab` command needs of a way to run the lab. There are two: embedded and container."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

Report = Callable[[str], None]
"""Is told, in words, what is being waited for."""


def silent(_text: str) -> None:
    """A report that nobody reads."""


class Phase(StrEnum):
    """Where a lab is in its life."""

    STOPPED = "stopped"  # not started, or stopped in order
    STARTING = "starting"  # the process is there, its answer is not yet
    RUNNING = "running"
    UNHEALTHY = "unhealthy"  # the process is there, but does not answer, and nobody is starting it
    DEAD = "dead"  # it was started and never stopped, and the process is gone


@dataclass(frozen=True)
class Status:
    """A lab, seen from outside.

    :ivar uptime: seconds since the process was created
    :ivar memory: resident bytes of the whole process tree
    :ivar services: service name to LocalStack's word for its state
    :ivar log_tail: the last lines of the log, when the lab is dead or unhealthy
    """

    phase: Phase
    runtime: str
    port: int
    home: Path
    log: Path
    pid: int = 0
    processes: int = 0
    uptime: float = 0.0
    memory: int = 0
    version: str = ""
    services: dict[str, str] = field(default_factory=dict)
    log_tail: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """The URL that clients use."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Started:
    """What `start` did: `already` when the lab was running before."""

    status: Status
    already: bool
    seconds: float
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stopped:
    """What `stop` did.

    :ivar was: the phase that it found
    :ivar killed: how many processes had to be killed because they did not end when asked to
    :ivar orphans: how many processes were left over from a lab that had died before
    """

    was: Phase
    seconds: float
    killed: int = 0
    orphans: int = 0


class Runtime(Protocol):
    """One lab, on one port, with one home."""

    name: str
    port: int

    def start(self, *, settings: dict[str, str], timeout: float, report: Report) -> Started:
        """Start the lab and wait until it is healthy; a lab that is healthy already is left alone.

        :raises lab.errors.LabError: a sentence and a remedy; nothing is left running then
        """

    def stop(self, *, timeout: float, purge: bool, report: Report) -> Stopped:
        """End the lab and everything that it started; a lab that is not there is no error."""

    def status(self) -> Status:
        """Look, and change nothing."""

    def logs(self, *, tail: int, follow: bool) -> Iterator[str]:
        """The last `tail` lines, and then, if `follow`, each new one until the lab ends."""
