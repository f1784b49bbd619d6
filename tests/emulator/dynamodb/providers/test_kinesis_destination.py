"""Delivery of changes to a Kinesis stream: the document, the order, what happens while the stream is away."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from localstack_lab.dynamodb import kinesis_destination
from localstack_lab.dynamodb.engine.changes import ChangeRecord
from localstack_lab.dynamodb.kinesis_destination import Forwarder, partition_key

from tests.support.waiting import eventually

Run = Callable[..., dict[str, Any]]
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"


class Kinesis:
    """Takes records as Kinesis does; ``refuse`` says which of them fail at each call."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.calls: list[int] = []
        self.refuse: Callable[[int, str], bool] = lambda call, key: False
        self.away = threading.Event()

    def put_records(self, StreamARN: str, Records: list[dict[str, Any]]) -> dict[str, Any]:
        assert StreamARN == STREAM
        if self.away.is_set():
            error = {"Error": {"Code": "ResourceNotFoundException", "Message": "away"}}
            raise ClientError(error, "PutRecords")
        self.calls.append(len(Records))
        results = []
        for record in Records:
            failed = self.refuse(len(self.calls), record["PartitionKey"])
            if not failed:
                self.taken.append(json.loads(record["Data"]))
            results.append({"ErrorCode": "ProvisionedThroughputExceededException"} if failed else {})
        return {"FailedRecordCount": sum(map(bool, results)), "Records": results}


@pytest.fixture
def kinesis(monkeypatch) -> Kinesis:
    kinesis = Kinesis()

    class Clients:
        def __init__(self, **_: Any) -> None:
            self.kinesis = kinesis

    monkeypatch.setattr(kinesis_destination, "connect_to", Clients)
    return kinesis


@pytest.fixture
def delivering(runtime, run, kinesis) -> Iterator[Forwarder]:
    """A table ``orders`` whose changes go to the stream."""
    forwarder = Forwarder(runtime)
    runtime.on_open(lambda engine: engine.store.on_forwarding(forwarder.wake))
    run(
        "CreateTable",
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    run("EnableKinesisStreamingDestination", TableName="orders", StreamArn=STREAM)
    forwarder.ensure_running()
    yield forwarder
    forwarder.stop()


def put(run: Run, key: int, version: int) -> None:
    run("PutItem", TableName="orders", Item={"pk": {"S": str(key)}, "v": {"N": str(version)}})


def versions(kinesis: Kinesis, key: int) -> list[int]:
    changes = [event["dynamodb"] for event in kinesis.taken]
    return [int(c["NewImage"]["v"]["N"]) for c in changes if c["Keys"]["pk"]["S"] == str(key)]


def test_a_change_is_delivered_as_awss_document(delivering, kinesis, run):
    before = time.time()
    run("PutItem", TableName="orders", Item={"pk": {"S": "1"}, "b": {"B": b"\x00"}})
    (event,) = eventually(lambda: list(kinesis.taken), expecting="the record in Kinesis")
    change = event.pop("dynamodb")
    assert len(event.pop("eventID")) == 36
    assert event == {
        "awsRegion": "us-east-1",
        "eventName": "INSERT",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "orders",
        "eventSource": "aws:dynamodb",
    }
    assert change.pop("ApproximateCreationDateTime") >= int(before * 1000)
    assert change == {
        "Keys": {"pk": {"S": "1"}},
        "NewImage": {"pk": {"S": "1"}, "b": {"B": "AA=="}},
        "SizeBytes": 8,
    }


def test_changes_of_an_item_arrive_in_order_though_some_fail_at_first(delivering, kinesis, run):
    kinesis.refuse = lambda call, key: (call + len(key) + ord(key[-3])) % 3 == 0
    for version in range(120):
        put(run, version % 6, version)
    eventually(lambda: len(kinesis.taken) == 120, expecting="120 records in Kinesis")
    for key in range(6):
        assert versions(kinesis, key) == list(range(key, 120, 6))


def test_records_that_arrived_are_not_sent_again(delivering, kinesis, run):
    delivering.stop()
    kinesis.refuse = lambda call, key: call <= 4 and '"2"' in key
    for key in range(5):
        put(run, key, key)
    delivering.ensure_running()
    eventually(lambda: len(kinesis.taken) >= 5, expecting="5 records in Kinesis")
    assert kinesis.calls == [5, 1, 1, 1, 1]


def test_nothing_is_lost_while_kinesis_is_away(delivering, kinesis, run):
    kinesis.away.set()
    for version in range(5):
        put(run, 1, version)
    kinesis.away.clear()
    eventually(lambda: len(kinesis.taken) == 5, expecting="5 records in Kinesis")
    assert versions(kinesis, 1) == list(range(5))


def test_delivered_records_are_forgotten(delivering, kinesis, run, runtime):
    put(run, 1, 1)

    def left() -> int:
        return runtime.engine().store.database.row("SELECT count(*) FROM record")[0]

    eventually(lambda: kinesis.taken and left() == 0, expecting="an empty log")


def test_what_was_not_delivered_is_after_a_restart(delivering, kinesis, run, runtime):
    delivering.stop()
    put(run, 1, 1)
    runtime.close()
    delivering.ensure_running()
    eventually(lambda: versions(kinesis, 1) == [1], expecting="the record in Kinesis")


def test_a_disabled_destination_gets_nothing_more(delivering, kinesis, run):
    run("DisableKinesisStreamingDestination", TableName="orders", StreamArn=STREAM)
    put(run, 1, 1)
    run("EnableKinesisStreamingDestination", TableName="orders", StreamArn=STREAM)
    delivering.ensure_running()
    put(run, 1, 2)
    eventually(lambda: versions(kinesis, 1) == [2], expecting="only the second version in Kinesis")


def test_a_batch_never_holds_an_item_twice(delivering, kinesis, run, runtime):
    delivering.stop()
    for version in range(6):
        put(run, version % 3, version)
    delivering.ensure_running()
    eventually(lambda: len(kinesis.taken) == 6, expecting="6 records in Kinesis")
    assert kinesis.calls == [3, 3]


def record(key: str) -> ChangeRecord:
    return ChangeRecord(1, 1.5, "INSERT", 10, {"pk": {"S": key}}, {"pk": {"S": key}}, None, None)


@pytest.mark.parametrize("key", ["a", "x" * 1000, "ü" * 500])
def test_a_partition_key_has_at_most_256_characters(key):
    assert 1 <= len(partition_key(record(key))) <= 256
    assert partition_key(record(key)) == partition_key(record(key))
    assert partition_key(record(key)) != partition_key(record(key + "b"))
