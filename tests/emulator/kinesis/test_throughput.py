"""The throughput of a shard, enforced only when it is asked for."""

from typing import Any

import pytest

from tests.emulator.kinesis.inprocess import client
from tests.emulator.kinesis.reading import data, iterator, put, read_shard

MIB = 2**20


@pytest.fixture
def strict(make_engine: Any) -> Any:
    kinesis = client(make_engine(enforce_throughput=True))
    kinesis.create_stream(StreamName="s", ShardCount=2)
    return kinesis


def _put_many(kinesis: Any, count: int, key: str = "a", size: int = 0) -> dict[str, Any]:
    return kinesis.put_records(StreamName="s", Records=[{"Data": bytes(size), "PartitionKey": key}] * count)


def test_nothing_is_throttled_by_default(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    for _ in range(3):
        assert not kinesis.put_records(
            StreamName=name, Records=[{"Data": bytes(2_500), "PartitionKey": "k"}] * 500
        )["FailedRecordCount"]
    token = iterator(kinesis, name)
    for _ in range(10):
        kinesis.get_records(ShardIterator=token, Limit=1)


def test_a_shard_takes_a_thousand_records_a_second(strict: Any, clock: Any) -> None:
    assert [_put_many(strict, 500)["FailedRecordCount"] for _ in range(3)] == [0, 0, 500]
    assert _put_many(strict, 500, key="b")["FailedRecordCount"] == 0, "the other shard has room"

    clock.advance(1)

    assert _put_many(strict, 500)["FailedRecordCount"] == 0


def test_a_shard_takes_a_mib_a_second(strict: Any, clock: Any, refused: Any) -> None:
    assert _put_many(strict, 10, size=200_000)["FailedRecordCount"] == 5
    with refused("ProvisionedThroughputExceededException", "Rate exceeded for shard shardId-000000000000"):
        strict.put_record(StreamName="s", Data=bytes(200_000), PartitionKey="a")

    clock.advance(0.2)

    strict.put_record(StreamName="s", Data=bytes(200_000), PartitionKey="a")


def test_the_records_that_passed_are_stored_and_the_others_not(strict: Any) -> None:
    answer = _put_many(strict, 10, size=200_000)
    stored = [record["SequenceNumber"] for record in read_shard(strict, "s")]
    assert stored == [entry["SequenceNumber"] for entry in answer["Records"] if "SequenceNumber" in entry]


def test_a_shard_answers_five_reads_a_second(strict: Any, clock: Any, refused: Any) -> None:
    put(strict, "s", b"x", key="a")
    token = iterator(strict, "s")
    for _ in range(5):
        strict.get_records(ShardIterator=token)
    with refused("ProvisionedThroughputExceededException"):
        strict.get_records(ShardIterator=token)

    clock.advance(0.2)

    assert data(strict.get_records(ShardIterator=token)["Records"]) == [b"x"]


def test_ten_mib_read_at_once_are_paid_for_with_five_seconds(strict: Any, clock: Any, refused: Any) -> None:
    for _ in range(11):
        assert not _put_many(strict, 1, size=MIB - 1)["FailedRecordCount"]
        clock.advance(1)
    token = iterator(strict, "s")
    assert len(strict.get_records(ShardIterator=token)["Records"]) == 10

    clock.advance(3.9)
    with refused("ProvisionedThroughputExceededException"):
        strict.get_records(ShardIterator=token)

    clock.advance(1.1)
    strict.get_records(ShardIterator=token)
