"""https://trino.io/docs/current/functions/math.html, bitwise.html and comparison.html."""

import math
from decimal import Decimal

import pytest

from tests.emulator.athena.functions.calling import Sql, answer, emitted, failure

NAN = float("nan")
CASES = [
    ("abs", (-5,), 5, "integer"),
    ("abs", (Decimal("-1.5"),), Decimal("1.5"), "decimal(2,1)"),
    ("cbrt", (27.0,), 3.0, "double"),
    ("is_nan", (Sql("NULL", "double"),), None, "boolean"),
    ("typeof", (float(3),), "double", "varchar"),
    ("ceil", (Decimal("1.2"),), Decimal(2), "decimal(2,0)"),
    ("ceiling", (-1.2,), -1.0, "double"),
    ("floor", (Decimal("-1.2"),), Decimal(-2), "decimal(2,0)"),
    ("floor", (7,), 7, "integer"),
    ("degrees", (math.pi,), 180.0, "double"),
    ("e", (), math.e, "double"),
    ("pi", (), math.pi, "double"),
    ("exp", (0,), 1.0, "double"),
    ("ln", (1,), 0.0, "double"),
    ("log", (2, 8), 3.0, "double"),
    ("log2", (8,), 3.0, "double"),
    ("log10", (1000,), 3.0, "double"),
    ("mod", (-7, 3), -1, "integer"),
    ("mod", (7, -3), 1, "integer"),
    ("mod", (7.5, 2.0), 1.5, "double"),
    ("mod", (Decimal("7.5"), Decimal("2.00")), Decimal("1.50"), "decimal(3,2)"),
    ("pow", (2, 10), 1024.0, "double"),
    ("sqrt", (2.25,), 1.5, "double"),
    ("sign", (-3,), -1, "integer"),
    ("sign", (-3.5,), -1.0, "double"),
    ("sign", (Decimal("-3.5"),), Decimal(-1), "decimal(1,0)"),
    ("round", (2.5,), 3.0, "double"),
    ("round", (-2.5,), -3.0, "double"),
    ("round", (2.345, 2), 2.35, "double"),
    ("round", (1234.5, -2), 1200.0, "double"),
    ("round", (15, -1), 20, "integer"),
    ("round", (-15, -1), -20, "integer"),
    ("round", (14, Sql("-1", "bigint")), 10, "integer"),
    ("round", (14, 3), 14, "integer"),
    ("round", (Decimal("-2.5"),), Decimal(-3), "decimal(2,0)"),
    ("round", (Decimal("99.99"),), Decimal(100), "decimal(3,0)"),
    ("round", (Decimal("1.245"), 2), Decimal("1.250"), "decimal(5,3)"),
    ("round", (Decimal("155.5"), -1), Decimal("160.0"), "decimal(5,1)"),
    ("round", (Decimal("1.245"), Sql("2", "bigint")), Decimal("1.250"), "decimal(5,3)"),
    ("truncate", (-1.9,), -1.0, "double"),
    ("truncate", (Decimal("12.34"),), Decimal(12), "decimal(2,0)"),
    ("truncate", (Decimal("12.34"), 1), Decimal("12.30"), "decimal(4,2)"),
    ("truncate", (Decimal("12.34"), -1), Decimal("10.00"), "decimal(4,2)"),
    ("width_bucket", (5.3, 0.2, 10.6, 5), 3, "bigint"),
    ("width_bucket", (-1, 0, 10, 5), 0, "bigint"),
    ("width_bucket", (11, 0, 10, 5), 6, "bigint"),
    ("width_bucket", (2, 10, 0, 5), 4, "bigint"),
    ("width_bucket", (2.5, [0.0, 2.0, 4.0]), 2, "bigint"),
    ("from_base", ("ff", 16), 255, "bigint"),
    ("from_base", ("-1010", 2), -10, "bigint"),
    ("to_base", (255, 16), "ff", "varchar(64)"),
    ("to_base", (-10, 2), "-1010", "varchar(64)"),
    ("is_nan", (NAN,), True, "boolean"),
    ("is_finite", (1.0,), True, "boolean"),
    ("is_infinite", (float("inf"),), True, "boolean"),
    ("infinity", (), float("inf"), "double"),
    ("wilson_interval_lower", (1250, 1310, 1.96), 0.9414883725395894, "double"),
    ("wilson_interval_upper", (1250, 1310, 1.96), 0.9642524717143908, "double"),
    ("cosine_similarity", ({"a": 1.0}, {"a": 2.0}), 1.0, "double"),
    ("cosine_similarity", ({"a": 1.0}, {"b": 2.0}), 0.0, "double"),
    ("normal_cdf", (0, 1, 1.96), 0.9750021048517796, "double"),
    ("inverse_normal_cdf", (0, 1, 0.3), -0.5244005127080409, "double"),
    ("beta_cdf", (3, 3.6, 0.3), 0.21764809997679938, "double"),
    ("inverse_beta_cdf", (3, 3.6, 0.3), 0.3469675485440618, "double"),
    ("bit_count", (9, 64), 2, "bigint"),
    ("bit_count", (9, 8), 2, "bigint"),
    ("bit_count", (-7, 64), 62, "bigint"),
    ("bit_count", (-7, 8), 6, "bigint"),
    ("bitwise_and", (19, 25), 17, "bigint"),
    ("bitwise_or", (19, 25), 27, "bigint"),
    ("bitwise_xor", (19, 25), 10, "bigint"),
    ("bitwise_not", (19,), -20, "bigint"),
    ("bitwise_left_shift", (Sql("7::TINYINT", "tinyint"), 2), 28, "tinyint"),
    ("bitwise_left_shift", (Sql("-7::BIGINT", "bigint"), 2), -28, "bigint"),
    ("bitwise_left_shift", (1, 32), 0, "integer"),
    ("bitwise_right_shift", (Sql("7::BIGINT", "bigint"), 2), 1, "bigint"),
    ("bitwise_right_shift", (Sql("-7::SMALLINT", "smallint"), 2), 16382, "smallint"),
    ("bitwise_right_shift_arithmetic", (Sql("-7::BIGINT", "bigint"), 2), -2, "bigint"),
    ("bitwise_right_shift_arithmetic", (Sql("-7::BIGINT", "bigint"), 64), -1, "bigint"),
    ("greatest", (1, 3, 2), 3, "integer"),
    ("greatest", (1, None), None, "integer"),
    ("least", ("b", "a"), "a", "varchar(1)"),
    ("least", (1, 2.5), 1.0, "double"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    if isinstance(expected, float):
        assert math.isclose(found.value, expected, rel_tol=1e-14)
    else:
        assert found.value == expected
    assert found.type == kind


INVALID = "INVALID_FUNCTION_ARGUMENT"


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (
            "abs",
            (Sql("(-128)::TINYINT", "tinyint"),),
            "NUMERIC_VALUE_OUT_OF_RANGE: Value -128 is out of range for abs(tinyint)",
        ),
        ("mod", (1, 0), "DIVISION_BY_ZERO: Division by zero"),
        ("mod", (Decimal("1.5"), Decimal("0.0")), "DIVISION_BY_ZERO: Division by zero"),
        ("from_base", ("zz", 10), f"{INVALID}: Not a valid base-10 number: zz"),
        ("to_base", (1, 1), f"{INVALID}: Radix must be between 2 and 36"),
        ("width_bucket", (1, 0, 0, 5), f"{INVALID}: bounds cannot equal each other"),
        ("bit_count", (9, 65), f"{INVALID}: Bits specified in bit_count must be between 2 and 64, got 65"),
        ("random", (0,), f"{INVALID}: bound must be positive"),
        ("inverse_normal_cdf", (0, 1, 0), f"{INVALID}: p must be 0 > p > 1"),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == message


def test_random_numbers_stay_in_their_range(engine):
    assert {answer(engine, "random", 3).value for _ in range(60)} == {0, 1, 2}
    assert {answer(engine, "random", 5, 7).value for _ in range(40)} == {5, 6}
    assert 0 <= answer(engine, "rand").value < 1


def test_a_number_that_is_none_is_not_null(engine):
    assert math.isnan(answer(engine, "cbrt", float("nan")).value)
    assert answer(engine, "cbrt", Sql("NULL", "double")).value is None


def test_a_failure_may_stand_where_duckdb_takes_nothing_volatile(engine):
    sql, _ = emitted("mod", Sql("x", "integer"), Sql("x + 1", "integer"))
    found = engine.execute(
        f"SELECT row_number() OVER (ORDER BY {sql} DESC), TRY({sql}) FROM (VALUES (5)) r(x)"
    )
    assert found.fetchall() == [(1, 5)]
