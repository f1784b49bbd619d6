"""How PartiQL statements are read: numbers, comments, functions, types, sets and branches.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill
from tests.emulator.dynamodb.messages import CONDITION_FAILED

ITEM = {
    "text": S("str"),
    "tags": {"SS": ["a", "b", "c"]},
    "scores": {"NS": ["1", "2"]},
    "map": {"M": {"sub": S("x"), "inner": {"SS": ["x"]}}},
    "nothing": {"NULL": True},
    "flag": {"BOOL": True},
    "amount": N(7310000),
    "small": N("-7.3"),
    "entries": {"L": []},
}


@pytest.fixture
def item(key, put):
    return put("hash", {"pk": S(key)} | ITEM)


@pytest.fixture
def run(dynamodb, names, key):
    """Factory: run a statement in which `<k>` is the key; answers the rows."""

    def execute(statement, *parameters):
        request = {"Statement": fill(statement, names | {"k": key})}
        if parameters:
            request["Parameters"] = list(parameters)
        return dynamodb.execute_statement(**request)["Items"]

    return execute


# --- what is read ---

# condition, whether it holds for ITEM
HOLDS = {
    "exponent": ("amount = 7.31e6", True),
    "capital exponent": ("amount = 7.31E6", True),
    "exponent with a sign": ("amount = 7.31e+6", True),
    "negative exponent": ("amount = 73100000e-1", True),
    "no digit before the point": ("small < .1", True),
    "minus and no digit before the point": ("small = -.73e1", True),
    "exists": ("attribute_exists(tags)", True),
    "exists not": ("attribute_exists(nope)", False),
    "not exists": ("attribute_not_exists(nope)", True),
    "not exists, but it does": ("attribute_not_exists(tags)", False),
    "not of exists": ("NOT attribute_exists(nope)", True),
    "function in capitals": ("ATTRIBUTE_EXISTS(tags)", True),
    "functions and or": ("(attribute_exists(nope) OR attribute_exists(tags))", True),
    "exists is true": ("attribute_exists(tags) = true", True),
    "exists is false": ("attribute_exists(tags) = false", False),
    "exists of a quoted name": ('attribute_exists("tags")', True),
    "exists inside a map": ("attribute_exists(map.sub)", True),
    "exists not inside a map": ("attribute_exists(map.nope)", False),
    "keyword in quotes inside a map": ('attribute_exists(map."inner")', True),
    "is a boolean": ("flag IS BOOL", True),
    "is a boolean by its long name": ("flag IS BOOLEAN", True),
    "is a string": ("text IS STRING", True),
    "is a number": ("amount IS NUMERIC", True),
    "is a list": ("entries IS LIST", True),
    "is a struct": ("map IS STRUCT", True),
    "is no boolean": ("text IS BOOL", False),
    "is not a boolean": ("text IS NOT BOOL", True),
    "comment at the end": ("text = 'str' -- AND text = 'other'", True),
    "comment of a line": ("text = 'str' -- a note\nAND flag = true", True),
    "comment in between": ("text /* the text */ = 'str'", True),
    "comment over lines": ("text = /* one\ntwo */ 'str'", True),
}


@pytest.mark.parametrize(("condition", "holds"), cases(HOLDS))
def test_condition(run, key, item, condition, holds):
    found = run(f"SELECT pk FROM <hash> WHERE pk = '<k>' AND {condition}")
    assert found == ([{"pk": S(key)}] if holds else [])


def test_comment_before_the_statement(run, key, item):
    assert run("-- a note\nSELECT pk FROM <hash> WHERE pk = '<k>'") == [{"pk": S(key)}]


def test_insert_of_numbers(run, get, key):
    run("INSERT INTO <hash> VALUE {'pk': '<k>', 'a': 7.32e6, 'b': .7325e1, 'c': [-.5]}")
    expected = {"pk": S(key), "a": N(7320000), "b": N("7.325"), "c": {"L": [N("-0.5")]}}
    assert get("hash", pk=S(key)) == expected


def test_function_guards_an_update(dynamodb, names, run, key, item, get):
    run("UPDATE <hash> SET y = 1 WHERE pk = '<k>' AND attribute_not_exists(y)")
    statement = f"UPDATE \"{names['hash']}\" SET y = 2 WHERE pk = '{key}' AND attribute_not_exists(y)"
    code = "ConditionalCheckFailedException"
    assert_refused(dynamodb, "ExecuteStatement", {"Statement": statement}, code, CONDITION_FAILED)
    assert get("hash", pk=S(key))["y"] == N(1)


# --- updates that begin with FROM ---

FROM_FIRST = {
    "set": ("FROM <hash> WHERE pk = '<k>' SET text = 'new'", {"text": S("new")}),
    "set in small letters": ("from <hash> where pk = '<k>' set text = 'new'", {"text": S("new")}),
    "remove": ("FROM <hash> WHERE pk = '<k>' REMOVE text", {"text": None}),
    "set and remove": (
        "FROM <hash> WHERE pk = '<k>' SET amount = 1 REMOVE text",
        {"amount": N(1), "text": None},
    ),
    "under a condition": (
        "FROM <hash> WHERE pk = '<k>' AND flag = true SET text = 'new'",
        {"text": S("new")},
    ),
}


@pytest.mark.parametrize(("statement", "changes"), cases(FROM_FIRST))
def test_update_from(run, key, item, get, statement, changes):
    assert run(statement) == []
    found = get("hash", pk=S(key))
    assert {name: found.get(name) for name in changes} == changes


def test_update_from_returns(run, key, put):
    put("hash", {"pk": S(key), "a": N(1)})
    rows = run("FROM <hash> WHERE pk = ? SET b = ? RETURNING ALL NEW *", S(key), N(2))
    assert rows == [{"pk": S(key), "a": N(1), "b": N(2)}]


@pytest.mark.parametrize("clause", ["pk = '<k>none'", "pk = '<k>' AND flag = false"])
def test_update_from_fails(dynamodb, names, key, item, get, clause):
    statement = fill(f"FROM <hash> WHERE {clause} SET text = 'new'", names | {"k": key})
    code = "ConditionalCheckFailedException"
    assert_refused(dynamodb, "ExecuteStatement", {"Statement": statement}, code, CONDITION_FAILED)
    assert get("hash", pk=S(key)) == item


@pytest.mark.parametrize("operation", ["BatchExecuteStatement", "ExecuteTransaction"])
@pytest.mark.parametrize(
    ("statement", "name", "after"),
    [
        ("FROM <hash> WHERE pk = '<k>' SET amount = 1", "amount", N(1)),
        ("UPDATE <hash> SET amount = 1 WHERE pk = '<k>' AND attribute_exists(text)", "amount", N(1)),
        ("UPDATE <hash> SET scores = set_delete(scores, <<2>>) WHERE pk = '<k>'", "scores", {"NS": ["1"]}),
    ],
)
def test_together(dynamodb, names, key, item, get, operation, statement, name, after):
    members = [{"Statement": fill(statement, names | {"k": key})}]
    if operation == "BatchExecuteStatement":
        answer = dynamodb.batch_execute_statement(Statements=members)
        assert answer["Responses"] == [{"TableName": names["hash"]}]
    else:
        assert dynamodb.execute_transaction(TransactStatements=members)["Responses"] == []
    assert get("hash", pk=S(key))[name] == after


# --- sets ---

SETS = {
    "add what is there": ("tags = set_add(tags, <<'a'>>)", [], "tags", ["a", "b", "c"]),
    "add to nothing": ("fresh = set_add(fresh, <<'x'>>)", [], "fresh", ["x"]),
    "add in capitals": ("tags = SET_ADD(tags, <<'x'>>)", [], "tags", ["a", "b", "c", "x"]),
    "add a parameter": ("tags = set_add(tags, ?)", [{"SS": ["x"]}], "tags", ["a", "b", "c", "x"]),
    "delete one": ("tags = set_delete(tags, <<'a'>>)", [], "tags", ["b", "c"]),
    "delete what is not there": ("tags = set_delete(tags, <<'z'>>)", [], "tags", ["a", "b", "c"]),
    "delete all": ("tags = set_delete(tags, <<'a', 'b', 'c'>>)", [], "tags", None),
    "delete from nothing": ("fresh = set_delete(fresh, <<'a'>>)", [], "fresh", None),
}


@pytest.mark.parametrize(("assignment", "parameters", "name", "members"), cases(SETS))
def test_set(run, key, item, get, assignment, parameters, name, members):
    run(f"UPDATE <hash> SET {assignment} WHERE pk = '<k>'", *parameters)
    found = get("hash", pk=S(key)).get(name)
    assert (None if found is None else sorted(found["SS"])) == members


# --- branches ---

BRANCHES = {
    "not equal": ("NOT sk = '1'", "23"),
    "different": ("sk <> '1'", "23"),
    "no prefix": ("NOT begins_with(sk, 'x')", "123"),
    "not in": ("NOT sk IN ['1', '3']", "2"),
    "not greater": ("NOT sk > '5'", "123"),
    "not equal in brackets": ("NOT (sk = '1')", "23"),
}


@pytest.mark.parametrize(("condition", "expected"), cases(BRANCHES))
def test_branches_with_a_negated_sort_key(run, key, put, condition, expected):
    for place in "123":
        put("range", {"pk": S(key), "sk": S(place)})
    found = run(f"SELECT sk FROM <range> WHERE pk = '<k>' AND {condition} OR pk = '<k>' AND sk = '2'")
    assert sorted(row["sk"]["S"] for row in found) == list(expected)


OVERLAPS = {
    "another attribute": "pk = 'a' AND x = '1' OR pk = 'a' AND sk = '2'",
    "another attribute that differs": "pk = 'a' AND x <> '1' OR pk = 'a' AND sk = '2'",
    "whole partition": "pk = 'a' OR pk = 'a'",
    "ranges": "pk = 'a' AND sk > '1' OR pk = 'a' AND sk < '5'",
    "range and its bound": "pk = 'a' AND sk >= '1' OR pk = 'a' AND sk = '1'",
    "third of three": "pk = 'a' AND sk = '1' OR pk = 'b' OR pk = 'b' AND sk = '2'",
}


@pytest.mark.parametrize("clause", OVERLAPS.values(), ids=OVERLAPS.keys())
def test_branches_that_overlap(dynamodb, names, clause):
    request = {"Statement": f'SELECT * FROM "{names["range"]}" WHERE {clause}'}
    message = "Overlapping conditions with range keys are not supported in where clause"
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


APART = {
    "two sort keys": ("pk = '<k>' AND sk = '1' OR pk = '<k>' AND sk = '2'", "12"),
    "two ranges": ("pk = '<k>' AND sk < '2' OR pk = '<k>' AND sk > '2'", "13"),
    "range without its bound": ("pk = '<k>' AND sk > '1' OR pk = '<k>' AND sk = '1'", "123"),
    "two partitions": ("pk = '<k>' OR pk = '<k>none'", "123"),
    "partition and scan": ("pk = '<k>' AND sk = '1' OR x = '3'", "1"),
    "whole partition and all but one": ("pk = '<k>' OR pk = '<k>' AND NOT sk = '1'", "123"),
}


@pytest.mark.parametrize(("clause", "expected"), cases(APART))
def test_branches_apart(run, key, put, clause, expected):
    for place in "123":
        put("range", {"pk": S(key), "sk": S(place)})
    found = run(f"SELECT sk FROM <range> WHERE {clause}")
    assert sorted(row["sk"]["S"] for row in found) == list(expected)


@pytest.mark.xfail(strict=True, reason="the engine reads no statement that is an expression alone")
@pytest.mark.parametrize("kind", ["INT4", "INT8", "DOUBLE PRECISION", "CHARACTER VARYING"])
def test_expression_alone(dynamodb, kind):
    request = {"Statement": f"x IS {kind}"}
    assert_refused(
        dynamodb, "ExecuteStatement", request, "ValidationException", "Unsupported operation: IsType"
    )
