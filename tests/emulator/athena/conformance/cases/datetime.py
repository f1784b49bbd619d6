"""Dates, times, time zones and intervals. Athena's session is in UTC."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, value

PAGE = f"{TRINO}/functions/datetime.html"
TYPES = f"{TRINO}/language/types.html#date-and-time"
ENGINE_3 = f"{ATHENA}/engine-versions-reference-0003.html"
MOMENT = "TIMESTAMP '2001-08-22 03:04:05.321'"
OCTOBER = "TIMESTAMP '2022-10-20 05:10:00.000'"

CASES = [
    value(PAGE, "date '2012-08-08' + interval '2' day", "2012-08-10"),
    value(PAGE, "time '01:00' + interval '3' hour", "04:00:00.000"),
    value(PAGE, "timestamp '2012-08-08 01:00' + interval '29' hour", "2012-08-09 06:00:00.000"),
    value(PAGE, "timestamp '2012-10-31 01:00:00.000' + interval '1' month", "2012-11-30 01:00:00.000"),
    value(PAGE, "interval '2' day + interval '3' hour", "2 03:00:00.000"),
    value(PAGE, "interval '3' year + interval '5' month", "3-5"),
    value(PAGE, "date '2012-08-08' - interval '2' day", "2012-08-06"),
    value(PAGE, "time '01:00' - interval '3' hour", "22:00:00.000"),
    value(PAGE, "timestamp '2012-08-08 01:00' - interval '29' hour", "2012-08-06 20:00:00.000"),
    value(PAGE, "timestamp '2012-10-31 01:00:00.000' - interval '1' month", "2012-09-30 01:00:00.000"),
    value(PAGE, "interval '2' day - interval '3' hour", "1 21:00:00.000"),
    value(PAGE, "interval '3' year - interval '5' month", "2-7"),
    fails(ENGINE_3, "SELECT TIME '01:00' + INTERVAL '3' MONTH", "TYPE_MISMATCH: line 1:"),
    # truncation
    value(PAGE, f"date_trunc('millisecond', {MOMENT})", "2001-08-22 03:04:05.321"),
    value(PAGE, f"date_trunc('second', {MOMENT})", "2001-08-22 03:04:05.000"),
    value(PAGE, f"date_trunc('minute', {MOMENT})", "2001-08-22 03:04:00.000"),
    value(PAGE, f"date_trunc('hour', {MOMENT})", "2001-08-22 03:00:00.000"),
    value(PAGE, f"date_trunc('day', {MOMENT})", "2001-08-22 00:00:00.000"),
    value(PAGE, f"date_trunc('week', {MOMENT})", "2001-08-20 00:00:00.000"),
    value(PAGE, f"date_trunc('month', {MOMENT})", "2001-08-01 00:00:00.000"),
    value(PAGE, f"date_trunc('quarter', {MOMENT})", "2001-07-01 00:00:00.000"),
    value(PAGE, f"date_trunc('year', {MOMENT})", "2001-01-01 00:00:00.000"),
    value(PAGE, "date_trunc('month', DATE '2022-10-20')", "2022-10-01"),
    # arithmetic
    value(PAGE, "date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00.000')", "2020-03-01 00:01:26.000"),
    value(PAGE, "date_add('hour', 9, TIMESTAMP '2020-03-01 00:00:00.000')", "2020-03-01 09:00:00.000"),
    value(
        PAGE, "date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00.000 UTC')", "2020-02-29 00:00:00.000 UTC"
    ),
    value(PAGE, "date_add('month', 1, DATE '2024-01-31')", "2024-02-29"),
    value(
        PAGE, "date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00')", "86400"
    ),
    value(
        PAGE,
        "date_diff('hour', TIMESTAMP '2020-03-01 00:00:00 UTC', TIMESTAMP '2020-03-02 00:00:00 UTC')",
        "24",
    ),
    value(PAGE, "date_diff('day', DATE '2020-03-01', DATE '2020-03-02')", "1"),
    value(
        PAGE,
        "date_diff('second', TIMESTAMP '2020-06-01 12:30:45.000000', TIMESTAMP '2020-06-02 12:30:45.123456')",
        "86400",
    ),
    value(
        PAGE,
        (
            "date_diff('millisecond', TIMESTAMP '2020-06-01 12:30:45.000000', TIMESTAMP '2020-06-02"
            " 12:30:45.123456')"
        ),
        "86400123",
    ),
    value(PAGE, "date_diff('hour', TIMESTAMP '2020-01-01 00:59:00', TIMESTAMP '2020-01-01 01:01:00')", "0"),
    value(PAGE, "date_diff('year', DATE '2020-06-01', DATE '2021-05-31')", "0"),
    value(PAGE, "date_diff('day', DATE '2020-03-02', DATE '2020-03-01')", "-1"),
    # reading and writing
    value(PAGE, f"date_format({OCTOBER}, '%m-%d-%Y %H')", "10-20-2022 05"),
    value(PAGE, f"date_format({OCTOBER}, '%W %M %e %Y')", "Thursday October 20 2022"),
    value(PAGE, f"date_format({OCTOBER}, '%a %b %y %j %p %l:%i:%s')", "Thu Oct 22 293 AM 5:10:00"),
    value(PAGE, f"date_format({OCTOBER}, '%r|%T|%f|%c|%%')", "05:10:00 AM|05:10:00|000000|10|%"),
    value(PAGE, "date_parse('2022/10/20/05', '%Y/%m/%d/%H')", "2022-10-20 05:00:00.000"),
    value(PAGE, "date_parse('69-01-02', '%y-%m-%d')", "2069-01-02 00:00:00.000"),
    fails(PAGE, f"SELECT date_format({OCTOBER}, '%D')", "INVALID_FUNCTION_ARGUMENT: %D not supported"),
    value(PAGE, f"format_datetime({OCTOBER}, 'yyyy-MM-dd''T''HH:mm:ss')", "2022-10-20T05:10:00"),
    value(PAGE, f"format_datetime({OCTOBER}, 'EEE, d MMM yyyy')", "Thu, 20 Oct 2022"),
    value(PAGE, "parse_datetime('2022-10-20 05:10', 'yyyy-MM-dd HH:mm')", "2022-10-20 05:10:00.000 UTC"),
    value(
        PAGE,
        "parse_datetime('20/Oct/2022:05:10:00 +0200', 'dd/MMM/yyyy:HH:mm:ss Z')",
        "2022-10-20 05:10:00.000 +02:00",
    ),
    value(PAGE, "from_iso8601_timestamp('2020-05-11')", "2020-05-11 00:00:00.000 UTC"),
    value(PAGE, "from_iso8601_timestamp('2020-05-11T11:15:05')", "2020-05-11 11:15:05.000 UTC"),
    value(PAGE, "from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00')", "2020-05-11 11:15:05.055 +01:00"),
    value(PAGE, "from_iso8601_date('2020-05-11')", "2020-05-11"),
    value(PAGE, "from_iso8601_date('2020-W10')", "2020-03-02"),
    value(PAGE, "from_iso8601_date('2020-123')", "2020-05-02"),
    value(PAGE, "to_iso8601(DATE '2020-05-11')", "2020-05-11"),
    value(
        ENGINE_3,
        "to_iso8601(with_timezone(TIMESTAMP '2023-01-01 00:00:00.000', 'UTC'))",
        "2023-01-01T00:00:00.000Z",
    ),
    value(ENGINE_3, "to_iso8601(CAST(DATE '2023-02-24' AS TIMESTAMP))", "2023-02-24T00:00:00.000"),
    value(PAGE, "from_unixtime(1577836800)", "2020-01-01 00:00:00.000 UTC"),
    value(
        PAGE,
        "from_unixtime(1577836800, 'America/Los_Angeles')",
        "2019-12-31 16:00:00.000 America/Los_Angeles",
    ),
    value(PAGE, "from_unixtime(1577836800, 5, 30)", "2020-01-01 05:30:00.000 +05:30"),
    value(PAGE, "to_unixtime(TIMESTAMP '2020-01-01 00:00:00.000')", "1.5778368E9"),
    value(PAGE, "date('2020-05-11')", "2020-05-11"),
    value(PAGE, "last_day_of_month(DATE '2024-02-10')", "2024-02-29"),
    value(PAGE, "to_milliseconds(interval '1' hour)", "3600000"),
    value(PAGE, "human_readable_seconds(96)", "1 minute, 36 seconds"),
    value(PAGE, "human_readable_seconds(3762)", "1 hour, 2 minutes, 42 seconds"),
    value(PAGE, "human_readable_seconds(56363463)", "93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds"),
    value(PAGE, "parse_duration('42.8ms')", "0 00:00:00.043"),
    value(PAGE, "parse_duration('3.81 d')", "3 19:26:24.000"),
    value(PAGE, "parse_duration('5m')", "0 00:05:00.000"),
    # parts
    value(PAGE, f"extract(YEAR FROM {OCTOBER})", "2022"),
    value(PAGE, f"extract(DOW FROM {OCTOBER})", "4"),
    value(PAGE, f"extract(DOY FROM {OCTOBER})", "293"),
    value(PAGE, "day_of_week(DATE '2022-10-23')", "7"),
    value(PAGE, "week(DATE '2021-01-01')", "53"),
    value(PAGE, "year_of_week(DATE '2021-01-01')", "2020"),
    value(PAGE, "quarter(DATE '2022-10-20')", "4"),
    value(PAGE, f"hour({OCTOBER})", "5"),
    value(PAGE, f"millisecond({MOMENT})", "321"),
    value(ENGINE_3, "EXTRACT(TIMEZONE_HOUR FROM TIMESTAMP '2020-05-10 12:34:56 +08:35')", "8"),
    value(ENGINE_3, "EXTRACT(TIMEZONE_MINUTE FROM TIMESTAMP '2020-05-10 12:34:56 +08:35')", "35"),
    # time zones
    value(
        PAGE,
        "timestamp '2012-10-31 01:00:00.000 UTC' AT TIME ZONE 'America/Los_Angeles'",
        "2012-10-30 18:00:00.000 America/Los_Angeles",
    ),
    value(
        PAGE,
        "at_timezone(TIMESTAMP '2022-11-01 09:08:07.321', 'America/Los_Angeles')",
        "2022-11-01 02:08:07.321 America/Los_Angeles",
    ),
    value(
        PAGE,
        "with_timezone(TIMESTAMP '2022-11-01 09:08:07.321', 'America/Los_Angeles')",
        "2022-11-01 09:08:07.321 America/Los_Angeles",
    ),
    value(PAGE, "current_timezone()", "UTC"),
    value(PAGE, "typeof(now())", "timestamp(3) with time zone"),
    value(PAGE, "typeof(localtimestamp)", "timestamp(3)"),
    value(PAGE, "current_date = CAST(now() AS date)", "true"),
    value(TYPES, "TIMESTAMP '2001-08-22 03:04:05.321 UTC'", "2001-08-22 03:04:05.321 UTC"),
    value(TYPES, "TIMESTAMP '2001-08-22 03:04:05.321 -08:30'", "2001-08-22 03:04:05.321 -08:30"),
    value(
        TYPES,
        "TIMESTAMP '2001-08-22 03:04:05.321 America/New_York'",
        "2001-08-22 03:04:05.321 America/New_York",
    ),
    value(TYPES, "TIMESTAMP '2020-01-01 00:00:00 UTC' = TIMESTAMP '2020-01-01 01:00:00 +01:00'", "true"),
    value(TYPES, "hour(TIMESTAMP '2020-01-01 23:30:00.000 America/New_York')", "23"),
    value(TYPES, "CAST(TIMESTAMP '2020-01-01 23:30:00.000 America/New_York' AS date)", "2020-01-01"),
    value(
        ENGINE_3,
        "CAST(TIMESTAMP '2020-01-01 23:30:00.000 US/Eastern' AS varchar)",
        "2020-01-01 23:30:00.000 US/Eastern",
    ),
    answers(
        TYPES,
        "SELECT count(*) FROM (VALUES TIMESTAMP '2020-01-01 00:00:00 UTC', TIMESTAMP '2020-01-01"
        " 01:00:00 +01:00')"
        " AS t(x) GROUP BY x",
        ("2",),
    ),
    value(TYPES, "typeof(TIMESTAMP '2020-06-10 15:55:23.383345')", "timestamp(6)"),
    value(
        TYPES,
        "CAST(CAST(TIMESTAMP '2020-06-10 15:55:23.383345' AS TIMESTAMP(1)) AS varchar)",
        "2020-06-10 15:55:23.4",
    ),
    value(TYPES, "TIME '01:02:03.456'", "01:02:03.456"),
    value(TYPES, "INTERVAL '3' MONTH", "0-3"),
    value(TYPES, "INTERVAL '2' DAY", "2 00:00:00.000"),
    fails(
        ENGINE_3,
        "SELECT CAST('2021-06-06-23:38:46' AS timestamp)",
        "INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: 2021-06-06-23:38:46",
    ),
    value(ENGINE_3, "CAST('2021-06-06 23:38:46' AS timestamp)", "2021-06-06 23:38:46.000"),
    fails(ENGINE_3, "SELECT TIME '13:21:32.424 America/Los_Angeles'", "INVALID_LITERAL: line 1:8:"),
    fails(
        ENGINE_3,
        "SELECT minute(INTERVAL '1' YEAR)",
        (
            "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (interval year to month) for function"
            " minute. Expected:"
        ),
    ),
]
