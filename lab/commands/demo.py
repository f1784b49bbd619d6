"""`lab demo`: everything that there is, from nothing to accounted for."""

import time
from typing import Any

import typer

from lab import pipelineview
from lab.errors import ExitCode
from lab.home import checkout
from lab.options import PORT, HomeFolder, Json, Port, at
from lab.output import answer, safe, say, waiting
from lab.pipelines.base import RunRequest
from lab.runtimes import runtime
from lab.target import pipelines, settings_of

RECORDS = 24
SEED = 2024
SETTINGS = {"LAB_TIME_SCALE": "0.05"}
"""Firehose's buffers, which wait up to a minute, do so for a twentieth of it."""
WRONG = 0.25
"""A quarter of what the demo sends is wrong, in every way that the generator knows."""


def demo(port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Start the lab, set up every pipeline, send records through each, and show where each record went.

    Exits with 1 when a record is not accounted for. The lab goes on running for a look around.
    """
    began = time.monotonic()
    with waiting("Starting the lab") as report:
        started = runtime(port, home).start(settings=SETTINGS, timeout=60.0, report=report)
    say(f"[green]✓[/] The lab {'already runs' if started.already else 'is up'}: {started.status.endpoint}")
    settings = settings_of(port, home)
    good = True
    bodies: list[dict[str, Any]] = []
    for pipeline in pipelines("all"):
        slug = pipeline.slug
        say(f"\n[bold]{safe(pipeline.title)}[/] ({slug})")
        with pipelineview.following(f"Setting up {slug}"):
            made = pipeline.bootstrap(settings)
        pipelineview.changes(slug, made)
        request = RunRequest(records=RECORDS, seed=SEED, invalid=_invalid(slug))
        with pipelineview.following(f"Running {slug}") as progress:
            result = pipeline.run(settings, request, progress)
        good &= result.ok
        pipelineview.run(result)
        bodies.append({"pipeline": slug} | result.as_dict())
    seconds = time.monotonic() - began
    if json:
        answer({"ok": good, "endpoint": settings.endpoint_url, "seconds": round(seconds, 1), "runs": bodies})
    verdict = "[green]✓[/] Done" if good else "[red]✗[/] Something is not accounted for"
    say(f"\n{verdict} after {seconds:.0f} s.")
    first = "bin/uv run " if checkout() else ""
    elsewhere = "" if port == PORT else f"AWS_ENDPOINT_URL={settings.endpoint_url} "
    say(f"The lab goes on running at {settings.endpoint_url}. Look around:")
    for command in (
        f"{first}lab status{at(port)}",
        f"{first}lab query sales_cdc --named current_state{at(port)}",
        f"{elsewhere}{first}awslocal s3 ls",
        f"{first}lab logs{at(port)}",
    ):
        say(f"  {command}")
    say(f"Stop it with [bold]{first}lab down{at(port)}[/].")
    raise typer.Exit(ExitCode.OK if good else ExitCode.DIFFERENCE)


def _invalid(slug: str) -> dict[str, float]:
    if slug != "order_intake":
        return {}
    from generator.orders import INVALID  # Faker takes a third of a second to load, and only this needs it

    return dict.fromkeys(INVALID, WRONG / len(INVALID))
