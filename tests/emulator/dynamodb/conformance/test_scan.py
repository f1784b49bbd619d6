"""Scan: everything once, in pages and in parallel segments, and what it refuses.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, pages, saying
from tests.emulator.dynamodb.messages import NOT_FOUND, mixed

COUNT = 23


@pytest.fixture(scope="module")
def table(make_module_table) -> str:
    rows = [{"pk": S(f"item-{n}"), "n": N(n), "parity": S("odd" if n % 2 else "even")} for n in range(COUNT)]
    return make_module_table("pk:S", items=rows)


@pytest.fixture(scope="module")
def partitions(make_module_table) -> str:
    rows = [{"pk": S(f"p{n % 4}"), "sk": N(n)} for n in range(COUNT)]
    return make_module_table("pk:S sk:N", items=rows)


def test_scan_reads_everything(dynamodb, table):
    answer = dynamodb.scan(TableName=table)
    assert sorted(int(item["n"]["N"]) for item in answer["Items"]) == list(range(COUNT))
    assert answer["Count"] == answer["ScannedCount"] == COUNT
    assert "LastEvaluatedKey" not in answer


def test_scan_order_is_stable_and_not_that_of_keys(dynamodb, table):
    first = [item["pk"]["S"] for item in dynamodb.scan(TableName=table)["Items"]]
    second = [item["pk"]["S"] for item in dynamodb.scan(TableName=table)["Items"]]
    assert first == second
    assert first != sorted(first)


def test_partitions_come_whole_and_sorted(dynamodb, partitions):
    found = [(item["pk"]["S"], int(item["sk"]["N"])) for item in dynamodb.scan(TableName=partitions)["Items"]]
    order = list(dict.fromkeys(partition for partition, _ in found))
    assert found == sorted(found, key=lambda row: (order.index(row[0]), row[1]))


@pytest.mark.parametrize("limit", [1, 5, 22, 23, 24])
def test_pages_hold_everything_once(dynamodb, table, limit):
    found = pages(dynamodb, "Scan", {"TableName": table, "Limit": limit})
    assert sorted(int(item["n"]["N"]) for page in found for item in page["Items"]) == list(range(COUNT))
    assert all(page["ScannedCount"] == limit for page in found[:-1])
    assert all(set(page["LastEvaluatedKey"]) == {"pk"} for page in found[:-1])


@pytest.mark.parametrize("limit", [1, 4])
def test_pages_over_partitions(dynamodb, partitions, limit):
    found = pages(dynamodb, "Scan", {"TableName": partitions, "Limit": limit})
    assert sorted(int(item["sk"]["N"]) for page in found for item in page["Items"]) == list(range(COUNT))


@pytest.mark.parametrize("segments", [1, 2, 4, 7, 1000])
def test_segments_share_the_table(dynamodb, table, segments):
    if segments == 1000:
        first = dynamodb.scan(TableName=table, TotalSegments=1_000_000, Segment=999_999)
        assert first["Count"] <= COUNT
        return
    found = []
    for segment in range(segments):
        request = {"TableName": table, "TotalSegments": segments, "Segment": segment, "Limit": 3}
        found += [int(item["n"]["N"]) for page in pages(dynamodb, "Scan", request) for item in page["Items"]]
    assert sorted(found) == list(range(COUNT))


def test_filter_counts_what_it_reads(dynamodb, table):
    answer = dynamodb.scan(
        TableName=table, FilterExpression="parity = :p", ExpressionAttributeValues={":p": S("odd")}
    )
    assert (answer["Count"], answer["ScannedCount"]) == (11, COUNT)


def test_filter_that_nothing_passes(dynamodb, table):
    answer = dynamodb.scan(
        TableName=table, FilterExpression="pk = :p", ExpressionAttributeValues={":p": S("nobody")}
    )
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, COUNT)


def test_limit_counts_before_the_filter(dynamodb, table):
    answer = dynamodb.scan(
        TableName=table, FilterExpression="n > :n", ExpressionAttributeValues={":n": N(100)}, Limit=1
    )
    assert (answer["Count"], answer["ScannedCount"]) == (0, 1)
    assert "LastEvaluatedKey" in answer


@pytest.mark.parametrize("more", [{}, {"FilterExpression": "attribute_exists(pk)"}], ids=["all", "filtered"])
def test_count_has_no_items(dynamodb, table, more):
    answer = dynamodb.scan(TableName=table, Select="COUNT", **more)
    assert (answer["Count"], answer["ScannedCount"]) == (COUNT, COUNT)
    assert "Items" not in answer


def test_filter_sees_what_the_projection_hides(dynamodb, table):
    answer = dynamodb.scan(
        TableName=table,
        ProjectionExpression="n",
        FilterExpression="pk = :p",
        ExpressionAttributeValues={":p": S("item-7")},
    )
    assert answer["Items"] == [{"n": N(7)}]


def test_empty_table(dynamodb, make_table):
    answer = dynamodb.scan(TableName=make_table("pk:S"))
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 0)


def test_page_ends_at_one_megabyte(dynamodb, make_table):
    table = make_table("pk:S")
    for number in range(20):
        dynamodb.put_item(TableName=table, Item={"pk": S(f"{number:02}"), "payload": S("x" * 60_000)})
    assert [page["Count"] for page in pages(dynamodb, "Scan", {"TableName": table})] == [18, 2]


REFUSED = {
    "segment without total": (
        {"Segment": 0},
        "The TotalSegments parameter is required but was not present in the request when Segment parameter "
        "is present",
    ),
    "total without segment": (
        {"TotalSegments": 4},
        "The Segment parameter is required but was not present in the request when parameter TotalSegments "
        "is present",
    ),
    "segment beyond the total": (
        {"Segment": 5, "TotalSegments": 5},
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is "
        "not less than TotalSegments: 5",
    ),
    "segment below zero": (
        {"Segment": -1, "TotalSegments": 4},
        saying("Member must have value greater than or equal to 0"),
    ),
    "no segments": (
        {"Segment": 0, "TotalSegments": 0},
        saying("Member must have value greater than or equal to 1"),
    ),
    "too many segments": (
        {"Segment": 0, "TotalSegments": 1_000_001},
        saying("Member must have value less than or equal to 1000000"),
    ),
    "limit of none": (
        {"Limit": 0},
        saying("failed to satisfy constraint: Member must have value greater than or equal to 1"),
    ),
    "unknown index": ({"IndexName": "nowhere"}, "The table does not have the specified index: nowhere"),
    "consistent read of a global index": (
        {"TableName": "<range>", "IndexName": "by_a", "ConsistentRead": True},
        "Consistent reads are not supported on global secondary indexes",
    ),
    "specific attributes without saying which": (
        {"Select": "SPECIFIC_ATTRIBUTES"},
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    ),
    "projection of all attributes": (
        {"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "pk"},
        saying("Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"),
    ),
    "projection of a count": (
        {"Select": "COUNT", "ProjectionExpression": "pk"},
        saying("Cannot specify the ProjectionExpression when choosing to get only the Count"),
    ),
    "projected attributes of no index": (
        {"Select": "ALL_PROJECTED_ATTRIBUTES"},
        saying("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    ),
    "start key of another shape": (
        {"ExclusiveStartKey": {"bad": S("p")}},
        saying("The provided starting key is invalid"),
    ),
    "start key of the wrong type": (
        {"ExclusiveStartKey": {"pk": N(1)}},
        saying("The provided starting key is invalid"),
    ),
    "begins with a number": (
        {"FilterExpression": "begins_with(a, :n)", "ExpressionAttributeValues": {":n": N(5)}},
        "Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: "
        "begins_with, operand type: N",
    ),
    "redundant parentheses": (
        {"FilterExpression": "((a = :v))", "ExpressionAttributeValues": {":v": S("x")}},
        "Invalid FilterExpression: The expression has redundant parentheses;",
    ),
    "undefined name in the projection": (
        {
            "FilterExpression": "pk = :never",
            "ExpressionAttributeValues": {":never": S("nobody")},
            "ProjectionExpression": "#undef",
        },
        "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
        "defined; attribute name: #undef",
    ),
    "reserved word": (
        {"FilterExpression": "status = :v", "ExpressionAttributeValues": {":v": S("x")}},
        "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status",
    ),
    "ScanFilter beside an expression": (
        {
            "ScanFilter": {"n": {"ComparisonOperator": "EQ", "AttributeValueList": [N(1)]}},
            "FilterExpression": "attribute_exists(n)",
        },
        mixed("ScanFilter", "FilterExpression"),
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, names, request_, message):
    request = fill({"TableName": "<hash>"} | request_, names)
    assert_refused(dynamodb, "Scan", request, "ValidationException", message)


def test_absent_table(dynamodb, names):
    request = {"TableName": names["absent"]}
    assert_refused(dynamodb, "Scan", request, "ResourceNotFoundException", NOT_FOUND)
