"""Operators, conditions and their types.

https://trino.io/docs/current/functions/decimal.html and the pages beside it
"""

import math
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from localstack_lab.athena.sql.errors import QueryError

from tests.emulator.athena.sql.running import Runner


@pytest.mark.parametrize(
    ("expression", "value", "type_"),
    [
        ("7 / 2", 3, "integer"),
        ("-7 / 2", -3, "integer"),
        ("-7 % 3", -1, "integer"),
        ("CAST(-128 AS tinyint) % CAST(-1 AS tinyint)", 0, "tinyint"),
        ("1 + BIGINT '1'", 2, "bigint"),
        ("2147483648", 2147483648, "bigint"),
        ("-9223372036854775808", -(2**63), "bigint"),
        ("1.5", 1.5, "double"),
        ("0.1 + 0.2", 0.1 + 0.2, "double"),
        ("DECIMAL '1.10' + DECIMAL '22.5'", Decimal("23.60"), "decimal(5,2)"),
        ("DECIMAL '1.10' * DECIMAL '22.5'", Decimal("24.750"), "decimal(6,3)"),
        ("DECIMAL '1.0' / 3", Decimal("0.3"), "decimal(2,1)"),
        ("DECIMAL '2.00' / DECIMAL '-3.0'", Decimal("-0.67"), "decimal(4,2)"),
        ("DECIMAL '7.5' % 2", Decimal("1.5"), "decimal(2,1)"),
        ("DECIMAL '-7.5' % DECIMAL '2.00'", Decimal("-1.50"), "decimal(3,2)"),
        ("1 + DECIMAL '0.5'", Decimal("1.5"), "decimal(12,1)"),
        ("DECIMAL '1.5' + 1e0", 2.5, "double"),
        ("5e0 / 0", math.inf, "double"),
        ("REAL '1.5' + 1", 2.5, "real"),
        ("DATE '2020-01-31' + INTERVAL '1' MONTH", date(2020, 2, 29), "date"),
        ("TIMESTAMP '2020-01-01 00:00:00' - INTERVAL '1' HOUR", datetime(2019, 12, 31, 23), "timestamp(3)"),
        ("DATE '2020-01-03' - DATE '2020-01-01'", 2 * 86_400_000, "interval day to second"),
        ("INTERVAL '3' HOUR / 2", 5_400_000, "interval day to second"),
        ("INTERVAL '2 03:04:05.678' DAY TO SECOND", 183_845_678, "interval day to second"),
        ("INTERVAL '1' YEAR + INTERVAL '2' MONTH", 14, "interval year to month"),
        ("-INTERVAL '1-6' YEAR TO MONTH", -18, "interval year to month"),
        ("NULLIF(1, 1)", None, "integer"),
        ("IF(false, 1, DECIMAL '2.5')", Decimal("2.5"), "decimal(11,1)"),
        ("COALESCE(NULL, 'a', 'bcd')", "a", "varchar(3)"),
        ("CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'bb' END", "bb", "varchar(2)"),
        ("1 IN (2, NULL)", None, "boolean"),
        ("1 IN (1, NULL)", True, "boolean"),
        ("2 BETWEEN 1 AND NULL", None, "boolean"),
        ("NULL IS DISTINCT FROM NULL", False, "boolean"),
        ("1 = 1.0", True, "boolean"),
        ("'a' = 'a '", False, "boolean"),
        ("CAST('a' AS char(3)) = 'a'", True, "boolean"),
        ("'a_b' LIKE 'a!_b' ESCAPE '!'", True, "boolean"),
        ("'a%' LIKE 'a\\%'", False, "boolean"),
        ("ROW(1, 2) = ROW(1, 2)", True, "boolean"),
        ("ARRAY[1, NULL] = ARRAY[1, NULL]", None, "boolean"),
        ("ARRAY[1, NULL] = ARRAY[2, NULL]", False, "boolean"),
        ("MAP(ARRAY['a', 'b'], ARRAY[1, 2]) = MAP(ARRAY['b', 'a'], ARRAY[2, 1])", True, "boolean"),
        ("nan() = nan()", False, "boolean"),
        ("nan() <> nan()", True, "boolean"),
        ("nan() > 1", False, "boolean"),
        ("1 < nan()", False, "boolean"),
        ("NOT (nan() = CAST(NULL AS double))", None, "boolean"),
        ("ARRAY[1, 2, 3][2]", 2, "integer"),
        ("MAP(ARRAY['a'], ARRAY[1])['a']", 1, "integer"),
        ("ROW(1, 'x')[2]", "x", "varchar(1)"),
        ("CAST(ROW(1, 'x') AS ROW(a integer, B varchar)).b", "x", "varchar"),
        ("X'00ff'", b"\x00\xff", "varbinary"),
        ("U&'caf\\00e9'", "café", "varchar(4)"),
        ("current_date", date(2024, 5, 6), "date"),
        ("localtimestamp", datetime(2024, 5, 6, 7, 8, 9, 123000), "timestamp(3)"),
        ("localtimestamp(0)", datetime(2024, 5, 6, 7, 8, 9), "timestamp(0)"),
        ("current_user", "tester", "varchar"),
        ("TRY(1 / 0)", None, "integer"),
        ("COALESCE(TRY(CAST('x' AS integer)), 7)", 7, "integer"),
        ("TIMESTAMP '2020-01-01 10:00:00 UTC' = TIMESTAMP '2020-01-01 11:00:00 +01:00'", True, "boolean"),
    ],
)
def test_an_expression(athena: Runner, expression: str, value: object, type_: str) -> None:
    assert athena.value(expression) == value
    assert athena.type(expression) == type_


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("1 % 0", "DIVISION_BY_ZERO: Division by zero"),
        ("DECIMAL '1.5' / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1"),
        ("BIGINT '9223372036854775807' * 2",
         "NUMERIC_VALUE_OUT_OF_RANGE: bigint multiplication overflow: 9223372036854775807 * 2"),
        # Trino's IntegerOperators.negate, and its likes for the other types
        ("-(-2147483647 - 1)",
         "NUMERIC_VALUE_OUT_OF_RANGE: integer negation overflow: -2147483648"),
        ("max(-x) FROM (VALUES SMALLINT '-32768') t(x)",
         "NUMERIC_VALUE_OUT_OF_RANGE: smallint negation overflow: -32768"),
        ("-CAST('-9223372036854775808' AS bigint)",
         "NUMERIC_VALUE_OUT_OF_RANGE: bigint negation overflow: -9223372036854775808"),
        # Trino's ExpressionAnalyzer
        ("IF(true, 1, 'a')",
         "TYPE_MISMATCH: line 1:8: Result types for IF must be the same: integer vs varchar(1)"),
        ("ARRAY[1, 'a']",
         "TYPE_MISMATCH: line 1:17: All ARRAY elements must be the same type or coercible to a common type"),
        ("nothing(x) FROM (VALUES 1) t(y)", "COLUMN_NOT_FOUND: line 1:16: Column 'x'"),
        ("y, nothing(x) FROM (VALUES (1, 2)) t(x, y) GROUP BY y",
         "FUNCTION_NOT_FOUND: line 1:11: Function 'nothing' not registered"),
        ("y, checksum(x) FROM (VALUES (1, 2)) t(x, y) GROUP BY y",
         "NOT_SUPPORTED: line 1:11: Function 'checksum'"),
        ("1 = 'x'", "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer = varchar(1)"),
        ("'a' + 1", "TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) + integer"),
        ("-'a'", "TYPE_MISMATCH: line 1:8: Cannot negate varchar(1)"),
        ("1 IN ('a')", "TYPE_MISMATCH: line 1:14: IN value and list items must be the same type"),
        ("NOT 1",
         "TYPE_MISMATCH: line 1:12: Value of logical NOT expression must evaluate to a boolean "
         "(actual: integer)"),
        ("CASE WHEN true THEN 1 ELSE 'x' END",
         "TYPE_MISMATCH: line 1:35: All CASE results must be the same type"),
        ("ARRAY[1][2]",
         "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 2 > 1"),
        ("ARRAY[1][0]", "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1"),
        ("MAP(ARRAY['a'], ARRAY[1])['b']", "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"),
        ("nothing(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'nothing' not registered"),
        ("upper(1)",
         "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function upper. Expected: "),
        ("DATE '2020-02-30'", "INVALID_LITERAL: line 1:8: '2020-02-30' is not a valid DATE literal"),
        ("99999999999999999999", "INVALID_LITERAL: line 1:8: Invalid numeric literal: 99999999999999999999"),
        ("CAST(1 AS nothing)", "TYPE_NOT_FOUND: line 1:8: Unknown type: nothing"),
        ("CAST(1 AS geometry)", "NOT_SUPPORTED: line 1:8: Type geometry"),
        ("(SELECT id FROM orders)", "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows"),
        ("DATE '2020-01-01' + INTERVAL '1' HOUR",
         "INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date"),
    ],
)  # fmt: skip
def test_an_expression_that_fails(athena: Runner, expression: str, message: str) -> None:
    assert athena.error(f"SELECT {expression}").startswith(message)


def test_lambdas_see_columns_and_one_another(athena: Runner) -> None:
    sql = "SELECT transform(ARRAY[1, 2], x -> transform(ARRAY[10], y -> x * y + id)) FROM orders WHERE id = 3"
    assert athena.rows(sql) == [([[13], [23]],)]


def test_no_parameter_is_taken_for_a_name(athena: Runner) -> None:
    assert athena.rows("SELECT id FROM orders WHERE customer = ?", "ann") == [(1,)]
    assert athena.rows("SELECT id FROM orders WHERE customer = ? AND id = ?", "'ann'", "0 + 1") == [(1,)]
    assert athena.rows("SELECT id FROM orders WHERE customer = ?", "' OR 1 = 1 --") == []
    message = "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 2"
    assert athena.error("SELECT ?", "1", "2") == message


@pytest.mark.parametrize(
    "sql",
    ["SELECT 'a\x00b'", "SELECT U&'\\0000'", "SELECT CHAR U&'\\00000\\0000'", 'SELECT 1 AS "\x000\x00"'],
)
def test_no_text_can_be_taken_for_the_analyzers_own_marks(athena: Runner, sql: str) -> None:
    assert "U+0000" in athena.error(sql)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ROW(1, 2) IN (SELECT id, hour FROM orders)", False),
        ("ROW(1, 10) IN (SELECT id, hour FROM orders)", True),
        ("ROW(1, NULL) IN (SELECT id, hour FROM orders)", None),
        ("(SELECT id, dt FROM orders WHERE id = 2).dt", "2024-01-02"),
        ("CAST('ab' AS char(3)) || '|'", "ab |"),
        ("CAST(DECIMAL '-.5' AS varchar)", "-0.5"),
    ],
)
def test_rows_and_chars(athena: Runner, expression: str, value: object) -> None:
    assert athena.value(expression) == value


def test_unnest_keeps_rows_or_spreads_them_as_the_aliases_say(athena: Runner) -> None:
    rows = "UNNEST(ARRAY[ROW('a', 1), ROW('b', 2)])"
    assert athena.rows(f"SELECT r[1] FROM {rows} AS t(r)") == [("a",), ("b",)]
    assert athena.rows(f"SELECT s, n FROM {rows} AS t(s, n)") == [("a", 1), ("b", 2)]
    assert athena.rows("SELECT r.x FROM UNNEST(ARRAY[CAST(ROW(7) AS ROW(x integer))]) AS t(r)") == [(7,)]


def test_a_column_of_the_name_of_a_lambdas_parameter(athena: Runner) -> None:
    sql = "SELECT transform(ARRAY[1], id -> id + 1), transform(ARRAY[1], a -> a + id) FROM orders"
    sql += " WHERE id = 3"
    assert athena.rows(sql) == [([2], [4])]


@pytest.mark.parametrize(
    "expression",
    [
        "DATE '9999-12-31' + INTERVAL '9999999' YEAR",
        "DATE '9999-12-31' - INTERVAL '9999999' YEAR",
        "DATE '9999-12-31' + INTERVAL '9999999999' DAY",
        "(SELECT DATE '9999-12-31' + x FROM (VALUES INTERVAL '9999999999' DAY) AS v(x))",
        "TIMESTAMP '9999-12-31 00:00:00' + INTERVAL '9999999' YEAR",
        "TIMESTAMP '9999-12-31 00:00:00' + INTERVAL '999999' YEAR",
        "TIMESTAMP '9999-12-31 00:00:00' - INTERVAL '999999999' DAY",
        "TIMESTAMP '9999-12-31 00:00:00' + INTERVAL '106000000' DAY",
        "TIMESTAMP '9999-12-31 00:00:00 UTC' + INTERVAL '9999999' YEAR",
        "TIMESTAMP '9999-12-31 00:00:00 UTC' + INTERVAL '106000000' DAY",
    ],
)
def test_a_time_beyond_what_can_be_held(athena: Runner, expression: str) -> None:
    message = "NOT_SUPPORTED: A date or time beyond the years that DuckDB holds"
    assert athena.error(f"SELECT {expression}").startswith(message)


def test_a_time_of_day_goes_round_the_clock(athena: Runner) -> None:
    assert athena.value("TIME '10:00:00' + INTERVAL '999999999' DAY") == time(10)
    assert athena.value("TIME '10:00:00' - INTERVAL '25' HOUR") == time(9)


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        # TRY is for four errors: https://trino.io/docs/current/functions/conditional.html#try
        ("TRY(1 / x)", None),
        ("TRY(CAST(x || 'a' AS integer))", None),
        (
            "TRY(ARRAY[x, NULL] < ARRAY[x, 5])",
            "NOT_SUPPORTED: ARRAY comparison not supported for arrays with",
        ),
        (
            "TRY(DATE '2020-01-01' + (x + 3000000000) * INTERVAL '1' DAY)",
            "NOT_SUPPORTED: A date or time beyond",
        ),
        ("CASE WHEN x IS NULL THEN ARRAY[x, NULL] < ARRAY[x, 5] END", None),
    ],
)
def test_what_try_does_not_catch(athena: Runner, expression: str, error: str | None) -> None:
    values = "('0')" if "||" in expression else "(0)"
    sql = f"SELECT {expression} FROM (VALUES {values}) t(x)"
    if error is None:
        assert athena.rows(sql) == [(None,)]
    else:
        assert athena.error(sql).startswith(error)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT x, TRY(10 / (SELECT y - x FROM (VALUES 2) u(y))) FROM (VALUES 1, 2) t(x)",
         [(1, 10), (2, None)]),
        ("SELECT x, TRY(CASE WHEN x IN (SELECT 1) THEN 1 / 0 WHEN EXISTS (SELECT 1 WHERE x = 2) THEN 5 END) "
         "FROM (VALUES 1, 2) t(x)", [(1, None), (2, 5)]),
        ("SELECT x, TRY(TRY(1 / (SELECT 0)) + (SELECT 1)) FROM (VALUES 1) t(x)", [(1, None)]),
        ("SELECT x + 1, TRY(sum(y) / (SELECT x - 1)) FROM (VALUES (1, 5), (3, 8)) t(x, y) GROUP BY x",
         [(2, None), (4, 4)]),
        ("SELECT sum(TRY(1 / (SELECT x))) FROM (VALUES 0, 1) t(x)", [(1,)]),
    ],
)  # fmt: skip
def test_try_over_subqueries(athena: Runner, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert sorted(athena.rows(sql)) == rows


def test_the_failure_of_a_subquery_is_not_tried(athena: Runner) -> None:
    # Trino's planner works subqueries out before the expression that they stand in (SubqueryPlanner)
    assert athena.error("SELECT TRY((SELECT 1 / 0))") == "DIVISION_BY_ZERO: Division by zero"
    message = "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows"
    assert athena.error("SELECT TRY((SELECT x FROM (VALUES 1, 2) t(x)))") == message


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        # what stands before decides, and what would fail is not evaluated: Trino's AndCodeGenerator
        ("x <> 0 AND 10 / x > 2", [False, True, True, None]),
        ("x = 0 OR 10 / x > 2", [True, True, True, None]),
        ("NOT (x = 0 OR 10 / x <= 2)", [False, True, True, None]),
        ("x > 1 AND x <> 0 AND 10 / x > 2 AND 10 % x = 0", [False, False, True, None]),
        ("x BETWEEN 1 AND 10 / x", [False, True, True, None]),
        ("any_match(ARRAY[x, 1], v -> v <> 0 AND 10 / v > 20)", [False, False, False, None]),
        ("x IS NULL OR x = 0 OR (x <> 1 AND 1 / (x - 1) > 0)", [True, False, True, True]),
        ("s LIKE '1%' AND CAST(s AS integer) > 5", [False, True, False, None]),
        ("regexp_like(s, '^[0-9]+$') AND CAST(s AS integer) > 5 AND 1 / (CAST(s AS integer) - 3) >= 0",
         [False, True, False, None]),
        ("NULL AND 1 / 0 = 1 AND false", None),
    ],
)  # fmt: skip
def test_terms_that_are_not_reached(
    athena: Runner, expression: str, values: list[bool | None] | None
) -> None:
    source = "(VALUES (0, 'a'), (1, '12'), (2, '3'), (NULL, NULL)) t(x, s)"
    if values is None:
        assert athena.error(f"SELECT {expression}").startswith("DIVISION_BY_ZERO")
        return
    assert [row[0] for row in athena.rows(f"SELECT {expression} FROM {source}")] == values
    there = [row for row in athena.rows(f"SELECT x FROM {source} WHERE {expression}")]
    assert len(there) == values.count(True)
    assert athena.rows(f"SELECT count(*) FILTER (WHERE {expression}) FROM {source}") == [
        (values.count(True),)
    ]


def test_terms_that_are_not_reached_beside_a_subquery(athena: Runner) -> None:
    sql = "SELECT x FROM (VALUES 0, 1, 2) t(x) WHERE x <> 0 AND 10 / x > 2 AND x IN (SELECT 1)"
    assert athena.rows(sql) == [(1,)]


def test_many_terms_that_may_fail_are_not_slow(athena: Runner) -> None:
    terms = " OR ".join(f"CAST(s AS integer) = {n}" for n in range(500))
    assert athena.rows(f"SELECT s FROM (VALUES '7', '700') t(s) WHERE {terms}") == [("7",)]


@pytest.mark.parametrize(
    "condition",
    [
        "x + 9223372036854775807 = 5",
        "9223372036854775807 + x > 5",
        "x * 9223372036854775807 = 10",
        "x - (-9223372036854775807) <= 5",
        "(x + 9223372036854775807) BETWEEN 5 AND 7",
        "x + 9223372036854775807 <> 5",
        "CAST('9223372036854775807' AS bigint) + x < 1 + 1",
        "x + 9223372036854775807 IN (5, 6)",
        "5 IS DISTINCT FROM x + 9223372036854775807",
    ],
)
def test_an_overflow_in_a_comparison_is_told(athena: Runner, condition: str) -> None:
    """DuckDB would reckon with the constants first, and find a difference instead of an overflow."""
    with pytest.raises(
        QueryError, match=r"NUMERIC_VALUE_OUT_OF_RANGE: bigint (addition|subtraction|multiplication)"
    ):
        athena.rows(f"SELECT count(*) FROM (VALUES BIGINT '5', BIGINT '2') AS t (x) WHERE {condition}")


def test_a_long_chain_of_concatenations_is_not_slow(athena: Runner) -> None:
    chain = " || ".join(["s"] * 60)
    assert athena.rows(f"SELECT {chain} FROM (VALUES 'a') t(s)") == [("a" * 60,)]


@pytest.mark.parametrize(
    "drawn",
    [
        "CASE random(3) WHEN 0 THEN 1 WHEN 1 THEN 1 WHEN 2 THEN 1 ELSE 0 END = 0",
        "nullif(random(2), 0) = 0",
        "random(5) BETWEEN 3 AND 1",
    ],
)
def test_what_is_drawn_by_lot_is_drawn_once(athena: Runner, drawn: str) -> None:
    sql = f"SELECT count_if({drawn}) FROM UNNEST(sequence(1, 2000)) t(n)"
    assert athena.rows(sql) == [(0,)]
