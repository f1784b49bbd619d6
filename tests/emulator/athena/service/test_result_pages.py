"""GetQueryResults: pages, their tokens, and results that somebody has touched."""

import pickle
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.athena.store import athena_stores

from tests.emulator.athena.service.conftest import Athena, Buckets, Engine


def _rows(answer: Any) -> list[list[str | None]]:
    return [[datum.get("VarCharValue") for datum in row["Data"]] for row in answer["ResultSet"]["Rows"]]


def _result(athena: Athena, engine: Engine, text: str, rows: int) -> str:
    engine.csv[text] = b'"n"\n' + b"".join(b'"%d"\n' % n for n in range(rows))
    query_id: str = athena.run(text)["QueryExecutionId"]
    return query_id


def test_the_first_page_begins_with_the_header(athena: Athena, engine: Engine) -> None:
    query_id = _result(athena, engine, "SELECT n", 1500)
    first = athena("GetQueryResults", QueryExecutionId=query_id)
    assert len(_rows(first)) == 1000
    assert _rows(first)[:2] == [["n"], ["0"]]
    second = athena("GetQueryResults", QueryExecutionId=query_id, NextToken=first["NextToken"])
    assert _rows(second) == [[str(n)] for n in range(999, 1500)]
    assert "NextToken" not in second


def test_a_full_page_has_a_next_one_even_when_nothing_is_left(athena: Athena, engine: Engine) -> None:
    query_id = _result(athena, engine, "SELECT n", 5)
    page = athena("GetQueryResults", QueryExecutionId=query_id, MaxResults=6)
    assert len(_rows(page)) == 6
    rest = athena("GetQueryResults", QueryExecutionId=query_id, MaxResults=6, NextToken=page["NextToken"])
    assert _rows(rest) == []
    assert "NextToken" not in rest


def test_every_size_of_page_gives_every_row(
    athena: Athena, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localstack_lab.athena.results.reading.PIECE", 5)
    query_id = _result(athena, engine, "SELECT n", 20)
    for size in (1, 2, 7, 1000):
        found: list[list[str | None]] = []
        token: dict[str, str] = {}
        while True:
            page = athena("GetQueryResults", QueryExecutionId=query_id, MaxResults=size, **token)
            found += _rows(page)
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        assert found == [["n"], *([str(n)] for n in range(20))]


def test_a_page_of_large_rows_has_fewer_and_a_next_one(
    athena: Athena, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is in LocalStack's memory whole, so it has an end besides its number of rows."""
    monkeypatch.setattr("localstack_lab.athena.results.reading.PIECE", 10)
    monkeypatch.setattr("localstack_lab.athena.results.reading.MOST_PIECE", 50)
    wide = [name * 18 for name in "abcde"]
    engine.csv["SELECT wide"] = "".join(f'"{value}"\n' for value in wide).encode()
    query_id = athena.run("SELECT wide")["QueryExecutionId"]
    page = athena("GetQueryResults", QueryExecutionId=query_id)
    found = [_rows(page)]
    while token := page.get("NextToken"):
        page = athena("GetQueryResults", QueryExecutionId=query_id, NextToken=token)
        found.append(_rows(page))
    assert [len(rows) for rows in found] == [2, 2, 1]
    assert [value for rows in found for (value,) in rows] == wide


def test_a_row_that_is_too_large_is_refused(
    athena: Athena, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localstack_lab.athena.results.reading.PIECE", 10)
    monkeypatch.setattr("localstack_lab.athena.results.reading.MOST_PIECE", 20)
    engine.csv["SELECT wide"] = b'"a"\n"' + b"x" * 50 + b'"\n'
    query_id = athena.run("SELECT wide")["QueryExecutionId"]
    first = athena("GetQueryResults", QueryExecutionId=query_id)
    assert _rows(first) == [["a"]]
    with pytest.raises(ServiceException, match=r"A row of .* is larger than"):
        athena("GetQueryResults", QueryExecutionId=query_id, NextToken=first["NextToken"])


def test_null_has_no_value(athena: Athena, engine: Engine) -> None:
    engine.csv["SELECT a"] = b'"a","b"\n,""\n'
    query_id = athena.run("SELECT a")["QueryExecutionId"]
    data = athena("GetQueryResults", QueryExecutionId=query_id)["ResultSet"]["Rows"][1]["Data"]
    assert data == [{}, {"VarCharValue": ""}]


@pytest.mark.parametrize("token", ["no token", "WzEsMl0=", "IngiCg==", "e30="])
def test_a_token_that_is_none(athena: Athena, engine: Engine, token: str) -> None:
    query_id = _result(athena, engine, "SELECT n", 2)
    with pytest.raises(ServiceException) as raised:
        athena("GetQueryResults", QueryExecutionId=query_id, NextToken=token)
    assert str(raised.value.message) == f"Malformed nextPageToken {token}"


def test_a_result_that_was_deleted(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    query_id = _result(athena, engine, "SELECT n", 2)
    buckets.objects["results"].clear()
    with pytest.raises(ServiceException) as raised:
        athena("GetQueryResults", QueryExecutionId=query_id)
    assert str(raised.value.message) == "Could not find results"
    assert getattr(raised.value, "AthenaErrorCode") == "RESULT_NOT_FOUND"  # noqa: B009


def test_executions_are_part_of_the_state(athena: Athena, engine: Engine) -> None:
    """GIVEN the state saved and loaded WHEN a page is asked for THEN it is read from S3 as before."""
    query_id = _result(athena, engine, "SELECT n", 2)
    store = athena_stores[athena.context.account_id][athena.context.region]
    store.executions = pickle.loads(pickle.dumps(store.executions))
    assert _rows(athena("GetQueryResults", QueryExecutionId=query_id)) == [["n"], ["0"], ["1"]]
    assert athena("GetQueryExecution", QueryExecutionId=query_id)["QueryExecution"]["Query"] == "SELECT n"


def _reusing(minutes: int | None = None) -> dict[str, Any]:
    age: dict[str, Any] = {"Enabled": True}
    if minutes is not None:
        age["MaxAgeInMinutes"] = minutes
    return {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": age}}


def test_a_result_is_reused(athena: Athena, engine: Engine) -> None:
    first = athena.run("SELECT 1")
    again = athena.run("SELECT 1", **_reusing())
    assert len(engine.requests) == 1
    assert again["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": True}
    assert again["Statistics"]["DataScannedInBytes"] == 0
    assert again["ResultConfiguration"] == first["ResultConfiguration"]
    assert again["QueryExecutionId"] != first["QueryExecutionId"]
    answer = athena("GetQueryResults", QueryExecutionId=again["QueryExecutionId"])
    assert _rows(answer) == [["text"], ["SELECT 1"]]


@pytest.mark.parametrize(
    "change",
    [
        {},
        _reusing(0),
        _reusing() | {"QueryExecutionContext": {"Database": "other"}},
        _reusing() | {"ExecutionParameters": ["1"]},
    ],
)
def test_what_is_not_the_same_is_run(athena: Athena, engine: Engine, change: dict[str, Any]) -> None:
    athena.run("SELECT 1")
    assert athena.run("SELECT 1", **change)["Statistics"]["DataScannedInBytes"] == 42
    assert len(engine.requests) == 2


def test_a_result_that_is_gone_is_not_reused(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    athena.run("SELECT 1")
    buckets.objects["results"].clear()
    athena.run("SELECT 1", **_reusing())
    assert len(engine.requests) == 2


@pytest.mark.parametrize(
    ("ended", "most", "message"),
    [
        (False, 1001, "QueryExecution .* was not found"),
        (True, 1001, "MaxResults is more than maximum allowed length 1000"),
        (True, 100_001, "Member must have value less than or equal to 100000"),
        (False, 100_001, "Member must have value less than or equal to 100000"),
    ],
)
def test_how_much_is_too_much(athena: Athena, engine: Engine, ended: bool, most: int, message: str) -> None:
    """In this order: measured on Athena, 2026-09-23 (athena-local's measurements)."""
    query_id = _result(athena, engine, "SELECT n", 5) if ended else "0f5a2f0e-0000-4000-8000-000000000000"
    with pytest.raises(ServiceException, match=message):
        athena("GetQueryResults", QueryExecutionId=query_id, MaxResults=most)
