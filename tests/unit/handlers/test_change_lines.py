"""The transform of the change-capture pipelines: every kind of change, every type, every bad record."""

import base64
import importlib
import json
import logging
from decimal import Decimal
from typing import Any

import pytest

from handlers.lambdas.change_capture.change_line import BadRecord, Layout, change_line
from handlers.lambdas.sales_cdc.stream_transformation import lambda_handler
from tests.support.change_capture import encoded, order, stream_record

LAYOUT = Layout(
    "orderid", {"orderid": "string", "product_name": "string", "quantity": "int", "price": "double"}
)


def line(kind: str = "INSERT", new: Any = None, old: Any = None, **changed: Any) -> dict[str, Any]:
    """The line of a record as JSON reads it, numbers as Decimal."""
    record = stream_record(kind, 7, new, old)
    record["dynamodb"] |= changed
    return json.loads(change_line(record, LAYOUT), parse_float=Decimal)


def reason(record: Any) -> str:
    with pytest.raises(BadRecord) as refused:
        change_line(record, LAYOUT)
    return str(refused.value)


def answers(*records: Any) -> list[dict[str, str]]:
    """What the function answers for records that are encoded already, or are to be."""
    datas = [record if isinstance(record, str) else encoded(record) for record in records]
    entries = [{"recordId": str(number), "data": data} for number, data in enumerate(datas)]
    return lambda_handler({"records": entries}, None)["records"]


def test_an_insert_is_one_line_with_the_catalogs_columns_first() -> None:
    [answer] = answers(stream_record("INSERT", 111, order("1469")))

    assert (answer["recordId"], answer["result"]) == ("0", "Ok")
    assert base64.b64decode(answer["data"]) == (
        b'{"orderid": "1469", "product_name": "Base 180", "quantity": 3, "price": 19234.06, '
        b'"cdc_event_type": "INSERT", "creation_datetime": "2023-11-14T22:13:20Z", '
        b'"cdc_sequence_number": "111", "cdc_event_id": "event-111"}\n'
    )


@pytest.mark.parametrize(
    ("slug", "key"),
    [("sales_cdc", "orderid"), ("sales_projection", "orderid"), ("sales_outlook", "order_id")],
)
def test_each_pipeline_begins_its_lines_with_its_own_key(slug: str, key: str) -> None:
    handler = importlib.import_module(f"handlers.lambdas.{slug}.stream_transformation").lambda_handler
    fields = {"product_name": {"S": "Aaron 1860"}, "quantity": {"N": "3"}, "price": {"N": "9923.66"}}
    record = stream_record("INSERT", 1, order("4291"))
    record["dynamodb"]["NewImage"] = {key: {"S": "4291"}} | fields

    [answer] = handler({"records": [{"recordId": "a", "data": encoded(record)}]}, None)["records"]

    found = json.loads(base64.b64decode(answer["data"]))
    as_aws_wrote_it = {key: "4291", "product_name": "Aaron 1860", "quantity": 3, "price": 9923.66}
    assert list(found.items())[:4] == list(as_aws_wrote_it.items())


def test_an_update_tells_the_order_as_it_is_now() -> None:
    found = line("MODIFY", order("a", quantity={"N": "5"}), order("a"))

    assert (found["quantity"], found["cdc_event_type"]) == (5, "MODIFY")


def test_a_delete_tells_the_order_as_it_was() -> None:
    found = line("REMOVE", None, order("a"))

    assert (found["orderid"], found["price"], found["cdc_event_type"]) == ("a", Decimal("19234.06"), "REMOVE")


def test_an_order_can_be_deleted_whatever_is_wrong_with_it() -> None:
    bad = order("a", quantity={"S": "two"}, price=None, cdc_event_id={"S": "mine"})

    found = line("REMOVE", None, bad)

    assert (found["orderid"], found["quantity"], found["price"]) == ("a", None, None)
    assert found["cdc_event_id"] == "event-7"


@pytest.mark.parametrize("number", ["0.1", "123456789012345678901234567890.12345678", "1E+125", "-0.00"])
def test_no_digit_of_a_number_is_lost(number: str) -> None:
    record = stream_record("INSERT", 7, order("a", price={"N": number}))

    assert f'"price": {number}, ' in change_line(record, LAYOUT)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ({"BOOL": True}, True),
        ({"NULL": True}, None),
        ({"B": "AAH/"}, "AAH/"),
        ({"SS": ["a", "b"]}, ["a", "b"]),
        ({"NS": ["1", "2.5"]}, [1, Decimal("2.5")]),
        ({"BS": ["AA=="]}, ["AA=="]),
        ({"L": [{"S": "x"}, {"M": {"y": {"N": "1"}}}]}, ["x", {"y": 1}]),
        ({"M": {"": {"S": 'quote " and \u2028 \u0000 \n'}}}, {"": 'quote " and \u2028 \u0000 \n'}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_fields_that_the_layout_does_not_know_are_kept_in_any_type(attribute: Any, value: Any) -> None:
    found = line("INSERT", order("a", more=attribute))

    assert found["more"] == value
    assert list(found)[-1] == "more"


def test_no_text_breaks_the_line() -> None:
    record = stream_record("INSERT", 7, order("a", more={"S": "one\ntwo\r\u2028three\u0085"}))

    assert len(change_line(record, LAYOUT).splitlines()) == 1


def test_a_fraction_of_a_second_is_kept() -> None:
    record = stream_record("INSERT", 7, order("a"))
    record["dynamodb"]["ApproximateCreationDateTime"] = Decimal("1700000000.25")

    assert '"creation_datetime": "2023-11-14T22:13:20.250000Z"' in change_line(record, LAYOUT)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"price": None}, "the order has no price"),
        ({"quantity": {"N": "1.5"}}, "quantity is 1.5; it must be a whole number"),
        ({"quantity": {"S": "3"}}, 'quantity is "3" of type S; it must be a int'),
        ({"product_name": {"N": "3"}}, "product_name is 3 of type N; it must be a string"),
        ({"price": {"N": "NaN"}}, "price: N holds 'NaN', which is no number"),
        ({"price": {"N": "1", "S": "1"}}, "price: {'N': '1', 'S': '1'} is no attribute of DynamoDB"),
        ({"more": {"X": 1}}, "more: DynamoDB has no type 'X'"),
        ({"more": {"X\n": 1}}, r"more: DynamoDB has no type 'X\n'"),
        ({"more": {"B": "no!"}}, "more: B holds 'no!', which is no base64 text"),
        ({"more": {"B": 5}}, "more: B holds 5, which is no base64 text"),
        ({"more": {"S": 5}}, "more: S holds 5, which is no string"),
        ({"more": {"BOOL": "true"}}, "more: BOOL holds 'true'"),
        ({"more": {"NULL": False}}, "more: NULL holds False"),
        ({"more": {"L": "ab"}}, "more: L holds 'ab', which is no list"),
        ({"more": {"M": []}}, "more: M holds [], which is no map"),
        ({"cdc_event_type": {"S": "x"}}, "the order has a field 'cdc_event_type', a name that"),
    ],
    ids=str,
)
def test_an_order_that_does_not_fit_is_refused_with_the_reason(fields: dict[str, Any], why: str) -> None:
    assert why in reason(stream_record("INSERT", 7, order("a", **fields)))


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ((), [1], "it is no JSON object"),
        (("eventName",), "TRUNCATE", "it is no record of a DynamoDB stream"),
        (("eventName",), ["INSERT"], "it is no record of a DynamoDB stream"),
        (("dynamodb",), None, "it is no record of a DynamoDB stream"),
        (("dynamodb", "NewImage"), None, "a record of INSERT without NewImage: the stream must show both"),
        (("dynamodb", "SequenceNumber"), "x", "it has no SequenceNumber"),
        (("dynamodb", "ApproximateCreationDateTime"), None, "it has no ApproximateCreationDateTime"),
        (("dynamodb", "ApproximateCreationDateTime"), -1, "in no year that there is"),
        (("dynamodb", "ApproximateCreationDateTime"), Decimal("1E+999999"), "in no year that there is"),
        (("eventID",), "", "it has no eventID"),
    ],
    ids=str,
)
def test_what_is_no_change_is_refused_with_the_reason(path: tuple[str, ...], value: Any, why: str) -> None:
    record: Any = stream_record("INSERT", 7, order("a"))
    if path:
        inner = record
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
    else:
        record = value

    assert why in reason(record)


def test_a_delete_needs_the_old_image() -> None:
    record = stream_record("REMOVE", 7, None, order("a"))
    del record["dynamodb"]["OldImage"]

    assert "a record of REMOVE without OldImage" in reason(record)


@pytest.mark.parametrize("data", ["e30", "AAAA", encoded("text"), base64.b64encode(b"[" * 100_000).decode()])
def test_a_bad_record_comes_back_as_it_was_and_harms_no_other(
    data: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = stream_record("INSERT", 7, order("a"))

    with caplog.at_level(logging.WARNING):
        first, bad, last = answers(good, data, good)

    assert bad == {"recordId": "1", "result": "ProcessingFailed", "data": data}
    assert (first["result"], last["result"]) == ("Ok", "Ok")
    assert [message.split(":")[0] for message in caplog.messages] == ["Record 1 is refused"]
