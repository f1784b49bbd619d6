"""AttributeUpdates: changes from before update expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, saying
from tests.emulator.dynamodb.messages import INVALID

ITEM = {"data": S("old"), "amount": N(10), "tags": {"SS": ["a", "b"]}, "entries": {"L": [N(1)]}}


def sets_sorted(item):
    """The item with the members of its sets in order."""
    return {
        name: {tag: sorted(value)} if tag in ("SS", "NS", "BS") else {tag: value}
        for name, attribute in item.items()
        for tag, value in attribute.items()
    }


# updates, changes of ITEM (None: the attribute is gone)
UPDATES = {
    "PUT": ({"data": {"Action": "PUT", "Value": S("new")}}, {"data": S("new")}),
    "PUT of another type": ({"data": {"Action": "PUT", "Value": N(1)}}, {"data": N(1)}),
    "PUT of a new attribute": ({"fresh": {"Action": "PUT", "Value": N(1)}}, {"fresh": N(1)}),
    "PUT replaces a set": ({"tags": {"Action": "PUT", "Value": {"SS": ["c"]}}}, {"tags": {"SS": ["c"]}}),
    "PUT when no action is named": ({"data": {"Value": S("new")}}, {"data": S("new")}),
    "ADD to a number": ({"amount": {"Action": "ADD", "Value": N(5)}}, {"amount": N(15)}),
    "ADD a negative number": ({"amount": {"Action": "ADD", "Value": N(-15)}}, {"amount": N(-5)}),
    "ADD to no number": ({"fresh": {"Action": "ADD", "Value": N(5)}}, {"fresh": N(5)}),
    "ADD to a set": (
        {"tags": {"Action": "ADD", "Value": {"SS": ["b", "c"]}}},
        {"tags": {"SS": ["a", "b", "c"]}},
    ),
    "ADD to no set": ({"fresh": {"Action": "ADD", "Value": {"NS": ["1"]}}}, {"fresh": {"NS": ["1"]}}),
    "ADD to a list": (
        {"entries": {"Action": "ADD", "Value": {"L": [N(2)]}}},
        {"entries": {"L": [N(1), N(2)]}},
    ),
    "DELETE": ({"data": {"Action": "DELETE"}}, {"data": None}),
    "DELETE of what is missing": ({"absent": {"Action": "DELETE"}}, {}),
    "DELETE of members": ({"tags": {"Action": "DELETE", "Value": {"SS": ["b"]}}}, {"tags": {"SS": ["a"]}}),
    "DELETE of all members": (
        {"tags": {"Action": "DELETE", "Value": {"SS": ["a", "b"]}}},
        {"tags": None},
    ),
    "all together": (
        {
            "data": {"Action": "PUT", "Value": S("new")},
            "amount": {"Action": "ADD", "Value": N(1)},
            "tags": {"Action": "DELETE"},
        },
        {"data": S("new"), "amount": N(11), "tags": None},
    ),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize(("updates", "changes"), cases(UPDATES))
def test_update(dynamodb, names, key, put, get, updates, changes):
    put("hash", {"pk": S(key)} | ITEM)
    answer = dynamodb.update_item(
        TableName=names["hash"], Key={"pk": S(key)}, AttributeUpdates=updates, ReturnValues="ALL_NEW"
    )
    expected = {name: value for name, value in ({"pk": S(key)} | ITEM | changes).items() if value is not None}
    assert sets_sorted(get("hash", pk=S(key))) == expected
    assert sets_sorted(answer["Attributes"]) == expected


CREATING = {
    "PUT": ({"data": {"Action": "PUT", "Value": S("new")}}, {"data": S("new")}),
    "ADD": ({"amount": {"Action": "ADD", "Value": N(5)}}, {"amount": N(5)}),
    "no update": (None, {}),
}


@pytest.mark.parametrize(("updates", "made"), cases(CREATING))
def test_update_makes_an_item(dynamodb, names, key, get, updates, made):
    request = {"TableName": names["hash"], "Key": {"pk": S(key)}}
    if updates:
        request["AttributeUpdates"] = updates
    dynamodb.update_item(**request)
    assert get("hash", pk=S(key)) == {"pk": S(key)} | made


REFUSED = {
    "no value to put": (
        {"a": {"Action": "PUT"}},
        f"{INVALID}Only DELETE action is allowed when no attribute value is specified",
    ),
    "no value to add": (
        {"a": {"Action": "ADD"}},
        f"{INVALID}Only DELETE action is allowed when no attribute value is specified",
    ),
    "DELETE of a string": (
        {"a": {"Action": "DELETE", "Value": S("x")}},
        f"{INVALID}DELETE action with value is not supported for the type S",
    ),
    "DELETE of a list": (
        {"a": {"Action": "DELETE", "Value": {"L": []}}},
        f"{INVALID}DELETE action with value is not supported for the type L",
    ),
    "ADD of a string": (
        {"a": {"Action": "ADD", "Value": S("x")}},
        f"{INVALID}ADD action is not supported for the type S",
    ),
    "ADD of a map": (
        {"a": {"Action": "ADD", "Value": {"M": {}}}},
        f"{INVALID}ADD action is not supported for the type M",
    ),
    "unknown action": (
        {"a": {"Action": "INCREMENT", "Value": N(1)}},
        saying("Member must satisfy enum value set: [ADD, PUT, DELETE]"),
    ),
    "key": (
        {"pk": {"Action": "PUT", "Value": S("x")}},
        f"{INVALID}Cannot update attribute pk. This attribute is part of the key",
    ),
    "key that goes": (
        {"pk": {"Action": "DELETE"}},
        f"{INVALID}Cannot update attribute pk. This attribute is part of the key",
    ),
    "empty set": ({"a": {"Action": "PUT", "Value": {"SS": []}}}, saying("An string set  may not be empty")),
    "ADD to a string": ({"data": {"Action": "ADD", "Value": N(1)}}, None),
    "ADD of another set": ({"tags": {"Action": "ADD", "Value": {"NS": ["1"]}}}, None),
}


@pytest.mark.parametrize(("updates", "message"), cases(REFUSED))
def test_refused(dynamodb, names, key, put, get, updates, message):
    before = put("hash", {"pk": S(key)} | ITEM)
    request = {"TableName": names["hash"], "Key": {"pk": S(key)}, "AttributeUpdates": updates}
    assert_refused(dynamodb, "UpdateItem", request, "ValidationException", message)
    assert sets_sorted(get("hash", pk=S(key))) == before


def test_updates_and_an_expression(dynamodb, names):
    request = {
        "TableName": names["hash"],
        "Key": {"pk": S("a")},
        "AttributeUpdates": {"a": {"Value": N(1)}},
        "UpdateExpression": "SET a = :v",
        "ExpressionAttributeValues": {":v": N(1)},
    }
    message = (
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}"
    )
    assert_refused(dynamodb, "UpdateItem", request, "ValidationException", message)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("UPDATED_NEW", {"data": S("new"), "fresh": N(1)}),
        ("UPDATED_OLD", {"data": S("old")}),
        ("ALL_OLD", {"pk": None} | ITEM),
        ("NONE", None),
    ],
)
def test_returned(dynamodb, names, key, put, returned, expected):
    put("hash", {"pk": S(key)} | ITEM)
    updates = {"data": {"Value": S("new")}, "fresh": {"Value": N(1)}}
    answer = dynamodb.update_item(
        TableName=names["hash"], Key={"pk": S(key)}, AttributeUpdates=updates, ReturnValues=returned
    )
    if expected is None:
        assert "Attributes" not in answer
        return
    if "pk" in expected:
        expected = expected | {"pk": S(key)}
    assert sets_sorted(answer["Attributes"]) == expected
