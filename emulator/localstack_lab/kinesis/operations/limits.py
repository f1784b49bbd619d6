"""Limits and settings of the account, the maximum record size, enhanced monitoring."""

from typing import Any

from localstack_lab.kinesis.engine import Caller, KinesisEngine
from localstack_lab.kinesis.operations.warmth import settle_commitment
from localstack_lab.kinesis.settings import HOUR
from localstack_lab.kinesis.times import moment

SHARD_METRICS = frozenset(
    (
        "IncomingBytes",
        "IncomingRecords",
        "OutgoingBytes",
        "OutgoingRecords",
        "WriteProvisionedThroughputExceeded",
        "ReadProvisionedThroughputExceeded",
        "IteratorAgeMilliseconds",
    )
)


def describe_limits(engine: KinesisEngine, caller: Caller, _request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html"""
    engine.all_streams(caller.account, caller.region)  # bring them up to date
    owner = engine.region(caller.account, caller.region)
    return {
        "ShardLimit": engine.settings.shard_limit,
        "OpenShardCount": owner.open_shards(),
        "OnDemandStreamCount": owner.on_demand_streams(),
        "OnDemandStreamCountLimit": engine.settings.on_demand_limit,
    }


def describe_account_settings(
    engine: KinesisEngine, caller: Caller, _request: dict[str, Any]
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html"""
    owner = engine.region(caller.account, caller.region)
    with owner.lock:
        return _described(settle_commitment(owner, engine.clock()))


def _described(commitment: dict[str, Any]) -> dict[str, Any]:
    answer = {key: value if key == "Status" else moment(value) for key, value in commitment.items()}
    return {"MinimumThroughputBillingCommitment": answer}


def update_account_settings(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """A commitment lasts 24 hours at least; giving it up earlier lets it end then.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
    """
    wanted = request["MinimumThroughputBillingCommitment"]["Status"]
    owner, now = engine.region(caller.account, caller.region), engine.clock()
    with owner.lock:
        found = settle_commitment(owner, now)
        if wanted == "ENABLED" and found["Status"] == "DISABLED":
            owner.commitment = {
                "Status": "ENABLED",
                "StartedAt": now,
                "EarliestAllowedEndAt": now + 24 * HOUR,
            }
        elif wanted == "ENABLED":
            owner.commitment = found | {"Status": "ENABLED"}
        elif found["Status"] != "DISABLED":
            owner.commitment = found | {"Status": "ENABLED_UNTIL_EARLIEST_ALLOWED_END"}
        return _described(settle_commitment(owner, now))


def update_max_record_size(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html"""
    with engine.using(caller, request) as stream:
        stream.require_active()
        stream.max_record_kib = request["MaxRecordSizeInKiB"]
        stream.begin("UPDATING", engine.clock(), engine.settings.latency, engine.counter)


def enable_enhanced_monitoring(
    engine: KinesisEngine, caller: Caller, request: dict[str, Any]
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnableEnhancedMonitoring.html"""
    return _monitor(engine, caller, request, lambda current, named: current | named)


def disable_enhanced_monitoring(
    engine: KinesisEngine, caller: Caller, request: dict[str, Any]
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DisableEnhancedMonitoring.html"""
    return _monitor(engine, caller, request, lambda current, named: current - named)


def _monitor(engine: KinesisEngine, caller: Caller, request: dict[str, Any], change: Any) -> dict[str, Any]:
    named = set(request["ShardLevelMetrics"])
    if "ALL" in named:
        named = set(SHARD_METRICS)
    with engine.using(caller, request) as stream:
        stream.require_active()
        current, stream.metrics = stream.metrics, change(stream.metrics, named)
        stream.begin("UPDATING", engine.clock(), engine.settings.latency, engine.counter)
        return {
            "StreamName": stream.name,
            "StreamARN": stream.arn,
            "CurrentShardLevelMetrics": sorted(current),
            "DesiredShardLevelMetrics": sorted(stream.metrics),
        }
