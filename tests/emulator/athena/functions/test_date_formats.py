"""https://trino.io/docs/current/functions/datetime.html: MySQL's and Joda's patterns, ISO 8601, durations."""

import datetime

import pytest

from tests.emulator.athena.functions.calling import Sql, answer, failure
from tests.emulator.athena.functions.test_dates import NY, T, Z, ts, tz

X = ts("2020-01-05 15:04:05.678")
ODD = "%a %b %c %d %e %H %h %I %i %j %k %l %M %m %p %S %s %v %W %Y %y %%"
CASES = [
    ("date_format", (X, "%Y-%m-%d %H:%i:%s"), "2020-01-05 15:04:05", "varchar"),
    (
        "date_format",
        (X, ODD),
        "Sun Jan 1 05 5 15 03 03 04 005 15 3 January 01 PM 05 05 01 Sunday 2020 20 %",
        None,
    ),
    ("date_format", (X, "%r|%T|%f|%x"), "03:04:05 PM|15:04:05|678000|2020", None),
    ("date_format", (X, Sql("'%Y/%c'", "varchar")), "2020/1", None),
    ("date_format", (X, "%Yy%q"), "2020yq", None),
    ("date_format", (Sql("DATE '2020-01-05'", "date"), "%M"), "January", None),
    ("date_format", (tz("2020-07-01 02:00:00", NY), "%H"), "22", None),
    ("date_format", (None, "%H"), None, None),
    ("date_parse", ("2022/10/20/05", "%Y/%m/%d/%H"), T("2022-10-20 05:00:00"), "timestamp(3)"),
    ("date_parse", ("2020-1-5", "%Y-%m-%d"), T("2020-01-05 00:00:00"), None),
    (
        "date_parse",
        ("2020-01-05 15:04:05.678999", "%Y-%m-%d %H:%i:%s.%f"),
        T("2020-01-05 15:04:05.678"),
        None,
    ),
    ("date_parse", ("01-Feb-20 3:04 pm", "%d-%b-%y %l:%i %p"), T("2020-02-01 15:04:00"), None),
    ("date_parse", ("69 70", "%y 70"), T("2069-01-01 00:00:00"), None),
    ("date_parse", ("20200105", "%Y%m%d"), T("2020-01-05 00:00:00"), None),
    ("date_parse", ("15:04", "%H:%i"), T("1970-01-01 15:04:00"), None),
    ("date_parse", ("02-29", "%m-%d"), T("2000-02-29 00:00:00"), None),
    (
        "date_parse",
        (Sql("'2020-01-05'", "varchar"), Sql("'%Y-%m-%d'", "varchar")),
        T("2020-01-05 00:00:00"),
        None,
    ),
    ("format_datetime", (X, "yyyy-MM-dd HH:mm:ss.SSS"), "2020-01-05 15:04:05.678", "varchar"),
    (
        "format_datetime",
        (X, "EEEE, d MMMM yy 'at' h 'o''clock' a"),
        "Sunday, 5 January 20 at 3 o'clock PM",
        None,
    ),
    ("format_datetime", (X, "xxxx-'W'ww-e D K k S"), "2020-W01-7 5 3 15 6", None),
    (
        "format_datetime",
        (tz("2020-07-01 02:00:00", NY), "HH:mm Z ZZ ZZZ z"),
        f"22:00 -0400 -04:00 {NY} EDT",
        None,
    ),
    ("format_datetime", (tz("2020-07-01 02:00:00"), "ZZ z"), "+00:00 UTC", None),
    (
        "parse_datetime",
        ("2020-01-05 15:04", "yyyy-MM-dd HH:mm"),
        Z("2020-01-05 15:04:00"),
        "timestamp(3) with time zone",
    ),
    (
        "parse_datetime",
        ("2020-01-05T15:04+05:30", "yyyy-MM-dd'T'HH:mmZ"),
        Z("2020-01-05 09:34:00", "+05:30"),
        None,
    ),
    ("parse_datetime", (f"1/7/2020 {NY}", "d/M/yyyy ZZZ"), Z("2020-07-01 04:00:00", NY), None),
    ("parse_datetime", ("1960/01/22 3:04", "yyyy/MM/dd H:m"), Z("1960-01-22 03:04:00"), None),
    ("parse_datetime", ("5 jan 2020 12 AM", "d MMM yyyy h a"), Z("2020-01-05 00:00:00"), None),
    ("parse_datetime", ("20200105150405", "yyyyMMddHHmmss"), Z("2020-01-05 15:04:05"), None),
    ("from_iso8601_timestamp", ("2020-05-11",), Z("2020-05-11 00:00:00"), "timestamp(3) with time zone"),
    ("from_iso8601_timestamp", ("2020-05-11T11:15:05",), Z("2020-05-11 11:15:05"), None),
    (
        "from_iso8601_timestamp",
        ("2020-05-11T11:15:05.055+01:00",),
        Z("2020-05-11 10:15:05.055", "+01:00"),
        None,
    ),
    ("from_iso8601_timestamp", ("2020-05-11T11:15Z",), Z("2020-05-11 11:15:00"), None),
    ("from_iso8601_date", ("2020-05-11",), datetime.date(2020, 5, 11), "date"),
    ("from_iso8601_date", ("2020-W10",), datetime.date(2020, 3, 2), "date"),
    ("from_iso8601_date", ("2020-W10-3",), datetime.date(2020, 3, 4), "date"),
    ("from_iso8601_date", ("2020-123",), datetime.date(2020, 5, 2), "date"),
    ("parse_duration", ("42.8ms",), 43, "interval day to second"),
    ("parse_duration", ("3.81 d",), ((3 * 24 + 19) * 60 + 26) * 60_000 + 24_000, None),
    ("parse_duration", ("5m",), 300_000, None),
    ("human_readable_seconds", (56363463,), "93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds", "varchar"),
    ("human_readable_seconds", (61,), "1 minute, 1 second", "varchar"),
    ("human_readable_seconds", (0,), "0 seconds", "varchar"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("date_format", (X, "%D"), "%D not supported in date format string"),
        ("date_parse", ("2020-01", "%Y-%m-%d"), 'Invalid format: "2020-01" is too short'),
        ("date_parse", ("x", "%Y"), 'Invalid format: "x"'),
        ("date_parse", ("2020-01-05x", "%Y-%m-%d"), 'Invalid format: "2020-01-05x" is malformed at "x"'),
        (
            "date_parse",
            ("2021-02-29", "%Y-%m-%d"),
            'Cannot parse "2021-02-29": Value 29 for dayOfMonth must be in the range [1,28]',
        ),
        ("format_datetime", (X, "yyyy-b"), "Illegal pattern component: b"),
        ("from_iso8601_timestamp", ("nonsense",), 'Invalid format: "nonsense"'),
        ("parse_duration", ("5 parsecs",), "Unknown time unit: parsecs"),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"
