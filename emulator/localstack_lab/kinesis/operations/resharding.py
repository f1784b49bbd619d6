"""Splitting, merging, scaling, and changing the capacity mode.

https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
"""

from typing import Any

from localstack_lab.kinesis.engine import Caller, KinesisEngine
from localstack_lab.kinesis.errors import invalid_argument, limit_exceeded, validation
from localstack_lab.kinesis.operations.warmth import require_commitment
from localstack_lab.kinesis.settings import HOUR
from localstack_lab.kinesis.shard import Shard
from localstack_lab.kinesis.stream import Stream

DAY = 24 * HOUR
MAX_SCALINGS_A_DAY = 10
MAX_MODE_CHANGES_A_DAY = 2
MAX_SHARDS = 10_000


def _require_provisioned(stream: Stream) -> None:
    if stream.mode == "ON_DEMAND":
        raise validation(
            f"Request is invalid. Stream {stream.name} under account {stream.account} is in On-Demand mode."
        )


def _require_open(stream: Stream, shard: Shard) -> None:
    if not shard.open:
        raise invalid_argument(
            f"Shard {shard.id} in stream {stream.name} under account {stream.account} has already been "
            "merged or "
            "split, and thus is not eligible for merging or splitting."
        )


def _recent(moments: list[float], now: float) -> list[float]:
    return [moment for moment in moments if now - moment < DAY]


def split_shard(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html"""
    key = int(request["NewStartingHashKey"])
    with engine.using(caller, request) as stream:
        _require_provisioned(stream)
        stream.require_active()
        shard = stream.shard(request["ShardToSplit"])
        _require_open(stream, shard)
        if not shard.start + 1 < key < shard.end:
            raise invalid_argument(
                f"NewStartingHashKey {request['NewStartingHashKey']} used in SplitShard() on shard "
                f"{shard.id} in "
                f"stream {stream.name} under account {stream.account} is not both greater than one plus the "
                f"shard's StartingHashKey {shard.start} and less than the shard's EndingHashKey {shard.end}."
            )
        owner = engine.region(stream.account, stream.region)
        owner.require_room(1, engine.settings.shard_limit, stream.account, stream.region)
        stream.begin(
            "UPDATING", engine.clock(), engine.settings.latency, engine.counter, "split", shard.index, key
        )


def merge_shards(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html"""
    with engine.using(caller, request) as stream:
        _require_provisioned(stream)
        stream.require_active()
        one = stream.shard(request["ShardToMerge"])
        other = stream.shard(request["AdjacentShardToMerge"])
        for shard in (one, other):
            _require_open(stream, shard)
        lower, upper = sorted((one, other), key=lambda shard: shard.start)
        if lower.end + 1 != upper.start:
            raise invalid_argument(
                f"Shards {one.id} and {other.id} in stream {stream.name} under account {stream.account} "
                "are not "
                "an adjacent pair of shards eligible for merging"
            )
        stream.begin(
            "UPDATING",
            engine.clock(),
            engine.settings.latency,
            engine.counter,
            "merge",
            lower.index,
            upper.index,
        )


def update_shard_count(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """Uniform scaling: at most double, at least half, ten times in 24 hours.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
    """
    target = request["TargetShardCount"]
    with engine.using(caller, request) as stream:
        _require_provisioned(stream)
        stream.require_active()
        now, current = engine.clock(), stream.open_count()
        counts = f"Current open shard count: {current}, Target shard count: {target}"
        if target > MAX_SHARDS:
            raise limit_exceeded(
                f"Target shard count or number of open shards cannot be greater than {MAX_SHARDS}. {counts}"
            )
        if target > 2 * current:
            raise limit_exceeded(
                "UpdateShardCount cannot scale up over double your current open shard count. " + counts
            )
        if 2 * target < current:
            raise limit_exceeded(
                "UpdateShardCount cannot scale down below half your current open shard count. " + counts
            )
        owner = engine.region(stream.account, stream.region)
        owner.require_room(
            max(0, target - current), engine.settings.shard_limit, stream.account, stream.region
        )
        stream.scaled_at = _recent(stream.scaled_at, now)
        if len(stream.scaled_at) >= MAX_SCALINGS_A_DAY:
            raise limit_exceeded(
                f"Stream {stream.name} under account {stream.account} was scaled {MAX_SCALINGS_A_DAY} "
                "times in "
                "the last 24 hours, which is the most UpdateShardCount allows."
            )
        stream.scaled_at.append(now)
        stream.begin("UPDATING", now, engine.settings.latency, engine.counter, "rescale", target)
        return {
            "StreamName": stream.name,
            "StreamARN": stream.arn,
            "CurrentShardCount": current,
            "TargetShardCount": target,
        }


def update_stream_mode(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """Change between PROVISIONED and ON_DEMAND, twice in 24 hours; the shards stay.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamMode.html
    """
    mode = request["StreamModeDetails"]["StreamMode"]
    with engine.using(caller, request) as stream:
        stream.require_active()
        now, owner = engine.clock(), engine.region(stream.account, stream.region)
        warm = request.get("WarmThroughputMiBps")
        if warm is not None:
            warm = require_commitment(owner, mode, warm, now)
        if mode != stream.mode:
            stream.mode_changed_at = _recent(stream.mode_changed_at, now)
            if len(stream.mode_changed_at) >= MAX_MODE_CHANGES_A_DAY:
                raise limit_exceeded(
                    f"Stream {stream.name} under account {stream.account} changed its mode "
                    f"{MAX_MODE_CHANGES_A_DAY} times in the last 24 hours, which is the most AWS allows."
                )
            stream.mode_changed_at.append(now)
        stream.mode = mode
        _warm(engine, stream, warm, now)


def update_stream_warm_throughput(
    engine: KinesisEngine, caller: Caller, request: dict[str, Any]
) -> dict[str, Any]:
    """Prepare an on-demand stream for so many MiB a second by as many shards; it does not shrink.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html
    """
    with engine.using(caller, request) as stream:
        now, owner = engine.clock(), engine.region(stream.account, stream.region)
        warm = require_commitment(owner, stream.mode, request["WarmThroughputMiBps"], now)
        stream.require_active()
        current = stream.open_count()
        _warm(engine, stream, warm, now)
        return {
            "StreamName": stream.name,
            "StreamARN": stream.arn,
            "WarmThroughput": {"TargetMiBps": warm, "CurrentMiBps": current},
        }


def _warm(engine: KinesisEngine, stream: Stream, mibps: int | None, now: float) -> None:
    latency, counter = engine.settings.latency, engine.counter
    stream.warm_target = mibps
    if mibps is not None and mibps > stream.open_count():
        stream.begin("UPDATING", now, latency, counter, "rescale", mibps)
    else:
        stream.begin("UPDATING", now, latency, counter)
