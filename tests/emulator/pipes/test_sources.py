"""Sources: events in AWS's shape, reading with and without the lab's engines, queues with their failures."""

import base64
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from localstack_lab.dynamodb.bell import Bell
from localstack_lab.dynamodb.engine.changes import sequence_number
from localstack_lab.dynamodb.engine.engine import Engine
from localstack_lab.dynamodb.engine.errors import DynamoDBError
from localstack_lab.pipes.clients import kinesis_engine_source, through_client
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed, SourceGone
from localstack_lab.pipes.filters import compile_filters
from localstack_lab.pipes.model import Checkpoint
from localstack_lab.pipes.sources.dynamodb import DynamoDBSource
from localstack_lab.pipes.sources.kinesis import KinesisSource
from localstack_lab.pipes.sources.sqs import QueueReader

from tests.emulator.kinesis.inprocess import client
from tests.emulator.pipes.recorded import content
from tests.emulator.pipes.running import ACCOUNT, REGION, ROLE, Stream

SHARD = "shardId-000000000000"


def test_a_kinesis_record_becomes_the_event_that_aws_hands_on() -> None:
    stream = Stream()
    source = kinesis_engine_source(stream.arn, ROLE, stream.engine)
    recorded = content("kinesis")
    record = source.record(
        SHARD,
        {
            "SequenceNumber": recorded["sequenceNumber"],
            "PartitionKey": "order-17",
            "Data": base64.b64decode(recorded["data"]),
            "ApproximateArrivalTimestamp": datetime.fromtimestamp(1732130000.25, UTC),
        },
    )
    assert record.event.content == recorded
    assert list(record.event.content) == list(recorded)
    assert record.event.id == recorded["eventID"]
    assert record.event.parsed["data"] == {"orderid": "17", "price": 19.99, "tags": ["new", "sale"]}


def test_kinesis_over_the_api_reads_the_same_records_as_from_the_engine() -> None:
    stream = Stream()
    stream.put(["a", "b", "c"])
    made = client(stream.engine)
    over_api = KinesisSource(stream.arn, ROLE, through_client(lambda: made))
    direct = kinesis_engine_source(stream.arn, ROLE, stream.engine)
    found = []
    for source in (over_api, direct):
        assert [shard.id for shard in source.shards()] == [SHARD]
        reading = source.open(SHARD, Checkpoint()).read(100)
        assert not reading.ended
        found.append([record.event.content for record in reading.records])
    assert found[0] == found[1]
    after = Checkpoint(after=found[0][1]["sequenceNumber"])
    (rest,) = over_api.open(SHARD, after).read(100).records
    assert rest.event.content == found[0][2]


def test_an_iterator_that_expired_is_renewed_where_it_stood() -> None:
    stream = Stream()
    stream.put(["a", "b"])
    source = kinesis_engine_source(stream.arn, ROLE, stream.engine)
    cursor = source.open(SHARD, Checkpoint())
    assert len(cursor.read(1).records) == 1
    now = stream.engine.clock()
    stream.engine.clock = lambda: now + 400
    assert cursor.read(100).records == []
    assert [record.key for record in cursor.read(100).records] == ["b"]


class Table:
    """A table with a stream in a DynamoDB engine of its own."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.bell = Bell()
        self.engine.store.on_stream_records(self.bell.ring)
        answer = self.call(
            "CreateTable",
            {
                "TableName": "orders",
                "KeySchema": [{"AttributeName": "orderid", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "orderid", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            },
        )
        self.arn = answer["TableDescription"]["LatestStreamArn"]
        self.source = DynamoDBSource(self.arn, self.call, lambda: self.bell.waiter(self.arn), self.latest)

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.engine.execute(operation, request, ACCOUNT, REGION)
        except DynamoDBError as error:
            raise ClientError({"Error": {"Code": error.code, "Message": error.message}}, operation) from error

    def latest(self) -> str:
        return sequence_number(self.engine.store.streams.newest_number())

    def put(self, order: str, **attributes: dict[str, Any]) -> None:
        self.call("PutItem", {"TableName": "orders", "Item": {"orderid": {"S": order}, **attributes}})


@pytest.fixture
def table():
    made = Table()
    yield made
    made.engine.close()


def test_changes_become_the_events_that_aws_hands_on(table: Table) -> None:
    table.put("17", price={"N": "19.99"})
    table.put("17", price={"N": "17.5"}, thumb={"B": b"\x00\x01\x02"})
    table.call("DeleteItem", {"TableName": "orders", "Key": {"orderid": {"S": "17"}}})
    (shard,) = table.source.shards()
    records = table.source.open(shard.id, Checkpoint()).read(100).records
    for record, name in zip(records, ("insert", "modify", "remove_by_ttl"), strict=True):
        recorded = content(f"dynamodb_{name}")
        made = record.event.content
        assert [key for key in recorded if key != "userIdentity"] == list(made)
        assert set(recorded["dynamodb"]) == set(made["dynamodb"])
        assert made["eventName"] == recorded["eventName"]
        assert made["dynamodb"]["Keys"] == recorded["dynamodb"]["Keys"]
        assert isinstance(made["dynamodb"]["ApproximateCreationDateTime"], int)
    assert records[1].event.content["dynamodb"]["NewImage"]["thumb"] == {"B": "AAEC"}
    assert len({record.key for record in records}) == 1


def test_who_expired_an_item_is_told(table: Table) -> None:
    record = {
        **{"eventID": "1", "eventName": "REMOVE", "userIdentity": {"PrincipalId": "p", "Type": "Service"}},
        "dynamodb": {"Keys": {}, "SequenceNumber": "1", "SizeBytes": 1},
    }
    assert table.source.record(record).event.content["userIdentity"] == {
        "principalId": "p",
        "type": "Service",
    }


def test_latest_is_exact_and_survives_a_restart(table: Table) -> None:
    table.put("old")
    (shard,) = table.source.shards()
    start = table.source.latest(shard.id)
    table.put("new")
    for _ in range(2):
        (record,) = table.source.open(shard.id, start).read(100).records
        assert record.event.content["dynamodb"]["Keys"] == {"orderid": {"S": "new"}}


def test_a_writer_wakes_a_reader_and_other_tables_do_not(table: Table) -> None:
    wait = table.bell.waiter(table.arn)
    woken = threading.Event()

    def read() -> None:
        wait(30)
        woken.set()

    reader = threading.Thread(target=read)
    reader.start()
    table.bell.ring(["arn:another"])
    assert not woken.is_set()
    table.put("17")
    reader.join(10)
    assert woken.is_set()


def test_a_disabled_stream_is_read_to_its_end(table: Table) -> None:
    table.put("17")
    off = {"TableName": "orders", "StreamSpecification": {"StreamEnabled": False}}
    table.call("UpdateTable", off)
    (shard,) = table.source.shards()
    reading = table.source.open(shard.id, Checkpoint()).read(100)
    assert (len(reading.records), reading.ended) == (1, True)
    assert not shard.open


def test_a_stream_that_is_not_there_is_gone(table: Table) -> None:
    source = DynamoDBSource(table.arn.replace("orders", "nobody"), table.call)
    with pytest.raises(SourceGone, match="Stream not found"):
        source.shards()


class QueueClient:
    """A queue that gives its messages once, and remembers what was deleted."""

    def __init__(self, *bodies: str) -> None:
        self.messages = [
            {"MessageId": f"m{at}", "ReceiptHandle": f"h{at}", "Body": body, "MD5OfBody": "x"}
            for at, body in enumerate(bodies)
        ]
        self.deleted: list[str] = []
        self.changed = threading.Condition()

    def get_queue_url(self, **_: Any) -> dict[str, Any]:
        return {"QueueUrl": "http://q"}

    def receive_message(self, MaxNumberOfMessages: int, WaitTimeSeconds: int, **_: Any) -> dict[str, Any]:
        with self.changed:
            some, self.messages = self.messages[:MaxNumberOfMessages], self.messages[MaxNumberOfMessages:]
            if not some:
                self.changed.wait(0.01)
        return {"Messages": some} if some else {}

    def delete_message_batch(self, Entries: list[dict[str, str]], **_: Any) -> dict[str, Any]:
        assert len(Entries) <= 10
        with self.changed:
            self.deleted += [entry["ReceiptHandle"] for entry in Entries]
            self.changed.notify_all()
        return {}

    def wait_deleted(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.deleted) >= count, 10), self.deleted


def read_queue(
    queue: QueueClient, execute: Callable[[list[Event]], None], deleted: int, **settings: Any
) -> None:
    stopping = threading.Event()
    passes = compile_filters("sqs", settings.pop("criteria", None))
    parameters = {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, **settings}
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
    reader = QueueReader(arn, lambda: queue, parameters, passes, execute, stopping, pytest.fail)
    reader.start()
    queue.wait_deleted(deleted)
    stopping.set()
    reader.stop()


def test_messages_are_deleted_when_they_arrived_or_were_turned_away() -> None:
    queue = QueueClient('{"a": 1}', '{"a": 2}', "plain")
    got: list[list[Event]] = []
    criteria = {"Filters": [{"Pattern": '{"body": {"a": [1]}}'}]}
    read_queue(queue, got.append, 3, criteria=criteria)
    assert [[event.content["messageId"] for event in batch] for batch in got] == [["m0"]]
    assert sorted(queue.deleted) == ["h0", "h1", "h2"]
    assert got[0][0].content["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:orders"


def test_what_failed_stays_in_the_queue() -> None:
    def partly(events: list[Event]) -> None:
        raise PartlyFailed([1], "one failed")

    queue = QueueClient("a", "b", "c")
    read_queue(queue, partly, 2)
    assert queue.deleted == ["h0", "h2"]

    def wholly(events: list[Event]) -> None:
        if events[0].content["body"] != "last":
            raise ExecutionFailed("no")

    queue = QueueClient("a", "b", "last")
    read_queue(queue, wholly, 1, BatchSize=1)
    assert queue.deleted == ["h2"]


def test_a_window_gathers_more_than_one_call_gives() -> None:
    queue = QueueClient(*["x"] * 25)
    got: list[int] = []
    read_queue(
        queue, lambda events: got.append(len(events)), 25, BatchSize=25, MaximumBatchingWindowInSeconds=60
    )
    assert got == [25]
