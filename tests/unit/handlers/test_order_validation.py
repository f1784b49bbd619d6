"""What is an order and what is not: every reason named, nothing good refused, no input breaks the check."""

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.lambdas.order_intake.validation import (
    MAX_ORDER_BYTES,
    MAX_QUANTITY,
    order_id_of,
    reasons_against,
)

GOOD: dict[str, Any] = {
    "contact-info": {"name": "Ada Byron", "email": "ada@engine.example"},
    "order-info": {"OrderId": "A-1", "item-id": "101", "item-desc": "Cog", "qty": "2"},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """GOOD with the field at `path` set to `value`."""
    order = copy.deepcopy(GOOD)
    *outer, last = path.split(".")
    inner = order
    for name in outer:
        inner = inner[name]
    inner[last] = value
    return order


def without(path: str) -> dict[str, Any]:
    order = copy.deepcopy(GOOD)
    *outer, last = path.split(".")
    inner = order
    for name in outer:
        inner = inner[name]
    del inner[last]
    return order


def codes(order: object) -> list[str]:
    return [reason["code"] for reason in reasons_against(order)]


def test_a_good_order_has_no_reason_against_it() -> None:
    assert reasons_against(GOOD) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("contact-info", "missing_contact"),
        ("contact-info.name", "missing_name"),
        ("contact-info.email", "missing_email"),
        ("order-info", "missing_order_info"),
        ("order-info.OrderId", "missing_order_id"),
        ("order-info.item-id", "missing_item_id"),
        ("order-info.qty", "missing_quantity"),
    ],
)
def test_what_is_missing_null_or_empty_is_named(path: str, code: str) -> None:
    assert codes(without(path)) == [code]
    assert codes(changed(path, None)) == [code]
    if "." in path:
        assert codes(changed(path, "")) == [code]


@pytest.mark.parametrize("order", [None, True, 3, 1.5, "order", [], [GOOD]])
def test_an_entry_that_is_no_object_is_named(order: object) -> None:
    assert codes(order) == ["not_an_object"]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("contact-info", "Ada", "invalid_contact"),
        ("contact-info", [], "invalid_contact"),
        ("contact-info.name", "  ", "invalid_name"),
        ("contact-info.name", 5, "invalid_name"),
        ("contact-info.name", "a\nb", "invalid_name"),
        ("contact-info.name", "x" * 201, "invalid_name"),
        ("order-info", 5, "invalid_order_info"),
        ("order-info.OrderId", " 1", "invalid_order_id"),
        ("order-info.OrderId", "x" * 129, "invalid_order_id"),
        ("order-info.OrderId", 1.5, "invalid_order_id"),
        ("order-info.OrderId", True, "invalid_order_id"),
        ("order-info.item-id", {"a": 1}, "invalid_item_id"),
        ("order-info.item-id", "1\t2", "invalid_item_id"),
        ("intake", {}, "reserved_field"),
        ("order_id", ["A-1"], "invalid_order_id"),
        ("price", 0.1234567890123456789, "inexact_number"),
        ("price", 1234567890123456, "inexact_number"),
        ("price", float("nan"), "inexact_number"),
        ("price", float("inf"), "inexact_number"),
        ("price", Decimal("1E+200"), "inexact_number"),
        ("note", "\ud800", "invalid_text"),
        ("note", {"": 1}, "invalid_text"),
        ("note", "x" * MAX_ORDER_BYTES, "too_large"),
    ],
)
def test_what_is_wrong_is_named(path: str, value: Any, code: str) -> None:
    assert codes(changed(path, value)) == [code]


@pytest.mark.parametrize(
    "email",
    ["a@b.example", "first.last+tag@sub.domain.example", "o'hara@x-y.example", "ü@b.example"],
)
def test_addresses_as_people_have_them_are_taken(email: str) -> None:
    assert codes(changed("contact-info.email", email)) == []


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "@b.example",
        "ada@",
        "ada@host",
        "ada@@b.example",
        "a da@b.example",
        "ada@b..example",
        ".ada@b.example",
        "ada.@b.example",
        "ada@-b.example",
        "ada@b.example ",
        "ada@b.example\n",
        "x" * 65 + "@b.example",
        "ada@" + "x" * 64 + ".example",
        "ada@" + "x." * 130 + "example",
        7,
        ["ada@b.example"],
    ],
)
def test_what_is_no_address_is_named(email: Any) -> None:
    assert codes(changed("contact-info.email", email)) == ["invalid_email"]


@pytest.mark.parametrize("quantity", [1, "1", MAX_QUANTITY, str(MAX_QUANTITY), 3.0, Decimal("4.0"), "007"])
def test_whole_numbers_within_bounds_are_quantities(quantity: Any) -> None:
    assert codes(changed("order-info.qty", quantity)) == []


@pytest.mark.parametrize(
    "quantity",
    [
        0,
        -1,
        "0",
        "-1",
        "+1",
        "1.0",
        " 1",
        "1e3",
        "two",
        "٢",
        1.5,
        True,
        False,
        [1],
        {},
        MAX_QUANTITY + 1,
        "9" * 30,
    ],
)
def test_what_is_no_quantity_is_named(quantity: Any) -> None:
    assert codes(changed("order-info.qty", quantity)) == ["invalid_quantity"]


def test_every_reason_is_named_at_once() -> None:
    order = {"contact-info": {"email": "x"}, "order-info": {"qty": 0}}

    assert codes(order) == [
        "missing_name",
        "invalid_email",
        "missing_order_id",
        "missing_item_id",
        "invalid_quantity",
    ]


@pytest.mark.parametrize("spelling", ["OrderId", "orderId", "order_id", "order-id", "ORDERID"])
def test_the_order_id_is_found_in_every_spelling(spelling: str) -> None:
    order = without("order-info.OrderId")
    order["order-info"][spelling] = "77"

    assert codes(order) == []
    assert order_id_of(order) == "77"


def test_a_number_is_an_id_like_its_text() -> None:
    assert order_id_of(changed("order-info.OrderId", 12)) == order_id_of(changed("order-info.OrderId", "12"))


def test_the_same_id_twice_is_one_id_and_two_ids_are_none() -> None:
    agreeing = changed("order-info.orderId", "A-1")
    contradicting = changed("order-info.orderId", "A-2")

    assert codes(agreeing) == []
    assert order_id_of(agreeing) == "A-1"
    assert codes(contradicting) == ["ambiguous_order_id"]
    assert order_id_of(contradicting) is None


def test_an_order_id_at_the_top_must_be_the_text_that_the_key_becomes() -> None:
    assert codes(changed("order_id", "A-1")) == []
    numeric = changed("order-info.OrderId", 5) | {"order_id": 5}
    assert codes(numeric) == ["reserved_field"]


def test_an_empty_second_spelling_does_not_hide_the_id() -> None:
    order = changed("order-info.orderId", "")

    assert codes(order) == []
    assert order_id_of(order) == "A-1"


def test_nesting_deeper_than_dynamodb_holds_is_named() -> None:
    deep: Any = "core"
    for _ in range(40):
        deep = [deep]

    assert codes(changed("note", deep)) == ["too_deep"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_no_json_value_breaks_the_check_and_every_reason_is_complete(value: Any) -> None:
    for reason in reasons_against(value):
        assert reason.keys() == {"code", "field", "message"}
        assert reason["code"]
        assert reason["message"]
        assert len(json.dumps(reason)) < 1_000 + 6 * len(reason["field"])


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "contact-info": JSON | st.fixed_dictionaries({}, optional={"name": JSON, "email": JSON}),
        "order-info": JSON
        | st.fixed_dictionaries(
            {}, optional={"OrderId": JSON, "orderId": JSON, "item-id": JSON, "qty": JSON}
        ),
        "order_id": JSON,
    },
)


@given(FIELDS)
def test_an_order_without_reasons_against_it_has_an_id_and_all_that_it_needs(order: dict[str, Any]) -> None:
    if not reasons_against(order):
        assert order_id_of(order)
        assert order["contact-info"]["name"]
        assert "@" in order["contact-info"]["email"]
        assert 1 <= int(order["order-info"]["qty"]) <= MAX_QUANTITY


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40),
    st.integers(1, MAX_QUANTITY),
    st.dictionaries(
        st.text("xyz", min_size=1), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    ),
)
def test_good_orders_are_taken_whatever_else_they_carry(
    name: str, quantity: int, more: dict[str, str]
) -> None:
    order = more | {
        "contact-info": {"name": name, "email": "a@b.example"},
        "order-info": {"OrderId": name, "item-id": 5, "qty": quantity},
    }

    assert codes(order) == []
