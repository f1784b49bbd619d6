"""What PutItem refuses, in AWS's words.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html#API_PutItem_Errors
"""

import pytest

from tests.emulator.dynamodb.asking import S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import (
    EMPTY_BINARY_KEY,
    EMPTY_STRING_KEY,
    INVALID,
    NOT_FOUND,
    NOT_VALID,
    constraint,
    mixed,
)

PK = {"pk": S("x")}
NO_EMPTY_INDEX_KEY = (
    NOT_VALID + "A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty {kind} value. "
    "IndexName: {index}, IndexKey: {key}"
)

REFUSED = {
    # --- table ---
    "no table name": (
        {"TableName": None, "Item": PK},
        constraint("null", "tableName", "Member must not be null"),
    ),
    "empty table name": (
        {"TableName": "", "Item": PK},
        saying("failed to satisfy constraint: Member must have length greater than or equal to 1"),
    ),
    "table name too long": (
        {"TableName": "a" * 256, "Item": PK},
        constraint("a" * 256, "tableName", "Member must have length less than or equal to 255"),
    ),
    "table name with blanks": (
        {"TableName": "bad table!@#", "Item": PK},
        constraint(
            "bad table!@#",
            "tableName",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
    ),
    # --- keys ---
    "no partition key": ({"Item": {"other": S("x")}}, INVALID + "Missing the key pk in the item"),
    "no sort key": (
        {"TableName": "<range>", "Item": PK},
        INVALID + "Missing the key sk in the item",
    ),
    "key of the wrong type": (
        {"Item": {"pk": {"N": "5"}}},
        INVALID + "Type mismatch for key pk expected: S actual: N",
    ),
    "key that is a list": (
        {"Item": {"pk": {"L": [S("x")]}}},
        INVALID + "Type mismatch for key pk expected: S actual: L",
    ),
    "sort key of the wrong type": (
        {"TableName": "<range>", "Item": {"pk": S("x"), "sk": {"N": "1"}}},
        INVALID + "Type mismatch for key sk expected: S actual: N",
    ),
    "empty string as key": ({"Item": {"pk": S("")}}, EMPTY_STRING_KEY),
    "empty string as sort key": (
        {"TableName": "<range>", "Item": {"pk": S("x"), "sk": S("")}},
        EMPTY_STRING_KEY.replace("Key: pk", "Key: sk"),
    ),
    "empty binary as key": ({"TableName": "<binary>", "Item": {"pk": {"B": b""}}}, EMPTY_BINARY_KEY),
    # --- index keys ---
    "index key of the wrong type": (
        {"TableName": "<range>", "Item": {"pk": S("x"), "sk": S("y"), "a": {"N": "5"}}},
        INVALID + "Type mismatch for Index Key a Expected: S Actual: N IndexName: by_a",
    ),
    "index key that is a list": (
        {"TableName": "<range>", "Item": {"pk": S("x"), "sk": S("y"), "a": {"L": [S("x")]}}},
        INVALID + "Type mismatch for Index Key a Expected: S Actual: L IndexName: by_a",
    ),
    "index key that is null": (
        {"TableName": "<range>", "Item": {"pk": S("x"), "sk": S("y"), "a": {"NULL": True}}},
        INVALID + "Type mismatch for Index Key a Expected: S Actual: NULL IndexName: by_a",
    ),
    "empty string as index key": (
        {"TableName": "<range>", "Item": {"pk": S("x"), "sk": S("y"), "a": S("")}},
        NO_EMPTY_INDEX_KEY.format(kind="string", index="by_a", key="a"),
    ),
    "empty binary as index key": (
        {"TableName": "<binary_index>", "Item": {"pk": S("x"), "picture": {"B": b""}}},
        NO_EMPTY_INDEX_KEY.format(kind="binary", index="by_picture", key="picture"),
    ),
    # --- values ---
    "empty string set": (
        {"Item": PK | {"bad": {"SS": []}}},
        INVALID + "An string set  may not be empty",
    ),
    "empty number set": (
        {"Item": PK | {"bad": {"NS": []}}},
        INVALID + "An number set  may not be empty",
    ),
    "empty binary set": (
        {"Item": PK | {"bad": {"BS": []}}},
        INVALID + "Binary sets should not be empty",
    ),
    "empty set in a map": (
        {"Item": PK | {"bad": {"M": {"in": {"SS": []}}}}},
        INVALID + "An string set  may not be empty",
    ),
    "empty set in a list": (
        {"Item": PK | {"bad": {"L": [{"NS": []}]}}},
        INVALID + "An number set  may not be empty",
    ),
    "string twice in a set": (
        {"Item": PK | {"bad": {"SS": ["a", "a"]}}},
        saying("contains duplicates"),
    ),
    "number twice in a set": (
        {"Item": PK | {"bad": {"NS": ["1", "2", "1"]}}},
        saying("contains duplicates"),
    ),
    "binary twice in a set": (
        {"Item": PK | {"bad": {"BS": [b"\x01", b"\x01"]}}},
        saying("contains duplicates"),
    ),
    "empty string twice in a set": ({"Item": PK | {"bad": {"SS": ["", ""]}}}, saying("contains duplicates")),
    "empty binary twice in a set": (
        {"Item": PK | {"bad": {"BS": [b"", b""]}}},
        saying("contains duplicates"),
    ),
    "no number in a number set": (
        {"Item": PK | {"bad": {"NS": ["1", ""]}}},
        saying("The parameter cannot be converted to a numeric value"),
    ),
    "null that is false": (
        {"Item": PK | {"bad": {"NULL": False}}},
        saying("Null attribute value types must have the value of true"),
    ),
    "value without a type": (
        {"Item": PK | {"bad": {}}},
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    ),
    "value with two types": (
        {"Item": PK | {"bad": {"S": "1", "N": "1"}}},
        "Supplied AttributeValue has more than one datatypes set, "
        "must contain exactly one of the supported datatypes",
    ),
    # --- parameters ---
    "unknown ReturnValues": ({"Item": PK, "ReturnValues": "INVALID"}, saying("enum value set")),
    "ReturnValues of UpdateItem": (
        {"Item": PK, "ReturnValues": "ALL_NEW"},
        "ReturnValues can only be ALL_OLD or NONE",
    ),
    "Expected beside a condition": (
        {
            "Item": PK,
            "Expected": {"pk": {"Exists": False}},
            "ConditionExpression": "attribute_not_exists(pk)",
        },
        mixed("Expected", "ConditionExpression"),
    ),
    "values without an expression": (
        {"Item": PK, "ExpressionAttributeValues": {":v": S("x")}},
        saying("ExpressionAttributeValues can only be specified when using expressions"),
    ),
    "names without an expression": (
        {"Item": PK, "ExpressionAttributeNames": {"#n": "x"}},
        saying("ExpressionAttributeNames can only be specified when using expressions"),
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, names, request_, message):
    request = {"TableName": "<hash>"} | request_
    assert_refused(dynamodb, "PutItem", fill(request, names), "ValidationException", message)


def test_absent_table(dynamodb, names):
    request = {"TableName": names["absent"], "Item": PK}
    assert_refused(dynamodb, "PutItem", request, "ResourceNotFoundException", NOT_FOUND)


def test_refused_put_leaves_the_item(dynamodb, names, put, get, key):
    item = put("hash", {"pk": S(key), "value": S("kept")})
    request = {"TableName": names["hash"], "Item": {"pk": S(key), "bad": {"SS": []}}}
    assert_refused(dynamodb, "PutItem", request, "ValidationException")
    assert get("hash", pk=S(key)) == item
