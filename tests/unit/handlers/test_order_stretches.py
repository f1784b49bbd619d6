"""Cutting files into stretches: they hold exactly the file's orders, and a broken file is refused."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.orders import order_file
from handlers.lambdas.order_intake import stretches as module
from handlers.lambdas.order_intake.stretches import (
    MAX_BYTES,
    MAX_ORDERS,
    InvalidFile,
    parse_orders,
    stretches,
)


def code_and_message(body: bytes, chunk: int = 1 << 18) -> tuple[str, str]:
    with pytest.raises(InvalidFile) as refusal:
        stretches(io.BytesIO(body), chunk=chunk)
    [reason] = json.loads(str(refusal.value))
    assert reason == refusal.value.reasons[0]
    return reason["code"], reason["message"]


def read_back(body: bytes, found: list[dict[str, int]]) -> list[Any]:
    """The orders of all stretches, read as the handler reads them: by bytes."""
    orders = []
    for stretch in found:
        assert stretch["first"] == len(orders)
        text = body[stretch["offset"] : stretch["offset"] + stretch["length"]].decode()
        part = parse_orders(text)
        assert len(part) == stretch["count"]
        orders += part
    return orders


def test_every_order_of_a_large_file_lies_in_one_stretch() -> None:
    body = order_file(700, seed=1, invalid={"not_an_object": 0.2, "missing_contact": 0.2})

    found = stretches(io.BytesIO(body))

    assert read_back(body, found) == json.loads(body)["orders"]
    assert all(stretch["count"] <= MAX_ORDERS and stretch["length"] <= MAX_BYTES for stretch in found)


def test_an_order_larger_than_a_stretch_has_one_of_its_own() -> None:
    body = json.dumps({"orders": [1, "x" * (2 * MAX_BYTES), 2]}).encode()

    assert [stretch["count"] for stretch in stretches(io.BytesIO(body))] == [1, 1, 1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=10,
)


@given(
    orders=st.lists(JSON, min_size=1, max_size=8),
    before=st.dictionaries(st.text().filter(lambda name: name != "orders"), JSON, max_size=3),
    indent=st.sampled_from([None, 0, 3]),
    ascii_only=st.booleans(),
    chunk=st.integers(1, 60),
)
def test_any_file_is_cut_right_wherever_reads_end(
    orders: list[Any], before: dict[str, Any], indent: int | None, ascii_only: bool, chunk: int
) -> None:
    text = json.dumps(before | {"orders": orders, "after": [1]}, indent=indent, ensure_ascii=ascii_only)
    body = text.encode(errors="replace")

    found = stretches(io.BytesIO(body), chunk=chunk)

    assert read_back(body, found) == json.loads(body, parse_float=Decimal)["orders"]


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:01eE.-+ \\orders\n', max_size=60).map(str.encode))
def test_it_agrees_with_the_json_module_about_every_file(body: bytes) -> None:
    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        content = json.loads(body.decode(), parse_constant=refuse, parse_float=Decimal)
    except (ValueError, RecursionError):
        assert code_and_message(body, chunk=7)[0] == "not_json"
        return
    orders = content.get("orders") if isinstance(content, dict) else None
    if not isinstance(orders, list):
        assert code_and_message(body, chunk=7)[0] == "no_orders"
    elif not orders:
        assert code_and_message(body, chunk=7)[0] == "empty_orders"
    else:
        assert read_back(body, stretches(io.BytesIO(body), chunk=7)) == orders


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"   ", "not_json"),
        (b"orders", "not_json"),
        (b'{"orders": [1, 2', "not_json"),
        (b'{"orders": [1, 2]', "not_json"),
        (b'{"orders": [1, 2]} x', "not_json"),
        (b'{"orders": [1,, 2]}', "not_json"),
        (b'{"orders": [1 2]}', "not_json"),
        (b'{"orders": [1], }', "not_json"),
        (b"{'orders': [1]}", "not_json"),
        (b'{"orders": [NaN]}', "not_json"),
        (b'\xef\xbb\xbf{"orders": [1]}', "not_json"),
        (b'{"orders": ["\xff"]}', "not_json"),
        (b'{"orders": [' + b"[" * 100_000, "not_json"),
        (b"[]", "no_orders"),
        (b"7", "no_orders"),
        (b"null", "no_orders"),
        (b"{}", "no_orders"),
        (b'{"Orders": [1]}', "no_orders"),
        (b'{"orders": {}}', "no_orders"),
        (b'{"orders": "none"}', "no_orders"),
        (b'{"orders": null}', "no_orders"),
        (b'{"orders": []}', "empty_orders"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(body: bytes, code: str) -> None:
    assert code_and_message(body)[0] == code


def test_the_last_of_two_lists_counts_as_for_other_readers() -> None:
    body = b'{"orders": [1, 2], "orders": [3]}'

    assert read_back(body, stretches(io.BytesIO(body))) == [3]


def test_the_message_says_where_the_fault_is() -> None:
    assert "near byte 16" in code_and_message(b'{"orders": [1,  oops]}')[1]


def test_a_file_with_too_many_stretches_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_STRETCHES", 2)

    code, message = code_and_message(order_file(3 * MAX_ORDERS))

    assert code == "too_many_orders"
    assert "3 stretches of orders, at most 2 fit" in message


def test_the_descriptions_of_the_largest_file_fit_into_a_state() -> None:
    largest = {"first": 10**7, "count": MAX_ORDERS, "offset": 10**9, "length": MAX_BYTES}

    assert len(json.dumps([largest] * module.MAX_STRETCHES)) < 256 * 1024


def test_memory_stays_small_for_a_large_file() -> None:
    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            Watched.largest = max(Watched.largest, size)
            return super().read(size)

    stretches(Watched(order_file(2_000)), chunk=4_096)

    assert 4_096 <= Watched.largest <= 16_384
