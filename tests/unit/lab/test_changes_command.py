"""`lab watch` and `lab cdc` on a terminal, without a lab."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from bootstrap.settings import Settings
from lab.app import app
from lab.commands import changes
from lab.errors import ExitCode
from lab.pipelines.change_capture import ChangeCapturePipeline
from lab.pipelines.change_capture.history import Told
from lab.pipelines.change_capture.watching import Glance

run = CliRunner()
COUNTS = ("streamed", "piped", "in Kinesis", "delivered", "lines in files", "files", "failed")
GLANCE = Glance(
    "2026-11-20T20:00:00.000Z", "RUNNING", dict.fromkeys(COUNTS, 1234), dict.fromkeys(COUNTS, 5.5), 7
)


@pytest.fixture(autouse=True)
def _a_lab_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "settings_of", lambda _port, _home: Settings())
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two glances, then Ctrl-C."""

    def watch(*_: Any, **__: Any) -> Iterator[Glance]:
        yield from (GLANCE, GLANCE)
        raise KeyboardInterrupt

    monkeypatch.setattr(ChangeCapturePipeline, "watch", watch)


@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_is_how_watching_ends() -> None:
    answer = run.invoke(app, ["watch", "sales_cdc"])

    assert answer.exit_code == ExitCode.OK
    assert "changes in the table's stream" in answer.output
    assert "1,234" in answer.output


@pytest.mark.usefixtures("interrupted")
def test_a_script_gets_a_line_for_each_look() -> None:
    answer = run.invoke(app, ["watch", "sales_cdc", "--json"])

    assert answer.exit_code == ExitCode.OK
    assert [json.loads(line) for line in answer.output.splitlines()] == [GLANCE.as_dict()] * 2


def test_what_an_order_holds_cannot_command_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(
        event="INSERT",
        event_id="e",
        sequence=1,
        before=None,
        after={"orderid": {"S": "a"}, "note[red]": {"S": "[bold]\x1b[31m"}},
        created="",
        arrived="",
        shard="s",
        partition_key="[/]",
        file="",
    )
    monkeypatch.setattr(ChangeCapturePipeline, "history", lambda *_: [told])

    answer = run.invoke(app, ["cdc", "sales_cdc", "a"])

    assert answer.exit_code == ExitCode.OK
    assert "note[red]" in answer.output
    assert "[bold]\\u001b[31m" in answer.output
    assert "partition key [/]" in answer.output
    assert "not there yet" in answer.output


def test_an_order_that_nobody_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChangeCapturePipeline, "history", lambda *_: [])

    answer = run.invoke(app, ["cdc", "sales_cdc", "a"])

    assert answer.exit_code == ExitCode.DIFFERENCE
    assert "holds no change of an order 'a'" in answer.output


@pytest.mark.parametrize("command", [["watch", "order_intake"], ["cdc", "order_intake", "a"]])
def test_a_pipeline_of_files_has_no_changes_to_show(command: list[str]) -> None:
    answer = run.invoke(app, command)

    assert answer.exit_code == ExitCode.USAGE
    assert "order_intake captures no changes of a table" in answer.output
