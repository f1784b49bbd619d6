"""Event-source mappings: SQS, Kinesis and DynamoDB streams bring records to a function, and lose none."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.functions import Function, Functions, functions_of
from tests.support.waiting import eventually


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


@pytest.fixture
def make_queue(aws, unique):
    made = []

    def make(**attributes: str) -> tuple[str, str]:
        """A queue's URL and ARN."""
        url = aws("sqs").create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"]
        made.append(url)
        arn = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        return url, arn

    yield make
    for url in made:
        aws("sqs").delete_queue(QueueUrl=url)


@pytest.fixture
def connect(aws) -> Iterator[Callable[..., str]]:
    made = []

    def mapping(function: Function, source: str, **settings: Any) -> str:
        """Create a mapping, wait until it is enabled, and return its id."""
        client = aws("lambda")
        uuid = client.create_event_source_mapping(
            FunctionName=function.name, EventSourceArn=source, **settings
        )["UUID"]
        made.append(uuid)
        eventually(
            lambda: client.get_event_source_mapping(UUID=uuid)["State"] == "Enabled",
            expecting="the event-source mapping to be enabled",
        )
        return uuid

    yield mapping
    client = aws("lambda")
    for uuid in made:
        client.delete_event_source_mapping(UUID=uuid)
    for uuid in made:
        eventually(lambda uuid=uuid: _gone(client, uuid), expecting="the event-source mapping to be deleted")


def _gone(client: Any, uuid: str) -> bool:
    try:
        client.get_event_source_mapping(UUID=uuid)
    except client.exceptions.ResourceNotFoundException:
        return True
    return False


@pytest.fixture
def stream(aws, unique) -> Iterator[tuple[str, str]]:
    client, name = aws("kinesis"), unique("stream")
    client.create_stream(StreamName=name, ShardCount=1)

    def status() -> dict:
        return client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]

    eventually(lambda: status()["StreamStatus"] == "ACTIVE", expecting="the stream to be active")
    yield name, status()["StreamARN"]
    client.delete_stream(StreamName=name)


def messages(aws: Callable[..., Any], url: str) -> list[dict]:
    """Take what is in a queue now."""
    found = (
        aws("sqs")
        .receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
        .get("Messages", [])
    )
    for message in found:
        aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]


def collect(aws: Callable[..., Any], url: str, count: int, within: float = 30) -> list[dict]:
    """Wait until `count` messages came through a queue, and return them."""
    found: list[dict] = []

    def enough() -> bool:
        found.extend(messages(aws, url))
        return len(found) >= count

    eventually(enough, within=within, expecting=f"{count} messages", context=lambda: f"so far: {found}")
    return found


SENDS_ON = """
    import base64, json, os
    import boto3
    sqs = boto3.client("sqs")
    def send(value):
        sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps(value))
"""


def test_sqs_messages_reach_the_function_and_leave_the_queue(make_function, make_queue, connect, aws):
    (source, source_arn), (out, _) = make_queue(), make_queue()
    function = make_function(
        SENDS_ON + "    def handler(event, context):\n        for record in event['Records']:\n"
        "            send([record['eventSource'], record['body']])\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(function, source_arn, BatchSize=10)

    for number in range(25):
        aws("sqs").send_message(QueueUrl=source, MessageBody=str(number))

    assert sorted(collect(aws, out, 25)) == sorted(["aws:sqs", str(number)] for number in range(25))

    def left() -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = aws("sqs").get_queue_attributes(QueueUrl=source, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    eventually(lambda: left() == 0, expecting="an empty queue")


def test_an_sqs_message_that_fails_alone_goes_to_the_dead_letter_queue(
    make_function, make_queue, connect, aws
):
    (dead, dead_arn), (out, _) = make_queue(), make_queue()
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    source, source_arn = make_queue(VisibilityTimeout="1", RedrivePolicy=policy)
    function = make_function(
        SENDS_ON
        + "    def handler(event, context):\n        failed = []\n        for record in event['Records']:\n"
        "            if record['body'] == '3':\n"
        "                failed.append({'itemIdentifier': record['messageId']})\n"
        "            else:\n                send(record['body'])\n"
        "        return {'batchItemFailures': failed}\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(function, source_arn, FunctionResponseTypes=["ReportBatchItemFailures"])

    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(5)]
    aws("sqs").send_message_batch(QueueUrl=source, Entries=entries)

    assert sorted(collect(aws, out, 4)) == ["0", "1", "2", "4"]
    assert collect(aws, dead, 1) == [3]


def test_kinesis_records_reach_the_function_in_order(make_function, make_queue, connect, stream, aws):
    (out, _), (name, arn) = make_queue(), stream
    function = make_function(
        SENDS_ON + "    def handler(event, context):\n"
        "        records = [record['kinesis']['data'] for record in event['Records']]\n"
        "        send([base64.b64decode(record).decode() for record in records])\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(function, arn, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=1, BatchSize=10)

    records = [{"Data": str(number).encode(), "PartitionKey": "k"} for number in range(30)]
    aws("kinesis").put_records(StreamName=name, Records=records)

    seen: list[str] = []

    def all_there() -> bool:
        for batch in messages(aws, out):
            seen.extend(batch)
        return len(seen) >= 30

    eventually(all_there, expecting="30 records", context=lambda: str(seen))
    assert sorted(seen, key=int) == [str(number) for number in range(30)]


def test_a_kinesis_record_that_fails_is_bisected_and_reported(
    make_function, make_queue, connect, stream, aws
):
    (out, _), (failures, failures_arn), (name, arn) = make_queue(), make_queue(), stream
    function = make_function(
        SENDS_ON + "    def handler(event, context):\n"
        "        records = [record['kinesis']['data'] for record in event['Records']]\n"
        "        data = [base64.b64decode(record).decode() for record in records]\n"
        "        if 'poison' in data:\n            raise ValueError('poison')\n"
        "        for value in data:\n            send(value)\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(
        function,
        arn,
        StartingPosition="TRIM_HORIZON",
        BatchSize=4,
        MaximumRetryAttempts=2,
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": failures_arn}},
    )

    values = ["1", "2", "poison", "3", "4", "5"]
    aws("kinesis").put_records(
        StreamName=name, Records=[{"Data": value.encode(), "PartitionKey": "k"} for value in values]
    )

    record = collect(aws, failures, 1, within=60)[0]
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["KinesisBatchInfo"]["streamArn"] == arn
    assert record["KinesisBatchInfo"]["batchSize"] == 1
    assert sorted(collect(aws, out, 5)) == ["1", "2", "3", "4", "5"]


def test_partial_responses_of_kinesis_resume_at_the_failed_record(
    make_function, make_queue, connect, stream, aws
):
    (out, _), (name, arn) = make_queue(), stream
    function = make_function(
        SENDS_ON + "    failed_once = []\n"
        "    def handler(event, context):\n"
        "        for record in event['Records']:\n"
        "            value = base64.b64decode(record['kinesis']['data']).decode()\n"
        "            if value == '2' and not failed_once:\n"
        "                failed_once.append(1)\n"
        "                number = record['kinesis']['sequenceNumber']\n"
        "                return {'batchItemFailures': [{'itemIdentifier': number}]}\n"
        "            send(value)\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(
        function,
        arn,
        StartingPosition="TRIM_HORIZON",
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )

    aws("kinesis").put_records(
        StreamName=name, Records=[{"Data": str(number).encode(), "PartitionKey": "k"} for number in range(5)]
    )

    assert sorted(collect(aws, out, 5)) == ["0", "1", "2", "3", "4"]


def test_resharding_loses_nothing_and_repeats_nothing(make_function, make_queue, connect, stream, aws):
    (out, _), (name, arn) = make_queue(), stream
    client = aws("kinesis")
    function = make_function(
        SENDS_ON + "    def handler(event, context):\n"
        "        for record in event['Records']:\n"
        "            send(base64.b64decode(record['kinesis']['data']).decode())\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(function, arn, StartingPosition="TRIM_HORIZON")

    def put(numbers: range) -> None:
        records = [{"Data": str(number).encode(), "PartitionKey": str(number)} for number in numbers]
        client.put_records(StreamName=name, Records=records)

    put(range(10))
    before = collect(aws, out, 10)
    shard = client.list_shards(StreamName=name)["Shards"][0]["ShardId"]
    client.split_shard(StreamName=name, ShardToSplit=shard, NewStartingHashKey=str(2**127))

    def active() -> bool:
        return (
            client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]
            == "ACTIVE"
        )

    eventually(active, expecting="the stream to be active again")
    put(range(10, 20))
    after = collect(aws, out, 10)
    put(range(20, 30))
    last = collect(aws, out, 10)

    assert sorted(map(int, before)) == list(range(10))
    assert sorted(map(int, after)) == list(range(10, 20))
    assert sorted(map(int, last)) == list(range(20, 30))


def test_dynamodb_changes_reach_the_function_with_both_images(
    make_function, make_queue, connect, aws, unique
):
    out, _ = make_queue()
    table = unique("orders")
    client = aws("dynamodb")
    arn = client.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    function = make_function(
        SENDS_ON + "    def handler(event, context):\n        for record in event['Records']:\n"
        "            change = record['dynamodb']\n"
        "            send([record['eventName'], change.get('OldImage', {}).get('n', {}).get('N'),"
        " change.get('NewImage', {}).get('n', {}).get('N')])\n",
        Environment={"Variables": {"OUT": out}},
    )
    connect(function, arn, StartingPosition="TRIM_HORIZON")

    client.put_item(TableName=table, Item={"id": {"S": "1"}, "n": {"N": "1"}})
    client.put_item(TableName=table, Item={"id": {"S": "1"}, "n": {"N": "2"}})
    client.delete_item(TableName=table, Key={"id": {"S": "1"}})

    changes = collect(aws, out, 3)
    assert sorted(changes, key=lambda change: ["INSERT", "MODIFY", "REMOVE"].index(change[0])) == [
        ["INSERT", None, "1"],
        ["MODIFY", "1", "2"],
        ["REMOVE", "2", None],
    ]
    client.delete_table(TableName=table)
