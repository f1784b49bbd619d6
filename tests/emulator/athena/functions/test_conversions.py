"""https://trino.io/docs/current/functions/conversion.html: its examples, and Java's format strings."""

from decimal import Decimal

import pytest

from tests.emulator.athena.functions.calling import Sql, answer, failure
from tests.emulator.athena.functions.test_dates import date, ts

CASES = [
    ("format", ("%s%%", 123), "123%", "varchar"),
    ("format", ("%.5f", 3.141592653589793), "3.14159", None),
    ("format", ("%03d", 8), "008", None),
    ("format", ("%,.2f", 1234567.89), "1,234,567.89", None),
    ("format", ("%-7s,%7s", "hello", "world"), "hello  ,  world", None),
    ("format", ("%2$s %3$s %1$s", "a", "b", "c"), "b c a", None),
    ("format", ("%1$tA, %1$tB %1$te, %1$tY", date("2006-07-04")), "Tuesday, July 4, 2006", None),
    ("format", ("%s %s %s", True, 1.0, None), "true 1.0 null", None),
    ("format", ("%+d|% d|%(d|%x|%X", 5, 5, -5, 255, 255), "+5| 5|(5)|ff|FF", None),
    ("format", ("%.1f", 0.25), "0.3", None),
    ("format", ("%.2f", Decimal("1.005")), "1.01", None),
    ("format", ("%e", 12345.678), "1.234568e+04", None),
    ("format", ("%s", ts("2020-01-05 15:04:00")), "2020-01-05T15:04", None),
    ("format", ("%S|%b|%10.3s|", "abc", True, "abcdef"), "ABC|true|       abc|", None),
    ("format_number", (123456,), "123K", "varchar"),
    ("format_number", (1000000,), "1M", "varchar"),
    ("format_number", (-1234.5,), "-1.23K", "varchar"),
    ("format_number", (999,), "999", "varchar"),
    ("parse_data_size", ("1B",), 1, "decimal(38,0)"),
    ("parse_data_size", ("1kB",), 1024, "decimal(38,0)"),
    ("parse_data_size", ("2.3MB",), 2411724, "decimal(38,0)"),
    ("typeof", (123,), "integer", "varchar"),
    ("typeof", ("cat",), "varchar(3)", "varchar"),
    ("typeof", ([1, None],), "array(integer)", "varchar"),
    ("typeof", (None,), "unknown", "varchar"),
    ("array_join", ([1, None, 2], ","), "1,2", "varchar"),
    ("array_join", ([1, None, 2], ",", "?"), "1,?,2", "varchar"),
    ("array_join", (Sql("[]::VARCHAR[]", "array(varchar)"), ","), "", "varchar"),
    ("array_join", (["a"], "-"), "a", "varchar"),
    ("array_join", ([True, False], "-"), "true-false", "varchar"),
    ("array_join", (Sql("NULL", "array(varchar)"), ","), None, "varchar"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("format", ("%s %s", 1), "Invalid format string: %s %s (Format specifier '%s')"),
        ("format", ("%d", "x"), "Invalid format string: %d (d != java.lang.String)"),
        ("format", ("%q", "x"), "Invalid format string: %q (Conversion = 'q')"),
        ("parse_data_size", ("2 parsecs",), "Invalid data size: '2 parsecs'"),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"
