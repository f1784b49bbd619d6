"""The lake's measurements judge what they are given."""

import json
from typing import Any

import pytest

from benchmarks.contestants import NotThere
from benchmarks.lake_workload import PARQUET_SERDE, Failed, Lake
from benchmarks.measures.lake import CrawlOfThousand, TypicalStatements, columns_of, succeed
from benchmarks.typical import BASKETS, CHANGES, STATEMENTS, TABLES, Statement, Table, right

ORDERED = Statement("two", "SELECT", (("1", None), ("2", "b")), ordered=True)
LOOSE = Statement("two", "SELECT", (("1", None), ("2", "b")))


def test_the_list_has_its_twenty_four_statements() -> None:
    assert len(STATEMENTS) == 24
    assert len({statement.name for statement in STATEMENTS}) == 24
    assert all(statement.rows for statement in STATEMENTS)


def test_the_order_of_rows_counts_only_where_it_is_asked_for() -> None:
    swapped = [("2", "b"), ("1", None)]
    assert right(LOOSE, swapped)
    assert not right(ORDERED, swapped)
    assert right(ORDERED, list(reversed(swapped)))


@pytest.mark.parametrize(
    "rows", [[], [("1", None)], [("1", ""), ("2", "b")], [("1", None), ("2", "b"), ("2", "b")]]
)
def test_other_rows_are_not_right(rows: list[tuple[str | None, ...]]) -> None:
    assert not right(LOOSE, rows)


def test_the_objects_hold_the_records_and_every_folder_is_a_partition() -> None:
    changes, baskets, _ = TABLES
    assert sum(body.count(b"\n") for body in changes.objects.values()) == len(CHANGES)
    assert {name.split("/")[0] for name in changes.objects} == {f"day={day}" for day in changes.partitions}
    assert [json.loads(line) for line in baskets.objects["part-1.json"].splitlines()] == BASKETS


class Answering:
    """A lake whose statements answer what it is told."""

    def __init__(self, rows: list[tuple[str | None, ...]], failure: str = "") -> None:
        self._rows = rows
        self._failure = failure
        self.asked: list[str] = []

    def run(self, sql: str, every: float = 0) -> str:
        self.asked.append(sql)
        if self._failure:
            raise Failed(self._failure)
        return "id"

    def rows(self, query: str) -> list[tuple[str | None, ...]]:
        return self._rows


@pytest.mark.parametrize(
    ("lake", "verdict"),
    [
        (Answering([("1", None), ("2", "b")]), ""),
        (Answering([("1", "2"), ("3", "4")]), "other rows"),
        (Answering([], "NOT_SUPPORTED: no such thing"), "NOT_SUPPORTED: no such thing"),
    ],
)
def test_a_statement_is_right_wrong_or_refused(lake: Any, verdict: str) -> None:
    assert TypicalStatements._judge(lake, LOOSE) == verdict


def test_what_has_to_come_before_a_statement_comes_before_it() -> None:
    lake: Any = Answering([("1",)])
    TypicalStatements._judge(lake, Statement("after", "second", (("1",),), before=("first",)))
    assert lake.asked == ["first", "second"]


def test_a_failed_query_is_told_with_its_reason() -> None:
    lake: Any = Answering([], "SYNTAX_ERROR: no")
    with pytest.raises(NotThere, match="SYNTAX_ERROR: no"):
        succeed(lake, "SELECT")


def crawled(name: str, **columns: str) -> dict[str, object]:
    return {
        "Name": name,
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": type_} for column, type_ in columns.items()]
        },
    }


def test_a_crawl_counts_when_it_made_the_table() -> None:
    CrawlOfThousand()._look([crawled("orders", **CrawlOfThousand.COLUMNS)])


@pytest.mark.parametrize("tables", [[], [crawled("orders", orderid="string")], [crawled("a"), crawled("b")]])
def test_a_crawl_without_the_table_is_told(tables: list[dict[str, object]]) -> None:
    with pytest.raises(NotThere, match="the crawl succeeds and makes"):
        CrawlOfThousand()._look(tables)


def test_a_table_without_storage_has_no_columns() -> None:
    assert columns_of({"Name": "odd"}) == {}


def test_parquet_is_registered_as_parquet() -> None:
    storage = Lake._storage(Table("sales", PARQUET_SERDE, {"id": "bigint"}, {}, {}), "s3://b/sales/")
    assert "parquet" in storage["InputFormat"]
    assert storage["Columns"] == [{"Name": "id", "Type": "bigint"}]
