"""`lab crawl` and `lab query` on a terminal, without a lab."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
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
CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")
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


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the lab answer something else than `ANSWER`: other columns, types, rows."""

    def answer(**changes: Any) -> None:
        monkeypatch.setattr(athena, "query", lambda *_, **__: replace(ANSWER, **changes))

    return answer


def test_rows_are_shown_and_cannot_command_the_terminal(asked: list[dict[str, Any]]) -> None:
    answer = run.invoke(app, ["query", "sales_cdc", "SELECT * FROM cdc WHERE q = ?", "--parameter", "7"])

    assert answer.exit_code == ExitCode.OK
    assert "[red]a\\u001b[31m" in answer.output
    assert "2 rows in 0.25 s, 1,234 bytes scanned" in answer.output
    assert asked[0]["text"] == "SELECT * FROM cdc WHERE q = ?"
    assert (asked[0]["work_group"], asked[0]["database"]) == ("sales_cdc", "sales-db")
    assert asked[0]["parameters"] == ["7"]


def test_csv() -> None:
    answer = run.invoke(app, ["query", "sales_cdc", "SELECT 1", "--csv"])

    assert answer.stdout == "orderid,quantity,price,gone\n[red]a\x1b[31m,3,0.5,false\nb,,NaN,true\n"


@pytest.mark.parametrize(
    ("columns", "rows", "text"),
    [
        (["a", "b"], [[None, ""], ["x,y", 'say "so"'], ["two\nlines", "\r"]], None),
        (["alone"], [[None], [""]], 'alone\n\n""\n'),
        (["rows"], [], "rows\n"),
        ([], [], ""),  # a statement without an answer, such as DROP VIEW
    ],
)
def test_csv_tells_null_from_text_without_characters(
    answers: Callable[..., None], columns: list[str], rows: list[list[str | None]], text: str | None
) -> None:
    answers(columns=columns, types=["varchar"] * len(columns), rows=rows)

    told = run.invoke(app, ["query", "sales_cdc", "SELECT 1", "--csv"]).stdout

    if text is None:
        assert told == 'a,b\n,""\n"x,y","say ""so"""\n"two\nlines","\r"\n'
        assert list(csv.reader(io.StringIO(told, newline=""))) == [
            columns,
            *([value or "" for value in row] for row in rows),
        ]
    else:
        assert told == text


WIDE = {
    "columns": [f"a_long_name_{number}" for number in range(9)],
    "types": ["varchar"] * 9,
    "rows": [[f"the value {row}/{column}" for column in range(9)] for row in range(12)],
}


def test_rows_too_wide_for_a_terminal_are_blocks_of_lines(
    answers: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(**WIDE)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, for Rich

    shown = CONTROL_SEQUENCE.sub("", run.invoke(app, ["query", "sales_cdc", "SELECT 1"]).stdout)

    lines = [line.rstrip() for line in shown.splitlines()]
    assert lines[:3] == ["row 1", "a_long_name_0  the value 0/0", "a_long_name_1  the value 0/1"]
    assert lines[10] == "row 2"
    assert "row 11" not in lines
    assert "  … and 2 more; --csv and --json give them all" in lines
    assert lines[-1].startswith("12 rows in ")


def test_no_row_of_many_columns_names_them(
    answers: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(**WIDE | {"rows": []})
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("FORCE_COLOR", "1")

    shown = CONTROL_SEQUENCE.sub("", run.invoke(app, ["query", "sales_cdc", "SELECT 1"]).stdout)

    assert shown.startswith("a_long_name_0, a_long_name_1")
    assert "0 rows in " in shown


def test_a_file_gets_each_row_as_one_line_however_wide(
    answers: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(**WIDE)
    monkeypatch.setenv("COLUMNS", "60")

    shown = run.invoke(app, ["query", "sales_cdc", "SELECT 1"]).stdout

    [line] = [line for line in shown.splitlines() if "the value 3/0" in line]
    assert "the value 3/8" in line


def test_one_wide_column_is_folded(answers: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    answers(columns=["Query Plan"], types=["varchar"], rows=[["word " * 40]])
    monkeypatch.setenv("COLUMNS", "60")

    shown = run.invoke(app, ["query", "sales_cdc", "EXPLAIN SELECT 1"]).stdout

    assert max(len(line) for line in shown.splitlines()) <= 60


@pytest.mark.parametrize(
    ("columns", "written", "says"),
    [
        ([], None, "✓ Done in 0.25 s."),
        (["rows"], 1, "1 row written in 0.25 s"),
        (["rows"], 2000, "2,000 rows written in 0.25 s"),
    ],
)
def test_a_statement_without_rows_says_what_it_did(
    answers: Callable[..., None], columns: list[str], written: int | None, says: str
) -> None:
    answers(columns=columns, types=["bigint"] * len(columns), rows=[], written=written)

    shown = run.invoke(app, ["query", "sales_cdc", "INSERT INTO t SELECT 1"]).stdout

    assert shown.startswith(says)
    assert len(shown.splitlines()) == 1


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
        (["sales_cdc", "SELECT", "1"], 'Put it in quotes: lab query sales_cdc "SELECT …".'),
        (["sales_cdc", "--list", "--csv"], "--list runs no query."),
        (["sales_cdc", "--list", "--parameter", "1"], "--list runs no query."),
        (["sales_cdc", "SELECT 1", "--parameter", "1"], "no ? that a parameter could stand for"),
        (["sales_cdc", "--nothing", "SELECT 1"], "No such option: --nothing"),
    ],
)
def test_a_call_that_cannot_be_meant(arguments: list[str], says: str) -> None:
    answer = run.invoke(app, ["query", *arguments])

    assert answer.exit_code == ExitCode.USAGE
    assert says in answer.output


@pytest.mark.parametrize(
    "statement",
    ["-- all of it\nSELECT 1", "--all of it\nSELECT 1", "------ = -----\nSELECT 1", "--\nSELECT 1"],
)
@pytest.mark.parametrize("place", [1, 2])
def test_a_statement_may_begin_with_a_comment(
    asked: list[dict[str, Any]], statement: str, place: int
) -> None:
    arguments = ["sales_cdc", "--csv"]

    answer = run.invoke(app, ["query", *arguments[:place], statement, *arguments[place:]])

    assert answer.exit_code == ExitCode.OK, answer.output
    assert asked[0]["text"] == statement


def test_what_looks_like_a_comment_may_be_a_parameter(asked: list[dict[str, Any]]) -> None:
    run.invoke(app, ["query", "sales_cdc", "SELECT ?", "--parameter", "-- x", "--parameter='-- y z'"])

    assert asked[0]["parameters"] == ["-- x", "'-- y z'"]


def test_a_pipeline_that_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "has_work_group", lambda *_: False)

    answer = run.invoke(app, ["query", "sales_cdc", "SELECT 1"])

    assert answer.exit_code == ExitCode.NOT_WIRED
    assert "lab bootstrap sales_cdc" in answer.output


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("DIVISION_BY_ZERO: Division by zero", "The query was q-1."),
        ("TABLE_NOT_FOUND: line 1:1: Table 'x' does not exist", "`lab crawl sales_cdc` makes a table"),
        ("INVALID_PARAMETER_USAGE: line 1:1: Incorrect number", "Each ? takes one --parameter"),
        ("TYPE_MISMATCH: line 1:1: Cannot apply operator", "a text needs quotes of its own"),
    ],
)
def test_a_query_that_fails_says_athenas_reason(
    monkeypatch: pytest.MonkeyPatch, reason: str, advice: str
) -> None:
    def fail(*_: Any, **__: Any) -> Answer:
        raise QueryFailed(reason, "The query was q-1.", "SELECT ?\n       ^")

    monkeypatch.setattr(athena, "query", fail)

    answer = run.invoke(app, ["query", "sales_cdc", "SELECT ?", "--parameter", "7"])

    assert answer.exit_code == ExitCode.SERVICE
    assert reason in answer.output
    assert advice in answer.output
    assert "The query was q-1." in answer.output
    assert "  │ SELECT ?\n  │        ^\n" in answer.output


def test_a_crawl_tells_of_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Crawled("sales-cdc-crawler", "sales-db", 1.5, {"cdc": {"orderid": "string"}}, 2)
    monkeypatch.setattr(crawling, "crawl", lambda *_: made)

    shown = run.invoke(app, ["crawl", "sales_cdc"])
    body = json.loads(run.invoke(app, ["crawl", "sales_cdc", "--json"]).output)

    assert shown.exit_code == ExitCode.OK
    assert '"sales-db"."cdc"' in shown.output
    assert "2 partitions of cdc" in shown.output
    assert body["tables"] == {"cdc": {"orderid": "string"}}
