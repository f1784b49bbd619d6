"""What the transform writes of an item, and what `lab verify` takes for the same: two codes, one meaning."""

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.lambdas.change_capture.attributes import json_text
from lab.pipelines.change_capture.rebuilding import differing_fields, same

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4).map(lambda number: f"{number:f}")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.one_of(
    st.builds(lambda value: {"S": value}, TEXTS),
    st.builds(lambda value: {"N": value}, NUMBERS),
    st.builds(lambda value: {"B": value}, st.binary()),
    st.builds(lambda value: {"BOOL": value}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda values: {"SS": values}, st.lists(TEXTS, min_size=1, unique=True)),
    st.builds(lambda values: {"NS": values}, st.lists(NUMBERS, min_size=1, unique_by=Decimal)),
    st.builds(lambda values: {"BS": values}, st.lists(st.binary(), min_size=1, unique=True)),
)
ATTRIBUTES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(lambda values: {"L": values}, st.lists(inner, max_size=3)),
        st.builds(lambda values: {"M": values}, st.dictionaries(TEXTS, inner, max_size=3)),
    ),
    max_leaves=6,
)


def as_streamed(attribute: Any) -> Any:
    """As a stream's JSON has it: binary values as base64 text."""
    [(kind, value)] = attribute.items()
    match kind:
        case "B":
            return {"B": base64.b64encode(value).decode()}
        case "BS":
            return {"BS": [base64.b64encode(one).decode() for one in value]}
        case "L":
            return {"L": [as_streamed(one) for one in value]}
        case "M":
            return {"M": {name: as_streamed(one) for name, one in value.items()}}
    return attribute


def written(attribute: Any) -> Any:
    text = json_text(as_streamed(attribute))
    assert "\n" not in text
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@given(ATTRIBUTES)
def test_what_was_written_is_the_same(attribute: Any) -> None:
    assert same(attribute, written(attribute))


@given(NUMBERS, NUMBERS)
def test_numbers_are_the_same_by_value(one: str, other: str) -> None:
    assert same({"N": one}, Decimal(other)) == (Decimal(one) == Decimal(other))


@given(st.lists(NUMBERS, min_size=2, unique_by=Decimal))
def test_a_set_has_no_order_and_no_strangers(members: list[str]) -> None:
    value = [Decimal(one) for one in members]

    assert same({"NS": members}, value[::-1])
    assert not same({"NS": members}, value[1:])
    assert not same({"NS": members}, [*value[1:], "x"])


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ({"BOOL": True}, Decimal(1)),
        ({"N": "1"}, True),
        ({"N": "1"}, "1"),
        ({"S": "1"}, Decimal(1)),
        ({"NULL": True}, False),
        ({"L": [{"N": "1"}]}, []),
        ({"SS": ["a"]}, "a"),
        ({"M": {"a": {"S": "b"}}}, {"a": "b", "c": None}),
    ],
)
def test_what_looks_alike_is_not_the_same(attribute: Any, value: Any) -> None:
    assert not same(attribute, value)


def test_fields_that_one_side_lacks_differ() -> None:
    assert differing_fields({"a": {"S": "x"}, "b": {"S": "y"}}, {"b": "y", "c": None}) == ["a", "c"]
