"""How tables and rows look on a terminal. All of it is escaped: it comes from files and services."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from bootstrap.lake import Lake
from lab.answertable import NUMBERS
from lab.athena import Answer
from lab.crawling import Crawled
from lab.output import console, safe, say, write

ROWS = 100
"""Rows to show; --csv and --json give all of them."""
BLOCKS = 10
"""Rows to show where they are too wide for a table, and each takes many lines."""


def crawled(lake: Lake, found: Crawled) -> None:
    """The tables of the database, each with its columns."""
    say(f"[green]✓[/] {safe(found.crawler)} is done after {found.seconds:.1f} s.")
    for name, columns in found.tables.items():
        say(f'  [bold]"{safe(found.database)}"."{safe(name)}"[/]')
        for column, kind in columns.items():
            say(f"    {safe(column):24} [dim]{safe(kind)}[/]")
    if lake.table in found.tables:
        say(f"  {found.partitions:,} partition{'' if found.partitions == 1 else 's'} of {safe(lake.table)}")
    else:
        say(f"  There was nothing to make a table of: no files yet. `lab run {safe(lake.slug)}` makes some.")


def rows(found: Answer) -> None:
    """A table, numbers to the right; on a terminal too narrow for it a block of lines for each row."""
    if not found.rows and found.written is None and not found.columns:
        say(f"[green]✓[/] Done in {found.seconds:.2f} s.")
        return
    if found.written is None:
        table = _table(found)
        width = Measurement.get(console, console.options.update(max_width=_UNBOUNDED), table).maximum
        if width <= console.width or len(found.columns) == 1:
            console.print(table)
            _more(found, ROWS)
        elif not console.is_terminal:
            Console(file=console.file, width=width, highlight=False).print(table)
            _more(found, ROWS)
        else:
            _blocks(found)
            _more(found, BLOCKS)
    count = len(found.rows) if found.written is None else found.written
    what = f"{count:,} row{'' if count == 1 else 's'}{'' if found.written is None else ' written'}"
    say(f"[dim]{what} in {found.seconds:.2f} s, {found.scanned:,} bytes scanned[/]")


_UNBOUNDED = 100_000


def _table(found: Answer) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name, kind in zip(found.columns, found.types, strict=True):
        table.add_column(safe(name), justify="right" if kind in NUMBERS else "left", overflow="fold")
    for row in found.rows[:ROWS]:
        table.add_row(*(_shown(value) for value in row))
    return table


def _blocks(found: Answer) -> None:
    """Each row as lines of name and value."""
    for number, row in enumerate(found.rows[:BLOCKS], 1):
        block = Table.grid(padding=(0, 2))
        block.add_column(style="dim", no_wrap=True)
        block.add_column(overflow="fold")
        for name, value in zip(found.columns, row, strict=True):
            block.add_row(safe(name), _shown(value))
        say(f"[bold]row {number:,}[/]")
        console.print(block)
    if not found.rows:
        say(f"[dim]{safe(', '.join(found.columns))}[/]")


def _more(found: Answer, shown: int) -> None:
    if len(found.rows) > shown:
        say(f"  … and {len(found.rows) - shown:,} more; --csv and --json give them all")


def _shown(value: str | None) -> str:
    return "[dim]null[/]" if value is None else safe(value)


def csv(found: Answer) -> None:
    """A header and the rows, for a statement that has any; null is an empty field, empty text is ``""``."""
    if found.columns:
        rows = [_line(found.columns), *(_line(row) for row in found.rows)]
        write("".join(f"{row}\n" for row in rows))


def _line(row: Sequence[str | None]) -> str:
    return ",".join("" if value is None else _field(value) for value in row)


def _field(value: str) -> str:
    """Quoted where it must be: https://www.rfc-editor.org/rfc/rfc4180."""
    if value and not set(value) & set('",\r\n'):
        return value
    return '"' + value.replace('"', '""') + '"'


def saved(queries: list[dict[str, Any]]) -> None:
    """Saved queries with what each is for."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("name", no_wrap=True)
    table.add_column("what it answers", overflow="fold")
    for query in queries:
        table.add_row(safe(query["Name"]), safe(query.get("Description", "")))
    console.print(table)
