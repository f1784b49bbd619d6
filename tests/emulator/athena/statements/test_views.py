"""CREATE, SHOW, DESCRIBE and DROP VIEW, and EXPLAIN."""

import base64
import json
from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.engine.source import CatalogSource
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.plan import TableInfo


def test_a_view_is_kept_as_athena_keeps_it(engine: Any) -> None:
    outcome = engine.outcome('CREATE VIEW "Shop"."v" AS\nSELECT 1 AS n, \'a\' AS s, ARRAY[15e-1] AS l;')
    assert outcome.changed == (("CREATE", "VIEW", "shop.v"),)
    table = engine.table("v")
    assert (table["TableType"], table["ViewExpandedText"]) == ("VIRTUAL_VIEW", "/* Presto View */")
    assert table["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert [(c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"]] == [
        ("n", "int"),
        ("s", "varchar(1)"),
        ("l", "array<double>"),
    ]
    packed = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    assert json.loads(base64.b64decode(packed)) == {
        "originalSql": "SELECT 1 AS n, 'a' AS s, ARRAY[15e-1] AS l",
        "catalog": "awsdatacatalog",
        "schema": "shop",
        "columns": [
            {"name": "n", "type": "integer"},
            {"name": "s", "type": "varchar(1)"},
            {"name": "l", "type": "array(double)"},
        ],
    }
    assert engine.answer("SELECT n + 1, s FROM v") == [["2", "a"]]
    assert engine.rows("DESCRIBE v") == engine.rows("SHOW COLUMNS IN v")
    assert engine.rows("DESCRIBE v") == ["n\tinteger", "s\tvarchar(1)", "l\tarray(double)"]
    assert engine.rows("SHOW CREATE VIEW v") == [
        "CREATE VIEW shop.v AS",
        "SELECT 1 AS n, 'a' AS s, ARRAY[15e-1] AS l",
    ]


def test_a_view_is_replaced_only_when_asked(engine: Any) -> None:
    engine.outcome("CREATE VIEW v AS SELECT 1 AS a")
    with pytest.raises(QueryError, match=r"View already exists: 'awsdatacatalog.shop.v'"):
        engine.outcome("CREATE VIEW v AS SELECT 2 AS a")
    engine.outcome("CREATE OR REPLACE VIEW v AS SELECT 3 AS a")
    assert engine.answer("SELECT a FROM v") == [["3"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "CREATE VIEW w AS SELECT x FROM missing",
            "TABLE_NOT_FOUND: line 1:32: Table 'awsdatacatalog.shop.missing'",
        ),
        ("CREATE VIEW w AS SELECT 1", "Column name not specified at position 1"),
        ("CREATE VIEW no.w AS SELECT 1 AS a", "Schema 'no' does not exist"),
        ("CREATE OR REPLACE VIEW t AS SELECT 1 AS a", "Table already exists: 'awsdatacatalog.shop.t'"),
        ("CREATE OR REPLACE VIEW v AS SELECT * FROM v", "recursive view"),
        ("DROP VIEW missing", "View 'awsdatacatalog.shop.missing' does not exist"),
        ("DROP VIEW t", r"a table with that name exists. Did you mean DROP TABLE shop.t"),
    ],
)
def test_a_view_that_cannot_be_is_refused(engine: Any, text: str, reason: str) -> None:
    engine.outcome("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'")
    engine.outcome("CREATE VIEW v AS SELECT 1 AS a")
    with pytest.raises(QueryError, match=reason):
        engine.outcome(text)
    assert engine.rows("SHOW TABLES") == ["t", "v"]


def test_a_view_goes(engine: Any) -> None:
    engine.outcome("CREATE VIEW v AS SELECT 1 AS a")
    with pytest.raises(QueryFailed, match="is a view: use SHOW CREATE VIEW"):
        engine.outcome("SHOW CREATE TABLE v")
    engine.outcome("DROP VIEW v")
    assert engine.outcome("DROP VIEW IF EXISTS v").changed == ()


def test_explain_tells_what_this_engine_does(engine: Any) -> None:
    engine.outcome(
        "CREATE EXTERNAL TABLE t (a int, b int) PARTITIONED BY (p int) STORED AS PARQUET LOCATION 's3://lake/t/'"
    )
    text = engine.file("EXPLAIN SELECT a FROM t WHERE p = 1")
    assert text.startswith("Query Plan\n")
    assert "LocalStack lab on DuckDB" in text
    assert "table shop.t, columns [a" in text
    assert "partitions where" in text
    assert engine.outcome("EXPLAIN SELECT 1").columns[0].name == "Query Plan"


def test_explain_has_athenas_forms(engine: Any) -> None:
    assert engine.file("EXPLAIN (TYPE VALIDATE) SELECT 1") == "Valid\ntrue\n"
    assert "plan" in json.loads(engine.file("EXPLAIN (FORMAT JSON) SELECT 1").removeprefix("Query Plan\n"))
    told = json.loads(engine.file("EXPLAIN (TYPE IO) SELECT 1").removeprefix("Query Plan\n"))
    assert told == {"inputTableColumnInfos": []}
    with pytest.raises(QueryError, match="COLUMN_NOT_FOUND: line 1:32: "):
        engine.outcome("EXPLAIN (TYPE VALIDATE) SELECT x FROM (SELECT 1 AS a)")


def test_explain_of_a_write_writes_nothing_and_analyze_really_runs(engine: Any) -> None:
    assert "\nWrites: CreateTableAs\n" in engine.file("EXPLAIN CREATE TABLE t AS SELECT 1 AS a")
    assert engine.rows("SHOW TABLES") == []
    with pytest.raises(QueryError, match="DIVISION_BY_ZERO"):
        engine.outcome("EXPLAIN ANALYZE SELECT a / (a - 1) FROM (VALUES 1) AS v (a)")
    assert "Total Time" in engine.file("EXPLAIN ANALYZE SELECT count(*) FROM (VALUES 1, 2) v (a)")


def test_explain_of_a_change_of_rows(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.outcome("CREATE EXTERNAL TABLE t (a int, b int) LOCATION 's3://lake/t/'")
    for analyze, message in (
        ("", "NOT_SUPPORTED: Modifying Hive table rows is only supported for ACID tables"),
        ("ANALYZE ", "NOT_SUPPORTED: EXPLAIN ANALYZE doesn't support statement type: Delete"),
    ):
        with pytest.raises(QueryError, match=message):
            engine.outcome(f"EXPLAIN {analyze}DELETE FROM t")
    stock = TableInfo("shop", "ice", [("id", "int"), ("n", "int")], iceberg=True)
    monkeypatch.setattr(CatalogSource, "table", lambda *_: stock)
    told = engine.file("EXPLAIN (TYPE IO) DELETE FROM ice WHERE n > 1").removeprefix("Query Plan\n")
    (read,) = json.loads(told)["inputTableColumnInfos"]
    assert (read["table"]["schemaTable"]["table"], read["columns"]) == ("ice", ["n"])
    with pytest.raises(QueryError, match="COLUMN_NOT_FOUND: line 2:16: The UPDATE SET"):
        engine.outcome("EXPLAIN\nUPDATE ice SET x = 1")


def test_show_functions_lists_those_of_this_engine(engine: Any) -> None:
    outcome = engine.outcome("SHOW FUNCTIONS")
    rows = engine.file("SHOW FUNCTIONS").splitlines()
    assert (
        rows[0] == '"Function","Return Type","Argument Types","Function Type","Deterministic","Description"'
    )
    assert any(row.startswith('"strpos","bigint",') for row in rows)
    assert outcome.row_count == len(rows) - 1


# https://trino.io/docs/current/sql/show-functions.html
@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("LIKE 'array_m_n'", {"array_min"}),
        ("LIKE 'array\\_m%' ESCAPE '\\'", {"array_max", "array_min"}),
        ("LIKE 'ABS'", set()),
    ],
)
def test_show_functions_by_their_names(engine: Any, pattern: str, names: set[str]) -> None:
    rows = engine.file(f"SHOW FUNCTIONS {pattern}").splitlines()[1:]
    assert {row.split('"')[1] for row in rows} == names


@pytest.mark.parametrize("rest", ["abs", "LIKE abs", "LIKE 'a' b", "LIKE 'a' ESCAPE 'b' c"])
def test_show_functions_and_something_else(engine: Any, rest: str) -> None:
    with pytest.raises(QueryError, match=r"SYNTAX_ERROR: line 1:\d+: mismatched input"):
        engine.outcome(f"SHOW FUNCTIONS {rest}")
