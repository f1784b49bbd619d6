"""Window functions. https://trino.io/docs/current/functions/window.html

What is refused, and how: Trino's StatementAnalyzer and ExpressionAnalyzer,
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/sql/analyzer
"""

from datetime import date

import pytest

from tests.emulator.athena.sql.running import Runner

ZONED = "(VALUES TIMESTAMP '2020-01-01 10:00:00 UTC', TIMESTAMP '2020-01-01 12:00:00 +01:00') AS v(x)"


@pytest.mark.parametrize(
    ("over", "values", "result"),
    [
        # the default frame ends with the peers of the row
        ("ORDER BY x", "1, 1, 2", [(1, 2), (1, 2), (2, 3)]),
        ("ORDER BY x ROWS UNBOUNDED PRECEDING", "1, 2, 3", [(1, 1), (2, 2), (3, 3)]),
        ("ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW", "1, 1, 2, 3",
         [(1, 2), (1, 2), (2, 3), (3, 2)]),
        ("ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING", "1, 1, 2, 4",
         [(1, 3), (1, 3), (2, 3), (4, 1)]),
        ("ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING", "1, NULL, 2, NULL",
         [(1, 2), (2, 2), (None, 2), (None, 2)]),
        ("ORDER BY x DESC RANGE BETWEEN 1 PRECEDING AND CURRENT ROW", "1, 1, 2, 4",
         [(4, 1), (2, 1), (1, 3), (1, 3)]),
        ("ORDER BY x DESC RANGE BETWEEN 1 PRECEDING AND CURRENT ROW", "1e0, 1e0, 2e0, 4e0",
         [(4, 1), (2, 1), (1, 3), (1, 3)]),
        ("ORDER BY x RANGE BETWEEN x PRECEDING AND CURRENT ROW", "1, 2, 3", [(1, 1), (2, 2), (3, 3)]),
        ("ORDER BY x ROWS BETWEEN DECIMAL '1' PRECEDING AND CURRENT ROW", "1, 2, 3",
         [(1, 1), (2, 2), (3, 2)]),
        ("ORDER BY x ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING", "1, 2", [(1, 0), (2, 0)]),
        ("ORDER BY x RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW",
         "DATE '2020-01-31', DATE '2020-02-29', DATE '2020-03-31'",
         [(date(2020, 1, 31), 1), (date(2020, 2, 29), 2), (date(2020, 3, 31), 2)]),
        ("ORDER BY x RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW",
         "DATE '2020-01-01', DATE '2020-01-02', DATE '2020-01-05'",
         [(date(2020, 1, 1), 1), (date(2020, 1, 2), 2), (date(2020, 1, 5), 1)]),
    ],
)  # fmt: skip
def test_a_frame(athena: Runner, over: str, values: str, result: list[tuple[object, int]]) -> None:
    assert athena.rows(f"SELECT x, count(*) OVER ({over}) FROM (VALUES {values}) t(x)") == result


def test_a_range_of_times_with_time_zone(athena: Runner) -> None:
    over = "ORDER BY x RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW"
    assert athena.rows(f"SELECT count(*) OVER ({over}) FROM {ZONED} ORDER BY 1") == [(1,), (2,)]


def test_named_windows(athena: Runner) -> None:
    sql = (
        "SELECT sum(x) OVER w, rank() OVER (w ORDER BY x DESC), count(*) OVER u FROM (VALUES 1, 2, 3) t(x) "
        "WINDOW w AS (PARTITION BY x % 2), u AS (w ORDER BY x) ORDER BY x"
    )
    assert athena.rows(sql) == [(4, 2, 1), (2, 1, 1), (4, 1, 2)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("lag(x) OVER ()", "MISSING_ORDER_BY: line 1:21: lag function requires an ORDER BY window clause"),
        ("lead(x) OVER (ORDER BY x ROWS 1 PRECEDING)",
         "INVALID_WINDOW_FRAME: line 1:33: Cannot specify window frame for lead function"),
        ("sum(x) FILTER (WHERE x > 1) OVER ()",
         "NOT_SUPPORTED: line 1:8: FILTER is not yet supported for window functions"),
        ("count(DISTINCT x) OVER ()",
         "NOT_SUPPORTED: line 1:8: DISTINCT in window function parameters not yet supported: count(DISTINCT"),
        ("array_agg(x ORDER BY x) OVER ()",
         "NOT_SUPPORTED: line 1:8: Window function with ORDER BY is not supported"),
        ("rank() IGNORE NULLS OVER (ORDER BY x)",
         "NULL_TREATMENT_NOT_ALLOWED: line 1:8: Cannot specify null treatment clause for rank function"),
        ("sum(rank() OVER ()) OVER ()",
         "NESTED_WINDOW: line 1:12: Cannot nest window functions or row pattern measures inside window "
         "function arguments"),
        ("sum(x) OVER (ORDER BY rank() OVER ())",
         "NESTED_WINDOW: line 1:30: Cannot nest window functions or row pattern measures inside window "
         "specification"),
        ("sum(rank() OVER ())",
         "NESTED_WINDOW: line 1:8: Cannot nest window functions or row pattern measures inside aggregation "
         "'sum'"),
        ("sum(x) OVER (ORDER BY MAP())", "TYPE_MISMATCH: line 1:30: map(unknown, unknown) is not orderable"),
        ("sum(x) OVER (ROWS 1.5 PRECEDING)",
         "TYPE_MISMATCH: line 1:26: Window frame ROWS start value type must be exact numeric type with scale "
         "0 (actual double)"),
        ("sum(x) OVER (GROUPS 1 PRECEDING)",
         "MISSING_ORDER_BY: line 1:21: Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY"),
        ("sum(x) OVER (RANGE 1 PRECEDING)",
         "MISSING_ORDER_BY: line 1:21: Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY"),
        ("sum(x) OVER (ORDER BY x, x RANGE 1 PRECEDING)",
         "INVALID_ORDER_BY: line 1:30: Window frame of type RANGE PRECEDING or FOLLOWING requires single "
         "sort item in ORDER BY (actual: 2)"),
        ("sum(x) OVER (ORDER BY 'a' RANGE 1 PRECEDING)",
         "TYPE_MISMATCH: line 1:30: Window frame of type RANGE PRECEDING or FOLLOWING requires that sort "
         "item type be numeric, datetime or interval (actual: varchar(1))"),
        ("sum(x) OVER (ORDER BY x RANGE INTERVAL '1' DAY PRECEDING)",
         "TYPE_MISMATCH: line 1:38: Window frame RANGE value type (interval day to second) not compatible "
         "with sort item type (integer)"),
        ("sum(x) OVER (ORDER BY x RANGE -x PRECEDING)",
         "INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null"),
        ("sum(x) OVER (ORDER BY CAST(x AS double) RANGE nan() PRECEDING)",
         "NOT_SUPPORTED: NaN as the distance of a RANGE frame"),
        ("sum(x) OVER (ORDER BY x ROWS -x PRECEDING)",
         "INVALID_WINDOW_FRAME: Window frame -1 offset must not be negative"),
        ("sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND nullif(x, x) FOLLOWING)",
         "INVALID_WINDOW_FRAME: Window frame ending offset must not be null"),
        ("sum(x) OVER (ORDER BY DATE '2020-01-01' RANGE INTERVAL '1' HOUR PRECEDING)",
         "INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date"),
        ("sum(x) OVER nowhere", "INVALID_WINDOW_REFERENCE: line 1:20: Cannot resolve WINDOW name nowhere"),
    ],
)  # fmt: skip
def test_a_window_that_fails(athena: Runner, call: str, message: str) -> None:
    assert athena.error(f"SELECT {call} FROM (VALUES 1) t(x)").startswith(message)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1 FROM (VALUES 1) t(x) WINDOW w AS (), W AS ()",
         "DUPLICATE_WINDOW_NAME: line 1:53: WINDOW name 'W' specified more than once"),
        # a window is looked at even if nothing uses it
        ("SELECT 1 FROM (VALUES 1) t(x) WINDOW w AS (ORDER BY nope)",
         "COLUMN_NOT_FOUND: line 1:53: Column 'nope' cannot be resolved"),
        ("SELECT sum(1) OVER (w PARTITION BY x) FROM (VALUES 1) t(x) WINDOW w AS ()",
         "INVALID_PARTITION_BY: line 1:36: WINDOW specification with named WINDOW reference cannot"),
        ("SELECT sum(1) OVER (w ORDER BY x) FROM (VALUES 1) t(x) WINDOW w AS (ORDER BY x)",
         "INVALID_ORDER_BY: line 1:32: Cannot specify ORDER BY if referenced named WINDOW specifies"),
        ("SELECT sum(1) OVER (w) FROM (VALUES 1) t(x) WINDOW w AS (ORDER BY x ROWS 1 PRECEDING)",
         "INVALID_WINDOW_REFERENCE: line 1:21: Cannot reference named WINDOW containing frame"),
        ("SELECT x FROM (VALUES 1) t(x) GROUP BY x HAVING rank() OVER () = 1",
         "NESTED_WINDOW: line 1:49: HAVING clause cannot contain window functions or row pattern measures"),
        ("SELECT rank() OVER (PARTITION BY y) FROM (VALUES (1, 2)) t(x, y) GROUP BY x",
         "EXPRESSION_NOT_AGGREGATE: line 1:34: PARTITION BY expression 'y' must be an aggregate expression"),
        ("SELECT rank() OVER (ORDER BY x + y) FROM (VALUES (1, 2)) t(x, y) GROUP BY x",
         "EXPRESSION_NOT_AGGREGATE: line 1:32: ORDER BY expression '(x + y)' must be an aggregate"),
    ],
)  # fmt: skip
def test_a_query_with_windows_that_fails(athena: Runner, sql: str, message: str) -> None:
    assert athena.error(sql).startswith(message)
