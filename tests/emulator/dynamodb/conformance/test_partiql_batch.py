"""BatchExecuteStatement: each statement stands for itself.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
"""

import pytest

from tests.emulator.dynamodb.asking import S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import CONDITION_FAILED

ONLY_BY_KEY = (
    "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
)


@pytest.fixture
def batch(dynamodb, names, key):
    """Factory: run statements in which `<k>` is the key; answers the responses."""

    def execute(*statements, **more):
        members = [s if isinstance(s, dict) else {"Statement": s} for s in statements]
        request = {"Statements": fill(members, names | {"k": key})}
        return dynamodb.batch_execute_statement(**request, **more)

    return execute


@pytest.fixture
def item(key, put):
    return put("hash", {"pk": S(key), "data": S("old")})


def test_reads(batch, names, key, put):
    for place in "12":
        put("hash", {"pk": S(key + place)})
    answer = batch(
        *(f"SELECT * FROM <hash> WHERE pk = '<k>{place}'" for place in "213"),
    )
    assert answer["Responses"] == [
        {"TableName": names["hash"], "Item": {"pk": S(key + "2")}},
        {"TableName": names["hash"], "Item": {"pk": S(key + "1")}},
        {"TableName": names["hash"]},
    ]


def test_writes(batch, names, key, item, get):
    answer = batch(
        "INSERT INTO <hash> VALUE {'pk': '<k>2', 'data': 'fresh'}",
        "UPDATE <hash> SET data = 'new' WHERE pk = '<k>'",
        {"Statement": "INSERT INTO <hash> VALUE {'pk': ?}", "Parameters": [S(key + "3")]},
    )
    assert answer["Responses"] == [{"TableName": names["hash"]}] * 3
    assert get("hash", pk=S(key + "2"))["data"] == S("fresh")
    assert get("hash", pk=S(key))["data"] == S("new")
    assert get("hash", pk=S(key + "3")) == {"pk": S(key + "3")}


# statement about an item whose data is 'old', code, message, whether the answer names the table
FAILURES = {
    "absent table": ("SELECT * FROM <absent> WHERE pk = 'a'", "ResourceNotFound", None, False),
    "malformed": (
        "SLECT * FROM <hash>",
        "ValidationError",
        "Statement wasn't well formed, can't be processed: Expected data manipulation",
        False,
    ),
    "read by another attribute": (
        "SELECT * FROM <hash> WHERE v = 'a'",
        "ValidationError",
        ONLY_BY_KEY,
        False,
    ),
    "read of a whole table": ("SELECT * FROM <hash>", "ValidationError", ONLY_BY_KEY, False),
    "read of a partition": ("SELECT * FROM <range> WHERE pk = 'a'", "ValidationError", ONLY_BY_KEY, False),
    "read of an index": (
        'SELECT * FROM "<range>"."by_a" WHERE a = \'x\'',
        "ValidationError",
        ONLY_BY_KEY,
        False,
    ),
    "read of an index by all keys": (
        "SELECT * FROM \"<range>\".\"by_a\" WHERE pk = 'a' AND sk = 'b' AND a = 'x'",
        "ValidationError",
        ONLY_BY_KEY,
        False,
    ),
    "condition that fails": (
        "UPDATE <hash> SET data = 'x' WHERE pk = '<k>' AND data = 'no'",
        "ConditionalCheckFailed",
        CONDITION_FAILED,
        True,
    ),
    "update of nothing": (
        "UPDATE <hash> SET data = 'x' WHERE pk = '<k>none'",
        "ConditionalCheckFailed",
        CONDITION_FAILED,
        True,
    ),
    "insert of what is there": (
        "INSERT INTO <hash> VALUE {'pk': '<k>'}",
        "DuplicateItem",
        "Duplicate primary key exists in table",
        True,
    ),
    "wrong image of a delete": (
        "DELETE FROM <hash> WHERE pk = '<k>' RETURNING MODIFIED OLD *",
        "ValidationError",
        "Invalid returning clause: RETURNING MODIFIED OLD *. "
        "Only RETURNING ALL OLD * is allowed in DELETE statements.",
        False,
    ),
    "write by another attribute": ("DELETE FROM <hash> WHERE v = 'a'", "ValidationError", None, False),
    "write to an index": (
        "DELETE FROM \"<range>\".\"by_a\" WHERE pk = 'a' AND sk = 'b'",
        "ValidationError",
        "This operation is not supported on an index",
        False,
    ),
}


@pytest.mark.parametrize(("statement", "code", "message", "named"), cases(FAILURES))
def test_failed_statement(batch, names, key, item, get, statement, code, message, named):
    failed, read = batch(statement, "SELECT * FROM <hash> WHERE pk = '<k>'")["Responses"]
    assert failed["Error"]["Code"] == code
    assert message is None or failed["Error"]["Message"] == message
    assert failed.get("TableName") == (names["hash"] if named else None)
    assert "Item" not in failed
    assert read == {"TableName": names["hash"], "Item": item}
    assert get("hash", pk=S(key)) == item


# statement, the item that the answer shows (None: none)
RETURNING = {
    "all old of a delete": ("DELETE FROM <hash> WHERE pk = '<k>' RETURNING ALL OLD *", "whole", "old"),
    "all old of an update": (
        "UPDATE <hash> SET data = 'new' WHERE pk = '<k>' RETURNING ALL OLD *",
        "whole",
        "old",
    ),
    "all new of an update": (
        "UPDATE <hash> SET data = 'new' WHERE pk = '<k>' RETURNING ALL NEW *",
        "whole",
        "new",
    ),
    "modified old": (
        "UPDATE <hash> SET data = 'new' WHERE pk = '<k>' RETURNING MODIFIED OLD *",
        "part",
        "old",
    ),
    "modified new": (
        "UPDATE <hash> SET data = 'new' WHERE pk = '<k>' RETURNING MODIFIED NEW *",
        "part",
        "new",
    ),
    "nothing left of what was modified": (
        "UPDATE <hash> REMOVE data WHERE pk = '<k>' RETURNING MODIFIED NEW *",
        "nothing",
        None,
    ),
    "nothing asked": ("UPDATE <hash> SET data = 'new' WHERE pk = '<k>'", "nothing", None),
}


@pytest.mark.parametrize(("statement", "extent", "data"), cases(RETURNING))
def test_returning(batch, names, key, item, statement, extent, data):
    [response] = batch(statement)["Responses"]
    expected = {"TableName": names["hash"]}
    if extent != "nothing":
        expected["Item"] = {"data": S(data)} | ({"pk": S(key)} if extent == "whole" else {})
    assert response == expected


@pytest.mark.parametrize(
    ("consistent", "units"),
    [((None,), 0.5), ((False,), 0.5), ((True,), 1.0), ((True, None), 1.5), ((True, True), 2.0)],
)
def test_each_read_has_its_own_consistency(batch, item, consistent, units):
    statement = {"Statement": "SELECT * FROM <hash> WHERE pk = '<k>'"}
    members = [
        statement if setting is None else statement | {"ConsistentRead": setting} for setting in consistent
    ]
    capacity = batch(*members, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert sum(used["CapacityUnits"] for used in capacity) == units


@pytest.mark.parametrize("setting", ["ALL_OLD", "NONE", None])
def test_failed_condition_never_shows_the_item(batch, item, setting):
    member = {"Statement": "UPDATE <hash> SET data = 'x' WHERE pk = '<k>' AND data = 'no'"}
    if setting:
        member["ReturnValuesOnConditionCheckFailure"] = setting
    [response] = batch(member)["Responses"]
    assert response["Error"]["Code"] == "ConditionalCheckFailed"
    assert "Item" not in response
    assert "Item" not in response["Error"]


REFUSED = {
    "no statements": ([], saying("length greater than or equal to 1")),
    "no list": (None, saying("Value null at 'statements'")),
    "too many": ([{"Statement": "SELECT * FROM t"}] * 26, saying("length less than or equal to 25")),
    "member without a statement": ([{}], saying("Value null at 'statements.1.member.statement'")),
    "member with no parameters": (
        [{"Statement": "SELECT * FROM t", "Parameters": []}],
        saying("Value '[]' at 'statements.1.member.parameters'"),
    ),
}


@pytest.mark.parametrize(("statements", "message"), cases(REFUSED))
def test_refused(dynamodb, statements, message):
    request = {"Statements": statements}
    assert_refused(dynamodb, "BatchExecuteStatement", request, "ValidationException", message)
