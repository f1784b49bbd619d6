"""TransactGetItems.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, refusal, saying
from tests.emulator.dynamodb.messages import NOT_FOUND, SCHEMA_MISMATCH, cancelled


def get_(key: dict, table: str = "<hash>", **more) -> dict:
    return {"Get": {"TableName": table, "Key": key} | more}


def test_answers_in_the_order_asked(dynamodb, names, put, key):
    for number in range(3):
        put("hash", {"pk": S(f"{key}{number}"), "n": N(number)})
    put("range", {"pk": S(key), "sk": S("1"), "n": N(9)})
    gets = [
        get_({"pk": S(f"{key}2")}),
        get_({"pk": S(f"{key}missing")}),
        get_({"pk": S(key), "sk": S("1")}, "<range>"),
        get_({"pk": S(f"{key}0")}),
    ]
    answer = dynamodb.transact_get_items(TransactItems=fill(gets, names))
    assert [response.get("Item", {}).get("n") for response in answer["Responses"]] == [N(2), None, N(9), N(0)]
    assert answer["Responses"][1] == {}


def test_hundred_gets(dynamodb, names, key):
    gets = [get_({"pk": S(f"{key}{n}")}, names["hash"]) for n in range(100)]
    assert dynamodb.transact_get_items(TransactItems=gets)["Responses"] == [{}] * 100


REFUSED = {
    "nothing": (
        [],
        "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ),
    "101 gets": (
        [get_({"pk": S(str(n))}) for n in range(101)],
        saying("Member must have length less than or equal to 100"),
    ),
    "one item twice": (
        [get_({"pk": S("x")}), get_({"pk": S("x")})],
        "Transaction request cannot include multiple operations on one item",
    ),
    "syntax of the projection": (
        [get_({"pk": S("x")}, ProjectionExpression="!!!")],
        'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"',
    ),
}


@pytest.mark.parametrize(("gets", "message"), cases(REFUSED))
def test_refused(dynamodb, names, gets, message):
    request = {"TransactItems": fill(gets, names)}
    assert_refused(dynamodb, "TransactGetItems", request, "ValidationException", message)


KEYS = {"no key": {}, "number": {"pk": N(1)}, "more than the key": {"pk": S("x"), "more": S("y")}}


@pytest.mark.parametrize("bad", KEYS.values(), ids=KEYS)
def test_key_of_another_shape_cancels(dynamodb, names, bad):
    request = {"TransactItems": fill([get_({"pk": S("fine")}), get_(bad)], names)}
    answer = refusal(dynamodb, "TransactGetItems", request)
    assert answer["Error"]["Code"] == "TransactionCanceledException"
    assert answer["Error"]["Message"] == cancelled("None", "ValidationError")
    assert answer["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": SCHEMA_MISMATCH},
    ]


def test_absent_table(dynamodb, names):
    request = {"TransactItems": [get_({"pk": S("x")}, names["absent"])]}
    assert_refused(dynamodb, "TransactGetItems", request, "ResourceNotFoundException", NOT_FOUND)
