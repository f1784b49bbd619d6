"""Statements that StartQueryExecution refuses, and its words, as they were measured on Athena.

athena-local's measurements of 2026-09-20 to 2026-09-26; names are shorter here, and places with them.
"""

from typing import Any

import pytest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.check import check

STATEMENTS = (
    "'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', "
    "'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', "
    "'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UNLOAD', 'UPDATE', 'USE', <query>"
)
ALTERS = "Expecting: '.', 'ADD', 'DROP', 'EXECUTE', 'RENAME', 'SET'"
NO_LOCATION = "No location was specified for table. An S3 location must be specified"
ICEBERG = "LOCATION 's3://b/x/' TBLPROPERTIES ('table_type'='ICEBERG')"
CREATED = (
    "{<EOF>, '(', 'SELECT', 'FROM', 'AS', 'ROW', 'WITH', 'VALUES', 'TABLE', 'INSERT', 'MAP', 'COMMENT', "
    "'REDUCE', 'TBLPROPERTIES', 'SKEWED', 'STORED', 'LOCATION', 'CLUSTERED', 'PARTITIONED'}"
)


def _said(lab: Any, text: str) -> tuple[str, str]:
    """AthenaErrorCode and message."""
    with pytest.raises(QueryError) as refused:
        check(text, database="shop", catalog=lab.catalog)
    error = refused.value
    place = "" if error.line is None else f"line {error.line}:{error.column}: "
    return error.name, f"{place}{error.message}"


def _viable(place: str, shown: str) -> str:
    return f"line {place}: no viable alternative at input '{shown}'"


@pytest.fixture
def tables(lab: Any) -> Any:
    lab.outcome("CREATE EXTERNAL TABLE t (n int) LOCATION 's3://b/t/'")
    lab.catalog.create_table(DatabaseName="shop", TableInput={"Name": "v", "TableType": "VIRTUAL_VIEW"})
    return lab


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELEC 1", f"line 1:1: mismatched input 'SELEC'. Expecting: {STATEMENTS}"),
        ('MSCK REPAIR TABLE "t"', f"line 1:1: mismatched input 'MSCK'. Expecting: {STATEMENTS}"),
        (
            'OPTIMIZE"t" REWRITE DATA USING BIN_PACK',
            f"line 1:1: mismatched input 'OPTIMIZE'. Expecting: {STATEMENTS}",
        ),
        ("SELECT FROM", "Queries of this type are not supported"),
        ("SELECT;", "line 1:7: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>"),
        ("SELECT 1 +;", "line 1:11: mismatched input '<EOF>'. Expecting: <expression>"),
        (
            "CREATE OR REPLACE TABLE t AS SELECT 1 AS n",
            "line 1:19: mismatched input 'TABLE'. Expecting: 'MATERIALIZED', 'MULTI', 'PROTECTED', 'VIEW'",
        ),
        # names in double quotes
        ('DESCRIBE "t"', _viable("1:10", 'DESCRIBE "t"')),
        ('DESC"t"', _viable("1:5", 'DESC"t"')),
        ('/* c */ DESCRIBE "t"', _viable("1:18", 'DESCRIBE "t"')),
        ('DESCRIBE\n"t"', _viable("2:1", 'DESCRIBE\\n"t"')),
        ('DESCRIBE shop."t"', _viable("1:15", 'shop."t"')),
        ('DESCRIBE awsdatacatalog."shop".t', _viable("1:25", 'awsdatacatalog."shop"')),
        ('SHOW COLUMNS IN shop."t"', _viable("1:22", 'shop."t"')),
        ('SHOW CREATE TABLE "t"', "Queries of this type are not supported"),
        ('SHOW CREATE TABLE shop."t"', "Queries of this type are not supported"),
        ('DROP TABLE shop."nope"', _viable("1:17", 'shop."nope"')),
        ('ALTER TABLE "nope" RENAME TO x', _viable("1:13", 'ALTER TABLE "nope"')),
        ('ALTER TABLE shop."nope" RENAME TO x', _viable("1:18", 'ALTER TABLE shop."nope"')),
        (
            'ALTER TABLE awsdatacatalog."shop".nope RENAME TO x',
            _viable("1:28", 'ALTER TABLE awsdatacatalog."shop"'),
        ),
        (
            'ALTER TABLE "t" ADD COLUMNS (m1 int)',
            "line 1:21: mismatched input 'COLUMNS'. Expecting: '.', 'ADD'",
        ),
        ('DESCRIBE EXTENDED "t"', "line 1:19: mismatched input '\"t\"'. Expecting: '.', <EOF>"),
        ('CREATE TABLE "x" (n int)', _viable("1:14", 'CREATE TABLE "x"')),
        ('CREATE TABLE IF NOT EXISTS "t" (n int)', _viable("1:28", 'CREATE TABLE IF NOT EXISTS "t"')),
        ('DESCRIBE "s3tablescatalog/b".ns.t', "Unsupported DDL with 2 catalogs"),
        ('SHOW COLUMNS FROM "s3tablescatalog/b"."ns"."t"', "Unsupported DDL with 2 catalogs"),
        ('SHOW CREATE TABLE "s3tablescatalog/b".ns.t', "Queries of this type are not supported"),
        # names of more than three parts
        ("DESCRIBE a.b.c.d", "Invalid table name a.b.c.d"),
        ('DESCRIBE A."B".c.d', "Invalid table name a.b.c.d"),
        ("SHOW COLUMNS FROM a.b.c.d", "Invalid table name a.b.c.d"),
        ("SHOW CREATE TABLE a.b.c.d.e", "Invalid table name a.b.c.d.e"),
        ("CREATE TABLE a.b.c.d AS SELECT 1 AS n", "Invalid table name a.b.c.d"),
        ("DROP TABLE a.b.c.d", "line 1:17: mismatched input '.' expecting {<EOF>, 'PURGE'}"),
        ("ALTER TABLE a.b.c.d RENAME TO x", _viable("1:18", "ALTER TABLE a.b.c.")),
        ("CREATE TABLE a.b.c.d (n int)", f"line 1:19: mismatched input '.' expecting {CREATED}"),
        (
            "CREATE TABLE IF NOT EXISTS a.b.c.d (n int)",
            f"line 1:33: mismatched input '.' expecting {CREATED}",
        ),
        ("SHOW TABLES IN a.b.c", "line 1:19: mismatched input '.' expecting {<EOF>, 'LIKE', STRING}"),
        ('SHOW TABLES IN a.b."c"', "line 1:19: extraneous input '.' expecting {<EOF>, 'LIKE', STRING}"),
        # ALTER TABLE
        ("ALTER TABLE IF EXISTS t RENAME TO x", _viable("1:16", "ALTER TABLE IF EXISTS")),
        ("alter table if exists t add column m int", _viable("1:16", "alter table if exists")),
        ("ALTER TABLE\nIF EXISTS t DROP COLUMN m", _viable("2:4", "ALTER TABLE\\nIF EXISTS")),
        (
            "ALTER TABLE IF EXISTS t ALTER COLUMN m SET DATA TYPE bigint",
            "line 1:25: mismatched input 'ALTER'. Expecting: '.', 'ADD', 'DROP', 'RENAME'",
        ),
        (
            "ALTER TABLE IF EXISTS t ADD COLUMNS (m int)",
            "line 1:29: mismatched input 'COLUMNS'. Expecting: '.', 'ADD'",
        ),
        (
            "ALTER TABLE IF EXISTS t EXECUTE optimize",
            "line 1:25: mismatched input 'EXECUTE'. Expecting: '.', 'ADD', 'DROP', 'RENAME'",
        ),
        ("ALTER TABLE t ADD COLUMN m int", _viable("1:19", "ALTER TABLE t ADD COLUMN")),
        ("ALTER TABLE t ADD /* c */ COLUMN m int", _viable("1:27", "ALTER TABLE t ADD /* c */ COLUMN")),
        ("ALTER TABLE t RENAME COLUMN a TO b", "line 1:22: missing 'TO' at 'COLUMN'"),
        ("alter table t rename column a to b", "line 1:22: missing 'TO' at 'column'"),
        ("ALTER TABLE t SET PROPERTIES x = 1", _viable("1:19", "ALTER TABLE t SET PROPERTIES")),
        ("ALTER TABLE t SET AUTHORIZATION x", _viable("1:19", "ALTER TABLE t SET AUTHORIZATION")),
        ("ALTER TABLE t EXECUTE optimize", _viable("1:15", "ALTER TABLE t EXECUTE")),
        (
            "ALTER TABLE t ALTER COLUMN m SET DATA TYPE bigint",
            f"line 1:15: mismatched input 'ALTER'. {ALTERS}",
        ),
        ("ALTER TABLE t REPLACE COLUMN (n int)", f"line 1:15: mismatched input 'REPLACE'. {ALTERS}"),
        (
            "ALTER TABLE t DROP COLUMN IF EXISTS m",
            "line 1:30: mismatched input 'EXISTS' expecting {<EOF>, '.'}",
        ),
        ("ALTER TABLE t DROP COLUMNS (m)", "line 1:20: mismatched input 'COLUMNS'. Expecting: '.', 'DROP'"),
        # CREATE TABLE
        ("CREATE TABLE t (n int)", NO_LOCATION),
        ("CREATE TABLE AwsDataCatalog.shop.t (n int)", NO_LOCATION),
        ("CREATE TABLE t (LIKE u)", NO_LOCATION),
        ("CREATE TABLE t (`n` int)", NO_LOCATION),
        ("CREATE TABLE t (n int) LOCATION 's3://b/x/'", "External keyword required for table type HIVE"),
        ("CREATE TABLE t (n int NOT NULL)", _viable("1:23", "CREATE TABLE t (n int NOT")),
        (
            f"CREATE TABLE t (n int NOT NULL, s string) {ICEBERG}",
            "line 1:43: mismatched input 'LOCATION'. Expecting: 'COMMENT', 'WITH', <EOF>",
        ),
        (
            "CREATE TABLE t (n int NOT NULL, s varchar) WITH (table_type = 'ICEBERG')",
            _viable("1:23", "CREATE TABLE t (n int NOT"),
        ),
        ("CREATE TABLE t (n int) WITH (format = 'ORC')", _viable("1:29", "CREATE TABLE t (n int) WITH (")),
        ("CREATE TABLE t (n row(a int))", _viable("1:23", "CREATE TABLE t (n row(a")),
        (
            "CREATE TABLE t (n row(a int)) LOCATION 's3://b/x/'",
            "line 1:31: mismatched input 'LOCATION'. Expecting: 'COMMENT', 'WITH', <EOF>",
        ),
        (
            "CREATE TABLE t (n int, m map(varchar, int))",
            _viable("1:30", "CREATE TABLE t (n int, m map(varchar"),
        ),
        ("CREATE TABLE t (LIKE shop.u)", _viable("1:26", "CREATE TABLE t (LIKE shop.")),
        (
            "CREATE TABLE t (n timestamp(3) with time zone)",
            _viable("1:32", "CREATE TABLE t (n timestamp(3) with"),
        ),
        ("CREATE TABLE t (n double precision)", _viable("1:26", "CREATE TABLE t (n double precision")),
        ('CREATE TABLE t ("n" int)', _viable("1:17", 'CREATE TABLE t ("n"')),
        ('CREATE TABLE t (n "int")', _viable("1:19", 'CREATE TABLE t (n "int"')),
        (
            "CREATE TABLE t (n int) TBLPROPERTIES ('table_type'='ICEBERG') LOCATION 's3://b/x/'",
            "line 1:24: mismatched input 'TBLPROPERTIES'. Expecting: 'COMMENT', 'WITH', <EOF>",
        ),
    ],
)
def test_what_is_malformed(tables: Any, text: str, message: str) -> None:
    assert _said(tables, text) == ("MALFORMED_QUERY", message)


@pytest.mark.parametrize(
    "kind",
    [
        *("integer", "varchar", "timestamp(3)", "string", "array<int>", "uuid", "json", "foo", "decimal"),
        *("struct<a:int,b:string>", "map<string,int>", "varchar(10, 2)", "INT", "time(3)"),
    ],
)
def test_types_are_looked_at_after_the_location(lab: Any, kind: str) -> None:
    assert _said(lab, f"CREATE TABLE t (n {kind})") == ("MALFORMED_QUERY", NO_LOCATION)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('DESCRIBE awsdatacatalog.shop."t"', "1:30"),
        ('SHOW COLUMNS FROM "t"', "1:19"),
        ('DROP TABLE "nope"', "1:12"),
        ('DROP TABLE IF EXISTS "nope"', "1:22"),
        ('SHOW TABLES IN "shop"', "1:16"),
        ('SHOW TABLES IN awsdatacatalog."shop"', "1:31"),
    ],
)
def test_what_is_said_with_a_list_that_is_not_published(tables: Any, text: str, place: str) -> None:
    """AWS says what it expected in the place of the name; of that list only the beginning is known."""
    quoted = next(part for part in text.replace(".", " ").split() if part.startswith('"'))
    assert _said(tables, text) == ("MALFORMED_QUERY", f"line {place}: mismatched input '{quoted}'")


def test_a_query_of_no_table(lab: Any) -> None:
    assert _said(lab, "SELECT 1\nFROM") == ("INVALID_INPUT", "Queries of this type are not supported")


@pytest.mark.parametrize("text", ['DESCRIBE "v"', "DESCRIBE v", 'SHOW COLUMNS FROM "v"', 'DESC shop."v"'])
def test_views_have_names_in_quotes(tables: Any, text: str) -> None:
    check(text, database="shop", catalog=tables.catalog)
    assert [column.name for column in tables.outcome(text).columns] == ["column", "type"]


@pytest.mark.parametrize(
    "text", ["DESCRIBE nope", 'DESCRIBE "nope"', "DESCRIBE nodb.t", 'SHOW COLUMNS IN "nope"', 'DESC "日本"']
)
def test_what_is_not_there_is_told_before_how_it_is_written(tables: Any, text: str) -> None:
    code, message = _said(tables, text)
    assert code == "INVALID_INPUT"
    assert message.startswith("Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; ")


@pytest.mark.parametrize("text", ["CREATE TABLE NoCat.shop.t (n int)", "DESCRIBE NoCat.shop.t"])
def test_a_catalog_that_is_not_there_is_told_as_it_is_written(lab: Any, text: str) -> None:
    assert _said(lab, text) == ("DATACATALOG_NOT_FOUND", "Catalog 'NoCat' does not exist")


def test_columns_are_read_before_a_catalog_is_missed(lab: Any) -> None:
    text = "CREATE TABLE nocat.shop.t (n int NOT NULL)"
    assert _said(lab, text) == ("MALFORMED_QUERY", _viable("1:34", "CREATE TABLE nocat.shop.t (n int NOT"))
