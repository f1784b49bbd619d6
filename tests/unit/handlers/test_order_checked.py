"""An order made ready for the table, alone and among others."""

import json
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from generator.orders import generate
from handlers.lambdas.order_intake.checked import InvalidOrder, check, check_all, digest
from handlers.lambdas.order_intake.stretches import parse_orders

SOURCE = {"bucket": "b", "key": "k.json", "version_id": "v1", "size": 9}


def good(number: int = 1, **more: Any) -> dict[str, Any]:
    [order] = list(generate(number, seed=1))[number - 1 :]
    return order | more


def test_the_item_is_the_order_as_sent_with_its_key_and_its_origin() -> None:
    order = good(gift=True, lines=[{"price": Decimal("9.90")}])

    put = check(order, 4, SOURCE, "orders")["write"]["Put"]

    item = {name: TypeDeserializer().deserialize(value) for name, value in put["Item"].items()}
    intake = item.pop("intake")
    assert item.pop("order_id") == "1-1"
    assert item == order
    assert intake == {
        "digest": digest(order),
        "bucket": "b",
        "key": "k.json",
        "version_id": "v1",
        "position": 4,
    }
    assert put["TableName"] == "orders"
    assert put["ConditionExpression"] == "attribute_not_exists(order_id)"


def test_an_invalid_order_raises_its_reasons_as_json() -> None:
    with pytest.raises(InvalidOrder) as refusal:
        check({"order-info": good()["order-info"]}, 0, SOURCE, "orders")

    assert [reason["code"] for reason in json.loads(str(refusal.value))] == ["missing_contact"]


def test_the_digest_is_the_same_for_an_order_laid_out_otherwise() -> None:
    one = json.loads('{"a": 1, "b": {"c": 19.90, "d": [1.0]}}')
    [other] = parse_orders('{"b": {"d": [1], "c": 19.9}, "a": 1}')

    assert digest(one) == digest(other)
    assert digest(one) != digest(one | {"a": 2})


def test_a_stretch_is_sorted_into_valid_and_invalid() -> None:
    orders = [good(1), None, good(2), {}]

    answer = check_all(orders, 10, SOURCE, "orders")

    assert [entry["position"] for entry in answer["valid"]] == [10, 12]
    assert [entry["order"] for entry in answer["valid"]] == [orders[0], orders[2]]
    assert [(entry["position"], entry["order"]) for entry in answer["invalid"]] == [(11, None), (13, {})]
    assert all(entry["reasons"] for entry in answer["invalid"])
    assert answer["together"]


def test_one_transaction_holds_two_or_more_orders_with_ids_of_their_own() -> None:
    assert not check_all([], 0, SOURCE, "orders")["together"]
    assert not check_all([good(1)], 0, SOURCE, "orders")["together"]
    assert check_all([good(1), good(2)], 0, SOURCE, "orders")["together"]
    assert not check_all([good(1), good(2), good(1)], 0, SOURCE, "orders")["together"]


def test_the_answer_is_json_and_its_decimals_are_the_senders() -> None:
    [order] = parse_orders(json.dumps(good(price="PRICE")).replace('"PRICE"', "19.90"))

    answer = json.loads(json.dumps(check_all([order], 0, SOURCE, "orders")), parse_float=Decimal)

    [entry] = answer["valid"]
    assert entry["order"]["price"] == Decimal("19.90")
    assert entry["checked"]["write"]["Put"]["Item"]["price"] == {"N": "19.9"}


@pytest.mark.parametrize("spoilt", [{"note": "x" * 40_000}, {"price": Decimal("0.12345678901234567")}])
def test_a_refused_order_that_a_message_would_alter_stays_in_the_file(spoilt: dict[str, Any]) -> None:
    [entry] = check_all([good(**spoilt)], 0, SOURCE, "orders")["invalid"]

    assert entry["order"] is None
    assert entry["reasons"]


def test_the_largest_stretch_fits_into_a_state() -> None:
    worst = good(note=[1] * 10_000)
    answer = check_all([worst], 0, SOURCE, "orders")

    assert answer["valid"], answer["invalid"]
    assert len(json.dumps(answer, separators=(",", ":"))) < 256 * 1024
