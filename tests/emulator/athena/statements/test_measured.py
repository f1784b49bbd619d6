"""Statements and their failures as they were measured on Athena (athena-local's measurements).

The dates of the measurements stand with the statements.
"""

import re
from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.executions.failures import athena_error
from localstack_lab.athena.sql.errors import QueryError

NOT_DONE = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "


def _failure(lab: Any, text: str) -> tuple[int, int, str, str]:
    """Category, type, StateChangeReason and ErrorMessage."""
    with pytest.raises((QueryFailed, QueryError)) as raised:
        lab.outcome(text)
    failed = raised.value
    if isinstance(failed, QueryError):
        failed = QueryFailed(failed.name, str(failed).removeprefix(f"{failed.name}: "))
    told = athena_error(failed)
    return told["ErrorCategory"], told["ErrorType"], failed.text, told["ErrorMessage"]


@pytest.fixture
def tables(lab: Any) -> Any:
    lab.outcome("CREATE EXTERNAL TABLE t (n int) LOCATION 's3://b/t/'")
    told = {"Name": "v", "TableType": "VIRTUAL_VIEW"}
    lab.catalog.create_table(DatabaseName="shop", TableInput=told)
    return lab


def test_a_table_that_is_made_again(tables: Any) -> None:
    assert _failure(tables, "CREATE EXTERNAL TABLE t (n int) LOCATION 's3://b/t/'") == (  # 2026-09-24
        2,
        1006,
        f"{NOT_DONE}AlreadyExistsException(message:Table t already exist)",
        "Table t already exists.",
    )


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("ALTER TABLE t DROP COLUMN n", "1:19", "1:20"),  # 2026-09-20, 2026-09-26
        ("ALTER TABLE nope DROP COLUMN n", "1:22", "1:23"),
        ("ALTER TABLE v DROP COLUMN n", "1:19", "1:20"),
        ("ALTER TABLE t\n  DROP COLUMN n", "2:7", "2:8"),
    ],
)
def test_hive_has_no_drop_column(tables: Any, text: str, place: str, told: str) -> None:
    assert _failure(tables, text) == (
        2,
        1006,
        f"FAILED: ParseException line {place} mismatched input 'COLUMN' expecting PARTITION near 'DROP' "
        "in drop partition statement",
        f"line {told}: mismatched input 'COLUMN' expecting 'PARTITION'",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "ALTER TABLE t RENAME TO u",
            f"{NOT_DONE}Unable to alter table. Table cannot be renamed",
        ),  # 2026-09-21
        (
            "ALTER TABLE nope RENAME TO u",
            "FAILED: SemanticException [Error 10001]: Table not found",
        ),  # 2026-09-26
    ],
)
def test_hive_renames_no_table(tables: Any, text: str, reason: str) -> None:
    category, number, found, told = _failure(tables, text)
    assert (category, number, told) == (2, 1006, "Query type not supported by DDL engine.")
    assert found.startswith(reason)


def test_show_tables_of_a_database_that_is_not_there(lab: Any) -> None:
    category, number, reason, told = _failure(lab, "SHOW TABLES IN nodb")  # 2026-09-17
    assert (category, number) == (1, 1502)
    assert reason == "FAILED: SemanticException [Error 10072]: Database does not exist: nodb"
    assert told.startswith(
        "com.facebook.presto.spi.PrestoException: Database nodb not found. (Service: AmazonDataCatalog; "
    )


def test_msck_repair_of_what_is_no_table(tables: Any) -> None:
    assert tables.rows("MSCK REPAIR TABLE nope") == ["Tables not in metastore:\tnope"]  # 2026-09-26
    assert tables.rows("MSCK REPAIR TABLE t") == ["Tables missing on filesystem:\tt"]  # 2026-09-24
    assert _failure(tables, "MSCK REPAIR TABLE v")[:3] == (  # 2026-09-26
        2,
        1100,
        f"{NOT_DONE}Can not create a Path from an empty string",
    )


def test_a_pattern_of_databases_that_java_does_not_take(lab: Any) -> None:
    category, number, reason, _ = _failure(lab, "SHOW SCHEMAS LIKE '*op'")  # 2026-09-27
    assert (category, number) == (2, 1006)
    assert reason == (
        f"{NOT_DONE}MetaException(message:Unable to get databases: java.util.regex.PatternSyntaxException: "
        "Dangling meta character '*' near index 0\n*op\n^)"
    )


@pytest.mark.parametrize("query", ["(VALUES 1)", "VALUES 1"])
@pytest.mark.parametrize("names", ["", " (n)"])
def test_ctas_of_values_names_no_column(engine: Any, names: str, query: str) -> None:
    assert _failure(engine, f"CREATE TABLE c{names} AS {query}")[:3] == (  # 2026-09-25
        2,
        1100,
        "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1",
    )


@pytest.mark.parametrize(
    ("query", "number", "reason"),
    [
        ("SELECT 1 AS n", 1301, "Database nodb not found. Please check your query."),  # 2026-09-27
        ("SELECT 1 AS n WITH NO DATA", 1301, "Database nodb not found. Please check your query."),
        ("SELECT CAST('x' AS integer) AS n", 1100, "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT"),
        ("SELECT * FROM shop.nope", 1301, "TABLE_NOT_FOUND: line 1:53: Table 'awsdatacatalog.shop.nope'"),
    ],
)
def test_ctas_runs_its_query_before_it_misses_the_database(
    engine: Any, query: str, number: int, reason: str
) -> None:
    category, found, text, _ = _failure(engine, f"CREATE TABLE AwsDataCatalog.NoDb.t AS {query}")
    assert (category, found) == (2, number)
    assert text.startswith(reason)


def test_bytes_inside_of_a_structure_are_a_java_object(engine: Any) -> None:
    """2026-09-24: the number is an object's; here it is a hash of the bytes."""
    assert engine.file("SELECT X'0102' AS v") == '"v"\n"01 02"\n'
    found = engine.file("SELECT ARRAY[X'0102', X'03'] AS v, MAP(ARRAY['k'], ARRAY[X'0102']) AS m")
    pattern = r'"v","m"\n"\[(\[B@[0-9a-f]+), \[B@[0-9a-f]+\]","\{k=\1\}"\n'
    assert re.fullmatch(pattern.replace(r"\1", r"(\[B@[0-9a-f]+)"), found)


def test_precisions_of_texts_that_the_engine_makes(engine: Any) -> None:
    """2026-09-23 and 2026-09-24: the longest text's length; of EXPLAIN ANALYZE there is none."""
    functions = engine.outcome("SHOW FUNCTIONS LIKE 'zip_with'").columns
    assert [(one.type, one.precision, one.case_sensitive) for one in functions[:1]] == [("varchar", 8, True)]
    assert (functions[4].type, functions[4].precision) == ("boolean", 0)
    (plan,) = engine.outcome("EXPLAIN ANALYZE SELECT 1").columns
    assert plan.precision == 2147483647


@pytest.fixture
def elsewhere(engine: Any) -> Any:
    """An engine whose context names a catalog that is not there, and two tables and a view."""
    engine.outcome("CREATE EXTERNAL TABLE t (n int) LOCATION 's3://b/t/'")
    engine.outcome("CREATE TABLE i (n int) LOCATION 's3://b/i/' TBLPROPERTIES ('table_type'='ICEBERG')")
    engine.outcome("CREATE VIEW v AS SELECT 1 AS n")
    engine.context_catalog = "NoCatalog"
    return engine


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("SELECT * FROM t", 1006, "CATALOG_NOT_FOUND: line 1:15: Catalog 'nocatalog' does not exist"),
        ("SELECT * FROM shop.nope", 1006, "CATALOG_NOT_FOUND: line 1:15: Catalog 'nocatalog' does not exist"),
        ("SELECT * FROM nodb.t", 1006, "CATALOG_NOT_FOUND: line 1:15: Catalog 'nocatalog' does not exist"),
        ("EXPLAIN SELECT * FROM t", 1006, "CATALOG_NOT_FOUND: line 1:23: Catalog 'nocatalog' does not exist"),
        (
            "CREATE TABLE c AS SELECT 1 AS n",
            1300,
            "NOT_FOUND: Session property catalog does not exist: nocatalog",
        ),
        ("INSERT INTO t SELECT 1", 1300, "NOT_FOUND: Session property catalog does not exist: nocatalog"),
        ("DELETE FROM i", 1301, "TABLE_NOT_FOUND: line 1:1: Table 'nocatalog.shop.i' does not exist"),
        ("UPDATE i SET n = 1", 1301, "TABLE_NOT_FOUND: line 1:1: Table 'nocatalog.shop.i' does not exist"),
    ],
)
def test_a_context_whose_catalog_is_not_there_has_no_rows(
    elsewhere: Any, text: str, number: int, reason: str
) -> None:
    """2026-09-25."""
    assert _failure(elsewhere, text)[:3] == (2, number, reason)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "SELECT * FROM awsdatacatalog.shop.t",
        "SHOW TABLES",
        "SHOW DATABASES",
        "DESCRIBE t",
        "SHOW CREATE TABLE i",
        "SHOW TBLPROPERTIES i",
        "CREATE EXTERNAL TABLE c (n int) LOCATION 's3://b/c/'",
        "ALTER TABLE i ADD COLUMNS (c string)",
        "CREATE VIEW w AS SELECT n FROM t",
        "SHOW CREATE VIEW v",
        "DROP VIEW IF EXISTS v",
        "CREATE SCHEMA d",
        "SHOW FUNCTIONS",
        "OPTIMIZE i REWRITE DATA USING BIN_PACK",
        "VACUUM i",
        "DROP TABLE IF EXISTS t",
    ],
)
def test_definitions_mean_the_default_catalog_then(elsewhere: Any, text: str) -> None:
    """2026-09-25."""
    elsewhere.outcome(text)
