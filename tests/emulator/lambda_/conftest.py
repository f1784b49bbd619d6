"""Environments without LocalStack: AWS's own client in a process, and the test in the service's place."""

import gc
import importlib
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from localstack_lab.lambda_.logs import LogEvent
from localstack_lab.lambda_.loop import Loop
from localstack_lab.lambda_.process import ForkServer, ForkServers, Job, own_interpreter
from localstack_lab.lambda_.sandbox import Answer, Sandbox

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack_lab.lambda_.delivery")
    gc.collect()


@pytest.fixture(scope="session")
def loop() -> Loop:
    return Loop()


@pytest.fixture
def servers(loop, tmp_path, monkeypatch) -> Iterator[ForkServers]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    servers = ForkServers(loop)
    yield servers
    servers.close()
    assert not list(tmp_path.glob("lab-lambda-*")), "the run folder must be gone"


@dataclass
class Running:
    """A sandbox with what it wrote."""

    sandbox: Sandbox
    events: list[LogEvent] = field(default_factory=list)

    def invoke(self, event: Any, request_id: str = "request-1", seconds: float = 10) -> Answer:
        """Give it an event and wait for the answer."""
        return self.send(event, request_id).result(seconds)

    def send(self, event: Any, request_id: str = "request-1") -> Future[Answer]:
        """Give it an event."""
        return self.sandbox.invoke(
            request_id,
            json.dumps(event).encode(),
            {
                "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 3000),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
            },
        )

    @property
    def log(self) -> str:
        return "".join(event.message for event in self.events)


@pytest.fixture
def start(loop, servers, tmp_path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def make(
        source: str,
        *,
        server: ForkServer | None = None,
        variables: dict[str, str] | None = None,
        mounts: dict | None = None,
        memory_mb: int = 2048,
        ready: bool = True,
    ) -> Running:
        """Start ``app.handler`` of this source and wait until it asks for work."""
        server = server or servers.get(own_interpreter())
        name = f"e{len(running)}"
        code = tmp_path / f"code-{name}"
        code.mkdir()
        (code / "app.py").write_text(dedent(source))

        def job(address: str) -> Job:
            return Job(
                id=name,
                sandbox=str(server.view.parent / name),
                handler="app.handler",
                variables={
                    "AWS_LAMBDA_RUNTIME_API": address,
                    "PATH": "/usr/bin:/bin",
                    "LAB_SANDBOX": str(server.view.parent / name),
                    **(variables or {}),
                },
                folder="/var/task" if mounts else str(code),
                path=["/var/task" if mounts else str(code), str(server.view)],
                address_space=memory_mb << 20,
                mounts=None
                if mounts is None
                else {
                    **mounts,
                    "bind": [[str(code), "/var/task"], *mounts["bind"]],
                    "keep": server.kept_paths(),
                },
            )

        found = Running(None)  # type: ignore[arg-type]
        found.sandbox = Sandbox(loop, server, job, lambda events: found.events.extend(events) or True)
        running.append(found)
        if ready:
            answer = found.sandbox.ready.result(20)
            assert answer.kind == "ready", f"{answer}\n{found.log}"
        return found

    yield make
    for one in running:
        one.sandbox.close()
    for one in running:
        assert one.sandbox.ended.wait(10)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture(autouse=True)
def _needs_linux() -> None:
    if not os.path.isdir("/proc/self"):
        pytest.skip("these tests look into /proc")
