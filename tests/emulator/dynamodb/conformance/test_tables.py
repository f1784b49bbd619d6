"""DescribeTable, ListTables and DeleteTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
"""

import pytest

from tests.emulator.dynamodb.asking import S, assert_refused, saying
from tests.emulator.dynamodb.conftest import table_request, wait_until_active
from tests.emulator.dynamodb.messages import NOT_FOUND
from tests.support.waiting import eventually

TEN = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}


@pytest.fixture
def update(dynamodb):
    def change(table: str, **changes) -> dict:
        dynamodb.update_table(TableName=table, **changes)
        return wait_until_active(dynamodb, table)

    return change


# --- DescribeTable ---


def test_item_count_and_size(dynamodb, make_table):
    table = make_table("pk:S", gsis={"gsi": "g:S"}, items=[{"pk": S("1"), "g": S("x")}, {"pk": S("22")}])
    described = dynamodb.describe_table(TableName=table)["Table"]
    assert (described["ItemCount"], described["TableSizeBytes"]) == (2, 9)
    (index,) = described["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (1, 5)


def test_table_by_its_arn(dynamodb, make_table):
    table = make_table("pk:S")
    arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    assert dynamodb.describe_table(TableName=arn)["Table"]["TableName"] == table
    dynamodb.put_item(TableName=arn, Item={"pk": S("x")})
    assert dynamodb.get_item(TableName=table, Key={"pk": S("x")})["Item"] == {"pk": S("x")}


ABSENT = {
    "DescribeTable": ({}, saying("Requested resource not found: Table: <absent> not found")),
    "DeleteTable": ({}, saying("Requested resource not found: Table: <absent> not found")),
    "UpdateTable": (
        {"ProvisionedThroughput": TEN},
        saying("Requested resource not found: Table: <absent> not found"),
    ),
    "DescribeTimeToLive": ({}, saying("Requested resource not found: Table: <absent> not found")),
    "UpdateTimeToLive": (
        {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}},
        saying("Requested resource not found: Table: <absent> not found"),
    ),
    "DescribeContinuousBackups": ({}, None),
    "DescribeContributorInsights": ({}, None),
}


@pytest.mark.parametrize("operation", ABSENT)
def test_absent_table(dynamodb, names, operation):
    more, message = ABSENT[operation]
    request = {"TableName": names["absent"]} | more
    code = (
        "TableNotFoundException" if operation == "DescribeContinuousBackups" else "ResourceNotFoundException"
    )
    expected = None if message is None else saying(names["absent"])
    assert_refused(dynamodb, operation, request, code, expected)


# --- ListTables ---


@pytest.fixture
def listed(client_of):
    """A client of an account of its own with five tables, and their names."""
    client = client_of("dynamodb", account="123456789012", region="eu-west-3")
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    tables = [f"table-{letter}" for letter in "dbeac"]
    for name in tables:
        client.create_table(**table_request("pk:S", TableName=name))
    yield client
    for name in tables:
        client.delete_table(TableName=name)


def test_tables_are_listed_by_name(listed):
    names = [f"table-{letter}" for letter in "abcde"]
    assert listed.list_tables()["TableNames"] == names
    assert "LastEvaluatedTableName" not in listed.list_tables()


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_tables_in_pages(listed, limit):
    found, start = [], {}
    for _ in range(10):
        page = listed.list_tables(Limit=limit, **start)
        assert len(page["TableNames"]) <= limit
        found += page["TableNames"]
        if "LastEvaluatedTableName" not in page:
            break
        assert page["LastEvaluatedTableName"] == found[-1]
        start = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}
    assert found == [f"table-{letter}" for letter in "abcde"]


def test_tables_after_a_name_that_is_not_there(listed):
    assert listed.list_tables(ExclusiveStartTableName="table-bb")["TableNames"] == [
        "table-c",
        "table-d",
        "table-e",
    ]


def test_regions_and_accounts_are_apart(listed, client_of):
    other_region = client_of("dynamodb", account="123456789012", region="eu-west-2")
    other_account = client_of("dynamodb", account="210987654321", region="eu-west-3")
    assert other_region.list_tables()["TableNames"] == []
    assert other_account.list_tables()["TableNames"] == []


@pytest.mark.parametrize("limit", [0, 101])
def test_limit_of_tables(dynamodb, limit):
    assert_refused(dynamodb, "ListTables", {"Limit": limit}, "ValidationException")


# --- DeleteTable ---


def test_deleted_table_is_gone(dynamodb, make_table):
    table = make_table("pk:S", items=[{"pk": S("x")}])
    deleted = dynamodb.delete_table(TableName=table)["TableDescription"]
    assert (deleted["TableName"], deleted["TableStatus"]) == (table, "DELETING")

    def gone() -> bool:
        return table not in dynamodb.list_tables()["TableNames"]

    eventually(gone, within=20, expecting="the table to be gone")
    assert_refused(dynamodb, "DescribeTable", {"TableName": table}, "ResourceNotFoundException")
    request = {"TableName": table, "Key": {"pk": S("x")}}
    assert_refused(dynamodb, "GetItem", request, "ResourceNotFoundException", NOT_FOUND)


def test_new_table_of_an_old_name_is_empty(dynamodb, make_table):
    table = make_table("pk:S", items=[{"pk": S("x")}])
    dynamodb.delete_table(TableName=table)
    dynamodb.create_table(**table_request("pk:S sk:S", TableName=table))
    wait_until_active(dynamodb, table)
    assert dynamodb.scan(TableName=table)["Items"] == []


def test_protected_table_is_not_deleted(dynamodb, make_table, update):
    table = make_table("pk:S", DeletionProtectionEnabled=True)
    message = saying("protected against deletion")
    assert_refused(dynamodb, "DeleteTable", {"TableName": table}, "ValidationException", message)
    assert update(table, DeletionProtectionEnabled=False)["DeletionProtectionEnabled"] is False
    dynamodb.delete_table(TableName=table)
