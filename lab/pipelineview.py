"""How pipelines' reports look on a terminal. All they say is escaped: it comes from files and services."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich import box
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from bootstrap.changes import Change
from lab.output import Mode, console, errors, safe, say
from lab.pipelines.base import Difference, Fate, RedriveReport, RunReport, Step, Verification
from lab.pipelines.base import Progress as Steps

ROWS = 25
"""Rows to show of a list; the whole of it is in the JSON answer."""

_NUMBERS = re.compile(r"\d[\d.,]*")

COLOURS = {"created": "green", "updated": "yellow", "deleted": "red", "unchanged": "dim"}


def change(one: Change) -> None:
    """One resource, as it is brought to its wanted state."""
    detail = f" [dim]({safe(one.detail)})[/]" if one.detail else ""
    colour = COLOURS[one.action]
    say(f"  [{colour}]{one.action:>9}[/]  {safe(one.kind)} {safe(one.name)}{detail}")


def changes(slug: str, made: list[Change]) -> None:
    """The sum of a bootstrap or teardown."""
    counts = Counter(one.action for one in made)
    summary = ", ".join(f"{count} {action}" for action, count in counts.items()) or "nothing to do"
    say(f"[green]✓[/] {safe(slug)}: {summary}")


@contextmanager
def following(title: str) -> Iterator[Steps]:
    """Show a run's steps while the block runs: a bar on a terminal, else a line for each new sentence.

    A sentence that differs from one before in its numbers alone, such as a rate, is no new one.
    """
    if Mode.json:
        yield lambda _step: None
    elif not errors.is_terminal:
        said: set[str] = set()

        def line(step: Step) -> None:
            words = _NUMBERS.sub("", step.text)
            if words not in said:
                said.add(words)
                errors.print(f"{safe(title)}: {safe(step.text)}")

        yield line
    else:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), _Count())
        with Progress(*columns, TimeElapsedColumn(), console=errors, transient=True) as bar:
            task = bar.add_task(safe(title), total=None)

            def update(step: Step) -> None:
                text = f"{safe(title)}: {safe(step.text)}"
                bar.update(task, description=text, completed=step.done, total=step.total or None)

            yield update


class _Count(MofNCompleteColumn):
    """So many of so many, and nothing where nobody knows of how many."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None else Text()


def run(report: RunReport) -> None:
    """Where each record went."""
    count = len(report.fates)
    say(f"{safe(report.source)}: {count} record{'' if count == 1 else 's'} in {report.seconds:.1f} s")
    _fates(report.fates)
    verification(report.verification)


def _fates(fates: list[Fate]) -> None:
    many = len(fates) > ROWS
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("records" if many else "record", justify="right" if many else "left", no_wrap=True)
    table.add_column("where it went", no_wrap=True)
    table.add_column("why", overflow="fold")
    if many:
        groups = Counter((fate.place, fate.reason) for fate in fates)
        rows = [(str(count), place, reason) for (place, reason), count in groups.most_common(ROWS)]
        if len(groups) > ROWS:
            rest = sum(groups.values()) - sum(count for _, count in groups.most_common(ROWS))
            rows.append((str(rest), "…", "for other reasons; --json lists every record"))
    else:
        rows = [(fate.record, fate.place, fate.reason) for fate in fates]
    for row in rows:
        table.add_row(*(safe(cell) for cell in row))
    if not Mode.json:
        console.print(table)


def verification(found: Verification) -> None:
    """What was counted, and whether it adds up."""
    for name, count in found.counts.items():
        say(f"  {count:>8,}  {safe(name)}")
    for note in found.notes:
        say(f"  [dim]{safe(note)}[/]")
    _differences(found.differences)
    if found.ok:
        say("[green]✓[/] Every record is accounted for.")
    else:
        say(f"[red]✗[/] {len(found.differences)} differences: these records are not where they must be.")


def redriven(report: RedriveReport) -> None:
    """What became of the dead letters."""
    for name, count in report.counts.items():
        say(f"  {count:>8,}  {safe(name)}")
    _differences(report.left)
    say(
        "[green]✓[/] No letter is left over."
        if report.ok
        else f"[yellow]![/] {len(report.left)} letters stay in the queue: their cause is not gone."
    )


def _differences(differences: list[Difference]) -> None:
    for one in differences[:ROWS]:
        say(f"  [red]✗[/] {safe(one.key)}: {safe(one.problem)}")
    if len(differences) > ROWS:
        say(f"  … and {len(differences) - ROWS} more; --json lists them all")
