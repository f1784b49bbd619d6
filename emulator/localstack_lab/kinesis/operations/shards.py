"""ListShards. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html"""

from typing import Any

from localstack_lab.kinesis import iterators, tokens
from localstack_lab.kinesis.engine import Caller, KinesisEngine, parse_arn
from localstack_lab.kinesis.errors import invalid_argument
from localstack_lab.kinesis.operations.consumers import require_same_creation
from localstack_lab.kinesis.shard import Shard
from localstack_lab.kinesis.stream import Stream

PAGE = 1_000
_NOT_WITH_TOKEN = (
    "StreamName",
    "StreamARN",
    "StreamCreationTimestamp",
    "ExclusiveStartShardId",
    "ShardFilter",
)


def list_shards(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """Shards that have not expired, in the order of their ids, filtered, page by page."""
    now, token = engine.clock(), request.get("NextToken")
    if token is None:
        after, chosen = request.get("ExclusiveStartShardId") or "", request.get("ShardFilter")
        kind, moment_ms, after_id = _filter(chosen)
        after = max(after, after_id)
        if not request.get("StreamName") and not request.get("StreamARN"):
            raise invalid_argument("Either NextToken or StreamName should be provided.")
        using = engine.using(caller, request)
    else:
        for name in _NOT_WITH_TOKEN:
            if request.get(name) is not None:
                raise invalid_argument(f"NextToken and {name} cannot be provided together.")
        arn, after, kind, moment_ms = tokens.open_page("shards", token, now)
        using = engine.locked(*parse_arn(arn))
    limit = min(request.get("MaxResults") or PAGE, PAGE)
    with using as stream:
        require_same_creation(stream, request)
        shards = [s for s in stream.visible_shards() if s.id > after and _passes(kind, moment_ms, stream, s)]
        answer: dict[str, Any] = {"Shards": [shard.describe() for shard in shards[:limit]]}
        if len(shards) > limit:
            answer["NextToken"] = tokens.page(
                "shards", now, stream.arn, shards[limit - 1].id, kind, moment_ms
            )
        return answer


def _filter(chosen: dict[str, Any] | None) -> tuple[str, int, str]:
    """Type, timestamp in milliseconds (0 without one) and shard id of a ShardFilter.

    :raises KinesisError: InvalidArgumentException when a filter lacks what its type needs, or has what it
        must not
    """
    if chosen is None:
        return "FROM_TRIM_HORIZON", 0, ""
    kind, shard, timestamp = chosen["Type"], chosen.get("ShardId"), chosen.get("Timestamp")
    if (kind == "AFTER_SHARD_ID") != (shard is not None):
        verb = "must" if shard is None else "must not"
        raise invalid_argument(f"ShardId {verb} be provided for a ShardFilter of type {kind}.")
    if kind.endswith("_TIMESTAMP") != (timestamp is not None):
        verb = "must" if timestamp is None else "must not"
        raise invalid_argument(f"Timestamp {verb} be provided for a ShardFilter of type {kind}.")
    return kind, iterators.milliseconds(timestamp) if timestamp is not None else 0, shard or ""


def _passes(kind: str, moment_ms: int, stream: Stream, shard: Shard) -> bool:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html"""
    if kind == "AT_LATEST":
        return shard.open
    if kind in ("AFTER_SHARD_ID", "FROM_TRIM_HORIZON"):
        return True
    at = max(stream.horizon, stream.created, moment_ms / 1000)
    still_open_then = shard.closed_at is None or shard.closed_at >= at
    if kind == "FROM_TIMESTAMP":
        return still_open_then
    # Moments come in with milliseconds; a shard that was opened within that millisecond counts as open at it.
    return int(shard.opened_at * 1000) <= int(at * 1000) and still_open_then
