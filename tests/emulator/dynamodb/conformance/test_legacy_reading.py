"""AttributesToGet and KeyConditions: reading from before expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, ask, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import INVALID

BOTH_KINDS = "Can not use both expression and non-expression parameters in the same request: "


# --- AttributesToGet ---

ITEM = {"name": S("alice"), "age": N(30), "address": {"M": {"city": S("Oslo")}}, "a.b": S("dotted")}
PROJECTIONS = {
    "one": (["name"], {"name"}),
    "two": (["age", "name"], {"name", "age"}),
    "no keys of their own accord": (["age"], {"age"}),
    "keys when asked": (["pk", "age"], {"pk", "age"}),
    "reserved words": (["name"], {"name"}),
    "what is missing": (["absent", "age"], {"age"}),
    "names, not paths": (["address.city", "age"], {"age"}),
    "name with a dot": (["a.b"], {"a.b"}),
}


@pytest.mark.parametrize("operation", ["GetItem", "BatchGetItem", "Query", "Scan"])
@pytest.mark.parametrize(("attributes", "shown"), cases(PROJECTIONS))
def test_attributes(dynamodb, one_item, operation, attributes, shown):
    more = {"AttributesToGet": attributes}
    key = {"pk": S("a")}
    if operation == "GetItem":
        found = dynamodb.get_item(TableName=one_item, Key=key, **more)["Item"]
    elif operation == "BatchGetItem":
        requested = {one_item: {"Keys": [key]} | more}
        [found] = dynamodb.batch_get_item(RequestItems=requested)["Responses"][one_item]
    else:
        request = {"TableName": one_item} | more
        if operation == "Query":
            equal = {"ComparisonOperator": "EQ", "AttributeValueList": [S("a")]}
            request["KeyConditions"] = {"pk": equal}
        [found] = ask(dynamodb, operation, request)["Items"]
    assert found == {name: value for name, value in (ITEM | key).items() if name in shown}


@pytest.fixture(scope="module")
def one_item(make_module_table):
    return make_module_table("pk:S", items=[{"pk": S("a")} | ITEM])


REFUSED = {
    "twice": (
        "GetItem",
        {"Key": {"pk": S("a")}, "AttributesToGet": ["a", "a"]},
        f"{INVALID}Duplicate value in attribute name: a",
    ),
    "twice in a scan": (
        "Scan",
        {"AttributesToGet": ["a", "b", "a"]},
        f"{INVALID}Duplicate value in attribute name: a",
    ),
    "none": (
        "GetItem",
        {"Key": {"pk": S("a")}, "AttributesToGet": []},
        saying("Member must have length greater than or equal to 1"),
    ),
    "with a projection": (
        "GetItem",
        {"Key": {"pk": S("a")}, "AttributesToGet": ["a"], "ProjectionExpression": "b"},
        BOTH_KINDS
        + "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
    ),
    "with a filter expression": (
        "Scan",
        {"AttributesToGet": ["a"], "FilterExpression": "attribute_exists(a)"},
        BOTH_KINDS + "Non-expression parameters: {AttributesToGet} Expression parameters: {FilterExpression}",
    ),
    "select that contradicts": (
        "Scan",
        {"AttributesToGet": ["a"], "Select": "COUNT"},
        saying("Cannot specify the AttributesToGet when choosing to get"),
    ),
    "names without an expression": (
        "GetItem",
        {"Key": {"pk": S("a")}, "AttributesToGet": ["a"], "ExpressionAttributeNames": {"#a": "a"}},
        saying("ExpressionAttributeNames"),
    ),
}


@pytest.mark.parametrize(("operation", "request_", "message"), cases(REFUSED))
def test_attributes_refused(dynamodb, names, operation, request_, message):
    request = fill({"TableName": "<hash>"} | request_, names)
    assert_refused(dynamodb, operation, request, "ValidationException", message)


# --- KeyConditions ---


def rule(operator, *values):
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


@pytest.fixture(scope="module")
def sorted_table(make_module_table):
    rows = [{"pk": S("p"), "sk": S(sk), "a": S(sk[::-1])} for sk in ("a1", "a2", "b1", "b2")]
    return make_module_table("pk:S sk:S", gsis={"by_a": "a:S"}, items=[*rows, {"pk": S("q"), "sk": S("a1")}])


RANGES = {
    "partition alone": (None, ["a1", "a2", "b1", "b2"]),
    "EQ": (rule("EQ", S("a2")), ["a2"]),
    "LT": (rule("LT", S("b1")), ["a1", "a2"]),
    "LE": (rule("LE", S("b1")), ["a1", "a2", "b1"]),
    "GT": (rule("GT", S("a2")), ["b1", "b2"]),
    "GE": (rule("GE", S("a2")), ["a2", "b1", "b2"]),
    "BEGINS_WITH": (rule("BEGINS_WITH", S("a")), ["a1", "a2"]),
    "BETWEEN": (rule("BETWEEN", S("a2"), S("b1")), ["a2", "b1"]),
    "nothing": (rule("EQ", S("zz")), []),
}


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
@pytest.mark.parametrize(("condition", "expected"), cases(RANGES))
def test_range(dynamodb, sorted_table, condition, expected, forward):
    conditions = {"pk": rule("EQ", S("p"))} | ({"sk": condition} if condition else {})
    answer = dynamodb.query(TableName=sorted_table, KeyConditions=conditions, ScanIndexForward=forward)
    assert [item["sk"]["S"] for item in answer["Items"]] == (expected if forward else expected[::-1])


def test_index(dynamodb, sorted_table):
    conditions = {"a": rule("EQ", S("1b"))}
    answer = dynamodb.query(TableName=sorted_table, IndexName="by_a", KeyConditions=conditions)
    assert [item["sk"]["S"] for item in answer["Items"]] == ["b1"]


def test_pages_with_a_filter(dynamodb, sorted_table):
    request = {
        "TableName": sorted_table,
        "KeyConditions": {"pk": rule("EQ", S("p"))},
        "QueryFilter": {"a": rule("EQ", S("1b"))},
        "Limit": 2,
    }
    first = dynamodb.query(**request)
    assert (first["Count"], first["ScannedCount"]) == (0, 2)
    second = dynamodb.query(**request, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (second["Count"], second["ScannedCount"]) == (1, 2)


KEYS_REFUSED = {
    "no equality of the partition": ({"pk": rule("GT", S("p"))}, saying("Query key condition not supported")),
    "no partition": ({"sk": rule("EQ", S("a"))}, None),
    "another attribute": ({"pk": rule("EQ", S("p")), "v": rule("EQ", S("a"))}, None),
    "three": (
        {"pk": rule("EQ", S("p")), "sk": rule("EQ", S("a")), "v": rule("EQ", S("a"))},
        saying("The number of query conditions (3) exceeds the number of key attributes"),
    ),
    "NE": (
        {"pk": rule("EQ", S("p")), "sk": rule("NE", S("a"))},
        "Attempted conditional constraint is not an indexable operation",
    ),
    "CONTAINS": (
        {"pk": rule("EQ", S("p")), "sk": rule("CONTAINS", S("a"))},
        "Attempted conditional constraint is not an indexable operation",
    ),
    "key of another type": ({"pk": rule("EQ", N(1))}, saying("does not match schema type")),
    "no operator": ({"pk": {"AttributeValueList": [S("p")]}}, saying("comparisonOperator")),
    "unknown operator": ({"pk": rule("SAME", S("p"))}, saying("enum value set")),
    "two values for one": (
        {"pk": rule("EQ", S("p"), S("q"))},
        f"{INVALID}Invalid number of argument(s) for the EQ ComparisonOperator",
    ),
    "none": ({}, None),
}


@pytest.mark.parametrize(("conditions", "message"), cases(KEYS_REFUSED))
def test_key_conditions_refused(dynamodb, sorted_table, conditions, message):
    request = {"TableName": sorted_table, "KeyConditions": conditions}
    assert_refused(dynamodb, "Query", request, "ValidationException", message)


def test_neither_kind_of_key_condition(dynamodb, sorted_table):
    message = "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
    assert_refused(dynamodb, "Query", {"TableName": sorted_table}, "ValidationException", message)


def test_both_kinds_of_key_condition(dynamodb, sorted_table):
    request = {
        "TableName": sorted_table,
        "KeyConditions": {"pk": rule("EQ", S("p"))},
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": S("p")},
    }
    message = (
        BOTH_KINDS
        + "Non-expression parameters: {KeyConditions} Expression parameters: {KeyConditionExpression}"
    )
    assert_refused(dynamodb, "Query", request, "ValidationException", message)
