"""The table for people and the JSON for machines."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from benchmarks.statistics import Absent, Result, best, ratio

OURS = "lab"


def number(value: float) -> str:
    """Three figures that mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Footnotes:
    """Numbers reasons, the same reason once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, reason: str) -> int:
        return self._numbers.setdefault(reason, len(self._numbers) + 1)

    def lines(self) -> list[str]:
        return [f"({number}) {reason}" for reason, number in self._numbers.items()]


def cell(result: Result, unit: str, notes: Footnotes) -> str:
    if isinstance(result, Absent):
        return f"[dim]not there ({notes.number(result.reason)})[/]"
    spread = f" [dim]({number(result.low)} … {number(result.high)})[/]" if len(result.samples) > 1 else ""
    return f"{number(result.median)} {unit}{spread}"


def goal_cell(goal: float | None, unit: str, results: dict[str, Result], more_is_better: bool = False) -> str:
    """The goal, and whether it is met; without one it is the best peer."""
    ours, sign = results[OURS], "≥" if more_is_better else "≤"

    def met(value: float, wanted: float) -> bool:
        return value >= wanted if more_is_better else value <= wanted

    if goal is None:
        peer = best(results, OURS, more_is_better)
        value = ratio(ours, results[peer]) if peer else None
        if value is None:
            return f"{sign} best peer"
        return f"[{'green' if met(value, 1) else 'red'}]{sign} best peer[/]"
    text = f"{sign} {number(goal)} {unit}"
    if isinstance(ours, Absent):
        return f"[red]{text}[/]"
    return f"[{'green' if met(ours.median, goal) else 'red'}]{text}[/]"


def table(rows: list[dict[str, Any]], names: list[str]) -> tuple[Table, list[str]]:
    """The table, and the reasons for what is not there, numbered as in it.

    :param rows: {"title", "unit", "goal", "more_is_better", "results": {name: Result}}
    """
    made = Table(title="Medians (lowest … highest) over interleaved rounds")
    notes = Footnotes()
    made.add_column("")
    for name in names:
        made.add_column(name)
    made.add_column("lab ÷ best peer", justify="right")
    made.add_column("goal")
    for row in rows:
        results: dict[str, Result] = row["results"]
        peer = best(results, OURS, row["more_is_better"])
        value = ratio(results[OURS], results[peer]) if peer else None
        made.add_row(
            row["title"],
            *(cell(results[name], row["unit"], notes) for name in names),
            "" if value is None else f"{value:.2f} ({peer})",
            goal_cell(row["goal"], row["unit"], results, row["more_is_better"]),
        )
    return made, [f"not there {escape(line)}" for line in notes.lines()]


def as_json(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Everything that was measured, sample by sample."""

    def one(result: Result) -> dict[str, Any]:
        if isinstance(result, Absent):
            return {"not_there": result.reason}
        return {"median": result.median, "samples": list(result.samples)}

    return {
        **more,
        "measurements": [
            {
                "name": row["name"],
                "title": row["title"],
                "unit": row["unit"],
                "goal": row["goal"],
                "more_is_better": row["more_is_better"],
                "results": {name: one(result) for name, result in row["results"].items()},
                "ratios": {
                    name: ratio(row["results"][OURS], result)
                    for name, result in row["results"].items()
                    if name != OURS
                },
            }
            for row in rows
        ],
    }
