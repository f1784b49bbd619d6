"""DeleteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import (
    EMPTY_BINARY_KEY,
    EMPTY_STRING_KEY,
    NOT_FOUND,
    SCHEMA_MISMATCH,
    mixed,
)


def test_deletes(dynamodb, names, put, get, key):
    put("hash", {"pk": S(key)})
    answer = dynamodb.delete_item(TableName=names["hash"], Key={"pk": S(key)})
    assert set(answer) == {"ResponseMetadata"}
    assert get("hash", pk=S(key)) is None


def test_deletes_one_of_a_partition(dynamodb, names, put, get, key):
    put("range", {"pk": S(key), "sk": S("1")})
    put("range", {"pk": S(key), "sk": S("2")})
    dynamodb.delete_item(TableName=names["range"], Key={"pk": S(key), "sk": S("1")})
    assert get("range", pk=S(key), sk=S("1")) is None
    assert get("range", pk=S(key), sk=S("2")) is not None


def test_nothing_to_delete_is_fine(dynamodb, names, key):
    answer = dynamodb.delete_item(TableName=names["hash"], Key={"pk": S(key)}, ReturnValues="ALL_OLD")
    assert "Attributes" not in answer


def test_all_old_returns_the_deleted_item(dynamodb, names, put, key):
    item = put("hash", {"pk": S(key), "value": S("x"), "n": N(1)})
    answer = dynamodb.delete_item(TableName=names["hash"], Key={"pk": S(key)}, ReturnValues="ALL_OLD")
    assert answer["Attributes"] == item


REFUSED = {
    "no sort key": ({"TableName": "<range>", "Key": {"pk": S("x")}}, SCHEMA_MISMATCH),
    "key of the wrong type": ({"Key": {"pk": N(1)}}, SCHEMA_MISMATCH),
    "more than the key": ({"Key": {"pk": S("x"), "more": S("x")}}, SCHEMA_MISMATCH),
    "empty string": ({"Key": {"pk": S("")}}, EMPTY_STRING_KEY),
    "empty binary": ({"TableName": "<binary>", "Key": {"pk": {"B": b""}}}, EMPTY_BINARY_KEY),
    "ReturnValues of UpdateItem": (
        {"Key": {"pk": S("x")}, "ReturnValues": "UPDATED_NEW"},
        "ReturnValues can only be ALL_OLD or NONE",
    ),
    "unknown ReturnValues": ({"Key": {"pk": S("x")}, "ReturnValues": "X"}, saying("enum value set")),
    "Expected beside a condition": (
        {
            "Key": {"pk": S("x")},
            "Expected": {"pk": {"Exists": False}},
            "ConditionExpression": "attribute_not_exists(pk)",
        },
        mixed("Expected", "ConditionExpression"),
    ),
    "values without an expression": (
        {"Key": {"pk": S("x")}, "ExpressionAttributeValues": {":v": S("x")}},
        saying("ExpressionAttributeValues can only be specified when using expressions"),
    ),
    "redundant parentheses": (
        {"Key": {"pk": S("x")}, "ConditionExpression": "((attribute_exists(pk)))"},
        "Invalid ConditionExpression: The expression has redundant parentheses;",
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, names, request_, message):
    request = fill({"TableName": "<hash>"} | request_, names)
    assert_refused(dynamodb, "DeleteItem", request, "ValidationException", message)


def test_absent_table(dynamodb, names):
    request = {"TableName": names["absent"], "Key": {"pk": S("x")}}
    assert_refused(dynamodb, "DeleteItem", request, "ResourceNotFoundException", NOT_FOUND)
