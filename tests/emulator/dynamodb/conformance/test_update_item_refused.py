"""What UpdateItem refuses, in AWS's words.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import (
    EMPTY_BINARY_KEY,
    EMPTY_STRING_KEY,
    INVALID,
    NOT_FOUND,
    NOT_VALID,
    SCHEMA_MISMATCH,
    mixed,
    overlap,
)

V = {":v": S("x")}
NO_EMPTY_INDEX_KEY = (
    NOT_VALID + "The update expression attempted to update a secondary index key to a value that is not "
    "supported. The AttributeValue for a key attribute cannot contain an empty {} value."
)
NOT_EXISTING = "The provided expression refers to an attribute that does not exist in the item"
BAD_PATH = "The document path provided in the update expression is invalid for update"
BAD_TYPE = "An operand in the update expression has an incorrect data type"


def wrong(kind: str, operator: str) -> str:
    return (
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: "
        f"{operator}, operand type: {kind}"
    )


# expression, values, message; the item is never reached
EXPRESSIONS = {
    "partition key": (
        "SET pk = :v",
        V,
        INVALID + "Cannot update attribute pk. This attribute is part of the key",
    ),
    "remove the partition key": (
        "REMOVE pk",
        {},
        INVALID + "Cannot update attribute pk. This attribute is part of the key",
    ),
    "no clause": (
        "INVALID SYNTAX HERE",
        {},
        'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
    ),
    "empty": ("", {}, "Invalid UpdateExpression: The expression can not be empty;"),
    "clause twice": (
        "SET a = :v SET b = :v",
        V,
        'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ),
    "undefined value": (
        "SET a = :v",
        {},
        "Invalid UpdateExpression: An expression attribute value used in expression is not defined; "
        "attribute value: :v",
    ),
    "unused value": (
        "SET a = :v",
        V | {":unused": S("x")},
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}",
    ),
    "undefined name": (
        "SET #a = :v",
        V,
        "Invalid UpdateExpression: An expression attribute name used in the document path is not defined; "
        "attribute name: #a",
    ),
    "reserved word": (
        "SET status = :v",
        V,
        "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status",
    ),
    "same path twice": ("SET a = :v, a = :v", V, overlap("UpdateExpression", "a", "a")),
    "map and member": ("SET a = :v, a.b = :v", V, overlap("UpdateExpression", "a", "a, b")),
    "set and remove": ("SET a.b = :v REMOVE a", V, overlap("UpdateExpression", "a, b", "a")),
    "element twice": ("SET a[1] = :v REMOVE a[1]", V, overlap("UpdateExpression", "a, [1]", "a, [1]")),
    "member and element of one": (
        "SET a.b = :v, a[0] = :v",
        V,
        "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite "
        "one of these paths; path one: [a, b], path two: [a, [0]]",
    ),
    "unknown function": (
        "SET a = nonsense(:v)",
        V,
        "Invalid UpdateExpression: Invalid function name; function: nonsense",
    ),
    "function of conditions": (
        "SET a = attribute_exists(b)",
        {},
        "Invalid UpdateExpression: The function is not allowed in an update expression; "
        "function: attribute_exists",
    ),
    "operand missing": (
        "SET a = if_not_exists(a)",
        {},
        "Invalid UpdateExpression: Incorrect number of operands for operator or function; "
        "operator or function: if_not_exists, number of operands: 1",
    ),
    "if_not_exists of a value": (
        "SET a = if_not_exists(:v, :v)",
        V,
        "Invalid UpdateExpression: Operator or function requires a document path; "
        "operator or function: if_not_exists",
    ),
    "plus with a string": ("SET a = :v + :n", V | {":n": N(1)}, wrong("S", "+")),
    "minus with a list": ("SET a = :n - :v", {":v": {"L": []}, ":n": N(1)}, wrong("L", "-")),
    "append a string": ("SET a = list_append(a, :v)", V, wrong("S", "list_append")),
    "add a string": (
        "ADD a :v",
        V,
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, "
        "operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
    ),
    "delete a number": (
        "DELETE a :v",
        {":v": N(1)},
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, "
        "operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
    ),
    "remove with a value": ("REMOVE a = :v", V, saying('Invalid UpdateExpression: Syntax error; token: "="')),
    "add without a value": ("ADD a", {}, saying('Invalid UpdateExpression: Syntax error; token: "<EOF>"')),
    "add an attribute": ("ADD a b", {}, saying('Invalid UpdateExpression: Syntax error; token: "b"')),
    "three summands": ("SET a = b + c + d", {}, saying('Invalid UpdateExpression: Syntax error; token: "+"')),
    "index that is no number": (
        "SET a[x] = :v",
        V,
        saying('Invalid UpdateExpression: Syntax error; token: "x"'),
    ),
    "value thirty-two levels deep": (
        "SET a = :deep",
        {":deep": {"L": [{"L": []}]}},
        saying("Nesting Levels have exceeded supported limits"),
    ),
}


def deep(levels: int) -> dict:
    value: dict = S("leaf")
    for _ in range(levels):
        value = {"M": {"m": value}}
    return value


@pytest.mark.parametrize(("expression", "values", "message"), cases(EXPRESSIONS))
def test_expression_is_refused(dynamodb, names, key, expression, values, message):
    if ":deep" in values:
        values = {":deep": deep(32)}
    request = {
        "TableName": names["hash"],
        "Key": {"pk": S(key)},
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values or None,
    }
    assert_refused(dynamodb, "UpdateItem", request, "ValidationException", message)


REFUSED = {
    "sort key": (
        {
            "TableName": "<range>",
            "Key": {"pk": S("x"), "sk": S("y")},
            "UpdateExpression": "SET sk = :v",
            "ExpressionAttributeValues": V,
        },
        INVALID + "Cannot update attribute sk. This attribute is part of the key",
    ),
    "AttributeUpdates beside an expression": (
        {
            "UpdateExpression": "SET a = :v",
            "ExpressionAttributeValues": V,
            "AttributeUpdates": {"a": {"Value": S("x"), "Action": "PUT"}},
        },
        mixed("AttributeUpdates", "UpdateExpression"),
    ),
    "unused name": (
        {
            "UpdateExpression": "SET a = :v",
            "ExpressionAttributeValues": V,
            "ExpressionAttributeNames": {"#unused": "b"},
        },
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}",
    ),
    "name without #": (
        {
            "UpdateExpression": "SET #s = :v",
            "ExpressionAttributeValues": V,
            "ExpressionAttributeNames": {"s": "b"},
        },
        'ExpressionAttributeNames contains invalid key: Syntax error; key: "s"',
    ),
    "value without colon": (
        {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {"v": S("x")}},
        'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
    ),
    "names without an expression": (
        {"ExpressionAttributeNames": {"#s": "b"}},
        saying("ExpressionAttributeNames can only be specified when using expressions"),
    ),
    "key of the wrong type": ({"Key": {"pk": N(1)}}, SCHEMA_MISMATCH),
    "no sort key": ({"TableName": "<range>", "Key": {"pk": S("x")}}, SCHEMA_MISMATCH),
    "empty string as key": ({"Key": {"pk": S("")}}, EMPTY_STRING_KEY),
    "empty binary as key": ({"TableName": "<binary>", "Key": {"pk": {"B": b""}}}, EMPTY_BINARY_KEY),
    "index key of the wrong type": (
        {
            "TableName": "<range>",
            "Key": {"pk": S("x"), "sk": S("y")},
            "UpdateExpression": "SET a = :v",
            "ExpressionAttributeValues": {":v": N(5)},
        },
        INVALID + "Type mismatch for Index Key a Expected: S Actual: N IndexName: by_a",
    ),
    "index key that is a list": (
        {
            "TableName": "<range>",
            "Key": {"pk": S("x"), "sk": S("y")},
            "UpdateExpression": "SET a = :v",
            "ExpressionAttributeValues": {":v": {"L": []}},
        },
        INVALID + "Type mismatch for Index Key a Expected: S Actual: L IndexName: by_a",
    ),
    "empty string as index key": (
        {
            "TableName": "<range>",
            "Key": {"pk": S("x"), "sk": S("y")},
            "UpdateExpression": "SET a = :v",
            "ExpressionAttributeValues": {":v": S("")},
        },
        NO_EMPTY_INDEX_KEY.format("string"),
    ),
    "empty binary as index key": (
        {
            "TableName": "<binary_index>",
            "Key": {"pk": S("x")},
            "UpdateExpression": "SET picture = :v",
            "ExpressionAttributeValues": {":v": {"B": b""}},
        },
        NO_EMPTY_INDEX_KEY.format("binary"),
    ),
    "unknown ReturnValues": ({"ReturnValues": "INVALID"}, saying("enum value set")),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, names, request_, message):
    request = fill({"TableName": "<hash>", "Key": {"pk": S("x")}} | request_, names)
    assert_refused(dynamodb, "UpdateItem", request, "ValidationException", message)


# item before, expression, values, message
CLASHES = {
    "attribute that is missing": ({}, "SET a = b", {}, NOT_EXISTING),
    "plus on what is missing": ({}, "SET a = a + :v", {":v": N(1)}, NOT_EXISTING),
    "append to what is missing": ({}, "SET a = list_append(a, :v)", {":v": {"L": []}}, NOT_EXISTING),
    "map that is missing": ({}, "SET a.b.c = :v", V, BAD_PATH),
    "member of a string": ({"a": S("x")}, "SET a.b = :v", V, BAD_PATH),
    "element of a map": ({"a": {"M": {}}}, "SET a[0] = :v", V, BAD_PATH),
    "element of what is missing": ({}, "SET a[0] = :v", V, BAD_PATH),
    "member of a list": ({"a": {"L": []}}, "SET a.b = :v", V, BAD_PATH),
    "remove below what is missing": ({}, "REMOVE a.b", {}, BAD_PATH),
    "plus on a string": ({"a": S("x")}, "SET a = a + :v", {":v": N(1)}, BAD_TYPE),
    "append to a string": ({"a": S("x")}, "SET a = list_append(a, :v)", {":v": {"L": []}}, BAD_TYPE),
    "add number to a string": ({"a": S("x")}, "ADD a :v", {":v": N(1)}, BAD_TYPE),
    "add strings to numbers": ({"a": {"NS": ["1"]}}, "ADD a :v", {":v": {"SS": ["a"]}}, BAD_TYPE),
    "delete strings from numbers": ({"a": {"NS": ["1"]}}, "DELETE a :v", {":v": {"SS": ["a"]}}, BAD_TYPE),
}


@pytest.mark.parametrize(("before", "expression", "values", "message"), cases(CLASHES))
def test_expression_clashes_with_the_item(
    dynamodb, names, put, get, key, before, expression, values, message
):
    item = put("hash", {"pk": S(key)} | before)
    request = {
        "TableName": names["hash"],
        "Key": {"pk": S(key)},
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values or None,
    }
    assert_refused(dynamodb, "UpdateItem", request, "ValidationException", message)
    assert get("hash", pk=S(key)) == item


def test_absent_table(dynamodb, names):
    request = {"TableName": names["absent"], "Key": {"pk": S("x")}, "UpdateExpression": "REMOVE a"}
    assert_refused(dynamodb, "UpdateItem", request, "ResourceNotFoundException", NOT_FOUND)
