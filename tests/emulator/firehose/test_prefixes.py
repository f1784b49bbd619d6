"""Prefixes: AWS's own examples, its rules, and any text at all."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_lab.firehose import java_dates, prefixes

MOMENT = datetime(2018, 8, 27, 10, 30, 5, 123456, UTC)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        (None, "2018/08/27/10/"),
        ("", "2018/08/27/10/"),
        ("myFirehosePrefix", "myFirehosePrefix2018/08/27/10/"),
        ("!{timestamp:yyyy/MM/dd}", "2018/08/27"),
        ("a/year=!{timestamp:yyyy}/month=!{timestamp:MM}/", "a/year=2018/month=08/"),
        ("!{timestamp:'year='yyyy'/month='MM}/", "year=2018/month=08/"),
    ],
)
def test_prefixes_of_data(prefix: str | None, expected: str) -> None:
    assert prefixes.for_data(prefix).evaluate(MOMENT) == expected


@pytest.mark.parametrize(
    ("error_prefix", "prefix", "expected"),
    [
        (None, None, "processing-failed/2018/08/27/10/"),
        (None, "orders/", "orders/processing-failed/2018/08/27/10/"),
        ("failed/", "!{timestamp:yyyy}/", "failed/processing-failed/2018/08/27/10/"),
        ("failed/!{firehose:error-output-type}/", None, "failed/processing-failed/"),
        ("e/!{timestamp:yyyy}/!{firehose:error-output-type}", "x", "e/2018/processing-failed"),
    ],
)
def test_prefixes_of_errors(error_prefix: str | None, prefix: str | None, expected: str) -> None:
    found = prefixes.for_errors(error_prefix, prefix)
    assert found.evaluate(MOMENT, error_type="processing-failed") == expected


@pytest.mark.parametrize(
    ("error_prefix", "prefix", "why"),
    [
        (None, "!{timestamp:yyyy}/", "cannot be null or empty"),
        ("e/!{timestamp:yyyy}/", "x", "at least one instance"),
        ("e/!{partitionKeyFromLambda:x}/", "x", "partitioning keys"),
    ],
)
def test_error_prefixes_that_aws_refuses(error_prefix: str | None, prefix: str, why: str) -> None:
    with pytest.raises(prefixes.PrefixError, match=why):
        prefixes.for_errors(error_prefix, prefix)


@pytest.mark.parametrize(
    "text",
    [
        "!{firehose:error-output-type}/",
        "!{timestamp:yyyy",
        "!{timestamp}",
        "!{timestamp:}",
        "!{nothing:x}",
        "!{firehose:x}",
        "!{timestamp:b}",
        "!{timestamp:'open}",
        "a!{",
    ],
)
def test_data_prefixes_that_aws_refuses(text: str) -> None:
    with pytest.raises(prefixes.PrefixError):
        prefixes.for_data(text)


def test_every_random_string_is_another() -> None:
    text = prefixes.for_data("!{firehose:random-string}-!{firehose:random-string}/").evaluate(MOMENT)
    found = re.fullmatch(r"([a-z0-9]{11})-([a-z0-9]{11})/2018/08/27/10/", text)
    assert found
    assert found[1] != found[2]


def test_partition_keys_replace_the_time() -> None:
    prefix = prefixes.for_data("c=!{partitionKeyFromQuery:c}/r=!{partitionKeyFromLambda:r}/")
    assert prefix.evaluate(MOMENT, {"c": "1"}, {"r": "2"}) == "c=1/r=2/"
    assert (prefix.keys(prefixes.QUERY), prefix.keys(prefixes.LAMBDA)) == ({"c"}, {"r"})


literal = st.text(alphabet=st.characters(exclude_characters="!{}", exclude_categories=("Cs",)), max_size=20)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.tuples(literal, st.sampled_from(["yyyy", "MM", "dd", "HH", "mm", "ss"])), min_size=1))
def test_text_around_expressions_stays_as_it_is(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{before}!{{timestamp:{pattern}}}" for before, pattern in parts)
    values = {"yyyy": "2018", "MM": "08", "dd": "27", "HH": "10", "mm": "30", "ss": "05"}
    expected = "".join(before + values[pattern] for before, pattern in parts)
    assert prefixes.for_data(text).evaluate(MOMENT) == expected


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=40))
def test_any_prefix_is_evaluated_or_refused(text: str) -> None:
    try:
        prefix = prefixes.for_data(text)
    except prefixes.PrefixError:
        assert "!{" in text
        return
    assert isinstance(prefix.evaluate(MOMENT, dict.fromkeys(prefix.keys(prefixes.QUERY), "q")), str)


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet="abcxyz {}#[]'/-", max_size=10))
def test_a_quoted_text_is_taken_literally(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert java_dates.render(quoted, MOMENT) == (text or "'")


@settings(deadline=None)  # a busy machine is no fault
@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1)))
def test_a_time_in_patterns_can_be_read_back(moment: datetime) -> None:
    shown = java_dates.render("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", moment.replace(tzinfo=UTC))
    assert datetime.fromisoformat(shown) == moment


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("yy", "18"),
        ("M", "8"),
        ("MMM", "Aug"),
        ("MMMM", "August"),
        ("MMMMM", "A"),
        ("E", "Mon"),
        ("EEEE", "Monday"),
        ("D", "239"),
        ("DDD", "239"),
        ("Q", "3"),
        ("QQQ", "Q3"),
        ("QQQQ", "3rd quarter"),
        ("h a", "10 AM"),
        ("K:mm", "10:30"),
        ("SSS", "123"),
        ("n", "123456000"),
        ("YYYY w", "2018 35"),
        ("VV", "UTC"),
        ("z", "UTC"),
        ("X", "Z"),
        ("x", "+00"),
        ("xxx", "+00:00"),
        ("O", "GMT"),
        ("[yyyy]", "2018"),
        ("''", "'"),
    ],
)
def test_letters_of_java(pattern: str, expected: str) -> None:
    assert java_dates.render(pattern, MOMENT) == expected


def test_the_week_year_is_not_the_year_at_new_year() -> None:
    """`YYYY` in place of `yyyy`, the usual mistake, shows in the last days of December as it does on AWS."""
    sylvester = datetime(2018, 12, 31, tzinfo=UTC)
    assert java_dates.render("YYYY/MM/dd w", sylvester) == "2019/12/31 1"
    assert java_dates.render("YYYY w", datetime(2017, 1, 1, tzinfo=UTC)) == "2017 1"
    assert java_dates.render("YYYY w", datetime(2017, 1, 8, tzinfo=UTC)) == "2017 2"


def test_other_time_zones() -> None:
    tokyo = MOMENT.astimezone(ZoneInfo("Asia/Tokyo"))
    assert (
        java_dates.render("HH xxx XX Z ZZZZ VV z O", tokyo)
        == "19 +09:00 +0900 +0900 GMT+09:00 Asia/Tokyo JST GMT+9"
    )


@pytest.mark.parametrize("pattern", ["MMMMMM", "ddd", "V", "b", "{", "'a", "OO", "R"])
def test_patterns_that_java_refuses(pattern: str) -> None:
    with pytest.raises(java_dates.PatternError):
        java_dates.render(pattern, MOMENT)
