"""Statements that are refused, and in which words.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import INVALID

MALFORMED = "Statement wasn't well formed, can't be processed: "
EMPTY_PATH = "Path component cannot be an empty string"
NO_INDEX = "The table does not have the specified index"
ON_INDEX = "This operation is not supported on an index"
ONE_NAME = "FROM clause may only contain a single table name"
NO_KEY = saying("Where clause does not contain a mandatory equality on all key attributes")
MISMATCH = "Number of parameters in request and statement don't match."

# statement, parameters, message
STATEMENTS = {
    "no verb": ("SLECT * FROM <hash>", None, MALFORMED + "Expected data manipulation"),
    "only a word": ("nothing", None, saying(MALFORMED)),
    "no from": ("SELECT *", None, saying(MALFORMED)),
    "wrong from": ("SELECT * FROMM <hash>", None, saying(MALFORMED)),
    "no select list": ("SELECT FROM <hash>", None, saying(MALFORMED)),
    "unfinished clause": ("SELECT * FROM <hash> WHERE", None, saying(MALFORMED)),
    "unfinished comparison": ("SELECT * FROM <hash> WHERE pk =", None, saying(MALFORMED)),
    "unclosed bracket": ("SELECT * FROM <hash> WHERE (pk = 'a'", None, saying(MALFORMED)),
    "unclosed string": ("SELECT * FROM <hash> WHERE pk = 'a", None, saying(MALFORMED.rstrip(": "))),
    "unclosed name": ('SELECT * FROM "<hash>', None, saying(MALFORMED.rstrip(": "))),
    "words behind the end": ("SELECT * FROM <hash> WHERE pk = 'a' 'b'", None, saying(MALFORMED)),
    "insert without value": ("INSERT INTO <hash> {'pk': 'a'}", None, saying(MALFORMED)),
    "insert of a list": ("INSERT INTO <hash> VALUE ['a']", None, saying(MALFORMED)),
    "update without clauses": ("UPDATE <hash> WHERE pk = 'a'", None, saying(MALFORMED)),
    "delete without from": ("DELETE <hash> WHERE pk = 'a'", None, saying(MALFORMED)),
    "returning without star": (
        "DELETE FROM <hash> WHERE pk = 'a' RETURNING ALL OLD",
        None,
        saying(MALFORMED),
    ),
    "too few parameters": ("SELECT * FROM <hash> WHERE pk = ? AND v = ?", [S("a")], MISMATCH),
    "too many parameters": ("SELECT * FROM <hash> WHERE pk = ?", [S("a"), S("b")], MISMATCH),
    "no parameters for a placeholder": ("SELECT * FROM <hash> WHERE pk = ?", None, MISMATCH),
    "empty table name": ("SELECT * FROM \"\" WHERE pk = 'a'", None, EMPTY_PATH),
    "empty index name": ('SELECT * FROM "<range>"."" WHERE pk = \'a\'', None, EMPTY_PATH),
    "three names": (
        'SELECT * FROM "<range>"."by_a"."more" WHERE pk = \'a\'',
        None,
        "A path may contain at most 2 components in the FROM clause",
    ),
    "unknown index": ('SELECT * FROM "<range>"."none" WHERE pk = \'a\'', None, NO_INDEX),
    "table as its own index": ('SELECT * FROM "<range>"."<range>" WHERE pk = \'a\'', None, NO_INDEX),
    "insert into an index": ("INSERT INTO \"<range>\".\"by_a\" VALUE {'pk': 'a', 'sk': 'b'}", None, ONE_NAME),
    "insert into no index": ("INSERT INTO \"<range>\".\"none\" VALUE {'pk': 'a', 'sk': 'b'}", None, ONE_NAME),
    "update of an index": (
        "UPDATE \"<range>\".\"by_a\" SET v = 1 WHERE pk = 'a' AND sk = 'b'",
        None,
        ON_INDEX,
    ),
    "delete from an index": ("DELETE FROM \"<range>\".\"by_a\" WHERE pk = 'a' AND sk = 'b'", None, ON_INDEX),
    "update without a clause": ("UPDATE <hash> SET v = 1", None, NO_KEY),
    "update by another attribute": ("UPDATE <hash> SET v = 1 WHERE w = 2", None, NO_KEY),
    "update of a partition": ("UPDATE <range> SET v = 1 WHERE pk = 'a'", None, NO_KEY),
    "update of a range": ("UPDATE <range> SET v = 1 WHERE pk = 'a' AND sk > 'b'", None, NO_KEY),
    "update under or": ("UPDATE <hash> SET v = 1 WHERE pk = 'a' OR pk = 'b'", None, NO_KEY),
    "delete without a clause": ("DELETE FROM <hash>", None, NO_KEY),
    "delete of a partition": ("DELETE FROM <range> WHERE pk = 'a'", None, NO_KEY),
    "update of the key": (
        "UPDATE <hash> SET pk = 'b' WHERE pk = 'a'",
        None,
        saying("This attribute is part of the key"),
    ),
    "insert without the key": ("INSERT INTO <hash> VALUE {'v': 1}", None, saying("key")),
    "insert of a number as the key": (
        "INSERT INTO <hash> VALUE {'pk': 1}",
        None,
        saying("Type mismatch for key pk expected: S actual: N"),
    ),
    "insert of an empty key": (
        "INSERT INTO <hash> VALUE {'pk': ''}",
        None,
        saying("The AttributeValue for a key attribute cannot contain an empty string value"),
    ),
    "key of another type": ("SELECT * FROM <hash> WHERE pk = 1", None, saying("does not match schema type")),
    "order without a clause": (
        "SELECT * FROM <range> ORDER BY sk",
        None,
        "Must have WHERE clause in the statement when using ORDER BY clause.",
    ),
    "order without a partition": (
        "SELECT * FROM <range> WHERE v = 1 ORDER BY sk",
        None,
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    ),
    "order by another attribute": (
        "SELECT * FROM <range> WHERE pk = 'a' ORDER BY v",
        None,
        "Variable reference v in ORDER BY clause must be part of the primary key",
    ),
    "prefix that is a number": (
        "SELECT * FROM <hash> WHERE begins_with(v, 1)",
        None,
        saying("operand type: N"),
    ),
    "unknown type name": ("SELECT * FROM <hash> WHERE attribute_type(v, 'X')", None, saying("type: X")),
    "set of two types": ("INSERT INTO <hash> VALUE {'pk': 'a', 'v': <<1, 'a'>>}", None, None),
    "empty set": ("INSERT INTO <hash> VALUE {'pk': 'a', 'v': <<>>}", None, None),
    "overlapping paths": ("UPDATE <hash> SET v = 1 REMOVE v WHERE pk = 'a'", None, saying("overlap")),
}


@pytest.mark.parametrize(("statement", "parameters", "message"), cases(STATEMENTS))
def test_statement(dynamodb, names, statement, parameters, message):
    request = {"Statement": fill(statement, names), "Parameters": parameters}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


MEMBERS = {
    "no statement": ({}, saying("Value null at 'statement'")),
    "empty statement": ({"Statement": ""}, saying("length greater than or equal to 1")),
    "long statement": ({"Statement": "SELECT" + " " * 8200}, saying("length less than or equal to 8192")),
    "limit 0": (
        {"Statement": "SELECT * FROM <hash>", "Limit": 0},
        saying("'limit' failed to satisfy constraint"),
    ),
    "unknown capacity": (
        {"Statement": "SELECT * FROM <hash>", "ReturnConsumedCapacity": "SOME"},
        saying("Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"),
    ),
    "broken token": ({"Statement": "SELECT * FROM <hash>", "NextToken": "broken"}, None),
    "no parameters": (
        {"Statement": "SELECT * FROM <hash>", "Parameters": []},
        saying("Value '[]' at 'parameters'"),
    ),
    "consistent read of a global index": (
        {"Statement": 'SELECT * FROM "<range>"."by_a" WHERE a = \'x\'', "ConsistentRead": True},
        "Strongly consistent read is not supported on Global Secondary Indexes",
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(MEMBERS))
def test_member(dynamodb, names, request_, message):
    assert_refused(dynamodb, "ExecuteStatement", fill(request_, names), "ValidationException", message)


ABSENT = {
    "select": "SELECT * FROM <absent> WHERE pk = 'a'",
    "insert": "INSERT INTO <absent> VALUE {'pk': 'a'}",
    "update": "UPDATE <absent> SET v = 1 WHERE pk = 'a'",
    "delete": "DELETE FROM <absent> WHERE pk = 'a'",
    "index": 'SELECT * FROM "<absent>"."by_a" WHERE pk = \'a\'',
}


@pytest.mark.parametrize("statement", ABSENT.values(), ids=ABSENT.keys())
def test_absent_table(dynamodb, names, statement):
    request = {"Statement": fill(statement, names)}
    message = saying("Requested resource not found")
    assert_refused(dynamodb, "ExecuteStatement", request, "ResourceNotFoundException", message)


# What is wrong with the statement itself comes before the table that is not there.
FIRST = {
    "operand type": (
        "SELECT pk FROM <absent> WHERE v < ?",
        [{"BOOL": True}],
        saying("Incorrect operand type"),
    ),
    "empty path": ("SELECT * FROM \"\" WHERE pk = 'x'", None, saying(EMPTY_PATH)),
    "malformed": ("SELECT * FROM <absent> WHERE", None, saying(MALFORMED)),
    "parameters": ("SELECT * FROM <absent> WHERE pk = ?", [S("a"), N(1)], MISMATCH),
}


@pytest.mark.parametrize(("statement", "parameters", "message"), cases(FIRST))
def test_statement_before_table(dynamodb, names, statement, parameters, message):
    request = {"Statement": fill(statement, names), "Parameters": parameters}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


@pytest.mark.parametrize("clause", ["pk = 'p'", "pk = 'p' AND sk > 'a'"])
def test_token_of_another_statement(dynamodb, names, put, key, clause):
    for place in ("1", "2"):
        put("range", {"pk": S(key), "sk": S(place)})
    statement = f"SELECT sk FROM \"{names['range']}\" WHERE pk = '{key}'"
    token = dynamodb.execute_statement(Statement=statement, Limit=1)["NextToken"]
    request = {"Statement": f'SELECT sk FROM "{names["range"]}" WHERE {clause}', "NextToken": token}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException")


def test_message_of_a_key_in_an_update_names_it(dynamodb, names):
    request = {"Statement": f"UPDATE \"{names['hash']}\" SET pk = 'b' WHERE pk = 'a'"}
    message = f"{INVALID}Cannot update attribute pk. This attribute is part of the key"
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)
