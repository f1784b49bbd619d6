"""What the definition of a delivery stream says about delivery, parsed once and never changed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from localstack_lab.firehose import compression, deaggregation, format_conversion, prefixes
from localstack_lab.firehose.format_conversion import Conversion
from localstack_lab.firehose.prefixes import Prefix
from localstack_lab.firehose.queries import Query

MIB = 2**20
DEFAULT_SIZE_MB, DEFAULT_INTERVAL = 5, 300
DEFAULT_LAMBDA_MB, DEFAULT_LAMBDA_INTERVAL, DEFAULT_RETRIES = 1.0, 60.0, 3


@dataclass(frozen=True)
class Target:
    """A bucket and how objects in it look; `interval` in seconds, `size` in bytes."""

    bucket: str
    role: str
    prefix: Prefix
    size: int
    interval: float
    compression: str
    extension: str
    zone: tzinfo
    kms_key: str | None
    log: tuple[str, str] | None  # group and stream of CloudWatch Logs


@dataclass(frozen=True)
class Function:
    """The transforming Lambda function; `interval` in seconds, `size` in bytes."""

    arn: str
    role: str | None
    size: int
    interval: float
    retries: int


@dataclass(frozen=True)
class Plan:
    """Everything about the delivery of one stream."""

    version: int
    data: Target
    errors: Target
    backup: Target | None = None
    function: Function | None = None
    partitioned: bool = False
    query: Query | None = None
    splits: bool = False
    separator: bytes | None = None
    delimiter: bytes = b""
    conversion: Conversion | None = None
    query_keys: frozenset[str] = field(default_factory=frozenset)
    lambda_keys: frozenset[str] = field(default_factory=frozenset)


def bucket_name(arn: str) -> str:
    return arn.split(":::", 1)[1]


def of(destination: dict[str, Any], version: str) -> Plan:
    """:param destination: an ExtendedS3DestinationDescription that has been checked"""
    prefix = prefixes.for_data(destination.get("Prefix"))
    errors = prefixes.for_errors(destination.get("ErrorOutputPrefix"), destination.get("Prefix"))
    processors = parameters(destination)
    function = processors.get("Lambda")
    splitting = processors.get("RecordDeAggregation")
    query = processors.get("MetadataExtraction", {}).get("MetadataExtractionQuery")
    backup = destination.get("S3BackupDescription")
    ending = processors.get("AppendDelimiterToRecord")
    data, conversion = _target(destination, prefix, destination), format_conversion.of(destination)
    if conversion is not None and not destination.get("FileExtension"):
        data = replace(data, extension=conversion.extension)
    return Plan(
        version=int(version),
        data=data,
        errors=_target(destination, errors, destination, failures=True),
        backup=(
            _target(backup, prefixes.for_data(backup.get("Prefix")), destination)
            if backup and destination.get("S3BackupMode") == "Enabled"
            else None
        ),
        function=_function(function) if function is not None else None,
        partitioned=bool((destination.get("DynamicPartitioningConfiguration") or {}).get("Enabled")),
        query=Query(query) if query is not None else None,
        splits=splitting is not None,
        separator=(
            deaggregation.delimiter(splitting["Delimiter"])
            if splitting and splitting.get("SubRecordType") == "DELIMITED"
            else None
        ),
        delimiter=_delimiter(ending) if ending is not None else b"",
        conversion=conversion,
        query_keys=frozenset(prefix.keys(prefixes.QUERY)),
        lambda_keys=frozenset(prefix.keys(prefixes.LAMBDA)),
    )


def parameters(destination: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Type of each processor that is on → its parameters."""
    configuration = destination.get("ProcessingConfiguration") or {}
    if not configuration.get("Enabled"):
        return {}
    return {
        processor["Type"]: {
            p["ParameterName"]: p["ParameterValue"] for p in processor.get("Parameters") or []
        }
        for processor in configuration.get("Processors") or []
    }


def _target(
    where: dict[str, Any], prefix: Prefix, destination: dict[str, Any], failures: bool = False
) -> Target:
    hints = where.get("BufferingHints") or {}
    form = where.get("CompressionFormat") or "UNCOMPRESSED"
    extension = "" if failures or where is not destination else destination.get("FileExtension")
    key = ((where.get("EncryptionConfiguration") or {}).get("KMSEncryptionConfig") or {}).get("AWSKMSKeyARN")
    options = where.get("CloudWatchLoggingOptions") or {}
    return Target(
        bucket=bucket_name(where["BucketARN"]),
        role=where["RoleARN"],
        prefix=prefix,
        size=hints.get("SizeInMBs", DEFAULT_SIZE_MB) * MIB,
        interval=hints.get("IntervalInSeconds", DEFAULT_INTERVAL),
        compression=form,
        extension=extension or compression.extension(form),
        zone=_zone(destination.get("CustomTimeZone")),
        kms_key=key,
        log=(options["LogGroupName"], options["LogStreamName"]) if options.get("Enabled") else None,
    )


def _zone(name: str | None) -> tzinfo:
    return UTC if name in (None, "", "UTC") else ZoneInfo(str(name))


def _function(given: dict[str, str]) -> Function:
    return Function(
        arn=given["LambdaArn"],
        role=given.get("RoleArn"),
        size=int(float(given.get("BufferSizeInMBs", DEFAULT_LAMBDA_MB)) * MIB),
        interval=float(given.get("BufferIntervalInSeconds", DEFAULT_LAMBDA_INTERVAL)),
        retries=int(given.get("NumberOfRetries", DEFAULT_RETRIES)),
    )


def _delimiter(given: dict[str, str]) -> bytes:
    r"""A line feed when none is given; ``\n`` and the like may be spelled out."""
    text = given.get("Delimiter", "\\n")
    for spelled, meant in (("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t")):
        text = text.replace(spelled, meant)
    return text.encode()
