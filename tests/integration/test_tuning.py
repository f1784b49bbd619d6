"""What the tuning short-cuts, seen from outside: the answers are those that HTTP would have carried."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/tuning"
KEYS = ["plain.json", "a b/c+d.json", "year=2026/ä ö.json", "100%25.json", "q?x=1&y#z.json"]


@pytest.fixture
def bucket(aws: Callable[..., Any], unique: Callable[[str], str]) -> Iterator[str]:
    s3, name = aws("s3"), unique("tuning")
    s3.create_bucket(Bucket=name)
    yield name
    for found in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=found["Key"])
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def queue(aws: Callable[..., Any], unique: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """The name and the URL of a queue."""
    sqs, name = aws("sqs"), unique("tuning")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    yield name, url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def execute(
    aws: Callable[..., Any], unique: Callable[[str], str]
) -> Iterator[Callable[[dict[str, Any], Any], Any]]:
    """``execute(definition, input)``: the output of an execution that must succeed."""
    states, machines = aws("stepfunctions"), []

    def run(definition: dict[str, Any], given: Any) -> Any:
        arn = states.create_state_machine(
            name=unique("tuning"), definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        machines.append(arn)
        execution = states.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]

        def ended() -> dict[str, Any] | None:
            described = states.describe_execution(executionArn=execution)
            return None if described["status"] == "RUNNING" else described

        described = eventually(ended, within=60, expecting="an execution that has ended")
        assert described["status"] == "SUCCEEDED", described.get("cause")
        return json.loads(described["output"])

    yield run
    for arn in machines:
        states.delete_state_machine(stateMachineArn=arn)


def task(resource: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{resource}",
        "Parameters": parameters,
        "End": True,
        **more,
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_state_machine_reads_and_writes_any_key(
    key: str, aws: Callable[..., Any], bucket: str, execute: Callable[[dict[str, Any], Any], Any]
) -> None:
    aws("s3").put_object(Bucket=bucket, Key=key, Body='{"total": "ä€"}'.encode())
    place = {"Bucket": bucket, "Key.$": "$.key"}
    read = {"StartAt": "Read", "States": {"Read": task("aws-sdk:s3:getObject", place)}}
    assert json.loads(execute(read, {"key": key})["Body"]) == {"total": "ä€"}
    body = {**place, "Body": {"of.$": "$.key"}}
    write = {"StartAt": "Write", "States": {"Write": task("aws-sdk:s3:putObject", body)}}
    execute(write, {"key": f"copy of {key}"})
    written = aws("s3").get_object(Bucket=bucket, Key=f"copy of {key}")["Body"].read()
    assert json.loads(written) == {"of": f"copy of {key}"}


def test_every_item_of_a_map_sends_its_own_message(
    aws: Callable[..., Any], queue: tuple[str, str], execute: Callable[[dict[str, Any], Any], Any]
) -> None:
    _, url = queue
    send = task("sqs:sendMessage", {"QueueUrl": url, "MessageBody.$": "$"}, OutputPath="$.MD5OfMessageBody")
    definition = {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "Send",
                    "States": {"Send": send},
                },
                "End": True,
            }
        },
    }
    orders = [{"id": n, "name": f"größe {n}"} for n in range(60)]
    output = execute(definition, orders)
    assert len(set(output)) == len(orders)
    found: dict[int, dict[str, Any]] = {}

    def received() -> bool:
        answer = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            body = json.loads(message["Body"])
            found[body["id"]] = body
            aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(found) == len(orders)

    eventually(received, within=30, expecting="every message")
    assert [found[n] for n in range(60)] == orders


def test_the_metrics_of_a_queue_add_up(aws: Callable[..., Any], queue: tuple[str, str]) -> None:
    name, url = queue
    bodies = ["x" * size for size in (10, 20, 30)]
    for body in bodies:
        aws("sqs").send_message(QueueUrl=url, MessageBody=body)

    def total(metric: str) -> float:
        now = datetime.now(UTC)
        points = aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions=[{"Name": "QueueName", "Value": name}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        return sum(point["Sum"] for point in points)

    eventually(
        lambda: total("NumberOfMessagesSent") == 3, within=20, expecting="three messages in the metrics"
    )
    assert total("SentMessageSize") == 60
