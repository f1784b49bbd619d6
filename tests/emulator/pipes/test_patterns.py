"""Event patterns: every operator, arrays, nesting, and what AWS refuses."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.pipes.filters import compile_filters
from localstack_lab.pipes.patterns import PatternError, compile_pattern

from tests.emulator.pipes.recorded import event


def matches(pattern: Any, value: Any) -> bool:
    return compile_pattern(json.dumps(pattern))(value)


@pytest.mark.parametrize(
    ("conditions", "value", "passes"),
    [
        (["a", "b"], "b", True),
        (["a"], "A", False),
        ([None], None, True),
        ([""], None, False),
        ([300], 300, True),
        ([300], 300.0, False),
        ([300], "300", False),
        ([True], True, True),
        ([1], True, False),
        ([{"prefix": "or"}], "order", True),
        ([{"prefix": {"equals-ignore-case": "OR"}}], "order", True),
        ([{"prefix": "or"}], 5, False),
        ([{"suffix": ".png"}], "a.png", True),
        ([{"suffix": {"equals-ignore-case": ".PNG"}}], "a.png", True),
        ([{"equals-ignore-case": "ALICE"}], "alice", True),
        ([{"wildcard": "a*c"}], "ac", True),
        ([{"wildcard": "a*c"}], "abbbc", True),
        ([{"wildcard": "a*c"}], "abbbcd", False),
        ([{"wildcard": "a\\*c"}], "a*c", True),
        ([{"wildcard": "a\\*c"}], "abc", False),
        ([{"wildcard": "a.c"}], "abc", False),
        ([{"numeric": [">", 0, "<=", 5]}], 5, True),
        ([{"numeric": [">", 0, "<=", 5]}], 0, False),
        ([{"numeric": ["=", 3]}], 3.0, True),
        ([{"numeric": ["=", 1]}], True, False),
        ([{"numeric": ["<", 10]}], "5", False),
        ([{"cidr": "10.0.0.0/24"}], "10.0.0.255", True),
        ([{"cidr": "10.0.0.0/24"}], "10.0.1.0", False),
        ([{"cidr": "2001:db8::/32"}], "2001:db8::1", True),
        ([{"cidr": "10.0.0.0/24"}], "somewhere", False),
        ([{"anything-but": "a"}], "b", True),
        ([{"anything-but": "a"}], "a", False),
        ([{"anything-but": ["a", "b"]}], "b", False),
        ([{"anything-but": [1, 2]}], 3, True),
        ([{"anything-but": {"prefix": "in"}}], "init", False),
        ([{"anything-but": {"prefix": ["in", "un"]}}], "over", True),
        ([{"anything-but": {"suffix": ".txt"}}], "a.txt", False),
        ([{"anything-but": {"wildcard": "*/lib/*"}}], "a/lib/b", False),
        ([{"anything-but": {"equals-ignore-case": ["a", "b"]}}], "B", False),
        ([{"anything-but": {"equals-ignore-case": "a"}}], "b", True),
        ([{"exists": True}], "x", True),
        ([{"exists": True}], None, True),
        ([{"exists": False}], "x", False),
        (["a", {"numeric": [">", 100]}], 150, True),
        (["b"], ["a", "b"], True),
        ([{"anything-but": "a"}], ["a"], False),
    ],
)
def test_a_condition(conditions: list[Any], value: Any, passes: bool) -> None:
    assert matches({"field": conditions}, {"field": value}) is passes
    assert matches({"outer": {"field": conditions}}, {"outer": {"field": value}}) is passes


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ({"exists": False}, True),
        ({"exists": True}, False),
        ({"anything-but": "a"}, False),
        ({"prefix": ""}, False),
        (None, False),
    ],
)
@pytest.mark.parametrize("value", [{}, {"field": {"leaf": 1}}, {"field": []}])
def test_a_field_that_is_not_there(condition: Any, passes: bool, value: dict) -> None:
    assert matches({"field": [condition]}, value) is passes
    assert matches({"outer": {"field": [condition]}}, {"outer": value}) is passes


def test_fields_of_one_array_element_belong_together() -> None:
    pattern = {"lines": {"sku": ["a"], "qty": [2]}}
    assert matches(pattern, {"lines": [{"sku": "b", "qty": 2}, {"sku": "a", "qty": 2}]})
    assert not matches(pattern, {"lines": [{"sku": "a", "qty": 1}, {"sku": "b", "qty": 2}]})


def test_or_stands_beside_other_fields() -> None:
    pattern = {"kind": ["order"], "$or": [{"price": [{"numeric": [">", 100]}]}, {"vip": [True]}]}
    assert matches(pattern, {"kind": "order", "price": 5, "vip": True})
    assert matches(pattern, {"kind": "order", "price": 101})
    assert not matches(pattern, {"kind": "order", "price": 5})
    assert not matches(pattern, {"kind": "other", "vip": True})


def test_dots_and_nesting_are_the_same() -> None:
    assert matches({"a.b": ["x"]}, {"a": {"b": "x"}})
    assert matches({"a.b": ["x"]}, {"a.b": "x"})


@pytest.mark.parametrize(
    "pattern",
    [
        "[]",
        "{",
        '{"a": "b"}',
        '{"a": []}',
        '{"a": [{"prefix": 5}]}',
        '{"a": [{"nothing": 5}]}',
        '{"a": [{"numeric": ["~", 5]}]}',
        '{"a": [{"numeric": [">", 9, "<", 5]}]}',
        '{"a": [{"exists": "yes"}]}',
        '{"a": [{"cidr": "10.0.0.0"}]}',
        '{"a": [{"wildcard": "a**b"}]}',
    ],
)
def test_what_aws_refuses(pattern: str) -> None:
    with pytest.raises(PatternError, match="Event pattern is not valid"):
        compile_pattern(pattern)


@given(st.text(), st.text(), st.text())
def test_prefix_suffix_and_wildcard_agree_with_python(start: str, middle: str, end: str) -> None:
    value = start + middle + end
    if start:
        assert matches({"a": [{"prefix": start}]}, {"a": value})
    if end:
        assert matches({"a": [{"suffix": end}]}, {"a": value})
    plain = [part for part in (start, end) if not re.search(r"[*\\]", part)]
    if len(plain) == 2:
        assert matches({"a": [{"wildcard": f"{start}*{end}"}]}, {"a": value})


@given(st.one_of(st.text(), st.booleans(), st.none(), st.integers(-(10**9), 10**9)))
def test_a_value_matches_itself_and_not_anything_but_itself(value: Any) -> None:
    assert matches({"a": [value]}, {"a": value})
    if isinstance(value, str | int) and not isinstance(value, bool):
        assert not matches({"a": [{"anything-but": value}]}, {"a": value})


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 500))
def test_numeric_ranges_agree_with_arithmetic(value: int, low: int, span: int) -> None:
    pattern = {"a": [{"numeric": [">=", low, "<", low + span]}]}
    assert matches(pattern, {"a": value}) is (low <= value < low + span)


@pytest.mark.parametrize(
    ("name", "pattern", "passes"),
    [
        ("dynamodb_insert", {"eventName": ["INSERT"]}, True),
        ("dynamodb_remove_by_ttl", {"eventName": ["INSERT", "MODIFY"]}, False),
        ("dynamodb_insert", {"dynamodb": {"NewImage": {"orderid": {"S": ["17"]}}}}, True),
        ("dynamodb_remove_by_ttl", {"dynamodb": {"NewImage": {"orderid": {"S": [{"exists": False}]}}}}, True),
        ("dynamodb_remove_by_ttl", {"userIdentity": {"type": ["Service"]}}, True),
        ("kinesis", {"data": {"price": [{"numeric": [">", 19]}]}}, True),
        ("kinesis", {"data": {"tags": ["sale"]}, "partitionKey": ["order-17"]}, True),
        ("kinesis", {"eventName": ["aws:kinesis:record"]}, False),  # the poller's, not the source's
        ("kinesis_plain", {"data": {"price": [{"exists": False}]}}, False),  # no JSON: dropped
        ("kinesis_plain", {"partitionKey": ["1"]}, True),
        ("sqs", {"body": {"orderid": ["17"]}}, True),
        ("sqs", {"body": [{"prefix": "{"}]}, False),  # a JSON body, a plain pattern: dropped
        ("sqs_fifo_plain", {"body": [{"prefix": "Test"}]}, True),
        ("sqs_fifo_plain", {"body": {"orderid": ["17"]}}, False),
        ("sqs_fifo_plain", {"attributes": {"MessageGroupId": ["1"]}}, True),
        ("sqs", {"messageAttributes": {"kind": {"stringValue": ["order"]}}}, True),
        ("sqs", {"$or": [{"body": {"orderid": ["17"]}}, {"messageId": ["none"]}]}, True),
    ],
)
def test_a_filter_on_a_recorded_event(name: str, pattern: Any, passes: bool) -> None:
    kind = name.partition("_")[0]
    wanted = compile_filters(kind, {"Filters": [{"Pattern": json.dumps(pattern)}]})
    assert wanted is not None
    assert wanted(event(name)) is passes


def test_one_of_several_filters_is_enough_and_none_lets_all_pass() -> None:
    filters = [{"Pattern": '{"eventName": ["REMOVE"]}'}, {"Pattern": '{"eventName": ["INSERT"]}'}]
    wanted = compile_filters("dynamodb", {"Filters": filters})
    assert wanted is not None
    assert wanted(event("dynamodb_insert"))
    assert not wanted(event("dynamodb_modify"))
    assert compile_filters("dynamodb", {"Filters": []}) is None


@pytest.mark.parametrize("kind", ["kinesis", "dynamodb"])
def test_a_plain_pattern_for_a_streams_data_is_refused(kind: str) -> None:
    field = {"kinesis": "data", "dynamodb": "dynamodb"}[kind]
    with pytest.raises(PatternError, match="must be in a valid JSON format"):
        compile_filters(kind, {"Filters": [{"Pattern": json.dumps({field: ["x"]})}]})
