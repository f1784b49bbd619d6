"""What a reader of an Iceberg table is told of the rows that are needed, so that it leaves files out.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-data.html
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from localstack_lab.athena.sql.plan import Limit, Plan

from tests.emulator.athena.sql.iceberg import LakeRunner


def _limits(lake: LakeRunner, plan: Plan) -> list[tuple[Any, ...]]:
    """Column, operator and the values of all limits on `stock`."""
    return [
        (limit.column, limit.operator, *_values(lake, limit))
        for scan in plan.scans
        if scan.table == "stock"
        for limit in scan.limits
    ]


def _values(lake: LakeRunner, limit: Limit) -> tuple[Any, ...]:
    return tuple(lake.connection.execute(f"SELECT {', '.join(limit.values)}").fetchall()[0])


@pytest.mark.parametrize(
    ("where", "limits"),
    [
        ("id = 3", [("id", "=", 3)]),
        ("3 < id AND product = 'pen'", [("id", ">", 3), ("product", "=", "pen")]),
        ("id BETWEEN 2 AND 1 + 3", [("id", ">=", 2), ("id", "<=", 4)]),
        ("stock.id IN (1, -2)", [("id", "IN", 1, -2)]),
        ("price <= DECIMAL '2.5' AND (id > 1 AND id < 9)",
         [("price", "<=", Decimal("2.50")), ("id", ">", 1), ("id", "<", 9)]),
        ("sold > TIMESTAMP '2024-01-02 03:04:05.5'", [("sold", ">", datetime(2024, 1, 2, 3, 4, 5, 500000))]),
        ("sold > DATE '2024-01-02'", [("sold", ">", datetime(2024, 1, 2))]),
        ("seen < TIMESTAMP '2024-01-02 00:00 America/New_York'",
         [("seen", "<", {"instant": datetime(2024, 1, 2, 5), "zone": "America/New_York"})]),
        ("seen >= current_timestamp - interval '1' day",
         [("seen", ">=", {"instant": datetime(2024, 5, 5, 7, 8, 9, 123000), "zone": "UTC"})]),
        ("sold >= CAST('2024-01-02' AS date)", [("sold", ">=", datetime(2024, 1, 2))]),
        ("id = CAST('x' AS integer)", [("id", "=", None)]),
        # Nothing is told of what holds for some rows only, or compares as another type than the column's.
        ("price >= 2", []),
        ("id = 3 OR product = 'x'", []),
        ("NOT id = 3", []),
        ("id <> 3", []),
        ("id + 1 = 3", []),
        ("id = 3e0", []),
        ("id = 3000000000", []),
        ("id < id", []),
        ("id < random(5)", []),
        ("id IN (SELECT 1)", []),
        ("id = (SELECT 1)", []),
        ("product LIKE 'a%'", []),
        ("product IS NULL", []),
        ("id = NULL", []),
    ],
)  # fmt: skip
def test_limits_of_a_condition(lake: LakeRunner, where: str, limits: list[tuple[Any, ...]]) -> None:
    assert _limits(lake, lake.plan(f"SELECT product FROM stock WHERE {where}")) == limits
    assert _limits(lake, lake.change(f"DELETE FROM stock WHERE {where}").plan) == limits
    assert lake.plan(f"SELECT product FROM stock WHERE {where}").scans[0].partition_filter is None


@pytest.mark.parametrize(
    ("sql", "limits"),
    [
        ("SELECT * FROM (SELECT id AS x, product FROM stock) WHERE x = 1", [("id", "=", 1)]),
        ("SELECT * FROM (SELECT id, count(*) FROM stock GROUP BY id) WHERE id = 1", [("id", "=", 1)]),
        ("SELECT * FROM (SELECT id FROM stock LIMIT 1) WHERE id = 1", []),
        ("SELECT * FROM stock LEFT JOIN orders o ON stock.id = o.id AND stock.id = 1", []),
        ("SELECT * FROM orders o LEFT JOIN stock ON stock.id = o.id AND stock.id = 1", [("id", "=", 1)]),
        ("SELECT * FROM orders o LEFT JOIN stock ON stock.id = o.id WHERE stock.id = 1", []),
        ("WITH a AS (SELECT * FROM stock) SELECT * FROM a, a AS b WHERE a.id = 1", []),
        ("SELECT * FROM stock FOR TIMESTAMP AS OF DATE '2020-01-01' WHERE id = ?", [("id", "=", 1)]),
        ("SELECT * FROM stock s WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = s.id AND s.id = 1)", []),
    ],
)
def test_limits_change_no_answer(lake: LakeRunner, sql: str, limits: list[tuple[Any, ...]]) -> None:
    assert _limits(lake, lake.plan(sql, *(["1"] if "?" in sql else []))) == limits


def test_limits_of_the_rows_that_a_merge_looks_at(lake: LakeRunner) -> None:
    sql = "MERGE INTO stock t USING orders s ON t.id = s.id AND t.id > 1 AND s.hour = 11 WHEN "
    for case in ("MATCHED THEN DELETE", "NOT MATCHED THEN INSERT (id) VALUES (s.id)"):
        assert _limits(lake, lake.change(sql + case).plan) == [("id", ">", 1)]
    (hive,) = [s for s in lake.change(sql + "MATCHED THEN DELETE").plan.scans if s.table == "orders"]
    assert hive.partition_filter == '("hour" = 11)'
