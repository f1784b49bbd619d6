"""The 400 KB limit, to the byte, on every way in.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-items

UpdateItem measures something else than the others, as AWS was seen to do: what the update writes, plus three
bytes, plus 19 for each SET and 2 for each REMOVE, must fit too.
"""

import pytest

from tests.emulator.dynamodb.asking import S, ask, assert_refused, refusal
from tests.emulator.dynamodb.messages import OVERSIZED_PUT, OVERSIZED_UPDATE

MAX = 409_600
NINES = {"N": "9" * 38}


def padding(used: int, total: int = MAX) -> dict:
    """A string that brings an item of `used` bytes, attribute `p` included, to `total`."""
    return S("x" * (total - used - 1))


WRITES = ["PutItem", "BatchWriteItem", "TransactWriteItems", "PartiQL INSERT"]


def _write(way: str, table: str, item: dict) -> tuple[str, dict]:
    match way:
        case "PutItem":
            return "PutItem", {"TableName": table, "Item": item}
        case "BatchWriteItem":
            return "BatchWriteItem", {"RequestItems": {table: [{"PutRequest": {"Item": item}}]}}
        case "TransactWriteItems":
            return way, {"TransactItems": [{"Put": {"TableName": table, "Item": item}}]}
    names = ", ".join(f"'{name}': ?" for name in item)
    statement = f'INSERT INTO "{table}" VALUE {{{names}}}'
    return "ExecuteStatement", {"Statement": statement, "Parameters": list(item.values())}


@pytest.mark.parametrize("way", WRITES)
def test_put_of_400_kb_is_the_largest(dynamodb, names, get, key, way):
    fits = {"pk": S(key), "p": padding(2 + len(key))}
    ask(dynamodb, *_write(way, names["hash"], fits))
    assert get("hash", pk=S(key)) == fits
    too_large = {"pk": S(key + "2"), "p": padding(2 + len(key))}
    assert_refused(dynamodb, *_write(way, names["hash"], too_large), "ValidationException", OVERSIZED_PUT)


@pytest.mark.parametrize("attributes", [1, 2, 5, 10])
def test_attributes_cost_nothing_beyond_name_and_value(dynamodb, names, key, attributes):
    item = {"pk": S(key)} | {f"a{n}": S("y" * 10) for n in range(1, attributes)}
    used = sum(len(name) + len(value["S"]) for name, value in item.items())
    dynamodb.put_item(TableName=names["hash"], Item=item | {"p": padding(used)})
    request = {"TableName": names["hash"], "Item": item | {"p": padding(used, MAX + 1)}}
    assert_refused(dynamodb, "PutItem", request, "ValidationException", OVERSIZED_PUT)


TOO_LARGE = {
    "string": {"p": S("x" * 410_000)},
    "binary": {"p": {"B": b"x" * 410_000}},
    "names": {f"{'n' * 200}{n}": S("x" * 3_900) for n in range(100)},
    "nested maps": {"m": {"M": {"m": {"M": {"m": {"M": {"p": S("x" * 410_000)}}}}}}},
    "set": {"s": {"SS": ["x" * 4_200 + str(n) for n in range(100)]}},
    "list": {"l": {"L": [S("x" * 4_200) for _ in range(100)]}},
    "numbers": {"l": {"L": [NINES] * 21_000}},
    "letters beyond ASCII": {"p": S("é" * 205_000)},
}


@pytest.mark.parametrize("attributes", TOO_LARGE.values(), ids=TOO_LARGE)
def test_everything_counts(dynamodb, names, key, attributes):
    request = {"TableName": names["hash"], "Item": {"pk": S(key)} | attributes}
    assert_refused(dynamodb, "PutItem", request, "ValidationException", OVERSIZED_PUT)


FITTING = {
    "string": {"p": S("x" * 390_000)},
    "binary": {"p": {"B": b"x" * 350_000}},
    "numbers": {"l": {"L": [NINES] * 15_000}},
}


@pytest.mark.parametrize("attributes", FITTING.values(), ids=FITTING)
def test_large_items_fit(put, get, key, attributes):
    item = put("hash", {"pk": S(key)} | attributes)
    assert get("hash", pk=S(key)) == item


def _update(table: str, key: dict, expression: str, values: dict, **more) -> dict:
    return {
        "TableName": table,
        "Key": key,
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values,
    } | more


@pytest.mark.parametrize("length", [100, 1_024])
def test_update_to_400_kb_is_the_largest(dynamodb, names, key, length):
    for total, over in ((MAX, False), (MAX + 1, True)):
        position = {"pk": S(f"{key}{over}".ljust(length, "k"))}
        request = _update(names["hash"], position, "SET p = :p", {":p": padding(2 + length, total)})
        if over:
            assert_refused(dynamodb, "UpdateItem", request, "ValidationException", OVERSIZED_UPDATE)
        else:
            dynamodb.update_item(**request)


# expression, further values, bytes of what it writes besides p, cost of its actions
ACTIONS = {
    "one SET": ("SET p = :p", {}, 0, 22),
    "two SETs": ("SET p = :p, q = :q", {":q": S("y")}, 2, 41),
    "a SET of 500 bytes costs what one of a byte does": (
        "SET p = :p, q = :q",
        {":q": S("y" * 500)},
        501,
        41,
    ),
    "SET and REMOVE": ("SET p = :p REMOVE r", {}, 0, 24),
}


@pytest.mark.parametrize(("expression", "values", "extra", "cost"), ACTIONS.values(), ids=ACTIONS)
def test_update_of_a_short_key_is_charged_for_its_actions(
    dynamodb, make_table, expression, values, extra, cost
):
    table = make_table("pk:S")
    largest = MAX - cost - extra - len("p")
    for partition, over in (("A", 0), ("B", 1)):
        request = _update(table, {"pk": S(partition)}, expression, values | {":p": S("x" * (largest + over))})
        if over:
            assert_refused(dynamodb, "UpdateItem", request, "ValidationException", OVERSIZED_UPDATE)
        else:
            dynamodb.update_item(**request)


def test_update_is_not_charged_for_what_it_leaves_alone(dynamodb, make_table):
    table = make_table("pk:S")
    for partition, over in (("A", 0), ("B", 1)):
        dynamodb.put_item(TableName=table, Item={"pk": S(partition), "u": S("y" * 10)})
        request = _update(table, {"pk": S(partition)}, "SET p = :p", {":p": S("x" * (MAX - 23 + over))})
        if over:
            assert_refused(dynamodb, "UpdateItem", request, "ValidationException", OVERSIZED_UPDATE)
        else:
            dynamodb.update_item(**request)


@pytest.mark.parametrize("way", ["TransactWriteItems", "PartiQL UPDATE"])
def test_other_updates_measure_the_item_alone(dynamodb, make_table, way):
    """What UpdateItem refuses for the cost of its action, a transaction or a statement writes."""
    table = make_table("pk:S", items=[{"pk": S("K")}])
    fits, over = padding(3), padding(3, MAX + 1)
    request = _update(table, {"pk": S("K")}, "SET p = :p", {":p": fits})
    assert_refused(dynamodb, "UpdateItem", request, "ValidationException", OVERSIZED_UPDATE)

    def other(value: dict) -> tuple[str, dict]:
        if way == "TransactWriteItems":
            changed = request | {"ExpressionAttributeValues": {":p": value}}
            return way, {"TransactItems": [{"Update": changed}]}
        statement = f'UPDATE "{table}" SET p = ? WHERE pk = ?'
        return "ExecuteStatement", {"Statement": statement, "Parameters": [value, S("K")]}

    ask(dynamodb, *other(fits))
    stored = dynamodb.get_item(TableName=table, Key={"pk": S("K")})["Item"]
    assert stored == {"pk": S("K"), "p": fits}
    answer = refusal(dynamodb, *other(over))
    if way == "TransactWriteItems":
        assert answer["CancellationReasons"] == [{"Code": "ValidationError", "Message": OVERSIZED_UPDATE}]
    else:
        assert answer["Error"] == {"Code": "ValidationException", "Message": OVERSIZED_UPDATE}
