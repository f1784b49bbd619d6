"""What StartQueryExecution refuses before there is an execution."""

from typing import Any

import pytest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.check import check


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1;",
        "SELECT 'a;b'",
        "(SELECT 1) UNION SELECT 2",
        "CREATE TABLE t AS (SELECT 1 AS a);",
        r"CREATE EXTERNAL TABLE t (a int COMMENT 'it\'s; as select') LOCATION 's3://b/'",
        "INSERT INTO t (a) (SELECT 1)",
        "UNLOAD (SELECT 1) TO 's3://b/p/' WITH (format = 'JSON')",
        "EXPLAIN ANALYZE (SELECT 1)",
        "DELETE FROM t WHERE a = 'x;y'",
        "DELETE FROM awsdatacatalog.shop.t;",
        "UPDATE t SET a = a + 1, b = (SELECT max(x) FROM u) WHERE c IS NULL",
        "MERGE INTO t USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED THEN DELETE "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
        "-- c\nEXPLAIN DELETE FROM t",
        "OPTIMIZE t REWRITE DATA USING BIN_PACK",
        "OPTIMIZE shop.t REWRITE DATA USING BIN_PACK WHERE dt = '2024-01-01';",
        "VACUUM shop.t",
        "SELECT * FROM t FOR TIMESTAMP AS OF current_timestamp - interval '1' day",
        "DESCRIBE there",
        "DESCRIBE EXTENDED missing",
        "SHOW FUNCTIONS",
        "CREATE VIEW v AS SELECT 1 AS a",
    ],
)
def test_what_is_well_formed_may_start(lab: Any, text: str) -> None:
    lab.outcome("CREATE EXTERNAL TABLE there (a int) LOCATION 's3://b/t/'")
    check(text, database="shop", catalog=lab.catalog)


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "MALFORMED_QUERY", r"line 1:1: mismatched input '<EOF>'"),
        ("-- only", "MALFORMED_QUERY", r"line 1:8: mismatched input '<EOF>'"),
        ("SELEC 1", "MALFORMED_QUERY", r"line 1:1: mismatched input 'SELEC'"),
        ("SELECT 1; SELECT 2", "MALFORMED_QUERY", "Only one sql statement is allowed"),
        ("CREATE VIEW v AS\n SELEC 1", "MALFORMED_QUERY", r"line 2:2: mismatched input 'SELEC'"),
        ("INSERT INTO t SELECT FROM", "MALFORMED_QUERY", "line 1:22: "),
        ("UNLOAD (SELECT 1", "MALFORMED_QUERY", r"expecting '\)'"),
        ("EXPLAIN SELECT FROM", "MALFORMED_QUERY", "line 1:16: "),
        ("EXPLAIN SHOW TABLES", "MALFORMED_QUERY", "Queries of this type are not supported"),
        (
            "CREATE OR REPLACE TABLE t AS SELECT 1 AS a",
            "MALFORMED_QUERY",
            r"line 1:19: mismatched input 'TABLE'",
        ),
        ("CREATE TABLE t (a int)", "MALFORMED_QUERY", "No location was specified for table"),
        ('DROP TABLE "t"', "MALFORMED_QUERY", "line 1:12: "),
        ("DESCRIBE a.b.c.d", "MALFORMED_QUERY", "Invalid table name a.b.c.d"),
        ("DROP TABLE other.shop.t", "DATACATALOG_NOT_FOUND", "Catalog 'other' does not exist"),
        ("DELETE FROM t\nWHERE a = ", "MALFORMED_QUERY", r"line 2:10: mismatched input '<EOF>'"),
        (
            "UPDATE t AS x SET a = 1",
            "MALFORMED_QUERY",
            r"line 1:10: mismatched input 'AS'\. Expecting: '\.', 'SET'",
        ),
        ("MERGE t USING u ON true", "MALFORMED_QUERY", r"line 1:7: mismatched input 't'\. Expecting: 'INTO'"),
        ("EXPLAIN DELETE t", "MALFORMED_QUERY", r"line 1:16: mismatched input 't'"),
        ("DELETE FROM other.shop.t", "DATACATALOG_NOT_FOUND", "Catalog 'other' does not exist"),
        ("UPDATE a.b.c.d SET a = 1", "MALFORMED_QUERY", "Invalid table name a.b.c.d"),
        ("OPTIMIZE t", "MALFORMED_QUERY", r"line 1:11: mismatched input '<EOF>'"),
        ("OPTIMIZE t REWRITE DATA USING SORT", "MALFORMED_QUERY", r"line 1:31: mismatched input 'SORT'"),
        ("OPTIMIZE t REWRITE DATA USING BIN_PACK WHERE a =", "MALFORMED_QUERY", "line 1:49: "),
        ("OPTIMIZE t REWRITE DATA USING BIN_PACK x", "MALFORMED_QUERY", "line 1:40: mismatched input 'x'"),
        ("VACUUM TABLE t", "MALFORMED_QUERY", "line 1:14: mismatched input 't'"),
        ("VACUUM t FULL", "MALFORMED_QUERY", "line 1:10: mismatched input 'FULL'"),
        ("DESCRIBE missing", "INVALID_INPUT", "Entity Not Found"),
        ("SHOW COLUMNS IN missing", "INVALID_INPUT", "Entity Not Found"),
        ("GRANT SELECT ON t TO r", "MALFORMED_QUERY", "no viable alternative at input 'GRANT'"),
    ],
)
def test_what_is_not_is_refused_with_aws_code(lab: Any, text: str, name: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as refused:
        check(text, database="shop", catalog=lab.catalog)
    assert refused.value.name == name
