"""FROM: joins, UNNEST, LATERAL, samples. https://trino.io/docs/current/sql/select.html#from-clause

What is refused, and how: Trino's StatementAnalyzer,
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/sql/analyzer
"""

import pytest

from tests.emulator.athena.sql.running import Runner

A = "(VALUES (1, 'a'), (2, 'b')) AS a(k, x)"
B = "(VALUES (2, 'c'), (3, 'd')) AS b(k, y)"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (f"SELECT * FROM {A} FULL JOIN {B} USING (k)", [(1, "a", None), (2, "b", "c"), (3, None, "d")]),
        (f"SELECT k, a.*, b.* FROM {A} JOIN {B} USING (k)", [(2, "b", "c")]),
        (f"SELECT * FROM {A} FULL JOIN {B} ON a.k = b.k AND a.k > 5",
         [(1, "a", None, None), (2, "b", None, None), (None, None, 2, "c"), (None, None, 3, "d")]),
        (f"SELECT count(*) FROM {A} LEFT JOIN {B} ON NULL", [(2,)]),
        # NaN is equal to nothing, not even in a join
        ("SELECT count(*) FROM (VALUES nan()) a(k) JOIN (VALUES nan()) b(k) USING (k)", [(0,)]),
        ("SELECT k FROM (VALUES 1) a(k) JOIN (VALUES BIGINT '1') b(k) USING (k) JOIN (VALUES 1e0) c(k) "
         "USING (k)", [(1.0,)]),
        # arrays and maps of unequal lengths, side by side
        ("SELECT p1, k, v, o FROM (VALUES (ARRAY[7], MAP(ARRAY['x', 'y'], ARRAY[1, 2]))) t(p, m) "
         "CROSS JOIN UNNEST(p, m) WITH ORDINALITY u(p1, k, v, o)", [(7, "x", 1, 1), (None, "y", 2, 2)]),
        ("SELECT p1, k, o FROM (VALUES (ARRAY[7, 8], MAP(ARRAY['x'], ARRAY[1]))) t(p, m) "
         "LEFT JOIN UNNEST(m, p) WITH ORDINALITY u(k, v, p1, o) ON TRUE", [(7, "x", 1), (8, None, 2)]),
        ("SELECT q1, o FROM (VALUES (ARRAY[], ARRAY['a']), (NULL, NULL), (NULL, ARRAY[])) t(p, q) "
         "LEFT JOIN UNNEST(p, q) WITH ORDINALITY u(p1, q1, o) ON TRUE",
         [("a", 1), (None, None), (None, None)]),
        ("SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'a'), NULL, ROW(2, 'b')]) t(a, b)",
         [(1, "a"), (None, None), (2, "b")]),
        (f"SELECT k, z FROM {A} LEFT JOIN LATERAL (SELECT a.k * 2 AS z WHERE a.k > 1) b ON TRUE",
         [(1, None), (2, 4)]),
        (f"SELECT k, n FROM {A} CROSS JOIN LATERAL (SELECT count(*) AS n FROM {B} WHERE b.k > a.k) c",
         [(1, 2), (2, 1)]),
        # without a reference to the left side LATERAL may stand right of any join
        (f"SELECT a.k, z FROM {A} RIGHT JOIN LATERAL (SELECT 2 AS z) b ON a.k = z", [(2, 2)]),
        ("SELECT count(*) FROM orders TABLESAMPLE BERNOULLI (0)", [(0,)]),
    ],
)  # fmt: skip
def test_a_relation(athena: Runner, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert sorted(athena.rows(sql), key=repr) == sorted(rows, key=repr)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (f"SELECT a.k FROM {A} JOIN {B} USING (k)", "COLUMN_NOT_FOUND: line 1:8: Column 'a.k' cannot be"),
        (f"SELECT 1 FROM {A} JOIN {B} USING (k, K)",
         "DUPLICATE_COLUMN_NAME: line 1:108: Column 'K' appears multiple times in USING clause"),
        (f"SELECT 1 FROM {A} RIGHT JOIN LATERAL (SELECT a.k AS z) b ON TRUE",
         "INVALID_COLUMN_REFERENCE: line 1:81: LATERAL reference not allowed in RIGHT JOIN"),
        (f"SELECT 1 FROM {A} FULL JOIN LATERAL (SELECT nope) b ON TRUE",
         "COLUMN_NOT_FOUND: line 1:80: Column 'nope' cannot be resolved"),
        (f"SELECT 1 FROM {A} JOIN {B} ON count(*) > 1",
         "EXPRESSION_NOT_SCALAR: line 1:110: JOIN clause cannot contain aggregations, window functions or "
         "grouping operations: [count(*)]"),
        ('SELECT "$path" FROM orders AS o(a, b, c, d, e, f, g, h, i)',
         "COLUMN_NOT_FOUND: line 1:8: Column '$path' cannot be resolved"),
        ("SELECT 1 FROM orders TABLESAMPLE BERNOULLI (101)",
         "NUMERIC_VALUE_OUT_OF_RANGE: line 1:45: Sample percentage must be less than or equal to 100"),
        ("SELECT 1 FROM orders TABLESAMPLE BERNOULLI (NULL)",
         "INVALID_ARGUMENTS: line 1:45: Sample percentage cannot be NULL"),
        ("SELECT 1 FROM (VALUES 1, 'a') t(x)",
         "TYPE_MISMATCH: line 1:16: Values rows have mismatched types: row(integer) vs row(varchar(1))"),
        ("SELECT MAP() UNION SELECT MAP(ARRAY[1], ARRAY[approx_set(1)])", "NOT_SUPPORTED: line 1:47:"),
        ("SELECT 1 FROM (SELECT * FROM orders) TABLESAMPLE SYSTEM (50)",
         "NOT_SUPPORTED: line 1:38: TABLESAMPLE SYSTEM of what is no table is not supported"),
        ("SELECT 1 > 'a'", "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer < varchar(1)"),
        ("SELECT 1 <> 'a'", "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer = varchar(1)"),
        ("SELECT 1 IS NOT DISTINCT FROM 'a'",
         "TYPE_MISMATCH: line 1:10: Cannot check if integer is distinct from varchar(1)"),
        ("SELECT +DECIMAL '1'",
         "TYPE_MISMATCH: line 1:8: Unary '+' operator cannot by applied to decimal(1,0) type"),
        ("SELECT ROW(1, 2)[3]",
         "INVALID_FUNCTION_ARGUMENT: line 1:18: Subscript index out of bounds: 3, max value is 2"),
        ("SELECT ROW(1, 2)[-1]",
         "INVALID_FUNCTION_ARGUMENT: line 1:18: Invalid subscript index: -1. ROW indices start at 1"),
        ("SELECT ROW(1, 2)[1 + 1]",
         "EXPRESSION_NOT_CONSTANT: line 1:20: Subscript expression on ROW requires a constant index"),
        ("SELECT ARRAY[1]['a']",
         "TYPE_MISMATCH: line 1:8: Cannot use varchar(1) for subscript of array(integer)"),
    ],
)  # fmt: skip
def test_what_fails(athena: Runner, sql: str, message: str) -> None:
    assert athena.error(sql).startswith(message)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("nan() > ALL (SELECT 1e0)", False),
        ("nan() <> ALL (SELECT nan())", True),
        ("1e0 < ALL (SELECT nan())", False),
        ("2e0 > ALL (VALUES 1e0, NULL)", None),
        ("2e0 > ANY (VALUES 1e0, NULL)", True),
        ("2e0 >= ALL (SELECT 1e0 WHERE false)", True),
        ("NULL >= ANY (SELECT 1e0 WHERE false)", False),
        ("(1, 2) = ANY (VALUES (1, 2), (3, NULL))", True),
        ("(3, 2) = ANY (VALUES (1, 2), (3, NULL))", None),
        ("(1, 2) <> ALL (VALUES (1, 3), (3, NULL))", True),
        ("(1, 2) < ALL (VALUES (1, 3), (2, 0))", True),
        ("ARRAY[1] >= SOME (VALUES ARRAY[0, 5], ARRAY[7])", True),
    ],
)
def test_a_quantified_comparison(athena: Runner, condition: str, value: bool | None) -> None:
    # https://trino.io/docs/current/functions/comparison.html#quantified-comparison-predicates-all-any-and-some
    assert athena.value(condition) is value


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        # an aggregate function belongs to the query that it stands in, whichever columns it names
        ("SELECT x, (SELECT sum(x) FROM (VALUES 9, 8) u(y)) FROM (VALUES 1, 2) t(x)", [(1, 2), (2, 4)]),
        ("SELECT x, (SELECT sum(x)) FROM (VALUES 1, 2) t(x)", [(1, 1), (2, 2)]),
        ("SELECT x, (SELECT count(*) FILTER (WHERE x > 1) FROM (VALUES 9, 8) u(y)) FROM (VALUES 1, 2) t(x)",
         [(1, 0), (2, 2)]),
        ("SELECT x, EXISTS (SELECT 1 FROM (VALUES 9, 8) u(y) HAVING sum(x) > 3) FROM (VALUES 1, 2) t(x)",
         [(1, False), (2, True)]),
        ("SELECT x FROM (VALUES 1, 2) t(x) WHERE x = (SELECT max(x) FROM (VALUES 9, 8) u(y))", [(1,), (2,)]),
        ("SELECT x, (SELECT sum((SELECT z FROM (VALUES 1, 2) v(z) WHERE z = x)) FROM (VALUES 9, 8) u(y)) "
         "FROM (VALUES 1, 2) t(x)", [(1, 2), (2, 4)]),
        ("SELECT x, z FROM (VALUES 1, 2) t(x) CROSS JOIN LATERAL (SELECT sum(x) AS z) v", [(1, 1), (2, 2)]),
        ("SELECT id, (SELECT count(o.id) FROM customers) FROM orders o", [(1, 2), (2, 2), (3, 2)]),
        ("SELECT x, (SELECT max(v) FROM UNNEST(a) u(v)) FROM (VALUES (1, ARRAY[1, 5]), (2, NULL)) t(x, a)",
         [(1, 5), (2, None)]),
        ("SELECT x IN (SELECT y FROM (VALUES 1, NULL) u(y) WHERE y = x OR x = 5) FROM (VALUES 1, 2, 5) t(x)",
         [(True,), (False,), (None,)]),
        ("SELECT count(DISTINCT r) FROM (WITH a AS (SELECT random() AS r) SELECT r FROM a UNION ALL "
         "SELECT r FROM a)", [(2,)]),
    ],
)  # fmt: skip
def test_a_query_in_a_query(athena: Runner, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert sorted(athena.rows(sql), key=repr) == sorted(rows, key=repr)


def test_several_rows_where_one_is_wanted(athena: Runner) -> None:
    sql = "SELECT x, (SELECT y FROM (VALUES 1, 2, 2) u(y) WHERE y = x) FROM (VALUES {}) t(x)"
    assert athena.rows(sql.format("1, 3")) == [(1, 1), (3, None)]
    message = "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows"
    assert athena.error(sql.format("1, 2")) == message


def test_a_sample_of_files(athena: Runner) -> None:
    """All rows of a file, or none."""
    counted = 'SELECT "$path", count(*) FROM orders TABLESAMPLE SYSTEM (50) GROUP BY 1'
    seen = set()
    for _ in range(40):
        rows = athena.rows(counted)
        assert set(rows) <= {("s3://b/1", 1), ("s3://b/2", 2)}
        seen.add(len(rows))
    assert len(seen) > 1, "forty draws were all the same"
    assert athena.rows("SELECT count(*) FROM orders TABLESAMPLE SYSTEM (100)") == [(3,)]
    assert athena.rows("SELECT count(*) FROM orders AS o TABLESAMPLE SYSTEM (0)") == [(0,)]
