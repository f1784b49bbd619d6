"""What Athena tells is held against files and table: whatever is amiss there is named."""

from collections import Counter
from typing import Any

import pytest

from lab import athena
from lab.pipelines.base import Verification
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


def test_a_row_becomes_columns_and_the_header_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        def start_query_execution(self, **request: Any) -> dict[str, Any]:
            assert request["ExecutionParameters"] == ["'a'"]
            return {"QueryExecutionId": "q-1"}

        def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
            return {
                "QueryExecution": {
                    "Status": {"State": "SUCCEEDED"},
                    "StatementType": "DML",
                    "ResultConfiguration": {"OutputLocation": "s3://b/q-1.csv"},
                    "Statistics": {"DataScannedInBytes": 9},
                }
            }

        def get_paginator(self, _operation: str) -> Any:
            return self

        def paginate(self, **_: Any) -> list[dict[str, Any]]:
            column = {"ColumnInfo": [{"Name": "n", "Type": "varchar"}]}
            pages = [[{"VarCharValue": "n"}], [{"VarCharValue": "n"}], [{}]]
            return [{"ResultSet": {"Rows": [{"Data": data}], "ResultSetMetadata": column}} for data in pages]

    class Session:
        def client(self, _service: str) -> Client:
            return Client()

    found = athena.query(
        Session(),  # type: ignore[arg-type]  # all that is asked of a session
        "SELECT ?",
        work_group="w",
        database="d",
        parameters=["'a'"],
    )

    assert found.rows == [["n"], [None]]
    assert (found.columns, found.types, found.scanned) == (["n"], ["varchar"], 9)
