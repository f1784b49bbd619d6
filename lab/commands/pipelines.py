"""`lab bootstrap`, `teardown`, `run`, `verify`, `redrive`: what can be done with a pipeline."""

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from bootstrap.changes import Change
from lab import pipelineview
from lab.errors import ExitCode, UsageError
from lab.options import PORT, HomeFolder, Json, Port, per_second, seconds
from lab.output import answer, say
from lab.pipelines.base import RunRequest
from lab.target import pipelines, settings_of

SlugOrAll = Annotated[
    str, typer.Argument(metavar="SLUG|all", help="A pipeline, such as order_intake, or all.")
]
RECORDS = 20
Slug = Annotated[str, typer.Argument(metavar="SLUG", help="A pipeline, such as order_intake.")]


def bootstrap(slug: SlugOrAll, port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Set a pipeline up in the running lab. A second time changes nothing."""
    _change("bootstrap", slug, port, home, json)


def teardown(slug: SlugOrAll, port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Remove all that a pipeline's bootstrap made, with the data in it, and nothing else."""
    _change("teardown", slug, port, home, json)


def _change(verb: str, slug: str, port: int, home: Path | None, json: bool) -> None:
    found = pipelines(slug)
    settings = settings_of(port, home)
    bodies = []
    for pipeline in found:
        say(f"[bold]{pipeline.slug}[/]: {verb}")
        made: list[Change] = getattr(pipeline, verb)(settings, pipelineview.change)
        pipelineview.changes(pipeline.slug, made)
        counts = dict(Counter(change.action for change in made))
        entries = [dataclasses.asdict(change) for change in made]
        bodies.append({"pipeline": pipeline.slug, "counts": counts, "changes": entries})
    if json:
        answer(bodies if slug == "all" else bodies[0])


def run(
    slug: Slug,
    source: Annotated[
        Path | None, typer.Option("--input", exists=True, dir_okay=False, help="A file to send as it is.")
    ] = None,
    records: Annotated[
        int | None, typer.Option(min=0, help="How many records to invent; 20 when nothing else is said.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same records; 0 when nothing else is said.")
    ] = None,
    invalid: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=SHARE", help="Share of an invalid kind, such as missing_email=0.1; repeatable."
        ),
    ] = None,
    rate: Annotated[
        str | None, typer.Option(metavar="N/s", help="How fast changes are made, such as 50/s.")
    ] = None,
    duration: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="Make changes for so long, such as 30s.")
    ] = None,
    share: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=SHARE", help="Share of insert, update or delete, such as update=0.5; repeatable."
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds until the run is given up.")] = 600.0,
    port: Port = PORT,
    home: HomeFolder = None,
    json: Json = False,
) -> None:
    """Send records through a pipeline and show where each one went.

    Exits with 1 when a record is not accounted for.
    """
    [pipeline] = pipelines(slug, every=False)
    if duration is not None and records is not None:
        raise UsageError("--records and --for both say when to end.", "Give one of them.")
    if source is not None and not (records is None and seed is None and not invalid):
        raise UsageError(
            "--input sends a file as it is, and invents nothing.",
            "Leave out --records, --seed and --invalid, or leave out --input.",
        )
    request = RunRequest(
        input=source,
        records=RECORDS if records is None else records,
        seed=seed or 0,
        invalid=_shares(invalid or []),
        timeout=timeout,
        rate=None if rate is None else per_second(rate),
        duration=None if duration is None else seconds(duration),
        shares=_shares(share or []),
    )
    settings = settings_of(port, home)
    with pipelineview.following(f"Running {slug}") as progress:
        report = pipeline.run(settings, request, progress)
    if json:
        answer(report.as_dict())
    else:
        pipelineview.run(report)
    raise typer.Exit(ExitCode.OK if report.ok else ExitCode.DIFFERENCE)


def _shares(pairs: list[str]) -> dict[str, float]:
    shares = {}
    for pair in pairs:
        kind, equals, share = pair.partition("=")
        try:
            value = float(share)
        except ValueError:
            value = -1.0
        if not equals or not 0 <= value <= 1:
            raise UsageError(f"{pair!r} is no share.", "Write KIND=SHARE with a share from 0 to 1.")
        shares[kind.strip()] = value
    return shares


def verify(slug: SlugOrAll, port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Hold every record that was ever sent against where it must be. Exits with 1 when one is not there."""
    found = pipelines(slug)
    settings = settings_of(port, home)
    good = True
    bodies: list[dict[str, Any]] = []
    for pipeline in found:
        with pipelineview.following(f"Verifying {pipeline.slug}") as progress:
            result = pipeline.verify(settings, progress)
        good &= result.ok
        say(f"[bold]{pipeline.slug}[/]")
        pipelineview.verification(result)
        bodies.append({"pipeline": pipeline.slug} | result.as_dict())
    if json:
        answer(bodies if slug == "all" else bodies[0])
    raise typer.Exit(ExitCode.OK if good else ExitCode.DIFFERENCE)


def redrive(slug: Slug, port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Send a pipeline's dead letters through it again, after their cause is gone.

    Exits with 1 when letters stay in the queue.
    """
    [pipeline] = pipelines(slug, every=False)
    settings = settings_of(port, home)
    with pipelineview.following(f"Redriving {slug}") as progress:
        report = pipeline.redrive(settings, progress)
    pipelineview.redriven(report)
    if json:
        answer(report.as_dict())
    raise typer.Exit(ExitCode.OK if report.ok else ExitCode.DIFFERENCE)
