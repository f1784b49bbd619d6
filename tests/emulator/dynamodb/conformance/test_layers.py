"""The two layers in which AWS checks requests, and the words that each operation has for the same mistake."""

import pytest

from tests.emulator.dynamodb.asking import S, cases, fill, refusal
from tests.emulator.dynamodb.messages import INVALID

ENVELOPE = "1 validation error detected: "
WRAPPED = "ExpressionAttributeValues contains invalid value: {} for key :v"
PK = {"pk": S("layers")}
VALUE = "<value>"
V = {":v": VALUE}

# Operation and request, with the wrong value in place of VALUE, and how the operation words it.
PLACES = {
    "PutItem item": ("PutItem", {"Item": PK | {"n": VALUE}}, "envelope"),
    "PutItem condition": (
        "PutItem",
        {"Item": PK, "ConditionExpression": "n = :v", "ExpressionAttributeValues": V},
        "envelope",
    ),
    "UpdateItem key": ("UpdateItem", {"Key": {"pk": VALUE}}, "envelope"),
    "UpdateItem value": (
        "UpdateItem",
        {"Key": PK, "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": V},
        "envelope",
    ),
    "DeleteItem key": ("DeleteItem", {"Key": {"pk": VALUE}}, "envelope"),
    "GetItem key": ("GetItem", {"Key": {"pk": VALUE}}, "bare"),
    "Query filter": (
        "Query",
        {
            "KeyConditionExpression": "pk = :p",
            "FilterExpression": "n = :v",
            "ExpressionAttributeValues": {":p": S("x")} | V,
        },
        "bare",
    ),
    "Query start key": (
        "Query",
        {
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": S("x")},
            "ExclusiveStartKey": {"pk": VALUE},
        },
        "bare",
    ),
    "BatchGetItem key": ("BatchGetItem", {"RequestItems": {"<hash>": {"Keys": [{"pk": VALUE}]}}}, "bare"),
    "BatchWriteItem item": (
        "BatchWriteItem",
        {"RequestItems": {"<hash>": [{"PutRequest": {"Item": PK | {"n": VALUE}}}]}},
        "older",
    ),
    "Scan filter": ("Scan", {"FilterExpression": "n = :v", "ExpressionAttributeValues": V}, "wrapped"),
    "TransactWriteItems item": (
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "<hash>", "Item": PK | {"n": VALUE}}}]},
        "older",
    ),
    "TransactWriteItems value": (
        "TransactWriteItems",
        {
            "TransactItems": [
                {
                    "Update": {
                        "TableName": "<hash>",
                        "Key": PK,
                        "UpdateExpression": "SET n = :v",
                        "ExpressionAttributeValues": V,
                    }
                }
            ]
        },
        "wrapped",
    ),
    "TransactGetItems key": (
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "<hash>", "Key": {"pk": VALUE}}}]},
        "older",
    ),
}

NO_NUMBER = "The parameter cannot be converted to a numeric value"
# The wrong value, what the current layer says of it, and what the older one says.
MISTAKES = {
    "word for a number": ({"N": "seven"}, f"{NO_NUMBER}: seven", f"{NO_NUMBER}: seven"),
    "nothing for a number": ({"N": ""}, f"{NO_NUMBER}: ", NO_NUMBER),
    "string twice": (
        {"SS": ["y", "x", "y"]},
        INVALID + 'Input collection ["x", "y", "y"] contains duplicates.',
        INVALID + "Input collection [y, x, y] contains duplicates.",
    ),
    "number twice": (
        {"NS": ["2", "1", "2.0"]},
        INVALID + "Input collection contains duplicates.",
        "Input collection contains duplicates",
    ),
    "binary twice": (
        {"BS": [b"\xff", b"\x00", b"\x00"]},
        INVALID + 'Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
        INVALID + "Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
    ),
}


def _with(value, request):
    match request:
        case str():
            return value if request == VALUE else request
        case dict():
            return {key: _with(value, member) for key, member in request.items()}
        case list():
            return [_with(value, member) for member in request]
    return request


def _to_one_table(request):
    several = {"RequestItems", "TransactItems"} & request.keys()
    return request if several else {"TableName": "<hash>"} | request


@pytest.mark.parametrize(("value", "current", "older"), cases(MISTAKES))
@pytest.mark.parametrize(("operation", "request_", "layer"), cases(PLACES))
def test_wrong_value(dynamodb, names, operation, request_, layer, value, current, older):
    request = _with(value, fill(_to_one_table(request_), names))
    expected = {
        "envelope": ENVELOPE + current,
        "bare": current,
        "older": older,
        "wrapped": WRAPPED.format(older),
    }[layer]
    error = refusal(dynamodb, operation, request)["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", expected)


ENUM = (
    "Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: "
    "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
)
LETTERS = {
    "values without an expression": (
        "PutItem",
        {"Item": PK, "ExpressionAttributeValues": {":v": S("x")}},
        ENVELOPE + "ExpressionAttributeValues can only be specified when using expressions",
    ),
    "empty condition": (
        "PutItem",
        {"Item": PK, "ConditionExpression": ""},
        ENVELOPE + "Invalid ConditionExpression: The expression can not be empty;",
    ),
    "undefined value": (
        "UpdateItem",
        {
            "Key": PK,
            "UpdateExpression": "SET b = :w",
            "ConditionExpression": "a = :v",
            "ExpressionAttributeValues": {":w": S("x")},
        },
        ENVELOPE + "Invalid ConditionExpression: An expression attribute value used in expression is not "
        "defined; attribute value: :v",
    ),
    "missing key beside other mistakes": (
        "UpdateItem",
        {"TableName": "", "ReturnConsumedCapacity": "X"},
        f"3 validation errors detected: {ENUM}; Value '' at 'tableName' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1; "
        "Value null at 'key' failed to satisfy constraint: Member must not be null",
    ),
    "two conditions on the sort key": (
        "Query",
        {
            "KeyConditionExpression": "pk = :p AND sk > :a AND sk < :a",
            "ExpressionAttributeValues": {":p": S("x"), ":a": S("y")},
        },
        "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
    ),
    "conditions on three attributes": (
        "Query",
        {
            "TableName": "<range>",
            "KeyConditionExpression": "pk = :p AND sk > :p AND extra = :p",
            "ExpressionAttributeValues": {":p": S("x")},
        },
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
    ),
    "wrong table name in BatchGetItem": (
        "BatchGetItem",
        {"RequestItems": {"no!": {"Keys": [{"pk": S("a")}]}}, "ReturnConsumedCapacity": "X"},
        """2 validation errors detected: Value '{"no!":{"Keys":[{"pk":{"S":"a"}}]}}' at 'requestItems' """
        "failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than "
        "or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular "
        f"expression pattern: [a-zA-Z0-9_.-]+]; {ENUM}",
    ),
    "wrong table name in BatchWriteItem": (
        "BatchWriteItem",
        {"RequestItems": {"no!": [{"PutRequest": {"Item": PK}}]}, "ReturnConsumedCapacity": "X"},
        f"1 validation error detected: {ENUM}",
    ),
    "long token beside another mistake": (
        "TransactWriteItems",
        {
            "TransactItems": [{"Put": {"TableName": "<hash>", "Item": PK}}],
            "ClientRequestToken": "t" * 37,
            "ReturnConsumedCapacity": "X",
        },
        f"2 validation errors detected: Value '{'t' * 37}' at 'clientRequestToken' failed to satisfy "
        f"constraint: Member must have length less than or equal to 36; {ENUM}",
    ),
    "attribute without a name": (
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "<hash>", "Item": PK | {"": S("x")}}}]},
        "Empty attribute name",
    ),
}


@pytest.mark.parametrize(("operation", "request_", "message"), cases(LETTERS))
def test_words_to_the_letter(dynamodb, names, operation, request_, message):
    request = fill(_to_one_table(request_), names)
    error = refusal(dynamodb, operation, request)["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", message)
