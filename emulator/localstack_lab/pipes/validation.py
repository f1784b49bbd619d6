"""Whether the parameters of a pipe fit together, and what they are when they are not given.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from localstack_lab.pipes import kinds, paths, templates
from localstack_lab.pipes.filters import compile_filters
from localstack_lab.pipes.refusals import field_errors

Problem = tuple[str, str]
STREAM_BATCH, QUEUE_BATCH = 100, 10
_STREAM_DEFAULTS = {
    "MaximumBatchingWindowInSeconds": 0,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
}
_MEMBERS = (
    *("Description", "Source", "SourceParameters", "Enrichment", "EnrichmentParameters", "Target"),
    *("TargetParameters", "RoleArn", "LogConfiguration", "KmsKeyIdentifier"),
)


def definition(request: dict[str, Any]) -> dict[str, Any]:
    """What a pipe is defined by, defaults filled in.

    :param request: members of CreatePipe
    :raises ValidationException: for parameters that do not fit together, and for what this emulator lacks
    """
    found = {name: copy.deepcopy(request[name]) for name in _MEMBERS if request.get(name)}
    _demand_known(found)
    _fill_in(found)
    problems = [*_source_problems(found), *_enrichment_problems(found), *_target_problems(found)]
    problems += _log_problems(found)
    if found.get("KmsKeyIdentifier"):
        problems.append(("KmsKeyIdentifier", "Customer managed keys for pipes are missing in this emulator."))
    if problems:
        raise field_errors(problems)
    return found


def updated(old: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The definition after UpdatePipe: what is not named stays, service-specific parameters go as a whole.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html
    """
    new = copy.deepcopy(old)
    for name in ("Description", "Enrichment", "Target", "RoleArn", "LogConfiguration", "KmsKeyIdentifier"):
        if request.get(name) is not None:
            new[name] = request[name]
    for name in ("SourceParameters", "EnrichmentParameters", "TargetParameters"):
        if request.get(name) is not None:
            new[name] = {**new.get(name, {}), **copy.deepcopy(request[name])}
    if request.get("Target") is not None and request["Target"] != old["Target"]:
        new["TargetParameters"] = copy.deepcopy(request.get("TargetParameters") or {})
    _keep_start(old, new)
    return definition(new)


def _keep_start(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The starting position is none of UpdatePipe's members: it stays."""
    for name in ("KinesisStreamParameters", "DynamoDBStreamParameters"):
        before = old.get("SourceParameters", {}).get(name)
        after = new.get("SourceParameters", {}).get(name)
        if before and after is not None:
            start = ("StartingPosition", "StartingPositionTimestamp")
            after.update({member: before[member] for member in start if member in before})


def _demand_known(found: dict[str, Any]) -> None:
    checks: list[tuple[str, Callable[[str], str]]] = [
        ("Source", kinds.source_kind),
        ("Enrichment", kinds.enrichment_kind),
        ("Target", kinds.target_kind),
    ]
    problems: list[Problem] = []
    for name, kind in checks:
        if found.get(name):
            try:
                kind(found[name])
            except ValueError as error:
                problems.append((name, f"{error}."))
    if problems:
        raise field_errors(problems)


def _fill_in(found: dict[str, Any]) -> None:
    kind = kinds.source_kind(found["Source"])
    name = kinds.SOURCE_PARAMETERS[kind]
    parameters = found.setdefault("SourceParameters", {})
    most = kinds.LARGEST_BATCH[kinds.target_kind(found["Target"])]
    if kind == "sqs":
        specific = parameters.setdefault(name, {})
        specific.setdefault("BatchSize", min(QUEUE_BATCH, most or QUEUE_BATCH))
        specific.setdefault("MaximumBatchingWindowInSeconds", 0)
    elif parameters.get(name) is not None:
        specific = parameters[name]
        specific.setdefault("BatchSize", min(STREAM_BATCH, most or STREAM_BATCH))
        for member, value in _STREAM_DEFAULTS.items():
            specific.setdefault(member, value)
    found.setdefault("TargetParameters", {})


def _source_problems(found: dict[str, Any]) -> Iterator[Problem]:
    kind = kinds.source_kind(found["Source"])
    parameters, name = found["SourceParameters"], kinds.SOURCE_PARAMETERS[kind]
    if parameters.get(name) is None:
        yield f"SourceParameters.{name}", "Missing required parameter."
        return
    for other in parameters.keys() - {name, "FilterCriteria"}:
        if parameters[other] is not None:
            yield f"SourceParameters.{other}", f"It does not go with the source {found['Source']}."
    specific = parameters[name]
    yield from (_queue_problems if kind == "sqs" else _stream_problems)(found, specific)
    most = kinds.LARGEST_BATCH[kinds.target_kind(found["Target"])]
    if most is not None and specific["BatchSize"] > most:
        yield "BatchSize", f"BatchSize must not be greater than {most}, which is the most the target takes."
    try:
        compile_filters(kind, parameters.get("FilterCriteria"))
    except ValueError as error:
        yield "SourceParameters.FilterCriteria", str(error)


def _queue_problems(found: dict[str, Any], specific: dict[str, Any]) -> Iterator[Problem]:
    size, window = specific["BatchSize"], specific["MaximumBatchingWindowInSeconds"]
    if found["Source"].endswith(".fifo"):
        if size > QUEUE_BATCH:
            yield "BatchSize", "BatchSize must be between 1 and 10 (inclusive) for a FIFO queue."
        if window:
            yield "MaximumBatchingWindowInSeconds", "A batching window does not go with a FIFO queue."
    elif size > QUEUE_BATCH and not window:
        yield (
            "MaximumBatchingWindowInSeconds",
            "MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than 10.",
        )


def _stream_problems(found: dict[str, Any], specific: dict[str, Any]) -> Iterator[Problem]:
    age, window = specific["MaximumRecordAgeInSeconds"], specific["MaximumBatchingWindowInSeconds"]
    if age != -1 and not 60 <= age <= 604_800:
        yield (
            "MaximumRecordAgeInSeconds",
            "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)",
        )
    if age != -1 and window >= age:
        yield (
            "MaximumBatchingWindowInSeconds",
            "MaximumBatchingWindowInSeconds must be less than MaximumRecordAgeInSeconds.",
        )
    at_timestamp = specific.get("StartingPosition") == "AT_TIMESTAMP"
    if at_timestamp != (specific.get("StartingPositionTimestamp") is not None):
        yield "StartingPositionTimestamp", "It goes with the StartingPosition AT_TIMESTAMP, and only with it."
    letters = (specific.get("DeadLetterConfig") or {}).get("Arn")
    if letters and (kinds.parse_arn(letters).service not in ("sqs", "sns") or letters.endswith(".fifo")):
        yield "DeadLetterConfig.Arn", "It must be a standard SQS queue or a standard SNS topic."


def _enrichment_problems(found: dict[str, Any]) -> Iterator[Problem]:
    parameters = found.get("EnrichmentParameters") or {}
    if parameters.get("HttpParameters"):
        yield "EnrichmentParameters.HttpParameters", "It goes with an API as enrichment only."
    yield from _template_problems("EnrichmentParameters.InputTemplate", parameters.get("InputTemplate"))


def _target_problems(found: dict[str, Any]) -> Iterator[Problem]:
    kind = kinds.target_kind(found["Target"])
    parameters, name = found["TargetParameters"], kinds.TARGET_PARAMETERS[kind]
    for other in parameters.keys() - {name, "InputTemplate"}:
        if parameters[other] is not None:
            yield f"TargetParameters.{other}", f"It does not go with the target {found['Target']}."
    specific = (parameters.get(name) if name else None) or {}
    if kind == "kinesis" and not specific.get("PartitionKey"):
        yield "TargetParameters.KinesisStreamParameters", "Missing required parameter."
    if kind == "sqs":
        fifo = found["Target"].endswith(".fifo")
        if fifo and not specific.get("MessageGroupId"):
            yield "TargetParameters.SqsQueueParameters.MessageGroupId", "Missing required parameter."
        if not fifo and specific.get("MessageDeduplicationId"):
            yield (
                "TargetParameters.SqsQueueParameters.MessageDeduplicationId",
                "It goes with a FIFO queue only.",
            )
    if kind == "events" and specific.get("EndpointId"):
        yield (
            "TargetParameters.EventBridgeEventBusParameters.EndpointId",
            "Global endpoints are missing in this emulator.",
        )
    for member, value in specific.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.startswith("$") and not paths.is_path(text):
                yield f"TargetParameters.{name}.{member}", f"{text} is not a valid JSON path."
    yield from _template_problems("TargetParameters.InputTemplate", parameters.get("InputTemplate"))


def _template_problems(name: str, text: str | None) -> Iterator[Problem]:
    if text:
        try:
            templates.parse(text)
        except ValueError as error:
            yield name, f"{error}."


def _log_problems(found: dict[str, Any]) -> list[Problem]:
    logs = found.get("LogConfiguration") or {}
    if logs.get("Level", "OFF") == "OFF":
        return []
    if logs.get("S3LogDestination"):
        return [("LogConfiguration.S3LogDestination", "Logs in S3 are missing in this emulator.")]
    if not (logs.get("CloudwatchLogsLogDestination") or logs.get("FirehoseLogDestination")):
        return [("LogConfiguration", "A log level other than OFF needs a log destination.")]
    return []
