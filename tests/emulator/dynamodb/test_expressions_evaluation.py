"""Binding and evaluation: logic, updates and projections as laws over many items."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.dynamodb.engine.errors import DynamoDBError
from localstack_lab.dynamodb.engine.expressions import nodes as n
from localstack_lab.dynamodb.engine.expressions.application import apply_update
from localstack_lab.dynamodb.engine.expressions.conditions import bind_condition
from localstack_lab.dynamodb.engine.expressions.environment import Environment
from localstack_lab.dynamodb.engine.expressions.evaluation import compare, holds, lookup
from localstack_lab.dynamodb.engine.expressions.projection import bind_projection, project
from localstack_lab.dynamodb.engine.expressions.updates import bind_update

from tests.emulator.dynamodb.laws import law

SCALARS = st.one_of(
    st.integers(-5, 5).map(lambda number: {"N": str(number)}),
    st.text("abc", max_size=2).map(lambda text: {"S": text}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda members: {"L": members})
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(lambda members: {"M": members})
    ),
    max_leaves=6,
)
ITEMS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
PATHS = st.builds(
    lambda head, rest: n.Path((head, *rest)),
    st.sampled_from("abc"),
    st.lists(st.sampled_from("abc") | st.integers(0, 3), max_size=2),
)
OPERANDS = PATHS | SCALARS.map(n.Literal)
CONDITIONS = st.recursive(
    st.builds(n.Comparison, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), OPERANDS, OPERANDS)
    | st.builds(lambda path: n.Function("attribute_exists", (path,)), PATHS),
    lambda inner: st.builds(n.And, inner, inner) | st.builds(n.Or, inner, inner) | st.builds(n.Not, inner),
    max_leaves=5,
)


def environment(names=None, **literals) -> Environment:
    return Environment(names, {f":{name}": value for name, value in literals.items()} or None)


def applied(action: n.Action, item: dict) -> dict | None:
    """The item after the action; None when its path has no parent there."""
    try:
        return apply_update((action,), item)
    except DynamoDBError as refused:
        if refused.message != "The document path provided in the update expression is invalid for update":
            raise
        return None


@law
@given(CONDITIONS, CONDITIONS, ITEMS)
def test_and_or_not_are_logic(left, right, item):
    a, b = holds(left, item), holds(right, item)
    assert holds(n.And(left, right), item) == (a and b)
    assert holds(n.Or(left, right), item) == (a or b)
    assert holds(n.Not(left), item) == (not a)


@law
@given(VALUES, VALUES)
def test_equality_excludes_inequality_and_order_has_three_ways(left, right):
    assert compare("=", left, right) != compare("<>", left, right)
    ordered = [compare(operator, left, right) for operator in ("<", "=", ">")]
    if left.keys() == right.keys() and left.keys() <= {"S", "N"}:
        assert sum(ordered) == 1
    else:
        assert not ordered[0]
        assert not ordered[2]


@law
@given(VALUES)
def test_nothing_equals_what_is_absent(value):
    assert compare("<>", value, None)
    assert compare("<>", None, None)
    assert not any(compare(operator, value, None) for operator in ("=", "<", "<=", ">", ">="))


@law
@given(ITEMS, PATHS)
def test_projection_of_a_path_holds_what_lies_there(item, path):
    found = lookup(item, path)
    projected = project(item, [path])
    assert (projected == {}) == (found is None)
    if found is not None:
        # A single element of a list becomes the first of a shorter list.
        assert (
            lookup(projected, n.Path(tuple(0 if isinstance(e, int) else e for e in path.elements))) == found
        )


@law
@given(ITEMS, PATHS, VALUES)
def test_set_writes_there_and_nowhere_else(item, path, value):
    before = copy.deepcopy(item)
    after = applied(n.Set(path, n.Literal(value)), item)
    assert item == before
    if after is None:
        return
    head, *rest = path.elements
    assert {k: v for k, v in after.items() if k != head} == {k: v for k, v in item.items() if k != head}
    if not any(isinstance(element, int) for element in rest):
        assert lookup(after, path) == value


@law
@given(ITEMS, PATHS)
def test_remove_then_nothing_is_there_unless_a_list_closed_up(item, path):
    before = copy.deepcopy(item)
    after = applied(n.Remove(path), item)
    assert item == before
    if after is not None and not isinstance(path.elements[-1], int):
        assert lookup(after, path) is None


ITEM = {
    "n": {"N": "5"},
    "s": {"S": "text"},
    "tags": {"SS": ["a", "b"]},
    "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}, {"N": "3"}]},
    "m": {"M": {"k": {"S": "v"}, "l": {"L": [{"S": "x"}]}}},
}

UPDATES = {
    "operands are read before anything is written": (
        "SET n = s, s = n",
        {},
        {"n": {"S": "text"}, "s": {"N": "5"}},
    ),
    "removed indexes mean the old list": (
        "REMOVE l[0], l[2]",
        {},
        {"l": {"L": [{"N": "1"}, {"N": "3"}]}},
    ),
    "elements beyond the end line up by index": (
        "SET l[9] = :b, l[7] = :a REMOVE l[1]",
        {"a": {"S": "a"}, "b": {"S": "b"}},
        {"l": {"L": [{"N": "0"}, {"N": "2"}, {"N": "3"}, {"S": "a"}, {"S": "b"}]}},
    ),
    "default only for what is absent": (
        "SET n = if_not_exists(n, :z) + :z, fresh = if_not_exists(fresh, :z)",
        {"z": {"N": "0"}},
        {"n": {"N": "5"}, "fresh": {"N": "0"}},
    ),
    "default may be a path": ("SET fresh = if_not_exists(fresh, m.k)", {}, {"fresh": {"S": "v"}}),
    "append in front": (
        "SET m.l = list_append(:x, m.l)",
        {"x": {"L": [{"S": "w"}]}},
        {"m": {"M": {"k": {"S": "v"}, "l": {"L": [{"S": "w"}, {"S": "x"}]}}}},
    ),
    "add makes a number": ("ADD fresh :v", {"v": {"N": "2"}}, {"fresh": {"N": "2"}}),
    "add joins sets": ("ADD tags :v", {"v": {"SS": ["b", "c"]}}, {"tags": {"SS": ["a", "b", "c"]}}),
    "delete leaves the rest": ("DELETE tags :v", {"v": {"SS": ["b", "z"]}}, {"tags": {"SS": ["a"]}}),
    "subtraction": ("SET n = n - :v", {"v": {"N": "0.5"}}, {"n": {"N": "4.5"}}),
}


@pytest.mark.parametrize(("text", "literals", "changed"), UPDATES.values(), ids=UPDATES)
def test_update(text, literals, changed):
    actions = bind_update(text, environment(**literals))
    assert apply_update(actions, ITEM) == ITEM | changed


def test_deleting_the_last_member_removes_the_set():
    actions = bind_update("DELETE tags :v", environment(v={"SS": ["a", "b"]}))
    assert "tags" not in apply_update(actions, ITEM)


MISFITS = {
    "missing operand": (
        "SET a = b",
        {},
        "The provided expression refers to an attribute that does not exist in the item",
    ),
    "text plus number": (
        "SET a = s + :v",
        {"v": {"N": "1"}},
        "An operand in the update expression has an incorrect data type",
    ),
    "append to a string": (
        "SET a = list_append(s, :v)",
        {"v": {"L": []}},
        "An operand in the update expression has an incorrect data type",
    ),
    "number set to a string set": (
        "ADD tags :v",
        {"v": {"NS": ["1"]}},
        "An operand in the update expression has an incorrect data type",
    ),
    "path through what is missing": (
        "SET x.y = :v",
        {"v": {"N": "1"}},
        "The document path provided in the update expression is invalid for update",
    ),
    "index into a map": (
        "SET m[0] = :v",
        {"v": {"N": "1"}},
        "The document path provided in the update expression is invalid for update",
    ),
}


@pytest.mark.parametrize(("text", "literals", "message"), MISFITS.values(), ids=MISFITS)
def test_update_that_does_not_fit_the_item(text, literals, message):
    actions = bind_update(text, environment(**literals))
    with pytest.raises(DynamoDBError) as refused:
        apply_update(actions, ITEM)
    assert refused.value.message == message


def test_all_that_is_given_must_be_used():
    given_names = {"#used": "a", "#idle": "b"}
    used = Environment(given_names, {":used": {"S": "x"}, ":idle": {"S": "y"}})
    bind_condition("FilterExpression", "#used = :used", used)
    with pytest.raises(DynamoDBError, match=r"ExpressionAttributeNames unused in expressions: keys: {#idle}"):
        used.refuse_unused()
    bind_projection("#idle", used)
    with pytest.raises(
        DynamoDBError, match=r"ExpressionAttributeValues unused in expressions: keys: {:idle}"
    ):
        used.refuse_unused()
