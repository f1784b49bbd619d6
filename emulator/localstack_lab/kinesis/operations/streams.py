"""Creating, deleting, describing and listing streams, and how long they keep records."""

from typing import Any

from localstack_lab.kinesis import tokens
from localstack_lab.kinesis.engine import Caller, KinesisEngine
from localstack_lab.kinesis.errors import in_use, invalid_argument, limit_exceeded
from localstack_lab.kinesis.operations.tags import check_tags
from localstack_lab.kinesis.operations.warmth import require_commitment
from localstack_lab.kinesis.stream import DEFAULT_MAX_RECORD_KIB, DEFAULT_RETENTION_HOURS, Stream
from localstack_lab.kinesis.times import moment

ON_DEMAND_SHARDS = 4  # https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
MAX_CREATING = 5
MAX_RETENTION_HOURS = 8760
PAGE = 100


def create_stream(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html

    Without a mode and without a ShardCount a stream of four shards arises, as on AWS, in on-demand mode. An
    on-demand stream with a ShardCount starts with so many shards: LocalStack's CloudFormation sends both, and
    what AWS makes of that is not documented.
    """
    name, count = request["StreamName"], request.get("ShardCount")
    given_mode = (request.get("StreamModeDetails") or {}).get("StreamMode")
    mode = given_mode or ("PROVISIONED" if count else "ON_DEMAND")
    if mode == "PROVISIONED" and not count:
        raise invalid_argument("ShardCount must be given for a stream in Provisioned mode.")
    tags = dict(request.get("Tags") or {})
    check_tags(tags, tags, name, caller.account)
    owner, now, warm = engine.region(caller.account, caller.region), engine.clock(), None
    if (wanted := request.get("WarmThroughputMiBps")) is not None:
        warm = require_commitment(owner, mode, wanted, now)
    existing = engine.all_streams(caller.account, caller.region)
    with owner.lock:
        if name in owner.streams:
            raise in_use(f"Stream {name} under account {caller.account} already exists.")
        if sum(stream.status == "CREATING" for stream in existing) >= MAX_CREATING:
            raise limit_exceeded(
                "Limit for streams being created concurrently exceeded: at most "
                f"{MAX_CREATING} streams can be in state CREATING."
            )
        if mode == "PROVISIONED":
            owner.require_room(count or 0, engine.settings.shard_limit, caller.account, caller.region)
        elif owner.on_demand_streams() >= engine.settings.on_demand_limit:
            raise limit_exceeded(
                f"This request would exceed the limit of {engine.settings.on_demand_limit} on-demand "
                "streams for "
                f"the account {caller.account} in {caller.region}."
            )
        stream = Stream(name, caller.account, caller.region, mode, now, tags=tags, warm_target=warm)
        stream.max_record_kib = request.get("MaxRecordSizeInKiB") or DEFAULT_MAX_RECORD_KIB
        shards = count or max(ON_DEMAND_SHARDS, warm or 0)
        with stream.condition:
            stream.begin("CREATING", now, engine.settings.latency, engine.counter, "lay_out", shards)
        owner.streams[name] = stream


def delete_stream(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html"""
    with engine.using(caller, request) as stream:
        if stream.consumers and not request.get("EnforceConsumerDeletion"):
            raise in_use(
                f"Stream {stream.name} under account {stream.account} has registered consumers: "
                "deregister them, "
                "or set EnforceConsumerDeletion."
            )
        if stream.status == "DELETING":
            stream.require_active()
        stream.begin("DELETING", engine.clock(), engine.settings.latency, engine.counter, "end")
        if stream.deleted:
            engine.region(stream.account, stream.region).forget(stream)


def _common(stream: Stream) -> dict[str, Any]:
    described: dict[str, Any] = {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": stream.status,
        "StreamModeDetails": {"StreamMode": stream.mode},
        "RetentionPeriodHours": stream.retention_hours,
        "StreamCreationTimestamp": moment(stream.created),
        "EnhancedMonitoring": [{"ShardLevelMetrics": sorted(stream.metrics)}],
        "EncryptionType": stream.encryption_type,
    }
    if stream.key_id:
        described["KeyId"] = stream.key_id
    return described


def describe_stream(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html"""
    limit = min(request.get("Limit") or PAGE, PAGE)
    with engine.using(caller, request) as stream:
        after = request.get("ExclusiveStartShardId") or ""
        shards = [shard for shard in stream.visible_shards() if shard.id > after]
        page = {
            "Shards": [shard.describe() for shard in shards[:limit]],
            "HasMoreShards": len(shards) > limit,
        }
        return {"StreamDescription": _common(stream) | page}


def describe_stream_summary(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html"""
    with engine.using(caller, request) as stream:
        summary = _common(stream) | {
            "OpenShardCount": stream.open_count(),
            "ConsumerCount": len(stream.consumers),
            "MaxRecordSizeInKiB": stream.max_record_kib,
        }
        if stream.mode == "ON_DEMAND" and stream.warm_target is not None:
            summary["WarmThroughput"] = {
                "TargetMiBps": stream.warm_target,
                "CurrentMiBps": stream.open_count(),
            }
        return {"StreamDescriptionSummary": summary}


def list_streams(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html"""
    after = request.get("ExclusiveStartStreamName") or ""
    if token := request.get("NextToken"):
        (after,) = tokens.open_page("streams", token, engine.clock())
    limit = min(request.get("Limit") or PAGE, PAGE)
    streams = [s for s in engine.all_streams(caller.account, caller.region) if s.name > after]
    page, more = streams[:limit], len(streams) > limit
    answer: dict[str, Any] = {
        "StreamNames": [stream.name for stream in page],
        "HasMoreStreams": more,
        "StreamSummaries": [
            {
                "StreamName": stream.name,
                "StreamARN": stream.arn,
                "StreamStatus": stream.status,
                "StreamModeDetails": {"StreamMode": stream.mode},
                "StreamCreationTimestamp": moment(stream.created),
            }
            for stream in page
        ],
    }
    if more:
        answer["NextToken"] = tokens.page("streams", engine.clock(), page[-1].name)
    return answer


def increase_retention(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """Keep records longer, up to a year. What is gone already stays gone.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html
    """
    hours = request["RetentionPeriodHours"]
    with engine.using(caller, request) as stream:
        _check_retention(hours)
        if hours < stream.retention_hours:
            raise invalid_argument(
                f"Requested retention period ({hours} hours) for stream {stream.name} can not be shorter "
                "than "
                f"existing retention period ({stream.retention_hours} hours). Use DecreaseRetentionPeriod "
                "API."
            )
        _retain(engine, stream, hours)


def decrease_retention(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """Keep records for a shorter time, at least a day; what is older goes at once.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DecreaseStreamRetentionPeriod.html
    """
    hours = request["RetentionPeriodHours"]
    with engine.using(caller, request) as stream:
        _check_retention(hours)
        if hours > stream.retention_hours:
            raise invalid_argument(
                f"Requested retention period ({hours} hours) for stream {stream.name} can not be longer than "
                f"existing retention period ({stream.retention_hours} hours). Use IncreaseRetentionPeriod "
                "API."
            )
        _retain(engine, stream, hours)


def _check_retention(hours: int) -> None:
    if hours < DEFAULT_RETENTION_HOURS:
        raise invalid_argument(
            f"Minimum allowed retention period is {DEFAULT_RETENTION_HOURS} hours. "
            f"Requested retention period ({hours} hours) is too short."
        )
    if hours > MAX_RETENTION_HOURS:
        raise invalid_argument(
            f"Maximum allowed retention period is {MAX_RETENTION_HOURS} hours. "
            f"Requested retention period ({hours} hours) is too long."
        )


def _retain(engine: KinesisEngine, stream: Stream, hours: int) -> None:
    stream.require_active()
    stream.retention_hours = hours
    stream.begin("UPDATING", engine.clock(), engine.settings.latency, engine.counter)
