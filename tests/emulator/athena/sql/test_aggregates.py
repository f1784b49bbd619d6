"""Aggregate functions at the ends of the ranges of their types.

https://trino.io/docs/current/functions/aggregate.html, and where that is silent, the classes in
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/aggregation
"""

import math

import pytest

from tests.emulator.athena.sql.running import Runner

LARGEST = "99999999999999999999999999999999999999"


@pytest.mark.parametrize(
    ("aggregates", "rows", "values"),
    [
        # RealSumAggregation sums doubles and narrows the sum, RealCovarianceAggregation too
        ("sum(x)", "REAL '3e38', REAL '3e38'", [math.inf]),
        ("sum(x)", "REAL '-3e38', REAL '-3e38'", [-math.inf]),
        ("sum(x), avg(x)", "CAST(nan() AS real), REAL '1'", [math.nan, math.nan]),
        ("covar_pop(x, x), covar_samp(x, x)", "REAL '3e38', REAL '-3e38'", [math.inf, math.inf]),
        # … null only for too few rows; correlation and regression for all that is not finite
        ("covar_pop(x, x), covar_samp(x, x)", "(1e0)", [0.0, None]),
        ("covar_pop(x, 1e0), covar_samp(x, x)", "nan(), 1e0", [math.nan, math.nan]),
        ("covar_samp(x, x)", "1e200, -1e200", [math.inf]),
        ("corr(x, x), regr_slope(x, x), regr_intercept(x, x)", "nan(), 1e0", [None, None, None]),
        ("corr(x, x), regr_slope(x, x)", "1e0, 1e0", [None, None]),
        ("regr_slope(x, y)", "(REAL '3e38', REAL '1e-20'), (REAL '-3e38', REAL '2e-20')", [-math.inf]),
        ("skewness(x), kurtosis(x)", "1e300, -1e300, 2e0, 3e0", [math.nan, math.nan]),
        ("skewness(x), kurtosis(x)", "1e-150, 2e-150, 3e-150, 5e-150", [math.nan, math.nan]),
        ("skewness(x), kurtosis(x)", "infinity(), -infinity(), 2e0, 3e0", [math.nan, math.nan]),
        ("avg(x)", "INTERVAL '178956970' YEAR, INTERVAL '178956970' YEAR", [178956970 * 12]),
    ],
)
def test_numbers_at_the_end_of_their_range(
    athena: Runner, aggregates: str, rows: str, values: list[float | None]
) -> None:
    columns = "x, y" if "y)" in aggregates else "x"
    [found] = athena.rows(f"SELECT {aggregates} FROM (VALUES {rows}) t({columns})")
    assert [repr(v) for v in found] == [repr(v) for v in values]


def test_a_window_leaves_what_was_infinite_behind(athena: Runner) -> None:
    """What leaves the frame leaves the sum: it is summed anew."""
    rows = "(1, REAL '3e38'), (2, REAL '3e38'), (3, REAL '0')"
    over = "OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"
    found = athena.rows(f"SELECT sum(x) {over} > 3.1e38 FROM (VALUES {rows}) t(i, x)")
    assert found == [(False,), (True,), (False,)]


@pytest.mark.parametrize(
    ("aggregate", "rows", "message"),
    [
        ("sum(x)", "BIGINT '9223372036854775807', BIGINT '1'", "bigint addition overflow"),
        ("sum(x)", "INTERVAL '99999999999' DAY, INTERVAL '99999999999' DAY", "bigint addition overflow"),
        ("sum(x)", "INTERVAL '178956970' YEAR, INTERVAL '178956970' YEAR", "integer addition overflow"),
        ("sum(x)", f"DECIMAL '{LARGEST}', DECIMAL '{LARGEST}'", "Decimal overflow"),
        ("sum(x)", f"DECIMAL '{LARGEST}', DECIMAL '1'", "Decimal overflow"),
    ],
)
def test_sums_that_leave_their_type(athena: Runner, aggregate: str, rows: str, message: str) -> None:
    found = athena.error(f"SELECT {aggregate} FROM (VALUES {rows}) t(x)")
    assert found == f"NUMERIC_VALUE_OUT_OF_RANGE: {message}"


WEIGHTED = "(1, 1, 0.5, NULL), (2, 3, 0.5, NULL), (3, 1, 0.5, 0.1), (NULL, 1, 0.9, 0.2)"


@pytest.mark.parametrize(
    ("arguments", "where", "value"),
    [
        # the classes Approximate…PercentileAggregations: rows without a percentage are left out, …
        ("x, CAST(NULL AS double)", "true", None),
        ("x, CAST(NULL AS array(double))", "true", None),
        ("x, w, CAST(NULL AS double)", "true", None),
        ("x, q", "true", 3),
        ("x, w, q", "true", 3),
        # … it may be a column, …
        ("x, p", "true", 2),
        ("x, w, p", "true", 2),
        ("x, ARRAY[p, 1]", "true", [2, 3]),
        ("x, w, ARRAY[p]", "true", [2]),
        # … and where there are no rows it is not looked at
        ("x, 2", "false", None),
        ("x, w, 2", "false", None),
        ("x, ARRAY[0.5, NULL]", "false", None),
        ("x, w, ARRAY[0.5, NULL]", "false", None),
    ],
)
def test_percentages(athena: Runner, arguments: str, where: str, value: object) -> None:
    source = f"(VALUES {WEIGHTED}) t(x, w, p, q) WHERE {where}"
    assert athena.rows(f"SELECT approx_percentile({arguments}) FROM {source}") == [(value,)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("x, 2", "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"),
        ("x, nan()", "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"),
        ("x, w, -1", "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"),
        ("x, ARRAY[0.5, NULL]", "INVALID_FUNCTION_ARGUMENT: Percentile cannot be null"),
        ("x, w, ARRAY[NULL]", "INVALID_FUNCTION_ARGUMENT: Percentile cannot be null"),
        ("x, x / 10e0", "NOT_SUPPORTED: approx_percentile of percentages that differ"),
    ],
)
def test_percentages_that_are_none(athena: Runner, arguments: str, message: str) -> None:
    source = f"(VALUES {WEIGHTED}) t(x, w, p, q)"
    assert athena.error(f"SELECT approx_percentile({arguments}) FROM {source}").startswith(message)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("(1, NULL), (2, 5), (3, NULL)", [[3, None], [1, None]]),
        ("(NULL, NULL)", [[None, None], [None, None]]),
        ("(1, 2), (1, 3)", [[1, 3], [1, 2]]),
        ("(1, 2), (1, 3), (NULL, NULL)", None),
        ("(3, 5), (3, NULL)", None),
    ],
)
def test_the_extreme_rows(athena: Runner, rows: str, found: list[object] | None) -> None:
    """RowType and ArrayType: a null is an error where the comparison comes to it, and only there."""
    for kind, made, what in (("ROW", "ROW(x, y)", "fields"), ("ARRAY", "ARRAY[x, y]", "arrays")):
        sql = f"SELECT max({made}), min({made}) FROM (VALUES {rows}) t(x, y)"
        if found is None:
            message = f"NOT_SUPPORTED: {kind} comparison not supported for {what} with null elements"
            assert athena.error(sql) == message
        else:
            [answer] = athena.rows(sql)
            assert [list(v.values()) if isinstance(v, dict) else v for v in answer] == found


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        ("max(ROW(x, y), 2)", "NOT_SUPPORTED: Sorting by row(integer, integer) with a null in it"),
        ("max_by(x, ARRAY[y])", "NOT_SUPPORTED: Sorting by array(integer) with a null in it"),
        (
            "reduce_agg(x, y, (a, b) -> a + b, (a, b) -> a + b)",
            "NOT_SUPPORTED: line 1:8: Columns in the first state and in the function of reduce_agg",
        ),
        (
            "reduce_agg(x, 0, (a, b) -> a + b + y, (a, b) -> a + b)",
            "NOT_SUPPORTED: line 1:8: Columns in the first state and in the function of reduce_agg",
        ),
    ],
)
def test_what_aggregates_refuse(athena: Runner, aggregate: str, message: str) -> None:
    assert athena.error(f"SELECT {aggregate} FROM (VALUES (1, NULL), (2, 5)) t(x, y)").startswith(message)
