"""Iceberg tables: what Athena was measured to answer (athena-local's measurements, with the dates below)."""

from typing import Any

import pytest

MADE = (
    "CREATE TABLE t (n int COMMENT 'abc', s string) LOCATION 's3://lake/t/' "
    "TBLPROPERTIES ('table_type'='ICEBERG')"
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("INSERT INTO t VALUES (1, 'a'), (2, 'b')", 2),
        ("INSERT INTO t SELECT 1, 'a' WHERE false", 0),
        ("UPDATE t SET n = 2 WHERE false", 0),
        ("DELETE FROM t WHERE n = 9", 0),
        (
            "MERGE INTO t USING (VALUES (1)) AS u(n) ON t.n = u.n "
            "WHEN NOT MATCHED THEN INSERT VALUES (u.n, 'x')",
            1,
        ),
        (
            "CREATE TABLE u WITH (table_type='ICEBERG', is_external=false, location='s3://lake/u/') "
            "AS SELECT 1 AS n",
            1,
        ),
    ],
)
def test_writes_say_that_the_table_is_of_iceberg(engine: Any, text: str, rows: int) -> None:
    """By it the service leaves AWS's files; a count of 0 is told too (2026-09-23, 2026-09-24)."""
    engine.outcome(MADE)
    outcome = engine.outcome(text)
    assert (outcome.iceberg, outcome.update_count, outcome.kind) == (True, rows, "none")


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE t",
        "SHOW CREATE TABLE t",
        "ALTER TABLE t ADD COLUMNS (m int)",
        "ALTER TABLE t DROP COLUMN s",
        "DROP TABLE t",
    ],
)
def test_definitions_say_that_the_table_is_of_iceberg(lab: Any, text: str) -> None:
    lab.outcome("CREATE EXTERNAL TABLE h (n int) LOCATION 's3://lake/h/'")
    lab.outcome(MADE)
    assert lab.outcome(text).iceberg
    if "DROP COLUMN" not in text:
        assert not lab.outcome(text.replace(" t", " h", 1)).iceberg
