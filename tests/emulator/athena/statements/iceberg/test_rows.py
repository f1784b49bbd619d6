"""INSERT, DELETE, UPDATE and MERGE of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
What pyiceberg reads afterwards is the independent check.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from localstack_lab.athena.iceberg.deltas import RowDelta
from localstack_lab.athena.sql.errors import QueryError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, TruncateTransform
from pyiceberg.types import (
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
)

ALL = "SELECT * FROM orders ORDER BY id"
FILES = 'SELECT content, count(*), sum(record_count) FROM "orders$files" GROUP BY content ORDER BY content'


def _ids(table: Table) -> list[int]:
    return sorted(table.scan().to_arrow()["id"].to_pylist())


def test_inserted_rows_are_there_for_every_reader(orders: Any, opened: Callable[[str], Table]) -> None:
    assert orders.answer(ALL) == [["1", "pen"], ["2", "ink"], ["3", None], ["4", "nib"], ["5", "pad"]]
    assert _ids(opened("orders")) == [1, 2, 3, 4, 5]
    assert [s.summary.operation.value for s in opened("orders").snapshots()] == ["append", "append"]


def test_an_insert_says_how_many_rows_and_where(orders: Any) -> None:
    outcome = orders.outcome("INSERT INTO orders (item, id) VALUES ('cap', 6), ('lid', 7)")
    assert outcome.update_count == 2
    assert [url.startswith("s3://lake/orders/data/") for url in outcome.manifest] == [True]
    assert orders.answer("SELECT item FROM orders WHERE id = 6") == [["cap"]]


def test_an_insert_of_no_rows_makes_no_snapshot(orders: Any, opened: Callable[[str], Table]) -> None:
    assert orders.outcome("INSERT INTO orders SELECT * FROM orders WHERE id > 9").update_count == 0
    assert len(opened("orders").snapshots()) == 2


def test_an_insert_that_does_not_fit_is_refused(orders: Any) -> None:
    with pytest.raises(
        QueryError, match=r"TYPE_MISMATCH: line 1:1: Insert query has mismatched column types"
    ):
        orders.outcome("INSERT INTO orders VALUES ('x', 'y')")


# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html: position deletes, merged on read
def test_deleted_rows_are_named_and_not_rewritten(orders: Any, opened: Callable[[str], Table]) -> None:
    assert orders.outcome("DELETE FROM orders WHERE item = 'pen' OR item IS NULL").update_count == 2
    assert orders.answer("SELECT id FROM orders ORDER BY id") == [["2"], ["4"], ["5"]]
    assert orders.answer(FILES) == [["0", "2", "5"], ["1", "1", "2"]]
    assert _ids(opened("orders")) == [2, 4, 5]


def test_a_file_of_which_nothing_is_left_goes_with_its_deletes(
    orders: Any, opened: Callable[[str], Table]
) -> None:
    orders.outcome("DELETE FROM orders WHERE id = 4")
    assert orders.answer(FILES) == [["0", "2", "5"], ["1", "1", "1"]]
    orders.outcome("DELETE FROM orders WHERE id = 5")
    assert orders.answer(FILES) == [["0", "1", "3"]]
    assert [s.summary.operation.value for s in opened("orders").snapshots()][2:] == ["delete", "delete"]
    assert opened("orders").current_snapshot().summary["total-records"] == "3"


def test_a_row_that_is_deleted_twice_counts_once(orders: Any, opened: Callable[[str], Table]) -> None:
    """Other engines may name a row in two files of deletes: the rows beside it are still there."""
    orders.outcome("DELETE FROM orders WHERE id = 1")
    table = opened("orders")
    (task,) = (task for task in table.scan().plan_files() if task.delete_files)
    (deletes,) = task.delete_files
    again = copy.deepcopy(deletes)
    again[1] = deletes.file_path.replace("-deletes", "-again")
    orders.objects.bodies[again.file_path] = orders.objects.bodies[deletes.file_path]
    with table.transaction() as transaction:
        delta = RowDelta(transaction, Operation.DELETE)
        delta.delete_rows(task.file, again)
        delta.commit()
    orders.outcome("DELETE FROM orders WHERE id = 2")
    assert orders.answer("SELECT id FROM orders ORDER BY id") == [["3"], ["4"], ["5"]]
    assert _ids(opened("orders")) == [3, 4, 5]


def test_a_delete_without_a_condition_leaves_nothing(orders: Any, opened: Callable[[str], Table]) -> None:
    assert orders.outcome("DELETE FROM orders").update_count == 5
    assert orders.answer("SELECT count(*) FROM orders") == [["0"]]
    assert _ids(opened("orders")) == []


def test_a_delete_that_finds_nothing_makes_no_snapshot(orders: Any, opened: Callable[[str], Table]) -> None:
    assert orders.outcome("DELETE FROM orders WHERE id = 99").update_count == 0
    assert len(opened("orders").snapshots()) == 2


def test_rows_are_deleted_by_what_other_tables_have(orders: Any) -> None:
    orders.outcome("DELETE FROM orders WHERE id IN (SELECT max(id) FROM orders)")
    assert orders.answer("SELECT max(id) FROM orders") == [["4"]]


# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-update.html
def test_an_update_deletes_rows_and_adds_them_anew(orders: Any, opened: Callable[[str], Table]) -> None:
    outcome = orders.outcome("UPDATE orders SET item = upper(item), id = id + 10 WHERE id <= 2")
    assert outcome.update_count == 2
    assert orders.answer(ALL) == [["3", None], ["4", "nib"], ["5", "pad"], ["11", "PEN"], ["12", "INK"]]
    assert orders.answer(FILES) == [["0", "3", "7"], ["1", "1", "2"]]
    assert _ids(opened("orders")) == [3, 4, 5, 11, 12]
    assert opened("orders").current_snapshot().summary.operation.value == "overwrite"


def test_updates_of_updated_rows(orders: Any, opened: Callable[[str], Table]) -> None:
    for _ in range(3):
        orders.outcome("UPDATE orders SET id = id + 1")
    assert orders.answer("SELECT id FROM orders ORDER BY id") == [[str(n)] for n in range(4, 9)]
    assert _ids(opened("orders")) == [4, 5, 6, 7, 8]


# https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html
def test_a_merge_deletes_updates_and_inserts_at_once(orders: Any, opened: Callable[[str], Table]) -> None:
    outcome = orders.outcome(
        "MERGE INTO orders t USING (VALUES (1, 'del'), (2, 'upd'), (9, 'new')) AS s (id, item) "
        "ON t.id = s.id "
        "WHEN MATCHED AND s.item = 'del' THEN DELETE "
        "WHEN MATCHED THEN UPDATE SET item = s.item "
        "WHEN NOT MATCHED THEN INSERT (id, item) VALUES (s.id, s.item)"
    )
    assert outcome.update_count == 3
    assert orders.answer(ALL) == [["2", "upd"], ["3", None], ["4", "nib"], ["5", "pad"], ["9", "new"]]
    assert _ids(opened("orders")) == [2, 3, 4, 5, 9]
    assert len(opened("orders").snapshots()) == 3


def test_a_row_that_a_merge_would_change_twice_is_an_error(orders: Any) -> None:
    with pytest.raises(QueryError, match="MERGE_TARGET_ROW_MULTIPLE_MATCHES"):
        orders.outcome(
            "MERGE INTO orders t USING (VALUES 1, 1) AS s (id) ON t.id = s.id WHEN MATCHED THEN DELETE"
        )
    assert orders.answer("SELECT count(*) FROM orders") == [["5"]]


# https://iceberg.apache.org/spec/#partition-transforms: the specification's own values of bucket
def test_rows_lie_in_the_partitions_that_the_transforms_say(engine: Any, made: Callable[..., Table]) -> None:
    spec = PartitionSpec(
        PartitionField(1, 1000, BucketTransform(16), "id_bucket"),
        PartitionField(2, 1001, DayTransform(), "at_day"),
        PartitionField(3, 1002, TruncateTransform(2), "name_trunc"),
        PartitionField(4, 1003, IdentityTransform(), "kind"),
    )
    made(
        "parted",
        NestedField(1, "id", IntegerType()),
        NestedField(2, "at", TimestampType()),
        NestedField(3, "name", StringType()),
        NestedField(4, "kind", StringType()),
        spec=spec,
    )
    engine.outcome(
        "INSERT INTO parted VALUES (34, TIMESTAMP '2017-11-16 22:31:08.000001', 'iceberg', 'a/b'), "
        "(34, TIMESTAMP '2017-11-16 00:00:00', 'ice', 'a/b'), "
        "(34, TIMESTAMP '1969-12-31 23:59:59', NULL, NULL)"
    )
    found = engine.answer('SELECT "$partition", count(*) FROM parted GROUP BY 1 ORDER BY 2')
    # bucket of int 34 is 2017239379 mod 16
    assert found == [
        ["id_bucket=3/at_day=1969-12-31/name_trunc=null/kind=null", "1"],
        [f"id_bucket={2017239379 % 16}/at_day=2017-11-16/name_trunc=ic/kind=a%2Fb", "2"],
    ]


def test_more_than_a_hundred_partitions_at_once_are_refused(engine: Any, made: Callable[..., Table]) -> None:
    spec = PartitionSpec(PartitionField(1, 1000, IdentityTransform(), "id"))
    made("wide", NestedField(1, "id", LongType()), spec=spec)
    with pytest.raises(
        QueryError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers"
    ):
        engine.outcome("INSERT INTO wide SELECT n FROM UNNEST(sequence(1, 101)) AS t (n)")
    assert (
        engine.outcome("INSERT INTO wide SELECT n FROM UNNEST(sequence(1, 100)) AS t (n)").update_count == 100
    )
    assert engine.answer('SELECT count(*) FROM "wide$partitions"') == [["100"]]


def test_every_type_comes_back_as_it_went(
    engine: Any, made: Callable[..., Table], opened: Callable[[str], Table]
) -> None:
    made(
        "typed",
        NestedField(1, "d", DateType()),
        NestedField(2, "n", DecimalType(12, 3)),
        NestedField(3, "x", DoubleType()),
        NestedField(4, "tz", TimestamptzType()),
        NestedField(
            5,
            "r",
            StructType(NestedField(6, "A", IntegerType()), NestedField(7, "l", ListType(8, StringType()))),
        ),
        NestedField(9, "m", MapType(10, StringType(), 11, TimestamptzType())),
    )
    engine.outcome(
        "INSERT INTO typed VALUES (DATE '2024-02-29', DECIMAL '1.500', nan(), "
        "TIMESTAMP '2024-01-01 10:00:00.123456 Europe/Berlin', "
        "CAST(ROW(7, ARRAY['x', NULL]) AS ROW(a integer, l array(varchar))), "
        "MAP(ARRAY['k'], ARRAY[TIMESTAMP '2024-01-01 00:00:00.000000 UTC'])), "
        "(NULL, NULL, NULL, NULL, NULL, NULL)"
    )
    shown = engine.file("SELECT * FROM typed WHERE d IS NOT NULL").splitlines()[1]
    assert shown == (
        '"2024-02-29","1.500","NaN","2024-01-01 09:00:00.123456 UTC","{a=7, l=[x, null]}",'
        '"{k=2024-01-01 00:00:00.000000 UTC}"'
    )
    assert engine.answer("SELECT r.a, count(*) FROM typed GROUP BY 1 ORDER BY 1") == [["7", "1"], [None, "1"]]
    row = opened("typed").scan().to_arrow().to_pylist()[0]
    assert row["r"] == {"A": 7, "l": ["x", None]}
    assert str(row["tz"]) == "2024-01-01 09:00:00.123456+00:00"


def test_a_null_does_not_go_into_a_required_column(engine: Any, made: Callable[..., Table]) -> None:
    made("strict", NestedField(1, "id", LongType(), required=True))
    with pytest.raises(
        QueryError, match="CONSTRAINT_VIOLATION: NULL value not allowed for NOT NULL column: id"
    ):
        engine.outcome("INSERT INTO strict VALUES 1, NULL")
    assert engine.answer("SELECT count(*) FROM strict") == [["0"]]
