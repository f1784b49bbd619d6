"""LocalStack as a process of this machine: no Docker, no network, no account."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from lab import caches, environment, processes
from lab.errors import PortTaken, StartFailed, UsageError
from lab.fitness import require_fit
from lab.health import answers, health, port_free
from lab.home import DEFAULT_PORT, Home
from lab.lock import exclusive, held
from lab.logfile import last_lines, new_lines
from lab.runtime import Phase, Report, Started, Status, Stopped, silent
from lab.state import LabState

START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0
POLL = 0.03
TAIL = 15


class EmbeddedRuntime:
    """A lab on 127.0.0.1:`port` whose files are all in `home`.

    >>> lab = EmbeddedRuntime(4566)
    >>> lab.start().status.endpoint
    'http://127.0.0.1:4566'
    >>> lab.stop()
    """

    name = "embedded"

    def __init__(self, port: int = DEFAULT_PORT, home: Path | str | None = None) -> None:
        self.port = port
        self.home = Home.of(port, home)

    def start(
        self,
        *,
        settings: dict[str, str] | None = None,
        timeout: float = START_TIMEOUT,
        report: Report = silent,
    ) -> Started:
        """Start LocalStack in the background and wait until it is healthy, at most `timeout` seconds.

        :raises EnvironmentUnfit: this Python or its packages cannot run LocalStack
        :raises UsageError: a setting or the home is refused, or the home belongs to a lab on another port
        :raises PortTaken: somebody else listens on the port
        :raises StartFailed: LocalStack died, or did not become healthy in time; nothing is left running
        """
        began = time.monotonic()
        require_fit()
        self.home.require_short()
        self.home.require_own()
        variables = environment.build(self.port, self.home, settings)
        notes: list[str] = []
        with self._alone(report):
            state, process = self._recorded()
            if process and state:
                self._refuse_other_port(state)
                if self._await_health(process, timeout, report):
                    return Started(self.status(), already=True, seconds=time.monotonic() - began)
                notes.append(f"The lab that was half started (process {process.pid}) is replaced.")
            elif state:
                notes.append(
                    f"The lab that ran here (process {state.pid}) had died; the end of its log is in"
                    f" {self.home.previous_log}."
                )
            self._clear_away(process, report)
            self._spawn(variables, settings or {}, timeout, report)
            caches.harvest(self.home)
        return Started(self.status(), already=False, seconds=time.monotonic() - began, notes=notes)

    def stop(self, *, timeout: float = STOP_TIMEOUT, purge: bool = False, report: Report = silent) -> Stopped:
        """End LocalStack and everything below it, and delete what it wrote; its log stays, unless `purge`."""
        began = time.monotonic()
        if not self.home.root.exists():
            return Stopped(Phase.STOPPED, seconds=0.0)
        self.home.require_own()
        with self._alone(report):
            state, process = self._recorded()
            was = self._phase(state, process, starting=False, healthy=process is not None)
            killed, orphans = self._clear_away(process, report, timeout=timeout)
            self.home.state.unlink(missing_ok=True)
            if purge:
                self.home.purge()
        return Stopped(was, seconds=time.monotonic() - began, killed=killed, orphans=orphans)

    def status(self) -> Status:
        """Look at the processes and ask LocalStack; change nothing."""
        state, process = self._recorded()
        port = state.port if state else self.port
        answer = health(port) if process else None
        phase = self._phase(state, process, starting=held(self.home.lock), healthy=answer is not None)
        family = processes.family(process) if process else []
        return Status(
            phase=phase,
            runtime=self.name,
            port=port,
            home=self.home.root,
            log=self.home.log,
            pid=state.pid if state else 0,
            processes=len(family),
            uptime=max(0.0, time.time() - process.create_time()) if process and family else 0.0,
            memory=processes.memory(family),
            version=str((answer or {}).get("version", "")),
            services=dict((answer or {}).get("services", {})),
            log_tail=last_lines(self.home.log, TAIL) if phase in (Phase.DEAD, Phase.UNHEALTHY) else [],
            settings=state.settings if state else {},
        )

    def logs(self, *, tail: int = 100, follow: bool = False) -> Iterator[str]:
        """The end of LocalStack's log; with `follow`, each new line until the lab ends."""
        yield from last_lines(self.home.log, tail)
        if follow:
            yield from new_lines(self.home.log, while_true=lambda: self._recorded()[1] is not None)

    @contextmanager
    def _alone(self, report: Report) -> Iterator[None]:
        """No other terminal starts or stops this lab meanwhile."""
        try:
            with exclusive(self.home.lock, on_wait=lambda: report("another terminal that works on this lab")):
                yield
        finally:
            self.home.remove_if_empty()

    def _recorded(self) -> tuple[LabState | None, psutil.Process | None]:
        state = LabState.read(self.home.state)
        if state is None or state.runtime != self.name:
            return None, None
        processes.reap(state.pid)
        return state, processes.lab_process(state, self.home)

    @staticmethod
    def _phase(
        state: LabState | None, process: psutil.Process | None, *, starting: bool, healthy: bool = False
    ) -> Phase:
        if process is None:
            if starting:
                return Phase.STARTING
            return Phase.DEAD if state else Phase.STOPPED
        if healthy:
            return Phase.RUNNING
        young = time.time() - process.create_time() < START_TIMEOUT
        return Phase.STARTING if starting or young else Phase.UNHEALTHY

    def _refuse_other_port(self, state: LabState) -> None:
        if state.port != self.port:
            raise UsageError(
                f"The lab in {self.home.root} runs on port {state.port}, not {self.port}.",
                f"Stop it with `lab down --home {self.home.root}`, or give this one another --home.",
            )

    def _clear_away(
        self, process: psutil.Process | None, report: Report, timeout: float = STOP_TIMEOUT
    ) -> tuple[int, int]:
        """End what is left of an earlier lab in this home: (how many were killed, how many were orphans)."""
        killed = 0
        if process:
            report("LocalStack to stop")
            everyone = processes.family(process)
            killed = len(processes.end([process], timeout=timeout))  # it ends its children in order
            killed += len(processes.end(processes.alive(everyone), timeout=1.0))
            processes.reap(process.pid)
        left = processes.orphans(self.home)
        if left:
            report("processes that an earlier lab left behind")
            killed += len(processes.end(left, timeout=2.0))
        self.home.clear_run()
        return killed, len(left)

    def _spawn(
        self, variables: dict[str, str], settings: dict[str, str], timeout: float, report: Report
    ) -> None:
        if not port_free(self.port):
            self._raise_taken()
        self.home.make_run()
        if self.home.log.exists():
            os.replace(self.home.log, self.home.previous_log)
        caches.seed(self.home, variables, report)
        command = processes.launcher(self.home)
        writing = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        pid = os.posix_spawn(
            command[0],
            command,
            variables,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.home.log), writing, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
        )
        process = psutil.Process(pid)
        LabState(self.name, self.port, pid, process.create_time(), settings=settings).write(self.home.state)
        try:
            healthy = self._await_health(process, timeout, report)
        except BaseException:  # Ctrl-C while waiting: nothing half started is left
            self._clear_away(process, report)
            self.home.state.unlink(missing_ok=True)
            raise
        if not healthy:
            self._give_up(process, timeout, report)

    def _await_health(self, process: psutil.Process, timeout: float, report: Report) -> bool:
        """Whether the process became healthy before it died or the time was over."""
        report("LocalStack to load")
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            processes.reap(process.pid)
            if not processes.is_alive(process):
                return False
            if answers(self.port):
                report("LocalStack to answer")
                if health(self.port) and processes.listens(process, self.port):
                    return True
            time.sleep(POLL)
        return False

    def _give_up(self, process: psutil.Process, timeout: float, report: Report) -> None:
        died = not processes.is_alive(process)
        other = answers(self.port) and not processes.listens(process, self.port)
        end = "\n".join(last_lines(self.home.log, TAIL))
        self._clear_away(process, report)
        self.home.state.unlink(missing_ok=True)
        if other:
            self._raise_taken()
        reason = "ended right after its start" if died else f"did not become healthy within {timeout:g} s"
        raise StartFailed(
            f"LocalStack {reason}.",
            f"Its whole log is in {self.home.log}; `lab doctor` looks for causes.",
            end,
        )

    def _raise_taken(self) -> None:
        owner = processes.port_owner(self.port)
        for home in processes.running_homes():
            state = LabState.read(home / "lab.json")
            if state and state.port == self.port and home != self.home.root:
                raise PortTaken(
                    f"Port {self.port} belongs to the lab in {home}.",
                    f"Stop it with `lab down --home {home}`, or start this one with --port.",
                )
        raise PortTaken(
            f"Port {self.port} is taken by {owner}.", "End that process, or choose another port with --port."
        )
