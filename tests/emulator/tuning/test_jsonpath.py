"""Parsed once, every path selects and changes the same as parsed each time."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from jsonpath_ng.ext.parser import ExtentedJsonPathParser
from jsonpath_ng.ext.parser import parse as parse_extended
from jsonpath_ng.parser import JsonPathParser
from jsonpath_ng.parser import parse as parse_plain
from localstack.services.stepfunctions.asl.utils import json_path
from localstack_lab.tuning import jsonpath

DOCUMENT = {
    "orders": [
        {"order-id": "o-1", "items": [{"sku": "a", "price": 2.5}, {"sku": "b", "price": 10}], "n": None},
        {"order-id": "o-2", "items": [], "contact_info": {"name": "Ada", "e-mail": "ada@example.org"}},
        {"order-id": "o-3", "items": [{"sku": "c", "price": 1}], "flag": False},
    ],
    "totals": {"a": {"b": {"c": [0, 1, 2, 3]}}},
    "empty": {},
    "Payload": {"statusCode": 200, "body": '{"a": 1}'},
}

PATHS = [
    "$",
    "$.orders",
    "$.orders[0]",
    "$.orders[0].items[1].price",
    "$.orders[*].order-id",
    "$.orders[0:2]",
    "$.orders[0:2].items",
    "$.orders[-1:]",
    "$.orders[?(@.flag==false)]",
    "$.orders[*].items[?(@.price > 2)].sku",
    "$..sku",
    "$.totals.a.b.c[2]",
    "$['totals']['a']",
    "$.totals.*",
    "$.empty",
    "$.Payload.body",
    "$.nothing",
    "$.orders[9]",
    "$.orders[*].nothing",
    "$.orders[1].contact_info['e-mail']",
]

BROKEN = ["$.", "$[", "orders[?", "$.a[?(@.b==)]", "$$"]


def answer(call: Callable[[], Any]) -> Any:
    """What a call returns, or the kind and words of its error."""
    try:
        return call()
    except Exception as e:  # noqa: BLE001 - the errors are what is compared
        return type(e), str(e)


@pytest.mark.parametrize("path", PATHS + BROKEN)
def test_step_functions_selects_the_same(path: str, tuned: Callable[..., None]) -> None:
    before = answer(lambda: json_path.extract_json(path, copy.deepcopy(DOCUMENT)))
    tuned(*jsonpath.PATCHES)
    for _ in range(3):
        assert answer(lambda: json_path.extract_json(path, copy.deepcopy(DOCUMENT))) == before


@pytest.mark.parametrize("path", ["$", "$.orders", "$.new", "$.new.deeper", "$.orders[0].n", "$.totals.a.x"])
def test_result_paths_write_the_same(path: str) -> None:
    cached = jsonpath.caching_parser(JsonPathParser)
    for value in ({"ok": True}, [1], None, "text"):
        expected = parse_plain(path).update_or_create(copy.deepcopy(DOCUMENT), value)
        assert cached(path).update_or_create(copy.deepcopy(DOCUMENT), value) == expected


def test_a_path_is_parsed_once_and_one_grammar_serves_all() -> None:
    made: list[object] = []

    def make() -> Any:
        made.append(1)
        return ExtentedJsonPathParser()

    parse = jsonpath.caching_parser(make)
    assert parse("$.a.b") is parse("$.a.b")
    assert parse("$.a.c") == parse_extended("$.a.c")
    assert len(made) == 1


def test_a_broken_path_does_not_spoil_the_grammar_for_the_next() -> None:
    parse = jsonpath.caching_parser(ExtentedJsonPathParser)
    for broken in BROKEN:
        for _ in range(2):
            assert answer(lambda path=broken: parse(path)) == answer(lambda path=broken: parse_extended(path))
        assert parse("$.orders[0]") == parse_extended("$.orders[0]")


def test_threads_parse_without_mixing_their_paths() -> None:
    parse = jsonpath.caching_parser(ExtentedJsonPathParser)
    paths = [f"$.a{n}.b[{n}].c" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda path: str(parse(path)), paths))
    assert found == [str(parse_extended(path)) for path in paths]
