"""Age, dead letters, and the log writer: what is left of delivery when nobody reads a stream."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from localstack_lab.pipes.deadletter import DeadLetterQueue, letter
from localstack_lab.pipes.delivery import Policy, StreamDelivery
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.lanes import Record
from localstack_lab.pipes.logs import LogWriter

from tests.emulator.pipes.recorded import event
from tests.emulator.pipes.running import Letters

PIPE = "arn:aws:pipes:us-east-1:000000000000:pipe/p"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders"


def record(number: int, arrival: float) -> Record:
    return Record(str(number), "k", arrival, 1, event("kinesis"))


def test_records_that_are_too_old_go_to_the_dead_letters_the_others_on() -> None:
    letters, done, got = Letters(), [], []

    def execute(events: list[Event]) -> None:
        got.append(len(events))

    delivery = StreamDelivery(execute, Policy(age=60), letters, threading.Event(), clock=lambda: 1_000.0)
    records = [record(1, 900.0), record(2, 939.9), record(3, 940.0), record(4, 999.0)]
    delivery.deliver("shard", records, done.extend)
    assert got == [2]
    assert letters.written == [("shard", ["1", "2"], "RecordAgeExceeded")]
    assert done == records


def test_letters_are_awss() -> None:
    now = datetime(2024, 11, 20, 19, 13, 21, 498_000, tzinfo=UTC)
    records = [record(7, 1732130000.25), record(9, 1732130001.0)]
    assert letter(
        PIPE, "kinesis", STREAM, "shardId-000000000000", records, "RetryAttemptsExhausted", now
    ) == {
        "context": {"partnerResourceArn": PIPE, "condition": "RetryAttemptsExhausted"},
        "version": "1.0",
        "timestamp": "2024-11-20T19:13:21.498Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": "7",
            "endSequenceNumber": "9",
            "approximateArrivalOfFirstRecord": "2024-11-20T19:13:20.250Z",
            "approximateArrivalOfLastRecord": "2024-11-20T19:13:21.000Z",
            "batchSize": 2,
            "streamArn": STREAM,
        },
    }
    made = letter(PIPE, "dynamodb", "arn:stream", "shard", records, "RecordAgeExceeded", now)
    assert made["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"] == "2024-11-20T19:13:20Z"


class Clients:
    """Hands itself out as the client of everything, and fails as often as it is told."""

    class exceptions:
        class ResourceNotFoundException(ClientError):
            """As botocore makes it."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.changed = threading.Condition()

    def __call__(self, arn: str, service: str) -> "Clients":
        return self

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> dict[str, Any]:
            if self.failures:
                self.failures -= 1
                raise self.exceptions.ResourceNotFoundException({"Error": {"Code": "x"}}, operation)
            with self.changed:
                self.asked.append((operation, request))
                self.changed.notify_all()
            return {"QueueUrl": "http://q"}

        return call


def test_a_letter_that_cannot_be_sent_is_written_again_before_anything_is_given_up() -> None:
    clients, done = Clients(failures=2), []
    letters = DeadLetterQueue(PIPE, "kinesis", STREAM, "arn:aws:sns:us-east-1:1:topic", clients)
    delivery = StreamDelivery(
        lambda events: None,
        Policy(age=0),
        letters,
        threading.Event(),
        wait=lambda s: False,
        clock=lambda: 9.0,
    )
    delivery.deliver("shard", [record(1, 1.0)], done.extend)
    ((operation, request),) = clients.asked
    assert operation == "publish"
    assert json.loads(request["Message"])["context"]["condition"] == "RecordAgeExceeded"
    assert len(done) == 1


def test_without_a_queue_records_are_dropped_and_it_is_logged(caplog) -> None:
    letters = DeadLetterQueue(PIPE, "kinesis", STREAM, None, Clients())
    assert letters.send("shard", [record(1, 1.0)], "RetryAttemptsExhausted")
    assert "gave up 1 records of shard" in caplog.text


def test_log_records_are_written_to_both_destinations_before_a_stop_ends() -> None:
    clients = Clients(failures=1)  # the log stream is not there yet
    configuration = {
        "Level": "INFO",
        "CloudwatchLogsLogDestination": {"LogGroupArn": "arn:aws:logs:us-east-1:1:log-group:g:*"},
        "FirehoseLogDestination": {"DeliveryStreamArn": "arn:aws:firehose:us-east-1:1:deliverystream/d"},
    }
    writer = LogWriter("p", PIPE, configuration, clients)
    trace = writer.trace()
    trace.step("ExecutionStarted", payload=[1])
    trace.step("TargetInvocationStarted")
    trace.close()
    writer.stop()
    assert [operation for operation, _ in clients.asked] == [
        *("create_log_stream", "put_log_events", "put_record_batch")
    ]
    logged, streamed = clients.asked[1][1], clients.asked[2][1]
    assert (logged["logGroupName"], logged["logStreamName"]) == ("g", "p")
    (entry,) = logged["logEvents"]
    assert json.loads(entry["message"])["messageType"] == "ExecutionStarted"
    assert "payload" not in json.loads(entry["message"])
    assert streamed["Records"] == [{"Data": entry["message"].encode() + b"\n"}]


def test_a_pipe_without_logs_writes_nothing() -> None:
    clients = Clients()
    writer = LogWriter("p", PIPE, {}, clients)
    trace = writer.trace()
    trace.step("ExecutionFailed", {"message": "x"})
    trace.close()
    writer.stop()
    assert clients.asked == []
