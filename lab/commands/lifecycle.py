"""`lab up`, `lab down`, `lab status`."""

from typing import Annotated

import typer

from bootstrap.settings import Settings
from lab import environment
from lab.errors import ExitCode
from lab.health import health
from lab.options import PORT, HomeFolder, Json, Port, at
from lab.output import answer, duration, megabytes, safe, say, waiting
from lab.runtime import Phase, Runtime, Status, Stopped
from lab.runtimes import every_runtime, runtime
from lab.statusview import as_json, show

EXIT_OF = {
    Phase.RUNNING: ExitCode.OK,
    Phase.STARTING: ExitCode.DIFFERENCE,
    Phase.UNHEALTHY: ExitCode.DIFFERENCE,
    Phase.DEAD: ExitCode.DIFFERENCE,
    Phase.STOPPED: ExitCode.NOT_RUNNING,
}
SEVERITY = [Phase.RUNNING, Phase.STARTING, Phase.STOPPED, Phase.UNHEALTHY, Phase.DEAD]


def up(
    port: Port = PORT,
    home: HomeFolder = None,
    container: Annotated[
        bool, typer.Option("--container", help="Run the lab in Docker instead of as a process.")
    ] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A LocalStack setting, such as DEBUG=1; repeatable."
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait until the lab is healthy.")] = 60.0,
    json: Json = False,
) -> None:
    """Start the lab in the background and wait until it is healthy.

    A lab that runs already is left as it is. It goes on when the terminal is closed; end it with `lab down`.
    """
    settings = environment.parse(setting or [])
    chosen = runtime(port, home, container=container or None)  # what runs already stays what it is
    with waiting("Starting the lab") as report:
        started = chosen.start(settings=settings, timeout=timeout, report=report)
    if json:
        answer(
            {
                **as_json(started.status),
                "already_running": started.already,
                "seconds": round(started.seconds, 2),
            }
        )
        return
    for note in started.notes:
        say(f"[yellow]![/] {safe(note)}")
    done = "already runs" if started.already else f"is up after {started.seconds:.1f} s"
    say(f"[green]✓[/] The lab {done}: [bold]{started.status.endpoint}[/]")
    here = at(port)
    if started.already and settings and settings != started.status.settings:
        say(f"[yellow]![/] The settings were not changed: for others, run `lab down{here}` first.")
    log = safe(str(started.status.log))
    say(f"  [dim]look around: lab status{here} · stop: lab down{here} · log: {log}[/]")


def down(
    port: Port = PORT,
    home: HomeFolder = None,
    every: Annotated[bool, typer.Option("--all", help="Stop all labs of this user.")] = False,
    purge: Annotated[bool, typer.Option("--purge", help="Delete the logs, too.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds to let LocalStack end by itself before it is killed.")
    ] = 15.0,
    json: Json = False,
) -> None:
    """Stop the lab: no process and no temporary file is left, only its log.

    What was stored in the lab is gone. A lab that does not run is no error.
    """
    chosen: list[Runtime] = every_runtime() if every else [runtime(port, home)]
    results = []
    for one in chosen:
        with waiting(f"Stopping the lab on port {one.port}") as report:
            results.append((one, one.stop(timeout=timeout, purge=purge, report=report)))
    if json:
        answer(
            [
                {
                    "port": one.port,
                    "was": stopped.was,
                    "seconds": round(stopped.seconds, 2),
                    "killed": stopped.killed,
                    "orphans": stopped.orphans,
                }
                for one, stopped in results
            ]
        )
        return
    if not results:
        say("No lab runs, and none has left anything behind.")
    for one, stopped in results:
        say(_farewell(one.port, stopped))


def _farewell(port: int, stopped: Stopped) -> str:
    extra = f" {stopped.orphans} left-over processes were ended." if stopped.orphans else ""
    extra += f" {stopped.killed} processes had to be killed." if stopped.killed else ""
    if stopped.was is Phase.STOPPED:
        return f"No lab runs on port {port}; there was nothing to stop.{extra}"
    if stopped.was is Phase.DEAD:
        return f"[green]✓[/] The lab on port {port} had died; what it left is cleared away.{extra}"
    return f"[green]✓[/] The lab on port {port} is stopped after {stopped.seconds:.1f} s.{extra}"


def status(
    port: Port = PORT,
    home: HomeFolder = None,
    every: Annotated[bool, typer.Option("--all", help="All labs of this user.")] = False,
    json: Json = False,
) -> None:
    """Say whether the lab runs, and what is in it.

    Exits with 0 when it runs, 3 when it was not started, 1 when it is starting, dead or does not answer.
    """
    found = [one.status() for one in (every_runtime() if every else [runtime(port, home)])]
    if json:
        bodies = [as_json(one) | {"pipelines": _wired(one)} for one in found]
        answer(bodies if every else bodies[0])
    elif every:
        _list(found)
    else:
        show(found[0], _wired(found[0]))
        if found[0].phase is Phase.STOPPED and health(found[0].port):
            say(
                "A LocalStack that `lab up` did not start answers there, such as that of `docker compose up`:"
                " every other command works with it."
            )
    worst = max((one.phase for one in found), key=SEVERITY.index, default=Phase.STOPPED)
    raise typer.Exit(EXIT_OF[worst])


def _wired(one: Status) -> list[str]:
    if one.phase is not Phase.RUNNING:
        return []
    from lab.wired import wired  # boto3 is loaded only when there is somebody to ask

    return wired(Settings.for_port(one.port), one.services)


def _list(found: list[Status]) -> None:
    if not found:
        say("No lab runs.")
    for one in found:
        more = ""
        if one.phase is Phase.RUNNING:
            more = f", up {duration(one.uptime)}, {megabytes(one.memory)}"
        say(f"{one.endpoint}  {one.phase} ({one.runtime}{more})  [dim]{safe(str(one.home))}[/]")
