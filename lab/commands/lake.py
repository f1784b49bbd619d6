"""`lab crawl` and `lab query`: from a pipeline's files to a table, and from the table to answers."""

import math
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bootstrap.ensure.athena import has_work_group, named_queries
from bootstrap.errors import NotBootstrapped
from bootstrap.lake import Lake
from bootstrap.session import Session
from lab import athena, crawling, lakeview, pipelineview
from lab.athena import QueryFailed
from lab.errors import UsageError
from lab.options import PORT, HomeFolder, Json, Port
from lab.output import Mode, answer
from lab.pipelines.change_capture import ChangeCapturePipeline
from lab.target import pipelines, settings_of

Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help="A pipeline that ends in Athena, such as sales_cdc.")
]
_WHOLE = ("tinyint", "smallint", "integer", "bigint")
_FLOATS = ("double", "float", "real")


def _with_lake(slug: str) -> ChangeCapturePipeline:
    [pipeline] = pipelines(slug, every=False)
    if not isinstance(pipeline, ChangeCapturePipeline):
        raise UsageError(f"{slug} does not end in Athena.", "`lab verify` accounts for its records.")
    return pipeline


def crawl(slug: Slug, port: Port = PORT, home: HomeFolder = None, json: Json = False) -> None:
    """Run a pipeline's Glue crawler, and show the tables of its database."""
    spec = _with_lake(slug).spec
    session = spec.session(settings_of(port, home))
    with pipelineview.following(f"Crawling {spec.lake.location}") as progress:
        crawled = crawling.crawl(session, spec.lake, progress)
    if json:
        answer({"pipeline": slug} | crawled.as_dict())
    else:
        lakeview.crawled(spec.lake, crawled)


def query(
    context: typer.Context,
    slug: Slug,
    sql: Annotated[
        str | None, typer.Argument(metavar="SQL", help="A statement, such as 'SELECT * FROM cdc LIMIT 5'.")
    ] = None,
    named: Annotated[
        str | None, typer.Option(metavar="NAME", help="Run a saved query instead, such as current_state.")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="VALUE", help="For a ? in the query, as SQL: 7, or \"'0-1'\"; repeatable."),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List the saved queries.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    port: Port = PORT,
    home: HomeFolder = None,
    json: Json = False,
) -> None:
    """Ask Athena something about a pipeline's tables."""
    spec = _with_lake(slug).spec
    if context.args:
        raise UsageError("A statement is one argument.", f'Put it in quotes: lab query {slug} "SELECT …".')
    if (sql is not None) + (named is not None) + show != 1:
        raise UsageError("What is to be asked?", "Give a statement, or --named NAME, or --list.")
    if csv and json:
        raise UsageError("--csv and --json are two forms of one answer.", "Give one of them.")
    if show and (csv or parameter):
        raise UsageError("--list runs no query.", "Leave out --csv and --parameter, or leave out --list.")
    Mode.json = json
    session = spec.session(settings_of(port, home))
    if not has_work_group(session, spec.lake.work_group):
        raise NotBootstrapped(slug, f"The work group {spec.lake.work_group}")
    if show:
        _list(session, spec.lake, json)
        return
    text = sql if sql is not None else _saved(session, spec.lake, str(named))
    if parameter and "?" not in text:
        raise UsageError("The statement has no ? that a parameter could stand for.", "Leave out --parameter.")
    with pipelineview.following(f"Asking Athena for {slug}") as progress:
        try:
            found = athena.query(
                session,
                text,
                work_group=spec.lake.work_group,
                database=spec.lake.database,
                parameters=parameter or [],
                progress=progress,
            )
        except QueryFailed as error:
            error.remedy = f"{_advice(slug, error.message, parameter or [])}{error.remedy}"
            raise
    if json:
        rows = [
            [_plain(value, kind) for value, kind in zip(row, found.types, strict=True)] for row in found.rows
        ]
        answer({"pipeline": slug} | found.as_dict() | {"rows": rows})
    elif csv:
        lakeview.csv(found)
    else:
        lakeview.rows(found)


def _advice(slug: str, reason: str, parameters: Sequence[str]) -> str:
    """What to do about the faults that a first query has."""
    if reason.startswith("TABLE_NOT_FOUND"):
        return f"SHOW TABLES lists what there is; `lab crawl {slug}` makes a table of the files. "
    if reason.startswith("INVALID_PARAMETER_USAGE"):
        return "Each ? takes one --parameter, as SQL: 7, or \"'0-1'\". "
    if reason.startswith("TYPE_MISMATCH") and parameters:
        return "A parameter is SQL: a text needs quotes of its own, \"'0-1'\". "
    return ""


def _list(session: Session, lake: Lake, json: bool) -> None:
    saved = sorted(named_queries(session, lake.work_group).values(), key=lambda query: query["Name"])
    if json:
        names = {"Name": "name", "Description": "description", "Database": "database", "QueryString": "sql"}
        answer([{name: query.get(member) for member, name in names.items()} for query in saved])
    else:
        lakeview.saved(saved)


def _saved(session: Session, lake: Lake, name: str) -> str:
    saved = named_queries(session, lake.work_group)
    if name not in saved:
        there = ", ".join(sorted(saved)) or "none"
        raise UsageError(f"There is no saved query {name!r}.", f"There are: {there}.")
    return str(saved[name]["QueryString"])


def _plain(value: str | None, kind: str) -> Any:
    """A value as JSON has it; text stays text, as does a number that JSON does not know or would round."""
    if value is None:
        return None
    if kind == "boolean":
        return value == "true"
    if kind in _WHOLE:
        return int(value)
    if kind in _FLOATS:
        number = float(value)
        return number if math.isfinite(number) else value
    return value
