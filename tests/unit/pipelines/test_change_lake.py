"""What Athena tells is held against files and table: whatever is amiss there is named."""

from collections import Counter
from typing import Any

import pytest

from lab import athena
from lab.errors import UsageError
from lab.pipelines.base import Step, Verification
from lab.pipelines.change_capture import lake
from lab.pipelines.change_capture.hops import Hops
from tests.support.change_capture import SPEC, World, order

HERE, LATER = "cdc/2026/11/20/21", "cdc/2026/11/20/22"
ITEMS = {"a": order("a"), "b": order("b", price={"N": "0.10"})}
TOLD = {
    "a": {"orderid": "a", "product_name": "Base 180", "quantity": "3", "price": "19234.06"},
    "b": {"orderid": "b", "product_name": "Base 180", "quantity": "3", "price": "0.1"},
}


class Catalog:
    """What the lab would ask Glue and Athena."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table: dict[str, Any] | None = {}
        self.folders = {HERE}
        self.rows: Counter[str] = Counter({f"{HERE}/1": 2})
        self.orders = {key: dict(row) for key, row in TOLD.items()}
        self.prefixes: list[str] = []
        monkeypatch.setattr(lake, "_table", lambda *_: self.table)
        monkeypatch.setattr(lake, "_folders", lambda *_: self.folders)
        monkeypatch.setattr(lake, "_rows_in", self._rows_in)
        monkeypatch.setattr(lake, "_orders", lambda *_: self.orders)

    def _rows_in(self, _session: Any, _spec: Any, prefix: str) -> Counter[str]:
        self.prefixes.append(prefix)
        return self.rows


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    return Catalog(monkeypatch)


@pytest.fixture
def hops() -> Hops:
    hops = Hops(World(), SPEC)  # type: ignore[arg-type]  # stands for a session
    hops.lines_in = Counter({f"{HERE}/1": 2})
    hops.lines = 2
    return hops


def account(hops: Hops, items: dict[str, Any] | None = None) -> Verification:
    return lake.account(None, SPEC, hops, ITEMS if items is None else items)  # type: ignore[arg-type]


def test_all_is_well(catalog: Catalog, hops: Hops) -> None:
    found = account(hops)

    assert (found.differences, found.notes) == ([], [])
    assert found.counts == {"rows in Athena": 2, "orders as Athena tells them": 2}


def test_without_a_table_it_says_what_makes_one(catalog: Catalog, hops: Hops) -> None:
    catalog.table = None

    found = account(hops)

    assert found.ok
    assert "lab crawl sales_test" in found.notes[0]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_file_with_more_or_fewer_rows_than_lines(catalog: Catalog, hops: Hops, rows: int) -> None:
    catalog.rows = Counter({f"{HERE}/1": rows})

    [difference] = account(hops).differences

    assert difference.key == f"orders-bucket/{HERE}/1"
    assert difference.problem == f"it has 2 lines, and Athena reads {rows} rows"


def test_a_folder_that_the_catalog_does_not_know_is_a_note(catalog: Catalog, hops: Hops) -> None:
    hops.lines_in[f"{LATER}/2"] = 5

    found = account(hops)

    assert found.ok
    assert found.notes == ["1 files lie in folders that the catalog does not know: `lab crawl sales_test`."]
    assert "orders as Athena tells them" not in found.counts


@pytest.mark.parametrize(
    ("key", "change", "problem"),
    [
        ("a", {"quantity": "4"}, "the table and Athena differ in quantity"),
        ("b", {"price": "0.11", "product_name": None}, "the table and Athena differ in product_name, price"),
    ],
)
def test_an_order_that_differs(
    catalog: Catalog, hops: Hops, key: str, change: dict[str, Any], problem: str
) -> None:
    catalog.orders[key] |= change

    [difference] = account(hops).differences

    assert (difference.key, difference.problem) == (key, problem)


def test_an_order_on_one_side_only(catalog: Catalog, hops: Hops) -> None:
    del catalog.orders["b"]

    found = account(hops, {"b": ITEMS["b"]})

    assert {one.key: one.problem for one in found.differences} == {
        "a": "Athena has it, the table has not",
        "b": "the table has it, Athena not",
    }


class Athena:
    """A client, and the session that gives it: one query, and its pages of results."""

    def __init__(
        self, statement: str, columns: list[str], pages: list[list[str | None]], **more: Any
    ) -> None:
        self.state: dict[str, Any] = {"State": "SUCCEEDED"}
        self.statement, self.columns, self.pages, self.more = statement, columns, pages, more
        self.asked: dict[str, Any] = {}
        self.stopped: list[str] = []

    def client(self, _service: str) -> "Athena":
        return self

    def start_query_execution(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        return {
            "QueryExecution": {
                "Status": self.state,
                "StatementType": self.statement,
                "ResultConfiguration": {"OutputLocation": "s3://b/q-1.csv"},
                "Statistics": {"DataScannedInBytes": 9},
            }
        }

    def stop_query_execution(self, QueryExecutionId: str) -> None:
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, _operation: str) -> Any:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        info = {"ColumnInfo": [{"Name": name, "Type": "varchar"} for name in self.columns]}
        return [
            {
                "ResultSet": {
                    "Rows": [{"Data": [{} if value is None else {"VarCharValue": value} for value in page]}],
                    "ResultSetMetadata": info,
                }
            }
            | self.more
            for page in self.pages
        ]


def asked(client: Athena, text: str = "SELECT ?", **more: Any) -> athena.Answer:
    return athena.query(client, text, work_group="w", database="d", **more)  # type: ignore[arg-type]


def test_a_row_becomes_columns_and_the_header_none() -> None:
    client = Athena("DML", ["n"], [["n"], ["n"], [None]], UpdateCount=0)

    found = asked(client, parameters=["'a'"])

    assert client.asked["ExecutionParameters"] == ["'a'"]
    assert found.rows == [["n"], [None]]
    assert (found.columns, found.types, found.scanned) == (["n"], ["varchar"], 9)
    assert found.written is None


def test_what_describe_tells_in_one_text_becomes_three_columns() -> None:
    """As Athena gives it: a value for each line, padded, with tabs between its parts."""
    lines: list[list[str | None]] = [["orderid   \tstring  \t    "], [""], ["# Partition Information\t "]]

    found = asked(Athena("UTILITY", ["col_name", "data_type", "comment"], lines))

    assert found.rows == [["orderid", "string", ""], ["", "", ""], ["# Partition Information", "", ""]]
    assert found.dicts()[0] == {"col_name": "orderid", "data_type": "string", "comment": ""}


@pytest.mark.parametrize(("statement", "written"), [("DML", 24), ("DDL", 24), ("UTILITY", None)])
def test_rows_that_a_statement_wrote_are_counted(statement: str, written: int | None) -> None:
    client = Athena(statement, ["rows"], [], UpdateCount=24)
    client.paginate = lambda **_: [  # type: ignore[method-assign]  # INSERT's one page has no row
        {"ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}, "UpdateCount": 24}
    ]

    assert asked(client).written == written


def test_a_failure_marks_its_place() -> None:
    client = Athena("DML", [], [])
    client.state = {"State": "FAILED", "StateChangeReason": "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot"}

    with pytest.raises(athena.QueryFailed) as failure:
        asked(client, "SELECT x")

    assert failure.value.message == "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot"
    assert failure.value.detail == "SELECT x\n       ^"


def test_a_query_that_is_given_up_is_stopped() -> None:
    client = Athena("DML", [], [])
    client.state = {"State": "RUNNING"}

    def interrupt(step: Step) -> None:
        assert step.text == "the query is running"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(client, progress=interrupt)
    assert client.stopped == ["q-1"]


@pytest.mark.parametrize(
    ("text", "parameters", "says"),
    [
        ("", [], "The statement is empty"),
        (" \n", [], "statement is empty"),
        ("SELECT ?", [""], "parameter is"),
    ],
)
def test_what_is_empty_is_not_sent(text: str, parameters: list[str], says: str) -> None:
    client = Athena("DML", [], [])

    with pytest.raises(UsageError, match=says):
        asked(client, text, parameters=parameters)
    assert client.asked == {}
