"""TransactWriteItems: all or nothing, with one reason per action.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, refusal, saying
from tests.emulator.dynamodb.messages import (
    CONDITION_FAILED,
    EMPTY_BINARY_KEY,
    EMPTY_STRING_KEY,
    INVALID,
    NOT_FOUND,
    NOT_VALID,
    OVERSIZED_PUT,
    OVERSIZED_UPDATE,
    SCHEMA_MISMATCH,
    cancelled,
)

NONE = {"Code": "None"}
FAILED = {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED}


def update(key: dict, expression: str = "SET v = :v", table: str = "<hash>", **more) -> dict:
    values = {} if ":v" not in expression else {"ExpressionAttributeValues": {":v": more.pop("v", S("new"))}}
    return {"Update": {"TableName": table, "Key": key, "UpdateExpression": expression} | values | more}


def put_(item: dict, table: str = "<hash>", **more) -> dict:
    return {"Put": {"TableName": table, "Item": item} | more}


def delete(key: dict, table: str = "<hash>", **more) -> dict:
    return {"Delete": {"TableName": table, "Key": key} | more}


def check(key: dict, condition: str = "attribute_exists(pk)", table: str = "<hash>", **more) -> dict:
    return {"ConditionCheck": {"TableName": table, "Key": key, "ConditionExpression": condition} | more}


@pytest.fixture
def write(dynamodb, names):
    def transact(*actions: dict, **more):
        return dynamodb.transact_write_items(TransactItems=fill(list(actions), names), **more)

    return transact


@pytest.fixture
def refuse(dynamodb, names):
    def transact(*actions: dict, **more) -> dict:
        request = {"TransactItems": fill(list(actions), names)} | more
        return refusal(dynamodb, "TransactWriteItems", request)

    return transact


def test_all_kinds_of_action(write, put, get, key):
    for suffix in "ude":
        put("hash", {"pk": S(key + suffix), "v": S("old")})
    write(
        put_({"pk": S(key + "p"), "v": S("new")}),
        update({"pk": S(key + "u")}),
        delete({"pk": S(key + "d")}),
        check({"pk": S(key + "e")}),
    )
    assert get("hash", pk=S(key + "p"))["v"] == S("new")
    assert get("hash", pk=S(key + "u"))["v"] == S("new")
    assert get("hash", pk=S(key + "d")) is None
    assert get("hash", pk=S(key + "e"))["v"] == S("old")


def test_several_tables(write, get, key):
    write(put_({"pk": S(key)}), put_({"pk": S(key), "sk": S("1")}, "<range>"))
    assert get("hash", pk=S(key))
    assert get("range", pk=S(key), sk=S("1"))


def test_hundred_actions(write, get, key):
    write(*(put_({"pk": S(f"{key}{n}"), "n": N(n)}) for n in range(100)))
    assert get("hash", pk=S(f"{key}99"))["n"] == N(99)


def test_update_creates(write, get, key):
    write(update({"pk": S(key)}, ConditionExpression="attribute_not_exists(pk)"))
    assert get("hash", pk=S(key)) == {"pk": S(key), "v": S("new")}


FAILING = {
    "Put": lambda k: put_({"pk": k}, ConditionExpression="attribute_not_exists(pk)"),
    "Update": lambda k: update({"pk": k}, ConditionExpression="attribute_not_exists(pk)"),
    "Delete": lambda k: delete({"pk": k}, ConditionExpression="attribute_not_exists(pk)"),
    "ConditionCheck": lambda k: check({"pk": k}, "attribute_not_exists(pk)"),
}


@pytest.mark.parametrize("action", FAILING.values(), ids=FAILING)
def test_failed_condition_undoes_everything(refuse, put, get, key, action):
    item = put("hash", {"pk": S(key), "v": S("old")})
    answer = refuse(put_({"pk": S(key + "other")}), action(S(key)))
    assert answer["Error"]["Code"] == "TransactionCanceledException"
    assert answer["Error"]["Message"] == cancelled("None", "ConditionalCheckFailed")
    assert answer["CancellationReasons"] == [NONE, FAILED]
    assert get("hash", pk=S(key + "other")) is None
    assert get("hash", pk=S(key)) == item


@pytest.mark.parametrize("action", FAILING.values(), ids=FAILING)
def test_failed_condition_hands_back_the_item_when_asked(refuse, put, key, action):
    item = put("hash", {"pk": S(key), "v": S("old")})
    asked = action(S(key))
    next(iter(asked.values()))["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    assert refuse(asked)["CancellationReasons"] == [FAILED | {"Item": item}]


MISSING = {
    "Update for existence": lambda k: update({"pk": k}, ConditionExpression="attribute_exists(pk)"),
    "Update by comparison": lambda k: update({"pk": k}, "ADD n :v", v=N(1), ConditionExpression="n > :v"),
    "Delete for existence": lambda k: delete({"pk": k}, ConditionExpression="attribute_exists(pk)"),
    "ConditionCheck": lambda k: check({"pk": k}),
}


@pytest.mark.parametrize("action", MISSING.values(), ids=MISSING)
def test_condition_on_no_item_makes_no_ghost(refuse, get, key, action):
    assert refuse(action(S(key)))["CancellationReasons"] == [FAILED]
    assert get("hash", pk=S(key)) is None


def test_every_failing_action_has_its_reason(refuse, put, key):
    put("hash", {"pk": S(key)})
    answer = refuse(
        put_({"pk": S(key)}, ConditionExpression="attribute_not_exists(pk)"),
        put_({"pk": S(key + "new")}),
        check({"pk": S(key + "missing")}),
    )
    assert answer["CancellationReasons"] == [FAILED, NONE, FAILED]
    assert answer["Error"]["Message"] == cancelled("ConditionalCheckFailed", "None", "ConditionalCheckFailed")


PARENTHESES = [
    "(attribute_exists(pk)) AND (v = :v)",
    "(attribute_exists(pk) AND v = :v)",
    "(attribute_exists(pk) AND (v = :v))",
]


@pytest.mark.parametrize("condition", PARENTHESES)
def test_conditions_with_parentheses(write, put, get, key, condition):
    put("hash", {"pk": S(key), "v": S("old")})
    values = {"ExpressionAttributeValues": {":v": S("old")}}
    write(delete({"pk": S(key)}, ConditionExpression=condition, **values))
    assert get("hash", pk=S(key)) is None


# --- refused as a whole ---

NO_EMPTY_INDEX_KEY = (
    NOT_VALID + "A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty {kind} value. "
    "IndexName: {index}, IndexKey: {key}"
)
NO_EMPTY_INDEX_UPDATE = (
    NOT_VALID + "The update expression attempted to update a secondary index key to a value that is not "
    "supported. The AttributeValue for a key attribute cannot contain an empty {} value."
)
X, EMPTY, EMPTY_B = S("x"), S(""), {"B": b""}
XY = {"pk": S("x"), "sk": S("y")}

REFUSED = {
    "nothing": (
        [],
        "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ),
    "101 actions": (
        [put_({"pk": S(str(n))}) for n in range(101)],
        saying("Member must have length less than or equal to 100"),
    ),
    "one item twice": (
        [put_({"pk": X}), put_({"pk": X})],
        "Transaction request cannot include multiple operations on one item",
    ),
    "one item put and checked": (
        [put_({"pk": X}), check({"pk": X})],
        "Transaction request cannot include multiple operations on one item",
    ),
    "one number written twice": (
        [put_({"pk": N("1")}, "<number>"), delete({"pk": N("1.0")}, "<number>")],
        "Transaction request cannot include multiple operations on one item",
    ),
    "two actions in one": ([put_({"pk": X}) | delete({"pk": S("y")})], None),
    "no action": ([{}], None),
    "Put with an empty string as key": ([put_({"pk": EMPTY})], EMPTY_STRING_KEY),
    "Update by an empty string": ([update({"pk": EMPTY})], EMPTY_STRING_KEY),
    "Delete by an empty string": ([delete({"pk": EMPTY})], EMPTY_STRING_KEY),
    "ConditionCheck by an empty string": ([check({"pk": EMPTY})], EMPTY_STRING_KEY),
    "Put with an empty binary as key": ([put_({"pk": EMPTY_B}, "<binary>")], EMPTY_BINARY_KEY),
    "Update by an empty binary": ([update({"pk": EMPTY_B}, table="<binary>")], EMPTY_BINARY_KEY),
    "Delete by an empty binary": ([delete({"pk": EMPTY_B}, "<binary>")], EMPTY_BINARY_KEY),
    "ConditionCheck by an empty binary": ([check({"pk": EMPTY_B}, table="<binary>")], EMPTY_BINARY_KEY),
    "Put with an empty string as index key": (
        [put_(XY | {"a": EMPTY}, "<range>")],
        NO_EMPTY_INDEX_KEY.format(kind="string", index="by_a", key="a"),
    ),
    "Put with an empty binary as index key": (
        [put_({"pk": X, "picture": EMPTY_B}, "<binary_index>")],
        NO_EMPTY_INDEX_KEY.format(kind="binary", index="by_picture", key="picture"),
    ),
    "Update to an empty string as index key": (
        [update(XY, "SET a = :v", "<range>", v=EMPTY)],
        NO_EMPTY_INDEX_UPDATE.format("string"),
    ),
    "Update to an empty binary as index key": (
        [update({"pk": X}, "SET picture = :v", "<binary_index>", v=EMPTY_B)],
        NO_EMPTY_INDEX_UPDATE.format("binary"),
    ),
    "Put of more than 400 KB": ([put_({"pk": X, "p": S("x" * 409_600)})], OVERSIZED_PUT),
    "invalid value": ([put_({"pk": X, "s": {"SS": []}})], INVALID + "An string set  may not be empty"),
    "syntax of a condition": (
        [put_({"pk": X}, ConditionExpression="!!!")],
        saying('Invalid ConditionExpression: Syntax error; token: "!"'),
    ),
    "more than 4 MB": (
        [put_({"pk": S(str(n)), "p": S("x" * 350_000)}) for n in range(12)],
        None,
    ),
}


@pytest.mark.parametrize(("actions", "message"), cases(REFUSED))
def test_refused(dynamodb, names, actions, message):
    request = {"TransactItems": fill(actions, names)}
    assert_refused(dynamodb, "TransactWriteItems", request, "ValidationException", message)


def test_almost_4_mb_is_fine(write, get, key):
    write(*(put_({"pk": S(f"{key}{n}"), "p": S("x" * 350_000)}) for n in range(10)))
    assert get("hash", pk=S(f"{key}9"))


def test_absent_table(dynamodb, names):
    request = {"TransactItems": [put_({"pk": X}, names["absent"])]}
    assert_refused(dynamodb, "TransactWriteItems", request, "ResourceNotFoundException", NOT_FOUND)


# --- refused for one action: a cancellation ---

MISMATCH = INVALID + "Type mismatch for Index Key a Expected: S Actual: {} IndexName: by_a"
L = {"L": [S("x")]}

CANCELLED = {
    "Put with a number as key": (
        put_({"pk": N(5)}),
        INVALID + "Type mismatch for key pk expected: S actual: N",
    ),
    "Put with a list as key": (put_({"pk": L}), INVALID + "Type mismatch for key pk expected: S actual: L"),
    "Put without a key": (put_({"v": X}), INVALID + "Missing the key pk in the item"),
    "Update by a number": (update({"pk": N(5)}), SCHEMA_MISMATCH),
    "Update by a list": (update({"pk": L}), SCHEMA_MISMATCH),
    "Delete by a number": (delete({"pk": N(5)}), SCHEMA_MISMATCH),
    "Delete by a list": (delete({"pk": L}), SCHEMA_MISMATCH),
    "ConditionCheck by a number": (check({"pk": N(5)}), SCHEMA_MISMATCH),
    "ConditionCheck by a list": (check({"pk": L}), SCHEMA_MISMATCH),
    "Delete without the sort key": (delete({"pk": X}, "<range>"), SCHEMA_MISMATCH),
    "Put with a number as index key": (put_(XY | {"a": N(5)}, "<range>"), MISMATCH.format("N")),
    "Put with a list as index key": (put_(XY | {"a": L}, "<range>"), MISMATCH.format("L")),
    "Update to a number as index key": (update(XY, "SET a = :v", "<range>", v=N(5)), MISMATCH.format("N")),
    "Update to a list as index key": (update(XY, "SET a = :v", "<range>", v=L), MISMATCH.format("L")),
    "Update to more than 400 KB": (update({"pk": X}, "SET p = :v", v=S("x" * 409_600)), OVERSIZED_UPDATE),
    "Update that does not fit the item": (
        update({"pk": S("never-there")}, "SET a = b"),
        "The provided expression refers to an attribute that does not exist in the item",
    ),
}


@pytest.mark.parametrize(("action", "message"), cases(CANCELLED))
def test_cancelled(refuse, action, message):
    answer = refuse(action)
    assert answer["Error"]["Code"] == "TransactionCanceledException", answer["Error"]
    assert answer["Error"]["Message"] == cancelled("ValidationError")
    assert answer["CancellationReasons"] == [{"Code": "ValidationError", "Message": message}]


# --- idempotency ---


def test_same_token_writes_once(write, get, key):
    action = update({"pk": S(key)}, "ADD n :v", v=N(1))
    for _ in range(3):
        write(action, ClientRequestToken=f"token-{key}"[:36])
    assert get("hash", pk=S(key))["n"] == N(1)


def test_other_token_writes_again(write, get, key):
    action = update({"pk": S(key)}, "ADD n :v", v=N(1))
    for number in range(2):
        write(action, ClientRequestToken=f"{number}-{key}"[:36])
    assert get("hash", pk=S(key))["n"] == N(2)


def test_same_token_for_another_request_is_refused(write, refuse, get, key):
    write(put_({"pk": S(key), "v": S("first")}), ClientRequestToken=f"token-{key}"[:36])
    answer = refuse(put_({"pk": S(key), "v": S("other")}), ClientRequestToken=f"token-{key}"[:36])
    assert answer["Error"]["Code"] == "IdempotentParameterMismatchException"
    assert get("hash", pk=S(key))["v"] == S("first")


def test_token_of_a_cancelled_transaction_is_free(write, refuse, put, get, key):
    token = f"token-{key}"[:36]
    action = put_({"pk": S(key), "v": S("new")}, ConditionExpression="attribute_not_exists(pk)")
    put("hash", {"pk": S(key)})
    assert refuse(action, ClientRequestToken=token)["CancellationReasons"] == [FAILED]
    write(delete({"pk": S(key)}))
    write(action, ClientRequestToken=token)
    assert get("hash", pk=S(key))["v"] == S("new")
