"""Which of several mistakes a request is refused for, and how many of them are told.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

import re

import pytest

from tests.emulator.dynamodb.asking import S, cases, fill, refusal

KEY = {"pk": S("a")}
RV, RCC, RICM = "ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"

# operation, request, how many mistakes are told, what the message has, what it does not have
TOLD = {
    "empty table name comes alone": (
        "PutItem",
        {"TableName": "", "Item": KEY, RV: "BAD"},
        1,
        ["tableName", "TableName"],
        ["returnValues"],
    ),
    "three unknown words of a put": (
        "PutItem",
        {"TableName": "<hash>", "Item": KEY, RV: "BAD", RCC: "BAD", RICM: "BAD"},
        3,
        ["returnConsumedCapacity"],
        [],
    ),
    "three unknown words without an item": (
        "PutItem",
        {"TableName": "<hash>", "Item": {}, RV: "BAD", RCC: "BAD", RICM: "BAD"},
        3,
        ["returnItemCollectionMetrics"],
        [],
    ),
    "two unknown words of a delete": (
        "DeleteItem",
        {"TableName": "<hash>", "Key": KEY, RV: "BAD", RCC: "BAD"},
        2,
        ["returnConsumedCapacity"],
        [],
    ),
    "unknown word of a get": (
        "GetItem",
        {"TableName": "<hash>", "Key": KEY, RCC: "BAD"},
        1,
        ["returnConsumedCapacity", "enum value set: [INDEXES, TOTAL, NONE]"],
        [],
    ),
    "unknown word of a query": (
        "Query",
        {"TableName": "<hash>", RCC: "BAD", "KeyConditionExpression": "bad bad"},
        1,
        ["returnConsumedCapacity"],
        ["KeyConditionExpression"],
    ),
    "unknown word of a scan": (
        "Scan",
        {"TableName": "<hash>", "Select": "BAD", "FilterExpression": "bad bad"},
        1,
        ["select"],
        ["FilterExpression"],
    ),
    "limit and word of a scan": (
        "Scan",
        {"TableName": "<hash>", "Limit": 0, "Select": "BAD"},
        2,
        ["limit", "select"],
        [],
    ),
    "limit before the key condition": (
        "Query",
        {"TableName": "<hash>", "Limit": 0},
        1,
        ["Limit"],
        ["KeyCondition"],
    ),
    "segment and total": (
        "Scan",
        {"TableName": "<hash>", "Segment": -1, "TotalSegments": 0},
        2,
        ["segment", "totalSegments"],
        [],
    ),
}


@pytest.mark.parametrize(("operation", "request_", "count", "has", "lacks"), cases(TOLD))
def test_mistakes_are_told(dynamodb, names, operation, request_, count, has, lacks):
    error = refusal(dynamodb, operation, fill(request_, names))["Error"]
    assert error["Code"] == "ValidationException"
    message = error["Message"]
    told = re.match(r"(\d+) validation errors? detected: ", message)
    assert (int(told[1]) if told else 1) == count
    assert any(part in message for part in has)
    assert not any(part in message for part in lacks)


# operation, request with an absent table and something else wrong, code
BEFORE_TABLE = {
    "unknown word": ("PutItem", {"Item": KEY, RV: "BAD"}, "ValidationException"),
    "condition that is none": (
        "PutItem",
        {"Item": KEY, "ConditionExpression": "bad bad"},
        "ValidationException",
    ),
    "update that is none": (
        "UpdateItem",
        {"Key": KEY, "UpdateExpression": "bad bad"},
        "ValidationException",
    ),
    "projection that is none": (
        "GetItem",
        {"Key": KEY, "ProjectionExpression": "a b"},
        "ValidationException",
    ),
    "filter that is none": ("Scan", {"FilterExpression": "bad bad"}, "ValidationException"),
    "unused value": (
        "DeleteItem",
        {
            "Key": KEY,
            "ConditionExpression": "attribute_exists(a)",
            "ExpressionAttributeValues": {":v": S("a")},
        },
        "ValidationException",
    ),
    "value without an expression": (
        "DeleteItem",
        {"Key": KEY, "ExpressionAttributeValues": {":v": S("a")}},
        "ValidationException",
    ),
    "empty set": ("PutItem", {"Item": KEY | {"v": {"SS": []}}}, "ValidationException"),
    "number that is none": ("PutItem", {"Item": KEY | {"v": {"N": "one"}}}, "ValidationException"),
    "old and new parameters": (
        "Query",
        {"KeyConditions": {}, "KeyConditionExpression": "pk = :p"},
        "ValidationException",
    ),
    "no key condition": ("Query", {}, "ValidationException"),
    "segment without a total": ("Scan", {"Segment": 0}, "ValidationException"),
    "nothing": ("GetItem", {"Key": KEY}, "ResourceNotFoundException"),
    "wrong key": ("GetItem", {"Key": {"other": S("a")}}, "ResourceNotFoundException"),
    "unknown index": (
        "Query",
        {
            "IndexName": "none",
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": S("a")},
        },
        "ResourceNotFoundException",
    ),
    "item without its key": ("PutItem", {"Item": {"other": S("a")}}, "ResourceNotFoundException"),
}


@pytest.mark.parametrize(("operation", "request_", "code"), cases(BEFORE_TABLE))
def test_request_before_table(dynamodb, names, operation, request_, code):
    request = {"TableName": names["absent"]} | request_
    assert refusal(dynamodb, operation, request)["Error"]["Code"] == code


NAMED = {
    operation: (operation, {"TableName": "x!"} | request)
    for operation, request in {
        "PutItem": {"Item": KEY},
        "GetItem": {"Key": KEY},
        "DeleteItem": {"Key": KEY},
        "UpdateItem": {"Key": KEY},
        "Query": {"Select": "BAD"},
        "Scan": {},
        "CreateTable": {"BillingMode": "INVALID"},
        "DescribeTable": {},
        "DeleteTable": {},
    }.items()
}


@pytest.mark.parametrize(("operation", "request_"), cases(NAMED))
def test_table_name_that_is_none(dynamodb, operation, request_):
    error = refusal(dynamodb, operation, request_)["Error"]
    assert error["Code"] == "ValidationException"
    assert "tablename" in error["Message"].lower()


@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_index_that_is_not_there(dynamodb, names, operation):
    request = {"TableName": names["range"], "IndexName": "none"}
    if operation == "Query":
        values = {":p": S("a")}
        request |= {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": values}
    error = refusal(dynamodb, operation, request)["Error"]
    assert error["Code"] == "ValidationException"
    assert "does not have the specified index" in error["Message"]
