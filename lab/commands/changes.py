"""`lab watch` and `lab cdc`: changes on their way, and one order's changes."""

from typing import Annotated

import typer

from lab import changeview
from lab.errors import ExitCode, LabError, UsageError
from lab.options import PORT, HomeFolder, Json, Port, seconds
from lab.output import answer, answer_line
from lab.pipelines.change_capture import ChangeCapturePipeline
from lab.target import pipelines, settings_of

Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help="A pipeline that captures changes, such as sales_cdc.")
]


def _capturing(slug: str) -> ChangeCapturePipeline:
    [pipeline] = pipelines(slug, every=False)
    if not isinstance(pipeline, ChangeCapturePipeline):
        raise UsageError(f"{slug} captures no changes of a table.", "`lab verify` accounts for its records.")
    return pipeline


def watch(
    slug: Slug,
    every: Annotated[str, typer.Option(metavar="TIME", help="How often to look, such as 1s.")] = "1s",
    duration: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="End after so long; else with Ctrl-C.")
    ] = None,
    port: Port = PORT,
    home: HomeFolder = None,
    json: Json = False,
) -> None:
    """Show live how many changes each hop of a pipeline has. With --json: a line for each look."""
    pipeline = _capturing(slug)
    length = None if duration is None else seconds(duration)
    pause = seconds(every)
    settings = settings_of(port, home)
    glances = pipeline.watch(settings, every=pause, seconds=length)
    try:
        if json:
            for glance in glances:
                answer_line(glance.as_dict())
        else:
            changeview.live(pipeline.title, glances)
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.OK) from None  # the usual end of watching, and nothing went wrong


def cdc(
    slug: Slug,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The order's id, such as 0-1.")],
    port: Port = PORT,
    home: HomeFolder = None,
    json: Json = False,
) -> None:
    """Show an order before and after each of its changes, as Kinesis holds them, and where in S3 it lies."""
    pipeline = _capturing(slug)
    told = pipeline.history(settings_of(port, home), key)
    if not told:
        raise LabError(
            f"{pipeline.spec.stream} holds no change of an order {key!r}.",
            f"`lab run {slug}` makes some; Kinesis keeps each for 24 hours.",
        )
    if json:
        answer({"pipeline": slug, "key": key, "changes": [one.as_dict() for one in told]})
    else:
        changeview.history(key, told)
