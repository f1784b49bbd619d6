"""Options that several commands share."""

import re
from pathlib import Path
from typing import Annotated

import typer

from lab.errors import UsageError
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

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """``30s``, ``2m``, ``1.5h`` or ``30`` → seconds.

    :raises UsageError: it is no such text, or not above 0
    """
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", text)
    if not found or found[2] not in _UNITS or float(found[1]) <= 0:
        raise UsageError(f"{text!r} is no length of time.", "Write seconds, minutes or hours: 30s, 2m, 1h.")
    return float(found[1]) * _UNITS[found[2]]


def per_second(text: str) -> float:
    """``50/s``, ``3000/m`` or ``50`` → how many a second.

    :raises UsageError: it is no such text, or not above 0
    """
    number, _, unit = text.partition("/")
    try:
        rate = float(number)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf") or unit not in _UNITS:
        raise UsageError(f"{text!r} is no rate.", "Write so many a second or a minute: 50/s, 3000/m.")
    return rate / _UNITS[unit]


def at(port: int) -> str:
    """What must be added to a `lab` command so that it means the lab on `port`."""
    return "" if port == DEFAULT_PORT else f" --port {port}"
