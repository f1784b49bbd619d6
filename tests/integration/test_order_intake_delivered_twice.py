"""The same event twice stores nothing twice; two different orders with one id never replace one another."""

from typing import Any

from tests.support.order_intake import Intake, id_of, order


def rows(intake: Intake) -> list[dict[str, Any]]:
    return intake.client("dynamodb").scan(TableName="valid-orders-data", ConsistentRead=True)["Items"]


def test_the_same_event_twice_changes_nothing(intake: Intake) -> None:
    sent = [order(), order(qty=2)]
    file = intake.take(sent)
    before = rows(intake)

    again = [intake.machine.start_file(file, 100) for _ in range(3)]

    assert [intake.ended(execution) for execution in again] == ["SUCCEEDED"] * 3
    assert rows(intake) == before
    assert intake.letters(file) == []


def test_a_large_file_twice_changes_nothing(intake: Intake) -> None:
    file = intake.take([order() for _ in range(210)])
    before = rows(intake)

    assert intake.deliver_again(file, 100_000) == "SUCCEEDED"

    assert len(before) >= 210
    assert sorted(map(str, rows(intake))) == sorted(map(str, before))
    assert intake.letters(file) == []


def test_the_same_order_in_another_file_is_stored_once(intake: Intake) -> None:
    sent = order(**{"unit-price": 19.9})
    first = intake.take([sent])
    second = intake.take({"orders": [dict(reversed(sent.items()))]})

    item = intake.item(id_of(sent))

    assert item is not None
    assert item.origin == (first, 0)
    assert intake.letters(second) == []


def test_another_order_with_the_same_id_is_a_dead_letter_and_replaces_nothing(intake: Intake) -> None:
    sent, other = order("same-id", qty=1), order("same-id", qty=2)
    first = intake.take([sent])
    second = intake.take([other])

    item = intake.item("same-id")

    assert item is not None
    assert item.order == sent
    assert intake.letters(first) == []
    [letter] = intake.letters(second)
    assert [reason["code"] for reason in letter.reasons] == ["conflicting_order"]
    assert letter.entries == ((0, other, True),)


def test_two_orders_with_one_id_at_the_same_time_are_stored_once(intake: Intake) -> None:
    orders = [order("raced", qty=quantity) for quantity in range(1, 7)]
    file = intake.take(orders)

    item = intake.item("raced")
    letters = intake.letters(file)

    assert item is not None
    refused = [entry.order for letter in letters for entry in letter.entries]
    assert len(refused) == 5
    assert all(reason["code"] == "conflicting_order" for letter in letters for reason in letter.reasons)
    assert sorted(o["order-info"]["qty"] for o in [*refused, item.order]) == [1, 2, 3, 4, 5, 6]


def test_an_id_that_someone_else_put_into_the_table_is_left_alone(intake: Intake) -> None:
    foreign = {"order_id": {"S": "by-hand"}, "note": {"S": "mine"}}
    intake.client("dynamodb").put_item(TableName="valid-orders-data", Item=foreign)

    file = intake.take([order("by-hand")])

    item = intake.item("by-hand")
    assert item is not None
    assert item.order == {"note": "mine"}
    assert intake.codes(file) == [["conflicting_order"]]
