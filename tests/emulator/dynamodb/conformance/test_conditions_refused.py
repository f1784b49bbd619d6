"""Conditions that are refused, in the same words by every operation.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, ask, assert_refused, cases, saying
from tests.emulator.dynamodb.messages import INVALID

ITEM = {
    "name": S("alice"),
    "age": N(30),
    "picture": {"B": b"\x03\x04"},
    "tags": {"SS": ["admin", "user"]},
    "scores": {"NS": ["1", "2"]},
    "address": {"M": {"city": S("Oslo"), "zip": S("0150")}},
    "entries": {"L": [S("first"), {"M": {"sku": S("b-1"), "amount": N(3)}}, {"L": [N(7)]}]},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "wide": S("é𝄞"),
}


def wrong(kind: str, operator: str) -> str:
    return (
        f"Incorrect operand type for operator or function; operator or function: {operator}, "
        f"operand type: {kind}"
    )


# condition, names, values, what AWS says after "Invalid ConditionExpression: "
REFUSED = {
    "empty": ("", {}, {}, "The expression can not be empty;"),
    "redundant parentheses": (
        "((attribute_exists(pk)))",
        {},
        {},
        "The expression has redundant parentheses;",
    ),
    "unknown function": ("nonsense(pk)", {}, {}, "Invalid function name; function: nonsense"),
    "functions have small letters": (
        "ATTRIBUTE_EXISTS(pk)",
        {},
        {},
        "Invalid function name; function: ATTRIBUTE_EXISTS",
    ),
    "function of UpdateExpression": (
        "if_not_exists(pk, :v)",
        {},
        {":v": S("x")},
        "The function is not allowed in a condition expression; function: if_not_exists",
    ),
    "too many operands": (
        "attribute_exists(pk, a)",
        {},
        {},
        "Incorrect number of operands for operator or function; "
        "operator or function: attribute_exists, number of operands: 2",
    ),
    "undefined value": (
        "pk = :v",
        {},
        {},
        "An expression attribute value used in expression is not defined; attribute value: :v",
    ),
    "undefined name": (
        "#n = :v",
        {},
        {":v": S("x")},
        "An expression attribute name used in the document path is not defined; attribute name: #n",
    ),
    "contains itself": (
        "contains(#a, #a)",
        {"#a": "data"},
        {},
        "The first operand must be distinct from the remaining operands for this operator or function; "
        "operator: contains, first operand: [data]",
    ),
    "equals itself": (
        "a = a",
        {},
        {},
        "The first operand must be distinct from the remaining operands for this operator or function; "
        "operator: =, first operand: [a]",
    ),
    "begins with a number": ("begins_with(a, :v)", {}, {":v": N(1)}, wrong("N", "begins_with")),
    "type that is no string": ("attribute_type(a, :v)", {}, {":v": N(1)}, wrong("N", "attribute_type")),
    "no such type": (
        "attribute_type(a, :v)",
        {},
        {":v": S("X")},
        saying("Invalid attribute type name found; type: X, valid types: {"),
    ),
    "order of booleans": ("a < :v", {}, {":v": {"BOOL": True}}, wrong("BOOL", "<")),
    "order of lists": ("a >= :v", {}, {":v": {"L": []}}, wrong("L", ">=")),
    "size of a number value": ("size(:v) = :w", {}, {":v": N(1), ":w": N(1)}, wrong("N", "size")),
    "between in the wrong order": (
        "a BETWEEN :b AND :a",
        {},
        {":a": N(1), ":b": N(2)},
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
        "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
    ),
    "between of two types": (
        "a BETWEEN :a AND :b",
        {},
        {":a": N(1), ":b": S("2")},
        saying("The BETWEEN operator requires same data type for lower and upper bounds"),
    ),
    "reserved word": (
        "status = :v",
        {},
        {":v": S("x")},
        "Attribute name is a reserved keyword; reserved keyword: status",
    ),
    "reserved word in capitals": (
        "NAME = :v",
        {},
        {":v": S("x")},
        "Attribute name is a reserved keyword; reserved keyword: NAME",
    ),
    "reserved word inside a path": (
        "a.status = :v",
        {},
        {":v": S("x")},
        "Attribute name is a reserved keyword; reserved keyword: status",
    ),
    "comparison without a right side": ("pk =", {}, {}, saying('Syntax error; token: "<EOF>"')),
    "no such sign": ("pk ! :v", {}, {":v": S("x")}, saying('Syntax error; token: "!"')),
    "two comparisons side by side": ("a = :v b = :v", {}, {":v": S("x")}, saying('Syntax error; token: "b"')),
    "literal text": ("a = 'x'", {}, {}, saying('Syntax error; token: "\'"')),
    "in without a list": ("a IN ()", {}, {}, saying('Syntax error; token: ")"')),
    "function as a condition": (
        "size(a)",
        {},
        {},
        "The function is not allowed to be used this way in an expression; function: size",
    ),
    "predicate as an operand": (
        "attribute_exists(a) = :v",
        {},
        {":v": {"BOOL": True}},
        "The function is not allowed to be used this way in an expression; function: attribute_exists",
    ),
}


@pytest.mark.parametrize(("condition", "aliases", "values", "message"), cases(REFUSED))
def test_refused(dynamodb, names, key, condition, aliases, values, message):
    request = {
        "TableName": names["hash"],
        "Item": {"pk": S(key)},
        "ConditionExpression": condition,
        "ExpressionAttributeNames": aliases or None,
        "ExpressionAttributeValues": values or None,
    }
    expected = f"Invalid ConditionExpression: {message}" if isinstance(message, str) else message
    assert_refused(dynamodb, "PutItem", request, "ValidationException", expected)


UNUSED = {
    "name": (
        {"ExpressionAttributeNames": {"#unused": "x"}},
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}",
    ),
    "value": (
        {"ExpressionAttributeValues": {":unused": S("x")}},
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}",
    ),
    "name without #": (
        {"ExpressionAttributeNames": {"n": "x"}},
        'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"',
    ),
    "value without colon": (
        {"ExpressionAttributeValues": {"v": S("x")}},
        'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
    ),
    "no names": ({"ExpressionAttributeNames": {}}, "ExpressionAttributeNames must not be empty"),
    "no values": ({"ExpressionAttributeValues": {}}, "ExpressionAttributeValues must not be empty"),
    "invalid value": (
        {"ExpressionAttributeValues": {":v": {"SS": []}}},
        INVALID + "An string set  may not be empty",
    ),
}


@pytest.mark.parametrize(("more", "message"), cases(UNUSED))
def test_placeholder_is_refused(dynamodb, names, key, more, message):
    request = {
        "TableName": names["hash"],
        "Item": {"pk": S(key)},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    assert_refused(dynamodb, "PutItem", request | more, "ValidationException", message)


@pytest.mark.parametrize("word", ["status", "name", "data", "count", "items", "date", "order", "timestamp"])
def test_reserved_word_is_fine_behind_a_name(dynamodb, names, put, key, word):
    put("hash", {"pk": S(key), word: S("x")})
    answer = dynamodb.get_item(
        TableName=names["hash"],
        Key={"pk": S(key)},
        ProjectionExpression="#w",
        ExpressionAttributeNames={"#w": word},
    )
    assert answer["Item"] == {word: S("x")}


EXPRESSIONS = {
    "ConditionExpression": ("PutItem", "ConditionExpression", "attribute_not_exists(absent)", {"Item": {}}),
    "UpdateExpression": ("UpdateItem", "UpdateExpression", "REMOVE absent", {"Key": {}}),
    "ProjectionExpression": ("GetItem", "ProjectionExpression", "absent", {"Key": {}}),
    "FilterExpression": ("Scan", "FilterExpression", "attribute_exists(absent)", {}),
}


@pytest.mark.parametrize(("operation", "parameter", "expression", "request_"), cases(EXPRESSIONS))
def test_expression_of_4096_bytes_is_the_longest(
    dynamodb, names, key, operation, parameter, expression, request_
):
    request = {"TableName": names["hash"]} | {name: {"pk": S(key)} for name in request_}
    longest = expression + " " * (4096 - len(expression))
    ask(dynamodb, operation, request | {parameter: longest})
    words = saying("Expression size has exceeded the maximum allowed size")
    assert_refused(dynamodb, operation, request | {parameter: longest + " "}, "ValidationException", words)
