"""The command line of the benchmarks."""

import pytest

from benchmarks.__main__ import arguments
from benchmarks.measures import measures


def test_five_rounds_of_everything_are_the_default() -> None:
    chosen = arguments([])
    assert (chosen.rounds, chosen.only, chosen.quick) == (5, None, False)


@pytest.mark.parametrize("given", [["--only", "nothing"], ["--rounds", "0"]])
def test_what_cannot_be_meant_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(given)
    assert "usage" in capsys.readouterr().err


def test_names_of_measurements_are_unique() -> None:
    names = [measure.name for measure in measures(full=True)]
    assert len(names) == len(set(names))
    assert {measure.name for measure in measures(full=False)} < set(names)


def test_the_minute_of_changes_is_for_those_who_ask_for_it() -> None:
    names = {measure.name for measure in measures(full=False)}
    assert "cdc-15s" in names
    assert "cdc-60s" not in names
    assert arguments(["--only", "cdc-60s"]).only == ["cdc-60s"]
