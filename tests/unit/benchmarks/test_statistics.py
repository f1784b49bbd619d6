"""Figures and their order of play."""

from collections import Counter

import pytest

from benchmarks.statistics import Absent, Summary, best, interleaved, ratio


def test_a_summary_is_its_median_and_its_ends() -> None:
    summary = Summary((9.0, 1.0, 4.0, 2.0))
    assert (summary.median, summary.low, summary.high) == (3.0, 1.0, 9.0)


def test_a_ratio_compares_medians() -> None:
    assert ratio(Summary((2.0, 4.0, 6.0)), Summary((8.0,))) == 0.5


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Absent("no"), Summary((1.0,))),
        (Summary((1.0,)), Absent("no")),
        (Summary((1.0,)), Summary((0.0,))),
    ],
)
def test_there_is_no_ratio_to_nothing(ours: Summary | Absent, theirs: Summary | Absent) -> None:
    assert ratio(ours, theirs) is None


def test_the_best_peer_is_the_fastest_that_is_there() -> None:
    results = {"lab": Summary((0.1,)), "a": Summary((3.0,)), "b": Absent("no"), "c": Summary((2.0, 2.5))}
    assert best(results, "lab") == "c"
    assert best({"lab": Summary((1.0,)), "b": Absent("no")}, "lab") is None


def test_everyone_plays_once_a_round_and_begins_in_turn() -> None:
    order = interleaved(["a", "b", "c"], 4)
    assert [name for number, name in order if number == 1] == ["b", "c", "a"]
    assert [number for number, _ in order] == sorted(number for number, _ in order)
    assert Counter(order) == Counter((number, name) for number in range(4) for name in "abc")


def test_without_players_there_is_no_play() -> None:
    assert interleaved([], 3) == []


def test_where_more_is_better_the_best_peer_is_the_largest() -> None:
    results = {"lab": Summary((9.0,)), "a": Summary((3.0,)), "b": Absent("no"), "c": Summary((2.0, 2.5))}
    assert best(results, "lab", more_is_better=True) == "a"
