"""Accounting: an order is where it must be, or it is a difference that says what is wrong."""

import json
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from lab.pipelines.order_intake.accounts import (
    LOST,
    STORED,
    WAITING,
    Account,
    Item,
    Letters,
    account_for,
    can_be_key,
    order_ids,
    orders_of,
    same,
)
from lab.pipelines.order_intake.letters import Entry, FileVersion, Letter

FILE = FileVersion("b", "k.json", "v1")
OTHER = FileVersion("b", "other.json", "v1")
WHY = ({"code": "missing_contact", "field": "", "message": "No contact."},)


def order(order_id: str, **more: Any) -> dict[str, Any]:
    return {"order-info": {"OrderId": order_id}} | more


def row(sent: dict[str, Any], order_id: str, position: int = 0, file: FileVersion = FILE) -> Item:
    intake = file._asdict() | {"position": position, "digest": "d"}
    typed = sent | {"order_id": order_id, "intake": intake}
    return Item.read({name: TypeSerializer().serialize(value) for name, value in typed.items()})


def letter(*entries: Entry, file: FileVersion | None = FILE, code: str = "missing_contact") -> Letter:
    reasons = tuple(reason | {"code": code} for reason in WHY)
    return Letter("m", "r", "…", file, 9, entries, reasons)


def account(orders: Any, rows: list[Item] = (), letters: list[Letter] = ()) -> Account:
    made = Account()
    body = orders if isinstance(orders, bytes) else json.dumps({"orders": orders}).encode()
    account_for(made, FILE, body, {item.order_id: item for item in rows}, Letters(letters))
    return made


def test_an_order_in_the_table_is_stored() -> None:
    sent = order("1", price=Decimal("9.90"))
    body = b'{"orders": [{"order-info": {"OrderId": "1"}, "price": 9.9}]}'

    made = account(body, [row(sent, "1")])

    assert (made.stored, made.differences) == (1, [])
    assert [(fate.record, fate.place) for fate in made.fates] == [("order 1", STORED)]


def test_the_same_order_from_elsewhere_counts_as_stored_before() -> None:
    made = account([order("1")], [row(order("1"), "1", file=OTHER)])

    assert (made.stored, made.already_stored, made.differences) == (0, 1, [])


def test_an_order_in_the_queue_waits_with_its_reason() -> None:
    made = account([order("1")], letters=[letter(Entry(0, order("1"), True))])

    assert (made.in_queue, made.differences) == (1, [])
    assert made.fates[0].place == WAITING
    assert made.fates[0].reason == "No contact."


def test_an_order_whose_file_is_in_the_queue_waits_with_it() -> None:
    made = account([order("1"), order("2")], [row(order("1"), "1")], [letter()])

    assert (made.stored, made.in_queue_with_file, made.refused_files, made.differences) == (1, 1, 1, [])


def test_a_file_without_orders_must_be_in_the_queue() -> None:
    assert account(b"no json", letters=[letter()]).differences == []
    [difference] = account(b"no json").differences
    assert difference.problem == "holds no orders, and is not in the dead-letter queue"


@pytest.mark.parametrize(
    ("rows", "letters", "problem"),
    [
        ([], [], "neither stored nor in the dead-letter queue"),
        ([], [letter(Entry(1, order("1"), True))], "neither stored"),
        ([], [letter(Entry(0, order("1"), True), file=OTHER)], "neither stored"),
        ([row(order("1", qty=2), "1")], [], "the table holds it with another content"),
        ([row(order("1", qty=2), "1", file=OTHER)], [], "neither stored"),
        ([], [letter(Entry(0, order("9"), True))], "queue holds it with another content"),
        ([row(order("1"), "1")], [letter(Entry(0, order("1"), True))], "stored and in the dead-letter queue"),
    ],
)
def test_what_is_not_where_it_must_be_is_a_difference(
    rows: list[Item], letters: list[Letter], problem: str
) -> None:
    made = account([order("1")], rows, letters)

    [difference] = made.differences
    assert difference.key == "b/k.json@v1 order 1"
    assert problem in difference.problem
    assert made.counts()["unaccounted for"] == 1


def test_a_lost_order_is_nowhere() -> None:
    assert [fate.place for fate in account([order("1")]).fates] == [LOST]


def test_a_conflicting_order_is_in_the_queue_and_the_other_one_in_the_table() -> None:
    orders = [order("1"), order("1", qty=2)]

    made = account(
        orders, [row(orders[0], "1")], [letter(Entry(1, orders[1], True), code="conflicting_order")]
    )

    assert (made.stored, made.in_queue, made.differences) == (1, 1, [])


def test_an_order_that_no_message_holds_is_known_by_its_place_in_the_file() -> None:
    made = account([order("1", note="x")], letters=[letter(Entry(0, None, False), code="too_large")])

    assert (made.in_queue, made.differences) == (1, [])


def test_entries_without_an_id_are_known_by_their_place() -> None:
    made = account([None, 7], letters=[letter(Entry(0, None, True), code="not_an_object")])

    assert made.in_queue == 1
    assert [difference.key for difference in made.differences] == ["b/k.json@v1 entry 1"]


def test_two_letters_about_one_order_count_once() -> None:
    twice = Letters([letter(Entry(0, order("1"), True))] * 2 + [letter()] * 3)

    assert (twice.count, twice.repeated, len(twice.orders), len(twice.files)) == (5, 3, 1, 1)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"orders": []}', b'{"orders": {}}'])
def test_what_is_no_order_file_has_no_orders(body: bytes) -> None:
    assert orders_of(body) is None


def test_ids_in_every_spelling() -> None:
    assert order_ids({"order-info": {"orderId": "1"}, "order_id": "2"}) == {"1", "2"}
    assert order_ids({"order-info": {"ORDER-ID": 5}}) == {"5"}
    assert order_ids({"order-info": {"OrderId": ["1"]}}) == order_ids("1") == set()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": [1, Decimal("2.0")]}, {"a": [1.0, 2]}, True),
        (True, 1, False),
        ([1, 2], [1], False),
        ({"a": 1}, {"b": 1}, False),
        (None, 0, False),
        ("1", 1, False),
    ],
)
def test_sameness_is_jsons(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal


def test_a_row_of_someone_else_has_no_origin() -> None:
    assert Item.read({"order_id": {"S": "x"}, "intake": {"S": "note"}}).origin is None


def test_a_file_that_nests_too_deep_to_read_is_accounted_for_as_a_file() -> None:
    body = b'{"orders":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    assert orders_of(body) is None
    assert [fate.place for fate in account(body, letters=[letter()]).fates] == [WAITING]
    assert [fate.place for fate in account(body).fates] == [LOST]


@pytest.mark.parametrize(
    ("order_id", "can"),
    [
        ("1", True),
        ("x" * 2048, True),
        ("x" * 2049, False),
        ("é" * 1025, False),
        ("", False),
        ("\ud800", False),
    ],
    ids=["short", "longest", "too long", "too many bytes", "empty", "half a pair"],
)
def test_only_what_can_be_a_key_is_looked_for(order_id: str, can: bool) -> None:
    assert can_be_key(order_id) is can


def test_what_is_not_a_number_is_the_same_as_itself() -> None:
    assert same({"q": float("nan")}, {"q": float("nan")})
    assert not same({"q": float("nan")}, {"q": 1.0})
    assert not same({"q": float("nan")}, {"q": Decimal(1)})
