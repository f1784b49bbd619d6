"""CTAS of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
"""

from collections.abc import Callable
from typing import Any

import pytest
from localstack_lab.athena.sql.errors import QueryError
from pyiceberg.table import Table

WITH = "table_type = 'ICEBERG', is_external = false, location = 's3://lake/sales/'"


def test_a_table_of_a_query(engine: Any, opened: Callable[[str], Table]) -> None:
    outcome = engine.outcome(
        f"CREATE TABLE sales WITH ({WITH}, partitioning = ARRAY['day(at)', 'bucket(id, 4)']) AS "
        "SELECT CAST(1 AS bigint) AS id, 'pen' AS item, DECIMAL '1.50' AS price, "
        "TIMESTAMP '2024-01-01 10:00:00.000000' AS at UNION ALL "
        "SELECT 2, 'ink', 2.25, TIMESTAMP '2024-01-02 10:00:00.000000'"
    )
    assert outcome.update_count == 2
    assert outcome.changed == (("CREATE", "TABLE", "shop.sales"),)
    assert engine.answer("SELECT * FROM sales ORDER BY id") == [
        ["1", "pen", "1.5", "2024-01-01 10:00:00.000000"],
        ["2", "ink", "2.25", "2024-01-02 10:00:00.000000"],
    ]
    table = opened("sales")
    assert [field.name for field in table.spec().fields] == ["at_day", "id_bucket"]
    assert table.format_version == 2
    assert table.scan().count() == 2
    assert engine.table("sales")["Parameters"]["table_type"] == "ICEBERG"


def test_a_table_without_data(engine: Any, opened: Callable[[str], Table]) -> None:
    engine.outcome(f"CREATE TABLE empty WITH ({WITH}) AS SELECT 1 AS id WITH NO DATA")
    assert engine.answer("SELECT count(*) FROM empty") == [["0"]]
    assert opened("empty").current_snapshot() is None


def test_a_query_without_rows_makes_a_table(engine: Any) -> None:
    engine.outcome(f"CREATE TABLE none WITH ({WITH}) AS SELECT 1 AS id WHERE false")
    assert engine.answer("SELECT count(*) FROM none") == [["0"]]


@pytest.mark.parametrize(
    ("column", "refusal"),
    [
        (
            "localtimestamp",
            r'Timestamp precision \(3\) not supported for Iceberg. Use "timestamp\(6\)" instead',
        ),
        ("CAST(1 AS smallint)", "Type not supported for Iceberg: smallint"),
        ("CAST('a' AS char(1))", r"Type not supported for Iceberg: char\(1\)"),
        ("JSON '1'", "Type not supported for Iceberg: json"),
    ],
)
def test_types_that_iceberg_has_not(engine: Any, column: str, refusal: str) -> None:
    """https://repost.aws: CTAS into Iceberg asks for timestamp(6)."""
    with pytest.raises(QueryError, match=refusal):
        engine.outcome(f"CREATE TABLE odd WITH ({WITH}) AS SELECT {column} AS x")
    assert engine.objects.bodies == {}


def test_a_place_that_is_taken_is_refused(engine: Any) -> None:
    engine.objects.bodies["s3://lake/sales/x"] = b"x"
    with pytest.raises(QueryError, match="HIVE_PATH_ALREADY_EXISTS"):
        engine.outcome(f"CREATE TABLE sales WITH ({WITH}) AS SELECT 1 AS id")


def test_a_name_that_is_taken(engine: Any) -> None:
    sql = f"CREATE TABLE sales WITH ({WITH}) AS SELECT 1 AS id"
    engine.outcome(sql)
    with pytest.raises(QueryError, match="TABLE_ALREADY_EXISTS"):
        engine.outcome(sql)
    engine.outcome(sql.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
    assert engine.answer("SELECT * FROM sales") == [["1"]]


def test_a_type_of_table_that_there_is_not(engine: Any) -> None:
    with pytest.raises(QueryError, match=r"INVALID_TABLE_PROPERTY: .*table_type"):
        engine.outcome("CREATE TABLE t WITH (table_type = 'DELTA') AS SELECT 1 AS id")
