"""What Query refuses, in AWS's words.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import INVALID, NOT_FOUND, mixed

V = {":v": S("x")}
VW = {":v": S("x"), ":w": S("y")}
MISSED = "Query condition missed key schema element: "


# key condition, values, names, message
CONDITIONS = {
    "no partition key": ("sk = :v", V, {}, MISSED + "pk"),
    "another attribute": ("another = :v", V, {}, MISSED + "pk"),
    "partition key and another attribute": ("pk = :v AND another = :w", VW, {}, MISSED + "sk"),
    "order of the partition key": ("pk > :v", V, {}, "Query key condition not supported"),
    "partition key begins with": ("begins_with(pk, :v)", V, {}, "Query key condition not supported"),
    "sort key differs": (
        "pk = :v AND sk <> :w",
        VW,
        {},
        "Unsupported operator on KeyCondition: Unsupported operator: <>",
    ),
    "or": (
        "pk = :v OR sk = :w",
        VW,
        {},
        "Invalid operator used in KeyConditionExpression: OR",
    ),
    "not": (
        "NOT pk = :v",
        V,
        {},
        "Invalid operator used in KeyConditionExpression: NOT",
    ),
    "in": (
        "pk IN (:v)",
        V,
        {},
        "Invalid operator used in KeyConditionExpression: IN",
    ),
    "contains": (
        "pk = :v AND contains(sk, :w)",
        VW,
        {},
        "Invalid operator used in KeyConditionExpression: contains",
    ),
    "size": (
        "pk = :v AND size(sk) = :w",
        VW,
        {},
        saying("KeyConditionExpression"),
    ),
    "nested path": (
        "pk = :v AND #sk.foo = :w",
        VW,
        {"#sk": "sk"},
        saying("KeyConditionExpressions cannot have conditions on nested attributes"),
    ),
    "two conditions on the sort key": (
        "pk = :v AND sk > :v AND sk < :w",
        VW,
        {},
        saying("KeyConditionExpressions must only contain one condition per key"),
    ),
    "two conditions on the partition key": (
        "pk = :v AND pk = :w",
        VW,
        {},
        saying("KeyConditionExpressions must only contain one condition per key"),
    ),
    "empty": ("", V, {}, "Invalid KeyConditionExpression: The expression can not be empty;"),
    "redundant parentheses": (
        "((pk = :v))",
        V,
        {},
        "Invalid KeyConditionExpression: The expression has redundant parentheses;",
    ),
    "undefined value": (
        "pk = :v AND sk = :w",
        V,
        {},
        "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; "
        "attribute value: :w",
    ),
    "undefined name": (
        "#pk = :v",
        V,
        {},
        "Invalid KeyConditionExpression: An expression attribute name used in the document path is not "
        "defined; attribute name: #pk",
    ),
    "unused name": (
        "pk = :v",
        V,
        {"#unused": "x"},
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}",
    ),
    "unused value": (
        "pk = :v",
        VW,
        {},
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
    ),
    "partition key of the wrong type": (
        "pk = :n",
        {":n": N(1)},
        {},
        INVALID + "Condition parameter type does not match schema type",
    ),
    "sort key of the wrong type": (
        "pk = :v AND sk > :n",
        V | {":n": N(1)},
        {},
        INVALID + "Condition parameter type does not match schema type",
    ),
    "between in the wrong order": (
        "pk = :v AND sk BETWEEN :b AND :a",
        V | {":a": S("a"), ":b": S("b")},
        {},
        saying("The BETWEEN operator requires upper bound to be greater than or equal to lower bound"),
    ),
    "syntax": ("pk = ", V, {}, saying('Invalid KeyConditionExpression: Syntax error; token: "<EOF>"')),
}


@pytest.mark.parametrize(("condition", "values", "aliases", "message"), cases(CONDITIONS))
def test_key_condition_is_refused(dynamodb, names, condition, values, aliases, message):
    request = {
        "TableName": names["range"],
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ExpressionAttributeNames": aliases or None,
    }
    assert_refused(dynamodb, "Query", request, "ValidationException", message)


PLAIN = {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": V}
BAD_START = "The provided starting key is invalid"

REFUSED = {
    "no key condition": (
        {"KeyConditionExpression": None, "ExpressionAttributeValues": None},
        saying(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        ),
    ),
    "unknown Select": (
        {"Select": "INVALID_VALUE"},
        "1 validation error detected: Value 'INVALID_VALUE' at 'select' failed to satisfy constraint: "
        "Member must satisfy enum value set: "
        "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
    ),
    "limit of none": (
        {"Limit": 0},
        saying("failed to satisfy constraint: Member must have value greater than or equal to 1"),
    ),
    "unknown index": (
        {"IndexName": "nowhere"},
        "The table does not have the specified index: nowhere",
    ),
    "consistent read of a global index": (
        {"IndexName": "by_a", "KeyConditionExpression": "a = :v", "ConsistentRead": True},
        "Consistent reads are not supported on global secondary indexes",
    ),
    "specific attributes without saying which": (
        {"Select": "SPECIFIC_ATTRIBUTES"},
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    ),
    "projection of all attributes": (
        {"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "sk"},
        saying("Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"),
    ),
    "projection of a count": (
        {"Select": "COUNT", "ProjectionExpression": "sk"},
        saying("Cannot specify the ProjectionExpression when choosing to get only the Count"),
    ),
    "projected attributes of no index": (
        {"Select": "ALL_PROJECTED_ATTRIBUTES"},
        saying("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    ),
    "projection with projected attributes of no index": (
        {"Select": "ALL_PROJECTED_ATTRIBUTES", "ProjectionExpression": "sk"},
        None,
    ),
    "all attributes of a global index that lacks some": (
        {"IndexName": "by_ab", "KeyConditionExpression": "a = :v", "Select": "ALL_ATTRIBUTES"},
        saying("Select type ALL_ATTRIBUTES is not supported for global secondary index by_ab"),
    ),
    "projection that a global index lacks": (
        {"IndexName": "by_ab", "KeyConditionExpression": "a = :v", "ProjectionExpression": "absent"},
        saying("Global secondary index by_ab does not project [absent]"),
    ),
    "filter on the key": (
        {"FilterExpression": "pk = :v"},
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: pk",
    ),
    "filter on the sort key": (
        {"FilterExpression": "sk = :v"},
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
    ),
    "undefined name in the filter": (
        {"FilterExpression": "#absent = :v"},
        "Invalid FilterExpression: An expression attribute name used in the document path is not defined; "
        "attribute name: #absent",
    ),
    "reserved word in the filter": (
        {"FilterExpression": "status = :v"},
        "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status",
    ),
    "empty filter": (
        {"FilterExpression": ""},
        "Invalid FilterExpression: The expression can not be empty;",
    ),
    "start key of another shape": ({"ExclusiveStartKey": {"bad": S("p")}}, saying(BAD_START)),
    "start key of another partition": (
        {"ExclusiveStartKey": {"pk": S("other"), "sk": S("x")}},
        "The provided starting key is outside query boundaries based on provided conditions",
    ),
    "start key of the wrong type": (
        {"ExclusiveStartKey": {"pk": S("x"), "sk": N(1)}},
        saying(BAD_START),
    ),
    "start key of an index without the index key": (
        {
            "IndexName": "by_a",
            "KeyConditionExpression": "a = :v",
            "ExclusiveStartKey": {"pk": S("x"), "sk": S("y")},
        },
        saying(BAD_START),
    ),
    "KeyConditions beside an expression": (
        {"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [S("x")]}}},
        mixed("KeyConditions", "KeyConditionExpression"),
    ),
    "QueryFilter beside an expression": (
        {"QueryFilter": {"n": {"ComparisonOperator": "EQ", "AttributeValueList": [S("x")]}}},
        mixed("QueryFilter", "KeyConditionExpression"),
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, names, request_, message):
    request = fill({"TableName": "<range>"} | PLAIN | request_, names)
    assert_refused(dynamodb, "Query", request, "ValidationException", message)


def test_absent_table(dynamodb, names):
    request = {"TableName": names["absent"]} | PLAIN
    assert_refused(dynamodb, "Query", request, "ResourceNotFoundException", NOT_FOUND)
