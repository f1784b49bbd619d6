"""ORDER BY, and which of two arrays or rows is less.

https://trino.io/docs/current/sql/select.html#order-by-clause; NaN: https://github.com/trinodb/trino/pull/6013;
what refers to what: Trino's StatementAnalyzer and AggregationAnalyzer,
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/sql/analyzer
"""

import math

import pytest

from tests.emulator.athena.sql.running import Runner

NUMBERS = "(VALUES 1e0, nan(), NULL, infinity(), -2e0) AS v(x)"
NAN = "NaN"


def shown(values: list[float | None]) -> list[float | str | None]:
    return [NAN if v is not None and math.isnan(v) else v for v in values]


@pytest.mark.parametrize(
    ("order", "values"),
    [
        ("x", [-2.0, 1.0, math.inf, NAN, None]),
        ("x DESC", [math.inf, 1.0, -2.0, NAN, None]),
        ("x NULLS FIRST", [None, NAN, -2.0, 1.0, math.inf]),
        ("x DESC NULLS FIRST", [None, NAN, math.inf, 1.0, -2.0]),
        ("1 DESC", [math.inf, 1.0, -2.0, NAN, None]),
    ],
)
@pytest.mark.parametrize("head", ["SELECT x", "SELECT DISTINCT x", "SELECT CAST(x AS real)"])
def test_nan_stands_between_the_numbers_and_the_nulls(
    athena: Runner, head: str, order: str, values: list[float | str | None]
) -> None:
    rows = athena.rows(f"{head} FROM {NUMBERS} ORDER BY {order}")
    assert shown([row[0] for row in rows]) == values


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("array_agg(x ORDER BY x DESC)", [math.inf, 1.0, -2.0, NAN, None]),
        ("array_agg(DISTINCT x ORDER BY x DESC)", [math.inf, 1.0, -2.0, NAN, None]),
        ("array_agg(DISTINCT x ORDER BY x NULLS FIRST)", [None, NAN, -2.0, 1.0, math.inf]),
    ],
)
def test_nan_in_a_sorted_array(athena: Runner, expression: str, values: list[float | str | None]) -> None:
    assert shown(athena.rows(f"SELECT {expression} FROM {NUMBERS}")[0][0]) == values


def test_nan_in_a_window(athena: Runner) -> None:
    rows = athena.rows(f"SELECT x, rank() OVER (ORDER BY x DESC) FROM {NUMBERS} ORDER BY 2")
    assert shown([row[0] for row in rows]) == [math.inf, 1.0, -2.0, NAN, None]
    assert [row[1] for row in rows] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT x AS y, -x AS x FROM (VALUES 2, 3, 1) t(x) ORDER BY x", [(3, -3), (2, -2), (1, -1)]),
        ("SELECT x AS y, -x AS x FROM (VALUES 2, 3, 1) t(x) ORDER BY t.x", [(1, -1), (2, -2), (3, -3)]),
        ("SELECT x AS y, -x AS x FROM (VALUES 2, 3, 1) t(x) ORDER BY x + 0", [(3, -3), (2, -2), (1, -1)]),
        ("SELECT *, x FROM (VALUES 2, 3, 1) t(x) ORDER BY t.x", [(1, 1), (2, 2), (3, 3)]),
        ("SELECT DISTINCT x FROM (VALUES 1, 2, 2, 3, 3) t(x) ORDER BY x DESC FETCH FIRST 2 ROWS WITH TIES",
         [(3,), (2,)]),
        ("SELECT DISTINCT x, y FROM (VALUES (1, 1), (1, 2), (1, 2), (2, 1)) t(x, y) ORDER BY x "
         "FETCH FIRST ROW WITH TIES", None),
        ("SELECT x FROM (VALUES 1, NULL, NULL) t(x) ORDER BY x DESC OFFSET 1 FETCH FIRST ROW WITH TIES",
         [(None,), (None,)]),
        ("SELECT x FROM (VALUES ARRAY[2, 1], ARRAY[1, 5], ARRAY[1]) t(x) ORDER BY x",
         [([1],), ([1, 5],), ([2, 1],)]),
    ],
)  # fmt: skip
def test_an_order(athena: Runner, sql: str, rows: list[tuple[object, ...]] | None) -> None:
    if rows is None:
        assert sorted(athena.rows(sql)) == [(1, 1), (1, 2)]
        return
    assert athena.rows(sql) == rows


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT x, x FROM (VALUES 1) t(x) ORDER BY x", "AMBIGUOUS_NAME: line 1:43: Column 'x' is ambiguous"),
        ("SELECT *, x FROM (VALUES 1) t(x) ORDER BY x", "AMBIGUOUS_NAME: line 1:43: Column 'x' is ambiguous"),
        ("SELECT x FROM (VALUES 1) t(x) ORDER BY 0",
         "INVALID_COLUMN_REFERENCE: line 1:40: ORDER BY position 0 is not in select list"),
        # the minus belongs to the number
        ("SELECT x FROM (VALUES 1) t(x) ORDER BY -1",
         "INVALID_COLUMN_REFERENCE: line 1:40: ORDER BY position -1 is not in select list"),
        ("SELECT x FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(x) ORDER BY x",
         "TYPE_MISMATCH: line 1:1: Type map(integer, integer) is not orderable, and therefore cannot be used "
         "in ORDER BY: x"),
        ("SELECT -x AS x FROM (VALUES 1) t(x) GROUP BY x ORDER BY sum(x)",
         "COLUMN_NOT_FOUND: line 1:61: Invalid reference to output projection attribute from ORDER BY "
         "aggregation"),
        ("SELECT max(a) AS a FROM (VALUES (1, 2)) t(a, b) GROUP BY b ORDER BY max(a + b)",
         "COLUMN_NOT_FOUND: line 1:73: Invalid reference to output projection attribute from ORDER BY "
         "aggregation"),
        ("SELECT row_number() OVER () AS a FROM (VALUES (1, 2)) t(a, b) GROUP BY a + b ORDER BY a + b",
         "EXPRESSION_NOT_AGGREGATE: line 1:89: '(a + b)' must be an aggregate expression or appear in "
         "GROUP BY clause"),
        ("SELECT DISTINCT x, random() FROM (VALUES 1) t(x) ORDER BY x, random()",
         "EXPRESSION_NOT_IN_DISTINCT: line 1:62: Non deterministic ORDER BY expression is not supported with "
         "SELECT DISTINCT"),
        ("SELECT array_agg(DISTINCT x ORDER BY x + 1) FROM (VALUES 1) t(x)",
         "EXPRESSION_NOT_IN_DISTINCT: line 1:40: For aggregate function with DISTINCT, ORDER BY expressions "
         "must appear in arguments"),
        ("SELECT array_agg(x ORDER BY MAP()) FROM (VALUES 1) t(x)",
         "TYPE_MISMATCH: line 1:8: ORDER BY can only be applied to orderable types"),
        ("SELECT 1 FETCH FIRST 0 ROWS ONLY",
         "NUMERIC_VALUE_OUT_OF_RANGE: line 1:10: FETCH FIRST row count must be positive (actual value: 0)"),
        ("SELECT 1 FETCH FIRST ROW WITH TIES",
         "MISSING_ORDER_BY: line 1:10: FETCH FIRST WITH TIES clause requires ORDER BY"),
        ("(WITH t AS (SELECT 1) SELECT * FROM t)", "line 1:2: mismatched input 'WITH'"),
        ("SELECT x FROM (VALUES ARRAY[2, NULL], ARRAY[1]) t(x) ORDER BY x",
         "NOT_SUPPORTED: Sorting by array(integer) with a null in it is not supported by this emulator"),
    ],
)  # fmt: skip
def test_an_order_that_fails(athena: Runner, sql: str, message: str) -> None:
    assert athena.error(sql).startswith(message)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ROW(1, 2) < ROW(1, 3)", True),
        ("ROW(1, 2) >= ROW(1, 2)", True),
        ("ROW(2, NULL) > ROW(1, NULL)", True),
        ("ARRAY[1] < ARRAY[1, NULL]", True),
        ("ARRAY[2, NULL] <= ARRAY[1, NULL]", False),
        ("ARRAY[] < ARRAY[1]", True),
        ("ARRAY[ROW(1, 'b')] > ARRAY[ROW(1, 'a'), ROW(NULL, NULL)]", True),
        ("ROW(1, ARRAY[1, 2]) < ROW(1, ARRAY[1, 3])", True),
        ("CAST(NULL AS array(integer)) < ARRAY[1]", None),
        ("ROW(TIMESTAMP '2020-01-01 10:00:00 UTC') < ROW(TIMESTAMP '2020-01-01 11:30:00 +01:00')", True),
        ("ARRAY[3] BETWEEN ARRAY[1] AND ARRAY[3]", True),
    ],
)
def test_arrays_and_rows_in_order(athena: Runner, expression: str, value: bool | None) -> None:
    assert athena.value(expression) is value


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("ROW(1, NULL) < ROW(1, 2)", "ROW comparison not supported for fields"),
        ("ARRAY[1, NULL] < ARRAY[1, 5]", "ARRAY comparison not supported for arrays"),
        ("ROW(ARRAY[1]) > ROW(ARRAY[NULL])", "ARRAY comparison not supported for arrays"),
        ("ARRAY[ROW(1, NULL)] > ARRAY[ROW(1, 2)]", "ROW comparison not supported for fields"),
    ],
)
def test_a_null_that_a_comparison_comes_to(athena: Runner, expression: str, kind: str) -> None:
    # RowType and ArrayType, https://github.com/trinodb/trino/tree/master/core/trino-spi/src/main/java/io/trino/spi/type
    assert athena.error(f"SELECT {expression}") == f"NOT_SUPPORTED: {kind} with null elements"


@pytest.mark.parametrize(
    ("clause", "given", "message"),
    [
        ("LIMIT ?", "-1",
         "NUMERIC_VALUE_OUT_OF_RANGE: line 1:10: LIMIT row count must be greater or equal to 0"),
        ("OFFSET ?", "-1", "NUMERIC_VALUE_OUT_OF_RANGE: line 1:10: OFFSET row count must be greater"),
        ("LIMIT ?", "NULL",
         "INVALID_ARGUMENTS: line 1:16: Parameter value provided for LIMIT is NULL: null"),
        ("LIMIT ?", "'x'", "TYPE_MISMATCH: line 1:1: Cannot cast type varchar(1) to bigint"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_no_number_of_rows(athena: Runner, clause: str, given: str, message: str) -> None:
    assert athena.error(f"SELECT 1 {clause}", given).startswith(message)


def test_a_parameter_as_a_number_of_rows(athena: Runner) -> None:
    sql = "SELECT x FROM (VALUES 3, 1, 2) t(x) ORDER BY x OFFSET ? LIMIT ?"
    assert athena.rows(sql, "1", "1") == [(2,)]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        # RowType and ArrayType: a comparison that comes to a null fails, a difference before it decides
        ("greatest(ARRAY[1, NULL], ARRAY[2, NULL], ARRAY[0])", [2, None]),
        ("greatest(ARRAY[1, NULL], ARRAY[1, 2])", "NOT_SUPPORTED: ARRAY comparison not supported for arrays"),
        ("least(ROW(1, NULL), ROW(1, 2))", "NOT_SUPPORTED: ROW comparison not supported for fields"),
        ("greatest(ARRAY[1], NULL)", None),
        ("array_max(ARRAY[ARRAY[1, NULL], ARRAY[2, NULL]])", [2, None]),
        ("array_max(ARRAY[ARRAY[1, NULL], ARRAY[1, 2]])", "NOT_SUPPORTED: ARRAY comparison not supported"),
        ("array_min(ARRAY[ROW(1, NULL), ROW(1, 2)])", "NOT_SUPPORTED: ROW comparison not supported"),
        ("array_min(ARRAY[ARRAY[1, NULL], NULL])", None),
        ("array_min(CAST(ARRAY[] AS array(array(integer))))", None),
        ("array_sort(ARRAY[ARRAY[2, 1], NULL, ARRAY[1, 2]])", [[1, 2], [2, 1], None]),
        ("array_sort(ARRAY[ARRAY[1, NULL]])", [[1, None]]),
        ("array_sort(ARRAY[ARRAY[1, NULL], ARRAY[1, 2]])", "NOT_SUPPORTED: Sorting by array(integer) with a"),
    ],
)
def test_nulls_inside_what_is_compared(athena: Runner, expression: str, answer: object) -> None:
    if isinstance(answer, str):
        assert athena.error(f"SELECT {expression}").startswith(answer)
    else:
        assert athena.rows(f"SELECT {expression}") == [(answer,)]
