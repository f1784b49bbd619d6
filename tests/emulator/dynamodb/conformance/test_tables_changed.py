"""UpdateTable, and what an account may have.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import unique, wait_until_active
from tests.support.waiting import eventually

TEN = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


@pytest.fixture
def update(dynamodb):
    def change(table: str, **changes) -> dict:
        dynamodb.update_table(TableName=table, **changes)
        return wait_until_active(dynamodb, table)

    return change


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
