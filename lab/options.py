"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from lab.home import DEFAULT_PORT
from lab.output import Mode


def _set_json(chosen: bool) -> bool:
    Mode.json = chosen
    return chosen


Port = Annotated[
    int,
    typer.Option(
        "--port", "-p", envvar="LAB_PORT", min=1024, max=65535, help="Port of the lab on 127.0.0.1."
    ),
]
HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="LAB_HOME",
        file_okay=False,
        help="Folder of the lab; by default .lab/PORT of the checkout.",
    ),
]
Json = Annotated[bool, typer.Option("--json", callback=_set_json, help="Answer with one JSON document.")]

PORT = DEFAULT_PORT


def at(port: int) -> str:
    """What must be added to a `lab` command so that it means the lab on `port`."""
    return "" if port == DEFAULT_PORT else f" --port {port}"
