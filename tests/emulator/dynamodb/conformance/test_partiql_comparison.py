"""Comparison in PartiQL: sets have no order and lists have one, exactly as in condition expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases
from tests.emulator.dynamodb.messages import CONDITION_FAILED

# type: stored value, equal value, different value, the stored value in another order (or None), is it equal
TYPES = {
    "SS": ({"SS": ["a", "b"]}, {"SS": ["a", "b"]}, {"SS": ["a", "c"]}, {"SS": ["b", "a"]}, True),
    "NS": ({"NS": ["1", "2"]}, {"NS": ["1", "2"]}, {"NS": ["1", "3"]}, {"NS": ["2", "1.0"]}, True),
    "BS": ({"BS": [b"1", b"2"]}, {"BS": [b"1", b"2"]}, {"BS": [b"1", b"3"]}, {"BS": [b"2", b"1"]}, True),
    "L": ({"L": [N(1), N(2)]}, {"L": [N(1), N(2)]}, {"L": [N(1)]}, {"L": [N(2), N(1)]}, False),
    "M": (
        {"M": {"x": N(1), "y": N(2)}},
        {"M": {"x": N(1), "y": N(2)}},
        {"M": {"x": N(1), "y": N(3)}},
        {"M": {"y": N(2), "x": N(1)}},
        True,
    ),
    "B": ({"B": b"\x01\x02"}, {"B": b"\x01\x02"}, {"B": b"\x01\x03"}, {"B": b"\x02\x01"}, False),
    "NULL": ({"NULL": True}, {"NULL": True}, S("something"), None, None),
    "BOOL": ({"BOOL": True}, {"BOOL": True}, {"BOOL": False}, None, None),
}
UNORDERED = {
    "BOOL": ({"BOOL": True},),
    "NULL": ({"NULL": True},),
    "L": ({"L": [S("a")]},),
    "M": ({"M": {"a": S("b")}},),
    "SS": ({"SS": ["a"]},),
    "NS": ({"NS": ["1"]},),
    "BS": ({"BS": [b"a"]},),
}


def matches(dynamodb, table, key, clause, *parameters):
    statement = f'SELECT pk FROM "{table}" WHERE pk = ? AND {clause}'
    answer = dynamodb.execute_statement(Statement=statement, Parameters=[S(key), *parameters])
    return len(answer["Items"]) == 1


@pytest.fixture
def stored(names, key, put):
    """Factory: store a value as `val`, in an item of its own."""

    def store(value):
        put("hash", {"pk": S(key), "val": value})
        return names["hash"], key

    return store


@pytest.mark.parametrize(("value", "same", "other", "permuted", "equal"), cases(TYPES))
class TestEquality:
    def test_equal(self, dynamodb, stored, value, same, other, permuted, equal):
        where = stored(value)
        assert matches(dynamodb, *where, "val = ?", same)
        assert not matches(dynamodb, *where, "val <> ?", same)

    def test_different(self, dynamodb, stored, value, same, other, permuted, equal):
        where = stored(value)
        assert not matches(dynamodb, *where, "val = ?", other)
        assert matches(dynamodb, *where, "val <> ?", other)

    def test_in_another_order(self, dynamodb, stored, value, same, other, permuted, equal):
        other_order, expected = (permuted, equal) if permuted else (same, True)
        assert matches(dynamodb, *stored(value), "val = ?", other_order) is expected

    def test_in(self, dynamodb, stored, value, same, other, permuted, equal):
        where = stored(value)
        assert matches(dynamodb, *where, "val IN [?, ?]", other, same)
        assert not matches(dynamodb, *where, "val IN [?]", other)

    @pytest.mark.parametrize("operator", ["=", "<>"])
    def test_condition_expressions_agree(
        self, dynamodb, stored, value, same, other, permuted, equal, operator
    ):
        table, key = stored(value)
        for operand in (same, other):
            request = {"TableName": table, "Key": {"pk": S(key)}, "UpdateExpression": "SET seen = :v"}
            request["ExpressionAttributeValues"] = {":v": operand}
            try:
                dynamodb.update_item(**request, ConditionExpression=f"val {operator} :v")
                holds = True
            except dynamodb.exceptions.ConditionalCheckFailedException:
                holds = False
            assert matches(dynamodb, table, key, f"val {operator} ?", operand) is holds


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("operand", cases(UNORDERED))
def test_no_order_among(dynamodb, names, operator, operand):
    statement = f"SELECT pk FROM \"{names['hash']}\" WHERE pk = 'x' AND val {operator} ?"
    message = (
        "Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {next(iter(operand))}"
    )
    request = {"Statement": statement, "Parameters": [operand]}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


@pytest.mark.parametrize("operand", cases(UNORDERED))
def test_between_wants_an_order(dynamodb, names, operand):
    statement = f"SELECT pk FROM \"{names['hash']}\" WHERE pk = 'x' AND val BETWEEN ? AND ?"
    message = (
        "Incorrect operand type for operator or function; "
        f"operator or function: BETWEEN, operand type: {next(iter(operand))}"
    )
    request = {"Statement": statement, "Parameters": [operand, operand]}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


@pytest.mark.parametrize("operand", cases(UNORDERED))
def test_equality_takes_any_type(dynamodb, stored, operand):
    where = stored({"B": b"bytes"})
    assert not matches(dynamodb, *where, "val = ?", operand)
    assert matches(dynamodb, *where, "val <> ?", operand)


def test_order_between_types_is_false_not_refused(dynamodb, stored):
    assert not matches(dynamodb, *stored(S("zzz")), "val < ?", N(5))


def test_binary_is_ordered_by_its_bytes(dynamodb, stored):
    where = stored({"B": b"\x01\xff"})
    assert matches(dynamodb, *where, "val < ?", {"B": b"\x02"})
    assert not matches(dynamodb, *where, "val > ?", {"B": b"\x02"})


def test_write_happens_where_sets_are_equal(dynamodb, stored, get):
    table, key = stored({"SS": ["a", "b"]})
    statement = f"UPDATE \"{table}\" SET touched = 'yes' WHERE pk = ? AND val = ?"
    dynamodb.execute_statement(Statement=statement, Parameters=[S(key), {"SS": ["b", "a"]}])
    assert get("hash", pk=S(key))["touched"] == S("yes")


def test_write_fails_where_maps_differ(dynamodb, stored, get):
    table, key = stored({"M": {"x": N(1)}})
    statement = f"UPDATE \"{table}\" SET touched = 'yes' WHERE pk = ? AND val = ?"
    request = {"Statement": statement, "Parameters": [S(key), {"M": {"x": N(2)}}]}
    assert_refused(dynamodb, "ExecuteStatement", request, "ConditionalCheckFailedException", CONDITION_FAILED)
    assert "touched" not in get("hash", pk=S(key))
