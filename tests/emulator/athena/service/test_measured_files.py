"""Which files a statement leaves, and GetQueryResults: measured on Athena (athena-local's measurements).

Their dates stand with the statements. https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
says which files there are, not which of them each statement has.
"""

from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.athena.engine.contract import Outcome, ResultColumn
from localstack_lab.athena.results.literals import of_literals_alone

from tests.emulator.athena.service.conftest import Athena, Buckets, Engine, failed

BINARY, PLAIN = "binary/octet-stream", "application/octet-stream"
ROWS = b"\x22\x22\x0a\x04hive\x22\x04rows\x2a\x04rows\x32\x06bigint\x38\x13\x40\x00\x48\x03\x50\x00"
URL = "s3://lake/t/data/a.parquet"


def _left(buckets: Buckets, query_id: str) -> dict[str, tuple[bytes, str]]:
    """What lies in the bucket, ``<id>`` in the place of the query's id: body and content type."""
    return {
        request["Key"].replace(query_id, "<id>"): (request["Body"], request["ContentType"])
        for request in buckets.requests
    }


def _lines(tmp_path: Any, text: str, *names: str, iceberg: bool = False) -> Outcome:
    path = tmp_path / "lines"
    path.write_text(text)
    columns = tuple(ResultColumn(name, "string") for name in names)
    return Outcome("lines", columns, str(path), row_count=text.count("\n") + 1, iceberg=iceberg)


@pytest.mark.parametrize(
    ("text", "verb", "count"),
    [
        ("UPDATE t SET n = 2 WHERE n = 1", b"UPDATE", 1),  # 2026-09-20; without a row 2026-09-24
        ("UPDATE t SET n = 2 WHERE false", b"UPDATE", 0),
        ("DELETE FROM t WHERE n = 1", b"DELETE", 1),
        ("MERGE INTO t USING u ON t.n = u.n WHEN MATCHED THEN DELETE", b"MERGE", 0),
    ],
)
def test_changes_of_rows_leave_metadata_beside_a_body_that_is_not_there(
    athena: Athena, engine: Engine, buckets: Buckets, text: str, verb: bytes, count: int
) -> None:
    engine.outcomes[text] = Outcome("none", update_count=count, manifest=(URL,), iceberg=True)
    execution = athena.run(text)
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://results/out/{query_id}.csv"
    assert "DataManifestLocation" not in execution["Statistics"]
    told = b"\x0a\x24" + query_id.encode() + b"\x12" + bytes([len(verb)]) + verb + bytes([0x18, count]) + ROWS
    assert _left(buckets, query_id) == {"out/<id>.csv.metadata": (told, PLAIN)}
    answer = athena("GetQueryResults", QueryExecutionId=query_id)
    assert (answer["UpdateCount"], answer["ResultSet"]["Rows"]) == (count, [])


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("INSERT INTO t VALUES (1)", "out/<id>"),  # 2026-09-20, 2026-09-23
        ("CREATE TABLE t WITH (table_type = 'ICEBERG') AS SELECT 1 AS n", "out/tables/<id>"),  # 2026-09-19
    ],
)
def test_what_is_written_to_iceberg_has_no_manifest(
    athena: Athena, engine: Engine, buckets: Buckets, text: str, base: str
) -> None:
    engine.outcomes[text] = Outcome("none", update_count=1, manifest=(URL,), iceberg=True)
    execution = athena.run(text)
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://results/{base}".replace(
        "<id>", query_id
    )
    assert list(_left(buckets, query_id)) == [f"{base}.metadata"]
    assert "DataManifestLocation" not in execution["Statistics"]


def test_an_insert_of_no_row_has_no_manifest(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    text = "INSERT INTO t SELECT 1 WHERE false"  # 2026-09-20 and 2026-09-23, of Hive's tables
    engine.outcomes[text] = Outcome("none", update_count=0)
    query_id = athena.run(text)["QueryExecutionId"]
    told = b"\x0a\x24" + query_id.encode() + b"\x12\x06INSERT\x18\x00" + ROWS
    assert _left(buckets, query_id) == {"out/<id>.metadata": (told, PLAIN)}


def test_drop_table_of_iceberg_leaves_two_empty_lines(
    athena: Athena, engine: Engine, buckets: Buckets, tmp_path: Any
) -> None:
    engine.outcomes["DROP TABLE t"] = _lines(tmp_path, "\n", iceberg=True)  # 2026-09-20
    query_id = athena.run("DROP TABLE t")["QueryExecutionId"]
    told = b"\x0a\x24" + query_id.encode() + b"\x12\x0aDROP TABLE"
    assert _left(buckets, query_id) == {
        "out/<id>.txt": (b"\n", PLAIN),
        "out/<id>.txt.metadata": (told, PLAIN),
    }
    answer = athena("GetQueryResults", QueryExecutionId=query_id)
    assert answer["ResultSet"]["Rows"] == [{"Data": [{"VarCharValue": ""}]}] * 2
    assert answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"] == []
    assert "UpdateCount" not in answer


@pytest.mark.parametrize(
    ("text", "iceberg", "kind", "has_metadata"),
    [
        ("DROP TABLE t", False, BINARY, False),  # 2026-09-20
        ("ALTER TABLE t ADD COLUMNS (m int)", False, PLAIN, True),  # 2026-09-20, 2026-09-21
        ("ALTER TABLE t ADD COLUMNS (m int)", True, BINARY, False),
        ("ALTER TABLE t REPLACE COLUMNS (n int)", False, PLAIN, True),  # 2026-09-21, 2026-09-24
        ("ALTER TABLE t DROP COLUMN m", True, BINARY, False),
        ("ALTER TABLE t RENAME TO u", True, BINARY, False),
        ("ALTER TABLE t SET LOCATION 's3://b/c/'", False, BINARY, False),
        ("ALTER TABLE t ADD PARTITION (p = 'a')", False, BINARY, False),  # 2026-09-24
        ("CREATE VIEW v AS SELECT 1 AS n", False, BINARY, False),  # 2026-09-24
    ],
)
def test_ddl_leaves_an_empty_text(
    athena: Athena,
    engine: Engine,
    buckets: Buckets,
    tmp_path: Any,
    text: str,
    iceberg: bool,
    kind: str,
    has_metadata: bool,
) -> None:
    engine.outcomes[text] = _lines(tmp_path, "", iceberg=iceberg)
    query_id = athena.run(text)["QueryExecutionId"]
    expected = {"out/<id>.txt": (b"", kind)}
    if has_metadata:
        expected["out/<id>.txt.metadata"] = (b"\x0a\x24" + query_id.encode(), kind)
    assert _left(buckets, query_id) == expected


@pytest.mark.parametrize(
    ("text", "iceberg", "count", "kind"),
    [
        ("DESCRIBE t", False, None, PLAIN),  # 2026-09-24, all of them in one round
        ("DESCRIBE t", True, 0, BINARY),
        ("SHOW CREATE TABLE t", False, None, PLAIN),
        ("SHOW CREATE TABLE t", True, 0, BINARY),
        ("SHOW COLUMNS FROM t", False, 0, BINARY),
        ("SHOW COLUMNS FROM t", True, 0, BINARY),
        ("SHOW TBLPROPERTIES t", False, 0, BINARY),
        ("SHOW TBLPROPERTIES t", True, 0, BINARY),
        ("SHOW CREATE VIEW t", False, 0, BINARY),
        ("SHOW TABLES", False, 0, BINARY),
        ("EXPLAIN SELECT 1", False, None, PLAIN),
    ],
)
def test_counts_and_content_types_of_what_is_shown(
    athena: Athena,
    engine: Engine,
    buckets: Buckets,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    iceberg: bool,
    count: int | None,
    kind: str,
) -> None:
    monkeypatch.setattr("localstack_lab.athena.executions.starting.check_syntax", lambda *given: None)
    engine.outcomes[text] = _lines(tmp_path, "a\nb", "one", iceberg=iceberg)
    query_id = athena.run(text)["QueryExecutionId"]
    assert {of for _, of in _left(buckets, query_id).values()} == {kind}
    assert athena("GetQueryResults", QueryExecutionId=query_id).get("UpdateCount") == count


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("SELECT 1", True),  # 2026-09-23
        ("SELECT 1, 2", True),
        ("SELECT 'a'", True),
        ("SELECT 1.5", True),
        ("SELECT 1 AS i", True),
        ("SELECT true", True),
        ("SELECT 1, 'a'", True),
        ("-- c\nSELECT /* c */ 1 -- d", True),
        ("SELECT -1", True),
        ("SELECT - 1", True),
        ("SELECT 1.5E0", True),
        ("SELECT 1 i", True),
        ("SELECT(1)", True),  # 2026-09-25
        ("SELECT'a'", True),
        ("SELECT ((1)) AS x, ('a'), (-1)", True),
        ('SELECT 1 AS "x"', True),
        ("SELECT +1", False),
        ("SELECT -(1)", False),
        ("SELECT (1, 2)", False),
        ("SELECT DATE '2020-01-01'", False),
        ("SELECT 'a' || 'b'", False),
        ("(SELECT 1)", False),
        ("SELECT 1 AS i WHERE false", False),
        ("SELECT 1 WHERE true", False),
        ("SELECT CAST(1.5 AS DOUBLE)", False),
        ("SELECT NULL", False),
        ("SELECT 1 + 1", False),
        ("SELECT * FROM (VALUES 1)", False),
        ("SELECT 1 UNION ALL SELECT 2", False),
        ("SELECT 1 FROM t LIMIT 1", False),
        ("VALUES(1)", False),
        ("SELECT 1 AS i, 'abc' AS s, CAST(1.5 AS DOUBLE) AS d", False),
        ("SELECT ?", False),  # ours: it was not measured, so it is as any query
        ("SELECT", False),
        ("SELECT 1 AS", False),
        ("SELECT (1", False),
    ],
)
def test_literals_alone(text: str, alone: bool) -> None:
    assert of_literals_alone(text) is alone


def test_literals_leave_files_of_another_type(athena: Athena, buckets: Buckets) -> None:
    query_id = athena.run("SELECT 1")["QueryExecutionId"]
    left = _left(buckets, query_id)
    assert {kind for _, kind in left.values()} == {BINARY}
    head = b"\x0a\x24" + query_id.encode() + b"\x12\x00\x18\x00\x22"
    assert left["out/<id>.csv.metadata"][0].startswith(head)
    buckets.requests.clear()
    query_id = athena.run("SELECT 1 + 1")["QueryExecutionId"]
    left = _left(buckets, query_id)
    assert {kind for _, kind in left.values()} == {PLAIN}
    assert left["out/<id>.csv.metadata"][0].startswith(b"\x0a\x24" + query_id.encode() + b"\x22")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "ALTER TABLE t SET TBLPROPERTIES ('comment'='probe')",  # 2026-09-17
            "Unsupported table property key: comment",
        ),
        (
            "ALTER TABLE t DROP PARTITION (p = 'a')",  # 2026-09-24
            "Query type not supported by Athena Iceberg at this time",
        ),
    ],
)
def test_what_iceberg_refuses_leaves_no_file(
    athena: Athena, engine: Engine, buckets: Buckets, text: str, reason: str
) -> None:
    engine.failures[text] = failed("", reason)
    execution = athena.run(text)
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://results/out/{query_id}.txt"
    assert execution["Status"]["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": 1200,
        "Retryable": False,
        "ErrorMessage": reason,
    }
    assert not buckets.requests
    with pytest.raises(ServiceException, match="Could not find results") as raised:
        athena("GetQueryResults", QueryExecutionId=query_id)
    assert getattr(raised.value, "AthenaErrorCode") == "RESULT_NOT_FOUND"  # noqa: B009


def test_show_functions_that_fails_leaves_no_file(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    text = "SHOW FUNCTIONS LIKE 'x' ESCAPE 'ab'"  # 2026-09-24
    engine.failures[text] = failed("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character")
    execution = athena.run(text)
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(".csv")
    assert execution["Status"]["AthenaError"]["ErrorType"] == 1106
    assert not buckets.requests
    with pytest.raises(ServiceException, match="Final query state: FAILED"):
        athena("GetQueryResults", QueryExecutionId=execution["QueryExecutionId"])


def test_no_lines_have_no_wrong_token(athena: Athena, engine: Engine, tmp_path: Any) -> None:
    engine.outcomes["SHOW TABLES"] = _lines(tmp_path, "", "tab_name")  # 2026-09-23
    query_id = athena.run("SHOW TABLES")["QueryExecutionId"]
    answer = athena("GetQueryResults", QueryExecutionId=query_id, NextToken="no token")
    assert answer["ResultSet"]["Rows"] == []


@pytest.mark.parametrize(
    ("text", "planned"),
    [("SELECT 1", False), ("SELECT 1 + 1", True), ("SHOW TABLES", False), ("SHOW FUNCTIONS", True)],
)
def test_what_the_engine_plans(athena: Athena, text: str, planned: bool) -> None:
    """2026-09-23."""
    assert ("QueryPlanningTimeInMillis" in athena.run(text)["Statistics"]) is planned


def test_a_result_in_parts_has_their_type(
    athena: Athena, engine: Engine, buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2026-09-22 and 2026-09-23: only the body has it, not the ``.metadata``."""
    monkeypatch.setattr("localstack_lab.athena.results.writing.IN_PARTS", 2 << 20)
    for rows, kind in ((300_000, PLAIN), (600_000, BINARY)):
        text = f"SELECT * FROM t LIMIT {rows}"
        engine.csv[text] = b'"n"\n' + b'"1"\n' * rows
        query_id = athena.run(text)["QueryExecutionId"]
        left = _left(buckets, query_id)
        assert left["out/<id>.csv"][1] == kind
        assert left["out/<id>.csv.metadata"][1] == PLAIN
        buckets.requests.clear()
