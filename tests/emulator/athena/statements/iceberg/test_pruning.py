"""Files that no needed row can be in are not read: by partitions, and by the range of each column.

https://iceberg.apache.org/spec/#scan-planning
"""

from collections.abc import Callable
from typing import Any

import pytest
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.table import Table
from pyiceberg.transforms import BucketTransform, MonthTransform
from pyiceberg.types import DoubleType, LongType, NestedField, StringType, TimestampType, TimestamptzType

ROWS = (
    "SELECT n, 'n' || CAST(n AS varchar), TIMESTAMP '2024-01-15 00:00:00' + n * INTERVAL '31' DAY, "
    "CAST(TIMESTAMP '2024-01-15 00:00:00 UTC' + n * INTERVAL '31' DAY AS timestamp(6) with time zone), "
    "IF(n = 5, nan(), CAST(n AS double)) FROM UNNEST(sequence(0, 9)) AS t (n)"
)


@pytest.fixture
def months(engine: Any, made: Callable[..., Table]) -> Any:
    spec = PartitionSpec(PartitionField(3, 1000, MonthTransform(), "at_month"))
    fields = (
        NestedField(1, "Id", LongType()),
        NestedField(2, "name", StringType()),
        NestedField(3, "at", TimestampType()),
        NestedField(4, "tz", TimestamptzType()),
        NestedField(5, "x", DoubleType()),
    )
    made("months", *fields, spec=spec)
    engine.outcome(f"INSERT INTO months {ROWS}")
    return engine


@pytest.mark.parametrize(
    ("condition", "ids", "files"),
    [
        ("id = 3", [3], 1),
        ("id IN (3, 4, 77)", [3, 4], 2),
        ("id BETWEEN 2 AND 4", [2, 3, 4], 3),
        ("3 > id AND name >= 'n1'", [1, 2], 2),
        ("at >= TIMESTAMP '2024-10-01 00:00:00'", [9], 1),
        ("at < TIMESTAMP '2024-02-01 00:00:00' OR id = 9", [0, 9], 10),
        ("tz > TIMESTAMP '2024-10-01 02:00:00 Europe/Berlin'", [9], 1),
        ("x >= 8", [8, 9], 2),
        ("x = nan()", [], 10),
        ("name = 'absent'", [], 0),
        ("id = 3 AND id = 4", [], 0),
        ("CAST(id AS varchar) = '3'", [3], 10),
        ("id + 1 = 4", [3], 10),
        ("id = NULL", [], 10),
    ],
)
def test_what_a_condition_leaves(months: Any, condition: str, ids: list[int], files: int) -> None:
    outcome = months.outcome(f"SELECT id FROM months WHERE {condition} ORDER BY 1")
    assert [row[0] for row in months.answer(f"SELECT id FROM months WHERE {condition} ORDER BY 1")] == [
        str(each) for each in ids
    ]
    whole = months.outcome("SELECT id, name, at, tz, x FROM months").statistics.scanned_bytes
    assert outcome.statistics.scanned_bytes <= whole * files / 10 + 1


def test_rows_that_change_are_looked_for_in_their_files_only(months: Any) -> None:
    everything = months.outcome("SELECT id FROM months").statistics.scanned_bytes
    outcome = months.outcome("DELETE FROM months WHERE id = 3")
    assert outcome.update_count == 1
    assert outcome.statistics.scanned_bytes < everything
    assert months.answer("SELECT count(*) FROM months") == [["9"]]


def test_buckets(engine: Any, made: Callable[..., Table]) -> None:
    spec = PartitionSpec(PartitionField(1, 1000, BucketTransform(8), "id_bucket"))
    made("buckets", NestedField(1, "id", LongType()), spec=spec)
    engine.outcome("INSERT INTO buckets SELECT n FROM UNNEST(sequence(1, 100)) AS t (n)")
    for number in (1, 50, 100):
        assert engine.answer(f"SELECT id FROM buckets WHERE id = {number}") == [[str(number)]]
    everything = engine.outcome("SELECT id FROM buckets").statistics.scanned_bytes
    assert engine.outcome("SELECT id FROM buckets WHERE id = 7").statistics.scanned_bytes < everything / 4


def test_a_column_that_was_renamed(months: Any, opened: Callable[[str], Table]) -> None:
    before = opened("months").current_snapshot().snapshot_id
    with opened("months").update_schema() as change:
        change.rename_column("name", "title")
    assert months.answer("SELECT id FROM months WHERE title = 'n4'") == [["4"]]
    assert months.answer(f"SELECT id FROM months FOR VERSION AS OF {before} WHERE name = 'n4'") == [["4"]]
