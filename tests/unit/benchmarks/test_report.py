"""What is measured is shown, what is not there is said, and nothing is hidden."""

import io
import json
from typing import Any

import pytest
from rich.console import Console

from benchmarks import report
from benchmarks.statistics import Absent, Summary

NAMES = ["lab", "peer", "other"]


def row(**more: Any) -> dict[str, Any]:
    results = {
        "lab": Summary((10.0, 12.0, 11.0)),
        "peer": Summary((22.0, 20.0, 30.0)),
        "other": Absent("it has no [b]old"),
    }
    made = {"name": "put", "title": "A put", "unit": "ms", "goal": 6.0, "more_is_better": False}
    return made | {"results": results} | more


def shown(rows: list[dict[str, Any]]) -> tuple[str, list[str]]:
    target = io.StringIO()
    made, reasons = report.table(rows, NAMES)
    Console(file=target, width=200).print(made)
    return target.getvalue(), reasons


def test_medians_spread_and_ratio_are_shown() -> None:
    text, _ = shown([row()])
    assert "11.0 ms (10.0 … 12.0)" in text
    assert "22.0 ms (20.0 … 30.0)" in text
    assert "0.50 (peer)" in text
    assert "≤ 6.00 ms" in text


def test_a_reason_is_numbered_once_and_not_taken_for_markup() -> None:
    text, reasons = shown([row(), row(title="Another")])
    assert text.count("not there (1)") == 2
    assert reasons == [r"not there (1) it has no \[b]old"]


def test_without_any_peer_there_is_no_ratio() -> None:
    results = {"lab": Summary((1.0,)), "peer": Absent("x"), "other": Absent("y")}
    text, _ = shown([row(goal=None, results=results)])
    assert "≤ best peer" in text
    assert "0." not in text


def test_a_goal_is_green_when_met_and_red_when_not() -> None:
    met = report.goal_cell(20.0, "ms", row()["results"])
    missed = report.goal_cell(6.0, "ms", row()["results"])
    nothing = report.goal_cell(6.0, "ms", {"lab": Absent("x")})
    against = report.goal_cell(None, "ms", row()["results"])
    assert [text.split("]")[0] for text in (met, missed, nothing, against)] == [
        "[green",
        "[red",
        "[red",
        "[green",
    ]


def test_the_json_has_every_sample_and_reason() -> None:
    made = json.loads(json.dumps(report.as_json([row()], rounds=3)))
    assert made["rounds"] == 3
    (measured,) = made["measurements"]
    assert measured["results"]["lab"] == {"median": 11.0, "samples": [10.0, 12.0, 11.0]}
    assert measured["results"]["other"] == {"not_there": "it has no [b]old"}
    assert measured["ratios"] == {"peer": 0.5, "other": None}


def test_numbers_have_three_figures() -> None:
    assert [report.number(value) for value in (0.1234, 12.34, 1234.5)] == ["0.12", "12.3", "1,234"]


@pytest.mark.parametrize(("goal", "colour"), [(10.0, "green"), (11.0, "green"), (12.0, "red"), (None, "red")])
def test_where_more_is_better_a_goal_is_to_be_reached(goal: float | None, colour: str) -> None:
    rate = row(unit="records/s", goal=goal, more_is_better=True)
    told = report.goal_cell(rate["goal"], rate["unit"], rate["results"], rate["more_is_better"])
    assert told.startswith(f"[{colour}]≥ ")
    assert "≥" in shown([rate])[0]
    [measured] = report.as_json([rate])["measurements"]
    assert (measured["goal"], measured["more_is_better"]) == (goal, True)
