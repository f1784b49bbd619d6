"""https://trino.io/docs/current/functions/datetime.html: its examples, zones, and the ends of months."""

import datetime

import pytest

from tests.emulator.athena.functions.calling import Sql, answer, failure


def ts(text: str, precision: int = 3) -> Sql:
    return Sql(f"TIMESTAMP '{text}'", f"timestamp({precision})")


def tz(text: str, zone: str = "UTC") -> Sql:
    """A timestamp with time zone; the text is in UTC."""
    return Sql(f"struct_pack(instant := TIMESTAMP '{text}', zone := '{zone}')", "timestamp(3) with time zone")


def date(text: str) -> Sql:
    return Sql(f"DATE '{text}'", "date")


def time(text: str) -> Sql:
    return Sql(f"TIME '{text}'", "time(3)")


def T(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def Z(text: str, zone: str = "UTC") -> dict:
    return {"instant": T(text), "zone": zone}


X = "2001-08-22 03:04:05.321"
NY = "America/New_York"
CASES = [
    *(
        ("date_trunc", (unit, ts(X)), T(expected), "timestamp(3)")
        for unit, expected in (
            ("millisecond", "2001-08-22 03:04:05.321"),
            ("second", "2001-08-22 03:04:05"),
            ("minute", "2001-08-22 03:04:00"),
            ("hour", "2001-08-22 03:00:00"),
            ("DAY", "2001-08-22 00:00:00"),
            ("week", "2001-08-20 00:00:00"),
            ("month", "2001-08-01 00:00:00"),
            ("quarter", "2001-07-01 00:00:00"),
            ("year", "2001-01-01 00:00:00"),
        )
    ),
    ("date_trunc", ("month", date("2020-02-29")), datetime.date(2020, 2, 1), "date"),
    ("date_trunc", (Sql("'Week'", "varchar"), date("2020-01-01")), datetime.date(2019, 12, 30), "date"),
    ("date_trunc", ("hour", time("01:02:03.456")), datetime.time(1), "time(3)"),
    ("date_trunc", ("day", tz("2020-07-01 02:00:00", NY)), Z("2020-06-30 04:00:00", NY), None),
    ("date_trunc", ("hour", tz("2020-11-01 06:30:00", NY)), Z("2020-11-01 06:00:00", NY), None),
    ("date_trunc", ("day", tz("2020-07-01 02:00:00", "+05:30")), Z("2020-06-30 18:30:00", "+05:30"), None),
    ("date_trunc", ("day", Sql("NULL", "timestamp(3) with time zone")), None, None),
    ("date_add", ("second", 86, ts("2020-03-01 00:00:00")), T("2020-03-01 00:01:26"), "timestamp(3)"),
    ("date_add", ("hour", 9, ts("2020-03-01 00:00:00")), T("2020-03-01 09:00:00"), "timestamp(3)"),
    ("date_add", ("day", -1, tz("2020-03-01 00:00:00")), Z("2020-02-29 00:00:00"), None),
    ("date_add", ("month", 1, date("2020-01-31")), datetime.date(2020, 2, 29), "date"),
    ("date_add", ("quarter", -1, ts("2020-05-31 00:00:00")), T("2020-02-29 00:00:00"), None),
    ("date_add", ("week", 2, date("2020-01-01")), datetime.date(2020, 1, 15), "date"),
    ("date_add", ("hour", 2, time("23:30:00")), datetime.time(1, 30), "time(3)"),
    ("date_add", ("day", 1, tz("2020-03-07 17:00:00", NY)), Z("2020-03-08 16:00:00", NY), None),
    ("date_add", ("hour", 24, tz("2020-03-07 17:00:00", NY)), Z("2020-03-08 17:00:00", NY), None),
    ("date_add", ("day", Sql("NULL", "bigint"), tz("2020-03-07 17:00:00", NY)), None, None),
    ("date_diff", ("second", ts("2020-03-01 00:00:00"), ts("2020-03-02 00:00:00")), 86400, "bigint"),
    ("date_diff", ("hour", tz("2020-03-01 00:00:00"), tz("2020-03-02 00:00:00")), 24, "bigint"),
    ("date_diff", ("day", date("2020-03-01"), date("2020-03-02")), 1, "bigint"),
    (
        "date_diff",
        ("millisecond", ts("2020-06-01 12:30:45", 6), ts("2020-06-02 12:30:45.123456", 6)),
        86400123,
        "bigint",
    ),
    ("date_diff", ("day", ts("2020-03-01 10:00:00"), ts("2020-03-03 09:00:00")), 1, "bigint"),
    ("date_diff", ("month", date("2020-01-31"), date("2020-02-29")), 1, "bigint"),
    ("date_diff", ("month", date("2020-01-31"), date("2020-02-28")), 0, "bigint"),
    ("date_diff", ("month", date("2020-02-29"), date("2020-01-31")), -1, "bigint"),
    ("date_diff", ("month", date("2020-03-31"), date("2020-04-30")), 1, "bigint"),
    ("date_diff", ("year", date("2020-02-29"), date("2021-02-28")), 1, "bigint"),
    ("date_diff", ("quarter", date("2020-01-15"), date("2020-07-14")), 1, "bigint"),
    ("date_diff", ("week", date("2020-01-20"), date("2020-01-01")), -2, "bigint"),
    ("date_diff", ("minute", time("01:00:00"), time("00:30:30")), -29, "bigint"),
    ("date_diff", ("day", tz("2020-03-07 17:00:00", NY), tz("2020-03-08 16:00:00", NY)), 1, "bigint"),
    ("date_diff", ("hour", tz("2020-03-07 17:00:00", NY), tz("2020-03-08 16:00:00", NY)), 23, "bigint"),
    *(
        (name, (ts("2020-01-05 03:04:05.678"),), expected, "bigint")
        for name, expected in (
            ("year", 2020),
            ("quarter", 1),
            ("month", 1),
            ("week", 1),
            ("week_of_year", 1),
            ("day", 5),
            ("day_of_month", 5),
            ("day_of_week", 7),
            ("dow", 7),
            ("day_of_year", 5),
            ("doy", 5),
            ("year_of_week", 2020),
            ("yow", 2020),
            ("hour", 3),
            ("minute", 4),
            ("second", 5),
            ("millisecond", 678),
        )
    ),
    ("year_of_week", (date("2021-01-03"),), 2020, "bigint"),
    ("hour", (tz("2020-07-01 02:00:00", NY),), 22, "bigint"),
    ("day", (tz("2020-07-01 02:00:00", NY),), 30, "bigint"),
    ("timezone_hour", (tz("2020-07-01 02:00:00", NY),), -4, "bigint"),
    ("timezone_minute", (tz("2020-07-01 02:00:00", "-05:30"),), -30, "bigint"),
    ("timezone_minute", (tz("2020-07-01 02:00:00", "+05:30"),), 30, "bigint"),
    ("minute", (Sql("5400000::BIGINT", "interval day to second"),), 30, "bigint"),
    ("month", (Sql("14", "interval year to month"),), 2, "bigint"),
    ("date", (tz("2020-07-01 02:00:00", NY),), datetime.date(2020, 6, 30), "date"),
    ("last_day_of_month", (ts("2020-02-03 01:00:00"),), datetime.date(2020, 2, 29), "date"),
    ("at_timezone", (tz("2020-07-01 02:00:00"), NY), Z("2020-07-01 02:00:00", NY), None),
    ("at_timezone", (tz("2020-07-01 02:00:00"), "GMT+8"), Z("2020-07-01 02:00:00", "+08:00"), None),
    ("with_timezone", (ts("2020-07-01 02:00:00"), NY), Z("2020-07-01 06:00:00", NY), None),
    ("with_timezone", (ts("2020-11-01 01:30:00"), NY), Z("2020-11-01 05:30:00", NY), None),
    ("with_timezone", (ts("2020-03-08 02:30:00"), NY), Z("2020-03-08 07:30:00", NY), None),
    (
        "with_timezone",
        (ts("2020-07-01 02:00:00"), Sql("'-03:00'", "varchar")),
        Z("2020-07-01 05:00:00", "-03:00"),
        None,
    ),
    ("from_unixtime", (1577836800.5,), Z("2020-01-01 00:00:00.500"), "timestamp(3) with time zone"),
    ("from_unixtime", (0,), Z("1970-01-01 00:00:00"), None),
    ("from_unixtime", (0, NY), Z("1970-01-01 00:00:00", NY), None),
    ("from_unixtime", (0, 5, 30), Z("1970-01-01 00:00:00", "+05:30"), None),
    ("from_unixtime", (None,), None, None),
    ("from_unixtime", (float("nan"),), Z("1970-01-01 00:00:00"), None),
    ("from_unixtime", (-0.001,), Z("1969-12-31 23:59:59.999"), None),
    ("to_unixtime", (ts("2020-01-01 00:00:00.500"),), 1577836800.5, "double"),
    ("to_unixtime", (tz("2020-01-01 00:00:00", NY),), 1577836800.0, "double"),
    ("to_iso8601", (date("2020-01-05"),), "2020-01-05", "varchar(16)"),
    ("to_iso8601", (ts("2020-01-05 03:04:05.678"),), "2020-01-05T03:04:05.678", None),
    ("to_iso8601", (ts("2020-01-05 03:04:05", 0),), "2020-01-05T03:04:05", None),
    ("to_iso8601", (tz("2020-01-05 03:04:05.678"),), "2020-01-05T03:04:05.678Z", None),
    ("to_iso8601", (tz("2020-01-05 03:04:05.678", NY),), "2020-01-04T22:04:05.678-05:00", None),
    ("to_milliseconds", (Sql("1500::BIGINT", "interval day to second"),), 1500, "bigint"),
    ("now", (), Z("2024-03-10 12:30:15.250"), "timestamp(3) with time zone"),
    ("current_timezone", (), "UTC", "varchar"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("from_unixtime", (1e30,)),
        ("date_add", ("year", 100000000, date("2020-01-01"))),
        ("date_add", ("day", 9223372036854775807, date("2020-01-01"))),
        ("date_add", ("millisecond", 9223372036854775807, ts("2020-01-01 00:00:00"))),
    ],
)
def test_a_time_too_far_away_is_refused(engine, name, arguments):
    assert failure(engine, name, *arguments).startswith("NOT_SUPPORTED: A time that is not within the years")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("date_trunc", ("hour", date("2020-01-01")), "'hour' is not a valid DATE field"),
        ("date_trunc", ("day", time("01:00:00")), "'day' is not a valid TIME field"),
        ("date_add", ("foo", 1, ts("2020-01-01 00:00:00")), "'foo' is not a valid TIMESTAMP field"),
        (
            "date_diff",
            (Sql("'foo'", "varchar"), date("2020-01-01"), date("2020-01-01")),
            "'foo' is not a valid DATE field",
        ),
        ("at_timezone", (tz("2020-07-01 02:00:00"), "Mars/Base"), "'Mars/Base' is not a valid time zone"),
        (
            "at_timezone",
            (tz("2020-07-01 02:00:00"), Sql("'x'", "varchar")),
            "'x' is not a valid time zone",
        ),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"
