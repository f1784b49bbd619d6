"""https://trino.io/docs/current/functions/aggregate.html and window.html, over a few rows with nulls."""

import math
from decimal import Decimal

import pytest
from localstack_lab.athena.sql.errors import QueryError

from tests.emulator.athena.functions.calling import Lambda, Sql, emitted, run

ROWS = """(VALUES (1, 'a', 1.5, 10.25), (2, 'b', 2.5, 0.10), (NULL, 'c', NULL, 0.20), (2, NULL, 4.0, NULL))
    r(x, s, d, m)"""
X = Sql("x", "bigint")
S = Sql("s", "varchar")
D = Sql("CAST(d AS DOUBLE)", "double")
M = Sql("CAST(m AS DECIMAL(10,2))", "decimal(10,2)")
B = Sql("x > 1", "boolean")
CASES = [
    ("count", (), 4),
    ("count", (X,), 3),
    ("count_if", (B,), 2),
    ("sum", (X,), 5),
    ("sum", (D,), 8.0),
    ("sum", (M,), Decimal("10.55")),
    ("avg", (X,), 5 / 3),
    ("avg", (M,), Decimal("3.52")),
    ("avg", (Sql("x::INTEGER", "interval year to month"),), 2),
    ("min", (S,), "a"),
    ("max", (X,), 2),
    ("max", (X, 2), [2, 2]),
    ("min", (X, 2), [1, 2]),
    ("max_by", (S, D), None),
    ("max_by", (S, M), "a"),
    ("min_by", (S, D), "a"),
    ("max_by", (S, M, 2), ["a", "c"]),
    ("arbitrary", (Sql("CASE WHEN x = 2 THEN s END", "varchar"),), "b"),
    ("array_agg", (X,), [1, 2, None, 2]),
    ("approx_distinct", (X,), 2),
    ("approx_distinct", (S, 0.1), 3),
    ("bool_and", (B,), False),
    ("every", (B,), False),
    ("bool_or", (B,), True),
    ("bitwise_and_agg", (X,), 0),
    ("bitwise_or_agg", (X,), 3),
    ("map_agg", (S, X), {"a": 1, "b": 2, "c": None}),
    ("map_agg", (X, S), {1: "a", 2: "b"}),
    ("multimap_agg", (X, S), {1: ["a"], 2: ["b", None]}),
    (
        "map_union",
        (Sql("map([coalesce(s, 'a')], [x])", "map(varchar, bigint)"),),
        {"a": 1, "b": 2, "c": None},
    ),
    ("histogram", (X,), {1: 1, 2: 2}),
    ("approx_most_frequent", (2, X, 10), {2: 2, 1: 1}),
    ("reduce_agg", (X, 0, Lambda("s, e", "s + e", "bigint"), Lambda("s, t", "s + t", "bigint")), 5),
    ("approx_percentile", (X, 0.5), 2),
    ("approx_percentile", (D, 0.5), 2.5),
    ("approx_percentile", (D, [0.0, 1.0]), [1.5, 4.0]),
    ("approx_percentile", (X, 3.0, 0.2), 1),
    ("stddev_pop", (D,), 1.0274023338281626),
    ("stddev", (D,), 1.2583057392117916),
    ("variance", (D,), 1.5833333333333333),
    ("var_pop", (D,), 1.0555555555555556),
    ("covar_pop", (D, D), 1.0555555555555556),
    ("corr", (D, D), 1.0),
    ("corr", (Sql("CAST(1 AS DOUBLE)", "double"), D), None),
    ("regr_slope", (D, D), 1.0),
    ("regr_intercept", (D, D), 0.0),
    ("skewness", (D,), 0.23906314692954522),
    ("kurtosis", (D,), None),
    (
        "kurtosis",
        (Sql("CAST(strlen(coalesce(s, 'xx')) * (coalesce(x, 5)) AS DOUBLE)", "double"),),
        -3.3000000000000007,
    ),
    ("geometric_mean", (Sql("CAST(x AS DOUBLE)", "double"),), 4 ** (1 / 3)),
    ("entropy", (Sql("CAST(x AS DOUBLE)", "double"),), 1.5219280948873621),
    ("numeric_histogram", (5, D), {1.5: 1.0, 2.5: 1.0, 4.0: 1.0}),
    ("listagg", (S, ","), "a,b,c"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_aggregates_as_trino(engine, name, arguments, expected):
    sql, _ = emitted(name, *arguments)
    found = run(engine, f"SELECT {sql} FROM {ROWS}")
    if isinstance(expected, float):
        assert math.isclose(found, expected, rel_tol=1e-12)
    else:
        assert found == expected


EMPTY = [
    ("count", (), 0),
    ("count_if", (B,), 0),
    ("approx_distinct", (X,), 0),
    ("entropy", (D,), 0.0),
    *(
        (name, (X,), None)
        for name in ("sum", "avg", "max", "array_agg", "histogram", "stddev", "bitwise_or_agg")
    ),
    ("avg", (M,), None),
    ("map_agg", (X, S), None),
    ("multimap_agg", (X, S), None),
    ("max_by", (S, X), None),
    ("approx_percentile", (X, 0.5), None),
    ("skewness", (D,), None),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), EMPTY)
def test_without_rows(engine, name, arguments, expected):
    sql, _ = emitted(name, *arguments)
    assert run(engine, f"SELECT {sql} FROM {ROWS} WHERE false") == expected


def test_a_sum_that_bigint_cannot_hold_fails(engine):
    sql, _ = emitted("sum", X)
    with pytest.raises(QueryError, match="NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow"):
        run(engine, f"SELECT {sql} FROM (VALUES (9223372036854775807), (1)) r(x)")


def test_clauses_go_to_the_aggregate_itself(engine):
    sql, _ = emitted("map_agg", X, S, order="ORDER BY s DESC", filter="FILTER (WHERE x IS NOT NULL)")
    assert run(engine, f"SELECT {sql} FROM {ROWS}") == {2: "b", 1: "a"} or "ORDER BY" in sql
    sql, _ = emitted("array_agg", X, order="ORDER BY x DESC NULLS LAST", distinct=True)
    assert run(engine, f"SELECT {sql} FROM {ROWS}") == [2, 1, None]


WINDOWS = [
    ("row_number", (), [1, 2, 3]),
    ("rank", (), [1, 2, 2]),
    ("dense_rank", (), [1, 2, 2]),
    ("percent_rank", (), [0.0, 0.5, 0.5]),
    ("cume_dist", (), [1 / 3, 1.0, 1.0]),
    ("ntile", (2,), [1, 1, 2]),
    ("lag", (X,), [None, 1, 2]),
    ("lag", (X, 2, 9), [9, 9, 1]),
    ("lead", (X, 1), [2, 2, None]),
    ("lead", (X, 0), [1, 2, 2]),
    ("first_value", (X,), [1, 1, 1]),
    ("last_value", (X,), [1, 2, 2]),
    ("nth_value", (X, 2), [None, 2, 2]),
    ("sum", (X,), [1, 5, 5]),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), WINDOWS)
def test_windows_as_trino(engine, name, arguments, expected):
    sql, _ = emitted(name, *arguments, over="OVER (ORDER BY x)")
    found = engine.execute(f"SELECT {sql} FROM (VALUES (1), (2), (2)) r(x) ORDER BY x").fetchall()
    assert sorted(found, key=str) == sorted(((e,) for e in expected), key=str)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("ntile", (0,), "Buckets must be greater than 0"),
        ("nth_value", (X, 0), "Offset must be at least 1"),
        ("max", (X, 0), "second argument of max must be positive"),
    ],
)
def test_a_wrong_constant_is_refused(name, arguments, message):
    with pytest.raises(QueryError, match=message):
        emitted(name, *arguments)
