"""`"table$snapshots"` and its like, and queries of what a table was.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
"""

from collections.abc import Callable
from typing import Any

import pytest
from localstack_lab.athena.sql.errors import QueryError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.table import Table
from pyiceberg.transforms import DayTransform
from pyiceberg.types import DoubleType, LongType, NestedField, TimestampType


def _column(lab: Any, sql: str) -> list[str | None]:
    return [row[0] for row in lab.answer(sql)]


def test_snapshots_and_history(orders: Any, opened: Callable[[str], Table]) -> None:
    orders.outcome("DELETE FROM orders WHERE id = 1")
    ids = [str(snapshot.snapshot_id) for snapshot in opened("orders").snapshots()]
    found = orders.answer(
        'SELECT snapshot_id, parent_id, operation FROM "orders$snapshots" ORDER BY committed_at'
    )
    assert found == [[ids[0], None, "append"], [ids[1], ids[0], "append"], [ids[2], ids[1], "delete"]]
    assert orders.answer(
        'SELECT snapshot_id, is_current_ancestor FROM "orders$history" ORDER BY made_current_at'
    ) == [[one, "true"] for one in ids]
    assert _column(
        orders, """SELECT summary['total-records'] FROM "orders$snapshots" ORDER BY committed_at"""
    ) == ["3", "5", "5"]
    assert _column(orders, """SELECT typeof(committed_at) FROM "orders$snapshots" LIMIT 1""") == [
        "timestamp(3) with time zone"
    ]


def test_files_and_manifests(orders: Any) -> None:
    orders.outcome("DELETE FROM orders WHERE id = 1")
    found = orders.answer(
        "SELECT content, record_count, element_at(lower_bounds, 1), element_at(upper_bounds, 1), "
        'element_at(null_value_counts, 2) FROM "orders$files" ORDER BY content, record_count'
    )
    assert found == [["0", "2", "4", "5", "0"], ["0", "3", "1", "3", "1"], ["1", "1", None, None, None]]
    assert orders.answer(
        'SELECT sum(added_data_files_count), sum(added_rows_count), count(*) FROM "orders$manifests"'
    ) == [["3", "6", "3"]]


def test_partitions(engine: Any, made: Callable[..., Table]) -> None:
    spec = PartitionSpec(PartitionField(2, 1000, DayTransform(), "at_day"))
    made(
        "daily",
        NestedField(1, "id", LongType()),
        NestedField(2, "at", TimestampType()),
        NestedField(3, "x", DoubleType()),
        spec=spec,
    )
    engine.outcome(
        "INSERT INTO daily VALUES (1, TIMESTAMP '2024-01-01 01:00:00', nan()), "
        "(2, TIMESTAMP '2024-01-01 02:00:00', 1.5), (3, TIMESTAMP '2024-01-02 00:00:00', NULL)"
    )
    found = engine.answer(
        "SELECT partition.at_day, record_count, file_count, data.id.min, data.id.max, data.x.null_count "
        'FROM "daily$partitions" ORDER BY 1'
    )
    assert found == [["2024-01-01", "2", "1", "1", "2", "0"], ["2024-01-02", "1", "1", "3", "3", "1"]]
    assert _column(engine, 'SELECT typeof(partition) FROM "daily$partitions" LIMIT 1') == ["row(at_day date)"]


def test_references(orders: Any, opened: Callable[[str], Table]) -> None:
    table = opened("orders")
    first = table.snapshots()[0].snapshot_id
    table.manage_snapshots().create_tag(first, "opening").commit()
    assert orders.answer('SELECT name, type, snapshot_id FROM "orders$refs" ORDER BY name') == [
        ["main", "BRANCH", str(table.current_snapshot().snapshot_id)],
        ["opening", "TAG", str(first)],
    ]
    assert orders.answer("SELECT count(*) FROM orders FOR VERSION AS OF 'opening'") == [["3"]]


def test_what_is_no_metadata_table(orders: Any) -> None:
    with pytest.raises(QueryError, match=r"TABLE_NOT_FOUND: .*orders\$nonsense' does not exist"):
        orders.outcome('SELECT * FROM "orders$nonsense"')


def test_a_table_at_a_snapshot_has_the_columns_of_then(orders: Any, opened: Callable[[str], Table]) -> None:
    before = opened("orders").current_snapshot().snapshot_id
    with opened("orders").update_schema() as change:
        change.rename_column("item", "article")
    orders.outcome("UPDATE orders SET article = 'x'")
    assert orders.answer(f"SELECT item FROM orders FOR VERSION AS OF {before} WHERE id = 1") == [["pen"]]
    assert orders.answer("SELECT article FROM orders WHERE id = 1") == [["x"]]
    with pytest.raises(QueryError, match="COLUMN_NOT_FOUND"):
        orders.outcome(f"SELECT article FROM orders FOR VERSION AS OF {before}")


def test_a_table_at_a_time(orders: Any) -> None:
    first, second = _column(
        orders,
        """SELECT format_datetime(committed_at, 'yyyy-MM-dd HH:mm:ss.SSS')
            FROM "orders$snapshots" ORDER BY committed_at""",
    )
    for moment, count in ((first, "3"), (second, "5")):
        sql = f"SELECT count(*) FROM orders FOR TIMESTAMP AS OF TIMESTAMP '{moment} UTC'"
        assert orders.answer(sql) == [[count]]
    with pytest.raises(QueryError, match="INVALID_ARGUMENTS: No version history"):
        orders.outcome("SELECT * FROM orders FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 00:00:00 UTC'")


def test_snapshots_that_are_none(orders: Any) -> None:
    with pytest.raises(QueryError, match="INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 1"):
        orders.outcome("SELECT * FROM orders FOR VERSION AS OF 1")
    with pytest.raises(QueryError, match="INVALID_ARGUMENTS: Cannot find snapshot with reference name: nope"):
        orders.outcome("SELECT * FROM orders FOR VERSION AS OF 'nope'")


def test_then_and_now_in_one_query(orders: Any, opened: Callable[[str], Table]) -> None:
    before = opened("orders").current_snapshot().snapshot_id
    orders.outcome("DELETE FROM orders WHERE id > 3")
    sql = (
        f"SELECT old.id FROM orders FOR VERSION AS OF {before} AS old "
        "LEFT JOIN orders AS now ON now.id = old.id WHERE now.id IS NULL ORDER BY 1"
    )
    assert _column(orders, sql) == ["4", "5"]
