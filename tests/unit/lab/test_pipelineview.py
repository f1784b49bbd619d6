"""The steps of a run, on a terminal and in a log."""

import io
import re

import pytest
from rich.console import Console

from lab import pipelineview
from lab.output import Mode
from lab.pipelines.base import Step


@pytest.fixture(autouse=True)
def _a_person_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mode, "json", False)


def test_a_log_gets_a_line_for_each_new_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pipelineview.following("Running it") as progress:
        for text in (
            "writing changes, 60 a second",
            "writing changes, 1,143.5 a second",
            "reading the table",
        ):
            progress(Step(text))

    assert capsys.readouterr().err.splitlines() == [
        "Running it: writing changes, 60 a second",
        "Running it: reading the table",
    ]


@pytest.mark.parametrize(("total", "shown"), [(0, False), (7, True)])
def test_a_terminal_gets_a_count_where_the_whole_is_known(
    monkeypatch: pytest.MonkeyPatch, total: int, shown: bool
) -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, force_interactive=True, width=120)
    monkeypatch.setattr(pipelineview, "errors", terminal)

    with pipelineview.following("Running it") as progress:
        progress(Step("looking", 3, total))

    told = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.file.getvalue())  # type: ignore[attr-defined]
    assert "looking" in told
    assert ("3/7" in told) is shown
    assert "/?" not in told
