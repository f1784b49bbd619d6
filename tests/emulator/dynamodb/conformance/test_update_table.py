"""UpdateTable: capacity, indexes, stream and settings; what each answers and what is refused."""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import wait_until_active
from tests.emulator.dynamodb.messages import INVALID, constraint

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
MORE = {"ReadCapacityUnits": 20, "WriteCapacityUnits": 3}
ON = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
OFF = {"StreamEnabled": False}


@pytest.fixture
def update(dynamodb):
    """`update(name, member=…)` → the description that UpdateTable answers."""
    return lambda name, **members: dynamodb.update_table(TableName=name, **members)["TableDescription"]


@pytest.fixture
def describe(dynamodb):
    return lambda name: dynamodb.describe_table(TableName=name)["Table"]


def units(description: dict) -> tuple[int, int]:
    throughput = description["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


def create_index(name: str, *keys: str, projection: dict | None = None, **more) -> dict:
    schema = [
        {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
    projection = projection or {"ProjectionType": "ALL"}
    return {"Create": {"IndexName": name, "KeySchema": schema, "Projection": projection, **more}}


def defined(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def test_new_units_hold_once_the_table_is_active(make_table, update, describe):
    name = make_table(ProvisionedThroughput=UNITS)
    answer = update(name, ProvisionedThroughput=MORE)
    assert answer["TableStatus"] == "UPDATING"
    assert units(answer) == (5, 4)
    assert {"LastIncreaseDateTime", "LastDecreaseDateTime"} <= answer["ProvisionedThroughput"].keys()
    table = describe(name)
    assert units(table) == (20, 3)
    assert table["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1


def test_on_demand_and_back(make_table, update, describe):
    name = make_table(ProvisionedThroughput=UNITS)
    update(name, BillingMode="PAY_PER_REQUEST")
    table = describe(name)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert units(table) == (0, 0)
    update(name, BillingMode="PROVISIONED", ProvisionedThroughput=MORE)
    table = describe(name)
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert units(table) == (20, 3)


def test_on_demand_twice_is_accepted(make_table, update, describe):
    name = make_table()
    assert update(name, BillingMode="PAY_PER_REQUEST")["TableStatus"] == "UPDATING"
    assert describe(name)["TableStatus"] == "ACTIVE"


def test_an_index_is_filled_from_the_items_that_are_there(make_table, update, describe, dynamodb):
    items = [{"pk": S(str(k)), "state": S("NY" if k % 3 else "LA"), "total": N(k)} for k in range(30)]
    name = make_table(items=items)
    answer = update(
        name,
        AttributeDefinitions=defined(state="S", total="N"),
        GlobalSecondaryIndexUpdates=[create_index("by_state", "state", "total")],
    )
    assert answer["TableStatus"] == "UPDATING"
    (index,) = answer["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["Backfilling"]) == ("CREATING", False)
    wait_until_active(dynamodb, name)
    (index,) = describe(name)["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["ItemCount"], "Backfilling" in index) == ("ACTIVE", 30, False)
    found = dynamodb.query(
        TableName=name,
        IndexName="by_state",
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": S("LA")},
    )["Items"]
    assert [item["total"] for item in found] == [N(k) for k in range(0, 30, 3)]


def test_items_whose_attribute_has_another_type_are_left_out_of_a_new_index(make_table, update, dynamodb):
    name = make_table(items=[{"pk": S("1"), "a": N(1)}, {"pk": S("2"), "a": S("x")}])
    update(
        name,
        AttributeDefinitions=defined(a="S"),
        GlobalSecondaryIndexUpdates=[create_index("by_a", "a")],
    )
    assert dynamodb.scan(TableName=name, IndexName="by_a")["Items"] == [{"pk": S("2"), "a": S("x")}]


def test_a_projection_keeps_the_order_of_its_attributes(make_table, update, describe):
    name = make_table()
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z", "b", "a"]}
    update(
        name,
        AttributeDefinitions=defined(a1="S"),
        GlobalSecondaryIndexUpdates=[create_index("by_a", "a1", projection=projection)],
    )
    assert describe(name)["GlobalSecondaryIndexes"][0]["Projection"] == projection


def test_a_deleted_index_is_shown_once_more(make_table, update, describe, dynamodb):
    name = make_table(gsis={"by_a": "a:S"}, items=[{"pk": S("1"), "a": S("x")}])
    answer = update(name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_a"}}])
    assert answer["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    table = wait_until_active(dynamodb, name)
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == defined(pk="S")
    dynamodb.put_item(TableName=name, Item={"pk": S("2"), "a": N(5)})
    assert describe(name)["TableStatus"] == "ACTIVE"


def test_an_index_may_come_back_with_another_key(make_table, update, dynamodb):
    name = make_table(gsis={"by_a": "a:S"}, items=[{"pk": S("1"), "a": S("x"), "b": S("y")}])
    update(name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_a"}}])
    update(
        name,
        AttributeDefinitions=defined(b="S"),
        GlobalSecondaryIndexUpdates=[create_index("by_a", "b")],
    )
    assert dynamodb.scan(TableName=name, IndexName="by_a")["Count"] == 1


def test_units_of_an_index_change_alone(make_table, update, describe):
    name = make_table(
        ProvisionedThroughput=UNITS,
        AttributeDefinitions=defined(pk="S", a="S"),
        GlobalSecondaryIndexes=[create_index("by_a", "a", ProvisionedThroughput=UNITS)["Create"]],
    )
    answer = update(
        name,
        GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by_a", "ProvisionedThroughput": MORE}}],
    )
    assert answer["TableStatus"] == "ACTIVE"
    assert answer["GlobalSecondaryIndexes"][0]["IndexStatus"] == "UPDATING"
    table = describe(name)
    assert units(table) == (5, 4)
    assert units(table["GlobalSecondaryIndexes"][0]) == (20, 3)


def test_a_stream_is_switched_on_and_off(make_table, update, describe):
    name = make_table()
    answer = update(name, StreamSpecification=ON)
    assert answer["StreamSpecification"] == ON
    first = answer["LatestStreamArn"]
    update(name, StreamSpecification=OFF)
    table = describe(name)
    assert "StreamSpecification" not in table
    assert table["LatestStreamArn"] == first
    assert update(name, StreamSpecification=ON)["LatestStreamArn"] != first


def test_deletion_protection_is_immediate(make_table, update, describe):
    name = make_table()
    answer = update(name, DeletionProtectionEnabled=True)
    assert (answer["TableStatus"], answer["DeletionProtectionEnabled"]) == ("ACTIVE", True)
    update(name, DeletionProtectionEnabled=False)
    assert describe(name)["DeletionProtectionEnabled"] is False


def test_the_table_class_changes(make_table, update, describe):
    name = make_table()
    update(name, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert describe(name)["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_limits_of_on_demand_throughput_change_one_by_one(make_table, update, describe):
    name = make_table(OnDemandThroughput={"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5})
    update(name, OnDemandThroughput={"MaxReadRequestUnits": 20})
    assert describe(name)["OnDemandThroughput"] == {"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 5}


def test_warm_throughput_rises(make_table, update, describe):
    name = make_table()
    update(name, WarmThroughput={"ReadUnitsPerSecond": 13_000})
    warm = describe(name)["WarmThroughput"]
    assert (warm["ReadUnitsPerSecond"], warm["WriteUnitsPerSecond"]) == (13_000, 4_000)


def test_encryption_changes(make_table, update, describe):
    name = make_table()
    answer = update(name, SSESpecification={"Enabled": True})
    assert answer["SSEDescription"]["Status"] == "UPDATING"
    assert describe(name)["SSEDescription"]["Status"] == "ENABLED"
    update(name, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in describe(name)


ABSENT_TABLE = "Requested resource not found: Table: <absent> not found"
SAME = (
    "The provisioned throughput for the table will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current "
    "WriteCapacityUnits provisioned for the table: 4. Requested WriteCapacityUnits: 4. Refer to the Amazon "
    "DynamoDB Developer Guide for current limits and how to request higher limits."
)
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
    "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is "
    "required"
)


@pytest.fixture(scope="module")
def tables(make_module_table) -> dict[str, str]:
    """Tables that every request below leaves as they are."""
    return {
        "on_demand": make_module_table("pk:S sk:S", gsis={"by_a": "a:S"}, lsis={"local": "pk:S a:S"}),
        "provisioned": make_module_table(
            ProvisionedThroughput=UNITS,
            AttributeDefinitions=defined(pk="S", a="S"),
            GlobalSecondaryIndexes=[create_index("by_a", "a", ProvisionedThroughput=UNITS)["Create"]],
        ),
        "streaming": make_module_table(StreamSpecification=ON),
    }


def changes(*updates: dict, **more) -> dict:
    return {"GlobalSecondaryIndexUpdates": list(updates), **more}


B = defined(b="S")
REFUSED = {
    "nothing": ("on_demand", {}, NOTHING),
    "attribute definitions alone": ("on_demand", {"AttributeDefinitions": B}, NOTHING),
    "empty list of index updates": ("on_demand", {"GlobalSecondaryIndexUpdates": []}, NOTHING),
    "the same units": ("provisioned", {"ProvisionedThroughput": UNITS}, SAME),
    "the same mode and units": (
        "provisioned",
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS},
        SAME,
    ),
    "the same units of an index": (
        "provisioned",
        changes({"Update": {"IndexName": "by_a", "ProvisionedThroughput": UNITS}}),
        SAME.replace("for the table will", "for the index by_a will").replace("the table:", "the index:"),
    ),
    "mode without units": (
        "provisioned",
        {"BillingMode": "PROVISIONED"},
        INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
    ),
    "no units": (
        "provisioned",
        {"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 5}},
        constraint(
            "0",
            "provisionedThroughput.readCapacityUnits",
            "Member must have value greater than or equal to 1",
        ),
    ),
    "one unit missing": (
        "provisioned",
        {"ProvisionedThroughput": {"ReadCapacityUnits": 1}},
        constraint("null", "provisionedThroughput.writeCapacityUnits", "Member must not be null"),
    ),
    "on demand with units": (
        "provisioned",
        {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": UNITS},
        INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST",
    ),
    "units of an on-demand table": (
        "on_demand",
        {"ProvisionedThroughput": UNITS},
        INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST",
    ),
    "a mode for the table and none for its index": (
        "on_demand",
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS},
        INVALID + "ProvisionedThroughput must be specified for index: by_a",
    ),
    "a stream beside a stream": (
        "streaming",
        {"StreamSpecification": ON},
        "Table already has an enabled stream: TableName: <streaming>",
    ),
    "no stream to switch off": (
        "on_demand",
        {"StreamSpecification": OFF},
        "Table has no stream to disable: TableName: <on_demand>",
    ),
    "a stream without a view": (
        "on_demand",
        {"StreamSpecification": {"StreamEnabled": True}},
        INVALID + "If stream is being enabled then UpdateViewType is required",
    ),
    "no stream, but a view": (
        "streaming",
        {"StreamSpecification": {**ON, "StreamEnabled": False}},
        INVALID + "If stream is being disabled, then UpdateViewType must not be specified",
    ),
    "stream and units": (
        "provisioned",
        {"StreamSpecification": ON, "ProvisionedThroughput": MORE},
        INVALID + "You cannot modify stream status while updating table IOPS",
    ),
    "encryption beside something else": (
        "on_demand",
        {"SSESpecification": {"Enabled": True}, "DeletionProtectionEnabled": True},
        INVALID + "Server-Side Encryption modification must be the only operation in the request",
    ),
    "table class beside something else": (
        "on_demand",
        {"TableClass": "STANDARD", "BillingMode": "PAY_PER_REQUEST"},
        INVALID + "TableClass modification must be the only operation in the request",
    ),
    "default encryption again": (
        "on_demand",
        {"SSESpecification": {"Enabled": False}},
        INVALID + "Table is already encrypted by default",
    ),
    "less warm throughput": (
        "on_demand",
        {"WarmThroughput": {"ReadUnitsPerSecond": 11_999}},
        INVALID
        + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, "
        "decreasing WarmThroughput is not supported",
    ),
    "replicas": (
        "on_demand",
        {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]},
        saying("has no global tables"),
    ),
    "index without an action": (
        "on_demand",
        changes({}),
        INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null",
    ),
    "one index twice": (
        "on_demand",
        changes({"Delete": {"IndexName": "by_a"}}, {"Delete": {"IndexName": "by_a"}}),
        INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: by_a",
    ),
    "index that exists": (
        "on_demand",
        changes(create_index("by_a", "a"), AttributeDefinitions=defined(a="S")),
        "Attempting to create an index which already exists",
    ),
    "index with the name of a local one": (
        "on_demand",
        changes(create_index("local", "b"), AttributeDefinitions=B),
        "Attempting to create an index which already exists",
    ),
    "index without definitions": (
        "on_demand",
        changes(create_index("by_b", "b")),
        INVALID + "AttributeDefinitions is not specified for index: by_b",
    ),
    "index key that is not defined": (
        "streaming",
        changes(create_index("by_c", "c"), AttributeDefinitions=B),
        INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [c], "
        "AttributeDefinitions: [pk, b]",
    ),
    "index with units of an on-demand table": (
        "on_demand",
        changes(create_index("by_b", "b", ProvisionedThroughput=UNITS), AttributeDefinitions=B),
        INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by_b when "
        "BillingMode is PAY_PER_REQUEST",
    ),
    "index without units of a provisioned table": (
        "provisioned",
        changes(create_index("by_b", "b"), AttributeDefinitions=B),
        INVALID + "ProvisionedThroughput must be specified for index: by_b",
    ),
    "units for an index of an on-demand table": (
        "on_demand",
        changes({"Update": {"IndexName": "by_a", "ProvisionedThroughput": UNITS}}),
        INVALID + "The only Updates for index: by_a when TableThroughputMode is PAY_PER_REQUEST can be to "
        "OnDemandThroughput, WarmThroughput",
    ),
    "local index": (
        "on_demand",
        changes({"Delete": {"IndexName": "local"}}),
        "Cannot delete an index that is not a GlobalSecondaryIndex: local",
    ),
    "index and stream": (
        "on_demand",
        changes(create_index("by_b", "b"), AttributeDefinitions=B, StreamSpecification=ON),
        INVALID + "You cannot create or delete index while changing stream status",
    ),
    "index and units": (
        "provisioned",
        changes({"Delete": {"IndexName": "by_a"}}, ProvisionedThroughput=MORE),
        INVALID + "You cannot create or delete index while updating table IOPS",
    ),
}


@pytest.mark.parametrize(("table", "members", "message"), cases(REFUSED))
def test_refused(dynamodb, tables, table, members, message):
    if isinstance(message, str):
        for key, name in tables.items():
            message = message.replace(f"<{key}>", name)
    before = dynamodb.describe_table(TableName=tables[table])
    assert_refused(
        dynamodb, "UpdateTable", {"TableName": tables[table], **members}, "ValidationException", message
    )
    after = dynamodb.describe_table(TableName=tables[table])
    assert after["Table"] == before["Table"]


def test_a_table_that_is_not_there(dynamodb, names):
    request = {"TableName": names["absent"], "ProvisionedThroughput": UNITS}
    message = ABSENT_TABLE.replace("<absent>", names["absent"])
    assert_refused(dynamodb, "UpdateTable", request, "ResourceNotFoundException", message)


@pytest.mark.parametrize("action", ["Delete", "Update"])
def test_an_index_that_is_not_there(dynamodb, tables, action):
    update = {"IndexName": "nowhere"} | ({"ProvisionedThroughput": UNITS} if action == "Update" else {})
    request = {"TableName": tables["provisioned"], **changes({action: update})}
    message = "Requested resource not found"
    assert_refused(dynamodb, "UpdateTable", request, "ResourceNotFoundException", message)


def test_one_index_at_a_time(dynamodb, tables):
    request = {
        "TableName": tables["on_demand"],
        **changes(create_index("by_b", "b"), {"Delete": {"IndexName": "by_a"}}, AttributeDefinitions=B),
    }
    message = (
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    )
    assert_refused(dynamodb, "UpdateTable", request, "LimitExceededException", message)
