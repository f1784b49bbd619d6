"""`lab crawl` and `lab query` on a terminal, without a lab."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from bootstrap.settings import Settings
from lab import athena, crawling
from lab.app import app
from lab.athena import Answer, QueryFailed
from lab.commands import lake
from lab.crawling import Crawled
from lab.errors import ExitCode

run = CliRunner()
ANSWER = Answer(
    query_id="q-1",
    columns=["orderid", "quantity", "price", "gone"],
    types=["varchar", "integer", "double", "boolean"],
    rows=[["[red]a\x1b[31m", "3", "0.5", "false"], ["b", None, "NaN", "true"]],
    seconds=0.25,
    scanned=1234,
    output="s3://b/athena/q-1.csv",
)
SAVED = {
    "current_state": {
        "Name": "current_state",
        "QueryString": "SELECT 1",
        "Database": "sales-db",
        "Description": "What is.",
    }
}


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Athena was asked; the lab answers everything."""
    seen: list[dict[str, Any]] = []

    def query(_session: Any, text: str, **arguments: Any) -> Answer:
        seen.append({"text": text} | arguments)
        return ANSWER

    monkeypatch.setattr(lake, "settings_of", lambda _port, _home: Settings())
    monkeypatch.setattr(lake, "has_work_group", lambda *_: True)
    monkeypatch.setattr(lake, "named_queries", lambda *_: SAVED)
    monkeypatch.setattr(athena, "query", query)
    monkeypatch.setenv("COLUMNS", "160")
    return seen


def test_rows_are_shown_and_cannot_command_the_terminal(asked: list[dict[str, Any]]) -> None:
    answer = run.invoke(app, ["query", "sales_cdc", "SELECT * FROM cdc", "--parameter", "7"])

    assert answer.exit_code == ExitCode.OK
    assert "[red]a\\u001b[31m" in answer.output
    assert "2 rows in 0.25 s, 1,234 bytes scanned" in answer.output
    assert asked[0]["text"] == "SELECT * FROM cdc"
    assert (asked[0]["work_group"], asked[0]["database"]) == ("sales_cdc", "sales-db")
    assert asked[0]["parameters"] == ["7"]


def test_csv() -> None:
    answer = run.invoke(app, ["query", "sales_cdc", "SELECT 1", "--csv"])

    assert answer.stdout == "orderid,quantity,price,gone\n[red]a\x1b[31m,3,0.5,false\nb,,NaN,true\n"


def test_a_script_gets_numbers_as_numbers() -> None:
    body = json.loads(run.invoke(app, ["query", "sales_cdc", "SELECT 1", "--json"]).output)

    assert body["rows"] == [["[red]a\x1b[31m", 3, 0.5, False], ["b", None, "NaN", True]]
    assert (body["pipeline"], body["columns"][0], body["scanned"]) == ("sales_cdc", "orderid", 1234)


def test_a_saved_query_by_its_name(asked: list[dict[str, Any]]) -> None:
    assert run.invoke(app, ["query", "sales_cdc", "--named", "current_state"]).exit_code == ExitCode.OK
    assert asked[0]["text"] == "SELECT 1"

    listed = run.invoke(app, ["query", "sales_cdc", "--list"])
    assert "current_state" in listed.output
    assert "What is." in listed.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["order_intake", "SELECT 1"], "order_intake does not end in Athena."),
        (["sales_cdc"], "Give a statement, or --named NAME, or --list."),
        (["sales_cdc", "SELECT 1", "--named", "current_state"], "Give a statement"),
        (["sales_cdc", "SELECT 1", "--csv", "--json"], "two forms of one answer"),
        (["sales_cdc", "--named", "nothing"], "There are: current_state."),
        (["sales_cdcc", "SELECT 1"], "Did you mean sales_cdc?"),
    ],
)
def test_a_call_that_cannot_be_meant(arguments: list[str], says: str) -> None:
    answer = run.invoke(app, ["query", *arguments])

    assert answer.exit_code == ExitCode.USAGE
    assert says in answer.output


def test_a_pipeline_that_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "has_work_group", lambda *_: False)

    answer = run.invoke(app, ["query", "sales_cdc", "SELECT 1"])

    assert answer.exit_code == ExitCode.NOT_WIRED
    assert "lab bootstrap sales_cdc" in answer.output


def test_a_query_that_fails_says_athenas_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Answer:
        raise QueryFailed("DIVISION_BY_ZERO: Division by zero", "The query was q-1.")

    monkeypatch.setattr(athena, "query", fail)

    answer = run.invoke(app, ["query", "sales_cdc", "SELECT 1/0"])

    assert answer.exit_code == ExitCode.DIFFERENCE
    assert "DIVISION_BY_ZERO: Division by zero" in answer.output


def test_a_crawl_tells_of_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Crawled("sales-cdc-crawler", "sales-db", 1.5, {"cdc": {"orderid": "string"}}, 2)
    monkeypatch.setattr(crawling, "crawl", lambda *_: made)

    shown = run.invoke(app, ["crawl", "sales_cdc"])
    body = json.loads(run.invoke(app, ["crawl", "sales_cdc", "--json"]).output)

    assert shown.exit_code == ExitCode.OK
    assert '"sales-db"."cdc"' in shown.output
    assert "2 partitions of cdc" in shown.output
    assert body["tables"] == {"cdc": {"orderid": "string"}}
