"""UpdateItem: what the clauses do to an item, and which attributes come back.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, cases


def L(*members: dict) -> dict:
    return {"L": list(members)}


def M(**members: dict) -> dict:
    return {"M": members}


A, B, C, D = (S(letter) for letter in "abcd")

# item before, expression, values, item after (all without the key)
UPDATES = {
    "set creates": ({}, "SET x = :v", {":v": A}, {"x": A}),
    "set replaces": ({"x": A}, "SET x = :v", {":v": N(1)}, {"x": N(1)}),
    "set leaves others": ({"x": A, "y": B}, "SET x = :v", {":v": C}, {"x": C, "y": B}),
    "two sets": ({}, "SET x = :v, y = :w", {":v": A, ":w": B}, {"x": A, "y": B}),
    "set from another attribute": ({"x": A}, "SET y = x", {}, {"x": A, "y": A}),
    "set reads the old item": ({"x": A}, "SET x = :v, y = x", {":v": B}, {"x": B, "y": A}),
    "swap": ({"x": A, "y": B}, "SET x = y, y = x", {}, {"x": B, "y": A}),
    "plus": ({"n": N(10)}, "SET n = n + :v", {":v": N(5)}, {"n": N(15)}),
    "minus": ({"n": N(10)}, "SET n = n - :v", {":v": N(15)}, {"n": N(-5)}),
    "value plus attribute": ({"n": N(10)}, "SET n = :v + n", {":v": N(5)}, {"n": N(15)}),
    "attribute plus attribute": ({"n": N(1), "m": N(2)}, "SET n = n + m", {}, {"n": N(3), "m": N(2)}),
    "arithmetic in parentheses": ({"n": N(10)}, "SET n = (n - :v)", {":v": N(3)}, {"n": N(7)}),
    "if_not_exists keeps": ({"x": A}, "SET x = if_not_exists(x, :v)", {":v": B}, {"x": A}),
    "if_not_exists fills in": ({}, "SET x = if_not_exists(x, :v)", {":v": B}, {"x": B}),
    "if_not_exists of another": ({"y": A}, "SET x = if_not_exists(x, y)", {}, {"x": A, "y": A}),
    "if_not_exists in arithmetic": (
        {},
        "SET n = if_not_exists(n, :zero) + :one",
        {":zero": N(0), ":one": N(1)},
        {"n": N(1)},
    ),
    "minus after if_not_exists": (
        {"n": N(10)},
        "SET n = if_not_exists(n, :zero) - :three",
        {":zero": N(0), ":three": N(3)},
        {"n": N(7)},
    ),
    "append": ({"l": L(A)}, "SET l = list_append(l, :v)", {":v": L(B, C)}, {"l": L(A, B, C)}),
    "prepend": ({"l": L(B)}, "SET l = list_append(:v, l)", {":v": L(A)}, {"l": L(A, B)}),
    "append to a list that is missing": (
        {},
        "SET l = list_append(if_not_exists(l, :none), :v)",
        {":none": L(), ":v": L(A)},
        {"l": L(A)},
    ),
    "set in a map": ({"m": M(x=A)}, "SET m.x = :v", {":v": B}, {"m": M(x=B)}),
    "set a new member": ({"m": M(x=A)}, "SET m.y = :v", {":v": B}, {"m": M(x=A, y=B)}),
    "set deep in maps": (
        {"m": M(x=M(y=M(z=A)))},
        "SET m.x.y.z = :v",
        {":v": B},
        {"m": M(x=M(y=M(z=B)))},
    ),
    "plus in a map": ({"m": M(n=N(10))}, "SET m.n = m.n + :v", {":v": N(5)}, {"m": M(n=N(15))}),
    "set an element": ({"l": L(A, B, C)}, "SET l[1] = :v", {":v": D}, {"l": L(A, D, C)}),
    "set beyond the end appends": ({"l": L(A, B)}, "SET l[9] = :v", {":v": C}, {"l": L(A, B, C)}),
    "set first of an empty list": ({"l": L()}, "SET l[0] = :v", {":v": A}, {"l": L(A)}),
    "several beyond the end keep their order": (
        {"l": L(A)},
        "SET l[9] = :y, l[5] = :x",
        {":x": B, ":y": C},
        {"l": L(A, B, C)},
    ),
    "set in an element": ({"l": L(M(x=A))}, "SET l[0].x = :v", {":v": B}, {"l": L(M(x=B))}),
    "set whole map": ({"m": M(x=A)}, "SET m = :v", {":v": M(y=B)}, {"m": M(y=B)}),
    "set an empty-member set": ({}, "SET s = :v", {":v": {"SS": [""]}}, {"s": {"SS": [""]}}),
    "remove": ({"x": A, "y": B}, "REMOVE x", {}, {"y": B}),
    "remove two": ({"x": A, "y": B, "z": C}, "REMOVE x, y", {}, {"z": C}),
    "remove what is missing": ({"x": A}, "REMOVE absent", {}, {"x": A}),
    "remove missing member": ({"m": M(x=A)}, "REMOVE m.absent", {}, {"m": M(x=A)}),
    "remove a member": ({"m": M(x=A, y=B)}, "REMOVE m.x", {}, {"m": M(y=B)}),
    "remove the last member leaves a map": ({"m": M(x=A)}, "REMOVE m.x", {}, {"m": M()}),
    "remove an element moves the rest up": ({"l": L(A, B, C, D)}, "REMOVE l[1]", {}, {"l": L(A, C, D)}),
    "remove the last element": ({"l": L(A, B)}, "REMOVE l[1]", {}, {"l": L(A)}),
    "remove two elements by their old places": (
        {"l": L(A, B, C, D)},
        "REMOVE l[0], l[2]",
        {},
        {"l": L(B, D)},
    ),
    "remove beyond the end": ({"l": L(A)}, "REMOVE l[5]", {}, {"l": L(A)}),
    "add to a number": ({"n": N(10)}, "ADD n :v", {":v": N(3)}, {"n": N(13)}),
    "add a negative number": ({"n": N(10)}, "ADD n :v", {":v": N(-13)}, {"n": N(-3)}),
    "add creates a number": ({}, "ADD n :v", {":v": N(10)}, {"n": N(10)}),
    "add creates a set": ({}, "ADD s :v", {":v": {"SS": ["a"]}}, {"s": {"SS": ["a"]}}),
    "add in a map": ({"m": M(n=N(1))}, "ADD m.n :v", {":v": N(1)}, {"m": M(n=N(2))}),
    "delete all members removes the set": (
        {"s": {"SS": ["a", "b"]}, "x": A},
        "DELETE s :v",
        {":v": {"SS": ["b", "a"]}},
        {"x": A},
    ),
    "delete from a missing set": ({"x": A}, "DELETE s :v", {":v": {"SS": ["b"]}}, {"x": A}),
    "delete a missing member": (
        {"s": {"SS": ["a"]}},
        "DELETE s :v",
        {":v": {"SS": ["b"]}},
        {"s": {"SS": ["a"]}},
    ),
    "delete the empty member": (
        {"s": {"SS": ["", "a"]}},
        "DELETE s :v",
        {":v": {"SS": [""]}},
        {"s": {"SS": ["a"]}},
    ),
    "delete all but the empty member": (
        {"s": {"SS": ["", "a"]}},
        "DELETE s :v",
        {":v": {"SS": ["a"]}},
        {"s": {"SS": [""]}},
    ),
    "all clauses at once": (
        {"x": A, "n": N(1), "s": {"SS": ["a", "b"]}, "gone": B},
        "SET x = :x ADD n :one REMOVE gone DELETE s :b",
        {":x": C, ":one": N(1), ":b": {"SS": ["b"]}},
        {"x": C, "n": N(2), "s": {"SS": ["a"]}},
    ),
    "clauses in any order and case": (
        {"x": A, "y": B},
        "remove x set y = :v",
        {":v": C},
        {"y": C},
    ),
    "paths beside each other": (
        {"m": M(x=A, y=B)},
        "SET m.x = :v REMOVE m.y",
        {":v": C},
        {"m": M(x=C)},
    ),
}


@pytest.mark.parametrize(("before", "expression", "values", "after"), cases(UPDATES))
def test_update(dynamodb, names, put, get, key, before, expression, values, after):
    put("hash", {"pk": S(key)} | before)
    dynamodb.update_item(
        TableName=names["hash"],
        Key={"pk": S(key)},
        UpdateExpression=expression,
        **({"ExpressionAttributeValues": values} if values else {}),
    )
    assert get("hash", pk=S(key)) == {"pk": S(key)} | after


SET_ADDITIONS = {
    "new strings": ("SS", ["a", "b"], ["c"], ["a", "b", "c"]),
    "string that is there": ("SS", ["a", "b"], ["b"], ["a", "b"]),
    "numbers by value": ("NS", ["1", "2"], ["2.0", "3"], ["1", "2", "3"]),
    "binaries": ("BS", [b"a"], [b"b"], [b"a", b"b"]),
    "empty string": ("SS", ["a"], [""], ["", "a"]),
    "empty string that is there": ("SS", ["", "a"], [""], ["", "a"]),
    "empty binary": ("BS", [b"a"], [b""], [b"", b"a"]),
}


@pytest.mark.parametrize(("kind", "before", "added", "after"), cases(SET_ADDITIONS))
def test_add_to_a_set(dynamodb, names, put, get, key, kind, before, added, after):
    put("hash", {"pk": S(key), "s": {kind: before}})
    dynamodb.update_item(
        TableName=names["hash"],
        Key={"pk": S(key)},
        UpdateExpression="ADD s :v",
        ExpressionAttributeValues={":v": {kind: added}},
    )
    assert sorted(get("hash", pk=S(key))["s"][kind]) == after


CREATIONS = {
    "set": ("SET x = :v", {":v": A}, {"x": A}),
    "add": ("ADD n :v", {":v": N(1)}, {"n": N(1)}),
    "remove creates the bare item": ("REMOVE x", {}, {}),
    "delete creates the bare item": ("DELETE s :v", {":v": {"SS": ["a"]}}, {}),
    "nothing creates the bare item": (None, {}, {}),
}


@pytest.mark.parametrize(("expression", "values", "after"), cases(CREATIONS))
def test_update_of_no_item_creates_it(dynamodb, names, get, key, expression, values, after):
    request = {"TableName": names["hash"], "Key": {"pk": S(key)}}
    if expression:
        request["UpdateExpression"] = expression
    if values:
        request["ExpressionAttributeValues"] = values
    dynamodb.update_item(**request)
    assert get("hash", pk=S(key)) == {"pk": S(key)} | after


BEFORE = {"x": A, "y": B, "m": M(p=A, q=B), "l": L(A, B, C)}

# expression, values, what comes back under UPDATED_OLD, under UPDATED_NEW (None: no Attributes)
RETURNED = {
    "changed attribute": ("SET x = :v", {":v": C}, {"x": A}, {"x": C}),
    "new attribute": ("SET z = :v", {":v": C}, None, {"z": C}),
    "removed attribute": ("REMOVE x", {}, {"x": A}, None),
    "unchanged value counts as updated": ("SET x = :v", {":v": A}, {"x": A}, {"x": A}),
    "changed member": ("SET m.p = :v", {":v": C}, {"m": M(p=A)}, {"m": M(p=C)}),
    "two members": (
        "SET m.p = :v, m.q = :w",
        {":v": C, ":w": D},
        {"m": M(p=A, q=B)},
        {"m": M(p=C, q=D)},
    ),
    "new member": ("SET m.r = :v", {":v": C}, None, {"m": M(r=C)}),
    "changed element": ("SET l[1] = :v", {":v": D}, {"l": L(B)}, {"l": L(D)}),
    "two elements": (
        "SET l[2] = :v, l[0] = :w",
        {":v": D, ":w": C},
        {"l": L(A, C)},
        {"l": L(C, D)},
    ),
    "several clauses": ("SET x = :v REMOVE y", {":v": C}, {"x": A, "y": B}, {"x": C}),
}


@pytest.mark.parametrize(("expression", "values", "old", "new"), cases(RETURNED))
def test_updated_attributes_come_back(dynamodb, names, put, key, expression, values, old, new):
    for which, expected in (("UPDATED_OLD", old), ("UPDATED_NEW", new)):
        put("hash", {"pk": S(key)} | BEFORE)
        answer = dynamodb.update_item(
            TableName=names["hash"],
            Key={"pk": S(key)},
            UpdateExpression=expression,
            ReturnValues=which,
            **({"ExpressionAttributeValues": values} if values else {}),
        )
        assert answer.get("Attributes") == expected, which


def test_all_old_and_all_new(dynamodb, names, put, key):
    put("hash", {"pk": S(key), "x": A, "y": B})
    request = {
        "TableName": names["hash"],
        "Key": {"pk": S(key)},
        "UpdateExpression": "SET x = :v",
        "ExpressionAttributeValues": {":v": C},
    }
    new = dynamodb.update_item(**request, ReturnValues="ALL_NEW")
    assert new["Attributes"] == {"pk": S(key), "x": C, "y": B}
    old = dynamodb.update_item(**request | {"ExpressionAttributeValues": {":v": D}}, ReturnValues="ALL_OLD")
    assert old["Attributes"] == {"pk": S(key), "x": C, "y": B}


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("ALL_OLD", None),
        ("UPDATED_OLD", None),
        ("ALL_NEW", {"x": A}),
        ("UPDATED_NEW", {"x": A}),
        ("NONE", None),
    ],
)
def test_what_comes_back_of_a_creation(dynamodb, names, key, which, expected):
    answer = dynamodb.update_item(
        TableName=names["hash"],
        Key={"pk": S(key)},
        UpdateExpression="SET x = :v",
        ExpressionAttributeValues={":v": A},
        ReturnValues=which,
    )
    if which == "ALL_NEW":
        expected = {"pk": S(key)} | expected
    assert answer.get("Attributes") == expected


def test_condition_and_update_share_names_and_values(dynamodb, names, put, get, key):
    put("hash", {"pk": S(key), "status": S("new"), "n": N(1)})
    dynamodb.update_item(
        TableName=names["hash"],
        Key={"pk": S(key)},
        UpdateExpression="SET #s = :done, n = n + :one",
        ConditionExpression="#s = :new AND n = :one",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":done": S("done"), ":new": S("new"), ":one": N(1)},
    )
    assert get("hash", pk=S(key)) == {"pk": S(key), "status": S("done"), "n": N(2)}
