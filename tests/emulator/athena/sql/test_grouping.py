"""GROUP BY, GROUPING and HAVING. https://trino.io/docs/current/sql/select.html#group-by-clause

What is refused, and how: Trino's StatementAnalyzer and AggregationAnalyzer,
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/sql/analyzer
"""

import pytest

from tests.emulator.athena.sql.running import Runner

PAIRS = "(VALUES (1, 2), (1, 3), (2, 2)) AS t(x, y)"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        # places in a select list with * count the columns that it stands for
        (f"SELECT * FROM {PAIRS} GROUP BY 1, 2", [(1, 2), (1, 3), (2, 2)]),
        (f"SELECT *, count(*) FROM {PAIRS} GROUP BY 2, 1", [(1, 2, 1), (1, 3, 1), (2, 2, 1)]),
        (f"SELECT t.*, x + y FROM {PAIRS} GROUP BY 1, 2, 3", [(1, 2, 3), (1, 3, 4), (2, 2, 4)]),
        (f"SELECT x, count(*), grouping(x) FROM {PAIRS} GROUP BY GROUPING SETS ((x), ())",
         [(1, 2, 0), (2, 1, 0), (None, 3, 1)]),
        (f"SELECT x, y, count(*), grouping(x, y) FROM {PAIRS} GROUP BY ROLLUP ((x, y))",
         [(1, 2, 1, 0), (1, 3, 1, 0), (2, 2, 1, 0), (None, None, 3, 3)]),
        (f"SELECT x, y, count(*) FROM {PAIRS} GROUP BY x, GROUPING SETS ((y), ())",
         [(1, 2, 1), (1, 3, 1), (2, 2, 1), (1, None, 2), (2, None, 1)]),
        ("SELECT count(*), sum(x) FROM (VALUES 1) t(x) WHERE false GROUP BY GROUPING SETS ((), (), (x))",
         [(0, None), (0, None)]),
        ("SELECT count(*) FROM (VALUES 1) t(x) WHERE false GROUP BY ()", [(0,)]),
        ("SELECT count(*) FROM (VALUES 1) t(x) WHERE false GROUP BY x", []),
        ("SELECT 1 FROM (VALUES 1, 2) t(x) HAVING true", [(1,)]),
    ],
)  # fmt: skip
def test_groups(athena: Runner, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert sorted(athena.rows(sql), key=repr) == sorted(rows, key=repr)


def test_grouping_is_an_integer(athena: Runner) -> None:
    plan = athena.plan("SELECT grouping(x) FROM (VALUES 1) t(x) GROUP BY x")
    assert str(plan.columns[0].type) == "integer"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (f"SELECT x + y FROM {PAIRS} GROUP BY x",
         "EXPRESSION_NOT_AGGREGATE: line 1:10: '(x + y)' must be an aggregate expression or appear in GROUP"),
        (f"SELECT * FROM {PAIRS} GROUP BY x",
         "EXPRESSION_NOT_AGGREGATE: Column 't.y' not in GROUP BY clause"),
        # the fields may be keys, but the row that they are taken from is none
        ("SELECT r.*, count(*) FROM (SELECT CAST(ROW(2, 'b') AS row(n integer, s varchar)) AS r) "
         "GROUP BY 1, 2", "EXPRESSION_NOT_AGGREGATE: line 1:8: 'r' must be an aggregate expression"),
        (f"SELECT x FROM {PAIRS} GROUP BY x HAVING y > 1",
         "EXPRESSION_NOT_AGGREGATE: line 1:78: '(y > 1)' must be an aggregate expression"),
        (f"SELECT x, count(*) FROM {PAIRS} GROUP BY 2",
         "EXPRESSION_NOT_SCALAR: line 1:11: GROUP BY clause cannot contain aggregations, window functions or "
         "grouping operations: [count(*)]"),
        (f"SELECT * FROM {PAIRS} GROUP BY 3",
         "INVALID_COLUMN_REFERENCE: line 1:67: GROUP BY position 3 is not in select list"),
        (f"SELECT x FROM {PAIRS} GROUP BY ROLLUP (1)",
         "INVALID_COLUMN_REFERENCE: line 1:75: GROUP BY expression must be a column reference: 1"),
        (f"SELECT x + 1 FROM {PAIRS} GROUP BY CUBE (x + 1)",
         "INVALID_COLUMN_REFERENCE: line 1:79: GROUP BY expression must be a column reference: (x + 1)"),
        (f"SELECT grouping(x) FROM {PAIRS}",
         "MISSING_GROUP_BY: line 1:1: A GROUPING() operation can only be used with a corresponding"),
        (f"SELECT grouping(y) FROM {PAIRS} GROUP BY x",
         "INVALID_ARGUMENTS: line 1:8: The arguments to GROUPING() must be expressions referenced by the "
         "GROUP BY at the associated query level. Mismatch due to y."),
        (f"SELECT 1 FROM {PAIRS} WHERE grouping(x) = 0",
         "EXPRESSION_NOT_SCALAR: line 1:76: WHERE clause cannot contain aggregations, window functions or "
         "grouping operations: [GROUPING (x)]"),
        ("SELECT lower(x) FILTER (WHERE true) FROM (VALUES 'a') t(x)",
         "FUNCTION_NOT_AGGREGATE: line 1:8: Filter is only valid for aggregation functions"),
        ("SELECT lower(x ORDER BY x) FROM (VALUES 'a') t(x)",
         "FUNCTION_NOT_AGGREGATE: line 1:8: ORDER BY is only valid for aggregation functions"),
        ("SELECT count(*) FILTER (WHERE 1) FROM (VALUES 'a') t(x)",
         "TYPE_MISMATCH: line 1:31: Filter expression must evaluate to a boolean (actual: integer)"),
    ],
)  # fmt: skip
def test_a_grouping_that_fails(athena: Runner, sql: str, message: str) -> None:
    assert athena.error(sql).startswith(message)


@pytest.mark.parametrize(
    ("clause", "sets"),
    [
        ("CUBE (" + ", ".join(["x"] * 30) + ")", 2**30),
        (", ".join(["CUBE (x, y, x, y, x)"] * 8), 2**40),
        (", ".join(["ROLLUP (x, y, x, y)"] * 20), 5**20),
    ],
)
def test_grouping_sets_are_counted_before_they_are_made(athena: Runner, clause: str, sets: int) -> None:
    message = f"GROUP BY has {sets} grouping sets but can contain at most 2048"
    assert message in athena.error(f"SELECT count(*) FROM {PAIRS} GROUP BY {clause}")
