"""WITH RECURSIVE. https://trino.io/docs/current/sql/select.html#with-recursive-clause

What is refused, and how: `analyzeWith` of
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
and `planExpand` of QueryPlanner, which keeps UNION DISTINCT for the end.
"""

import pytest

from tests.emulator.athena.sql.running import Runner

BEGIN = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL "


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (BEGIN + "(SELECT n + 1 FROM t WHERE n < 3)) SELECT * FROM t", [(1,), (2,), (3,)]),
        (BEGIN + "SELECT n + 1 FROM (SELECT n FROM t) WHERE n < 3) SELECT * FROM t", [(1,), (2,), (3,)]),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n % 3 + v FROM t, (VALUES 1, 1) u(v) WHERE n < 3) "
         "SELECT * FROM t", [(1,), (2,), (3,)]),
        ("WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t", [(1,)]),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM t", [(1,), (2,)]),
        ("WITH RECURSIVE t(n) AS (SELECT 1.5e0 UNION ALL SELECT 2 FROM t WHERE n < 2) SELECT * FROM t",
         [(1.5,), (2.0,)]),
        (BEGIN + "SELECT n FROM t JOIN (WITH t AS (SELECT 5 AS m) SELECT m FROM t) u ON n > m) "
         "SELECT * FROM t", [(1,)]),
    ],
)  # fmt: skip
def test_a_recursion(athena: Runner, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert sorted(athena.rows(sql)) == rows


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("WITH RECURSIVE t AS (SELECT 1 AS n)",
         "MISSING_COLUMN_ALIASES: line 1:16: missing column aliases in recursive WITH query"),
        ("WITH RECURSIVE t(n) AS (SELECT n FROM t)",
         "INVALID_RECURSIVE_REFERENCE: line 1:39: recursive reference not allowed in this context"),
        ("WITH RECURSIVE t(n) AS (SELECT n FROM t UNION ALL SELECT 1)",
         "INVALID_RECURSIVE_REFERENCE: line 1:39: WITH table name is referenced in the base relation"),
        (BEGIN + "SELECT a.n FROM t a, t b)",
         "INVALID_RECURSIVE_REFERENCE: line 1:65: multiple recursive references in the step relation"),
        (BEGIN + "SELECT 1 WHERE EXISTS (SELECT * FROM t))",
         "INVALID_RECURSIVE_REFERENCE: line 1:81: recursive reference outside of FROM clause of the step"),
        (BEGIN + "SELECT n FROM (VALUES 1) x(z) LEFT JOIN t ON n = z)",
         "INVALID_RECURSIVE_REFERENCE: line 1:84: recursive reference in right source of LEFT join"),
        (BEGIN + "SELECT n FROM t FULL JOIN (VALUES 1) x(z) ON n = z)",
         "INVALID_RECURSIVE_REFERENCE: line 1:58: recursive reference in left source of FULL join"),
        (BEGIN + "SELECT n FROM (SELECT 1 AS n EXCEPT SELECT n FROM t))",
         "INVALID_RECURSIVE_REFERENCE: line 1:94: recursive reference in right relation of EXCEPT DISTINCT"),
        (BEGIN + "SELECT n FROM (SELECT 1 AS n INTERSECT ALL SELECT n FROM t))",
         "INVALID_RECURSIVE_REFERENCE: line 1:101: recursive reference in INTERSECT ALL"),
        (BEGIN + "(SELECT n FROM t LIMIT 1))",
         "INVALID_LIMIT_CLAUSE: line 1:61: FETCH FIRST / LIMIT clause in the step relation of recursion"),
        (BEGIN + "SELECT n FROM t LIMIT 1)",
         "INVALID_LIMIT_CLAUSE: line 1:60: immediate FETCH FIRST / LIMIT clause in recursive query"),
        (BEGIN + "SELECT n FROM t ORDER BY 1)",
         "NOT_SUPPORTED: line 1:60: immediate ORDER BY clause in recursive query"),
        (BEGIN + "SELECT n FROM t OFFSET 1)",
         "NOT_SUPPORTED: line 1:60: immediate OFFSET clause in recursive query"),
        ("WITH RECURSIVE t(n) AS (WITH u AS (SELECT 1) SELECT 1 UNION ALL SELECT n FROM t)",
         "NOT_SUPPORTED: line 1:25: immediate WITH clause in recursive query"),
        ("WITH RECURSIVE t(n) AS (WITH RECURSIVE u(m) AS (SELECT 1) SELECT m FROM u)",
         "NESTED_RECURSIVE: line 1:25: nested recursive WITH query"),
        (BEGIN + "SELECT n, n FROM t)",
         "TYPE_MISMATCH: line 1:44: base and step relations of recursion have different number of fields: "
         "1, 2"),
        (BEGIN + "SELECT n + 1e0 FROM t)",
         "TYPE_MISMATCH: line 1:44: recursion step relation output type (double) is not coercible to "
         "recursion base relation output type (integer) at column 1"),
        ("WITH t(x, X) AS (SELECT 1, 2)",
         "DUPLICATE_COLUMN_NAME: line 1:11: Column name 'X' specified more than once"),
        ("WITH t(x, y) AS (SELECT 1)",
         "MISMATCHED_COLUMN_ALIASES: line 1:8: Column alias list has 2 entries but relation has 1 columns"),
    ],
)  # fmt: skip
def test_a_query_of_with_that_fails(athena: Runner, query: str, message: str) -> None:
    assert athena.error(f"{query} SELECT * FROM t").startswith(message)
