"""Which labs there are, and which of the two runtimes each of them uses."""

from pathlib import Path

from lab.embedded import EmbeddedRuntime
from lab.home import Home, base_folder
from lab.processes import running_homes
from lab.runtime import Runtime
from lab.state import LabState


def runtime(port: int, home: Path | None, *, container: bool | None = None) -> Runtime:
    """The runtime of the lab on `port`.

    :param container: True or False to choose; None to use what the lab was started with
    """
    folder = Home.of(port, home)
    state = LabState.read(folder.state)
    if state and home is not None and container is None:
        port = state.port  # a home that was named explicitly knows its port
    if container or (container is None and state and state.runtime == "container"):
        from lab.container import ContainerRuntime  # the Docker SDK is loaded only where it is used

        return ContainerRuntime(port, home)
    return EmbeddedRuntime(port, home)


def every_runtime() -> list[Runtime]:
    """All labs of this user that run, wherever their folders are, and those here that died."""
    homes = {path.parent for path in base_folder().glob("*/lab.json")} | set(running_homes())
    found = []
    for home in sorted(homes):
        state = LabState.read(home / "lab.json")
        if state:
            found.append(runtime(state.port, home))
    return sorted(found, key=lambda one: one.port)
