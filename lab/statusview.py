"""How `lab status` shows one lab."""

from collections import defaultdict
from typing import Any

from rich import box
from rich.table import Table

from lab.options import at
from lab.output import console, duration, megabytes, safe, say
from lab.runtime import Phase, Status

WORDS = {
    Phase.RUNNING: "[green]running[/]",
    Phase.STARTING: "[yellow]starting[/]: the process is there, its answer is not yet",
    Phase.UNHEALTHY: "[red]unhealthy[/]: the process is there, but does not answer",
    Phase.DEAD: "[red]dead[/]: it was started, never stopped, and its process is gone",
    Phase.STOPPED: "not started",
}
NEXT = {
    Phase.STARTING: "Look again in a few seconds.",
    Phase.UNHEALTHY: "`lab up{at}` replaces it if it does not recover; `lab logs{at}` shows more.",
    Phase.DEAD: "`lab up{at}` starts a new one, `lab down{at}` clears away what is left.",
    Phase.STOPPED: "Start it with `lab up{at}`.",
}


def as_json(status: Status) -> dict[str, Any]:
    """The fields of a status, for scripts. Times in seconds, memory in bytes."""
    return {
        "phase": status.phase.value,
        "runtime": status.runtime,
        "endpoint": status.endpoint,
        "port": status.port,
        "pid": status.pid,
        "processes": status.processes,
        "uptime_seconds": round(status.uptime, 1),
        "memory_bytes": status.memory,
        "version": status.version,
        "services": status.services,
        "settings": status.settings,
        "home": str(status.home),
        "log": str(status.log),
        "log_tail": status.log_tail,
    }


def show(status: Status, pipelines: list[str]) -> None:
    """A table for a person.

    :param pipelines: slugs of those that are set up
    """
    table = Table(box=box.SIMPLE_HEAD, show_header=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("lab", f"{WORDS[status.phase]}")
    if status.phase is not Phase.STOPPED:
        table.add_row("endpoint", status.endpoint)
        table.add_row("runtime", f"{status.runtime}, LocalStack {safe(status.version) or 'does not answer'}")
    if status.phase is Phase.RUNNING or status.processes:
        table.add_row("process", _processes(status))
        table.add_row("up for", duration(status.uptime))
        table.add_row("memory", megabytes(status.memory))
    if status.phase is Phase.RUNNING:
        table.add_row(
            "pipelines", safe(", ".join(pipelines)) or "none is set up: `lab bootstrap all` does it"
        )
    for state, names in sorted(_by_state(status.services).items(), key=lambda item: ORDER.get(item[0], 9)):
        table.add_row(f"services {safe(state)}", safe(", ".join(sorted(names))))
    for name, value in status.settings.items():
        table.add_row("setting", safe(f"{name}={value}"))
    table.add_row("log", safe(str(status.log)))
    console.print(table)
    for line in status.log_tail:
        console.print(f"  [dim]│ {safe(line)}[/]")
    if status.phase in NEXT:
        say(NEXT[status.phase].format(at=at(status.port)))


def _processes(status: Status) -> str:
    if not status.pid:  # a container's processes are the engine's business, only their number is known
        return f"{status.processes} in the container"
    return f"{status.pid}" + (f" and {status.processes - 1} below it" if status.processes > 1 else "")


ORDER = {"error": 0, "running": 1, "starting": 2, "available": 3, "disabled": 4}


def _by_state(services: dict[str, str]) -> dict[str, list[str]]:
    """Services that are idle are named, too: they start with their first call."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, state in services.items():
        groups[state].append(name)
    return groups
