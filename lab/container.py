"""The lab in Docker, through the Docker API: the same image as ``docker compose up``, for one port each."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound, NotFound

from lab import environment
from lab.errors import EnvironmentUnfit, LabError, PortTaken, StartFailed
from lab.health import health, port_free
from lab.home import DEFAULT_PORT, Home, checkout
from lab.lock import exclusive, held
from lab.logfile import last_lines
from lab.runtime import Phase, Report, Started, Status, Stopped, silent
from lab.state import LabState

IMAGE = "sales-data-lab:0.1.0"
LABEL = "sales-data-lab.port"
INSIDE = "4566/tcp"
START_TIMEOUT = 120.0
STOP_TIMEOUT = 20.0
POLL = 0.2
TAIL = 15


def connect() -> docker.DockerClient:
    """The Docker engine of this machine, as DOCKER_HOST or its default socket gives it.

    :raises EnvironmentUnfit: there is none, or it does not answer
    """
    try:
        client = docker.from_env()
        client.ping()
    except DockerException as error:
        raise EnvironmentUnfit(
            "Docker does not answer.", "Start it, or run the lab without it: `lab up`.", str(error)
        ) from error
    return client


def image(client: docker.DockerClient, report: Report) -> str:
    """The id of the lab's image: built from the checkout (its cached layers make that quick), else as it is.

    :raises EnvironmentUnfit: it cannot be built, or there is neither an image nor a checkout
    """
    root = checkout()
    if root is None:
        try:
            return str(client.images.get(IMAGE).id)
        except ImageNotFound as error:
            raise EnvironmentUnfit(
                f"There is no image {IMAGE}.", "Build it in a checkout of the lab: `docker compose build`."
            ) from error
    report(f"the image {IMAGE} to be built")
    try:
        built, _ = client.images.build(path=str(root), tag=IMAGE, rm=True)
    except BuildError as error:
        lines = [str(line.get("stream", line.get("error", ""))).rstrip() for line in error.build_log]
        raise EnvironmentUnfit(
            f"The image {IMAGE} could not be built.",
            "LocalStack 4.14.0's own image must be there, or be reachable.",
            "\n".join(line for line in lines if line)[-2000:],
        ) from error
    return str(built.id)


class ContainerRuntime:
    """A lab in a container that publishes 127.0.0.1:`port` and nothing else."""

    name = "container"

    def __init__(self, port: int = DEFAULT_PORT, home: Path | str | None = None) -> None:
        self.port = port
        self.home = Home.of(port, home)

    @property
    def container_name(self) -> str:
        """What ``docker ps`` shows."""
        return f"sales-data-lab-{self.port}"

    def start(
        self,
        *,
        settings: dict[str, str] | None = None,
        timeout: float = START_TIMEOUT,
        report: Report = silent,
    ) -> Started:
        """Build the image where needed, start the container, wait until every pipeline is wired in it.

        :raises EnvironmentUnfit: Docker is not there, or there is no image
        :raises UsageError: a setting is refused
        :raises PortTaken: somebody else listens on the port
        :raises StartFailed: the container ended, or did not become healthy in time; it is removed then
        """
        began = time.monotonic()
        environment.check(settings or {})
        client = connect()
        notes: list[str] = []
        with exclusive(self.home.lock, on_wait=lambda: report("another terminal that works on this lab")):
            existing = self._find(client)
            if existing is not None:
                if self._await_health(existing, timeout, report):
                    return Started(self.status(), already=True, seconds=time.monotonic() - began)
                notes.append(f"The container {self.container_name} that was not healthy is replaced.")
                self._remove(existing, STOP_TIMEOUT)
            if not port_free(self.port):
                raise PortTaken(
                    f"Port {self.port} is taken.", "End what listens there, or choose another with --port."
                )
            self._run(client, image(client, report), settings or {}, timeout, report)
        return Started(self.status(), already=False, seconds=time.monotonic() - began, notes=notes)

    def stop(self, *, timeout: float = STOP_TIMEOUT, purge: bool = False, report: Report = silent) -> Stopped:
        """Stop and remove the container with its volumes; its log stays in the home, unless `purge`."""
        began = time.monotonic()
        client = connect()
        with exclusive(self.home.lock, on_wait=lambda: report("another terminal that works on this lab")):
            existing = self._find(client)
            was = _phase(existing)
            if existing is not None:
                report("the container to stop")
                self.home.log.write_bytes(existing.logs())
                self._remove(existing, timeout)
            self.home.state.unlink(missing_ok=True)
            if purge:
                self.home.purge()
        self.home.remove_if_empty()
        return Stopped(was, seconds=time.monotonic() - began)

    def status(self) -> Status:
        """Ask Docker and LocalStack; change nothing."""
        state = LabState.read(self.home.state)
        existing = self._find(connect())
        phase = _phase(existing)
        if existing is None:
            phase = Phase.STARTING if held(self.home.lock) else Phase.DEAD if state else Phase.STOPPED
        answer = health(self.port) if phase in (Phase.RUNNING, Phase.STARTING) else None
        memory, processes = _size(existing) if phase is Phase.RUNNING else (0, 0)
        troubled = phase in (Phase.DEAD, Phase.UNHEALTHY)
        return Status(
            phase=phase,
            runtime=self.name,
            port=self.port,
            home=self.home.root,
            log=self.home.log,
            processes=processes,
            uptime=max(0.0, time.time() - state.created) if state and existing is not None else 0.0,
            memory=memory,
            version=str((answer or {}).get("version", "")),
            services=dict((answer or {}).get("services", {})),
            log_tail=_last_lines(existing, self.home.log) if troubled else [],
            settings=state.settings if state else {},
        )

    def logs(self, *, tail: int = 100, follow: bool = False) -> Iterator[str]:
        """The end of the container's log; with `follow`, each new line until it ends."""
        existing = self._find(connect())
        if existing is None:
            yield from last_lines(self.home.log, tail)
            return
        pending = b""
        for chunk in existing.logs(tail=tail, follow=follow, stream=True):
            *lines, pending = (pending + chunk).split(b"\n")
            yield from (line.decode("utf-8", "replace") for line in lines)
        if pending:
            yield pending.decode("utf-8", "replace")

    def _find(self, client: docker.DockerClient) -> Any:
        """The container of this port, or None. One of the same name that is not a lab's is refused.

        :raises LabError: the name is somebody else's
        """
        try:
            found = client.containers.get(self.container_name)
        except NotFound:
            return None
        if found.labels.get(LABEL) != str(self.port):
            raise LabError(
                f"A container {self.container_name} exists that is not a lab.",
                "Rename or remove it, or choose another port with --port.",
            )
        return found

    def _run(
        self,
        client: docker.DockerClient,
        image_id: str,
        settings: dict[str, str],
        timeout: float,
        report: Report,
    ) -> None:
        self.home.root.mkdir(parents=True, exist_ok=True)
        try:
            started = client.containers.run(
                image_id,
                name=self.container_name,
                detach=True,
                environment={"LOCALSTACK_HOST": f"localhost:{self.port}", **settings},
                labels={LABEL: str(self.port)},
                ports={INSIDE: ("127.0.0.1", self.port)},
            )
        except APIError as error:
            left = self._find(client)
            if left is not None:
                self._remove(left, STOP_TIMEOUT)
            raise StartFailed(
                "Docker could not start the container.", "", str(error.explanation or error)
            ) from error
        LabState(self.name, self.port, 0, time.time(), container=str(started.id), settings=settings).write(
            self.home.state
        )
        healthy = False
        try:
            healthy = self._await_health(started, timeout, report)
        finally:
            if not healthy:
                end = "\n".join(_last_lines(started, self.home.log))
                self._remove(started, STOP_TIMEOUT)
                self.home.state.unlink(missing_ok=True)
        if not healthy:
            raise StartFailed(
                f"The container did not become healthy within {timeout:g} s.", "Its last lines:", end
            )

    def _await_health(self, container: Any, timeout: float, report: Report) -> bool:
        """Whether the container became healthy before it ended or the time was over."""
        report("every pipeline to be wired in the container")
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            container.reload()
            if container.status != "running":
                return False
            if _phase(container) is Phase.RUNNING:
                return True
            time.sleep(POLL)
        return False

    def _remove(self, container: Any, timeout: float) -> None:
        container.stop(timeout=int(timeout))
        container.remove(v=True, force=True)


def _phase(container: Any) -> Phase:
    if container is None:
        return Phase.STOPPED
    if container.status != "running":
        return Phase.DEAD
    word = container.attrs["State"].get("Health", {}).get("Status", "starting")
    return {"healthy": Phase.RUNNING, "starting": Phase.STARTING}.get(word, Phase.UNHEALTHY)


def _size(container: Any) -> tuple[int, int]:
    """Resident bytes without the page cache, as ``docker stats`` shows them, and the number of processes."""
    seen = container.stats(stream=False, one_shot=True)
    memory = seen.get("memory_stats", {})
    detail = memory.get("stats", {})
    cache = detail.get("inactive_file", detail.get("total_inactive_file", 0))
    return max(0, memory.get("usage", 0) - cache), seen.get("pids_stats", {}).get("current", 0)


def _last_lines(container: Any, log: Path) -> list[str]:
    if container is None:
        return last_lines(log, TAIL)
    return container.logs(tail=TAIL).decode("utf-8", "replace").splitlines()
