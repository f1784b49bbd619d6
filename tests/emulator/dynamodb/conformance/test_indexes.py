"""Reading through secondary indexes: membership, projection, order, pages over ties.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/SecondaryIndexes.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, ask, pages

ROWS = [
    {"pk": S("p1"), "sk": S("1"), "g": S("x"), "h": N(3), "l": S("c"), "inc": S("i1"), "rest": S("r1")},
    {"pk": S("p1"), "sk": S("2"), "g": S("x"), "h": N(1), "l": S("a"), "inc": S("i2"), "rest": S("r2")},
    {"pk": S("p1"), "sk": S("3"), "g": S("y"), "h": N(2), "l": S("b"), "inc": S("i3"), "rest": S("r3")},
    {"pk": S("p1"), "sk": S("4"), "inc": S("i4"), "rest": S("r4")},  # in no index
    {"pk": S("p2"), "sk": S("1"), "g": S("x"), "l": S("a"), "inc": S("i5"), "rest": S("r5")},  # no h
    {"pk": S("p2"), "sk": S("2"), "h": N(9), "rest": S("r6")},  # no g, no l
]


@pytest.fixture(scope="module")
def table(make_module_table) -> str:
    return make_module_table(
        "pk:S sk:S",
        gsis={
            "g_all": "g:S",
            "gh_all": "g:S h:N",
            "gh_keys": ("g:S h:N", "KEYS_ONLY"),
            "gh_inc": ("g:S h:N", ["inc"]),
        },
        lsis={"l_all": "pk:S l:S", "l_keys": ("pk:S l:S", "KEYS_ONLY"), "l_inc": ("pk:S l:S", ["inc"])},
        items=ROWS,
    )


def query(dynamodb, table, index, condition, values, **more):
    return dynamodb.query(
        TableName=table,
        IndexName=index,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        **more,
    )


def ids(answer) -> list[str]:
    return [item["pk"]["S"] + item["sk"]["S"] for item in answer["Items"]]


def test_hash_index_holds_every_item_with_its_key(dynamodb, table):
    assert sorted(ids(query(dynamodb, table, "g_all", "g = :g", {":g": S("x")}))) == ["p11", "p12", "p21"]


def test_composite_index_leaves_out_items_without_its_sort_key(dynamodb, table):
    assert ids(query(dynamodb, table, "gh_all", "g = :g", {":g": S("x")})) == ["p12", "p11"]


def test_composite_index_sorts_by_its_own_key(dynamodb, table):
    answer = query(dynamodb, table, "gh_all", "g = :g AND h > :h", {":g": S("x"), ":h": N(1)})
    assert ids(answer) == ["p11"]
    answer = query(dynamodb, table, "gh_all", "g = :g", {":g": S("x")}, ScanIndexForward=False)
    assert ids(answer) == ["p11", "p12"]


def test_local_index_stays_in_its_partition(dynamodb, table):
    assert ids(query(dynamodb, table, "l_all", "pk = :p", {":p": S("p1")})) == ["p12", "p13", "p11"]


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("pk = :p AND l = :l", {":l": S("a")}, ["p12"]),
        ("pk = :p AND begins_with(l, :l)", {":l": S("b")}, ["p13"]),
        ("pk = :p AND l BETWEEN :l AND :m", {":l": S("b"), ":m": S("c")}, ["p13", "p11"]),
        ("pk = :p AND l < :l", {":l": S("c")}, ["p12", "p13"]),
    ],
    ids=["equal", "begins with", "between", "smaller"],
)
def test_local_index_key_conditions(dynamodb, table, condition, values, expected):
    answer = query(dynamodb, table, "l_all", condition, {":p": S("p1")} | values, ConsistentRead=True)
    assert ids(answer) == expected


@pytest.mark.parametrize("index", ["g_all", "l_all"])
def test_no_partition_in_the_index(dynamodb, table, index):
    name = "g" if index == "g_all" else "pk"
    answer = query(dynamodb, table, index, f"{name} = :v", {":v": S("nobody")})
    assert (answer["Items"], answer["Count"]) == ([], 0)


PROJECTIONS = {
    "gh_all": {"pk", "sk", "g", "h", "l", "inc", "rest"},
    "gh_keys": {"pk", "sk", "g", "h"},
    "gh_inc": {"pk", "sk", "g", "h", "inc"},
    "l_all": {"pk", "sk", "g", "h", "l", "inc", "rest"},
    "l_keys": {"pk", "sk", "l"},
    "l_inc": {"pk", "sk", "l", "inc"},
}


@pytest.mark.parametrize("select", [None, "ALL_PROJECTED_ATTRIBUTES"])
@pytest.mark.parametrize(("index", "attributes"), PROJECTIONS.items(), ids=PROJECTIONS)
def test_query_returns_what_the_index_projects(dynamodb, table, index, attributes, select):
    name, value = ("g", "y") if index.startswith("g") else ("pk", "p1")
    more = {"Select": select} if select else {}
    answer = query(dynamodb, table, index, f"{name} = :v", {":v": S(value)}, **more)
    assert answer["Items"]
    assert all(set(item) == attributes for item in answer["Items"])


@pytest.mark.parametrize(("index", "attributes"), PROJECTIONS.items(), ids=PROJECTIONS)
def test_scan_returns_what_the_index_projects(dynamodb, table, index, attributes):
    answer = dynamodb.scan(TableName=table, IndexName=index, FilterExpression="attribute_exists(pk)")
    complete = [item for item in answer["Items"] if item["pk"] == S("p1")]
    assert len(complete) == 3
    assert all(set(item) == attributes for item in complete)


SCANNED = {"g_all": 4, "gh_all": 3, "l_all": 4}


@pytest.mark.parametrize(("index", "count"), SCANNED.items(), ids=SCANNED)
def test_scan_of_a_sparse_index_leaves_items_out(dynamodb, table, index, count):
    answer = dynamodb.scan(TableName=table, IndexName=index)
    assert (answer["Count"], answer["ScannedCount"]) == (count, count)


def test_local_index_fetches_what_it_does_not_project(dynamodb, table):
    answer = query(dynamodb, table, "l_keys", "pk = :p", {":p": S("p1")}, ProjectionExpression="sk, rest")
    assert answer["Items"][0] == {"sk": S("2"), "rest": S("r2")}


def test_all_attributes_of_a_local_index_come_from_the_table(dynamodb, table):
    answer = query(dynamodb, table, "l_keys", "pk = :p", {":p": S("p1")}, Select="ALL_ATTRIBUTES")
    assert answer["Items"][0] == ROWS[1]


def test_all_attributes_of_a_full_global_index(dynamodb, table):
    answer = query(dynamodb, table, "gh_all", "g = :g", {":g": S("y")}, Select="ALL_ATTRIBUTES")
    assert answer["Items"] == [ROWS[2]]


def test_filter_on_the_table_key_is_allowed_on_an_index(dynamodb, table):
    answer = query(
        dynamodb, table, "g_all", "g = :g", {":g": S("x"), ":p": S("p2")}, FilterExpression="pk = :p"
    )
    assert (ids(answer), answer["ScannedCount"]) == (["p21"], 3)


@pytest.mark.parametrize("consistent", [True, False])
def test_local_index_reads_consistently(dynamodb, table, consistent):
    answer = dynamodb.scan(TableName=table, IndexName="l_all", ConsistentRead=consistent)
    assert answer["Count"] == 4


@pytest.fixture(scope="module")
def ties(make_module_table) -> str:
    """Items whose index keys are all the same."""
    rows = [
        {"pk": S(f"p{n % 2}"), "sk": S(f"{n}"), "g": S("tie"), "h": N(1), "l": S("tie")} for n in range(7)
    ]
    return make_module_table(
        "pk:S sk:S", gsis={"ind_g": "g:S", "ind_gh": "g:S h:N"}, lsis={"ind_l": "pk:S l:S"}, items=rows
    )


TIES = {
    "Query of a hash index": ("Query", "ind_g", "g = :v", S("tie"), 7, {"pk", "sk", "g"}),
    "Query of a composite index": ("Query", "ind_gh", "g = :v", S("tie"), 7, {"pk", "sk", "g", "h"}),
    "Query of a local index": ("Query", "ind_l", "pk = :v", S("p0"), 4, {"pk", "sk", "l"}),
    "Scan of a hash index": ("Scan", "ind_g", None, None, 7, {"pk", "sk", "g"}),
    "Scan of a composite index": ("Scan", "ind_gh", None, None, 7, {"pk", "sk", "g", "h"}),
    "Scan of a local index": ("Scan", "ind_l", None, None, 7, {"pk", "sk", "l"}),
}


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(
    ("operation", "index", "condition", "value", "count", "keys"), TIES.values(), ids=TIES
)
def test_pages_over_ties_hold_everything_once(
    dynamodb, ties, operation, index, condition, value, count, keys, limit
):
    request = {"TableName": ties, "IndexName": index, "Limit": limit}
    directions = [{}]
    if operation == "Query":
        request |= {"KeyConditionExpression": condition, "ExpressionAttributeValues": {":v": value}}
        directions = [{"ScanIndexForward": True}, {"ScanIndexForward": False}]
    for direction in directions:
        found = pages(dynamodb, operation, request | direction)
        seen = [identity for page in found for identity in ids(page)]
        assert len(seen) == len(set(seen)) == count
        assert all(set(page["LastEvaluatedKey"]) == keys for page in found[:-1])


MOVES = {
    "into the index": ({}, "SET g = :v", {":v": S("in")}, ["in"]),
    "out of the index": ({"g": S("in")}, "REMOVE g", {}, []),
    "to another partition": ({"g": S("from")}, "SET g = :v", {":v": S("to")}, ["to"]),
    "other attribute": ({"g": S("in")}, "SET another = :v", {":v": S("x")}, ["in"]),
}


@pytest.mark.parametrize(("before", "expression", "values", "after"), MOVES.values(), ids=MOVES)
def test_index_follows_the_item(dynamodb, make_table, before, expression, values, after):
    table = make_table("pk:S", gsis={"ind_g": "g:S"}, items=[{"pk": S("1")} | before])
    request = {"TableName": table, "Key": {"pk": S("1")}, "UpdateExpression": expression}
    ask(dynamodb, "UpdateItem", request | {"ExpressionAttributeValues": values or None})
    found = dynamodb.scan(TableName=table, IndexName="ind_g")["Items"]
    assert [item["g"]["S"] for item in found] == after


def test_index_forgets_a_deleted_item(dynamodb, make_table):
    table = make_table("pk:S", gsis={"ind_g": "g:S"}, items=[{"pk": S("1"), "g": S("x")}])
    dynamodb.delete_item(TableName=table, Key={"pk": S("1")})
    assert dynamodb.scan(TableName=table, IndexName="ind_g")["Items"] == []
