"""Iceberg tables: what Athena was measured to answer (athena-local's measurements, with the dates below)."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.executions.failures import athena_error
from localstack_lab.athena.sql.errors import QueryError

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


WITH = "WITH (table_type='ICEBERG', is_external=false, location='s3://lake/c/')"


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("TIMESTAMP '2026-01-01 00:00:00 UTC'", "2026-01-01 00:00:00.000000 UTC"),
        ("TIME '01:02:03'", "01:02:03.000000"),
        ("UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'", "12151fd2-7586-11e9-8f9e-2a86e4085a59"),
    ],
)
def test_ctas_takes_types_that_create_table_has_not(engine: Any, value: str, answer: str) -> None:
    """2026-09-27."""
    engine.outcome(f"CREATE TABLE c {WITH} AS SELECT {value} AS c")
    assert engine.answer("SELECT * FROM c") == [[answer]]
    if value.startswith("TIMESTAMP"):
        assert "c\ttimestamp\t" in engine.rows("DESCRIBE c")
        return
    with pytest.raises(QueryFailed, match=r"^Table has unsupported column types$") as raised:
        engine.outcome("DESCRIBE c")
    told = athena_error(raised.value)
    assert (told["ErrorCategory"], told["ErrorType"]) == (2, 1100)


@pytest.mark.parametrize(
    ("value", "kind"), [("INTERVAL '1' DAY", "interval day to second"), ("JSON '{\"a\":1}'", "json")]
)
def test_ctas_refuses_types_that_iceberg_has_not(engine: Any, value: str, kind: str) -> None:
    """2026-09-27."""
    with pytest.raises(QueryError, match=f"^NOT_SUPPORTED: Type not supported for Iceberg: {kind}$"):
        engine.outcome(f"CREATE TABLE c {WITH} AS SELECT {value} AS c")
