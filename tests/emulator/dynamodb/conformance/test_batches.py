"""BatchGetItem and BatchWriteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import (
    DUPLICATE_KEYS,
    EMPTY_BINARY_KEY,
    EMPTY_STRING_KEY,
    INVALID,
    NOT_FOUND,
    NOT_VALID,
    SCHEMA_MISMATCH,
    mixed,
)


def puts(*items: dict) -> list[dict]:
    return [{"PutRequest": {"Item": item}} for item in items]


def deletes(*keys: dict) -> list[dict]:
    return [{"DeleteRequest": {"Key": key}} for key in keys]


def test_writes_many(dynamodb, names, get, key):
    items = [{"pk": S(f"{key}{n}"), "n": N(n)} for n in range(25)]
    answer = dynamodb.batch_write_item(RequestItems={names["hash"]: puts(*items)})
    assert answer["UnprocessedItems"] == {}
    assert [get("hash", pk=item["pk"]) for item in items] == items


def test_writes_large_items(dynamodb, names, get, key):
    items = [{"pk": S(f"{key}{n}"), "payload": S("x" * 20_000)} for n in range(25)]
    dynamodb.batch_write_item(RequestItems={names["hash"]: puts(*items)})
    assert get("hash", pk=items[24]["pk"]) == items[24]


def test_puts_and_deletes_in_several_tables(dynamodb, names, put, get, key):
    put("hash", {"pk": S(key), "value": S("old")})
    put("range", {"pk": S(key), "sk": S("1")})
    dynamodb.batch_write_item(
        RequestItems={
            names["hash"]: [*deletes({"pk": S(key)}), *puts({"pk": S(key + "new")})],
            names["range"]: [*deletes({"pk": S(key), "sk": S("1")}), *puts({"pk": S(key), "sk": S("2")})],
        }
    )
    assert get("hash", pk=S(key)) is None
    assert get("hash", pk=S(key + "new")) == {"pk": S(key + "new")}
    assert get("range", pk=S(key), sk=S("1")) is None
    assert get("range", pk=S(key), sk=S("2")) is not None


def test_delete_of_nothing_is_fine(dynamodb, names, key):
    answer = dynamodb.batch_write_item(RequestItems={names["hash"]: deletes({"pk": S(key)})})
    assert answer["UnprocessedItems"] == {}


def test_put_replaces(dynamodb, names, put, get, key):
    put("hash", {"pk": S(key), "old": S("x")})
    dynamodb.batch_write_item(RequestItems={names["hash"]: puts({"pk": S(key), "new": S("y")})})
    assert get("hash", pk=S(key)) == {"pk": S(key), "new": S("y")}


def test_set_with_an_empty_member(dynamodb, names, get, key):
    item = {"pk": S(key), "set": {"SS": [""]}}
    dynamodb.batch_write_item(RequestItems={names["hash"]: puts(item)})
    assert get("hash", pk=S(key)) == item


NO_EMPTY_INDEX_KEY = (
    NOT_VALID + "A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty {kind} value. "
    "IndexName: {index}, IndexKey: {key}"
)

WRITES_REFUSED = {
    "nothing": ({}, "The requestItems parameter is required for BatchWriteItem"),
    "26 requests": (
        {"<hash>": puts(*({"pk": S(str(n))} for n in range(26)))},
        saying("Member must have length less than or equal to 25"),
    ),
    "no requests for a table": (
        {"<hash>": []},
        saying("Member must have length greater than or equal to 1"),
    ),
    "put and delete of one item": (
        {"<hash>": [*puts({"pk": S("x")}), *deletes({"pk": S("x")})]},
        DUPLICATE_KEYS,
    ),
    "two puts of one item": (
        {"<hash>": puts({"pk": S("x"), "v": N(1)}, {"pk": S("x"), "v": N(2)})},
        DUPLICATE_KEYS,
    ),
    "one number written twice": ({"<number>": puts({"pk": N("1")}, {"pk": N("1.0")})}, DUPLICATE_KEYS),
    "neither put nor delete": ({"<hash>": [{}]}, None),
    "both put and delete": (
        {"<hash>": [{"PutRequest": {"Item": {"pk": S("x")}}, "DeleteRequest": {"Key": {"pk": S("y")}}}]},
        None,
    ),
    "no key": ({"<hash>": puts({"other": S("x")})}, SCHEMA_MISMATCH),
    "key of the wrong type": ({"<hash>": puts({"pk": N(5)})}, SCHEMA_MISMATCH),
    "key that is a list": ({"<hash>": puts({"pk": {"L": [S("x")]}})}, SCHEMA_MISMATCH),
    "empty string as key": ({"<hash>": puts({"pk": S("")})}, EMPTY_STRING_KEY),
    "empty binary as key": ({"<binary>": puts({"pk": {"B": b""}})}, EMPTY_BINARY_KEY),
    "delete by an empty binary": ({"<binary>": deletes({"pk": {"B": b""}})}, EMPTY_BINARY_KEY),
    "delete by more than the key": ({"<hash>": deletes({"pk": S("x"), "more": S("y")})}, SCHEMA_MISMATCH),
    "index key of the wrong type": (
        {"<range>": puts({"pk": S("x"), "sk": S("y"), "a": N(5)})},
        INVALID + "Type mismatch for Index Key a Expected: S Actual: N IndexName: by_a",
    ),
    "index key that is a list": (
        {"<range>": puts({"pk": S("x"), "sk": S("y"), "a": {"L": [S("x")]}})},
        INVALID + "Type mismatch for Index Key a Expected: S Actual: L IndexName: by_a",
    ),
    "empty string as index key": (
        {"<range>": puts({"pk": S("x"), "sk": S("y"), "a": S("")})},
        NO_EMPTY_INDEX_KEY.format(kind="string", index="by_a", key="a"),
    ),
    "empty binary as index key": (
        {"<binary_index>": puts({"pk": S("x"), "picture": {"B": b""}})},
        NO_EMPTY_INDEX_KEY.format(kind="binary", index="by_picture", key="picture"),
    ),
    "value that is not valid": (
        {"<hash>": puts({"pk": S("x"), "bad": {"SS": []}})},
        INVALID + "An string set  may not be empty",
    ),
    "item of more than 400 KB": (
        {"<hash>": puts({"pk": S("x"), "big": S("x" * 410_000)})},
        "Item size has exceeded the maximum allowed size",
    ),
}


@pytest.mark.parametrize(("items", "message"), cases(WRITES_REFUSED))
def test_write_is_refused(dynamodb, names, items, message):
    request = {"RequestItems": fill(items, names)}
    assert_refused(dynamodb, "BatchWriteItem", request, "ValidationException", message)


def test_refused_batch_writes_nothing(dynamodb, names, get, key):
    items = puts({"pk": S(key)}, {"pk": S(key + "2"), "bad": {"SS": []}})
    assert_refused(
        dynamodb, "BatchWriteItem", {"RequestItems": {names["hash"]: items}}, "ValidationException"
    )
    assert get("hash", pk=S(key)) is None


def test_write_to_an_absent_table(dynamodb, names):
    request = {"RequestItems": {names["absent"]: puts({"pk": S("x")})}}
    assert_refused(dynamodb, "BatchWriteItem", request, "ResourceNotFoundException", NOT_FOUND)


def test_reads_many(dynamodb, names, key):
    items = [{"pk": S(f"{key}{n:03}"), "n": N(n)} for n in range(100)]
    for start in range(0, 100, 25):
        dynamodb.batch_write_item(RequestItems={names["hash"]: puts(*items[start : start + 25])})
    request = {names["hash"]: {"Keys": [{"pk": item["pk"]} for item in items], "ConsistentRead": True}}
    answer = dynamodb.batch_get_item(RequestItems=request)
    assert sorted(answer["Responses"][names["hash"]], key=lambda item: item["pk"]["S"]) == items
    assert answer["UnprocessedKeys"] == {}


def test_missing_items_are_left_out(dynamodb, names, put, key):
    item = put("hash", {"pk": S(key)})
    put("range", {"pk": S(key), "sk": S("1")})
    answer = dynamodb.batch_get_item(
        RequestItems={
            names["hash"]: {"Keys": [{"pk": S(key)}, {"pk": S(key + "missing")}]},
            names["range"]: {"Keys": [{"pk": S(key), "sk": S("missing")}]},
        }
    )
    assert answer["Responses"] == {names["hash"]: [item], names["range"]: []}


def test_each_table_has_its_projection(dynamodb, names, put, key):
    put("hash", {"pk": S(key), "a": N(1), "b": N(2)})
    put("range", {"pk": S(key), "sk": S("1"), "a": S("x"), "b": S("y")})
    answer = dynamodb.batch_get_item(
        RequestItems={
            names["hash"]: {"Keys": [{"pk": S(key)}], "ProjectionExpression": "a"},
            names["range"]: {
                "Keys": [{"pk": S(key), "sk": S("1")}],
                "ProjectionExpression": "#b",
                "ExpressionAttributeNames": {"#b": "b"},
            },
        }
    )
    assert answer["Responses"] == {names["hash"]: [{"a": N(1)}], names["range"]: [{"b": S("y")}]}


READS_REFUSED = {
    "nothing": ({}, "The requestItems parameter is required for BatchGetItem"),
    "101 keys": (
        {"<hash>": {"Keys": [{"pk": S(str(n))} for n in range(101)]}},
        saying("Member must have length less than or equal to 100"),
    ),
    "101 keys in two tables": (
        {
            "<hash>": {"Keys": [{"pk": S(str(n))} for n in range(60)]},
            "<number>": {"Keys": [{"pk": N(n)} for n in range(60)]},
        },
        "Too many items requested for the BatchGetItem call",
    ),
    "no keys": ({"<hash>": {"Keys": []}}, saying("Member must have length greater than or equal to 1")),
    "key twice": ({"<hash>": {"Keys": [{"pk": S("x")}, {"pk": S("x")}]}}, DUPLICATE_KEYS),
    "one number written twice": ({"<number>": {"Keys": [{"pk": N("1")}, {"pk": N("1.0")}]}}, DUPLICATE_KEYS),
    "no sort key": ({"<range>": {"Keys": [{"pk": S("x")}]}}, SCHEMA_MISMATCH),
    "key of the wrong type": ({"<hash>": {"Keys": [{"pk": N(1)}]}}, SCHEMA_MISMATCH),
    "empty string": ({"<hash>": {"Keys": [{"pk": S("")}]}}, EMPTY_STRING_KEY),
    "empty binary": ({"<binary>": {"Keys": [{"pk": {"B": b""}}]}}, EMPTY_BINARY_KEY),
    "AttributesToGet beside a projection": (
        {"<hash>": {"Keys": [{"pk": S("x")}], "AttributesToGet": ["pk"], "ProjectionExpression": "pk"}},
        mixed("AttributesToGet", "ProjectionExpression"),
    ),
    "AttributesToGet beside another table's projection": (
        {
            "<hash>": {"Keys": [{"pk": S("x")}], "ProjectionExpression": "pk"},
            "<range>": {"Keys": [{"pk": S("x"), "sk": S("y")}], "AttributesToGet": ["pk"]},
        },
        None,
    ),
    "names without a projection": (
        {"<hash>": {"Keys": [{"pk": S("x")}], "ExpressionAttributeNames": {"#a": "a"}}},
        saying("ExpressionAttributeNames can only be specified when using expressions"),
    ),
}


@pytest.mark.parametrize(("items", "message"), cases(READS_REFUSED))
def test_read_is_refused(dynamodb, names, items, message):
    request = {"RequestItems": fill(items, names)}
    assert_refused(dynamodb, "BatchGetItem", request, "ValidationException", message)


def test_read_of_an_absent_table(dynamodb, names):
    request = {"RequestItems": {names["absent"]: {"Keys": [{"pk": S("x")}]}}}
    assert_refused(dynamodb, "BatchGetItem", request, "ResourceNotFoundException", NOT_FOUND)


def test_read_stops_at_sixteen_megabytes(dynamodb, make_table):
    table = make_table("pk:S")
    for number in range(50):
        dynamodb.put_item(TableName=table, Item={"pk": S(f"{number}"), "payload": S("x" * 390_000)})
    keys = [{"pk": S(f"{number}")} for number in range(50)]
    answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys, "ProjectionExpression": "pk"}})
    read = answer["Responses"][table]
    left = answer["UnprocessedKeys"][table]["Keys"]
    assert len(read) + len(left) == 50
    assert len(read) * 390_000 <= 16 * 1024 * 1024 + 390_000
    assert answer["UnprocessedKeys"][table]["ProjectionExpression"] == "pk"
