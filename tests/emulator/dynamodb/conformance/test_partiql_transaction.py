"""ExecuteTransaction: all statements happen, or none.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, refusal, saying
from tests.emulator.dynamodb.messages import CONDITION_FAILED

FAILED_IN = "Validation failed in TransactStatements"
INSERT_NEXT = "INSERT INTO <hash> VALUE {'pk': '<k>next'}"


@pytest.fixture
def ready(names, key):
    """Factory: a request of statements in which `<k>` is the key."""

    def make(*statements, **more):
        members = [s if isinstance(s, dict) else {"Statement": s} for s in statements]
        return {"TransactStatements": fill(members, names | {"k": key})} | more

    return make


@pytest.fixture
def item(key, put):
    return put("hash", {"pk": S(key), "data": S("old"), "amount": N(0)})


def test_writes_together(dynamodb, ready, key, item, put, get):
    put("hash", {"pk": S(key + "gone")})
    request = ready(
        INSERT_NEXT,
        "UPDATE <hash> SET data = 'new' WHERE pk = '<k>'",
        "DELETE FROM <hash> WHERE pk = '<k>gone'",
        {"Statement": "INSERT INTO <range> VALUE {'pk': ?, 'sk': 's'}", "Parameters": [S(key)]},
    )
    dynamodb.execute_transaction(**request)
    assert get("hash", pk=S(key + "next")) is not None
    assert get("hash", pk=S(key))["data"] == S("new")
    assert get("hash", pk=S(key + "gone")) is None
    assert get("range", pk=S(key), sk=S("s")) is not None


# statement that fails where data is 'old', its reason
FAILING = {
    "insert of what is there": (
        "INSERT INTO <hash> VALUE {'pk': '<k>'}",
        {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
    ),
    "condition of an update": (
        "UPDATE <hash> SET data = 'x' WHERE pk = '<k>' AND data = 'no'",
        {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED},
    ),
    "update of nothing": (
        "UPDATE <hash> SET data = 'x' WHERE pk = '<k>none'",
        {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED},
    ),
    "condition of a delete": (
        "DELETE FROM <hash> WHERE pk = '<k>' AND data = 'no'",
        {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED},
    ),
    "nothing exists": (
        "EXISTS(SELECT * FROM <hash> WHERE pk = '<k>' AND data = 'no')",
        {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED},
    ),
}


@pytest.mark.parametrize(("statement", "reason"), cases(FAILING))
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_nothing_happens_when_one_fails(dynamodb, ready, key, item, get, statement, reason, first):
    statements = (statement, INSERT_NEXT) if first else (INSERT_NEXT, statement)
    answer = refusal(dynamodb, "ExecuteTransaction", ready(*statements))
    assert answer["Error"]["Code"] == "TransactionCanceledException"
    codes = ", ".join([reason["Code"], "None"] if first else ["None", reason["Code"]])
    assert answer["Error"]["Message"] == (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    reasons = [reason, {"Code": "None"}] if first else [{"Code": "None"}, reason]
    assert answer["CancellationReasons"] == reasons
    assert get("hash", pk=S(key + "next")) is None
    assert get("hash", pk=S(key)) == item


def test_failed_condition_shows_the_item_when_asked(dynamodb, ready, item):
    member = {
        "Statement": "UPDATE <hash> SET data = 'x' WHERE pk = '<k>' AND data = 'no'",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    answer = refusal(dynamodb, "ExecuteTransaction", ready(member))
    assert answer["CancellationReasons"][0]["Item"] == item


def test_exists_lets_the_others_happen(dynamodb, ready, key, item, get):
    request = ready("EXISTS(SELECT * FROM <hash> WHERE pk = '<k>' AND data = 'old')", INSERT_NEXT)
    dynamodb.execute_transaction(**request)
    assert get("hash", pk=S(key + "next")) is not None


def test_reads_together(dynamodb, ready, key, item):
    request = ready(
        "SELECT data FROM <hash> WHERE pk = '<k>'",
        "SELECT * FROM <hash> WHERE pk = '<k>none'",
        "SELECT * FROM <range> WHERE pk = '<k>' AND sk = 's'",
    )
    assert dynamodb.execute_transaction(**request)["Responses"] == [{"Item": {"data": S("old")}}, {}, {}]


def test_same_token_happens_once(dynamodb, ready, key, item, get):
    request = ready(
        "UPDATE <hash> SET amount = amount + 1 WHERE pk = '<k>'",
        ClientRequestToken=key,
        ReturnConsumedCapacity="INDEXES",
    )
    [first] = dynamodb.execute_transaction(**request)["ConsumedCapacity"]
    [again] = dynamodb.execute_transaction(**request)["ConsumedCapacity"]
    assert get("hash", pk=S(key))["amount"] == N(1)
    assert (first["WriteCapacityUnits"], first.get("ReadCapacityUnits")) == (2, None)
    assert (again["ReadCapacityUnits"], again.get("WriteCapacityUnits")) == (2, None)


def test_same_token_for_something_else(dynamodb, ready, key, item):
    dynamodb.execute_transaction(
        **ready("UPDATE <hash> SET data = 'new' WHERE pk = '<k>'", ClientRequestToken=key)
    )
    request = ready("UPDATE <hash> SET data = 'other' WHERE pk = '<k>'", ClientRequestToken=key)
    assert_refused(dynamodb, "ExecuteTransaction", request, "IdempotentParameterMismatchException")


def test_each_token_happens(dynamodb, ready, key, item, get):
    for turn in ("a", "b"):
        request = ready(
            "UPDATE <hash> SET amount = amount + 1 WHERE pk = '<k>'", ClientRequestToken=key + turn
        )
        dynamodb.execute_transaction(**request)
    assert get("hash", pk=S(key))["amount"] == N(2)


def test_capacity_of_reads(dynamodb, ready, item):
    request = ready("SELECT * FROM <hash> WHERE pk = '<k>'", ReturnConsumedCapacity="TOTAL")
    [capacity] = dynamodb.execute_transaction(**request)["ConsumedCapacity"]
    assert capacity["CapacityUnits"] == 2


# statements, message
REFUSED = {
    "returning": (
        ["UPDATE <hash> SET data = 'x' WHERE pk = '<k>' RETURNING ALL NEW *"],
        f"{FAILED_IN}[0]: RETURNING clause is not supported in ExecuteTransaction.",
    ),
    "returning in the second": (
        [INSERT_NEXT, "DELETE FROM <hash> WHERE pk = '<k>' RETURNING ALL OLD *"],
        f"{FAILED_IN}[1]: RETURNING clause is not supported in ExecuteTransaction.",
    ),
    "read of an index": (
        ['SELECT * FROM "<range>"."by_a" WHERE a = \'x\''],
        f"{FAILED_IN}[0]: Reads on indices are not supported within transactions.",
    ),
    "malformed": ([INSERT_NEXT, "SLECT * FROM <hash>"], saying("Expected data manipulation")),
    "read without a key": (["SELECT * FROM <hash>"], saying("must specify the primary key")),
    "write without a key": ([INSERT_NEXT, "DELETE FROM <hash> WHERE v = 1"], saying("mandatory equality")),
    "one item twice": (
        [INSERT_NEXT, "DELETE FROM <hash> WHERE pk = '<k>next'"],
        "Transaction request cannot include multiple operations on one item",
    ),
    "one item read twice": (
        ["SELECT * FROM <hash> WHERE pk = '<k>'"] * 2,
        "Transaction request cannot include multiple operations on one item",
    ),
    "reads and writes": ([INSERT_NEXT, "SELECT * FROM <hash> WHERE pk = '<k>'"], None),
    "no statements": ([], saying("length greater than or equal to 1")),
    "too many": ([INSERT_NEXT] * 101, saying("length less than or equal to 100")),
}


@pytest.mark.parametrize(("statements", "message"), cases(REFUSED))
def test_refused(dynamodb, ready, key, item, get, statements, message):
    assert_refused(dynamodb, "ExecuteTransaction", ready(*statements), "ValidationException", message)
    assert get("hash", pk=S(key)) == item
    assert get("hash", pk=S(key + "next")) is None


def test_absent_table(dynamodb, ready):
    request = ready("INSERT INTO <absent> VALUE {'pk': 'a'}")
    assert_refused(dynamodb, "ExecuteTransaction", request, "ResourceNotFoundException")
