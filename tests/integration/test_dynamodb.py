"""DynamoDB of a running lab over HTTP: what only shows with LocalStack around the engine."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.functions import Functions, functions_of
from tests.support.waiting import eventually

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
PRINTER = """
import json

def handler(event, context):
    for record in event["Records"]:
        print("RECORD " + json.dumps(record))
"""


@pytest.fixture
def dynamodb(aws):
    return aws("dynamodb")


@pytest.fixture
def make_table(dynamodb, unique) -> Iterator[Callable[..., dict]]:
    """Factory: a table with the string key ``pk``; more members of the request as keywords."""
    made = []

    def make(**members) -> dict:
        name = unique("orders")
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            **members,
        )
        made.append(name)
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return dynamodb.describe_table(TableName=name)["Table"]

    yield make
    for name in made:
        dynamodb.delete_table(TableName=name)


@pytest.fixture
def records(aws) -> Callable[[str], list[dict]]:
    """`records(stream_arn)` → every record of a DynamoDB stream."""

    def read(arn: str) -> list[dict]:
        streams = aws("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        position = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found: list[dict] = []
        while page := (answer := streams.get_records(ShardIterator=position))["Records"]:
            found += page
            position = answer["NextShardIterator"]
        return found

    return read


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


def put(dynamodb, table: dict, key: object, version: int = 0) -> None:
    item = {"pk": {"S": str(key)}, "v": {"N": str(version)}}
    dynamodb.put_item(TableName=table["TableName"], Item=item)


def test_every_type_comes_back_as_it_went(dynamodb, make_table, records):
    table = make_table(StreamSpecification=STREAM)
    item = {
        "pk": {"S": "ü\N{GRINNING FACE} \n\x00"},
        "number": {"N": "12345678901234567890123456789012345678"},
        "binary": {"B": bytes(range(256))},
        "strings": {"SS": ["a", "b"]},
        "numbers": {"NS": ["1", "2.5"]},
        "binaries": {"BS": [b"\x00", b"\xff"]},
        "map": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"B": b""}]}, "B": {"S": ""}}},
    }
    dynamodb.put_item(TableName=table["TableName"], Item=item)
    got = dynamodb.get_item(TableName=table["TableName"], Key={"pk": item["pk"]})["Item"]
    assert got == item
    (record,) = records(table["LatestStreamArn"])
    assert record["dynamodb"]["NewImage"] == item


def test_an_error_carries_all_its_members(dynamodb, make_table):
    table = make_table()
    put(dynamodb, table, 1, 7)
    write = {
        "TableName": table["TableName"],
        "Item": {"pk": {"S": "1"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    old = {"pk": {"S": "1"}, "v": {"N": "7"}}
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as failed:
        dynamodb.put_item(**write)
    assert failed.value.response["Item"] == old
    other = {"Put": {"TableName": table["TableName"], "Item": {"pk": {"S": "2"}}}}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[{"Put": write}, other])
    assert cancelled.value.response["CancellationReasons"] == [
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": old},
        {"Code": "None"},
    ]
    assert dynamodb.scan(TableName=table["TableName"])["Count"] == 1


def test_regions_and_accounts_are_apart(dynamodb, make_table, aws, lab_endpoint):
    name = make_table()["TableName"]
    stranger = boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=lab_endpoint,
        aws_access_key_id="111111111111",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    for other in (aws("dynamodb", region="ap-southeast-2"), stranger):
        with pytest.raises(other.exceptions.ResourceNotFoundException):
            other.describe_table(TableName=name)
        assert name not in other.list_tables()["TableNames"]
    stranger.close()


def test_what_the_engine_lacks_is_refused_by_name(dynamodb, make_table):
    with pytest.raises(ClientError, match="ExportTableToPointInTime"):
        dynamodb.export_table_to_point_in_time(TableArn=make_table()["TableArn"], S3Bucket="bucket")


def test_endpoint_discovery_stays_on_this_machine(dynamodb, lab_port):
    (endpoint,) = dynamodb.describe_endpoints()["Endpoints"]
    assert endpoint["Address"] == f"127.0.0.1:{lab_port}"


def test_the_managed_key_of_an_encrypted_table_exists(make_table, aws):
    table = make_table(SSESpecification={"Enabled": True})
    key = aws("kms").describe_key(KeyId=table["SSEDescription"]["KMSMasterKeyArn"])["KeyMetadata"]
    assert key["KeyManager"] == "AWS"


def test_concurrent_writers_lose_nothing(dynamodb, make_table, records):
    table = make_table(StreamSpecification=STREAM)
    counter = {"TableName": table["TableName"], "Key": {"pk": {"S": "counter"}}}

    def add(_: int) -> None:
        dynamodb.update_item(
            **counter, UpdateExpression="ADD v :one", ExpressionAttributeValues={":one": {"N": "1"}}
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(200)))
    assert dynamodb.get_item(**counter)["Item"]["v"] == {"N": "200"}
    changes = [record["dynamodb"] for record in records(table["LatestStreamArn"])]
    assert [int(change["NewImage"]["v"]["N"]) for change in changes] == list(range(1, 201))
    assert [change["OldImage"] for change in changes[1:]] == [change["NewImage"] for change in changes[:-1]]


def test_cloudformation_makes_a_table_with_ttl(dynamodb, aws, unique):
    name, cloudformation = unique("formed"), aws("cloudformation")
    properties = {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
    }
    template = {"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}}
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))

    def status() -> str | None:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack["StackStatus"]

    assert eventually(status, within=30, expecting="the stack to be made") == "CREATE_COMPLETE"
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    cloudformation.delete_stack(StackName=name)
    eventually(
        lambda: name not in dynamodb.list_tables()["TableNames"], within=30, expecting="the table to go"
    )


def test_a_function_hears_of_every_change_and_who_made_it(
    dynamodb, make_table, make_function, aws, lab_endpoint
):
    table = make_table(StreamSpecification=STREAM)
    name = table["TableName"]
    function = make_function(PRINTER)
    mapping = aws("lambda").create_event_source_mapping(
        FunctionName=function.name,
        EventSourceArn=table["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
    )["UUID"]
    specification = {"Enabled": True, "AttributeName": "ttl"}
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    image = {"pk": {"S": "1"}, "data": {"B": b"\x00\xff"}, "ttl": {"N": str(int(time.time()) - 1)}}
    dynamodb.put_item(TableName=name, Item=image)
    sweep = urllib.request.Request(f"{lab_endpoint}/_aws/dynamodb/expired", method="DELETE")
    urllib.request.urlopen(sweep).close()
    eventually(
        lambda: dynamodb.scan(TableName=name)["Count"] == 0, within=20, expecting="the expired item to go"
    )

    def seen() -> list[dict]:
        lines = [message for message in function.messages() if message.startswith("RECORD ")]
        return [json.loads(line.removeprefix("RECORD ")) for line in lines]

    inserted, removed = eventually(
        lambda: found if len(found := seen()) == 2 else None, within=30, expecting="two records"
    )
    aws("lambda").delete_event_source_mapping(UUID=mapping)
    on_the_wire = image | {"data": {"B": "AP8="}}
    assert (inserted["eventName"], inserted["dynamodb"]["NewImage"]) == ("INSERT", on_the_wire)
    assert "userIdentity" not in inserted
    assert (removed["eventName"], removed["dynamodb"]["OldImage"]) == ("REMOVE", on_the_wire)
    assert removed["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert removed["eventSourceARN"] == table["LatestStreamArn"]


@pytest.fixture
def kinesis_stream(aws, unique) -> Iterator[dict]:
    kinesis, name = aws("kinesis"), unique("changes")
    kinesis.create_stream(StreamName=name, ShardCount=2)

    def active() -> dict | None:
        description = kinesis.describe_stream(StreamName=name)["StreamDescription"]
        return description if description["StreamStatus"] == "ACTIVE" else None

    yield eventually(active, expecting=f"stream {name} to be active")
    kinesis.delete_stream(StreamName=name)


def test_changes_reach_a_kinesis_stream_in_the_order_of_each_item(dynamodb, make_table, aws, kinesis_stream):
    table, kinesis = make_table(), aws("kinesis")
    destination = {"TableName": table["TableName"], "StreamArn": kinesis_stream["StreamARN"]}
    dynamodb.enable_kinesis_streaming_destination(**destination)
    for version in range(60):
        put(dynamodb, table, version % 3, version)
    dynamodb.delete_item(TableName=table["TableName"], Key={"pk": {"S": "0"}})
    positions = [
        kinesis.get_shard_iterator(
            StreamARN=kinesis_stream["StreamARN"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        for shard in kinesis_stream["Shards"]
    ]
    events: list[dict] = []

    def read() -> bool:
        for number, position in enumerate(positions):
            page = kinesis.get_records(ShardIterator=position)
            positions[number] = page["NextShardIterator"]
            events.extend(json.loads(record["Data"]) for record in page["Records"])
        return len(events) >= 61

    eventually(read, within=30, expecting="61 records in Kinesis", context=lambda: f"{len(events)} so far")
    dynamodb.disable_kinesis_streaming_destination(**destination)
    assert len(events) == len({event["eventID"] for event in events}) == 61
    assert {(event["tableName"], event["recordFormat"]) for event in events} == {
        (table["TableName"], "application/json")
    }
    for key in range(3):
        of_the_item = [event for event in events if event["dynamodb"]["Keys"]["pk"]["S"] == str(key)]
        changed = [
            event["dynamodb"]["NewImage"]["v"] for event in of_the_item if event["eventName"] != "REMOVE"
        ]
        assert changed == [{"N": str(version)} for version in range(key, 60, 3)]
    assert [event["eventName"] for event in events].count("REMOVE") == 1


def test_a_destination_that_is_not_there_is_refused(dynamodb, make_table):
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/nowhere"
    with pytest.raises(ClientError, match="does not have a permission to use kinesis stream"):
        dynamodb.enable_kinesis_streaming_destination(TableName=make_table()["TableName"], StreamArn=arn)
