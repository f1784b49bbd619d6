"""`lab doctor`: looks for what could keep the lab from working."""

import dataclasses

import typer

from lab.checks import Verdict, all_checks
from lab.errors import ExitCode
from lab.home import Home
from lab.options import PORT, HomeFolder, Json, Port
from lab.output import answer, safe, say

SIGN = {Verdict.OK: "[green]✓[/]", Verdict.WARN: "[yellow]![/]", Verdict.FAIL: "[red]✗[/]"}


def doctor(port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Check this machine for what the lab needs. Exits with 1 when something must be put right first."""
    checks = all_checks(port, Home.of(port, home))
    failed = any(check.verdict is Verdict.FAIL for check in checks)
    if json:
        answer({"fit": not failed, "checks": [dataclasses.asdict(check) for check in checks]})
    for check in checks:
        say(f"{SIGN[check.verdict]} [bold]{check.name}[/]: {safe(check.text)}")
        if check.remedy:
            say(f"    → {safe(check.remedy)}")
    if not json:
        say("\nSomething must be put right first." if failed else "\nThe lab can run here.")
    raise typer.Exit(ExitCode.DIFFERENCE if failed else ExitCode.OK)
