"""Attribute values: what is valid, what it weighs, and how keys sort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import DynamoDBError

from tests.emulator.dynamodb.laws import law

INTEGERS = st.integers(-(10**30), 10**30)  # DynamoDB keeps 38 digits
NUMBERS = INTEGERS.map(str) | st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
).map(str)
SCALARS = st.one_of(
    st.text().map(lambda text: {"S": text}),
    NUMBERS.map(lambda number: {"N": number}),
    st.binary().map(lambda binary: {"B": binary}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
)
SETS = st.one_of(
    st.lists(st.text(), min_size=1, unique=True).map(lambda members: {"SS": members}),
    st.lists(INTEGERS, min_size=1, unique=True).map(lambda members: {"NS": [str(m) for m in members]}),
    st.lists(st.binary(), min_size=1, unique=True).map(lambda members: {"BS": members}),
)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda members: {"L": members})
        | st.dictionaries(st.text(), inner, max_size=3).map(lambda members: {"M": members})
    ),
    max_leaves=8,
)


def nested(levels: int, leaf: dict | None = None) -> dict:
    value = leaf or {"S": "leaf"}
    for level in range(levels):
        value = {"M": {"m": value}} if level % 2 else {"L": [value]}
    return value


@law
@given(VALUES)
def test_normal_values_are_final_fresh_and_equal_to_themselves(value):
    normal = values.normalise(value)
    assert values.normalise(normal) == normal
    assert normal is not value
    assert values.equal(normal, normal)
    assert values.value_size(normal) >= 0


@law
@given(VALUES, VALUES)
def test_equality_is_symmetric(left, right):
    left, right = values.normalise(left), values.normalise(right)
    assert values.equal(left, right) == values.equal(right, left)


@law
@given(st.text(), st.text())
def test_strings_sort_by_their_bytes(left, right):
    order = values.compare({"S": left}, {"S": right})
    a, b = values.key_bytes({"S": left}), values.key_bytes({"S": right})
    assert order == (a > b) - (a < b)
    assert a == left.encode()


def test_values_of_two_types_have_no_order():
    assert values.compare({"S": "1"}, {"N": "1"}) is None
    assert values.compare({"BOOL": True}, {"BOOL": False}) is None
    assert not values.equal({"S": "1"}, {"N": "1"})


def test_sets_are_equal_whatever_their_order():
    assert values.equal({"NS": ["1", "2"]}, {"NS": ["2", "1"]})
    assert not values.equal({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]})


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"name": {"S": "Ada"}}, 7),
        ({"é": {"S": "é"}}, 4),
        ({"b": {"B": b"\x00\x01"}}, 3),
        ({"b": {"BOOL": False}}, 2),
        ({"n": {"NULL": True}}, 2),
        ({"n": {"N": "-1.5"}}, 5),
        ({"s": {"SS": ["a", "bc"]}}, 4),
        ({"s": {"NS": ["1", "22"]}}, 5),
        ({"l": {"L": []}}, 4),
        ({"l": {"L": [{"S": "a"}, {"S": "b"}]}}, 8),
        ({"m": {"M": {"k": {"S": "v"}}}}, 7),
    ],
)
def test_item_size_counts_names_values_and_containers(item, size):
    assert values.item_size(item) == size


def test_thirty_one_levels_around_a_leaf_are_the_most():
    values.normalise(nested(31))
    with pytest.raises(DynamoDBError) as refused:
        values.normalise(nested(32))
    assert refused.value.message.startswith("Nesting Levels have exceeded supported limits")


@pytest.mark.parametrize(("depth", "levels"), [(1, 31), (31, 1), (20, 12)])
def test_levels_outside_and_inside_add_up(depth, levels):
    values.check_nesting(nested(levels - 1), depth)
    with pytest.raises(DynamoDBError):
        values.check_nesting(nested(levels), depth)


INVALID = "One or more parameter values were invalid: "
REFUSED = {
    "no type": ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    "unknown type": (
        {"X": "1"},
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    ),
    "two types": (
        {"S": "1", "BOOL": True},
        "Supplied AttributeValue has more than one datatypes set, "
        "must contain exactly one of the supported datatypes",
    ),
    "two types, one of them wrong": (
        {"S": "1", "N": "x"},
        "The parameter cannot be converted to a numeric value: x",
    ),
    "empty string set": ({"SS": []}, INVALID + "An string set  may not be empty"),
    "empty binary set": ({"BS": []}, INVALID + "Binary sets should not be empty"),
    "string twice": (
        {"SS": ["b", "a", "b"]},
        INVALID + 'Input collection ["a", "b", "b"] contains duplicates.',
    ),
    "number twice, written differently": (
        {"NS": ["1", "1.0"]},
        INVALID + "Input collection contains duplicates.",
    ),
    "binary twice": (
        {"BS": [b"a", b"a"]},
        INVALID + 'Input collection ["YQ==","YQ=="]of type BS contains duplicates.',
    ),
    "null that is false": (
        {"NULL": False},
        INVALID + "Null attribute value types must have the value of true",
    ),
    "wrong number in a list in a map": (
        {"M": {"l": {"L": [{"N": "x"}]}}},
        "The parameter cannot be converted to a numeric value: x",
    ),
}


@pytest.mark.parametrize(("value", "message"), REFUSED.values(), ids=REFUSED)
def test_invalid_values_are_refused_in_awss_words(value, message):
    with pytest.raises(DynamoDBError) as refused:
        values.normalise(value)
    assert (refused.value.code, refused.value.message) == ("ValidationException", message)
