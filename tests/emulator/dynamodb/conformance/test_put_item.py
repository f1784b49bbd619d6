"""PutItem stores what it is given and says what was there before.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases


def nested(levels: int, leaf: dict | None = None) -> dict:
    value = leaf or S("leaf")
    for _ in range(levels):
        value = {"M": {"in": value}}
    return value


ROUND_TRIPS = {
    "string": (S("hello"),),
    "empty string": (S(""),),
    "string beyond the basic plane": (S("é𝄞日本"),),
    "number": (N("42"),),
    "binary": ({"B": b"\x00\x01\xff"},),
    "empty binary": ({"B": b""},),
    "true": ({"BOOL": True},),
    "false": ({"BOOL": False},),
    "null": ({"NULL": True},),
    "list of mixed types": ({"L": [S("a"), N(1), {"BOOL": True}, {"NULL": True}, {"M": {"x": S("y")}}]},),
    "empty list": ({"L": []},),
    "empty map": ({"M": {}},),
    "empty string in a list": ({"L": [S(""), S("x")]},),
    "three maps deep": (nested(3),),
    "thirty-one levels deep": (nested(31),),
    "map with a list of maps": ({"M": {"lines": {"L": [{"M": {"sku": S("a")}}, {"M": {"sku": S("b")}}]}}},),
    "attribute that is called B": ({"M": {"B": S("not binary")}},),
    "100 KB of text": (S("x" * 100 * 1024),),
}


@pytest.mark.parametrize("value", cases(ROUND_TRIPS))
def test_value_comes_back_as_it_was_put(put, get, key, value):
    put("hash", {"pk": S(key), "value": value})
    assert get("hash", pk=S(key)) == {"pk": S(key), "value": value}


SETS = {
    "strings": ("SS", ["a", "b", "c"]),
    "numbers": ("NS", ["1", "2", "-3.5"]),
    "binaries": ("BS", [b"\x01", b"\x02\x03"]),
    "extreme numbers": ("NS", ["0", "9.9999999999999999999999999999999999999E+125", "1E-130"]),
    "the empty string alone": ("SS", [""]),
    "an empty string among others": ("SS", ["", "a"]),
    "an empty binary alone": ("BS", [b""]),
    "an empty binary among others": ("BS", [b"", b"\x01"]),
}


@pytest.mark.parametrize(("kind", "members"), cases(SETS))
def test_set_comes_back_with_all_members(put, get, key, kind, members):
    put("hash", {"pk": S(key), "value": {kind: members}})
    got = get("hash", pk=S(key))["value"]
    assert list(got) == [kind]
    if kind == "NS":
        assert sorted(map(float, got["NS"])) == sorted(map(float, members))
    else:
        assert sorted(got[kind]) == sorted(members)


@pytest.mark.parametrize("wrap", [lambda v: {"L": [v]}, lambda v: {"M": {"s": v}}], ids=["list", "map"])
def test_set_with_an_empty_member_may_be_nested(put, get, key, wrap):
    value = wrap({"SS": [""]})
    put("hash", {"pk": S(key), "value": value})
    assert get("hash", pk=S(key))["value"] == value


def test_put_replaces_the_whole_item(put, get, key):
    put("hash", {"pk": S(key), "old": S("1"), "both": S("1")})
    put("hash", {"pk": S(key), "new": S("2"), "both": S("2")})
    assert get("hash", pk=S(key)) == {"pk": S(key), "new": S("2"), "both": S("2")}


def test_sort_keys_keep_items_apart(put, get, key):
    for sort in "abc":
        put("range", {"pk": S(key), "sk": S(sort), "value": S(sort.upper())})
    assert get("range", pk=S(key), sk=S("b"))["value"] == S("B")


def test_all_old_returns_the_replaced_item(dynamodb, names, put, key):
    old = put("hash", {"pk": S(key), "version": N(1)})
    answer = dynamodb.put_item(
        TableName=names["hash"], Item={"pk": S(key), "version": N(2)}, ReturnValues="ALL_OLD"
    )
    assert answer["Attributes"] == old


def test_all_old_returns_nothing_for_a_new_item(dynamodb, names, key):
    answer = dynamodb.put_item(TableName=names["hash"], Item={"pk": S(key)}, ReturnValues="ALL_OLD")
    assert "Attributes" not in answer


def test_plain_put_answers_with_nothing(dynamodb, names, key):
    answer = dynamodb.put_item(TableName=names["hash"], Item={"pk": S(key)})
    assert set(answer) == {"ResponseMetadata"}


NUMBER_KEYS = {"integer": ("42",), "fraction": ("3.14",), "negative": ("-100",), "zero": ("0",)}


@pytest.mark.parametrize("number", cases(NUMBER_KEYS))
def test_number_as_partition_key(put, get, number):
    put("number", {"pk": N(number), "value": S(number)})
    assert get("number", pk=N(number)) == {"pk": N(number), "value": S(number)}


SAME_KEYS = {
    "exponent": ("100", "1E2"),
    "idle zeros": ("7.5", "7.500"),
    "leading zeros": ("42", "0042"),
    "plus sign": ("11", "+11"),
    "minus zero": ("0", "-0"),
}


@pytest.mark.parametrize(("stored", "asked"), cases(SAME_KEYS))
def test_one_number_is_one_key_however_it_is_written(put, get, key, stored, asked):
    put("number_range", {"pk": S(key), "sk": N(stored), "value": S("found")})
    assert get("number_range", pk=S(key), sk=N(asked))["sk"] == N(stored)


@pytest.mark.parametrize(
    "blob", [b"\x00", b"\xff\x00\x7f\x80", bytes(range(256))], ids=["nul", "high", "all"]
)
def test_binary_sort_key_keeps_its_bytes(put, get, key, blob):
    put("binary_range", {"pk": S(key), "sk": {"B": blob}})
    assert get("binary_range", pk=S(key), sk={"B": blob}) == {"pk": S(key), "sk": {"B": blob}}


def test_binary_partition_key(put, get):
    put("binary", {"pk": {"B": b"\x01\xfe"}, "value": S("x")})
    assert get("binary", pk={"B": b"\x01\xfe"})["value"] == S("x")


def test_key_of_2048_bytes_is_the_longest(dynamodb, names, put, get):
    longest = "k" * 2048
    put("hash", {"pk": S(longest)})
    assert get("hash", pk=S(longest)) == {"pk": S(longest)}
    too_long = {"TableName": names["hash"], "Item": {"pk": S(longest + "k")}}
    assert_refused(dynamodb, "PutItem", too_long, "ValidationException")


def test_sort_key_of_1024_bytes_is_the_longest(dynamodb, names, put, get, key):
    longest = "s" * 1024
    put("range", {"pk": S(key), "sk": S(longest)})
    assert get("range", pk=S(key), sk=S(longest)) is not None
    too_long = {"TableName": names["range"], "Item": {"pk": S(key), "sk": S(longest + "s")}}
    assert_refused(dynamodb, "PutItem", too_long, "ValidationException")
