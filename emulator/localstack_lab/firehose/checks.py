"""What AWS refuses about an S3 destination, beyond the constraints of the API model.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
Messages are AWS's where they are known.
"""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from localstack.aws.api.firehose import InvalidArgumentException

from localstack_lab.firehose import deaggregation, format_conversion, plan, prefixes
from localstack_lab.firehose.queries import Query, QueryError

PARTITIONED_SIZE_MB = 64
_CLASS = "class com.amazonaws.services.firehose.internal.model"
_PARAMETERS = {
    "Lambda": {"LambdaArn", "NumberOfRetries", "RoleArn", "BufferSizeInMBs", "BufferIntervalInSeconds"},
    "MetadataExtraction": {"MetadataExtractionQuery", "JsonParsingEngine"},
    "RecordDeAggregation": {"SubRecordType", "Delimiter"},
    "AppendDelimiterToRecord": {"Delimiter"},
}
_RANGES = {"NumberOfRetries": (0, 300), "BufferSizeInMBs": (0.2, 3), "BufferIntervalInSeconds": (0, 900)}


def destination(given: dict[str, Any]) -> None:
    """Check an ExtendedS3DestinationDescription.

    :raises InvalidArgumentException: for what AWS refuses, or what this emulator cannot do
    """
    _target(given)
    if given.get("S3BackupMode") == "Enabled":
        if not given.get("S3BackupDescription"):
            raise InvalidArgumentException(
                "S3BackupConfiguration must be given when S3BackupMode is Enabled."
            )
        _target(given["S3BackupDescription"])
        _prefix_of_backup(given["S3BackupDescription"])
    if refused := format_conversion.refusal(given):
        raise InvalidArgumentException(refused)
    _zone(given.get("CustomTimeZone"))
    try:
        data = prefixes.for_data(given.get("Prefix"))
        prefixes.for_errors(given.get("ErrorOutputPrefix"), given.get("Prefix"))
    except prefixes.PrefixError as error:
        raise InvalidArgumentException(str(error)) from error
    _processors(given)
    _partitioning(given, data)


def _target(given: dict[str, Any]) -> None:
    hints = given.get("BufferingHints") or {}
    if len(hints) == 1:
        raise InvalidArgumentException(
            "BufferingHints: SizeInMBs and IntervalInSeconds must both be given, or neither of them."
        )
    options = given.get("CloudWatchLoggingOptions") or {}
    if options.get("Enabled") and not (options.get("LogGroupName") and options.get("LogStreamName")):
        raise InvalidArgumentException(
            "CloudWatchLoggingOptions: LogGroupName and LogStreamName are required when logging is enabled."
        )


def _prefix_of_backup(given: dict[str, Any]) -> None:
    try:
        prefix = prefixes.for_data(given.get("Prefix"))
    except prefixes.PrefixError as error:
        raise InvalidArgumentException(f"S3BackupConfiguration: {error}") from error
    if prefix.uses(prefixes.QUERY, prefixes.LAMBDA):
        raise InvalidArgumentException("S3BackupConfiguration: Prefix cannot contain partitioning keys.")


def _zone(name: str | None) -> None:
    if name in (None, "", "UTC"):
        return
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidArgumentException(f"CustomTimeZone {name} is not a time zone.") from error


def _processors(given: dict[str, Any]) -> None:
    configuration = given.get("ProcessingConfiguration") or {}
    seen: set[str] = set()
    for processor in configuration.get("Processors") or []:
        kind = processor["Type"]
        if kind not in _PARAMETERS:
            raise InvalidArgumentException(f"The processor {kind} is not available in this emulator.")
        if kind in seen:
            raise InvalidArgumentException(f"There can be only one processor of type {kind}.")
        seen.add(kind)
        parameters = {p["ParameterName"]: p["ParameterValue"] for p in processor.get("Parameters") or []}
        if unknown := sorted(set(parameters) - _PARAMETERS[kind]):
            raise InvalidArgumentException(f"Parameter {unknown[0]} does not belong to the processor {kind}.")
        _processor(kind, parameters)


def _processor(kind: str, parameters: dict[str, str]) -> None:
    for name, (least, most) in _RANGES.items():
        if name in parameters and not _between(parameters[name], least, most, name == "NumberOfRetries"):
            raise InvalidArgumentException(f"{name} must be between {least} and {most}: {parameters[name]}")
    if kind == "Lambda":
        arn = parameters.get("LambdaArn", "")
        if not arn.startswith("arn:") or arn.split(":")[2:3] != ["lambda"] or len(arn.split(":")) < 7:
            raise InvalidArgumentException("The processor Lambda needs a LambdaArn, the ARN of a function.")
    elif kind == "MetadataExtraction":
        if parameters.get("JsonParsingEngine", "JQ-1.6") != "JQ-1.6":
            raise InvalidArgumentException("JsonParsingEngine must be JQ-1.6.")
        try:
            Query(parameters.get("MetadataExtractionQuery", ""))
        except QueryError as error:
            raise InvalidArgumentException(str(error)) from error
    elif kind == "RecordDeAggregation":
        _splitting(parameters)


def _splitting(parameters: dict[str, str]) -> None:
    if parameters.get("SubRecordType") not in ("JSON", "DELIMITED"):
        raise InvalidArgumentException("SubRecordType must be JSON or DELIMITED.")
    if parameters["SubRecordType"] == "DELIMITED":
        try:
            deaggregation.delimiter(parameters.get("Delimiter", ""))
        except deaggregation.NotSeparable as error:
            raise InvalidArgumentException(str(error)) from error


def _between(text: str, least: float, most: float, whole: bool) -> bool:
    try:
        return least <= (int(text) if whole else float(text)) <= most
    except ValueError:
        return False


def _partitioning(given: dict[str, Any], prefix: prefixes.Prefix) -> None:
    processors = plan.parameters(given)
    if not (given.get("DynamicPartitioningConfiguration") or {}).get("Enabled"):
        if prefix.uses(prefixes.QUERY, prefixes.LAMBDA):
            raise InvalidArgumentException(
                "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic "
                "Partitioning is enabled."
            )
        if "MetadataExtraction" in processors:
            raise InvalidArgumentException(
                f"{_CLASS}.MetadataExtractionProcessor can only be present when Dynamic Partitioning is "
                "enabled."
            )
        return
    hints = given["BufferingHints"]
    if hints["SizeInMBs"] < PARTITIONED_SIZE_MB:
        raise InvalidArgumentException(
            f"BufferingHints.SizeInMBs must be at least {PARTITIONED_SIZE_MB} when Dynamic Partitioning is "
            "enabled."
        )
    if hints["IntervalInSeconds"] == 0:
        raise InvalidArgumentException(
            "BufferingHints.IntervalInSeconds must not be 0 when Dynamic Partitioning is enabled."
        )
    if not prefix.uses(prefixes.QUERY, prefixes.LAMBDA):
        raise InvalidArgumentException(
            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled"
        )
    if not (given.get("ProcessingConfiguration") or {}).get("Enabled"):
        raise InvalidArgumentException(
            "Processing Configuration is not enabled when Dynamic Partitioning is enabled."
        )
    _sources_of_keys(prefix, processors)


def _sources_of_keys(prefix: prefixes.Prefix, processors: dict[str, dict[str, str]]) -> None:
    asked = prefix.keys(prefixes.QUERY)
    if asked and "MetadataExtraction" not in processors:
        raise InvalidArgumentException(
            "MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery "
            "namespace."
        )
    if asked and (
        missing := asked - Query(processors["MetadataExtraction"]["MetadataExtractionQuery"]).names
    ):
        raise InvalidArgumentException(
            f"The Prefix uses {', '.join(sorted(missing))}, which MetadataExtractionQuery does not extract."
        )
    if prefix.keys(prefixes.LAMBDA) and "Lambda" not in processors:
        raise InvalidArgumentException(
            "Lambda processor should be present when S3 Prefix has partitionKeyFromLambda namespace."
        )
