"""How tables and rows look on a terminal. All of it is escaped: it comes from files and services."""

import csv as writer
import sys
from typing import Any

from rich import box
from rich.table import Table

from bootstrap.lake import Lake
from lab.athena import Answer
from lab.crawling import Crawled
from lab.output import console, safe, say

ROWS = 100
"""Rows to show; --csv and --json give all of them."""
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "double", "float", "real", "decimal")


def crawled(lake: Lake, found: Crawled) -> None:
    """The tables of the database, each with its columns."""
    say(f"[green]✓[/] {safe(found.crawler)} is done after {found.seconds:.1f} s.")
    for name, columns in found.tables.items():
        say(f'  [bold]"{safe(found.database)}"."{safe(name)}"[/]')
        for column, kind in columns.items():
            say(f"    {safe(column):24} [dim]{safe(kind)}[/]")
    if lake.table in found.tables:
        say(f"  {found.partitions} partitions of {safe(lake.table)}")
    else:
        say("  There was nothing to make a table of: no files yet.")


def rows(found: Answer) -> None:
    """A table, numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD)
    for name, kind in zip(found.columns, found.types, strict=True):
        table.add_column(safe(name), justify="right" if kind in _NUMBERS else "left", overflow="fold")
    for row in found.rows[:ROWS]:
        table.add_row(*("[dim]null[/]" if value is None else safe(value) for value in row))
    if found.columns:
        console.print(table)
    if len(found.rows) > ROWS:
        say(f"  … and {len(found.rows) - ROWS:,} more; --csv and --json give them all")
    count = f"{len(found.rows):,} row{'' if len(found.rows) == 1 else 's'}"
    say(f"[dim]{count} in {found.seconds:.2f} s, {found.scanned:,} bytes scanned[/]")


def csv(found: Answer) -> None:
    """A header and the rows; null is an empty field."""
    out = writer.writer(sys.stdout, lineterminator="\n")
    out.writerow(found.columns)
    out.writerows([["" if value is None else value for value in row] for row in found.rows])
    sys.stdout.flush()


def saved(queries: list[dict[str, Any]]) -> None:
    """Saved queries with what each is for."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("name", no_wrap=True)
    table.add_column("what it answers", overflow="fold")
    for query in queries:
        table.add_row(safe(query["Name"]), safe(query.get("Description", "")))
    console.print(table)
