"""Between LocalStack and the engine: the file's life, the sweeper, delivery to Kinesis, the wire."""

import gc
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from localstack import config
from localstack.aws.api.dynamodb import DynamodbApi
from localstack.aws.skeleton import create_dispatch_table
from localstack_lab.dynamodb import kinesis_destination, ttl
from localstack_lab.dynamodb.engine.changes import ChangeRecord
from localstack_lab.dynamodb.engine.errors import transaction_cancelled
from localstack_lab.dynamodb.kinesis_destination import Forwarder, partition_key
from localstack_lab.dynamodb.provider import LabDynamoDBProvider
from localstack_lab.dynamodb.runtime import EngineRuntime
from localstack_lab.dynamodb.ttl import Sweeper
from localstack_lab.dynamodb.wire import service_exception, to_json

from tests.support.waiting import eventually

# LocalStack looks for Docker when it is imported, and leaves the socket to the garbage collector.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)
    gc.collect()

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """LocalStack's data folder."""
    monkeypatch.setattr(config.dirs, "data", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def runtime(data) -> Iterator[EngineRuntime]:
    runtime = EngineRuntime()
    yield runtime
    runtime.discard()


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(runtime) -> Run:
    """`run("PutItem", TableName=…)` on the engine that is open."""
    return lambda operation, **request: runtime.engine().execute(
        operation, request, "000000000000", "us-east-1"
    )


def create(run: Run, name: str = "orders") -> None:
    run(
        "CreateTable",
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def tables(run: Run) -> list[str]:
    return run("ListTables")["TableNames"]


def test_the_engine_lies_in_a_folder_of_its_own(runtime, run, data):
    create(run)
    assert {path.name for path in data.iterdir()} == {"dynamodb"}


def test_closing_keeps_what_was_written(runtime, run):
    create(run)
    runtime.close()
    assert tables(run) == ["orders"]


def test_discarding_leaves_neither_file_nor_table(runtime, run, data):
    create(run)
    runtime.discard()
    assert not (data / "dynamodb").exists()
    assert tables(run) == []


def test_a_stopped_engine_stays_closed(runtime, run, data):
    create(run)
    runtime.stop()
    with pytest.raises(RuntimeError, match="shutting down"):
        tables(run)
    assert not (data / "dynamodb").exists()
    runtime.start()
    assert tables(run) == []


def test_what_a_killed_process_left_is_not_taken_up(runtime, run):
    create(run)
    runtime.close()
    after_the_kill = EngineRuntime()
    assert after_the_kill.engine().execute("ListTables", {}, "000000000000", "us-east-1")["TableNames"] == []
    after_the_kill.discard()


def test_with_persistence_it_is(runtime, run, monkeypatch):
    create(run)
    monkeypatch.setattr(config, "PERSISTENCE", True)
    runtime.stop()
    later = EngineRuntime()
    assert later.engine().execute("ListTables", {}, "000000000000", "us-east-1")["TableNames"] == ["orders"]
    later.discard()


def test_every_operation_goes_to_the_engine():
    table = create_dispatch_table(LabDynamoDBProvider())
    of_the_api = {fn.operation for fn in vars(DynamodbApi).values() if hasattr(fn, "operation")}
    assert table.keys() == of_the_api
    assert {handler.fn.__func__.__module__ for handler in table.values()} == {LabDynamoDBProvider.__module__}


def test_errors_keep_their_further_members():
    reasons = [{"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "1"}}}, {"Code": "None"}]
    error = service_exception(transaction_cancelled(reasons))
    assert (error.code, error.status_code) == ("TransactionCanceledException", 400)
    assert error.CancellationReasons == reasons


def test_binaries_become_base64_once():
    assert json.loads(to_json({"Item": {"b": {"B": b"\x00\xff"}}})) == {"Item": {"b": {"B": "AP8="}}}


def test_what_json_cannot_carry_is_an_error():
    with pytest.raises(TypeError, match="set"):
        to_json({"Item": {1, 2}})


def test_the_sweeper_runs_while_a_table_has_ttl(runtime, run, monkeypatch):
    monkeypatch.setattr(ttl, "PERIOD_SECONDS", 0.01)
    sweeper = Sweeper(runtime)

    def thread() -> threading.Thread | None:
        return next((t for t in threading.enumerate() if t.name == "dynamodb-ttl"), None)

    create(run)
    sweeper.ensure_running()
    assert thread() is None
    setting = {"Enabled": True, "AttributeName": "ttl"}
    run("UpdateTimeToLive", TableName="orders", TimeToLiveSpecification=setting)
    run("PutItem", TableName="orders", Item={"pk": {"S": "1"}, "ttl": {"N": str(int(time.time()) - 1)}})
    sweeper.ensure_running()
    eventually(lambda: run("Scan", TableName="orders")["Count"] == 0, expecting="the item to be deleted")
    run("DeleteTable", TableName="orders")
    eventually(lambda: thread() is None, expecting="the thread to end")
    sweeper.stop()


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
    create(run)
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
