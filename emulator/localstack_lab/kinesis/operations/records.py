"""Putting and getting records."""

import random
from typing import Any

from localstack_lab.kinesis import iterators, sequence
from localstack_lab.kinesis.engine import Caller, KinesisEngine, parse_arn
from localstack_lab.kinesis.errors import invalid_argument, not_found, stream_not_found, validation
from localstack_lab.kinesis.hashing import MAX_HASH_KEY, hash_key
from localstack_lab.kinesis.reading import MAX_RECORDS, described, millis_behind
from localstack_lab.kinesis.stream import Stream
from localstack_lab.kinesis.throughput import exceeded

REQUEST_BYTES = 10 * 2**20


def _fails(engine: KinesisEngine) -> bool:
    probability = engine.settings.error_probability()
    return probability > 0 and random.random() < probability


def _require_writable(stream: Stream) -> None:
    """A stream that is being created is not there for data; one that is being deleted still is."""
    if stream.status == "CREATING":
        raise stream_not_found(stream.name, stream.account)


def _size(entry: dict[str, Any], limit: int, path: str) -> int:
    """Bytes of a record's data and partition key.

    :raises KinesisError: ValidationException or InvalidArgumentException when they are more than `limit`
    """
    data = len(entry["Data"])
    if data > limit:
        raise validation(
            f"1 validation error detected: Value at '{path}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {limit}"
        )
    key = entry["PartitionKey"]
    size = data + (len(key) if key.isascii() else len(key.encode()))
    if size > limit:
        raise invalid_argument(
            f"The data blob and the partition key have {size} bytes together; the maximum record size of the "
            f"stream is {limit} bytes."
        )
    return size


def _hash(entry: dict[str, Any]) -> int:
    explicit = entry.get("ExplicitHashKey")
    if explicit is None:
        return hash_key(entry["PartitionKey"])
    key = int(explicit)
    if key > MAX_HASH_KEY:
        raise invalid_argument(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            f"Specified value was {explicit}"
        )
    return key


def put_record(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html

    SequenceNumberForOrdering must be a number that this engine gave; numbers grow strictly without it as
    well.
    """
    with engine.using(caller, request) as stream:
        _require_writable(stream)
        size = _size(request, stream.max_record_kib * 1024, "data")
        shard = stream.route(_hash(request))
        ordering = request.get("SequenceNumberForOrdering")
        if ordering is not None:
            decoded = sequence.decode(ordering)
            if decoded is None or decoded.counter > engine.counter.last():
                raise invalid_argument(
                    f"ExclusiveMinimumSequenceNumber {ordering} used in PutRecord on stream {stream.name} "
                    "under "
                    f"account {stream.account} is invalid."
                )
        now = engine.clock()
        if _fails(engine) or engine.throughput.refuses_write(stream, shard, size, now):
            raise exceeded(stream, shard)
        number = shard.append(
            engine.counter.take(),
            int(now * 1000),
            request["PartitionKey"],
            bytes(request["Data"]),
            engine.store,
        )
        stream.condition.notify_all()
        return {"ShardId": shard.id, "SequenceNumber": number} | _encryption(stream)


def _encryption(stream: Stream) -> dict[str, str]:
    return {"EncryptionType": "KMS"} if stream.key_id else {}


def put_records(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """Up to 500 records in one call; a record that is refused for its shard's throughput does not stop the
    rest.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html

    :raises KinesisError: and nothing is stored, when a record is too large, when all together exceed 10 MiB,
        or for an impossible ExplicitHashKey
    """
    entries = request["Records"]
    with engine.using(caller, request) as stream:
        _require_writable(stream)
        limit = stream.max_record_kib * 1024
        sizes = [_size(entry, limit, f"records.{n}.member.data") for n, entry in enumerate(entries, 1)]
        if sum(sizes) > REQUEST_BYTES:
            raise invalid_argument("Records size exceeds 10 MB limit")
        hashes = [_hash(entry) for entry in entries]
        now, store, throttle = engine.clock(), engine.store, engine.throughput
        now_ms, all_fail = int(now * 1000), _fails(engine)
        counter = engine.counter.take(len(entries))
        route, answers, failed = stream.route, [], 0
        for entry, key, size in zip(entries, hashes, sizes, strict=True):
            shard = route(key)
            if all_fail or throttle.refuses_write(stream, shard, size, now):
                failed += 1
                answers.append(
                    {
                        "ErrorCode": "ProvisionedThroughputExceededException",
                        "ErrorMessage": exceeded(stream, shard).message,
                    }
                )
                continue
            number = shard.append(counter, now_ms, entry["PartitionKey"], bytes(entry["Data"]), store)
            counter += 1
            answers.append({"SequenceNumber": number, "ShardId": shard.id})
        stream.condition.notify_all()
        return {"FailedRecordCount": failed, "Records": answers} | _encryption(stream)


def get_shard_iterator(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html"""
    with engine.using(caller, request) as stream:
        _require_writable(stream)
        shard = stream.shard(request["ShardId"])
        now = engine.clock()
        position = iterators.position(
            stream,
            shard,
            request["ShardIteratorType"],
            request.get("StartingSequenceNumber"),
            request.get("Timestamp"),
            engine.counter.last(),
            now,
            engine.store,
        )
        return {"ShardIterator": iterators.issue(stream, shard, position, now)}


def get_records(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """Records from an iterator on: at most Limit, 10,000 and 10 MiB.

    At the end of a closed shard there is no NextShardIterator; ChildShards tells where it goes on.
    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
    """
    now = engine.clock()
    iterator = iterators.parse(request["ShardIterator"], now)
    account, region, name = parse_arn(iterator.stream_arn)
    if request.get("StreamARN") not in (None, iterator.stream_arn):
        raise invalid_argument("The ShardIterator does not belong to the stream of StreamARN.")
    if region != caller.region:
        raise stream_not_found(name, account)
    with engine.locked(account, region, name) as stream:
        if stream.created != iterator.created:  # deleted and created again under its old name
            raise not_found(
                f"Shard shardId-{iterator.shard:012d} in stream {name} under account {account} does not exist"
            )
        shard = stream.shard(f"shardId-{iterator.shard:012d}")
        engine.throughput.admit_read(stream, shard, now)
        limit = request.get("Limit") or MAX_RECORDS
        reading = shard.read(iterator.position, limit, stream.horizon_ms, engine.store)
        if engine.throughput.enforced:
            size = sum(len(record.data) + len(record.partition_key) for record in reading.records)
            engine.throughput.account_read(stream, shard, size, now)
        answer: dict[str, Any] = {
            "Records": described(stream, reading.records),
            "MillisBehindLatest": millis_behind(reading, now),
        }
        if shard.open or reading.more:
            answer["NextShardIterator"] = iterators.issue(stream, shard, reading.position, now)
        else:
            answer["ChildShards"] = stream.children_of(shard)
        return answer
