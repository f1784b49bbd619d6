"""Conditions: what they mean on items that are there and on items that are not.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, ask, assert_refused, cases, fill, refusal
from tests.emulator.dynamodb.messages import CONDITION_FAILED

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

# condition, values, whether it holds for ITEM
HOLDS = {
    "equal strings": ("#n = :v", {":v": S("alice")}, True),
    "equal numbers written differently": ("age = :v", {":v": N("3.0E1")}, True),
    "other type is not equal": ("age = :v", {":v": S("30")}, False),
    "not equal": ("#n <> :v", {":v": S("bob")}, True),
    "missing attribute equals nothing": ("absent = :v", {":v": S("x")}, False),
    "missing attribute differs from everything": ("absent <> :v", {":v": S("x")}, True),
    "missing attribute is not smaller": ("absent < :v", {":v": N(1)}, False),
    "missing attribute is not greater": ("absent >= :v", {":v": N(1)}, False),
    "smaller number": ("age < :v", {":v": N(31)}, True),
    "equal is not smaller": ("age < :v", {":v": N(30)}, False),
    "equal is smaller or equal": ("age <= :v", {":v": N(30)}, True),
    "greater number, not by its digits": ("age > :v", {":v": N(4)}, True),
    "greater string": ("#n > :v", {":v": S("Alice")}, True),
    "greater binary": ("picture > :v", {":v": {"B": b"\x03"}}, True),
    "number against string has no order": ("age < :v", {":v": S("zzz")}, False),
    "sets are equal in any order": ("tags = :v", {":v": {"SS": ["user", "admin"]}}, True),
    "number sets are equal by value": ("scores = :v", {":v": {"NS": ["2.0", "1"]}}, True),
    "set with one more differs": ("tags = :v", {":v": {"SS": ["user", "admin", "x"]}}, False),
    "lists differ in another order": ("entries[2] = :v", {":v": {"L": [N(7), N(8)]}}, False),
    "maps are equal by content": ("address = :v", {":v": {"M": {"zip": S("0150"), "city": S("Oslo")}}}, True),
    "boolean": ("flag = :v", {":v": {"BOOL": True}}, True),
    "other boolean": ("flag = :v", {":v": {"BOOL": False}}, False),
    "null equals null": ("nothing = :v", {":v": {"NULL": True}}, True),
    "between": ("age BETWEEN :a AND :b", {":a": N(30), ":b": N(40)}, True),
    "below the lower bound": ("age BETWEEN :a AND :b", {":a": N(31), ":b": N(40)}, False),
    "between strings": ("#n BETWEEN :a AND :b", {":a": S("a"), ":b": S("b")}, True),
    "in": ("#n IN (:a, :b)", {":a": S("bob"), ":b": S("alice")}, True),
    "not in": ("#n IN (:a, :b)", {":a": S("bob"), ":b": S("carol")}, False),
    "in looks at types": ("age IN (:a)", {":a": S("30")}, False),
    "exists": ("attribute_exists(#n)", {}, True),
    "does not exist": ("attribute_exists(absent)", {}, False),
    "not exists": ("attribute_not_exists(absent)", {}, True),
    "exists in a map": ("attribute_exists(address.city)", {}, True),
    "not exists in a map": ("attribute_not_exists(address.street)", {}, True),
    "exists in a list": ("attribute_exists(entries[1].sku)", {}, True),
    "beyond the list": ("attribute_exists(entries[9])", {}, False),
    "path through a string": ("attribute_exists(#n.inside)", {}, False),
    "type": ("attribute_type(#n, :t)", {":t": S("S")}, True),
    "type of a map": ("attribute_type(address, :t)", {":t": S("M")}, True),
    "type of null": ("attribute_type(nothing, :t)", {":t": S("NULL")}, True),
    "other type": ("attribute_type(age, :t)", {":t": S("S")}, False),
    "type of what is missing": ("attribute_type(absent, :t)", {":t": S("S")}, False),
    "begins with": ("begins_with(#n, :v)", {":v": S("al")}, True),
    "begins with itself": ("begins_with(#n, :v)", {":v": S("alice")}, True),
    "does not begin with": ("begins_with(#n, :v)", {":v": S("lice")}, False),
    "binary begins with": ("begins_with(picture, :v)", {":v": {"B": b"\x03"}}, True),
    "number never begins with": ("begins_with(age, :v)", {":v": S("3")}, False),
    "string contains": ("contains(#n, :v)", {":v": S("lic")}, True),
    "string does not contain": ("contains(#n, :v)", {":v": S("ALI")}, False),
    "set contains member": ("contains(tags, :v)", {":v": S("admin")}, True),
    "set does not contain part of a member": ("contains(tags, :v)", {":v": S("adm")}, False),
    "number set contains by value": ("contains(scores, :v)", {":v": N("1.0")}, True),
    "number set does not contain a string": ("contains(scores, :v)", {":v": S("1")}, False),
    "list contains": ("contains(entries, :v)", {":v": S("first")}, True),
    "list does not contain part": ("contains(entries, :v)", {":v": S("fir")}, False),
    "binary contains": ("contains(picture, :v)", {":v": {"B": b"\x04"}}, True),
    "missing contains nothing": ("contains(absent, :v)", {":v": S("x")}, False),
    "size of a string": ("size(#n) = :v", {":v": N(5)}, True),
    "size counts UTF-16 units": ("size(wide) = :v", {":v": N(3)}, True),
    "size does not count bytes": ("size(wide) = :v", {":v": N(6)}, False),
    "size of a binary": ("size(picture) = :v", {":v": N(2)}, True),
    "size of a set": ("size(tags) = :v", {":v": N(2)}, True),
    "size of a map": ("size(address) = :v", {":v": N(2)}, True),
    "size of a list": ("size(entries) = :v", {":v": N(3)}, True),
    "size of what is missing": ("size(absent) = :v", {":v": N(0)}, False),
    "size between": ("size(#n) BETWEEN :a AND :b", {":a": N(1), ":b": N(5)}, True),
    "map member": ("address.city = :v", {":v": S("Oslo")}, True),
    "list element": ("entries[0] = :v", {":v": S("first")}, True),
    "member of an element": ("entries[1].amount > :v", {":v": N(2)}, True),
    "element of an element": ("entries[2][0] = :v", {":v": N(7)}, True),
    "value on the left": (":v = #n", {":v": S("alice")}, True),
    "two attributes": ("#n = address.city", {}, False),
    "not": ("NOT #n = :v", {":v": S("bob")}, True),
    "not of a missing comparison": ("NOT absent = :v", {":v": S("x")}, True),
    "both": ("#n = :v AND age = :w", {":v": S("alice"), ":w": N(30)}, True),
    "not both": ("#n = :v AND age = :w", {":v": S("alice"), ":w": N(1)}, False),
    "either": ("#n = :v OR age = :w", {":v": S("bob"), ":w": N(30)}, True),
    "neither": ("#n = :v OR age = :w", {":v": S("bob"), ":w": N(1)}, False),
    "and binds tighter than or": (
        "#n = :v OR age = :w AND age = :x",
        {":v": S("alice"), ":w": N(1), ":x": N(2)},
        True,
    ),
    "parentheses first": (
        "(#n = :v OR age = :w) AND age = :x",
        {":v": S("alice"), ":w": N(1), ":x": N(2)},
        False,
    ),
    "not binds tighter than and": ("NOT #n = :v AND age = :w", {":v": S("bob"), ":w": N(30)}, True),
    "parentheses around each": ("(#n = :v) AND (age = :w)", {":v": S("alice"), ":w": N(30)}, True),
    "parentheses around all": ("(#n = :v AND age = :w)", {":v": S("alice"), ":w": N(30)}, True),
    "nested parentheses": ("(#n = :v AND (age = :w))", {":v": S("alice"), ":w": N(30)}, True),
    "not in parentheses": ("(NOT (age = :w))", {":w": N(1)}, True),
    "keywords in small letters": ("#n = :v and not age = :w", {":v": S("alice"), ":w": N(1)}, True),
}


def _names(condition: str) -> dict[str, str]:
    return {"#n": "name"} if "#n" in condition else {}


@pytest.mark.parametrize(("condition", "values", "holds"), cases(HOLDS))
def test_condition(dynamodb, names, put, key, condition, values, holds):
    put("hash", {"pk": S(key)} | ITEM)
    request = {
        "TableName": names["hash"],
        "Key": {"pk": S(key)},
        "ConditionExpression": condition,
        "ExpressionAttributeNames": _names(condition) or None,
        "ExpressionAttributeValues": values or None,
    }
    request = {name: member for name, member in request.items() if member is not None}
    if holds:
        dynamodb.delete_item(**request)
    else:
        assert_refused(dynamodb, "DeleteItem", request, "ConditionalCheckFailedException", CONDITION_FAILED)


@pytest.mark.parametrize(("condition", "values", "holds"), cases(HOLDS))
def test_filter_means_the_same(dynamodb, names, put, key, condition, values, holds):
    put("range", {"pk": S(key), "sk": S("1")} | ITEM)
    answer = dynamodb.query(
        TableName=names["range"],
        KeyConditionExpression="pk = :pk",
        FilterExpression=condition,
        ExpressionAttributeValues={":pk": S(key)} | values,
        **({"ExpressionAttributeNames": _names(condition)} if _names(condition) else {}),
    )
    assert (answer["Count"], answer["ScannedCount"]) == (int(holds), 1)


WRITES = {
    "PutItem": ("PutItem", {"Item": {"pk": S("<key>"), "new": S("1")}}),
    "UpdateItem": (
        "UpdateItem",
        {
            "Key": {"pk": S("<key>")},
            "UpdateExpression": "SET #new = :new",
            "ExpressionAttributeNames": {"#new": "new"},
            "ExpressionAttributeValues": {":new": S("1")},
        },
    ),
    "DeleteItem": ("DeleteItem", {"Key": {"pk": S("<key>")}}),
}


def _write(request, names, key, condition):
    return fill({"TableName": "<hash>", "ConditionExpression": condition} | request, names | {"key": key})


@pytest.mark.parametrize(("operation", "request_"), cases(WRITES))
def test_failed_condition_changes_nothing(dynamodb, names, put, get, key, operation, request_):
    item = put("hash", {"pk": S(key), "old": S("kept")})
    request = _write(request_, names, key, "attribute_not_exists(pk)")
    answer = assert_refused(dynamodb, operation, request, "ConditionalCheckFailedException", CONDITION_FAILED)
    assert "Item" not in answer
    assert get("hash", pk=S(key)) == item


@pytest.mark.parametrize(("operation", "request_"), cases(WRITES))
def test_failed_condition_hands_back_the_item_when_asked(dynamodb, names, put, key, operation, request_):
    item = put("hash", {"pk": S(key), "old": S("kept"), "n": N(1)})
    request = _write(request_, names, key, "attribute_not_exists(pk)")
    answer = refusal(dynamodb, operation, request | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
    assert answer["Error"]["Code"] == "ConditionalCheckFailedException"
    assert answer["Item"] == item


@pytest.mark.parametrize(("operation", "request_"), cases(WRITES))
def test_failed_condition_on_no_item_has_none_to_hand_back(dynamodb, names, key, operation, request_):
    request = _write(request_, names, key, "attribute_exists(pk)")
    answer = refusal(dynamodb, operation, request | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
    assert answer["Error"]["Code"] == "ConditionalCheckFailedException"
    assert "Item" not in answer


@pytest.mark.parametrize(("operation", "request_"), cases(WRITES))
def test_condition_for_existence_makes_no_ghost(dynamodb, names, get, key, operation, request_):
    request = _write(request_, names, key, "attribute_exists(pk)")
    assert_refused(dynamodb, operation, request, "ConditionalCheckFailedException")
    assert get("hash", pk=S(key)) is None


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_condition_for_absence_creates(dynamodb, names, get, key, operation):
    ask(dynamodb, operation, _write(WRITES[operation][1], names, key, "attribute_not_exists(pk)"))
    assert get("hash", pk=S(key)) == {"pk": S(key), "new": S("1")}
