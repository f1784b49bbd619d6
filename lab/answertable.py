"""How rows of Athena look in a notebook. All of it is escaped: it comes from files and services."""

from collections.abc import Sequence
from html import escape

SHOWN = 20
"""Rows to show; `Answer.rows` has all of them."""
NUMBERS = ("tinyint", "smallint", "integer", "bigint", "double", "float", "real", "decimal")


def html(columns: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """A table of HTML, numbers to the right, and how many rows there are."""
    sides = ["right" if kind in NUMBERS else "left" for kind in types]
    head = "".join(
        f'<th style="text-align: {side}">{escape(name)}</th>'
        for name, side in zip(columns, sides, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(_cell(value, side) for value, side in zip(row, sides, strict=True)) + "</tr>"
        for row in rows[:SHOWN]
    )
    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
    if len(rows) > SHOWN:
        count += f", the first {SHOWN} of them above"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><small>{count}</small>"


def _cell(value: str | None, side: str) -> str:
    text = '<span style="opacity: 0.5">null</span>' if value is None else escape(value)
    return f'<td style="text-align: {side}">{text}</td>'
