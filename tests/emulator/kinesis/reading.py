"""Reading streams to their end, the way an application would."""

from typing import Any

SHARD_0, SHARD_1, SHARD_2, SHARD_3 = (f"shardId-{number:012d}" for number in range(4))


def arn(name: str) -> str:
    return f"arn:aws:kinesis:us-east-1:000000000000:stream/{name}"


def shards(kinesis: Any, name: str, **more: Any) -> list[dict[str, Any]]:
    return kinesis.list_shards(StreamName=name, **more)["Shards"]


def shard_ids(kinesis: Any, name: str, **more: Any) -> list[str]:
    return [shard["ShardId"] for shard in shards(kinesis, name, **more)]


def open_ranges(kinesis: Any, name: str) -> list[tuple[int, int]]:
    """(first, last) hash keys of the open shards, in order."""
    found = shards(kinesis, name, ShardFilter={"Type": "AT_LATEST"})
    ranges = [shard["HashKeyRange"] for shard in found]
    return sorted((int(r["StartingHashKey"]), int(r["EndingHashKey"])) for r in ranges)


def iterator(kinesis: Any, name: str, shard: str = SHARD_0, kind: str = "TRIM_HORIZON", **more: Any) -> str:
    return kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType=kind, **more)[
        "ShardIterator"
    ]


def read(kinesis: Any, token: str | None, limit: int = 10_000) -> list[dict[str, Any]]:
    """All records behind an iterator, until the shard ends or nothing is left."""
    found: list[dict[str, Any]] = []
    while token:
        answer = kinesis.get_records(ShardIterator=token, Limit=limit)
        found += answer["Records"]
        token = answer.get("NextShardIterator") if answer["MillisBehindLatest"] else None
    return found


def read_shard(kinesis: Any, name: str, shard: str = SHARD_0, limit: int = 10_000) -> list[dict[str, Any]]:
    return read(kinesis, iterator(kinesis, name, shard), limit)


def read_lineage(kinesis: Any, name: str) -> dict[str, list[dict[str, Any]]]:
    """Every shard's records, each shard after its parents, found through ChildShards."""
    found: dict[str, list[dict[str, Any]]] = {}
    waiting = shard_ids(kinesis, name, ShardFilter={"Type": "AT_TRIM_HORIZON"})
    while waiting:
        shard = waiting.pop(0)
        if shard in found:
            continue
        found[shard], token = [], iterator(kinesis, name, shard)
        while token:
            answer = kinesis.get_records(ShardIterator=token)
            found[shard] += answer["Records"]
            token = answer.get("NextShardIterator")
            if token and not answer["MillisBehindLatest"]:
                break
            for child in answer.get("ChildShards", []):
                if set(child["ParentShards"]) <= found.keys():
                    waiting.append(child["ShardId"])
    return found


def data(records: list[dict[str, Any]]) -> list[bytes]:
    return [record["Data"] for record in records]


def put(kinesis: Any, name: str, *blobs: bytes, key: str = "k") -> list[dict[str, Any]]:
    """Put blobs under one partition key and return the result entries."""
    records = [{"Data": blob, "PartitionKey": key} for blob in blobs]
    return kinesis.put_records(StreamName=name, Records=records)["Records"]
