"""Targets: the requests that they make, and what they make of the answers."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import CannotStart, ExecutionFailed
from localstack_lab.pipes.targets.base import Outgoing, Setting
from localstack_lab.pipes.targets.compute import LambdaTarget, StateMachineTarget
from localstack_lab.pipes.targets.logs import LogsTarget
from localstack_lab.pipes.targets.messages import EventBusTarget, SnsTarget, SqsTarget
from localstack_lab.pipes.targets.streams import FirehoseTarget, KinesisTarget

from tests.emulator.pipes.recorded import event


class Client:
    """Answers each operation with what was given, and remembers the requests."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            self.asked.append((operation, request))
            answer = self.answers[operation]
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def requests(self, operation: str) -> list[dict[str, Any]]:
        return [request for name, request in self.asked if name == operation]


def setting(client: Client, arn: str, **parameters: Any) -> Setting:
    return Setting(arn, arn.split(":")[2], parameters, lambda: client, "example", "dynamodb")


def outgoing(*names: str) -> list[Outgoing]:
    return [Outgoing(event(name)) for name in names]


def put_records(*codes: str | None) -> dict[str, Any]:
    records = [{"ErrorCode": code, "ErrorMessage": "slow down"} if code else {} for code in codes]
    return {"FailedRecordCount": sum(code is not None for code in codes), "Records": records}


def test_kinesis_takes_its_key_from_the_event_and_the_event_as_compact_json() -> None:
    client = Client(put_records=put_records(None, None))
    target = KinesisTarget(setting(client, "arn:aws:kinesis:::stream/s", PartitionKey="$.eventID"))
    assert target.send(outgoing("dynamodb_insert", "dynamodb_modify")).failed == []
    (request,) = client.requests("put_records")
    assert request["StreamARN"] == "arn:aws:kinesis:::stream/s"
    assert [record["PartitionKey"] for record in request["Records"]] == [
        *("9e7f0d4a3c1b2e5f60718293a4b5c6d7", "0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    ]
    first = request["Records"][0]["Data"].decode()
    assert first.startswith('{"eventID":"9e7f0d4a3c1b2e5f60718293a4b5c6d7","eventName":"INSERT",')
    assert '"price":{"N":"19.99"}' in first


def test_a_literal_key_stays_and_a_path_to_nothing_fails() -> None:
    client = Client(put_records=put_records(None))
    KinesisTarget(setting(client, "arn:aws:kinesis:::stream/s", PartitionKey="all")).send(outgoing("sqs"))
    assert client.requests("put_records")[0]["Records"][0]["PartitionKey"] == "all"
    lost = KinesisTarget(setting(client, "arn:aws:kinesis:::stream/s", PartitionKey="$.body.nothing"))
    with pytest.raises(
        ExecutionFailed, match=r"PartitionKey: nothing in the event lies at \$\.body\.nothing"
    ):
        lost.send(outgoing("sqs"))


def test_records_that_kinesis_refused_are_named() -> None:
    client = Client(put_records=put_records(None, "ProvisionedThroughputExceededException", None))
    target = KinesisTarget(setting(client, "arn:aws:kinesis:::stream/s", PartitionKey="k"))
    sent = target.send(outgoing("sqs", "sqs", "sqs"))
    assert sent.failed == [1]
    assert sent.reason == "ProvisionedThroughputExceededException: slow down"


def test_large_batches_go_in_pieces_and_nothing_follows_a_piece_that_failed() -> None:
    big = Outgoing(Event({}), template="x" * 2_000_000)
    client = Client(put_records=[put_records(None, None), put_records("InternalFailure", None)])
    target = KinesisTarget(setting(client, "arn:aws:kinesis:::stream/s", PartitionKey="k"))
    assert target.send([big] * 6).failed == [2, 4, 5]
    assert [len(request["Records"]) for request in client.requests("put_records")] == [2, 2]


def test_firehose_gets_the_payload_as_it_is() -> None:
    client = Client(put_record_batch={"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}]})
    target = FirehoseTarget(setting(client, "arn:aws:firehose:us-east-1:1:deliverystream/out"))
    target.send([Outgoing(event("kinesis"), template='{"a": 1}\n')])
    (request,) = client.requests("put_record_batch")
    assert request == {"DeliveryStreamName": "out", "Records": [{"Data": b'{"a": 1}\n'}]}


def test_sqs_in_a_batch_with_group_and_deduplication_from_paths() -> None:
    failed = {"Failed": [{"Id": "1", "Code": "InternalError", "Message": "try again"}]}
    client = Client(get_queue_url={"QueueUrl": "http://q"}, send_message_batch=failed)
    arn = "arn:aws:sqs:us-east-1:000000000000:orders.fifo"
    parameters = {"MessageGroupId": "$.dynamodb.Keys.orderid.S", "MessageDeduplicationId": "$.eventID"}
    sent = SqsTarget(setting(client, arn, **parameters)).send(outgoing("dynamodb_insert", "dynamodb_modify"))
    assert sent.failed == [1]
    (request,) = client.requests("send_message_batch")
    assert request["QueueUrl"] == "http://q"
    assert [entry["MessageGroupId"] for entry in request["Entries"]] == ["17", "17"]
    assert json.loads(request["Entries"][0]["MessageBody"])["eventName"] == "INSERT"


def test_sns_publishes_in_a_batch() -> None:
    client = Client(publish_batch={"Successful": [], "Failed": []})
    SnsTarget(setting(client, "arn:aws:sns:us-east-1:1:topic")).send(
        [Outgoing(event("sqs"), template="hello")]
    )
    (request,) = client.requests("publish_batch")
    assert request["PublishBatchRequestEntries"] == [{"Id": "0", "Message": "hello"}]


def test_a_bus_gets_the_names_that_aws_gives_and_those_that_are_asked_for() -> None:
    client = Client(put_events={"Entries": [{"EventId": "1"}]})
    arn = "arn:aws:events:us-east-1:000000000000:event-bus/orders"
    EventBusTarget(setting(client, arn)).send(outgoing("dynamodb_insert"))
    parameters = {"Source": "shop", "DetailType": "$.eventName", "Resources": ["$.eventSourceARN"]}
    EventBusTarget(setting(client, arn, **parameters)).send(outgoing("dynamodb_insert"))
    plain, named = (request["Entries"][0] for request in client.requests("put_events"))
    assert (plain["Source"], plain["DetailType"]) == ("Pipe example", "Event from aws:dynamodb")
    assert (named["Source"], named["DetailType"]) == ("shop", "INSERT")
    assert named["Resources"] == [event("dynamodb_insert").content["eventSourceARN"]]
    assert json.loads(plain["Detail"]) == event("dynamodb_insert").content


def invoked(payload: Any, error: str | None = None) -> dict[str, Any]:
    answer = {"StatusCode": 200, "Payload": io.BytesIO(payload), "ResponseMetadata": {"RequestId": "r"}}
    return answer | ({"FunctionError": error} if error else {})


def test_a_function_gets_an_array_and_may_report_what_failed() -> None:
    answer = json.dumps({"batchItemFailures": [{"itemIdentifier": "17"}]}).encode()
    client = Client(
        invoke=[invoked(answer), invoked(b"null"), invoked(b"not json"), invoked(b"{}", "Unhandled")]
    )
    target = LambdaTarget(setting(client, "arn:aws:lambda:us-east-1:1:function:f"))
    assert target.send(outgoing("sqs")).reported == ["17"]
    assert target.send(outgoing("sqs")).reported is None
    assert json.loads(client.requests("invoke")[0]["Payload"]) == [event("sqs").content]
    with pytest.raises(ExecutionFailed, match="not valid JSON"):
        target.send(outgoing("sqs"))
    with pytest.raises(ExecutionFailed, match="encountered an error while processing") as caught:
        target.send(outgoing("sqs"))
    assert caught.value.customer


def test_a_function_that_nobody_waits_for() -> None:
    client = Client(invoke={"StatusCode": 202, "Payload": io.BytesIO(b"")})
    arn = "arn:aws:lambda:us-east-1:1:function:f"
    LambdaTarget(setting(client, arn, InvocationType="FIRE_AND_FORGET")).send(outgoing("sqs"))
    assert client.requests("invoke")[0]["InvocationType"] == "Event"


def test_an_express_workflow_is_waited_for_and_a_standard_one_cannot_be() -> None:
    client = Client(
        describe_state_machine=[{"type": "STANDARD"}, {"type": "EXPRESS"}],
        start_sync_execution=[
            {"status": "SUCCEEDED", "output": '[{"a": 1}]'},
            {"status": "FAILED", "error": "Bad", "cause": "why", "executionArn": "arn:x"},
        ],
        start_execution={"executionArn": "arn:y"},
    )
    arn = "arn:aws:states:us-east-1:1:stateMachine:m"
    machine = StateMachineTarget(setting(client, arn))
    with pytest.raises(CannotStart, match="standard workflow"):
        machine.check()
    machine.check()
    assert machine.ask(outgoing("sqs"))[0] == [{"a": 1}]
    with pytest.raises(ExecutionFailed, match="arn:x FAILED"):
        machine.send(outgoing("sqs"))
    asynchronous = StateMachineTarget(setting(client, arn, InvocationType="FIRE_AND_FORGET"))
    asynchronous.check()
    assert asynchronous.send(outgoing("sqs")).answer == {"executionArn": "arn:y"}


def test_log_events_are_sorted_by_stream_and_time_and_a_missing_stream_is_made() -> None:
    missing = ClientError(
        {"Error": {"Code": "ResourceNotFoundException"}, "ResponseMetadata": {}}, "PutLogEvents"
    )
    client = Client(put_log_events=[missing, {}, {}], create_log_stream={})
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:orders"
    target = LogsTarget(setting(client, arn, LogStreamName="$.s", Timestamp="$.at"))
    events = [{"s": "a", "at": 5}, {"s": "b", "at": "7"}, {"s": "a", "at": 3}]
    assert target.send([Outgoing(Event(item)) for item in events]).failed == []
    assert client.requests("create_log_stream") == [{"logGroupName": "orders", "logStreamName": "a"}]
    _, first, second = client.requests("put_log_events")
    assert [entry["timestamp"] for entry in first["logEvents"]] == [3, 5]
    assert (second["logStreamName"], second["logEvents"][0]["timestamp"]) == ("b", 7)
    with pytest.raises(ExecutionFailed, match="no number of milliseconds"):
        target.send([Outgoing(Event({"s": "a", "at": "noon"}))])


@pytest.mark.parametrize(
    ("fault", "customer"),
    [
        (
            ClientError(
                {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "x"
            ),
            True,
        ),
        (
            ClientError({"Error": {"Code": "Throttling"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "x"),
            False,
        ),
        (ClientError({"Error": {"Code": "Oops"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "x"), False),
        (EndpointConnectionError(endpoint_url="http://nowhere"), False),
    ],
)
def test_whose_fault_it_is(fault: Exception, customer: bool) -> None:
    target = SnsTarget(setting(Client(publish_batch=fault), "arn:aws:sns:us-east-1:1:topic"))
    with pytest.raises(ExecutionFailed) as caught:
        target.send(outgoing("sqs"))
    assert caught.value.customer is customer
    assert caught.value.details["resourceArn"] == "arn:aws:sns:us-east-1:1:topic"
