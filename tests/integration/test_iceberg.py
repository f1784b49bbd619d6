"""Apache Iceberg over HTTP: tables that change, side by side, stopped and failing, and with other clients.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg.html
"""

import io
from collections.abc import Callable
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from pyiceberg.catalog.glue import GlueCatalog

from tests.support.lake import Lake


@pytest.fixture
def lake(aws: Callable[..., Any], unique: Callable[[str], str]) -> Lake:
    """A database with the Iceberg table ``orders``."""
    made = Lake(aws, unique)
    made.run(
        "CREATE TABLE orders (id bigint, item string, at timestamp) PARTITIONED BY (day(at)) "
        f"LOCATION 's3://{made.bucket}/orders/' TBLPROPERTIES ('table_type' = 'ICEBERG')"
    )
    return made


def _ids(lake: Lake) -> list[str | None]:
    return [row[0] for row in lake.rows("SELECT id FROM orders ORDER BY id")[1:]]


def test_a_table_through_its_life(lake: Lake) -> None:
    lake.run(
        "INSERT INTO orders VALUES (1, 'pen', TIMESTAMP '2026-11-01 10:00:00'), "
        "(2, 'ink', TIMESTAMP '2026-11-02 10:00:00'), (3, 'nib', TIMESTAMP '2026-11-02 11:00:00')"
    )
    opening = lake.rows('SELECT snapshot_id FROM "orders$snapshots"')[1][0]
    lake.run("UPDATE orders SET item = 'blue ink' WHERE id = 2")
    lake.run("DELETE FROM orders WHERE id = 3")
    lake.run(
        "MERGE INTO orders t USING (VALUES (1, 'pencil'), (4, 'pad')) AS s (id, item) ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET item = s.item "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.item, TIMESTAMP '2026-11-03 00:00:00')"
    )
    assert lake.rows("SELECT id, item FROM orders ORDER BY id")[1:] == [
        ["1", "pencil"],
        ["2", "blue ink"],
        ["4", "pad"],
    ]
    assert lake.rows(f"SELECT id, item FROM orders FOR VERSION AS OF {opening} ORDER BY id")[1:] == [
        ["1", "pen"],
        ["2", "ink"],
        ["3", "nib"],
    ]
    lake.run("ALTER TABLE orders ADD COLUMNS (price double)")
    lake.run("UPDATE orders SET price = 1.5 WHERE id = 4")
    lake.run("OPTIMIZE orders REWRITE DATA USING BIN_PACK WHERE at >= TIMESTAMP '2026-11-01 00:00:00'")
    lake.run("VACUUM orders")
    assert lake.rows("SELECT sum(price), count(*) FROM orders")[1:] == [["1.5", "3"]]
    lake.run("DROP TABLE orders")
    left = lake.s3.list_objects_v2(Bucket=lake.bucket, Prefix="orders/").get("Contents", [])
    assert left == []


def test_writers_side_by_side_lose_nothing(lake: Lake) -> None:
    """Each commit names the version of the table that it read; who comes second tries again."""
    started = [
        lake.start(f"INSERT INTO orders VALUES ({n}, 'x', TIMESTAMP '2026-11-01 00:00:00')") for n in range(8)
    ]
    states = [lake.ended(query_id)["Status"] for query_id in started]
    assert [status["State"] for status in states] == ["SUCCEEDED"] * 8, states
    assert _ids(lake) == [str(n) for n in range(8)]
    assert lake.rows('SELECT count(*) FROM "orders$snapshots"')[1:] == [["8"]]


def test_rows_that_two_statements_change_change_once(lake: Lake) -> None:
    lake.run("INSERT INTO orders VALUES (1, 'pen', TIMESTAMP '2026-11-01 00:00:00')")
    started = [lake.start("UPDATE orders SET id = id + 1") for _ in range(3)]
    ends = [lake.ended(query_id)["Status"] for query_id in started]
    done = [status for status in ends if status["State"] == "SUCCEEDED"]
    refused = [status["StateChangeReason"] for status in ends if status["State"] == "FAILED"]
    assert done
    assert all("ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table" in text for text in refused)
    assert _ids(lake) == [str(1 + len(done))]


def test_a_statement_that_fails_leaves_no_object(lake: Lake) -> None:
    before = {one["Key"] for one in lake.s3.list_objects_v2(Bucket=lake.bucket)["Contents"]}
    failed = lake.ended(
        lake.start(
            "INSERT INTO orders SELECT 1 / (n - 500), 'x', localtimestamp "
            "FROM UNNEST(sequence(1, 1000)) AS t (n)"
        )
    )
    assert "DIVISION_BY_ZERO" in failed["Status"]["StateChangeReason"]
    after = {one["Key"] for one in lake.s3.list_objects_v2(Bucket=lake.bucket)["Contents"]}
    assert {key for key in after - before if not key.startswith("results/")} == set()
    assert _ids(lake) == []


def test_a_statement_that_is_stopped_leaves_the_table_as_it_was(lake: Lake) -> None:
    lake.run("INSERT INTO orders VALUES (1, 'pen', TIMESTAMP '2026-11-01 00:00:00')")
    ten = "UNNEST(sequence(1, 10000))"
    query_id = lake.start(
        f"INSERT INTO orders SELECT a.x, 'x', localtimestamp FROM {ten} a(x), {ten} b(x), {ten} c(x)"
    )
    lake.athena.stop_query_execution(QueryExecutionId=query_id)
    assert lake.ended(query_id)["Status"]["State"] == "CANCELLED"
    assert _ids(lake) == ["1"]


def test_data_files_are_parquet_for_everybody(lake: Lake) -> None:
    lake.run("INSERT INTO orders VALUES (7, 'cap', TIMESTAMP '2026-11-01 10:00:00.123456')")
    (path,) = (row[0] for row in lake.rows('SELECT file_path FROM "orders$files"')[1:])
    assert path is not None
    assert "/at_day=2026-11-01/" in path
    (row,) = pyarrow.parquet.read_table(io.BytesIO(lake.get(path))).to_pylist()
    assert (row["id"], row["item"], str(row["at"])) == (7, "cap", "2026-11-01 10:00:00.123456")


def test_pyiceberg_reads_and_writes_the_same_table(lake: Lake) -> None:
    lake.run(
        f"CREATE TABLE shared (id bigint, item string) LOCATION 's3://{lake.bucket}/shared/' "
        "TBLPROPERTIES ('table_type' = 'ICEBERG')"
    )
    lake.run("INSERT INTO shared VALUES (1, 'pen')")
    catalog = GlueCatalog(
        "lab",
        client=lake.glue,
        **{
            "s3.endpoint": lake.s3.meta.endpoint_url,
            "s3.access-key-id": "test",
            "s3.secret-access-key": "test",
            "s3.region": "us-east-1",
        },
    )
    table = catalog.load_table(f"{lake.database}.shared")
    assert table.scan().to_arrow().to_pylist() == [{"id": 1, "item": "pen"}]
    table.append(pyarrow.table({"id": [2, 3], "item": ["ink", "nib"]}))
    lake.run("DELETE FROM shared WHERE id = 2")
    assert lake.rows("SELECT id, item FROM shared ORDER BY id")[1:] == [["1", "pen"], ["3", "nib"]]
    again = catalog.load_table(f"{lake.database}.shared")
    assert sorted(again.scan().to_arrow()["id"].to_pylist()) == [1, 3]
