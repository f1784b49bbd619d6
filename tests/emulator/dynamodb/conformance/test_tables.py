"""DescribeTable, ListTables, DeleteTable and UpdateTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import table_request, unique, wait_until_active
from tests.emulator.dynamodb.messages import NOT_FOUND
from tests.support.waiting import eventually

TEN = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


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


# --- UpdateTable ---


def test_throughput(make_table, update):
    table = make_table("pk:S", ProvisionedThroughput=FIVE)
    throughput = update(table, ProvisionedThroughput=TEN)["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (10, 10)
    assert "LastIncreaseDateTime" in throughput
    lowered = update(table, ProvisionedThroughput=FIVE)["ProvisionedThroughput"]
    assert (lowered["ReadCapacityUnits"], lowered["NumberOfDecreasesToday"]) == (5, 1)


def test_to_on_demand_and_back(make_table, update):
    table = make_table("pk:S", ProvisionedThroughput=FIVE)
    on_demand = update(table, BillingMode="PAY_PER_REQUEST")
    assert on_demand["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert on_demand["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    again = update(table, BillingMode="PAY_PER_REQUEST")
    assert again["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    provisioned = update(table, BillingMode="PROVISIONED", ProvisionedThroughput=FIVE)
    assert provisioned["ProvisionedThroughput"]["WriteCapacityUnits"] == 5
    assert provisioned["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


SETTINGS = {
    "deletion protection": (
        {},
        {"DeletionProtectionEnabled": True},
        lambda table: table["DeletionProtectionEnabled"],
        True,
    ),
    "table class": (
        {},
        {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        lambda table: table["TableClassSummary"]["TableClass"],
        "STANDARD_INFREQUENT_ACCESS",
    ),
    "on-demand maximum": (
        {"OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 15}},
        lambda table: table["OnDemandThroughput"],
        {"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 15},
    ),
    "stream": (
        {},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
        lambda table: table["StreamSpecification"]["StreamViewType"],
        "NEW_IMAGE",
    ),
    "no stream": (
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
        {"StreamSpecification": {"StreamEnabled": False}},
        lambda table: table.get("StreamSpecification"),
        None,
    ),
}


@pytest.mark.parametrize(("before", "changes", "shown", "expected"), cases(SETTINGS))
def test_setting(dynamodb, make_table, update, before, changes, shown, expected):
    table = make_table("pk:S", **before)
    assert shown(update(table, **changes)) == expected
    if "DeletionProtectionEnabled" in changes:
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)


def index(name: str = "gsi", *keys: str, projection: dict | None = None) -> dict:
    kinds = ("HASH", "RANGE")
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys or ("g",), kinds, strict=False)
        ],
        "Projection": projection or {"ProjectionType": "ALL"},
    }


def created(*types: str, **more) -> dict:
    attributes = [pair.split(":") for pair in types or ("g:S",)]
    keys = [name for name, _ in attributes]
    return {
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in attributes],
        "GlobalSecondaryIndexUpdates": [{"Create": index(more.pop("name", "gsi"), *keys, **more)}],
    }


PROJECTIONS = {
    "ALL": ({"ProjectionType": "ALL"}, {"pk", "g", "h", "inc", "rest"}),
    "KEYS_ONLY": ({"ProjectionType": "KEYS_ONLY"}, {"pk", "g", "h"}),
    "INCLUDE": ({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["inc"]}, {"pk", "g", "h", "inc"}),
}


@pytest.mark.parametrize(("projection", "attributes"), cases(PROJECTIONS))
def test_new_index_holds_what_was_there(dynamodb, make_table, update, projection, attributes):
    rows = [
        {"pk": S("1"), "g": S("x"), "h": N(2), "inc": S("i"), "rest": S("r")},
        {"pk": S("2"), "g": S("x"), "h": N(1), "inc": S("i"), "rest": S("r")},
        {"pk": S("3"), "g": S("y"), "h": N(1), "inc": S("i"), "rest": S("r")},
        {"pk": S("4"), "rest": S("r")},
    ]
    table = make_table("pk:S", items=rows)
    described = update(table, **created("g:S", "h:N", projection=projection))
    (shown,) = described["GlobalSecondaryIndexes"]
    assert (shown["IndexStatus"], shown["Projection"], shown["ItemCount"]) == ("ACTIVE", projection, 3)
    found = dynamodb.query(
        TableName=table,
        IndexName="gsi",
        KeyConditionExpression="g = :g",
        ExpressionAttributeValues={":g": S("x")},
    )["Items"]
    assert [item["pk"]["S"] for item in found] == ["2", "1"]
    assert all(set(item) == attributes for item in found)
    dynamodb.put_item(TableName=table, Item={"pk": S("5"), "g": S("x"), "h": N(0)})
    assert dynamodb.scan(TableName=table, IndexName="gsi")["Count"] == 4


def test_indexes_come_and_go(dynamodb, make_table, update):
    table = make_table("pk:S", items=[{"pk": S("1"), "g": S("x")}])
    update(table, **created("g:S", name="first"))
    described = update(table, **created("h:N", name="second"))
    assert {i["IndexName"] for i in described["GlobalSecondaryIndexes"]} == {"first", "second"}
    names = {a["AttributeName"] for a in described["AttributeDefinitions"]}
    assert names == {"pk", "g", "h"}
    update(table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "first"}}])

    def remaining() -> list[str] | None:
        described = dynamodb.describe_table(TableName=table)["Table"]
        left = [i["IndexName"] for i in described.get("GlobalSecondaryIndexes", [])]
        return left if left == ["second"] else None

    assert eventually(remaining, within=20, expecting="the first index to be gone")
    request = {"TableName": table, "IndexName": "first"}
    assert_refused(dynamodb, "Scan", request, "ValidationException")
    assert dynamodb.scan(TableName=table)["Count"] == 1


REFUSED = {
    "same throughput": (
        {"ProvisionedThroughput": FIVE},
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": FIVE},
        saying("The provisioned throughput for the table will not change"),
    ),
    "throughput of none": (
        {"ProvisionedThroughput": FIVE},
        {"ProvisionedThroughput": FIVE | {"ReadCapacityUnits": 0}},
        saying("Member must have value greater than or equal to 1"),
    ),
    "throughput on demand": (
        {"ProvisionedThroughput": FIVE},
        {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": FIVE},
        saying("BillingMode is PAY_PER_REQUEST"),
    ),
    "provisioned without throughput": (
        {},
        {"BillingMode": "PROVISIONED"},
        saying("must be specified when BillingMode is PROVISIONED"),
    ),
    "nothing": ({}, {}, saying("At least one of ProvisionedThroughput")),
    "index that is there": (
        {"gsis": {"gsi": "g:S"}},
        created("g:S"),
        saying("already exists"),
    ),
    "index of an undefined attribute": (
        {},
        {"GlobalSecondaryIndexUpdates": [{"Create": index()}]},
        None,
    ),
    "included attributes that are not given": (
        {},
        created("g:S", projection={"ProjectionType": "INCLUDE"}),
        saying("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
    ),
    "stream that is on": (
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"}},
        saying("Table already has an enabled stream"),
    ),
    "stream that is off": (
        {},
        {"StreamSpecification": {"StreamEnabled": False}},
        saying("Table has no stream to disable"),
    ),
}


@pytest.mark.parametrize(("before", "changes", "message"), cases(REFUSED))
def test_update_is_refused(dynamodb, make_table, before, changes, message):
    table = make_table("pk:S", **before)
    request = {"TableName": table} | changes
    assert_refused(dynamodb, "UpdateTable", request, "ValidationException", message)


def test_index_that_is_not_there(dynamodb, make_table):
    request = {
        "TableName": make_table("pk:S"),
        "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": unique("gsi")}}],
    }
    message = saying("Requested resource not found")
    assert_refused(dynamodb, "UpdateTable", request, "ResourceNotFoundException", message)


def test_limits_of_the_account(dynamodb):
    limits = dynamodb.describe_limits()
    assert all(
        limits[name] > 0
        for name in (
            "AccountMaxReadCapacityUnits",
            "AccountMaxWriteCapacityUnits",
            "TableMaxReadCapacityUnits",
            "TableMaxWriteCapacityUnits",
        )
    )


def test_endpoints(dynamodb):
    (endpoint,) = dynamodb.describe_endpoints()["Endpoints"]
    assert endpoint["Address"]
    assert endpoint["CachePeriodInMinutes"] > 0
