"""Starting and ending processes through the fork server (see ``forkserver/__main__.py``)."""

import atexit
import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path

from localstack_lab.lambda_ import runtime_view
from localstack_lab.lambda_.loop import Loop

LOG = logging.getLogger(__name__)

_SCRIPT = Path(__file__).with_name("forkserver")
START_SECONDS = 30


@dataclass(frozen=True)
class Job:
    """What the fork server needs to know to start one process.

    :param id: unique among the processes of this run
    :param sandbox: a folder of its own, removed when the process is ended
    :param variables: its whole environment
    :param folder: its working folder
    :param path: folders in front of the standard library; the last one is the runtime view
    :param address_space: bytes of address space, a backstop behind the watch on resident memory
    :param mounts: see ``forkserver/mounts.py``; None for no mount namespace
    """

    id: str
    sandbox: str
    handler: str
    variables: dict[str, str]
    folder: str
    path: list[str]
    address_space: int
    mounts: dict | None


@dataclass
class Process:
    """One process. The loop's thread sets `pid` and `exited`: (exit code, peak KiB)."""

    id: str
    server: "ForkServer"
    pid: int = 0
    exited: Future[tuple[int, int]] = field(default_factory=Future)

    def kill(self) -> None:
        """Kill the process with everything it started; does not wait."""
        self.server.send({"do": "kill", "id": self.id})

    def end(self) -> None:
        """Kill, and remove the sandbox; does not wait."""
        self.server.send({"do": "end", "id": self.id})


class ForkServerGone(Exception):
    """The fork server ended on its own; the next spawn starts another one."""


class ForkServer:
    """One for each interpreter. Starting it takes some 20 ms; it loads boto3 while it is idle.

    :param interpreter: the Python that functions run in
    """

    def __init__(self, loop: Loop, interpreter: str, run_folder: Path) -> None:
        self.interpreter = interpreter
        self.alive = True
        self.version = ""
        self.no_mounts = ""  # why there are no private mounts; empty when there are
        self.keep: list[str] = []
        self._loop = loop
        self._lock = threading.Lock()
        self._buffer = b""
        self._processes: dict[str, Process] = {}
        self._ready: Future[None] = Future()
        view_name = "runtime-" + interpreter.strip("/").replace("/", "-")
        self.view = run_folder / view_name
        if self.view.exists():
            shutil.rmtree(self.view)
        self._homes = runtime_view.build(self.view, native=interpreter == own_interpreter())
        ours, theirs = socket.socketpair()
        command = [interpreter, "-I", "-S", "-X", "utf8", str(_SCRIPT), str(theirs.fileno())]
        try:
            self._child = subprocess.Popen(
                [*command, str(self.view), str(run_folder)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
                cwd="/",
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._socket = ours
        loop.call(lambda: loop.watch(ours.fileno(), self._read))

    def wait_ready(self) -> None:
        """:raises ForkServerGone: when the interpreter does not start"""
        self._ready.result(START_SECONDS)

    def spawn(self, job: Job, log_fd: int) -> Process:
        """Start a process that writes to `log_fd`; it may be closed here afterwards.

        :raises ForkServerGone: when the fork server has ended
        """
        process = Process(job.id, self)
        self._processes[job.id] = process
        data = json.dumps({"do": "spawn", **asdict(job)}).encode() + b"\n"
        with self._lock:
            try:
                sent = socket.send_fds(self._socket, [data], [log_fd])
                self._socket.sendall(data[sent:])
            except OSError as error:
                self._processes.pop(job.id, None)
                raise ForkServerGone(f"the fork server of {self.interpreter} has ended") from error
        return process

    def send(self, message: dict) -> None:
        """Send a message that needs no answer; when the fork server is gone, so is all that it started."""
        with self._lock, contextlib.suppress(OSError):
            self._socket.sendall(json.dumps(message).encode() + b"\n")

    def compile(self, folders: list[str]) -> None:
        """Byte-compile the Python files under `folders`, in the background."""
        self.send({"do": "compile", "folders": folders})

    def kept_paths(self) -> list[str]:
        """Folders that an environment needs at their own place: the interpreter, its library, the runtime."""
        return [*self.keep, *self._homes, str(self.view)]

    def close(self, seconds: float = 3.0) -> None:
        """End the fork server and every process it started; wait until it has cleaned up."""
        with self._lock, contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            LOG.warning("The Lambda fork server (pid %s) does not end; it is killed", self._child.pid)
            self._child.kill()
            self._child.wait()

    def _read(self) -> None:
        try:
            data = self._socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._gone()
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._handle(json.loads(line))

    def _handle(self, message: dict) -> None:
        match message["what"]:
            case "ready":
                self.version, self.no_mounts = message["version"], message["no_mounts"]
                self.keep = message["keep"]
                if self.no_mounts:
                    LOG.info("Lambda functions run without a private /tmp and /opt here: %s", self.no_mounts)
                self._ready.set_result(None)
            case "spawned":
                self._processes[message["id"]].pid = message["pid"]
            case "exited":
                process = self._processes.pop(message["id"], None)
                if process is not None:
                    process.exited.set_result((message["code"], message["peak_kb"]))

    def _gone(self) -> None:
        self.alive = False
        self._loop.unwatch(self._socket.fileno())
        self._socket.close()
        threading.Thread(target=self._child.wait, daemon=True).start()  # no zombie is left
        if not self._ready.done():
            self._ready.set_exception(ForkServerGone(f"{self.interpreter} cannot run Lambda functions"))
        for process in self._processes.values():
            process.exited.set_result((-9, 0))
        self._processes.clear()


def own_interpreter() -> str:
    """The bare interpreter behind LocalStack's virtual environment: its packages stay out of sight."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


class ForkServers:
    """All fork servers of this LocalStack and the folder that holds their environments' sandboxes."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._lock = threading.Lock()
        self._servers: dict[str, ForkServer] = {}
        self._folder: Path | None = None
        self._closed = False
        atexit.register(self.close)

    def run_folder(self) -> Path:
        """The folder of this run; made when first needed, removed by `close` or by the fork server."""
        if self._folder is None or not self._folder.exists():
            self._folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="lab-lambda-")))
        return self._folder

    def get(self, interpreter: str) -> ForkServer:
        """The running fork server of `interpreter`, started when there is none.

        :raises ForkServerGone: when it cannot be started
        """
        with self._lock:
            if self._closed:
                raise ForkServerGone("LocalStack is stopping")
            server = self._servers.get(interpreter)
            if server is None or not server.alive:
                try:
                    server = ForkServer(self.loop, interpreter, self.run_folder())
                except OSError as error:
                    raise ForkServerGone(f"{interpreter} cannot be started: {error}") from error
                self._servers[interpreter] = server
        server.wait_ready()
        return server

    def close(self) -> None:
        """End all of them and remove the run folder; none is started any more."""
        with self._lock:
            self._closed = True
            servers, self._servers = list(self._servers.values()), {}
            for server in servers:
                server.close()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None
