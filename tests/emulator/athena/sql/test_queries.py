"""Clauses of a query. https://trino.io/docs/current/sql/select.html"""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.emulator.athena.sql.running import Runner

ZONED = "(VALUES TIMESTAMP '2020-01-01 10:00:00 UTC', TIMESTAMP '2020-01-01 11:00:00 +01:00') AS v(x)"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT o.ID, c.Credit FROM Orders o JOIN customers c ON o.customer = c.name",
         [(1, Decimal("10.25"))]),
        ("SELECT o.id, name FROM orders o FULL JOIN customers c ON customer = name ORDER BY 1, 2",
         [(1, "ann"), (2, None), (3, None), (None, "cid")]),
        ("SELECT id, hour FROM orders JOIN (VALUES (2), (9)) AS v(id) USING (id)", [(2, 11)]),
        ("SELECT id FROM orders LEFT JOIN (VALUES 2, 9) AS v(id) USING (id) ORDER BY id DESC",
         [(3,), (2,), (1,)]),
        ("SELECT id, t FROM orders CROSS JOIN UNNEST(tags) AS u(t) ORDER BY 2",
         [(1, "x"), (1, "y"), (2, "z")]),
        ("SELECT id, t, n FROM orders LEFT JOIN UNNEST(tags) WITH ORDINALITY AS u(t, n) ON true "
         "ORDER BY id, n",
         [(1, "x", 1), (1, "y", 2), (2, "z", 1), (3, None, None)]),
        ("SELECT id, item.sku, item.n FROM orders, UNNEST(items) AS u(item) WHERE item.n > 1 ORDER BY 1",
         [(1, "b", 2), (2, "a", 5)]),
        ("SELECT k, v FROM orders CROSS JOIN UNNEST(attrs) AS u(k, v) ORDER BY v", [("k", 1), ("k", 2)]),
        ("SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a', 'b', 'c']) AS u(n, s)",
         [(1, "a"), (2, "b"), (None, "c")]),
        ("SELECT dt, count(*), sum(id) FROM orders GROUP BY dt ORDER BY dt",
         [("2024-01-01", 1, 1), ("2024-01-02", 2, 5)]),
        ("SELECT dt || '!' d, max(id) FROM orders GROUP BY 1 HAVING count(*) > 1", [("2024-01-02!", 3)]),
        ("SELECT count(*) FROM orders WHERE id > 99", [(0,)]),
        ("SELECT dt, hour, grouping(dt, hour) FROM orders GROUP BY GROUPING SETS ((dt), ()) ORDER BY 1",
         None),
        ("SELECT dt, sum(id), grouping(dt) FROM orders GROUP BY ROLLUP (dt) ORDER BY dt",
         [("2024-01-01", 1, 0), ("2024-01-02", 5, 0), (None, 6, 1)]),
        ("SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY CUBE (dt, hour))", [(9,)]),
        ("SELECT id, rank() OVER (PARTITION BY dt ORDER BY id DESC) FROM orders ORDER BY id",
         [(1, 1), (2, 2), (3, 1)]),
        ("SELECT dt, sum(sum(id)) OVER (ORDER BY dt) FROM orders GROUP BY dt ORDER BY 1",
         [("2024-01-01", 1), ("2024-01-02", 6)]),
        ("SELECT first_value(id) OVER w FROM orders WINDOW w AS (PARTITION BY dt ORDER BY id) ORDER BY 1",
         [(1,), (2,), (2,)]),
        ("SELECT count(*) FILTER (WHERE id > 1), array_agg(id ORDER BY id DESC) FROM orders",
         [(2, [3, 2, 1])]),
        ("SELECT customer FROM orders ORDER BY customer", [("ann",), ("bob",), (None,)]),
        ("SELECT customer FROM orders ORDER BY customer DESC", [("bob",), ("ann",), (None,)]),
        ("SELECT -id AS id FROM orders ORDER BY id", [(-3,), (-2,), (-1,)]),
        ("SELECT id FROM orders ORDER BY hour DESC OFFSET 1 LIMIT 1", [(2,)]),
        ("SELECT 1 LIMIT 0", []),
        ("SELECT 1 limit, 2 offset", [(1, 2)]),
        ("SELECT dt FROM orders ORDER BY dt DESC FETCH FIRST 1 ROW WITH TIES",
         [("2024-01-02",), ("2024-01-02",)]),
        ("SELECT DISTINCT dt FROM orders ORDER BY dt DESC", [("2024-01-02",), ("2024-01-01",)]),
        ("SELECT id FROM orders EXCEPT SELECT 2 ORDER BY 1", [(1,), (3,)]),
        ("SELECT 1 UNION SELECT 1 UNION ALL SELECT 1", [(1,), (1,)]),
        ("SELECT 1 UNION ALL SELECT DECIMAL '2.5' ORDER BY 1", [(Decimal("1.0"),), (Decimal("2.5"),)]),
        ("SELECT 1 AS x UNION ALL SELECT 2 INTERSECT SELECT 2", [(1,), (2,)]),
        ("WITH a AS (SELECT 1 AS n), b(m) AS (SELECT n + 1 FROM a) SELECT n, m FROM a, b", [(1, 2)]),
        ("WITH RECURSIVE f(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM f WHERE n < 4) SELECT sum(n) FROM f",
         [(10,)]),
        ("SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers WHERE name = o.customer)", [(1,)]),
        ("SELECT id FROM orders WHERE id >= ALL (SELECT id FROM orders)", [(3,)]),
        ("SELECT id FROM orders WHERE customer NOT IN (SELECT name FROM customers) ORDER BY 1", [(2,)]),
        ("SELECT id, (SELECT max(credit) FROM customers c WHERE c.name = o.customer) FROM orders o "
         "ORDER BY id",
         [(1, Decimal("10.25")), (2, None), (3, None)]),
        ("SELECT y.d FROM orders o CROSS JOIN LATERAL (SELECT o.id * 2 AS d) AS y ORDER BY 1",
         [(2,), (4,), (6,)]),
        (f"SELECT DISTINCT x FROM {ZONED}", [({"instant": datetime(2020, 1, 1, 10), "zone": "UTC"},)]),
        (f"SELECT count(*) FROM (SELECT x FROM {ZONED} GROUP BY x)", [(1,)]),
        ("TABLE customers", [("ann", Decimal("10.25"), 7), ("cid", Decimal("20.50"), 8)]),
        ("SELECT price > 1, price = price FROM orders ORDER BY id",
         [(True, True), (False, False), (None, None)]),
        ("SELECT table_name FROM information_schema.tables ORDER BY 1", [("customers",), ("orders",)]),
        ("SELECT data_type FROM information_schema.columns WHERE column_name = 'items'",
         [("array(row(sku varchar, n integer))",)]),
        ("SELECT schema_name FROM information_schema.schemata",
         [("shop",), ("empty",), ("information_schema",)]),
        ('SELECT count(*) FROM "awsdatacatalog"."shop"."orders"', [(3,)]),
        ('SELECT "$path" FROM orders WHERE id = 1', [("s3://b/1",)]),
    ],
)  # fmt: skip
def test_a_query(athena: Runner, sql: str, rows: list[tuple[object, ...]] | None) -> None:
    if rows is None:
        # hour is not grouped by, so that it is an error rather than a null
        message = "EXPRESSION_NOT_AGGREGATE: line 1:12: 'hour' must be an aggregate expression"
        assert athena.error(sql).startswith(message)
        return
    assert athena.rows(sql) == rows


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT nope FROM orders",
         "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved or requester is not"),
        ("SELECT * FROM nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.nope' does not exist"),
        ("SELECT * FROM nope.x", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nope' does not exist"),
        ("SELECT * FROM nope.shop.orders", "CATALOG_NOT_FOUND: line 1:15: Catalog 'nope' does not exist"),
        ("SELECT id FROM orders, customers", "AMBIGUOUS_NAME: line 1:8: Column 'id' is ambiguous"),
        ("SELECT id, count(*) FROM orders",
         "EXPRESSION_NOT_AGGREGATE: line 1:8: 'id' must be an aggregate expression or appear in "
         "GROUP BY clause"),
        ("SELECT 1 FROM orders WHERE count(*) > 1",
         "EXPRESSION_NOT_SCALAR: line 1:37: WHERE clause cannot contain aggregations, window "
         "functions or grouping"),
        ("SELECT sum(max(id)) FROM orders",
         "NESTED_AGGREGATION: line 1:8: Cannot nest aggregations inside aggregation 'sum': [max(id)]"),
        ("SELECT rank() FROM orders", "MISSING_OVER: line 1:8: Window function rank requires an OVER clause"),
        ("SELECT id FROM orders WHERE id",
         "TYPE_MISMATCH: line 1:29: WHERE clause must evaluate to a boolean: actual type integer"),
        ("SELECT DISTINCT id FROM orders ORDER BY hour",
         "EXPRESSION_NOT_IN_DISTINCT: line 1:1: For SELECT DISTINCT, ORDER BY expressions must "
         "appear in select list"),
        ("SELECT id FROM orders ORDER BY 2",
         "INVALID_COLUMN_REFERENCE: line 1:32: ORDER BY position 2 is not in select list"),
        ("SELECT 1 UNION SELECT 'x'",
         "TYPE_MISMATCH: line 1:10: column 1 in UNION query has incompatible types: integer, varchar(1)"),
        ("SELECT * FROM information_schema.table_privileges",
         "NOT_SUPPORTED: line 1:15: information_schema.table_privileges is not supported by this emulator"),
        ("SELECT 1, 2 UNION SELECT 1",
         "TYPE_MISMATCH: line 1:13: UNION query has different number of fields: 2, 1"),
        ("VALUES (1, 2), (3)", "TYPE_MISMATCH: line 1:1: Values rows have mismatched sizes: 2 vs 1"),
        ("SELECT * FROM orders NATURAL JOIN customers",
         "NOT_SUPPORTED: line 1:15: Natural join not supported"),
        ("SELECT id + 1 AS n FROM orders WHERE n > 1", "COLUMN_NOT_FOUND: line 1:38: Column 'n'"),
        ("SELECT id AS n, n + 1 FROM orders", "COLUMN_NOT_FOUND: line 1:17: Column 'n'"),
        ("SELECT dt, count(*) FROM orders GROUP BY ALL", "COLUMN_NOT_FOUND: line 1:42: Column 'ALL'"),
        ("SELECT id FROM orders ORDER BY ALL", "COLUMN_NOT_FOUND: line 1:32: Column 'ALL'"),
        ("SELECT *", "COLUMN_NOT_FOUND: line 1:8: SELECT * not allowed in queries without FROM clause"),
        ("WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a",
         "DUPLICATE_NAMED_QUERY: line 1:23: WITH query name 'a' specified more than once"),
    ],
)  # fmt: skip
def test_a_query_that_fails(athena: Runner, sql: str, message: str) -> None:
    assert athena.error(sql).startswith(message)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * EXCLUDE (id) FROM orders",
        "SELECT id FROM orders QUALIFY rank() OVER (ORDER BY id) = 1",
        "SELECT DISTINCT ON (dt) id FROM orders",
        "FROM orders",
        "SELECT [1, 2]",
        "SELECT {'a': 1}",
        "SELECT 1 == 1",
        "SELECT $1",
        "SELECT id::varchar FROM orders",
        "SELECT x FOR x IN tags",
        "SELECT 'a' ILIKE 'A'",
        "SELECT 'a' SIMILAR TO 'a'",
        "SELECT 'a' ~ 'a'",
        "SELECT 1 // 2",
        "SELECT 2 ** 3",
        "SUMMARIZE orders",
        "SELECT * FROM 's3://bucket/file.parquet'",
        "SELECT id FROM orders LIMIT 10%",
        "SELECT 1; SELECT 2",
        "PRAGMA version",
        "SELECT a.b.c.* FROM orders a GROUP BY",
    ],
)
def test_what_only_duckdb_understands_is_no_sql(athena: Runner, sql: str) -> None:
    assert athena.error(sql).startswith("line 1:")


@pytest.mark.parametrize(
    "function",
    ["read_text", "read_csv", "getenv", "list_aggr", "struct_pack", "current_setting", "glob", "error"],
)
def test_what_only_duckdb_calls_is_not_registered(athena: Runner, function: str) -> None:
    message = f"FUNCTION_NOT_FOUND: line 1:8: Function '{function}' not registered"
    assert athena.error(f"SELECT {function}('/etc/passwd')") == message


def test_names_of_columns(athena: Runner) -> None:
    plan = athena.plan('SELECT id, ID, 1, id AS "A b", orders.hour, upper(dt), dt AS dt FROM orders')
    names = [c.name for c in plan.columns]
    assert names == ["id", "ID", "_col2", "A b", "hour", "_col5", "dt"]
    assert (plan.columns[0].database, plan.columns[0].table) == ("shop", "orders")


def test_long_lists_are_not_slow(athena: Runner) -> None:
    listed = ", ".join(str(i) for i in range(10_000))
    assert athena.rows(f"SELECT id FROM orders WHERE id IN ({listed}) ORDER BY 1") == [(1,), (2,), (3,)]


def test_deep_expressions(athena: Runner) -> None:
    assert athena.value(" + ".join(["1"] * 500)) == 500
    nested = "(" * 20_000 + "1" + ")" * 20_000
    assert athena.error(f"SELECT {nested}").startswith("STATEMENT_TOO_LARGE: ")


COUNTING = "WITH RECURSIVE f(n) AS (VALUES 0 UNION ALL SELECT n + 1 FROM f{}) "


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        # ten steps after the base; the eleventh finds nothing
        (COUNTING.format(" WHERE n < 10") + "SELECT count(*), max(n) FROM f", [(11, 10)]),
        (COUNTING.format(" WHERE n < 3") + "SELECT * FROM f ORDER BY n", [(0,), (1,), (2,), (3,)]),
        ("WITH RECURSIVE walk(id, depth) AS (SELECT id, 100 FROM orders WHERE id = 1 UNION ALL "
         "SELECT o.id, w.depth + 1 FROM walk w JOIN orders o ON o.id = w.id + 1) "
         "SELECT * FROM walk ORDER BY 1",
         [(1, 100), (2, 101), (3, 102)]),
    ],
)  # fmt: skip
def test_a_recursion_within_the_depth(athena: Runner, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert athena.rows(sql) == rows


@pytest.mark.parametrize(
    "end", ["SELECT max(n) FROM f", "SELECT count(*) FROM f", "SELECT n FROM f WHERE n < 2"]
)
@pytest.mark.parametrize("condition", ["", " WHERE n < 11", " WHERE n < 1000000"])
def test_a_recursion_beyond_the_depth(athena: Runner, end: str, condition: str) -> None:
    assert athena.error(COUNTING.format(condition) + end) == (
        "NOT_SUPPORTED: Recursion depth limit exceeded (10). "
        "Use 'max_recursion_depth' session property to modify the limit."
    )
