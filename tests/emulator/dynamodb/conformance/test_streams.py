"""DynamoDB Streams: records and their images, iterators of every type, disabled streams, AWS's refusals."""

import time

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import ACCOUNT, REGION
from tests.emulator.dynamodb.messages import INVALID, constraint

VIEW = "NEW_AND_OLD_IMAGES"


def stream_of(view: str = VIEW) -> dict:
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}


@pytest.fixture
def make_stream(dynamodb, make_table):
    """`make_stream()` → (table name, stream ARN)."""

    def make(keys: str = "pk:S", view: str = VIEW, **options) -> tuple[str, str]:
        name = make_table(keys, **stream_of(view), **options)
        return name, dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    return make


@pytest.fixture
def shard_of(streams):
    return lambda arn: streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]


@pytest.fixture
def iterator(streams, shard_of):
    """`iterator(arn, "LATEST")` → a shard iterator."""

    def get(arn: str, kind: str = "TRIM_HORIZON", **more) -> str:
        shard = shard_of(arn)["ShardId"]
        return streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **more)[
            "ShardIterator"
        ]

    return get


@pytest.fixture
def records(streams, iterator):
    """`records(arn)` → everything from a position on, by default from the oldest record."""

    def read(arn: str, kind: str = "TRIM_HORIZON", **more) -> list[dict]:
        return streams.get_records(ShardIterator=iterator(arn, kind, **more))["Records"]

    return read


def events(found: list[dict]) -> list[str]:
    return [record["eventName"] for record in found]


def test_an_insert_is_recorded_whole(dynamodb, make_stream, records):
    name, arn = make_stream()
    before = int(time.time())
    item = {"pk": S("1"), "data": {"B": b"\x00\xff"}, "set": {"BS": [b"a", b"b"]}, "n": N("1.50")}
    dynamodb.put_item(TableName=name, Item=item)
    (record,) = records(arn)
    change = record["dynamodb"]
    assert (record["eventName"], record["eventVersion"], record["eventSource"], record["awsRegion"]) == (
        "INSERT",
        "1.1",
        "aws:dynamodb",
        REGION,
    )
    assert "userIdentity" not in record
    assert change["Keys"] == {"pk": S("1")}
    assert change["NewImage"] == {**item, "n": N("1.5")}
    assert "OldImage" not in change
    assert change["StreamViewType"] == VIEW
    assert change["SizeBytes"] == 21  # the key, and the item: names and values
    assert change["ApproximateCreationDateTime"].timestamp() >= before
    assert 21 <= len(change["SequenceNumber"]) <= 40


def test_each_kind_of_change_has_its_event(dynamodb, make_stream, records):
    name, arn = make_stream()
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "v": N(1)})
    dynamodb.update_item(
        TableName=name,
        Key={"pk": S("1")},
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": N(2)},
    )
    dynamodb.delete_item(TableName=name, Key={"pk": S("1")})
    inserted, modified, removed = (record["dynamodb"] for record in records(arn))
    assert events(records(arn)) == ["INSERT", "MODIFY", "REMOVE"]
    assert inserted["NewImage"] == modified["OldImage"] == {"pk": S("1"), "v": N(1)}
    assert modified["NewImage"] == removed["OldImage"] == {"pk": S("1"), "v": N(2)}
    assert "NewImage" not in removed


def test_an_update_that_creates_is_one_insert(dynamodb, make_stream, records):
    name, arn = make_stream()
    dynamodb.update_item(
        TableName=name,
        Key={"pk": S("1")},
        UpdateExpression="ADD v :v",
        ExpressionAttributeValues={":v": N(2)},
    )
    assert events(records(arn)) == ["INSERT"]


@pytest.mark.parametrize(
    ("operation", "members"),
    cases(
        {
            "the same item": ("put_item", {"Item": {"pk": S("1"), "v": N("1.0"), "s": {"SS": ["b", "a"]}}}),
            "the same value": (
                "update_item",
                {
                    "Key": {"pk": S("1")},
                    "UpdateExpression": "SET v = :v",
                    "ExpressionAttributeValues": {":v": N(1)},
                },
            ),
            "delete of nothing": ("delete_item", {"Key": {"pk": S("2")}}),
            "removal of nothing": (
                "update_item",
                {"Key": {"pk": S("1")}, "UpdateExpression": "REMOVE nothing"},
            ),
        }
    ),
)
def test_what_changes_nothing_leaves_no_record(dynamodb, make_stream, records, operation, members):
    name, arn = make_stream()
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "v": N(1), "s": {"SS": ["a", "b"]}})
    getattr(dynamodb, operation)(TableName=name, **members)
    assert events(records(arn)) == ["INSERT"]


def test_a_refused_write_leaves_no_record(dynamodb, make_stream, records):
    name, arn = make_stream()
    request = {
        "TableName": name,
        "Item": {"pk": S("1")},
        "ConditionExpression": "attribute_exists(pk)",
    }
    assert_refused(dynamodb, "PutItem", request, "ConditionalCheckFailedException")
    assert records(arn) == []


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        (VIEW, {"NewImage", "OldImage"}),
    ],
)
def test_a_view_decides_which_images_there_are(dynamodb, make_stream, records, view, images):
    name, arn = make_stream(view=view)
    for version in range(2):
        dynamodb.put_item(TableName=name, Item={"pk": S("1"), "v": N(version)})
    change = records(arn)[1]["dynamodb"]
    assert {"NewImage", "OldImage"} & change.keys() == images
    assert change["Keys"] == {"pk": S("1")}


def test_a_transaction_is_recorded_whole_or_not_at_all(dynamodb, make_stream, records):
    name, arn = make_stream()

    def put(key: str, **more) -> dict:
        return {"Put": {"TableName": name, "Item": {"pk": S(key)}, **more}}

    dynamodb.transact_write_items(TransactItems=[put("1"), put("2")])
    cancelled = {"TransactItems": [put("3"), put("1", ConditionExpression="attribute_not_exists(pk)")]}
    assert_refused(dynamodb, "TransactWriteItems", cancelled, "TransactionCanceledException")
    assert [record["dynamodb"]["Keys"]["pk"] for record in records(arn)] == [S("1"), S("2")]


def test_a_batch_leaves_one_record_an_item(dynamodb, make_stream, records):
    name, arn = make_stream()
    puts = [{"PutRequest": {"Item": {"pk": S(str(k))}}} for k in range(25)]
    dynamodb.batch_write_item(RequestItems={name: puts})
    assert events(records(arn)) == ["INSERT"] * 25


def test_changes_of_an_item_come_in_their_order(dynamodb, make_stream, records):
    name, arn = make_stream()
    for version in range(60):
        dynamodb.put_item(TableName=name, Item={"pk": S(str(version % 3)), "v": N(version)})
    found = records(arn)
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in found]
    assert numbers == sorted(set(numbers))
    for key in "012":
        versions = [
            int(record["dynamodb"]["NewImage"]["v"]["N"])
            for record in found
            if record["dynamodb"]["Keys"]["pk"] == S(key)
        ]
        assert versions == list(range(int(key), 60, 3))


def test_records_stay_as_they_are_however_often_they_are_read(dynamodb, make_stream, records):
    name, arn = make_stream()
    dynamodb.put_item(TableName=name, Item={"pk": S("1")})
    assert records(arn) == records(arn)


def test_tables_do_not_share_a_stream(dynamodb, make_stream, records):
    (first, first_arn), (second, second_arn) = make_stream(), make_stream()
    dynamodb.put_item(TableName=first, Item={"pk": S("1")})
    dynamodb.put_item(TableName=second, Item={"pk": S("2")})
    assert [record["dynamodb"]["Keys"]["pk"] for record in records(first_arn)] == [S("1")]
    assert [record["dynamodb"]["Keys"]["pk"] for record in records(second_arn)] == [S("2")]


def test_the_stream_of_a_composite_key(dynamodb, make_stream, streams, records):
    name, arn = make_stream("pk:S sk:N")
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "sk": N(2), "x": S("y")})
    assert records(arn)[0]["dynamodb"]["Keys"] == {"pk": S("1"), "sk": N(2)}
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]


@pytest.fixture
def ten(dynamodb, make_stream, records):
    """A stream with ten records: its ARN, its table and their sequence numbers."""
    name, arn = make_stream()
    for number in range(10):
        dynamodb.put_item(TableName=name, Item={"pk": S(str(number))})
    return arn, name, [record["dynamodb"]["SequenceNumber"] for record in records(arn)]


def keys(found: list[dict]) -> list[int]:
    return [int(record["dynamodb"]["Keys"]["pk"]["S"]) for record in found]


def test_at_and_after_a_sequence_number(ten, records):
    arn, _, numbers = ten
    assert keys(records(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=numbers[4])) == list(range(4, 10))
    assert keys(records(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[4])) == list(range(5, 10))


def test_the_first_number_of_the_shard_is_a_place_to_start(ten, records, shard_of):
    arn, _, _ = ten
    first = shard_of(arn)["SequenceNumberRange"]["StartingSequenceNumber"]
    assert keys(records(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=first)) == list(range(10))


def test_latest_sees_only_what_comes(ten, dynamodb, streams, iterator):
    arn, name, _ = ten
    latest = iterator(arn, "LATEST")
    page = streams.get_records(ShardIterator=latest)
    assert page["Records"] == []
    dynamodb.put_item(TableName=name, Item={"pk": S("10")})
    for waiting in (latest, page["NextShardIterator"]):
        assert keys(streams.get_records(ShardIterator=waiting)["Records"]) == [10]


def test_pages_follow_each_other_without_gap_or_overlap(ten, streams, iterator):
    position, seen = iterator(ten[0]), []
    for _ in range(5):
        page = streams.get_records(ShardIterator=position, Limit=3)
        seen.append(keys(page["Records"]))
        position = page["NextShardIterator"]
    assert seen == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9], []]


def test_a_page_ends_at_a_megabyte(dynamodb, make_stream, streams, iterator):
    name, arn = make_stream(view="NEW_IMAGE")
    for number in range(5):
        dynamodb.put_item(TableName=name, Item={"pk": S(str(number)), "x": S("x" * 300_000)})
    page = streams.get_records(ShardIterator=iterator(arn))
    assert keys(page["Records"]) == [0, 1, 2]
    assert keys(streams.get_records(ShardIterator=page["NextShardIterator"])["Records"]) == [3, 4]


def test_a_disabled_stream_can_be_read_to_its_end(ten, dynamodb, streams, iterator):
    arn, name, numbers = ten
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    dynamodb.put_item(TableName=name, Item={"pk": S("10")})
    description = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert description["StreamStatus"] == "DISABLED"
    (shard,) = description["Shards"]
    assert shard["SequenceNumberRange"]["EndingSequenceNumber"] == numbers[-1]
    page = streams.get_records(ShardIterator=iterator(arn), Limit=6)
    assert keys(page["Records"]) == list(range(6))
    last = streams.get_records(ShardIterator=page["NextShardIterator"])
    assert keys(last["Records"]) == list(range(6, 10))
    assert "NextShardIterator" not in last


def test_the_stream_of_a_deleted_table_can_be_read(dynamodb, streams, make_stream, records):
    name, arn = make_stream()
    dynamodb.put_item(TableName=name, Item={"pk": S("1")})
    dynamodb.delete_table(TableName=name)
    assert events(records(arn)) == ["INSERT"]
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"


def test_a_stream_switched_on_again_starts_empty(ten, dynamodb, records):
    arn, name, _ = ten
    for stream in ({"StreamEnabled": False}, stream_of()["StreamSpecification"]):
        dynamodb.update_table(TableName=name, StreamSpecification=stream)
    again = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    dynamodb.put_item(TableName=name, Item={"pk": S("10")})
    assert keys(records(again)) == [10]
    assert keys(records(arn)) == list(range(10))


def test_a_stream_is_described(make_stream, streams):
    name, arn = make_stream()
    description = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert description.pop("CreationRequestDateTime").timestamp() <= time.time()
    (shard,) = description.pop("Shards")
    assert 28 <= len(shard["ShardId"]) <= 65
    assert shard["SequenceNumberRange"].keys() == {"StartingSequenceNumber"}
    assert description == {
        "StreamArn": arn,
        "StreamLabel": arn.rsplit("/", 1)[1],
        "StreamStatus": "ENABLED",
        "StreamViewType": VIEW,
        "TableName": name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    }


def test_no_shard_comes_after_the_only_one(make_stream, streams, shard_of):
    _, arn = make_stream()
    page = streams.describe_stream(StreamArn=arn, ExclusiveStartShardId=shard_of(arn)["ShardId"])
    assert page["StreamDescription"]["Shards"] == []


def test_streams_are_listed_by_table_and_page_by_page(make_stream, streams, dynamodb):
    name, first = make_stream()
    for stream in ({"StreamEnabled": False}, stream_of()["StreamSpecification"]):
        dynamodb.update_table(TableName=name, StreamSpecification=stream)
    second = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    assert {stream["StreamArn"] for stream in streams.list_streams()["Streams"]} >= {first, second}
    found = streams.list_streams(TableName=name)["Streams"]
    assert [(stream["TableName"], stream["StreamArn"]) for stream in found] == [(name, first), (name, second)]
    page = streams.list_streams(TableName=name, Limit=1)
    assert page["LastEvaluatedStreamArn"] == first
    rest = streams.list_streams(TableName=name, ExclusiveStartStreamArn=first)["Streams"]
    assert [stream["StreamArn"] for stream in rest] == [second]


def test_other_accounts_and_regions_do_not_see_a_stream(make_stream, client_of):
    _, arn = make_stream()
    other = client_of("dynamodbstreams", account="111111111111")
    assert_refused(other, "DescribeStream", {"StreamArn": arn}, "ResourceNotFoundException")


def test_a_stream_that_is_not_there(streams):
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/never/stream/2020-01-01T00:00:00.000"
    message = f"Requested resource not found: Stream: {arn} not found"
    assert_refused(streams, "DescribeStream", {"StreamArn": arn}, "ResourceNotFoundException", message)


@pytest.mark.parametrize(
    ("members", "code", "message"),
    cases(
        {
            "no sequence number": (
                {"ShardIteratorType": "AT_SEQUENCE_NUMBER"},
                "ValidationException",
                saying("SequenceNumber"),
            ),
            "sequence number that is not wanted": (
                {"ShardIteratorType": "LATEST", "SequenceNumber": "1" * 21},
                "ValidationException",
                saying("SequenceNumber"),
            ),
            "short sequence number": (
                {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "1"},
                "ValidationException",
                constraint("1", "sequenceNumber", "Member must have length greater than or equal to 21"),
            ),
            "sequence number that is none": (
                {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "x" * 21},
                "ValidationException",
                saying(INVALID + "Invalid SequenceNumber"),
            ),
            "unknown type": (
                {"ShardIteratorType": "AT_TIMESTAMP"},
                "ValidationException",
                constraint(
                    "AT_TIMESTAMP",
                    "shardIteratorType",
                    "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, AT_SEQUENCE_NUMBER, LATEST, "
                    "TRIM_HORIZON]",
                ),
            ),
            "unknown shard": (
                {"ShardIteratorType": "LATEST", "ShardId": "shardId-" + "0" * 20 + "-00000000"},
                "ResourceNotFoundException",
                saying("Requested resource not found: Shard does not exist"),
            ),
        }
    ),
)
def test_get_shard_iterator_refuses(streams, make_stream, shard_of, members, code, message):
    _, arn = make_stream()
    request = {"StreamArn": arn, "ShardId": shard_of(arn)["ShardId"], **members}
    assert_refused(streams, "GetShardIterator", request, code, message)


@pytest.mark.parametrize(
    ("members", "message"),
    cases(
        {
            "an iterator that is none": ({"ShardIterator": "nonsense"}, "Invalid ShardIterator"),
            "an iterator that was tampered with": ({"ShardIterator": "a|b|c"}, "Invalid ShardIterator"),
            "limit of 0": (
                {"Limit": 0},
                constraint("0", "limit", "Member must have value greater than or equal to 1"),
            ),
            "limit of 1001": (
                {"Limit": 1001},
                constraint("1001", "limit", "Member must have value less than or equal to 1000"),
            ),
        }
    ),
)
def test_get_records_refuses(streams, make_stream, iterator, members, message):
    _, arn = make_stream()
    request = {"ShardIterator": iterator(arn), **members}
    assert_refused(streams, "GetRecords", request, "ValidationException", message)
