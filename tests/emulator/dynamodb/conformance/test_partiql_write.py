"""INSERT, UPDATE and DELETE through ExecuteStatement, and what RETURNING answers.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases
from tests.emulator.dynamodb.messages import CONDITION_FAILED

ITEM = {
    "data": S("old"),
    "count": N(1),
    "entries": {"L": [S("a"), S("b"), S("c")]},
    "address": {"M": {"city": S("Oslo"), "zip": S("0150")}},
    "tags": {"SS": ["x", "y"]},
    "scores": {"NS": ["1", "2"]},
}


@pytest.fixture
def item(key, put):
    """The item that each test changes, in its own place."""
    return put("hash", {"pk": S(key)} | ITEM)


@pytest.fixture
def run(dynamodb, names, key):
    """Factory: run a statement in which `<t>` is the table and `<k>` the key; answers the rows."""

    def execute(statement, *parameters, **more):
        text = statement.replace("<t>", f'"{names["hash"]}"').replace("<k>", f"'{key}'")
        if parameters:
            more["Parameters"] = list(parameters)
        return dynamodb.execute_statement(Statement=text, **more)

    return execute


# --- INSERT ---

LITERALS = {
    "string": ("'text'", S("text")),
    "string with a quote": ("'it''s'", S("it's")),
    "empty string": ("''", S("")),
    "number": ("12", N(12)),
    "negative number": ("-1.50", N("-1.5")),
    "number with an exponent": ("1e3", N(1000)),
    "true": ("true", {"BOOL": True}),
    "false": ("FALSE", {"BOOL": False}),
    "null": ("NULL", {"NULL": True}),
    "list": ("[1, 'a', [true]]", {"L": [N(1), S("a"), {"L": [{"BOOL": True}]}]}),
    "empty list": ("[]", {"L": []}),
    "map": ("{'a': 1, 'b': {'c': 'd'}}", {"M": {"a": N(1), "b": {"M": {"c": S("d")}}}}),
    "empty map": ("{}", {"M": {}}),
    "string set": ("<<'a'>>", {"SS": ["a"]}),
    "number set": ("<<7>>", {"NS": ["7"]}),
}


@pytest.mark.parametrize(("literal", "value"), cases(LITERALS))
def test_insert_literal(run, get, key, literal, value):
    answer = run(f"INSERT INTO <t> VALUE {{'pk': <k>, 'val': {literal}}}")
    assert answer["Items"] == []
    assert get("hash", pk=S(key)) == {"pk": S(key), "val": value}


@pytest.mark.parametrize("value", [S("s"), N(1), {"B": b"bytes"}, {"SS": ["a"]}, {"M": {"a": {"L": []}}}])
def test_insert_parameter(run, get, key, value):
    run("INSERT INTO <t> VALUE {'pk': ?, 'val': ?}", S(key), value)
    assert get("hash", pk=S(key)) == {"pk": S(key), "val": value}


def test_insert_is_no_upsert(dynamodb, names, key, item, get):
    statement = f"INSERT INTO \"{names['hash']}\" VALUE {{'pk': '{key}', 'data': 'second'}}"
    message = "Duplicate primary key exists in table"
    assert_refused(dynamodb, "ExecuteStatement", {"Statement": statement}, "DuplicateItemException", message)
    assert get("hash", pk=S(key)) == item


def test_insert_after_delete(run, get, key, item):
    run("DELETE FROM <t> WHERE pk = <k>")
    run("INSERT INTO <t> VALUE {'pk': <k>}")
    assert get("hash", pk=S(key)) == {"pk": S(key)}


# --- UPDATE ---

UPDATES = {
    "set": ("SET data = 'new'", {"data": S("new")}),
    "set a new attribute": ("SET fresh = 1", {"fresh": N(1)}),
    "set twice in one clause": ("SET data = 'new', fresh = 1", {"data": S("new"), "fresh": N(1)}),
    "set in two clauses": ("SET data = 'new' SET fresh = 1", {"data": S("new"), "fresh": N(1)}),
    "set to another attribute": ("SET fresh = data", {"fresh": S("old")}),
    "increment": ('SET "count" = "count" + 1', {"count": N(2)}),
    "decrement": ('SET "count" = "count" - 3', {"count": N(-2)}),
    "set inside a map": (
        "SET address.city = 'Bergen'",
        {"address": {"M": {"city": S("Bergen"), "zip": S("0150")}}},
    ),
    "set inside a list": ("SET entries[0] = 'z'", {"entries": {"L": [S("z"), S("b"), S("c")]}}),
    "set behind the end of a list": (
        "SET entries[9] = 'z'",
        {"entries": {"L": [S("a"), S("b"), S("c"), S("z")]}},
    ),
    "append": (
        "SET entries = list_append(entries, ['d'])",
        {"entries": {"L": [S("a"), S("b"), S("c"), S("d")]}},
    ),
    "prepend": (
        "SET entries = list_append(['d'], entries)",
        {"entries": {"L": [S("d"), S("a"), S("b"), S("c")]}},
    ),
    "remove": ("REMOVE data", {"data": None}),
    "remove what is missing": ("REMOVE absent", {}),
    "remove from a map": ("REMOVE address.city", {"address": {"M": {"zip": S("0150")}}}),
    "remove from a list": ("REMOVE entries[0]", {"entries": {"L": [S("b"), S("c")]}}),
    "set and remove": ("SET fresh = 1 REMOVE data", {"fresh": N(1), "data": None}),
    "add to a set": ("SET tags = set_add(tags, <<'z'>>)", {"tags": {"SS": ["x", "y", "z"]}}),
    "delete from a set": ("SET tags = set_delete(tags, <<'x'>>)", {"tags": {"SS": ["y"]}}),
    "add to a number set": ("SET scores = set_add(scores, <<3>>)", {"scores": {"NS": ["1", "2", "3"]}}),
}


@pytest.mark.parametrize(("clauses", "changes"), cases(UPDATES))
def test_update(run, get, key, item, clauses, changes):
    assert run(f"UPDATE <t> {clauses} WHERE pk = <k>")["Items"] == []
    expected = {name: value for name, value in (item | changes).items() if value is not None}
    found = get("hash", pk=S(key))
    for name in ("tags", "scores"):
        for value in (found[name], expected[name]):
            next(iter(value.values())).sort()
    assert found == expected


def test_update_with_parameters(run, get, key, item):
    run("UPDATE <t> SET data = ?, address.city = ? WHERE pk = ?", S("new"), S("Rome"), S(key))
    found = get("hash", pk=S(key))
    assert (found["data"], found["address"]["M"]["city"]) == (S("new"), S("Rome"))


def test_update_under_a_condition(run, get, key, item):
    run("UPDATE <t> SET data = 'new' WHERE pk = <k> AND \"count\" = 1 AND absent IS MISSING")
    assert get("hash", pk=S(key))["data"] == S("new")


FAILING = {
    "update where there is no item": ("UPDATE <t> SET data = 'x' WHERE pk = <k>", False),
    "update under a false condition": ("UPDATE <t> SET data = 'x' WHERE pk = <k> AND data = 'no'", True),
    "delete under a false condition": ("DELETE FROM <t> WHERE pk = <k> AND data = 'no'", True),
    "remove where there is no item": ("UPDATE <t> REMOVE data WHERE pk = <k>", False),
}


@pytest.mark.parametrize(("statement", "there"), cases(FAILING))
def test_condition_fails(dynamodb, names, key, put, get, statement, there):
    before = put("hash", {"pk": S(key)} | ITEM) if there else None
    text = statement.replace("<t>", f'"{names["hash"]}"').replace("<k>", f"'{key}'")
    request = {"Statement": text}
    assert_refused(dynamodb, "ExecuteStatement", request, "ConditionalCheckFailedException", CONDITION_FAILED)
    assert get("hash", pk=S(key)) == before


@pytest.mark.parametrize(("setting", "shown"), [("ALL_OLD", True), ("NONE", False), (None, False)])
@pytest.mark.parametrize("verb", ["UPDATE <t> SET data = 'x'", "DELETE FROM <t>"])
def test_item_of_a_failed_condition(dynamodb, names, key, item, verb, setting, shown):
    text = verb.replace("<t>", f'"{names["hash"]}"') + f" WHERE pk = '{key}' AND data = 'no'"
    request = {"Statement": text, "ReturnValuesOnConditionCheckFailure": setting}
    answer = assert_refused(dynamodb, "ExecuteStatement", request, "ConditionalCheckFailedException")
    assert ("Item" in answer) is shown
    if shown:
        assert answer["Item"]["data"] == S("old")


# --- DELETE ---


def test_delete(run, get, key, item):
    assert run("DELETE FROM <t> WHERE pk = <k>")["Items"] == []
    assert get("hash", pk=S(key)) is None


@pytest.mark.parametrize("clause", ["", " AND data = 'x'", " AND data IS NOT MISSING"])
def test_delete_what_is_not_there(run, clause):
    assert run(f"DELETE FROM <t> WHERE pk = <k>{clause}")["Items"] == []


def test_delete_under_a_condition(run, get, key, item):
    run("DELETE FROM <t> WHERE pk = <k> AND data = 'old'")
    assert get("hash", pk=S(key)) is None


@pytest.mark.parametrize("verb", ["UPDATE <t> SET data = 'new'", "DELETE FROM <t>"])
def test_write_by_both_keys(dynamodb, names, key, put, get, verb):
    put("range", {"pk": S(key), "sk": S("1"), "data": S("old")})
    put("range", {"pk": S(key), "sk": S("2"), "data": S("old")})
    statement = verb.replace("<t>", f'"{names["range"]}"') + f" WHERE sk = '2' AND pk = '{key}'"
    dynamodb.execute_statement(Statement=statement)
    assert get("range", pk=S(key), sk=S("1"))["data"] == S("old")
    changed = get("range", pk=S(key), sk=S("2"))
    assert changed is None or changed["data"] == S("new")


# --- RETURNING ---

RETURNED = {
    "all old of an update": ("UPDATE <t> SET data = 'new' WHERE pk = <k> RETURNING ALL OLD *", ITEM),
    "all new of an update": (
        "UPDATE <t> SET data = 'new' WHERE pk = <k> RETURNING ALL NEW *",
        ITEM | {"data": S("new")},
    ),
    "all old of a delete": ("DELETE FROM <t> WHERE pk = <k> RETURNING ALL OLD *", ITEM),
}


@pytest.mark.parametrize(("statement", "expected"), cases(RETURNED))
def test_returning_all(run, key, item, statement, expected):
    [row] = run(statement)["Items"]
    for value in (row["tags"], row["scores"]):
        next(iter(value.values())).sort()
    assert row == {"pk": S(key)} | expected


# clauses, what MODIFIED OLD answers, what MODIFIED NEW answers (None: no row at all)
MODIFIED = {
    "set": ("SET data = 'new'", {"data": S("old")}, {"data": S("new")}),
    "set of a new attribute": ("SET fresh = 1", None, {"fresh": N(1)}),
    "set of two": (
        "SET data = 'new', fresh = 1",
        {"data": S("old")},
        {"data": S("new"), "fresh": N(1)},
    ),
    "set to what it was": ("SET data = 'old'", {"data": S("old")}, {"data": S("old")}),
    "remove": ("REMOVE data", {"data": S("old")}, None),
    "remove of what is missing": ("REMOVE absent", None, None),
    "set and remove": ("SET fresh = 1 REMOVE data", {"data": S("old")}, {"fresh": N(1)}),
    "inside a map": (
        "SET address.city = 'Rome'",
        {"address": {"M": {"city": S("Oslo")}}},
        {"address": {"M": {"city": S("Rome")}}},
    ),
    "inside a list": (
        "SET entries[1] = 'z'",
        {"entries": {"L": [S("b")]}},
        {"entries": {"L": [S("z")]}},
    ),
    "right behind the end of a list": ("SET entries[3] = 'z'", None, {"entries": {"L": [S("z")]}}),
    "far behind the end of a list": ("SET entries[9] = 'z'", None, None),
    "removed from a list, where the next one moves up": (
        "REMOVE entries[0]",
        {"entries": {"L": [S("a")]}},
        {"entries": {"L": [S("b")]}},
    ),
}


@pytest.mark.parametrize("image", ["OLD", "NEW"])
@pytest.mark.parametrize(("clauses", "old", "new"), cases(MODIFIED))
def test_returning_modified(run, item, clauses, old, new, image):
    rows = run(f"UPDATE <t> {clauses} WHERE pk = <k> RETURNING MODIFIED {image} *")["Items"]
    expected = old if image == "OLD" else new
    assert rows == ([] if expected is None else [expected])


def test_returning_nothing_of_a_delete_of_nothing(run):
    assert run("DELETE FROM <t> WHERE pk = <k> RETURNING ALL OLD *")["Items"] == []


@pytest.mark.parametrize("returning", ["MODIFIED OLD", "ALL NEW", "MODIFIED NEW"])
def test_delete_returns_the_old_item_only(dynamodb, names, returning):
    statement = f"DELETE FROM \"{names['hash']}\" WHERE pk = 'x' RETURNING {returning} *"
    message = (
        f"Invalid returning clause: RETURNING {returning} *. "
        "Only RETURNING ALL OLD * is allowed in DELETE statements."
    )
    request = {"Statement": statement}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


# --- capacity ---

COSTS = {
    "insert": ("INSERT INTO <t> VALUE {'pk': <k>, 'v': 1}", False),
    "update": ("UPDATE <t> SET data = 'new' WHERE pk = <k>", True),
    "delete": ("DELETE FROM <t> WHERE pk = <k>", True),
}


@pytest.mark.parametrize(("statement", "there"), cases(COSTS))
def test_write_costs_a_unit(run, names, key, put, statement, there):
    if there:
        put("hash", {"pk": S(key)} | ITEM)
    answer = run(statement, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["TableName"] == names["hash"]
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 1.0
