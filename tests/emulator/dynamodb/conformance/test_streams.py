"""DynamoDB Streams: which records a write leaves, with which images, and how they are read.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused
from tests.emulator.dynamodb.conftest import ACCOUNT, REGION

VIEWS = {
    "KEYS_ONLY": (False, False),
    "NEW_IMAGE": (False, True),
    "OLD_IMAGE": (True, False),
    "NEW_AND_OLD_IMAGES": (True, True),
}


@pytest.fixture
def stream_table(dynamodb, make_table):
    """Factory: name and stream ARN of a table with this view."""

    def make(view: str = "NEW_AND_OLD_IMAGES", keys: str = "pk:S") -> tuple[str, str]:
        specification = {"StreamEnabled": True, "StreamViewType": view}
        name = make_table(keys, StreamSpecification=specification)
        return name, dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    return make


@pytest.fixture
def shard_of(streams):
    def first(arn: str) -> str:
        return streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]

    return first


@pytest.fixture
def records(streams, shard_of):
    """Factory: all records of a stream, or those from an iterator of another type on."""

    def read(arn: str, kind: str = "TRIM_HORIZON", **more) -> list[dict]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard_of(arn), ShardIteratorType=kind, **more
        )["ShardIterator"]
        found: list[dict] = []
        while True:
            answer = streams.get_records(ShardIterator=iterator)
            if not answer["Records"]:
                return found
            found += answer["Records"]
            iterator = answer["NextShardIterator"]

    return read


def summary(found: list[dict]) -> list[tuple]:
    return [(r["eventName"], r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage")) for r in found]


@pytest.mark.parametrize("view", VIEWS)
def test_images_of_each_view(dynamodb, stream_table, records, view):
    table, arn = stream_table(view)
    one, two = {"pk": S("1"), "v": N(1)}, {"pk": S("1"), "v": N(2)}
    dynamodb.put_item(TableName=table, Item=one)
    dynamodb.put_item(TableName=table, Item=two)
    dynamodb.delete_item(TableName=table, Key={"pk": S("1")})
    old, new = VIEWS[view]
    assert summary(records(arn)) == [
        ("INSERT", None, one if new else None),
        ("MODIFY", one if old else None, two if new else None),
        ("REMOVE", two if old else None, None),
    ]
    assert all(r["dynamodb"]["Keys"] == {"pk": S("1")} for r in records(arn))
    assert {r["dynamodb"]["StreamViewType"] for r in records(arn)} == {view}


def test_form_of_a_record(dynamodb, stream_table, records):
    table, arn = stream_table(keys="pk:S sk:N")
    dynamodb.put_item(TableName=table, Item={"pk": S("a"), "sk": N(1), "b": {"B": b"\x00"}})
    (record,) = records(arn)
    assert record["eventSource"] == "aws:dynamodb"
    assert record["awsRegion"] == REGION
    assert record["eventVersion"] == "1.1"
    assert record["eventID"]
    assert "userIdentity" not in record
    change = record["dynamodb"]
    assert change["Keys"] == {"pk": S("a"), "sk": N(1)}
    assert change["NewImage"]["b"] == {"B": b"\x00"}
    assert change["SequenceNumber"].isdigit()
    assert len(change["SequenceNumber"]) >= 21
    assert change["SizeBytes"] > 0
    assert change["ApproximateCreationDateTime"].microsecond == 0


QUIET = {
    "put of the same item": lambda d, t: d.put_item(TableName=t, Item={"pk": S("1"), "v": N(1)}),
    "update to the same value": lambda d, t: d.update_item(
        TableName=t,
        Key={"pk": S("1")},
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": N("1.0")},
    ),
    "update of nothing": lambda d, t: d.update_item(TableName=t, Key={"pk": S("1")}),
    "delete of nothing": lambda d, t: d.delete_item(TableName=t, Key={"pk": S("2")}),
    "read": lambda d, t: d.get_item(TableName=t, Key={"pk": S("1")}),
}


@pytest.mark.parametrize("quiet", QUIET.values(), ids=QUIET)
def test_no_change_leaves_no_record(dynamodb, stream_table, records, quiet):
    table, arn = stream_table()
    dynamodb.put_item(TableName=table, Item={"pk": S("1"), "v": N(1)})
    quiet(dynamodb, table)
    assert [r["eventName"] for r in records(arn)] == ["INSERT"]


def test_failed_write_leaves_no_record(dynamodb, stream_table, records):
    table, arn = stream_table()
    dynamodb.put_item(TableName=table, Item={"pk": S("1")})
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    request = {"TableName": table, "Item": {"pk": S("1"), "v": N(1)}} | condition
    assert_refused(dynamodb, "PutItem", request, "ConditionalCheckFailedException")
    actions = [{"Put": {"TableName": table, "Item": {"pk": S("2")}}}, {"Put": request}]
    assert_refused(dynamodb, "TransactWriteItems", {"TransactItems": actions}, "TransactionCanceledException")
    assert len(records(arn)) == 1


WRITES = {
    "BatchWriteItem": lambda d, t: d.batch_write_item(
        RequestItems={t: [{"PutRequest": {"Item": {"pk": S(str(n))}}} for n in range(3)]}
    ),
    "TransactWriteItems": lambda d, t: d.transact_write_items(
        TransactItems=[{"Put": {"TableName": t, "Item": {"pk": S(str(n))}}} for n in range(3)]
    ),
    "BatchExecuteStatement": lambda d, t: d.batch_execute_statement(
        Statements=[{"Statement": f"INSERT INTO \"{t}\" VALUE {{'pk': '{n}'}}"} for n in range(3)]
    ),
    "ExecuteTransaction": lambda d, t: d.execute_transaction(
        TransactStatements=[{"Statement": f"INSERT INTO \"{t}\" VALUE {{'pk': '{n}'}}"} for n in range(3)]
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_way_of_writing_leaves_records(dynamodb, stream_table, records, write):
    table, arn = stream_table()
    write(dynamodb, table)
    found = records(arn)
    assert sorted(r["dynamodb"]["Keys"]["pk"]["S"] for r in found) == ["0", "1", "2"]
    assert {r["eventName"] for r in found} == {"INSERT"}


def test_records_of_an_item_keep_their_order(dynamodb, stream_table, records):
    table, arn = stream_table()
    for number in range(50):
        dynamodb.put_item(TableName=table, Item={"pk": S("1"), "v": N(number)})
    found = records(arn)
    assert [int(r["dynamodb"]["NewImage"]["v"]["N"]) for r in found] == list(range(50))
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in found]
    assert numbers == sorted(set(numbers))
    assert len({r["eventID"] for r in found}) == 50


def test_reading_again_gives_the_same(dynamodb, stream_table, records):
    table, arn = stream_table()
    dynamodb.put_item(TableName=table, Item={"pk": S("1")})
    assert records(arn) == records(arn)


def test_iterators(dynamodb, streams, stream_table, shard_of, records):
    table, arn = stream_table()
    for number in range(3):
        dynamodb.put_item(TableName=table, Item={"pk": S(str(number))})
    latest = streams.get_shard_iterator(StreamArn=arn, ShardId=shard_of(arn), ShardIteratorType="LATEST")[
        "ShardIterator"
    ]
    dynamodb.put_item(TableName=table, Item={"pk": S("3")})

    def keys(found: list[dict]) -> list[str]:
        return [r["dynamodb"]["Keys"]["pk"]["S"] for r in found]

    assert keys(streams.get_records(ShardIterator=latest)["Records"]) == ["3"]
    second = records(arn)[1]["dynamodb"]["SequenceNumber"]
    assert keys(records(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=second)) == ["1", "2", "3"]
    assert keys(records(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=second)) == ["2", "3"]


def test_limit_and_next_iterator(dynamodb, streams, stream_table, shard_of):
    table, arn = stream_table()
    for number in range(5):
        dynamodb.put_item(TableName=table, Item={"pk": S(str(number))})
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard_of(arn), ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    first = streams.get_records(ShardIterator=iterator, Limit=2)
    second = streams.get_records(ShardIterator=first["NextShardIterator"], Limit=10)
    assert [len(first["Records"]), len(second["Records"])] == [2, 3]
    third = streams.get_records(ShardIterator=second["NextShardIterator"])
    assert third["Records"] == []
    assert third["NextShardIterator"]


def test_description(dynamodb, streams, stream_table):
    table, arn = stream_table("OLD_IMAGE", "pk:S sk:N")
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert described["StreamArn"] == arn
    assert described["TableName"] == table
    assert described["StreamStatus"] == "ENABLED"
    assert described["StreamViewType"] == "OLD_IMAGE"
    assert [key["AttributeName"] for key in described["KeySchema"]] == ["pk", "sk"]
    assert described["StreamLabel"] == dynamodb.describe_table(TableName=table)["Table"]["LatestStreamLabel"]
    assert arn == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/{described['StreamLabel']}"
    (shard,) = described["Shards"]
    assert 28 <= len(shard["ShardId"]) <= 65
    assert shard["SequenceNumberRange"]["StartingSequenceNumber"].isdigit()
    assert "EndingSequenceNumber" not in shard["SequenceNumberRange"]


def test_list(streams, stream_table):
    table, arn = stream_table()
    _, other = stream_table()
    (only,) = streams.list_streams(TableName=table)["Streams"]
    assert (only["StreamArn"], only["TableName"]) == (arn, table)
    found: list[str] = []
    more: dict = {}
    while True:
        page = streams.list_streams(**more)
        found += [stream["StreamArn"] for stream in page["Streams"]]
        if "LastEvaluatedStreamArn" not in page:
            break
        more = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
    assert {arn, other} <= set(found)


def test_switched_off_stream_can_still_be_read(dynamodb, streams, stream_table, records):
    table, arn = stream_table()
    dynamodb.put_item(TableName=table, Item={"pk": S("1")})
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    dynamodb.put_item(TableName=table, Item={"pk": S("2")})
    assert [r["dynamodb"]["Keys"]["pk"]["S"] for r in records_until_closed(streams, arn)] == ["1"]
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert described["StreamStatus"] in ("DISABLING", "DISABLED")


def records_until_closed(streams, arn: str) -> list[dict]:
    """Records of a stream whose shard has ended: its last page has no next iterator."""
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    found: list[dict] = []
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        found += answer["Records"]
        iterator = answer.get("NextShardIterator")
    return found


def test_new_stream_has_another_arn(dynamodb, stream_table, records):
    table, first = stream_table()
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    specification = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    dynamodb.update_table(TableName=table, StreamSpecification=specification)
    second = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    assert first != second
    dynamodb.put_item(TableName=table, Item={"pk": S("1")})
    assert len(records(second)) == 1


REFUSED = {
    "DescribeStream of an absent stream": (
        "DescribeStream",
        lambda arn, shard: {"StreamArn": arn[:-4] + "9999"},
        "ResourceNotFoundException",
    ),
    "GetShardIterator of an absent shard": (
        "GetShardIterator",
        lambda arn, shard: {
            "StreamArn": arn,
            "ShardId": shard[:-4] + "0000",
            "ShardIteratorType": "LATEST",
        },
        "ResourceNotFoundException",
    ),
    "unknown type of iterator": (
        "GetShardIterator",
        lambda arn, shard: {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "INVALID"},
        "ValidationException",
    ),
    "sequence number that is missing": (
        "GetShardIterator",
        lambda arn, shard: {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "AT_SEQUENCE_NUMBER"},
        "ValidationException",
    ),
    "iterator that is none": (
        "GetRecords",
        lambda arn, shard: {"ShardIterator": "nonsense"},
        "ValidationException",
    ),
}


@pytest.mark.parametrize(("operation", "request_", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(streams, stream_table, shard_of, operation, request_, code):
    _, arn = stream_table()
    assert_refused(streams, operation, request_(arn, shard_of(arn)), code)
