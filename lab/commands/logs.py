"""`lab logs`: LocalStack's own log, or a Lambda function's from CloudWatch Logs."""

from collections.abc import Iterator
from typing import Annotated

import typer

from lab.errors import NotRunning, UsageError
from lab.options import PORT, HomeFolder, Json, Port
from lab.output import answer, console, safe
from lab.runtimes import runtime


def logs(
    port: Port = PORT,
    home: HomeFolder = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with each new line.")] = False,
    tail: Annotated[
        int, typer.Option("--tail", "-n", min=0, help="How many of the last lines to show.")
    ] = 100,
    function: Annotated[
        str | None, typer.Option("--function", metavar="NAME", help="The log of a Lambda function.")
    ] = None,
    region: Annotated[str, typer.Option(help="The function's region.")] = "us-east-1",
    json: Json = False,
) -> None:
    """Show the end of LocalStack's log, or of a Lambda function's with --function."""
    if json and follow:
        raise UsageError("--json gives one document, so it cannot --follow.", "Leave out one of the two.")
    chosen = runtime(port, home)
    if function:
        if not chosen.status().services:
            raise NotRunning(
                f"No lab answers on port {port}, so there are no functions.", "Start it: `lab up`."
            )
        from bootstrap.session import Session  # boto3 is loaded only where it is used
        from bootstrap.settings import Settings
        from lab import functionlogs

        session = Session(Settings.for_port(chosen.port), region=region)
        lines: Iterator[str] = functionlogs.lines(session, function, tail=tail, follow=follow)
    else:
        lines = chosen.logs(tail=tail, follow=follow)
    if json:
        answer({"lines": list(lines)})
        return
    empty = True
    for line in lines:
        empty = False
        console.print(safe(line))
    if empty and not function:
        raise NotRunning(f"There is no log in {chosen.status().log}.", "`lab up` starts a lab, and its log.")
