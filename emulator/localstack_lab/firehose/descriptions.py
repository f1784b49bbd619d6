"""Definitions of S3 destinations as DescribeDeliveryStream tells them, with AWS's defaults."""

from typing import Any

from localstack_lab.firehose.plan import DEFAULT_INTERVAL, DEFAULT_SIZE_MB

DESTINATION_ID = "destinationId-000000000001"
_PLAIN = (
    *("RoleARN", "BucketARN", "Prefix", "ErrorOutputPrefix", "BufferingHints", "CompressionFormat"),
    *("EncryptionConfiguration", "CloudWatchLoggingOptions"),
)
PARTITIONED_DEFAULT_SIZE_MB = 64
CONVERTED_DEFAULT_SIZE_MB = 128


def of_s3(configuration: dict[str, Any]) -> dict[str, Any]:
    """An S3DestinationDescription: https://docs.aws.amazon.com/firehose/latest/APIReference/API_S3DestinationDescription.html"""
    return {
        "BufferingHints": {"SizeInMBs": DEFAULT_SIZE_MB, "IntervalInSeconds": DEFAULT_INTERVAL},
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        "CloudWatchLoggingOptions": {"Enabled": False},
        **{name: configuration[name] for name in _PLAIN if configuration.get(name) is not None},
    }


def of_extended_s3(configuration: dict[str, Any]) -> dict[str, Any]:
    """An ExtendedS3DestinationDescription."""
    described = {
        "ProcessingConfiguration": {"Enabled": False, "Processors": []},
        "S3BackupMode": "Disabled",
        **{name: value for name, value in configuration.items() if value is not None},
        **of_s3(configuration),
    }
    partitioning = described.get("DynamicPartitioningConfiguration") or {}
    if partitioning.get("Enabled") and not configuration.get("BufferingHints"):
        described["BufferingHints"] = {
            "SizeInMBs": PARTITIONED_DEFAULT_SIZE_MB,
            "IntervalInSeconds": DEFAULT_INTERVAL,
        }
    conversion = described.get("DataFormatConversionConfiguration") or {}
    if conversion and conversion.get("Enabled") is not False and not configuration.get("BufferingHints"):
        described["BufferingHints"] = {
            "SizeInMBs": CONVERTED_DEFAULT_SIZE_MB,
            "IntervalInSeconds": DEFAULT_INTERVAL,
        }
    if (backup := described.pop("S3BackupConfiguration", None)) is not None:
        described["S3BackupDescription"] = of_s3(backup)
    return described


def destination(extended: dict[str, Any]) -> dict[str, Any]:
    """A DestinationDescription; AWS tells an S3 destination in its old form too."""
    return {
        "DestinationId": DESTINATION_ID,
        "S3DestinationDescription": {name: extended[name] for name in _PLAIN if name in extended},
        "ExtendedS3DestinationDescription": extended,
    }


def merged(extended: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    """A description after UpdateDestination: what the update does not mention stays."""
    changed = {**extended, **{name: value for name, value in update.items() if value is not None}}
    if (backup := changed.pop("S3BackupUpdate", None)) is not None:
        before = extended.get("S3BackupDescription")
        changed["S3BackupDescription"] = merged(before, backup) if before else of_s3(backup)
    return changed
