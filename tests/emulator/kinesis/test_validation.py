"""What AWS refuses before it looks at a stream, in AWS's words."""

from typing import Any

import pytest
from localstack_lab.kinesis.constraints import service_model
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError
from localstack_lab.kinesis.operations import OPERATIONS

LONG_NAME = "a" * 129
RECORD = {"Data": b"x", "PartitionKey": "k"}
NAME_PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"


def at(name: str, constraint: str, value: str = "") -> str:
    shown = f"Value '{value}'" if value else "Value"
    return f"{shown} at '{name}' failed to satisfy constraint: {constraint}"


def null(name: str) -> str:
    return f"Value null at '{name}' failed to satisfy constraint: Member must not be null"


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("CreateStream", {}, null("streamName")),
    ("CreateStream", {"StreamName": "a b", "ShardCount": 1}, at("streamName", NAME_PATTERN, "a b")),
    (
        "CreateStream",
        {"StreamName": LONG_NAME, "ShardCount": 1},
        at("streamName", "Member must have length less than or equal to 128", LONG_NAME),
    ),
    (
        "CreateStream",
        {"StreamName": "s", "ShardCount": 0},
        at("shardCount", "Member must have value greater than or equal to 1", "0"),
    ),
    (
        "CreateStream",
        {"StreamName": "s", "StreamModeDetails": {"StreamMode": "FAST"}},
        at(
            "streamModeDetails.streamMode",
            "Member must satisfy enum value set: [ON_DEMAND, PROVISIONED]",
            "FAST",
        ),
    ),
    ("CreateStream", {"StreamName": "s", "StreamModeDetails": {}}, null("streamModeDetails.streamMode")),
    (
        "CreateStream",
        {"StreamName": "s", "ShardCount": 1, "MaxRecordSizeInKiB": 1},
        at("maxRecordSizeInKiB", "Member must have value greater than or equal to 1024", "1"),
    ),
    ("DeleteStream", {"StreamName": "a/b"}, at("streamName", NAME_PATTERN, "a/b")),
    (
        "DescribeStream",
        {"StreamARN": "arn:nothing"},
        "at 'streamARN' failed to satisfy constraint: Member must",
    ),
    (
        "DescribeStream",
        {"StreamName": "s", "Limit": 0},
        at("limit", "Member must have value greater than or equal to 1", "0"),
    ),
    (
        "DescribeStream",
        {"StreamName": "s", "Limit": 10_001},
        at("limit", "Member must have value less than or equal to 10000", "10001"),
    ),
    ("PutRecord", {"StreamName": "s", "PartitionKey": "k"}, null("data")),
    ("PutRecord", {"StreamName": "s", "Data": b""}, null("partitionKey")),
    (
        "PutRecord",
        {"StreamName": "s", "Data": b"", "PartitionKey": "k" * 257},
        at("partitionKey", "Member must have length less than or equal to 256", "k" * 257),
    ),
    (
        "PutRecord",
        {"StreamName": "s", "Data": b"", "PartitionKey": ""},
        "Value '' at 'partitionKey' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ),
    (
        "PutRecord",
        {"StreamName": "s", "Data": b"", "PartitionKey": "k", "ExplicitHashKey": "01"},
        at(
            "explicitHashKey",
            r"Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})",
            "01",
        ),
    ),
    (
        "PutRecord",
        {"StreamName": "s", "Data": bytes(10 * 2**20 + 1), "PartitionKey": "k"},
        at("data", "Member must have length less than or equal to 10485760"),
    ),
    ("PutRecords", {"StreamName": "s"}, null("records")),
    (
        "PutRecords",
        {"StreamName": "s", "Records": [RECORD] * 501},
        at("records", "Member must have length less than or equal to 500"),
    ),
    (
        "PutRecords",
        {"StreamName": "s", "Records": [RECORD, {"Data": b""}]},
        null("records.2.member.partitionKey"),
    ),
    (
        "PutRecords",
        {"StreamName": "s", "Records": [{"Data": b"", "PartitionKey": "k" * 300}]},
        at("records.1.member.partitionKey", "Member must have length less than or equal to 256", "k" * 300),
    ),
    (
        "GetRecords",
        {"ShardIterator": "x", "Limit": 10_001},
        at("limit", "Member must have value less than or equal to 10000", "10001"),
    ),
    ("GetRecords", {}, null("shardIterator")),
    (
        "GetRecords",
        {"ShardIterator": "x" * 513},
        at("shardIterator", "Member must have length less than or equal to 512", "x" * 513),
    ),
    (
        "GetShardIterator",
        {"StreamName": "s", "ShardId": "shardId-0", "ShardIteratorType": "FIRST"},
        at(
            "shardIteratorType",
            "Member must satisfy enum value set: "
            "[AFTER_SEQUENCE_NUMBER, AT_SEQUENCE_NUMBER, AT_TIMESTAMP, LATEST, TRIM_HORIZON]",
            "FIRST",
        ),
    ),
    ("GetShardIterator", {"StreamName": "s", "ShardIteratorType": "LATEST"}, null("shardId")),
    ("SplitShard", {"StreamName": "s", "ShardToSplit": "shardId-0"}, null("newStartingHashKey")),
    ("MergeShards", {"StreamName": "s", "ShardToMerge": "shardId-0"}, null("adjacentShardToMerge")),
    (
        "UpdateShardCount",
        {"StreamName": "s", "TargetShardCount": 2, "ScalingType": "WILD"},
        at("scalingType", "Member must satisfy enum value set: [UNIFORM_SCALING]", "WILD"),
    ),
    ("IncreaseStreamRetentionPeriod", {"StreamName": "s"}, null("retentionPeriodHours")),
    (
        "AddTagsToStream",
        {"StreamName": "s", "Tags": {"k" * 129: "v"}},
        "Map keys must satisfy constraint: [Member must have length less than or equal to 128",
    ),
    (
        "AddTagsToStream",
        {"StreamName": "s", "Tags": {"k": "v" * 257}},
        "Map value must satisfy constraint: [Member must have length less than or equal to 256",
    ),
    (
        "RemoveTagsFromStream",
        {"StreamName": "s", "TagKeys": ["k" * 129]},
        "Member must satisfy constraint: [Member must have length less than or equal to 128",
    ),
    (
        "EnableEnhancedMonitoring",
        {"StreamName": "s", "ShardLevelMetrics": ["Everything"]},
        "Member must satisfy constraint: [Member must satisfy enum value set: [IncomingBytes,",
    ),
    ("ListShards", {"StreamName": "s", "ShardFilter": {}}, null("shardFilter.type")),
    ("RegisterStreamConsumer", {"ConsumerName": "c"}, null("streamARN")),
    (
        "SubscribeToShard",
        {"ConsumerARN": "x", "ShardId": "s", "StartingPosition": {"Type": "LATEST"}},
        "at 'consumerARN' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ),
    ("StartStreamEncryption", {"StreamName": "s", "EncryptionType": "KMS"}, null("keyId")),
]


@pytest.mark.parametrize(
    ("operation", "request_", "words"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_violation_is_reported_in_aws_words(
    kinesis: Any, refused: Any, operation: str, request_: dict[str, Any], words: str
) -> None:
    with refused("ValidationException", words) as caught:
        kinesis._make_api_call(operation, request_)
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("1 validation error detected: Value")


def test_all_violations_are_reported_together(kinesis: Any, refused: Any) -> None:
    with refused("ValidationException", "3 validation errors detected: Value null at 'records'") as caught:
        kinesis._make_api_call("PutRecords", {"StreamName": ""})
    assert caught.value.response["Error"]["Message"].count("; ") == 2


def test_no_more_than_ten_violations_are_reported(kinesis: Any, refused: Any) -> None:
    with refused("ValidationException", "10 validation errors detected"):
        kinesis._make_api_call("PutRecords", {"StreamName": "s", "Records": [{}] * 20})


@pytest.mark.parametrize(
    ("operation", "request_", "words"),
    [
        ("CreateStream", {"StreamName": 5}, "class java.math.BigDecimal can not be converted to an String"),
        (
            "CreateStream",
            {"StreamName": "s", "ShardCount": "two"},
            "class java.lang.String can not be converted to an Integer",
        ),
        (
            "CreateStream",
            {"StreamName": "s", "ShardCount": True},
            "class java.lang.Boolean can not be converted to an Integer",
        ),
        ("PutRecords", {"StreamName": ["s"], "Records": [RECORD]}, "Start of list found where not expected"),
        ("AddTagsToStream", {"StreamName": "s", "Tags": 3}, "Expected map or null"),
    ],
)
def test_a_wrong_type_is_a_serialization_error(
    engine: KinesisEngine, operation: str, request_: dict[str, Any], words: str
) -> None:
    with pytest.raises(KinesisError, match=words) as caught:
        engine.invoke(operation, request_, "000000000000", "us-east-1")
    assert caught.value.code == "SerializationException"


def test_every_operation_of_the_api_is_there() -> None:
    assert set(OPERATIONS) == set(service_model().operation_names)
