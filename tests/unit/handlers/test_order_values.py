"""Numbers stay exact, equal values have one text, and DynamoDB's typed form gives the value back."""

import json
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from handlers.lambdas.order_intake.values import attribute, canonical, number, plain, unstorable

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=4).filter(lambda amount: amount.is_finite())
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
STORABLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | AMOUNTS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT.filter(bool), inner, max_size=4),
    max_leaves=12,
)


def through_step_functions(value: Any) -> Any:
    """What a JSON number becomes when it is held as a double on its way."""
    return json.loads(json.dumps(plain(value)))


@given(AMOUNTS)
def test_money_survives_the_way_through_a_double(amount: Decimal) -> None:
    assert number(through_step_functions(amount)) == amount


@given(STORABLE)
def test_the_canonical_text_does_not_see_the_way_that_a_value_came(value: Any) -> None:
    assert canonical(through_step_functions(value)) == canonical(value)


@given(STORABLE)
def test_the_canonical_text_is_json_for_the_same_value(value: Any) -> None:
    assert json.loads(canonical(value), parse_float=Decimal) == json.loads(
        json.dumps(value, default=float), parse_float=Decimal
    )


@given(STORABLE)
def test_what_is_stored_is_what_was_sent(value: Any) -> None:
    assert unstorable(value) == []
    assert TypeDeserializer().deserialize(attribute(value)) == value


@given(STORABLE, STORABLE)
def test_other_values_have_other_texts(one: Any, other: Any) -> None:
    if canonical(one) == canonical(other):
        assert TypeDeserializer().deserialize(attribute(one)) == TypeDeserializer().deserialize(
            attribute(other)
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (1, 1.0),
        (Decimal("19.90"), 19.9),
        (0, -0.0),
        (100, Decimal("1E+2")),
    ],
)
def test_spelling_does_not_matter(one: Any, other: Any) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (True, 1), (None, "null"), ([1, 2], [2, 1]), ([], {})])
def test_meaning_does(one: Any, other: Any) -> None:
    assert canonical(one) != canonical(other)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1, max_value=1, places=17))
def test_a_number_that_a_double_would_alter_is_never_let_through(value: Decimal) -> None:
    if not unstorable(value):
        assert number(through_step_functions(value)) == value


def test_a_fault_is_named_with_its_path() -> None:
    found = unstorable({"lines": [{"price": 1}, {"price": 0.1234567890123456789}]})

    assert [(code, path) for code, path, _ in found] == [("inexact_number", "lines[1].price")]


def test_what_is_no_json_is_a_fault_of_the_caller() -> None:
    with pytest.raises(TypeError, match="set is no JSON value"):
        attribute({"a": set()})
