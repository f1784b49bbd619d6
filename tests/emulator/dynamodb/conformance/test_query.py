"""Query on the table: key conditions, order, pages, counts, Select.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, cases, pages

SORTS = ["alpha", "alpine", "beta", "delta", "epsilon", "gamma"]


@pytest.fixture(scope="module")
def words(make_module_table, dynamodb) -> str:
    """A table with one partition `w` of six words, and another partition that must never show up."""
    rows = [
        {
            "pk": S("w"),
            "sk": S(word),
            "length": N(len(word)),
            "parity": S("even" if len(word) % 2 == 0 else "odd"),
        }
        for word in SORTS
    ]
    return make_module_table("pk:S sk:S", items=[*rows, {"pk": S("other"), "sk": S("beta")}])


def query(dynamodb, table: str, condition: str = "pk = :pk", pk: str = "w", **more) -> dict:
    values = {":pk": S(pk)} | more.pop("values", {})
    return dynamodb.query(
        TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues=values, **more
    )


def sorts(answer: dict) -> list[str]:
    return [item["sk"]["S"] for item in answer["Items"]]


CONDITIONS = {
    "partition": ("pk = :pk", {}, SORTS),
    "equal": ("pk = :pk AND sk = :a", {":a": S("beta")}, ["beta"]),
    "equal to nothing": ("pk = :pk AND sk = :a", {":a": S("bet")}, []),
    "smaller": ("pk = :pk AND sk < :a", {":a": S("beta")}, ["alpha", "alpine"]),
    "smaller or equal": ("pk = :pk AND sk <= :a", {":a": S("beta")}, ["alpha", "alpine", "beta"]),
    "greater": ("pk = :pk AND sk > :a", {":a": S("delta")}, ["epsilon", "gamma"]),
    "greater or equal": ("pk = :pk AND sk >= :a", {":a": S("delta")}, ["delta", "epsilon", "gamma"]),
    "between": (
        "pk = :pk AND sk BETWEEN :a AND :b",
        {":a": S("alpine"), ":b": S("delta")},
        ["alpine", "beta", "delta"],
    ),
    "between nothing": ("pk = :pk AND sk BETWEEN :a AND :b", {":a": S("b"), ":b": S("b")}, []),
    "begins with": ("pk = :pk AND begins_with(sk, :a)", {":a": S("alp")}, ["alpha", "alpine"]),
    "begins with a whole word": ("pk = :pk AND begins_with(sk, :a)", {":a": S("alpha")}, ["alpha"]),
    "sort key first": ("sk = :a AND pk = :pk", {":a": S("beta")}, ["beta"]),
    "value on the left": ("pk = :pk AND :a <= sk", {":a": S("epsilon")}, ["epsilon", "gamma"]),
    "both values on the left": (":pk = pk AND :a > sk", {":a": S("alpine")}, ["alpha"]),
    "parentheses around each": ("(pk = :pk) AND (sk = :a)", {":a": S("beta")}, ["beta"]),
    "parentheses around all": ("(pk = :pk AND sk = :a)", {":a": S("beta")}, ["beta"]),
}


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
@pytest.mark.parametrize(("condition", "values", "expected"), cases(CONDITIONS))
def test_key_condition(dynamodb, words, condition, values, expected, forward):
    answer = query(dynamodb, words, condition, values=values, ScanIndexForward=forward)
    assert sorts(answer) == (expected if forward else expected[::-1])
    assert answer["Count"] == answer["ScannedCount"] == len(expected)
    assert "LastEvaluatedKey" not in answer


def test_no_partition_is_an_empty_answer(dynamodb, words):
    answer = query(dynamodb, words, pk="nobody")
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 0)


def test_filter_counts_what_it_reads(dynamodb, words):
    answer = query(dynamodb, words, FilterExpression="parity = :even", values={":even": S("even")})
    assert sorts(answer) == ["alpine", "beta"]
    assert (answer["Count"], answer["ScannedCount"]) == (2, 6)


def test_limit_counts_before_the_filter(dynamodb, words):
    answer = query(dynamodb, words, FilterExpression="parity = :even", values={":even": S("even")}, Limit=2)
    assert sorts(answer) == ["alpine"]
    assert (answer["Count"], answer["ScannedCount"]) == (1, 2)
    assert answer["LastEvaluatedKey"] == {"pk": S("w"), "sk": S("alpine")}


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_hold_everything_once(dynamodb, words, limit, forward):
    request = {
        "TableName": words,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": S("w")},
        "Limit": limit,
        "ScanIndexForward": forward,
    }
    found = [sort for page in pages(dynamodb, "Query", request) for sort in sorts(page)]
    assert found == (SORTS if forward else SORTS[::-1])


def test_full_page_at_the_very_end_still_has_a_key(dynamodb, words):
    answer = query(dynamodb, words, Limit=6)
    assert answer["LastEvaluatedKey"] == {"pk": S("w"), "sk": S("gamma")}
    rest = query(dynamodb, words, Limit=6, ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert (rest["Items"], rest.get("LastEvaluatedKey")) == ([], None)


def test_start_key_need_not_exist(dynamodb, words):
    answer = query(dynamodb, words, ExclusiveStartKey={"pk": S("w"), "sk": S("c")})
    assert sorts(answer) == ["delta", "epsilon", "gamma"]


def test_pages_under_a_key_condition(dynamodb, words):
    request = {
        "TableName": words,
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :a AND :b",
        "ExpressionAttributeValues": {":pk": S("w"), ":a": S("alpine"), ":b": S("epsilon")},
        "Limit": 2,
    }
    found = [sorts(page) for page in pages(dynamodb, "Query", request)]
    assert [sort for page in found for sort in page] == ["alpine", "beta", "delta", "epsilon"]


def test_count_has_no_items(dynamodb, words):
    answer = query(dynamodb, words, Select="COUNT")
    assert (answer["Count"], answer["ScannedCount"]) == (6, 6)
    assert "Items" not in answer


def test_count_after_a_filter(dynamodb, words):
    answer = query(
        dynamodb, words, Select="COUNT", FilterExpression="parity = :even", values={":even": S("even")}
    )
    assert (answer["Count"], answer["ScannedCount"]) == (2, 6)
    assert "Items" not in answer


def test_specific_attributes(dynamodb, words):
    answer = query(dynamodb, words, Select="SPECIFIC_ATTRIBUTES", ProjectionExpression="sk", Limit=1)
    assert answer["Items"] == [{"sk": S("alpha")}]


def test_all_attributes(dynamodb, words):
    answer = query(dynamodb, words, Select="ALL_ATTRIBUTES", Limit=1)
    assert set(answer["Items"][0]) == {"pk", "sk", "length", "parity"}


def test_filter_sees_what_the_projection_hides(dynamodb, words):
    answer = query(
        dynamodb,
        words,
        ProjectionExpression="sk",
        FilterExpression="parity = :even",
        values={":even": S("even")},
    )
    assert answer["Items"] == [{"sk": S("alpine")}, {"sk": S("beta")}]


def test_string_order_is_that_of_utf8_bytes(dynamodb, names, put, key):
    ordered = ["", "A", "Z", "a", "z", "é", "日", "\U0001d11e"][1:]
    for text in reversed(ordered):
        put("range", {"pk": S(key), "sk": S(text)})
    assert sorts(query(dynamodb, names["range"], pk=key)) == ordered


BLOBS = [b"\x00", b"\x01\x02", b"\x01\x03", b"\x7f", b"\x80", b"\xff\x00"]


@pytest.fixture
def blobs(put, key) -> str:
    for blob in reversed(BLOBS):
        put("binary_range", {"pk": S(key), "sk": {"B": blob}})
    return key


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    cases(
        {
            "all": ("pk = :pk", {}, BLOBS),
            "greater": ("pk = :pk AND sk > :a", {":a": {"B": b"\x7f"}}, BLOBS[4:]),
            "begins with": ("pk = :pk AND begins_with(sk, :a)", {":a": {"B": b"\x01"}}, BLOBS[1:3]),
            "between": (
                "pk = :pk AND sk BETWEEN :a AND :b",
                {":a": {"B": b"\x01\x03"}, ":b": {"B": b"\x80"}},
                BLOBS[2:5],
            ),
        }
    ),
)
def test_binary_order_is_that_of_unsigned_bytes(dynamodb, names, blobs, condition, values, expected):
    answer = query(dynamodb, names["binary_range"], condition, pk=blobs, values=values)
    assert [item["sk"]["B"] for item in answer["Items"]] == expected


NUMBERS = ["-100", "-5", "-1", "0", "1", "5", "10", "20", "100"]


@pytest.fixture
def numbers(put, key) -> str:
    for number in sorted(NUMBERS):
        put("number_range", {"pk": S(key), "sk": N(number)})
    return key


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    cases(
        {
            "all": ("pk = :pk", {}, NUMBERS),
            "greater": ("pk = :pk AND sk > :a", {":a": N(15)}, ["20", "100"]),
            "from below zero": ("pk = :pk AND sk >= :a", {":a": N(-1)}, NUMBERS[2:]),
            "between, not by digits": (
                "pk = :pk AND sk BETWEEN :a AND :b",
                {":a": N(1), ":b": N(10)},
                ["1", "5", "10"],
            ),
            "equal, written differently": ("pk = :pk AND sk = :a", {":a": N("1E1")}, ["10"]),
        }
    ),
)
def test_number_order_is_that_of_values(dynamodb, names, numbers, condition, values, expected):
    answer = query(dynamodb, names["number_range"], condition, pk=numbers, values=values)
    assert [item["sk"]["N"] for item in answer["Items"]] == expected


def test_page_ends_at_one_megabyte(dynamodb, make_table):
    table = make_table("pk:S sk:S")
    for number in range(20):
        item = {"pk": S("p"), "sk": S(f"{number:02}"), "payload": S("x" * 60_000)}
        dynamodb.put_item(TableName=table, Item=item)
    request = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": S("p")},
    }
    found = pages(dynamodb, "Query", request)
    assert [page["Count"] for page in found] == [18, 2]
    assert [sort for page in found for sort in sorts(page)] == [f"{number:02}" for number in range(20)]
    limited = dynamodb.query(**request, Limit=5)
    assert limited["Count"] == 5
    filtered = dynamodb.query(**request, FilterExpression="attribute_exists(absent)")
    assert (filtered["Count"], filtered["ScannedCount"]) == (0, 18)
    assert "LastEvaluatedKey" in filtered
