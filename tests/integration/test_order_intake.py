"""From a file in S3 to DynamoDB or the dead-letter queue: good orders, and every bad input one by one."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bootstrap import order_intake as wiring
from generator.orders import INVALID, generate
from lab.pipelines.order_intake.letters import FileVersion
from tests.support.order_intake import Intake, id_of, order
from tests.support.waiting import eventually

WALKER = {
    "contact-info": {"name": "Grace Walker", "email": "grace@walker.example"},
    "order-info": {"OrderId": "w-1", "item-id": "301", "item-desc": "Lantern", "qty": "3"},
}
NOBODY = {"order-info": {"orderId": "w-2", "item-id": "302", "item-desc": "Rope", "qty": "4"}}


def test_one_order_with_contact_info_is_stored_and_one_without_is_a_dead_letter(intake: Intake) -> None:
    file = intake.take(json.dumps({"orders": [WALKER, NOBODY]}, indent=4).encode(), "order-data.json")

    stored = intake.item("w-1")
    assert stored is not None
    assert stored.order == WALKER
    assert stored.origin == (file, 0)
    [letter] = intake.letters(file)
    assert json.loads(letter.body)["kind"] == "order"
    assert letter.entries == ((1, NOBODY, True),)
    assert letter.reasons == (
        {"code": "missing_contact", "field": "contact-info", "message": "The order has no contact-info."},
    )
    assert intake.item("w-2") is None


def test_a_file_sent_with_awslocal_flows_the_same_way(intake: Intake, lab_port: int, tmp_path: Path) -> None:
    sent = order()
    (tmp_path / "orders.json").write_text(json.dumps({"orders": [sent]}))
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    subprocess.run(
        [
            *(str(Path(sys.executable).with_name("awslocal")), "s3", "cp"),
            *(str(tmp_path / "orders.json"), f"s3://{wiring.BUCKET}/sent/orders.json"),
        ],
        check=True,
        capture_output=True,
        env=variables | {"LOCALSTACK_HOST": f"127.0.0.1:{lab_port}", "AWS_DEFAULT_REGION": "us-east-1"},
    )

    stored = eventually(lambda: intake.item(id_of(sent)), expecting="the order in valid-orders-data")

    assert stored.order == sent


def test_every_field_is_kept_and_no_number_goes_through_a_float(intake: Intake) -> None:
    sent = order(**{"unit-price": 19.90, "weight": 0.1, "serial": 123456789012345})
    sent |= {"gift": True, "note": None, "lines": [{"städte": "Köln"}, []], "rate": 1e-7}
    file = intake.take([sent])

    stored = intake.item(id_of(sent))

    assert intake.letters(file) == []
    assert stored is not None
    assert stored.order == json.loads(json.dumps(sent), parse_float=Decimal)


@pytest.mark.parametrize("key", ["a b/ü+file %41.json", "no-suffix", "deep/er/still.JSON"])
def test_any_key_is_taken_as_it_is(intake: Intake, key: str) -> None:
    sent = order()

    file = intake.take([sent], key)

    stored = intake.item(id_of(sent))
    assert stored is not None
    assert stored.origin == (file, 0)


@pytest.mark.parametrize("spelling", ["OrderId", "orderId", "order_id"])
def test_the_order_id_is_the_key_in_every_spelling(intake: Intake, spelling: str) -> None:
    sent = order()
    order_id = sent["order-info"].pop("OrderId")
    sent["order-info"][spelling] = order_id

    intake.take([sent])

    stored = intake.item(order_id)
    assert stored is not None
    assert stored.order == sent


def test_every_kind_of_invalid_order_is_a_dead_letter_for_its_reason(intake: Intake) -> None:
    orders = [next(generate(1, seed=seed, invalid={kind: 1})) for seed, kind in enumerate(INVALID)]

    file = intake.take(orders)

    assert intake.codes(file) == [[kind] for kind in INVALID]
    exact = [entry for letter in intake.letters(file) for entry in letter.entries if entry.whole]
    sent = [o for o, kind in zip(orders, INVALID, strict=True) if kind != "inexact_number"]
    held = [entry.order for entry in exact if entry.position != list(INVALID).index("inexact_number")]
    assert held == json.loads(json.dumps(sent), parse_float=Decimal)


def test_every_reason_of_one_order_is_named(intake: Intake) -> None:
    file = intake.take([{"contact-info": {"email": "x"}, "order-info": {"qty": 0}}])

    assert intake.codes(file) == [
        ["missing_name", "invalid_email", "missing_order_id", "missing_item_id", "invalid_quantity"]
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"orders: none", "not_json"),
        (b'{"orders": [', "not_json"),
        (b'\xff\xfe{"orders": []}', "not_json"),
        ({"Orders": [WALKER]}, "no_orders"),
        ({"orders": {"0": WALKER}}, "no_orders"),
        ({"orders": "none"}, "no_orders"),
        ({"orders": None}, "no_orders"),
        ({"orders": []}, "empty_orders"),
        (7, "no_orders"),
        (b"[[]]", "no_orders"),
        (b" " * 40_000 + b"{", "not_json"),
        ({"orders": [], "padding": "x" * 40_000}, "empty_orders"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_one_dead_letter_that_names_it(intake: Intake, content: Any, code: str) -> None:
    file = intake.take(content)

    [letter] = intake.letters(file)
    assert json.loads(letter.body)["kind"] == "file"
    assert [reason["code"] for reason in letter.reasons] == [code]
    assert letter.file == FileVersion(wiring.BUCKET, file.key, file.version_id)
    assert letter.entries == ()


def test_a_file_deleted_meanwhile_is_a_dead_letter(intake: Intake) -> None:
    file = intake.take([order()])
    intake.client("s3").delete_object(Bucket=file.bucket, Key=file.key, VersionId=file.version_id)

    for size in (100, 10**6):
        assert intake.deliver_again(file, size) == "SUCCEEDED"

    assert intake.codes(file) == [["unreadable"], ["unreadable"]]
    assert "NoSuchVersion" in intake.letters(file)[0].why


def test_a_file_hidden_by_a_delete_marker_is_still_read(intake: Intake) -> None:
    sent = order()
    file = intake.take([sent])
    intake.client("s3").delete_object(Bucket=file.bucket, Key=file.key)

    assert intake.deliver_again(file) == "SUCCEEDED"

    assert intake.letters(file) == []


def test_each_version_of_a_key_is_a_delivery_of_its_own(intake: Intake) -> None:
    first, second = order(), order()

    one, other = intake.take([first], "same.json"), intake.take([second], "same.json")

    origins = [item.origin for sent in (first, second) if (item := intake.item(id_of(sent)))]
    assert origins == [(one, 0), (other, 0)]
