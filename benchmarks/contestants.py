"""Who is measured: each starts on a free port of 127.0.0.1, stops, and has a process to weigh."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psutil

from lab.embedded import EmbeddedRuntime

PEERS = Path(__file__).parent / "peers"
HEALTHY_WITHIN = 60.0


class NotThere(Exception):
    """This contestant cannot do this measurement; the words say why."""


class Contestant(Protocol):
    """An emulator that runs once it is started."""

    name: str
    version: str
    endpoint: str

    def start(self) -> float:
        """Start it with a clean state; seconds until it is healthy."""

    def stop(self) -> None:
        """End every process of it and delete its files."""

    @property
    def pid(self) -> int: ...


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Lab:
    """The lab, embedded, in a home of its own.

    :param settings: as of ``lab up --set``
    """

    name = "lab"

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self.settings = settings
        self.version = "this checkout"
        self.endpoint = ""
        self.home = Path()
        self.port = 0

    def start(self) -> float:
        self.port = free_port()
        self.home = Path(tempfile.mkdtemp(prefix="lab-bench-"))
        self._runtime = EmbeddedRuntime(self.port, self.home / "home")
        started = self._runtime.start(settings=self.settings)
        self.endpoint = started.status.endpoint
        return started.seconds

    def stop(self) -> None:
        if self.port:
            self._runtime.stop(purge=True)
            shutil.rmtree(self.home, ignore_errors=True)

    @property
    def pid(self) -> int:
        return self._runtime.status().pid


class Peer:
    """An emulator of the project ``benchmarks/peers``, with an environment of nothing but what it needs.

    :param command: what to run in the peers' environment, given the port
    :param variables: its settings, given the port
    """

    def __init__(
        self,
        name: str,
        distribution: str,
        command: Callable[[int], list[str]],
        variables: Callable[[int], dict[str, str]],
        health: str,
    ) -> None:
        self.name = name
        self.endpoint = ""
        self._command = command
        self._variables = variables
        self._health = health
        self._process: psutil.Popen | None = None
        self._folder: Path | None = None
        self.version = installed_version(distribution)

    def start(self) -> float:
        port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-bench-"))
        program, *arguments = self._command(port)
        environment = {
            "PATH": os.pathsep.join([str(peers_bin()), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            "LANG": "C.UTF-8",
            **self._variables(port),
        }
        began = time.monotonic()
        with (self._folder / "log").open("wb") as log:
            self._process = psutil.Popen(
                [str(peers_bin() / program), *arguments],
                env=environment,
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.endpoint = f"http://127.0.0.1:{port}"
        while not answers(self.endpoint + self._health):
            if self._process.poll() is not None or time.monotonic() - began > HEALTHY_WITHIN:
                words = (self._folder / "log").read_text(errors="replace")[-300:]
                self.stop()
                raise NotThere(f"it did not start: {words}")
            time.sleep(0.02)
        return time.monotonic() - began

    def stop(self) -> None:
        if self._process is not None:
            family = [self._process, *children(self._process)]
            for process in family:
                terminate(process)
            _, stubborn = psutil.wait_procs(family, timeout=10)
            for process in stubborn:
                process.kill()
            psutil.wait_procs(stubborn, timeout=5)
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0


def children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def terminate(process: psutil.Process) -> None:
    try:
        process.terminate()
    except psutil.NoSuchProcess:
        return


def answers(url: str) -> bool:
    """Whether an HTTP server answers there with success."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return int(answer.status) < 400
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def peers_bin() -> Path:
    return PEERS / ".venv" / "bin"


def install_peers() -> str | None:
    """Bring the peers' environment up to its lock; None, or why that is not possible."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        return "uv is not found; start the benchmarks with `make bench`"
    kept = ("PATH", "HOME", "TMPDIR", "LANG")
    environment = {
        name: value for name, value in os.environ.items() if name in kept or name.startswith(("UV_", "XDG_"))
    }
    environment.pop("UV_PROJECT_ENVIRONMENT", None)
    done = subprocess.run(
        [uv, "sync", "--quiet", "--project", str(PEERS), "--only-group", "peers", "--locked"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return None if done.returncode == 0 else f"uv cannot install it: {done.stderr.strip()[-200:]}"


def installed_version(distribution: str) -> str:
    for folder in (PEERS / ".venv" / "lib").glob(f"python*/site-packages/{distribution}-*.dist-info"):
        return folder.name.removeprefix(f"{distribution}-").removesuffix(".dist-info")
    return "not installed"


def ministack() -> Peer:
    return Peer(
        "ministack",
        "ministack",
        lambda port: ["ministack"],
        lambda port: {
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        },
        "/_ministack/health",
    )


def moto_server() -> Peer:
    return Peer(
        "moto",
        "moto",
        lambda port: ["moto_server", "--host", "127.0.0.1", "--port", str(port)],
        lambda port: {"AWS_DEFAULT_REGION": "us-east-1", "MOTO_ACCOUNT_ID": "000000000000"},
        "/moto-api/",
    )
