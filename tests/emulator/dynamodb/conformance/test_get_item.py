"""GetItem, and projections as every reading operation applies them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, ask, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import (
    EMPTY_BINARY_KEY,
    EMPTY_STRING_KEY,
    NOT_FOUND,
    SCHEMA_MISMATCH,
    mixed,
    overlap,
)

ITEM = {
    "a": S("alpha"),
    "t": S("text"),
    "b": S("beta"),
    "m": {"M": {"x": S("X"), "y": S("Y"), "z": {"M": {"deep": S("D"), "extra": S("O")}}}},
    "l": {
        "L": [
            {"M": {"x": S("0x"), "y": S("0y"), "in": {"L": [S("00"), S("01"), S("02")]}}},
            {"M": {"x": S("1x"), "y": S("1y")}},
            S("2"),
        ]
    },
}

PROJECTED = {
    "one attribute": ("a", {}, {"a": S("alpha")}),
    "two attributes": ("a, b", {}, {"a": S("alpha"), "b": S("beta")}),
    "missing attribute is left out": ("a, absent", {}, {"a": S("alpha")}),
    "nothing matches": ("absent", {}, {}),
    "name for an attribute": ("#n", {"#n": "a"}, {"a": S("alpha")}),
    "map member keeps its map": ("m.x", {}, {"m": {"M": {"x": S("X")}}}),
    "two members of one map": ("m.x, m.y", {}, {"m": {"M": {"x": S("X"), "y": S("Y")}}}),
    "deep member": ("m.z.deep", {}, {"m": {"M": {"z": {"M": {"deep": S("D")}}}}}),
    "members at two depths": (
        "m.x, m.z.extra",
        {},
        {"m": {"M": {"x": S("X"), "z": {"M": {"extra": S("O")}}}}},
    ),
    "list element": ("l[2]", {}, {"l": {"L": [S("2")]}}),
    "elements come in the list's order": ("l[2], l[1].x", {}, {"l": {"L": [{"M": {"x": S("1x")}}, S("2")]}}),
    "element beyond the list": ("l[9]", {}, {}),
    "two members of one element": ("l[0].x, l[0].y", {}, {"l": {"L": [{"M": {"x": S("0x"), "y": S("0y")}}]}}),
    "two members of one element, reversed": (
        "l[0].y, l[0].x",
        {},
        {"l": {"L": [{"M": {"x": S("0x"), "y": S("0y")}}]}},
    ),
    "one member of two elements": (
        "l[0].x, l[1].x",
        {},
        {"l": {"L": [{"M": {"x": S("0x")}}, {"M": {"x": S("1x")}}]}},
    ),
    "elements of an inner list": (
        "l[0].#in[2], l[0].#in[0]",
        {"#in": "in"},
        {"l": {"L": [{"M": {"in": {"L": [S("00"), S("02")]}}}]}},
    ),
    "inner list beside a member": (
        "l[0].#in[1], l[0].x, l[2]",
        {"#in": "in"},
        {"l": {"L": [{"M": {"x": S("0x"), "in": {"L": [S("01")]}}}, S("2")]}},
    ),
    "path through a string": ("t.inside", {}, {}),
    "index into a map": ("m[0]", {}, {}),
    "member of a list": ("l.x", {}, {}),
}


def _reads(table: str, key: str) -> dict[str, tuple[str, dict]]:
    """The same item, read by every operation that projects."""
    position = {"pk": S(key), "sk": S("1")}
    return {
        "GetItem": {"TableName": table, "Key": position},
        "Query": {
            "TableName": table,
            "KeyConditionExpression": "pk = :projection_pk",
            "ExpressionAttributeValues": {":projection_pk": S(key)},
        },
        "BatchGetItem": {"Keys": [position]},
        "TransactGetItems": {"TableName": table, "Key": position},
        "Scan": {
            "TableName": table,
            "FilterExpression": "pk = :projection_pk",
            "ExpressionAttributeValues": {":projection_pk": S(key)},
        },
    }


def _read(dynamodb, table: str, key: str, operation: str, more: dict) -> dict | None:
    request = _reads(table, key)[operation] | more
    match operation:
        case "BatchGetItem":
            answer = dynamodb.batch_get_item(RequestItems={table: request})
            return answer["Responses"][table][0]
        case "TransactGetItems":
            answer = dynamodb.transact_get_items(TransactItems=[{"Get": request}])
            return answer["Responses"][0]["Item"]
        case "GetItem":
            return dynamodb.get_item(**request)["Item"]
    return ask(dynamodb, operation, request)["Items"][0]


@pytest.fixture(scope="module")
def one_item(make_module_table):
    """A table with nothing but the one item, for all that can be read of it."""
    return make_module_table("pk:S sk:S", items=[{"pk": S("one"), "sk": S("1")} | ITEM])


@pytest.mark.parametrize("operation", ["GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"])
@pytest.mark.parametrize(("projection", "aliases", "expected"), cases(PROJECTED))
def test_projection(dynamodb, one_item, operation, projection, aliases, expected):
    more = {"ProjectionExpression": projection} | ({"ExpressionAttributeNames": aliases} if aliases else {})
    assert _read(dynamodb, one_item, "one", operation, more) == expected


OVERLAPS = {
    "twice": ("a, a", {}, "a", "a"),
    "twice by one name": ("#a, #a", {"#a": "a"}, "a", "a"),
    "by two names": ("#a, #b", {"#a": "a", "#b": "a"}, "a", "a"),
    "plain and by name": ("a, #a", {"#a": "a"}, "a", "a"),
    "map and member": ("a, a.b", {}, "a", "a, b"),
    "member and map": ("a.b, a", {}, "a, b", "a"),
    "by names": ("#a, #a.#b", {"#a": "a", "#b": "b"}, "a", "a, b"),
    "across names": ("#x, #y.#b", {"#x": "a", "#y": "a", "#b": "b"}, "a", "a, b"),
    "deep": ("a, a.b.c", {}, "a", "a, b, c"),
    "list and element": ("l, l[0]", {}, "l", "l, [0]"),
}


@pytest.mark.parametrize("operation", ["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"])
@pytest.mark.parametrize(("projection", "aliases", "one", "two"), cases(OVERLAPS))
def test_overlapping_paths_are_refused_before_anything_is_read(
    dynamodb, names, key, operation, projection, aliases, one, two
):
    request = _reads(names["range"], key)[operation] | {"ProjectionExpression": projection}
    if aliases:
        request["ExpressionAttributeNames"] = aliases
    if operation == "BatchGetItem":
        request = {"RequestItems": {names["range"]: request}}
    elif operation == "TransactGetItems":
        request = {"TransactItems": [{"Get": request}]}
    assert_refused(
        dynamodb, operation, request, "ValidationException", overlap("ProjectionExpression", one, two)
    )


def test_paths_that_disagree_about_a_type_are_refused(dynamodb, names, key):
    request = {"TableName": names["hash"], "Key": {"pk": S(key)}, "ProjectionExpression": "a.b, a[0]"}
    words = (
        "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite "
        "one of these paths; path one: [a, b], path two: [a, [0]]"
    )
    assert_refused(dynamodb, "GetItem", request, "ValidationException", words)


def test_reads_an_item(put, get, key):
    item = put("range", {"pk": S(key), "sk": S("1"), "value": S("x")})
    assert get("range", pk=S(key), sk=S("1")) == item


@pytest.mark.parametrize("consistent", [True, False])
def test_no_item_is_no_member(dynamodb, names, key, consistent):
    answer = dynamodb.get_item(TableName=names["hash"], Key={"pk": S(key)}, ConsistentRead=consistent)
    assert set(answer) == {"ResponseMetadata"}


def test_other_sort_key_is_another_item(put, get, key):
    put("range", {"pk": S(key), "sk": S("1")})
    assert get("range", pk=S(key), sk=S("2")) is None


def test_projection_on_no_item_is_no_member(dynamodb, names, key):
    answer = dynamodb.get_item(TableName=names["hash"], Key={"pk": S(key)}, ProjectionExpression="a")
    assert "Item" not in answer


REFUSED = {
    "no sort key": ({"TableName": "<range>", "Key": {"pk": S("x")}}, SCHEMA_MISMATCH),
    "key of the wrong type": ({"Key": {"pk": N(1)}}, SCHEMA_MISMATCH),
    "key of another name": ({"Key": {"id": S("x")}}, SCHEMA_MISMATCH),
    "more than the key": ({"Key": {"pk": S("x"), "more": S("x")}}, SCHEMA_MISMATCH),
    "empty key": ({"Key": {}}, SCHEMA_MISMATCH),
    "key that is a map": ({"Key": {"pk": {"M": {}}}}, SCHEMA_MISMATCH),
    "empty string": ({"Key": {"pk": S("")}}, EMPTY_STRING_KEY),
    "empty binary": ({"TableName": "<binary>", "Key": {"pk": {"B": b""}}}, EMPTY_BINARY_KEY),
    "key of 2049 bytes": ({"Key": {"pk": S("k" * 2049)}}, None),
    "projection with signs": (
        {"Key": {"pk": S("x")}, "ProjectionExpression": "!!! INVALID !!!"},
        'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"',
    ),
    "empty projection": (
        {"Key": {"pk": S("x")}, "ProjectionExpression": ""},
        "Invalid ProjectionExpression: The expression can not be empty;",
    ),
    "projection that ends with a comma": (
        {"Key": {"pk": S("x")}, "ProjectionExpression": "a,"},
        saying('Invalid ProjectionExpression: Syntax error; token: "<EOF>"'),
    ),
    "reserved word": (
        {"Key": {"pk": S("x")}, "ProjectionExpression": "pk, status"},
        "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: status",
    ),
    "undefined name": (
        {"Key": {"pk": S("x")}, "ProjectionExpression": "#undef"},
        "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
        "defined; attribute name: #undef",
    ),
    "unused name": (
        {
            "Key": {"pk": S("x")},
            "ProjectionExpression": "a",
            "ExpressionAttributeNames": {"#n": "b"},
        },
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}",
    ),
    "names without a projection": (
        {"Key": {"pk": S("x")}, "ExpressionAttributeNames": {"#n": "b"}},
        saying("ExpressionAttributeNames can only be specified when using expressions"),
    ),
    "AttributesToGet beside a projection": (
        {"Key": {"pk": S("x")}, "ProjectionExpression": "a", "AttributesToGet": ["a"]},
        mixed("AttributesToGet", "ProjectionExpression"),
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, names, request_, message):
    request = fill({"TableName": "<hash>"} | request_, names)
    assert_refused(dynamodb, "GetItem", request, "ValidationException", message)


def test_absent_table(dynamodb, names):
    request = {"TableName": names["absent"], "Key": {"pk": S("x")}}
    assert_refused(dynamodb, "GetItem", request, "ResourceNotFoundException", NOT_FOUND)
