"""CreateTable: what it answers, and what it refuses in which words."""

import pytest

from tests.emulator.dynamodb.asking import assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import (
    ACCOUNT,
    ENDPOINT,
    REGION,
    table_request,
    unique,
    wait_until_active,
)
from tests.emulator.dynamodb.messages import INVALID, constraint

ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/"
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
PK = {"AttributeName": "pk", "AttributeType": "S"}
SK = {"AttributeName": "sk", "AttributeType": "S"}
HASH = {"AttributeName": "pk", "KeyType": "HASH"}
RANGE = {"AttributeName": "sk", "KeyType": "RANGE"}
ALL = {"ProjectionType": "ALL"}
MISSING = object()


def changed(request: dict, **members) -> dict:
    """A request with members replaced, or removed when they are MISSING."""
    merged = request | members
    return {name: value for name, value in merged.items() if value is not MISSING}


@pytest.fixture
def create(dynamodb, request):
    """Create from a request and delete the table after the test."""

    def run(body: dict) -> dict:
        answer = dynamodb.create_table(**body)["TableDescription"]
        request.addfinalizer(lambda: dynamodb.delete_table(TableName=answer["TableName"]))
        return answer

    return run


def without_times(description: dict) -> dict:
    volatile = {"CreationDateTime", "TableId", "LatestStreamLabel", "LatestStreamArn"}
    return {name: value for name, value in description.items() if name not in volatile}


def test_an_on_demand_table_is_described_while_it_is_created(create):
    body = table_request("pk:S sk:N")
    assert without_times(create(body)) == {
        "TableName": body["TableName"],
        "TableStatus": "CREATING",
        "KeySchema": [HASH, RANGE],
        "AttributeDefinitions": [PK, {"AttributeName": "sk", "AttributeType": "N"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": 0,
            "WriteCapacityUnits": 0,
        },
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": ARN + body["TableName"],
        "DeletionProtectionEnabled": False,
    }


def test_a_provisioned_table_has_no_billing_mode_summary(create):
    answer = create(table_request(ProvisionedThroughput=UNITS))
    assert "BillingModeSummary" not in answer
    assert answer["ProvisionedThroughput"] == {"NumberOfDecreasesToday": 0, **UNITS}


def test_creation_does_not_answer_what_only_describe_table_does(create, dynamodb):
    answer = create(table_request())
    assert not {"WarmThroughput", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"} & answer.keys()
    table = wait_until_active(dynamodb, answer["TableName"])
    assert table["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12000,
        "WriteUnitsPerSecond": 4000,
        "Status": "ACTIVE",
    }
    assert "LastUpdateToPayPerRequestDateTime" in table["BillingModeSummary"]


def test_a_global_index_is_described(create):
    body = table_request(gsis={"by_a": ("a:S b:N", ["x", "y"])})
    (index,) = create(body)["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": "by_a",
        "KeySchema": [
            {"AttributeName": "a", "KeyType": "HASH"},
            {"AttributeName": "b", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]},
        "IndexStatus": "CREATING",
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": 0,
            "WriteCapacityUnits": 0,
        },
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        "IndexArn": f"{ARN}{body['TableName']}/index/by_a",
    }


def test_a_local_index_has_neither_status_nor_throughput(create):
    body = table_request("pk:S sk:S", lsis={"by_a": "pk:S a:S"})
    (index,) = create(body)["LocalSecondaryIndexes"]
    assert index.keys() == {"IndexName", "KeySchema", "Projection", "IndexSizeBytes", "ItemCount", "IndexArn"}


def test_a_stream_is_described(create):
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    body = table_request(StreamSpecification=stream)
    answer = create(body)
    assert answer["StreamSpecification"] == stream
    assert answer["LatestStreamArn"] == f"{answer['TableArn']}/stream/{answer['LatestStreamLabel']}"


def test_a_stream_that_is_switched_off_is_not_described(create):
    answer = create(table_request(StreamSpecification={"StreamEnabled": False}))
    assert not {"StreamSpecification", "LatestStreamArn", "LatestStreamLabel"} & answer.keys()


@pytest.mark.parametrize(
    ("members", "member", "expected"),
    cases(
        {
            "deletion protection": ({"DeletionProtectionEnabled": True}, "DeletionProtectionEnabled", True),
            "table class": (
                {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
                "TableClassSummary",
                {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
            ),
            "on-demand limits": (
                {"OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5}},
                "OnDemandThroughput",
                {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5},
            ),
        }
    ),
)
def test_a_setting_comes_back(dynamodb, members, member, expected):
    name = dynamodb.create_table(**table_request(**members))["TableDescription"]["TableName"]
    assert wait_until_active(dynamodb, name)[member] == expected
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=name)


def test_encryption_with_the_accounts_key_is_described(create):
    answer = create(table_request(SSESpecification={"Enabled": True}))["SSEDescription"]
    assert answer.pop("KMSMasterKeyArn").startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")
    assert answer == {"Status": "ENABLED", "SSEType": "KMS"}


def test_encryption_with_aws_own_key_is_not_described(create):
    assert "SSEDescription" not in create(table_request(SSESpecification={"Enabled": False}))


def test_tags_given_at_creation_are_listed(create, dynamodb):
    answer = create(table_request(Tags=[{"Key": "team", "Value": "sales"}]))
    tags = dynamodb.list_tags_of_resource(ResourceArn=answer["TableArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "sales"}]


def test_a_table_exists_once(create, dynamodb):
    body = table_request()
    create(body)
    message = f"Table already exists: {body['TableName']}"
    assert_refused(dynamodb, "CreateTable", body, "ResourceInUseException", message)


def test_accounts_and_regions_do_not_see_each_other(client_of, make_table):
    name = make_table()
    elsewhere = [client_of(account="111111111111"), client_of(region="eu-west-1")]
    if ENDPOINT:
        elsewhere = [client_of(account="111111111111", region="eu-west-1")]
    for other in elsewhere:
        assert_refused(other, "DescribeTable", {"TableName": name}, "ResourceNotFoundException")
        assert name not in other.list_tables()["TableNames"]


BASE = table_request("pk:S")
PROVISIONED = changed(BASE, BillingMode=MISSING, ProvisionedThroughput=UNITS)
BOTH = changed(BASE, AttributeDefinitions=[PK, SK], KeySchema=[HASH, RANGE])


def gsi(name: str = "by_a", keys: str = "a", projection: dict | None = None, **more) -> dict:
    schema = [{"AttributeName": keys, "KeyType": "HASH"}]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection or ALL, **more}


def lsi(name: str = "by_a", hash_name: str = "pk", range_name: str | None = "a") -> dict:
    schema = [{"AttributeName": hash_name, "KeyType": "HASH"}]
    if range_name:
        schema.append({"AttributeName": range_name, "KeyType": "RANGE"})
    return {"IndexName": name, "KeySchema": schema, "Projection": ALL}


A = {"AttributeName": "a", "AttributeType": "S"}
WITH_A = changed(BASE, AttributeDefinitions=[PK, A])
BOTH_WITH_A = changed(BOTH, AttributeDefinitions=[PK, SK, A])

REFUSED = {
    "no table name": (
        changed(BASE, TableName=MISSING),
        "The parameter 'TableName' is required but was not present in the request",
    ),
    "short table name": (
        changed(BASE, TableName="ab"),
        constraint("ab", "tableName", "Member must have length greater than or equal to 3"),
    ),
    "long table name": (
        changed(BASE, TableName="a" * 256),
        constraint("a" * 256, "tableName", "Member must have length less than or equal to 255"),
    ),
    "table name with strange characters": (
        changed(BASE, TableName="bad;name"),
        constraint(
            "bad;name", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        ),
    ),
    "table name comes before everything else": (
        changed(BASE, TableName="x!", KeySchema=[], BillingMode="NEVER"),
        "2 validation errors detected: Value 'x!' at 'tableName' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'x!' at 'tableName' failed to satisfy "
        "constraint: Member must have length greater than or equal to 3",
    ),
    "no key": (
        changed(BASE, KeySchema=[]),
        constraint("[]", "keySchema", "Member must have length greater than or equal to 1"),
    ),
    "no key schema": (
        changed(BASE, KeySchema=MISSING),
        constraint("null", "keySchema", "Member must not be null"),
    ),
    "no attribute definitions": (
        changed(BASE, AttributeDefinitions=MISSING),
        constraint("null", "attributeDefinitions", "Member must not be null"),
    ),
    "three keys": (
        changed(BASE, KeySchema=[HASH, RANGE, {"AttributeName": "x", "KeyType": "RANGE"}]),
        constraint(
            "[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, "
            "keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]",
            "keySchema",
            "Member must have length less than or equal to 2",
        ),
    ),
    "unknown key type": (
        changed(BASE, KeySchema=[{"AttributeName": "pk", "KeyType": "SORT"}]),
        constraint("SORT", "keySchema.1.member.keyType", "Member must satisfy enum value set: [HASH, RANGE]"),
    ),
    "unknown attribute type": (
        changed(BASE, AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "SS"}]),
        constraint(
            "SS",
            "attributeDefinitions.1.member.attributeType",
            "Member must satisfy enum value set: [B, N, S]",
        ),
    ),
    "unknown billing mode": (
        changed(BASE, BillingMode="FREE"),
        constraint(
            "FREE", "billingMode", "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"
        ),
    ),
    "faults of the model are reported together": (
        changed(BASE, BillingMode="FREE", KeySchema=[{"AttributeName": "pk", "KeyType": "SORT"}]),
        "2 validation errors detected: Value 'SORT' at 'keySchema.1.member.keyType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [HASH, RANGE]; Value 'FREE' at 'billingMode' failed "
        "to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
    ),
    "no units": (
        changed(BASE, BillingMode=MISSING),
        INVALID
        + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    ),
    "zero units": (
        changed(PROVISIONED, ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}),
        constraint(
            "0",
            "provisionedThroughput.readCapacityUnits",
            "Member must have value greater than or equal to 1",
        ),
    ),
    "too many units": (
        changed(PROVISIONED, ProvisionedThroughput={"ReadCapacityUnits": 10**13, "WriteCapacityUnits": 1}),
        "Given value 10000000000000 for ReadCapacityUnits is out of bounds",
    ),
    "units of an on-demand table": (
        changed(BASE, ProvisionedThroughput=UNITS),
        INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST",
    ),
    "the same attribute as both keys": (
        changed(BASE, KeySchema=[HASH, {"AttributeName": "pk", "KeyType": "RANGE"}]),
        "Invalid KeySchema: Some index key attribute have no definition",
    ),
    "the same attribute as both keys beside another definition": (
        changed(WITH_A, KeySchema=[HASH, {"AttributeName": "pk", "KeyType": "RANGE"}]),
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    ),
    "key that is not defined": (
        changed(BASE, KeySchema=[{"AttributeName": "x", "KeyType": "HASH"}]),
        INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], "
        "AttributeDefinitions: [pk]",
    ),
    "first key is a range key": (
        changed(BASE, KeySchema=[{"AttributeName": "pk", "KeyType": "RANGE"}]),
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ),
    "two hash keys": (
        changed(BOTH, KeySchema=[HASH, {"AttributeName": "sk", "KeyType": "HASH"}]),
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    ),
    "definition that no key uses": (
        WITH_A,
        INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions",
    ),
    "definition that neither key nor index uses": (
        changed(WITH_A, AttributeDefinitions=[PK, A, SK], GlobalSecondaryIndexes=[gsi()]),
        INVALID
        + "Some AttributeDefinitions are not used. AttributeDefinitions: [pk, a, sk], keys used: [pk, a]",
    ),
    "attribute defined twice": (
        changed(BASE, AttributeDefinitions=[PK, PK]),
        "Attribute Name is duplicated: pk",
    ),
    "empty list of local indexes": (
        changed(BOTH, LocalSecondaryIndexes=[]),
        INVALID + "List of LocalSecondaryIndexes is empty",
    ),
    "empty list of global indexes": (
        changed(BASE, GlobalSecondaryIndexes=[]),
        INVALID + "List of GlobalSecondaryIndexes is empty",
    ),
    "local index without a range key of the table": (
        changed(WITH_A, LocalSecondaryIndexes=[lsi()]),
        INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex",
    ),
    "local index without a range key of its own": (
        changed(BOTH, LocalSecondaryIndexes=[lsi(range_name=None)]),
        INVALID + "Index KeySchema does not have a range key for index: by_a",
    ),
    "local index with another hash key": (
        changed(BOTH_WITH_A, LocalSecondaryIndexes=[lsi(hash_name="a", range_name="sk")]),
        INVALID
        + "Index KeySchema does not have the same leading hash key as table KeySchema for index: by_a. "
        "index hash key: a, table hash key: pk",
    ),
    "six local indexes": (
        changed(
            BOTH,
            AttributeDefinitions=[
                PK,
                SK,
                *({"AttributeName": f"a{k}", "AttributeType": "S"} for k in range(6)),
            ],
            LocalSecondaryIndexes=[lsi(f"by_{k}", range_name=f"a{k}") for k in range(6)],
        ),
        INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
    ),
    "21 global indexes": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi(f"by_{k}") for k in range(21)]),
        INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
    ),
    "two indexes of one name": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi(), gsi()]),
        INVALID + "Duplicate index name: by_a",
    ),
    "local and global index of one name": (
        changed(BOTH_WITH_A, LocalSecondaryIndexes=[lsi()], GlobalSecondaryIndexes=[gsi()]),
        INVALID + "Duplicate index name: by_a",
    ),
    "index key that is not defined": (
        changed(BASE, GlobalSecondaryIndexes=[gsi(keys="x")]),
        INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], "
        "AttributeDefinitions: [pk]",
    ),
    "short index name": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi("ab")]),
        constraint(
            "ab",
            "globalSecondaryIndexes.1.member.indexName",
            "Member must have length greater than or equal to 3",
        ),
    ),
    "index without a projection": (
        changed(WITH_A, GlobalSecondaryIndexes=[{"IndexName": "by_a", "KeySchema": gsi()["KeySchema"]}]),
        constraint("null", "globalSecondaryIndexes.1.member.projection", "Member must not be null"),
    ),
    "unknown projection": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi(projection={"ProjectionType": "SOME"})]),
        constraint(
            "SOME",
            "globalSecondaryIndexes.1.member.projection.projectionType",
            "Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]",
        ),
    ),
    "projection without a type": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi(projection={"NonKeyAttributes": ["x"]})]),
        INVALID + "Unknown ProjectionType: null",
    ),
    "INCLUDE of nothing": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi(projection={"ProjectionType": "INCLUDE"})]),
        INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    "KEYS_ONLY with attributes": (
        changed(
            WITH_A,
            GlobalSecondaryIndexes=[
                gsi(projection={"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["x"]})
            ],
        ),
        INVALID + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified",
    ),
    "an attribute projected twice": (
        changed(
            WITH_A,
            GlobalSecondaryIndexes=[
                gsi(projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "x"]})
            ],
        ),
        INVALID + "Duplicate element in NonKeyAttributes: x",
    ),
    "units of an on-demand table's index": (
        changed(WITH_A, GlobalSecondaryIndexes=[gsi(ProvisionedThroughput=UNITS)]),
        INVALID
        + "ProvisionedThroughput should not be specified for index: by_a when BillingMode is PAY_PER_REQUEST",
    ),
    "index of a provisioned table without units": (
        changed(PROVISIONED, AttributeDefinitions=[PK, A], GlobalSecondaryIndexes=[gsi()]),
        INVALID + "ProvisionedThroughput is not specified for index: by_a",
    ),
    "stream without a view": (
        changed(BASE, StreamSpecification={"StreamEnabled": True}),
        INVALID + "Table is being created with a stream enabled, UpdateViewType is required",
    ),
    "no stream, but a view": (
        changed(BASE, StreamSpecification={"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}),
        INVALID + "Table is being created with a stream disabled, UpdateViewType should not be specified",
    ),
    "unknown table class": (
        changed(BASE, TableClass="CHEAP"),
        "Invalid table-class parameter provided. Please try again with a valid table-class value: "
        "[STANDARD, STANDARD_INFREQUENT_ACCESS].",
    ),
    "key for encryption that is off": (
        changed(BASE, SSESpecification={"Enabled": False, "KMSMasterKeyId": "alias/mine"}),
        INVALID + "KMSMasterKeyId can not be specified if Enabled is false",
    ),
    "on-demand limits of a provisioned table": (
        changed(PROVISIONED, OnDemandThroughput={"MaxReadRequestUnits": 1}),
        INVALID
        + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is "
        "PROVISIONED",
    ),
    "on-demand limit of zero": (
        changed(BASE, OnDemandThroughput={"MaxWriteRequestUnits": 0}),
        INVALID + "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range",
    ),
    "warm throughput below that of a new table": (
        changed(BASE, WarmThroughput={"WriteUnitsPerSecond": 3_999}),
        saying(
            "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than initial throughput for "
            "OnDemand"
        ),
    ),
    "warm throughput below what is provisioned": (
        changed(PROVISIONED, WarmThroughput={"ReadUnitsPerSecond": 4}),
        INVALID
        + "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than ReadCapacityUnits of "
        "ProvisionedThroughput",
    ),
    "tag that AWS keeps for itself": (
        changed(BASE, Tags=[{"Key": "aws:x", "Value": "1"}]),
        "Tag Key cannot be prefixed with aws:, Key: aws:x",
    ),
    "a tag twice": (
        changed(BASE, Tags=[{"Key": "x", "Value": "1"}, {"Key": "x", "Value": "2"}]),
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found x",
    ),
    "replica of another table": (
        changed(BASE, GlobalTableSourceArn=ARN + "other"),
        saying("has no global tables"),
    ),
    "index with four keys": (
        changed(
            BASE,
            AttributeDefinitions=[PK, *({"AttributeName": k, "AttributeType": "S"} for k in "abc")],
            GlobalSecondaryIndexes=[
                {**gsi(), "KeySchema": [{"AttributeName": k, "KeyType": "HASH"} for k in "abc"]}
            ],
        ),
        saying("has 3 key attributes"),
    ),
}


@pytest.mark.parametrize(("request_", "message"), cases(REFUSED))
def test_refused(dynamodb, request_, message):
    body = request_ | ({"TableName": unique()} if request_.get("TableName") == BASE["TableName"] else {})
    assert_refused(dynamodb, "CreateTable", body, "ValidationException", message)
