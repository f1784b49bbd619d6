"""What a pipe may be: limits of the model, parameters that do not fit together, defaults, updates."""

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from localstack.aws.api.pipes import ValidationException
from localstack_lab.pipes import constraints, validation
from localstack_lab.pipes.model import Checkpoint, Pipe
from localstack_lab.pipes.worker import settings_of

ROLE = "arn:aws:iam::000000000000:role/pipe"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders"
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/orders"


def request(**changes: Any) -> dict[str, Any]:
    return {"Name": "p", "Source": QUEUE, "Target": BUS, "RoleArn": ROLE, **changes}


def streaming(**parameters: Any) -> dict[str, Any]:
    specific = {"StartingPosition": "LATEST", **parameters}
    return {"Source": STREAM, "SourceParameters": {"KinesisStreamParameters": specific}}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"Name": None}, 'object has missing required properties (["Name"])'),
        ({"Name": "a b"}, 'does not match input string "a b"'),
        ({"Name": "x" * 65}, "is too long (length: 65, maximum allowed: 64)"),
        ({"Name": ""}, "is too short (length: 0, required minimum: 1)"),
        ({"DesiredState": "GONE"}, '("GONE") not found in enum (possible values: ["RUNNING","STOPPED"])'),
        (streaming(BatchSize=0), "lower than the required minimum (minimum: 1, found: 0)"),
        (streaming(MaximumRetryAttempts=10_001), "required maximum (maximum: 10000, found: 10001)"),
        (
            {"SourceParameters": {"FilterCriteria": {"Filters": [{}] * 6}}},
            "array is too long: must have at most 5 elements but instance has 6 elements",
        ),
    ],
)
def test_the_models_limits(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationException) as caught:
        constraints.check("CreatePipe", request(**changes))
    message = str(caught.value)
    assert sentence in message
    assert (message[0], message[-1]) == ("[", "]")


def problems(**changes: Any) -> dict[str, str]:
    with pytest.raises(ValidationException) as caught:
        validation.definition(request(**changes))
    fields = json.loads(str(caught.value))["ValidationErrorFields"]
    return {field["Name"]: field["Message"] for field in fields}


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"Source": STREAM}, "SourceParameters.KinesisStreamParameters", "Missing required parameter."),
        (streaming() | {"Target": STREAM}, "TargetParameters.KinesisStreamParameters", "Missing required"),
        (
            {"Target": QUEUE + ".fifo"},
            "TargetParameters.SqsQueueParameters.MessageGroupId",
            "Missing required",
        ),
        (streaming(BatchSize=11), "BatchSize", "must not be greater than 10"),
        (streaming(MaximumRecordAgeInSeconds=5), "MaximumRecordAgeInSeconds", "between 60 and 604800"),
        (
            streaming(MaximumRecordAgeInSeconds=60, MaximumBatchingWindowInSeconds=60),
            *("MaximumBatchingWindowInSeconds", "must be less than MaximumRecordAgeInSeconds."),
        ),
        (streaming(StartingPosition="AT_TIMESTAMP"), "StartingPositionTimestamp", "AT_TIMESTAMP"),
        (streaming(DeadLetterConfig={"Arn": STREAM}), "DeadLetterConfig.Arn", "standard SQS queue"),
        (
            {"SourceParameters": {"SqsQueueParameters": {"BatchSize": 100}}, "Target": "arn:aws:lambda:::f"},
            "MaximumBatchingWindowInSeconds",
            "at least 1 when BatchSize is greater than 10",
        ),
        (
            {"SourceParameters": {"ActiveMQBrokerParameters": {}}},
            "SourceParameters.ActiveMQBrokerParameters",
            "not go",
        ),
        (
            {"TargetParameters": {"EcsTaskParameters": {}}},
            "TargetParameters.EcsTaskParameters",
            "does not go with",
        ),
        (
            {"TargetParameters": {"InputTemplate": "<$.a[?]>"}},
            "TargetParameters.InputTemplate",
            "is not a JSON path",
        ),
        (
            {"TargetParameters": {"EventBridgeEventBusParameters": {"DetailType": "$.a[?]"}}},
            *("TargetParameters.EventBridgeEventBusParameters.DetailType", "is not a valid JSON path"),
        ),
        ({"LogConfiguration": {"Level": "ERROR"}}, "LogConfiguration", "needs a log destination"),
        (
            {"LogConfiguration": {"Level": "INFO", "S3LogDestination": {"BucketName": "b"}}},
            *("LogConfiguration.S3LogDestination", "missing in this emulator"),
        ),
        ({"KmsKeyIdentifier": "k"}, "KmsKeyIdentifier", "missing in this emulator"),
        ({"Source": "smk://kafka:9092"}, "Source", "Self-managed Apache Kafka is missing"),
        ({"Source": "arn:aws:mq:us-east-1:1:broker:b"}, "Source", "Amazon MQ as a source is missing"),
        ({"Source": "arn:aws:kafka:us-east-1:1:cluster/c"}, "Source", "Amazon MSK as a source is missing"),
        ({"Source": "arn:aws:s3:::b"}, "Source", "is no source"),
        ({"Target": "arn:aws:ecs:us-east-1:1:cluster/c"}, "Target", "ECS tasks as a target are missing"),
        ({"Target": "arn:aws:redshift:us-east-1:1:cluster:c"}, "Target", "Redshift clusters as a target"),
        (
            {"Target": "arn:aws:events:us-east-1:1:api-destination/d"},
            "Target",
            "API destinations as a target",
        ),
        ({"Target": "arn:aws:sns:us-east-1:1:t.fifo"}, "Target", "does not send to SNS FIFO topics"),
        (
            {"Enrichment": "arn:aws:execute-api:us-east-1:1:x"},
            "Enrichment",
            "API Gateway APIs as an enrichment",
        ),
    ],
)
def test_parameters_that_do_not_fit(changes: dict[str, Any], name: str, sentence: str) -> None:
    found = problems(**changes)
    assert list(found) == [name]
    assert sentence in found[name]


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(**streaming(MaximumRecordAgeInSeconds=5, MaximumBatchingWindowInSeconds=9, BatchSize=20))
    assert set(found) == {"MaximumRecordAgeInSeconds", "MaximumBatchingWindowInSeconds", "BatchSize"}


def test_defaults_are_those_of_the_source_within_the_targets_bound() -> None:
    queue = validation.definition(request())
    assert queue["SourceParameters"] == {
        "SqsQueueParameters": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0}
    }
    stream = validation.definition(request(**streaming()))["SourceParameters"]["KinesisStreamParameters"]
    assert stream["BatchSize"] == 10
    function = request(**streaming(), Target="arn:aws:lambda:us-east-1:1:function:f")
    assert validation.definition(function)["SourceParameters"]["KinesisStreamParameters"]["BatchSize"] == 100


def test_an_update_keeps_what_it_does_not_name_and_replaces_service_parameters_whole() -> None:
    moment = datetime(2024, 11, 20, tzinfo=UTC)
    start = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": moment}
    criteria = {"Filters": [{"Pattern": '{"partitionKey": ["a"]}'}]}
    created = streaming(**start, BatchSize=5, MaximumRetryAttempts=3)
    created["SourceParameters"]["FilterCriteria"] = criteria
    old = validation.definition(
        request(**created, Description="old", TargetParameters={"InputTemplate": "<$.data>"})
    )
    new = validation.updated(
        old, {"RoleArn": ROLE, "SourceParameters": {"KinesisStreamParameters": {"BatchSize": 7}}}
    )
    specific = new["SourceParameters"]["KinesisStreamParameters"]
    assert (specific["BatchSize"], specific["MaximumRetryAttempts"]) == (7, -1)
    assert specific["StartingPositionTimestamp"] == moment
    assert new["SourceParameters"]["FilterCriteria"] == criteria
    assert (new["Description"], new["TargetParameters"]["InputTemplate"]) == ("old", "<$.data>")
    assert settings_of(specific).moment == moment.timestamp()
    moved = validation.updated(old, {"RoleArn": ROLE, "Target": QUEUE})
    assert moved["TargetParameters"] == {}


def test_a_pipe_can_be_kept_as_state_with_its_checkpoints() -> None:
    pipe = Pipe("p", "000000000000", "us-east-1", validation.definition(request()), "RUNNING")
    pipe.checkpoints["shardId-0"] = Checkpoint(after="5", beyond=frozenset({"7"}))
    pipe.state_reason = "x" * 600
    again = pickle.loads(pickle.dumps(pipe))
    assert again == pipe
    assert again.described()["StateReason"] == "x" * 512
    assert again.listed()["Arn"] == "arn:aws:pipes:us-east-1:000000000000:pipe/p"
