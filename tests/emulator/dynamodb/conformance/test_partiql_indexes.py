"""SELECT from an index: what it holds, what it may be asked, and on which account the reading goes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

import pytest

from tests.emulator.dynamodb.asking import S, assert_refused, cases, fill
from tests.emulator.dynamodb.messages import INVALID


def row(pk, sk, hidden, **more):
    """An item; `hidden` is in no index but those that hold everything."""
    return {"pk": S(pk), "sk": S(sk), "hidden": S(hidden)} | {name: S(value) for name, value in more.items()}


ROWS = [
    row("p", "1", "h1", a="x", b="y", m="m1", k="k1", shown="v1"),
    row("p", "2", "h2", a="z", b="y", m="m2", k="k2", shown="v2"),
    row("p", "3", "h3"),
    row("p", "4", "h4", a="x", b="y", m="m4", k="k4", shown="v4"),
    row("q", "5", "h5", b="y2", shown="v5"),
]


@pytest.fixture(scope="module")
def table(make_module_table):
    return make_module_table(
        "pk:S sk:S",
        gsis={"g_all": "a:S", "g_keys": ("b:S", "KEYS_ONLY"), "g_some": ("b:S", ["shown"])},
        lsis={"l_all": "pk:S m:S", "l_keys": ("pk:S k:S", "KEYS_ONLY"), "l_some": ("pk:S m:S", ["shown"])},
        items=ROWS,
    )


class Read:
    """A statement's rows, and what it consumed of the table and of each index."""

    def __init__(self, answer):
        self.items = answer["Items"]
        self.token = answer.get("NextToken")
        capacity = answer["ConsumedCapacity"]
        self.total = capacity["CapacityUnits"]
        self.table = capacity.get("Table", {}).get("CapacityUnits", 0)
        indexes = capacity.get("GlobalSecondaryIndexes", {}) | capacity.get("LocalSecondaryIndexes", {})
        self.indexes = {name: used["CapacityUnits"] for name, used in indexes.items()}


@pytest.fixture
def read(dynamodb, table):
    """Factory: run a SELECT in which `<t>` is the table."""

    def execute(statement, **more):
        text = fill(statement, {"t": table})
        return Read(dynamodb.execute_statement(Statement=text, ReturnConsumedCapacity="INDEXES", **more))

    return execute


# statement, sort keys found (in any order)
FOUND = {
    "only items with the index's key": ('SELECT sk FROM "<t>"."g_all" WHERE a = \'x\'', "14"),
    "all of an index": ('SELECT sk FROM "<t>"."g_some"', "1245"),
    "all of a local index": ('SELECT sk FROM "<t>"."l_keys"', "124"),
    "partition of a local index": ('SELECT sk FROM "<t>"."l_all" WHERE pk = \'p\'', "124"),
    "range of a local index": ("SELECT sk FROM \"<t>\".\"l_all\" WHERE pk = 'p' AND m > 'm1'", "24"),
    "index without quotes": ("SELECT sk FROM <t>.g_all WHERE a = 'x'", "14"),
    "filter by a projected attribute": (
        "SELECT sk FROM \"<t>\".\"g_some\" WHERE b = 'y' AND shown = 'v1'",
        "1",
    ),
    "projected attribute is there": (
        'SELECT sk FROM "<t>"."g_some" WHERE b = \'y\' AND shown IS NOT MISSING',
        "124",
    ),
    "scan for what a global index lacks": ('SELECT sk FROM "<t>"."g_some" WHERE hidden = \'h1\'', ""),
    "scan for what a local index lacks": ('SELECT sk FROM "<t>"."l_keys" WHERE hidden = \'h1\'', ""),
    "scan for two things it lacks": (
        "SELECT sk FROM \"<t>\".\"g_some\" WHERE hidden = 'h1' AND hidden = 'h2'",
        "",
    ),
    "scan for the contrary of what it lacks": (
        'SELECT sk FROM "<t>"."g_keys" WHERE NOT hidden = \'h1\'',
        "1245",
    ),
    "keys inside or are no keys": (
        "SELECT sk FROM \"<t>\".\"g_some\" WHERE (b = 'y' AND hidden = 'h1') OR (b = 'y2')",
        "5",
    ),
    "partitions in": ("SELECT sk FROM \"<t>\".\"g_some\" WHERE b IN ['y', 'y2']", "1245"),
    "filter of an index that holds all": (
        "SELECT sk FROM \"<t>\".\"g_all\" WHERE a = 'x' AND hidden = 'h4'",
        "4",
    ),
}


@pytest.mark.parametrize(("statement", "expected"), cases(FOUND))
def test_found(read, statement, expected):
    assert sorted(found["sk"]["S"] for found in read(statement).items) == list(expected)


SHAPES = {
    "global, keys only": ('SELECT * FROM "<t>"."g_keys" WHERE b = \'y\'', {"b", "pk", "sk"}),
    "global, some": ('SELECT * FROM "<t>"."g_some" WHERE b = \'y\'', {"b", "pk", "sk", "shown"}),
    "local, keys only": ('SELECT * FROM "<t>"."l_keys" WHERE pk = \'p\'', {"k", "pk", "sk"}),
    "local, some": ('SELECT * FROM "<t>"."l_some" WHERE pk = \'p\'', {"m", "pk", "sk", "shown"}),
}


@pytest.mark.parametrize(("statement", "attributes"), cases(SHAPES))
def test_star_is_what_the_index_holds(read, statement, attributes):
    answer = read(statement)
    assert [set(item) for item in answer.items] == [attributes] * 3
    assert answer.table == 0
    assert list(answer.indexes.values()) == [answer.total]


def test_order_of_an_index(read):
    answer = read('SELECT m FROM "<t>"."l_all" WHERE pk = \'p\' ORDER BY m DESC')
    assert [item["m"]["S"] for item in answer.items] == ["m4", "m2", "m1"]


# --- what an index does not hold ---

UNPROJECTED = {
    "global index": ("g_some", "b = 'y' AND hidden = 'h1'"),
    "local index": ("l_keys", "pk = 'p' AND hidden = 'h1'"),
    "missing": ("g_some", "b = 'y' AND hidden IS MISSING"),
    "not missing": ("g_some", "b = 'y' AND hidden IS NOT MISSING"),
    "begins with": ("g_some", "b = 'y' AND begins_with(hidden, 'h')"),
    "negated": ("g_some", "b = 'y' AND NOT hidden = 'h1'"),
    "partitions in": ("g_some", "b IN ['y', 'z'] AND hidden = 'h1'"),
    "range of the sort key": ("l_keys", "pk = 'p' AND k BETWEEN 'k1' AND 'k4' AND hidden = 'h1'"),
}


@pytest.mark.parametrize(("index", "clause"), cases(UNPROJECTED))
def test_read_by_key_filters_by_what_the_index_holds(dynamodb, table, index, clause):
    request = {"Statement": f'SELECT pk FROM "{table}"."{index}" WHERE {clause}'}
    message = f"{INVALID}Secondary index {index} does not project one or more filter attributes: [hidden]"
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


def test_global_index_shows_what_it_holds(dynamodb, table):
    request = {"Statement": f'SELECT hidden FROM "{table}"."g_some" WHERE b = \'y\''}
    message = f"{INVALID}Global secondary index g_some does not project [hidden]"
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


def test_local_index_fetches_what_it_lacks(read):
    answer = read('SELECT hidden FROM "<t>"."l_keys" WHERE pk = \'p\'')
    assert [item["hidden"]["S"] for item in answer.items] == ["h1", "h2", "h4"]
    assert answer.table > 0


def test_fetching_is_charged_for_rows_read_not_kept(read):
    nothing = read("SELECT hidden FROM \"<t>\".\"l_some\" WHERE pk = 'p' AND shown = 'none'")
    everything = read('SELECT hidden FROM "<t>"."l_some" WHERE pk = \'p\'')
    assert (len(nothing.items), len(everything.items)) == (0, 3)
    assert nothing.table == everything.table


def test_fetching_less_is_charged_less(read):
    one = read('SELECT hidden FROM "<t>"."l_keys" WHERE pk = \'p\'', Limit=1)
    everything = read('SELECT hidden FROM "<t>"."l_keys" WHERE pk = \'p\'')
    assert len(one.items) == 1
    assert one.table < everything.table


# --- capacity ---

ON_THE_INDEX = {
    "global": ('SELECT pk FROM "<t>"."g_all" WHERE a = \'x\'', "g_all"),
    "local": ('SELECT pk FROM "<t>"."l_all" WHERE pk = \'p\'', "l_all"),
    "local, projected attribute": ('SELECT k FROM "<t>"."l_keys" WHERE pk = \'p\'', "l_keys"),
    "global, scanned": ('SELECT pk FROM "<t>"."g_all"', "g_all"),
}


@pytest.mark.parametrize(("statement", "index"), cases(ON_THE_INDEX))
def test_index_is_charged(read, statement, index):
    answer = read(statement)
    assert answer.table == 0
    assert answer.indexes == {index: answer.total}
    assert answer.total > 0


@pytest.mark.parametrize(("shown", "fetches"), [("pk", False), ("hidden", True)])
def test_consistent_read_of_a_local_index_costs_twice(read, shown, fetches):
    statement = f'SELECT {shown} FROM "<t>"."l_keys" WHERE pk = \'p\''
    eventual, consistent = read(statement), read(statement, ConsistentRead=True)
    assert consistent.indexes["l_keys"] == 2 * eventual.indexes["l_keys"]
    assert consistent.table == 2 * eventual.table
    assert consistent.total == 2 * eventual.total
    assert (consistent.table > 0) is fetches


# --- pages ---


def test_pages_of_an_index(read):
    statement = 'SELECT sk FROM "<t>"."g_all" WHERE a = \'x\''
    first = read(statement, Limit=1)
    second = read(statement, NextToken=first.token)
    assert sorted(item["sk"]["S"] for item in first.items + second.items) == ["1", "4"]


def test_token_of_another_index(dynamodb, table, read):
    token = read('SELECT sk FROM "<t>"."g_some" WHERE b = \'y\'', Limit=1).token
    request = {"Statement": f'SELECT sk FROM "{table}"."g_keys" WHERE b = \'y\'', "NextToken": token}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException")
