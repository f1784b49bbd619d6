"""How changes look on a terminal: counters of each hop, and one order before and after."""

from collections.abc import Iterable

from rich import box
from rich.live import Live
from rich.table import Table

from lab.output import console, safe, say
from lab.pipelines.change_capture.history import Told, plain
from lab.pipelines.change_capture.watching import Glance

HOPS = {
    "streamed": "changes in the table's stream",
    "piped": "changes that came through the pipe",
    "in Kinesis": "records in Kinesis",
    "delivered": "changes in files",
    "lines in files": "lines in files",
    "files": "files in S3",
    "failed": "changes that were refused",
}


def live(title: str, glances: Iterable[Glance]) -> None:
    """Show each glance in the place of the one before; without a terminal, below it."""
    with Live(console=console, auto_refresh=False) as shown:
        for glance in glances:
            shown.update(_counters(title, glance), refresh=True)


def _counters(title: str, glance: Glance) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=f"{safe(title)}, {glance.at}", title_justify="left")
    table.add_column("hop", no_wrap=True)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("a second", justify="right", no_wrap=True)
    for name, count in glance.counts.items():
        rate = glance.rates[name]
        colour = "red" if name == "failed" and count else "green" if rate else "dim"
        table.add_row(HOPS[name], f"{count:,}", f"[{colour}]{rate:,.1f}[/]")
    table.add_row("on their way", f"{glance.on_their_way:,}", "")
    table.caption = f"pipe {safe(glance.pipe)}; Ctrl-C ends"
    table.caption_justify = "left"
    return table


def history(key: str, told: list[Told]) -> None:
    """A table for each change: the fields before and after, those that changed in colour."""
    for number, one in enumerate(told, 1):
        say(f"[bold]{number}. {safe(one.event)}[/] of {safe(key)}, {one.created}")
        table = Table(box=box.SIMPLE_HEAD)
        for column in ("field", "before", "after"):
            table.add_column(column, overflow="fold")
        before, after = one.before or {}, one.after or {}
        changed = set(one.changed())
        for name in sorted(before.keys() | after.keys()):
            colour = "yellow" if name in changed else "default"
            old, new = (safe(plain(side[name])) if name in side else "" for side in (before, after))
            table.add_row(safe(name), f"[{colour}]{old}[/]", f"[{colour}]{new}[/]")
        console.print(table)
        say(f"  Kinesis  {safe(one.shard)}, partition key {safe(one.partition_key)}, {one.arrived}")
        say(f"  S3       {safe(one.file) or '[dim]not there yet[/]'}\n")
