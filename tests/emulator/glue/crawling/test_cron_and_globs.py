"""Schedules and exclude patterns, against the examples of AWS's pages."""

from datetime import UTC, datetime

import pytest
from localstack_lab.glue.crawlers.cron import Cron
from localstack_lab.glue.crawling import globs


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "since", "wanted"),
    [
        ("cron(15 12 * * ? *)", "2024-05-01 12:15", "2024-05-02 12:15"),
        ("cron(0 10 * * ? *)", "2024-05-01 09:59:59", "2024-05-01 10:00"),
        ("cron(0 18 ? * MON-FRI *)", "2024-05-03 18:00", "2024-05-06 18:00"),
        ("cron(0 8 1 * ? *)", "2024-05-01 08:00", "2024-06-01 08:00"),
        ("cron(0/15 * * * ? *)", "2024-05-01 10:44", "2024-05-01 10:45"),
        ("cron(0/10 * ? * MON-FRI *)", "2024-05-03 23:50", "2024-05-06 00:00"),
        ("cron(0/5 8-17 ? * MON-FRI *)", "2024-05-03 17:55", "2024-05-06 08:00"),
        ("cron(0 0 L * ? *)", "2024-02-01 00:00", "2024-02-29 00:00"),
        ("cron(0 0 15W * ? *)", "2024-06-01 00:00", "2024-06-14 00:00"),
        ("cron(0 0 ? * 6L *)", "2024-05-01 00:00", "2024-05-31 00:00"),
        ("cron(0 0 ? * 3#2 *)", "2024-05-01 00:00", "2024-05-14 00:00"),
        ("cron(0 0 29 2 ? *)", "2024-03-01 00:00", "2028-02-29 00:00"),
        ("cron(0 0 1 JAN,JUL ? 2025-2026)", "2024-05-01 00:00", "2025-01-01 00:00"),
        ("cron(30 22-2/2 * * ? *)", "2024-05-01 00:31", "2024-05-01 02:30"),
    ],
)
def test_the_next_time(expression: str, since: str, wanted: str) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html"""
    assert Cron(expression).after(at(since)) == at(wanted)


def test_a_schedule_that_is_over() -> None:
    assert Cron("cron(0 0 1 1 ? 2020)").after(at("2024-01-01 00:00")) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minutes)",
        "cron(0 12 * * *)",
        "cron(60 12 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 12 32 * ? *)",
        "cron(0 12 * 13 ? *)",
        "cron(0 12 ? * 8 *)",
        "cron(0 12 * * MON *)",
        "cron(0 12 ? * ? *)",
        "cron(0/0 12 * * ? *)",
        "cron(x 12 * * ? *)",
    ],
)
def test_what_is_no_schedule(expression: str) -> None:
    with pytest.raises(ValueError, match=r"is not|has|must be"):
        Cron(expression)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*.csv", ["a.csv", ".csv"], ["x/a.csv", "a.csvx"]),
        ("*.*", ["a.b"], ["a", "x/a.b"]),
        ("*.{csv,avro}", ["a.csv", "a.avro"], ["a.json", "a.csvavro"]),
        ("foo.?", ["foo.a"], ["foo.", "foo.ab", "foo./"]),
        ("myfolder/*", ["myfolder/mysource"], ["myfolder/mysource/data"]),
        ("myfolder/*/*", ["myfolder/mysource/data"], ["myfolder/mysource"]),
        ("myfolder/**", ["myfolder/mysource/mydata", "myfolder/x"], ["myfolder"]),
        ("myfolder**", ["myfolder", "myfolder/mydata.txt"], ["other/myfolder"]),
        ("departments/market*", ["departments/market-us.json"], ["departments/finance.json"]),
        ("**.csv", ["employees/john.csv", "a.csv"], ["employees/juan.txt"]),
        ("2015/01/{[!0],0[8-9]}**", ["2015/01/10/f", "2015/01/08/f", "2015/01/31"], ["2015/01/07/f"]),
        ("2015/0[2-9]/**", ["2015/02/01/f"], ["2015/01/02/f", "2015/10/02/f"]),
        ("[abce-g]", ["a", "b", "c", "e", "f", "g"], ["d", "h", "/"]),
        ("[!a-c]", ["d", "*"], ["a", "b", "/"]),
        ("[*?\\]x", ["*x", "?x", "\\x"], ["ax"]),
        ("[-a]", ["-", "a"], ["b"]),
        ("\\{a\\*", ["{a*"], ["{ab"]),
        ("*", [".hidden", ""], ["a/b"]),
        ("a{b,}c", ["abc", "ac"], ["abbc"]),
    ],
)
def test_exclude_patterns(pattern: str, matching: list[str], others: list[str]) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html has most of them"""
    assert [key for key in matching if not globs.excluded(key, [pattern])] == []
    assert [key for key in others if globs.excluded(key, [pattern])] == []


@pytest.mark.parametrize("pattern", ["[a", "{a,b", "{a,{b}}", "a\\", "[z-a]"])
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(globs.BadPattern):
        globs.compiled(pattern)
