"""CAST between types. https://trino.io/docs/current/functions/conversion.html"""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.emulator.athena.sql.running import Runner


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("CAST(1e0 AS varchar)", "1.0E0"),
        ("CAST(-10.5e0 AS varchar)", "-1.05E1"),
        ("CAST(1e-7 AS varchar)", "1.0E-7"),
        ("CAST(123456.789e0 AS varchar)", "1.23456789E5"),
        ("CAST(1e100 AS varchar)", "1.0E100"),
        ("CAST(0e0 AS varchar)", "0E0"),
        ("CAST(nan() AS varchar)", "NaN"),
        ("CAST(-infinity() AS varchar)", "-Infinity"),
        ("CAST(REAL '0.1' AS varchar)", "1.0E-1"),
        ("CAST(DECIMAL '1.50' AS varchar)", "1.50"),
        ("CAST(true AS varchar)", "true"),
        ("CAST(DATE '2020-01-02' AS varchar)", "2020-01-02"),
        ("CAST(TIMESTAMP '2020-01-02 03:04:05.6' AS varchar)", "2020-01-02 03:04:05.6"),
        ("CAST(TIMESTAMP '2020-06-02 03:04:05 America/New_York' AS varchar)",
         "2020-06-02 03:04:05 America/New_York"),
        ("CAST(TIMESTAMP '2020-06-02 03:04:05 +05:30' AS varchar)", "2020-06-02 03:04:05 +05:30"),
        ("CAST(INTERVAL '-1' DAY AS varchar)", "-1 00:00:00.000"),
        ("CAST(INTERVAL '14' MONTH AS varchar)", "1-2"),
        ("CAST('12345' AS varchar(3))", "123"),
        ("CAST('ab' AS char(4))", "ab  "),
        ("CAST(' 12' AS double)", 12.0),
        ("CAST('+12' AS integer)", 12),
        ("CAST('1.25' AS decimal(3, 1))", Decimal("1.3")),
        ("CAST(2.5e0 AS integer)", 3),
        ("CAST(-2.5e0 AS bigint)", -3),
        ("CAST(DECIMAL '-0.5' AS integer)", -1),
        ("CAST(DECIMAL '1.005' AS decimal(5, 2))", Decimal("1.01")),
        ("CAST('T' AS boolean)", True),
        ("CAST(0 AS boolean)", False),
        ("CAST('2020-01-01' AS date)", date(2020, 1, 1)),
        ("CAST('2020-01-01 10:00:00.1239' AS timestamp)", datetime(2020, 1, 1, 10, 0, 0, 124000)),
        ("CAST('2020-01-01' AS timestamp)", datetime(2020, 1, 1)),
        ("CAST(TIMESTAMP '2020-06-02 03:04:05 +05:30' AS timestamp)", datetime(2020, 6, 2, 3, 4, 5)),
        ("CAST(TIMESTAMP '2020-06-02 23:30:00 -01:00' AS date)", date(2020, 6, 2)),
        ("CAST(TIMESTAMP '1969-12-31 23:59:59.9996' AS timestamp(3))", datetime(1970, 1, 1)),
        ("TIMESTAMP '2020-06-02 12:00:00 UTC' AT TIME ZONE 'Asia/Tokyo'",
         {"instant": datetime(2020, 6, 2, 12), "zone": "Asia/Tokyo"}),
        ("TIMESTAMP '2020-11-01 01:30:00 America/New_York'",
         {"instant": datetime(2020, 11, 1, 5, 30), "zone": "America/New_York"}),
        ("CAST(ARRAY[1, 2] AS array(varchar))", ["1", "2"]),
        ("CAST(MAP(ARRAY['1'], ARRAY['2']) AS map(integer, bigint))", {1: 2}),
        ("CAST(ROW(1, '2') AS ROW(a varchar, b integer))", {"a": "1", "b": 2}),
        ("CAST(ARRAY[1, NULL] AS json)", "[1,null]"),
        ("CAST(MAP(ARRAY['b', 'a'], ARRAY[1, 2]) AS json)", '{"a":2,"b":1}'),
        ("CAST(CAST(ROW(1, 'x') AS ROW(a integer, b varchar)) AS json)", '{"a":1,"b":"x"}'),
        ("CAST('a\"b' AS json)", '"a\\"b"'),
        ("CAST(JSON '[1,null]' AS array(integer))", [1, None]),
        ("CAST(JSON '[\"a\",1]' AS array(varchar))", ["a", "1"]),
        ("CAST(JSON '{\"a\":[1]}' AS map(varchar, array(integer)))", {"a": [1]}),
        ("CAST(JSON '{\"b\":\"x\",\"a\":1}' AS ROW(a integer, b varchar))", {"a": 1, "b": "x"}),
        ("CAST(JSON 'null' AS integer)", None),
        ("TRY_CAST('x' AS date)", None),
        ("TRY_CAST(300 AS tinyint)", None),
    ],
)  # fmt: skip
def test_a_cast(athena: Runner, expression: str, value: object) -> None:
    assert athena.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("CAST('abc' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to INT"),
        ("CAST(' 1' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast ' 1' to BIGINT"),
        ("CAST('0x10' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast '0x10' to INT"),
        ("CAST('' AS double)", "INVALID_CAST_ARGUMENT: Cannot cast '' to DOUBLE"),
        ("CAST('yes' AS boolean)", "INVALID_CAST_ARGUMENT: Cannot cast 'yes' to BOOLEAN"),
        ("CAST('2020-13-01' AS date)", "INVALID_CAST_ARGUMENT: Value cannot be cast to date: 2020-13-01"),
        ("CAST('2020-01-01T10:00:00' AS timestamp)",
         "INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: 2020-01-01T10:00:00"),
        ("CAST(300 AS tinyint)", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 300"),
        ("CAST(1e30 AS bigint)", "INVALID_CAST_ARGUMENT: Unable to cast 1.0E30 to bigint"),
        ("CAST(nan() AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast double NaN to integer"),
        ("CAST(12345 AS varchar(3))",
         "INVALID_CAST_ARGUMENT: Value 12345 cannot be represented as varchar(3)"),
        ("CAST(DECIMAL '123.4' AS decimal(3, 1))",
         "INVALID_CAST_ARGUMENT: Cannot cast DECIMAL '123.4' to DECIMAL(3, 1)"),
        ("CAST('x' AS decimal(3, 1))",
         "INVALID_CAST_ARGUMENT: Cannot cast VARCHAR 'x' to DECIMAL(3, 1). Value is not a number."),
        ("CAST(1 AS date)", "TYPE_MISMATCH: line 1:8: Cannot cast integer to date"),
        ("CAST('a' AS varbinary)", "TYPE_MISMATCH: line 1:8: Cannot cast varchar(1) to varbinary"),
        ("CAST(ARRAY[1] AS varchar)", "TYPE_MISMATCH: line 1:8: Cannot cast array(integer) to varchar"),
    ],
)  # fmt: skip
def test_a_cast_that_fails(athena: Runner, expression: str, message: str) -> None:
    assert athena.error(f"SELECT {expression}") == message
