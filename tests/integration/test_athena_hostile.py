"""What strangers send to Athena over HTTP neither stops the lab nor tells of its machine."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.test_athena_safety import Lake

LONG = 200_000  # characters; a statement may have 262,144 bytes


@pytest.fixture(scope="module")
def lake(aws: Callable[..., Any], unique: Callable[[str], str]) -> Lake:
    return Lake(aws, unique)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "/* " * (LONG // 3),
        "CREATE EXTERNAL TABLE t (a int) LOCATION '" + "\\'" * (LONG // 2) + "x",
        "SELECT " + "(" * (LONG // 2) + "1" + ")" * (LONG // 2),
        "SELECT CAST(NULL AS varchar(" + "9" * 5000 + "))",
    ],
    ids=["comments", "quotes", "brackets", "digits"],
)
def test_a_text_that_is_hard_to_read_is_refused(lake: Lake, text: str) -> None:
    """LocalStack's own process reads it, and answers nobody else meanwhile."""
    began = time.monotonic()
    with pytest.raises(lake.athena.exceptions.InvalidRequestException):
        lake.start(text)
    assert time.monotonic() - began < 60  # it took many minutes, or ended in an InternalError


@pytest.mark.parametrize(
    "text",
    [
        "UNLOAD (SELECT 1 AS x) TO 's3:///x/' WITH (format = 'PARQUET')",
        'CREATE TABLE "' + "b" * 300 + '" AS SELECT 1 AS x',
        "SELECT json_extract('[1]', '$[" + "9" * 5000 + "]')",
        "SELECT x FROM (VALUES 1) t(x) GROUP BY CUBE (" + ", ".join(["x"] * 30) + ")",
    ],
    ids=["location", "name", "path", "cube"],
)
def test_a_failure_is_the_statements_and_names_no_file_of_ours(lake: Lake, text: str) -> None:
    status = lake.run(text)
    assert status["State"] == "FAILED"
    reason = status["StateChangeReason"]
    for mark in ("fault of this emulator", "Traceback", ".py", "/tmp", "site-packages"):
        assert mark not in reason


@pytest.mark.parametrize("form", ["parquet", "orc"])
def test_a_file_of_rubbish_is_bad_data(lake: Lake, form: str) -> None:
    name = f"rubbish_{form}"
    lake.table(name, form, {"a": "bigint"})
    ends = {"parquet": b"PAR1", "orc": b"ORC"}[form]
    lake.s3.put_object(Bucket=lake.bucket, Key=f"{name}/x", Body=ends + b"\xff" * 100 + ends)
    status = lake.run(f"SELECT a FROM {name}")
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("HIVE_")


@pytest.mark.parametrize("name", ["a'b", 'a"b', "a*b?", "[a]", "/x", "%2e%2e", "a\nb", "-rf", "a" * 900])
def test_an_objects_name_is_a_name_and_nothing_else(lake: Lake, name: str) -> None:
    table = f"named_{abs(hash(name))}"
    lake.table(table, "gz", {"a": "string"})
    lake.s3.put_object(Bucket=lake.bucket, Key=f"{table}/{name}.txt", Body=b"1\n")
    query = lake.start(f'SELECT a, "$path" FROM {table}')
    assert lake.ended(query)["State"] == "SUCCEEDED"
    rows = lake.athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    found = [[value["VarCharValue"] for value in row["Data"]] for row in rows[1:]]
    assert found == [["1", f"s3://{lake.bucket}/{table}/{name}.txt"]]
