"""Definitions: AWS's defaults and refusals, what this emulator cannot do, and what an update merges."""

from typing import Any

import pytest
from localstack.aws.api import CommonServiceException
from localstack.aws.api.firehose import InvalidArgumentException
from localstack_lab.firehose import checks, constraints, creation, descriptions, plan

from tests.emulator.firehose.fakes import (
    ACCOUNT,
    FUNCTION,
    REGION,
    ROLE,
    configuration,
    processors,
    with_function,
)

KINESIS = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/source"
PARTITIONED = {
    "DynamicPartitioningConfiguration": {"Enabled": True},
    "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
    "Prefix": "c=!{partitionKeyFromQuery:c}/",
    "ErrorOutputPrefix": "failed/",
    "ProcessingConfiguration": processors(("MetadataExtraction", {"MetadataExtractionQuery": "{c: .c}"})),
}


def _check(**members: Any) -> None:
    checks.destination(descriptions.of_extended_s3(configuration(**members)))


def test_aws_defaults() -> None:
    bare = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::bucket"}
    described = creation.description(
        {"DeliveryStreamName": "orders", "ExtendedS3DestinationConfiguration": bare}, ACCOUNT, REGION
    )
    assert described["DeliveryStreamARN"] == f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/orders"
    assert (described["DeliveryStreamType"], described["VersionId"]) == ("DirectPut", "1")
    assert described["DeliveryStreamEncryptionConfiguration"] == {"Status": "DISABLED"}
    (destination,) = described["Destinations"]
    assert destination["DestinationId"] == "destinationId-000000000001"
    old = {
        **bare,
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        "CloudWatchLoggingOptions": {"Enabled": False},
    }
    assert destination["S3DestinationDescription"] == old
    assert destination["ExtendedS3DestinationDescription"] == {
        **old,
        "ProcessingConfiguration": {"Enabled": False, "Processors": []},
        "S3BackupMode": "Disabled",
    }


def test_defaults_of_a_processor_are_aws_own() -> None:
    described = descriptions.of_extended_s3(configuration(ProcessingConfiguration=with_function()))
    function = plan.of(described, "1").function
    assert function == plan.Function(FUNCTION, None, 2**20, 60.0, 3)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"BufferingHints": {"SizeInMBs": 5}}, "must both be given"),
        ({"DataFormatConversionConfiguration": {"Enabled": True}}, r"SchemaConfiguration\.RoleARN must be"),
        (
            {"DataFormatConversionConfiguration": {}, "S3BackupMode": "Enabled"},
            "S3BackupConfiguration must be given",
        ),
        ({"CloudWatchLoggingOptions": {"Enabled": True}}, "LogGroupName and LogStreamName"),
        ({"CustomTimeZone": "Mars/Olympus"}, "not a time zone"),
        ({"CustomTimeZone": "/etc/passwd"}, "not a time zone"),
        ({"Prefix": "!{timestamp:yyyy}/"}, "ErrorOutputPrefix cannot be null or empty"),
        ({"ProcessingConfiguration": processors(("Lambda", {}))}, "needs a LambdaArn"),
        ({"ProcessingConfiguration": with_function(NumberOfRetries="301")}, "between 0 and 300"),
        ({"ProcessingConfiguration": with_function(NumberOfRetries="1.5")}, "between 0 and 300"),
        ({"ProcessingConfiguration": with_function(BufferSizeInMBs="4")}, "between 0.2 and 3"),
        ({"ProcessingConfiguration": with_function(BufferIntervalInSeconds="x")}, "between 0 and 900"),
        (
            {"ProcessingConfiguration": with_function(Delimiter="x")},
            "does not belong to the processor Lambda",
        ),
        ({"ProcessingConfiguration": processors(("Decompression", {}))}, "Decompression is not available"),
        (
            {
                "ProcessingConfiguration": processors(
                    ("AppendDelimiterToRecord", {}), ("AppendDelimiterToRecord", {})
                )
            },
            "only one processor",
        ),
        ({"ProcessingConfiguration": processors(("RecordDeAggregation", {}))}, "JSON or DELIMITED"),
        (
            {"ProcessingConfiguration": processors(("RecordDeAggregation", {"SubRecordType": "DELIMITED"}))},
            "must not be empty",
        ),
        (
            {"Prefix": "!{partitionKeyFromLambda:x}/", "ErrorOutputPrefix": "e/"},
            "can only be part of a prefix expression when",
        ),
        (
            {
                "ProcessingConfiguration": processors(
                    ("MetadataExtraction", {"MetadataExtractionQuery": "{a:.a}"})
                )
            },
            "MetadataExtractionProcessor can only be present when",
        ),
        (PARTITIONED | {"BufferingHints": {"SizeInMBs": 63, "IntervalInSeconds": 60}}, "must be at least 64"),
        (PARTITIONED | {"BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 0}}, "must not be 0"),
        (PARTITIONED | {"Prefix": "plain/"}, "should contain Dynamic Partitioning namespaces"),
        (
            PARTITIONED | {"ProcessingConfiguration": {"Enabled": False}},
            "Processing Configuration is not enabled",
        ),
        (
            PARTITIONED | {"ProcessingConfiguration": with_function()},
            "MetadataExtraction processor should be present",
        ),
        (PARTITIONED | {"Prefix": "!{partitionKeyFromQuery:d}/"}, "uses d, which"),
        (PARTITIONED | {"Prefix": "!{partitionKeyFromLambda:d}/"}, "Lambda processor should be present"),
    ],
)
def test_destinations_that_are_refused(members: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidArgumentException, match=why):
        _check(**members)


def test_destinations_that_are_right() -> None:
    _check(**PARTITIONED)
    _check(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 0}, CustomTimeZone="Asia/Tokyo")
    _check(DataFormatConversionConfiguration={"Enabled": False}, CompressionFormat="HADOOP_SNAPPY")


@pytest.mark.parametrize(
    ("request_members", "why"),
    [
        ({}, "Exactly one destination"),
        (
            {"S3DestinationConfiguration": {"x": 1}, "ExtendedS3DestinationConfiguration": {"x": 1}},
            "Exactly one",
        ),
        ({"SplunkDestinationConfiguration": {"x": 1}}, "Splunk is not available"),
        ({"SnowflakeDestinationConfiguration": {"x": 1}}, "Snowflake is not available"),
        (
            {"DeliveryStreamType": "MSKAsSource", "S3DestinationConfiguration": {"x": 1}},
            "MSKAsSource is not available",
        ),
        (
            {
                "S3DestinationConfiguration": {"x": 1},
                "KinesisStreamSourceConfiguration": {"KinesisStreamARN": KINESIS, "RoleARN": ROLE},
            },
            "does not go with the delivery stream type DirectPut",
        ),
        (
            {"DeliveryStreamType": "KinesisStreamAsSource", "S3DestinationConfiguration": {"x": 1}},
            "KinesisStreamSourceConfiguration is required",
        ),
        (
            {
                "DeliveryStreamType": "KinesisStreamAsSource",
                "HttpEndpointDestinationConfiguration": {"x": 1},
                "KinesisStreamSourceConfiguration": {"KinesisStreamARN": KINESIS, "RoleARN": ROLE},
            },
            "Kinesis Client Library in Java",
        ),
        (
            {
                "DeliveryStreamType": "KinesisStreamAsSource",
                "S3DestinationConfiguration": {"x": 1},
                "KinesisStreamSourceConfiguration": {
                    "KinesisStreamARN": KINESIS.replace(REGION, "eu-west-1"),
                    "RoleARN": ROLE,
                },
            },
            "not in the region",
        ),
    ],
)
def test_streams_that_are_refused(request_members: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidArgumentException, match=why):
        creation.check({"DeliveryStreamName": "orders", **request_members}, ACCOUNT, REGION)


def test_other_destinations_stay_localstacks() -> None:
    assert creation.check({"S3DestinationConfiguration": {"x": 1}}, ACCOUNT, REGION)
    assert not creation.check({"HttpEndpointDestinationConfiguration": {"x": 1}}, ACCOUNT, REGION)


@pytest.mark.parametrize(
    ("operation", "members", "why"),
    [
        ("DescribeDeliveryStream", {}, "Value null at 'deliveryStreamName'"),
        ("DescribeDeliveryStream", {"DeliveryStreamName": "a b"}, "regular expression pattern"),
        ("DescribeDeliveryStream", {"DeliveryStreamName": "a" * 65}, "length less than or equal to 64"),
        ("ListDeliveryStreams", {"Limit": 0}, "value greater than or equal to 1"),
        (
            "PutRecordBatch",
            {"DeliveryStreamName": "a", "Records": [{"Data": b""}] * 501},
            "less than or equal to 500",
        ),
        ("PutRecord", {"DeliveryStreamName": "a", "Record": {"Data": bytes(1_024_001)}}, "1024000"),
        ("TagDeliveryStream", {"DeliveryStreamName": "a", "Tags": [{"Key": "aws:x"}]}, "tags.1.member.key"),
        (
            "TagDeliveryStream",
            {"DeliveryStreamName": "a", "Tags": [{"Key": "a", "Value": "*"}]},
            "member.value",
        ),
        (
            "CreateDeliveryStream",
            {"DeliveryStreamName": "a", "DeliveryStreamType": "Other"},
            "enum value set: .DirectPut, KinesisStreamAsSource",
        ),
        (
            "CreateDeliveryStream",
            {
                "DeliveryStreamName": "a",
                "ExtendedS3DestinationConfiguration": configuration(
                    BufferingHints={"SizeInMBs": 129, "IntervalInSeconds": 901}
                ),
            },
            "2 validation errors detected",
        ),
    ],
)
def test_the_models_constraints(operation: str, members: dict[str, Any], why: str) -> None:
    with pytest.raises(CommonServiceException, match=why) as caught:
        constraints.check(operation, members)
    assert caught.value.code == "ValidationException"


def test_an_update_keeps_what_it_does_not_mention() -> None:
    before = descriptions.of_extended_s3(
        configuration(
            Prefix="old/",
            S3BackupMode="Enabled",
            S3BackupConfiguration={"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::raw", "Prefix": "raw/"},
        )
    )
    update = {"Prefix": "new/", "S3BackupUpdate": {"Prefix": "rawer/"}}
    after = descriptions.merged(before, update)
    assert after == before | {
        "Prefix": "new/",
        "S3BackupDescription": before["S3BackupDescription"] | {"Prefix": "rawer/"},
    }
    assert before["Prefix"] == "old/"
