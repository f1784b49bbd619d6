"""What a person or a script reads. Everything that comes from outside is escaped before Rich sees it."""

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape

from lab.errors import EnvironmentUnfit, LabError
from lab.runtime import Report

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that move the cursor, change colours or reorder what is shown, instead of showing something."""


def safe(text: str) -> str:
    """Text from a file, a log or a service, so that it shows as it is: no markup, no terminal commands."""
    return escape(CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


class Mode:
    """How this command answers; set by its ``--json`` option before anything is printed."""

    json = False


def say(text: str) -> None:
    """A line for a person (Rich markup; escape what is not yours). Nothing when a script is listening."""
    if not Mode.json:
        console.print(text)


def answer(body: Any) -> None:
    """The one JSON document that a script gets on standard output."""
    write(json.dumps(body, indent=2, default=str) + "\n")


def write(text: str) -> None:
    """Text for a script, to standard output.

    :raises EnvironmentUnfit: it does not take it
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk behind a redirection
        Mode.json = False  # so that the complaint is not lost the same way
        raise EnvironmentUnfit(f"The answer cannot be written: {error.strerror}.") from error


def answer_line(body: Any) -> None:
    """One of many JSON documents, each a line of its own: for what goes on and on."""
    sys.stdout.write(json.dumps(body, default=str) + "\n")
    sys.stdout.flush()


def complain(error: LabError) -> None:
    """What went wrong and what to do: for a script in the answer, for a person on standard error."""
    if Mode.json:
        answer({"error": error.message, "remedy": error.remedy, "exit_code": int(error.exit_code)})
        return
    errors.print(f"[bold red]✗[/] {safe(error.message)}")
    if error.remedy:
        errors.print(f"  {safe(error.remedy)}")
    for line in error.detail.splitlines():
        errors.print(f"  [dim]│ {safe(line)}[/]")


@contextmanager
def waiting(title: str) -> Iterator[Report]:
    """Show what is waited for while the block runs: a spinner on a terminal, else one line for each thing.

    The block is given a function that takes what is awaited now, in words.
    """
    if Mode.json:
        yield lambda _text: None
    elif not errors.is_terminal:
        seen: set[str] = set()

        def line(text: str) -> None:
            if text not in seen:
                seen.add(text)
                errors.print(f"{safe(title)}: waiting for {safe(text)}")

        yield line
    else:
        began = time.monotonic()
        with errors.status(safe(title)) as spinner:
            yield lambda text: spinner.update(
                f"{safe(title)}: waiting for {safe(text)} [dim]({time.monotonic() - began:.0f} s)[/]"
            )


def duration(seconds: float) -> str:
    """``42 s``, ``3 min 12 s``, ``2 h 5 min``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def megabytes(count: int) -> str:
    """``169 MB`` (of 1,000,000 bytes)."""
    return f"{count / 1e6:,.0f} MB"
