"""Tables of Apache Iceberg in queries: their types, hidden columns and metadata tables, and time travel.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-metadata-tables.html (`"t$snapshots"`)
"""

from datetime import datetime
from typing import Any

import pytest

from tests.emulator.athena.sql.iceberg import LakeRunner

_OLD = {"instant": datetime(2020, 1, 1, 10), "zone": "UTC"}


def test_columns_have_the_types_that_the_table_tells(lake: LakeRunner) -> None:
    assert [(c.name, str(c.type)) for c in lake.plan("SELECT * FROM stock").columns] == [
        ("id", "integer"),
        ("product", "varchar"),
        ("price", "decimal(10,2)"),
        ("sold", "timestamp(6)"),
        ("seen", "timestamp(6) with time zone"),
    ]
    sql = (
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'stock' AND column_name = 'seen'"
    )
    assert lake.rows(sql) == [("timestamp(6) with time zone",)]


def test_hidden_columns_are_those_of_trinos_connector(lake: LakeRunner) -> None:
    sql = 'SELECT "$path", "$file_modified_time", "$partition" FROM stock'
    plan = lake.plan(sql)
    assert [str(c.type) for c in plan.columns] == ["varchar", "timestamp(3) with time zone", "varchar"]
    assert plan.scans[0].hidden == ["$path", "$file_modified_time", "$partition"]
    for name in ("$file_size", "$row_place"):
        assert "COLUMN_NOT_FOUND: line 1:8: " in lake.error(f'SELECT "{name}" FROM stock')
    assert "COLUMN_NOT_FOUND" in lake.error('SELECT "$path" FROM "stock$snapshots"')


def test_metadata_tables_are_tables(lake: LakeRunner) -> None:
    assert lake.rows('SELECT snapshot_id FROM "stock$snapshots"') == [(7,)]
    assert lake.rows('SELECT * FROM shop."stock$partitions" AS p') == [(4,)]
    assert not lake.plan('SELECT * FROM "stock$partitions"').scans[0].partitions
    del lake.catalog.infos["stock$partitions"]
    assert "TABLE_NOT_FOUND" in lake.error('SELECT * FROM "stock$partitions"')
    assert lake.plan('SELECT * FROM "orders$partitions"').scans[0].partitions


@pytest.mark.parametrize(
    ("written", "kind", "pointer"),
    [
        ("FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 10:00:00 UTC'", "TIMESTAMP", _OLD),
        ("FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 10:00:00'", "TIMESTAMP", _OLD),
        ("FOR TIMESTAMP AS OF DATE '2020-01-01'", "TIMESTAMP", _OLD | {"instant": datetime(2020, 1, 1)}),
        (
            "FOR TIMESTAMP AS OF (current_timestamp - interval '1' day)",
            "TIMESTAMP",
            {"instant": datetime(2024, 5, 5, 7, 8, 9, 123000), "zone": "UTC"},
        ),
        ("FOR VERSION AS OF 949530903748831860", "VERSION", 949530903748831860),
        ("FOR VERSION AS OF 7", "VERSION", 7),
        ("FOR VERSION AS OF 'audit'", "VERSION", "audit"),
    ],
)
def test_the_time_or_version_is_a_constant(lake: LakeRunner, written: str, kind: str, pointer: Any) -> None:
    (scan,) = lake.plan(f"SELECT s.id FROM stock {written} AS s").scans
    assert scan.info.snapshot == 7
    assert lake.lake.asked == [("shop", "stock", kind, pointer, ())]


def test_a_table_has_the_columns_of_its_snapshot(lake: LakeRunner) -> None:
    plan = lake.plan("SELECT id FROM shop.stock FOR VERSION AS OF 7 s WHERE s.id > 1")
    assert str(plan.columns[0].type) == "bigint"
    assert "COLUMN_NOT_FOUND: line 1:8:" in lake.error("SELECT product FROM stock FOR VERSION AS OF 7")


def test_travels_in_joins_views_and_with_parameters(lake: LakeRunner) -> None:
    then = "stock FOR TIMESTAMP AS OF ?"
    sql = f"SELECT a.id FROM stock a JOIN {then} AS b ON a.id = b.id WHERE b.id > ? ORDER BY 1"
    assert lake.rows(sql, "TIMESTAMP '2020-01-01 10:00'", "2") == [(3,), (4,)]
    assert [s.info.snapshot for s in lake.plan(sql, "DATE '2020-01-01'", "2").scans] == [None, 7]
    lake.catalog.view("old", "SELECT id FROM stock FOR TIMESTAMP AS OF DATE '2020-01-01'")
    assert lake.plan("SELECT * FROM old").scans[0].info.snapshot == 7


def test_python_functions_of_the_time_are_told(lake: LakeRunner) -> None:
    lake.plan("SELECT id FROM stock FOR TIMESTAMP AS OF from_iso8601_timestamp('2020-01-01T10:00:00Z')")
    assert lake.lake.asked[0][3:] == (_OLD, ("lab_iso_timestamp",))


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        # trino: TestAnalyzer.testTemporalTableVersion, testRangeIdTableVersion
        (
            "SELECT * FROM stock FOR TIMESTAMP AS OF '2022-01-01'",
            "TYPE_MISMATCH: line 1:21: Type varchar(10) invalid. Temporal pointers must be of type "
            "Timestamp, Timestamp with Time Zone, or Date.",
        ),
        (
            "SELECT * FROM stock FOR TIMESTAMP AS OF NULL",
            "INVALID_ARGUMENTS: line 1:21: Pointer value cannot be NULL",
        ),
        (
            "SELECT * FROM stock FOR TIMESTAMP AS OF CAST(NULL AS date)",
            "INVALID_ARGUMENTS: line 1:21: Pointer value cannot be NULL",
        ),
        (
            "SELECT * FROM stock FOR VERSION AS OF CAST(NULL AS bigint)",
            "INVALID_ARGUMENTS: line 1:21: Pointer value cannot be NULL",
        ),
        (
            "SELECT * FROM stock FOR TIMESTAMP AS OF DATE '2999-01-01'",
            "INVALID_ARGUMENTS: line 1:21: Pointer value '2999-01-01' is not in the past",
        ),
        (
            "SELECT * FROM stock FOR TIMESTAMP AS OF TIMESTAMP '2999-01-01 UTC'",
            "INVALID_ARGUMENTS: line 1:21: Pointer value '2999-01-01 00:00:00 UTC' is not in the past",
        ),
        (
            "SELECT * FROM stock FOR VERSION AS OF DATE '2022-01-01'",
            "NOT_SUPPORTED: Unsupported type for table version: date",
        ),
        (
            "SELECT * FROM stock FOR VERSION AS OF id",
            "COLUMN_NOT_FOUND: line 1:39: Column 'id' cannot be resolved or requester is not authorized to "
            "access requested resources",
        ),
        (
            "SELECT * FROM stock FOR VERSION AS OF (SELECT 1)",
            "EXPRESSION_NOT_CONSTANT: line 1:39: Constant expression cannot contain a subquery",
        ),
        (
            "SELECT * FROM orders FOR VERSION AS OF 1",
            "NOT_SUPPORTED: This connector does not support versioned tables",
        ),
        (
            'SELECT * FROM "stock$partitions" FOR VERSION AS OF 1',
            "NOT_SUPPORTED: This connector does not support versioned tables",
        ),
        (
            "WITH w AS (SELECT 1 AS a) SELECT * FROM w FOR VERSION AS OF 1",
            "NOT_SUPPORTED: This connector does not support versioned tables",
        ),
        (
            "SELECT * FROM stock FOR SYSTEM_TIME AS OF DATE '2020-01-01'",
            # https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html
            "line 1:25: mismatched input 'SYSTEM_TIME'. Expecting: 'TIMESTAMP', 'VERSION'",
        ),
    ],
)
def test_what_is_no_time_or_version(lake: LakeRunner, sql: str, message: str) -> None:
    assert lake.error(sql) == message


def test_a_view_has_no_versions(lake: LakeRunner) -> None:
    lake.catalog.view("v", "SELECT id FROM stock")
    message = "NOT_SUPPORTED: This connector does not support versioned tables"
    assert lake.error("SELECT * FROM v FOR VERSION AS OF 1") == message
