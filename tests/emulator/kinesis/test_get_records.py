"""GetRecords: how much at a time, how far behind, what comes at the end of a shard."""

from typing import Any

import pytest

from tests.emulator.kinesis.inprocess import Direct
from tests.emulator.kinesis.reading import (
    SHARD_0,
    SHARD_1,
    SHARD_2,
    arn,
    data,
    iterator,
    put,
    read_lineage,
    read_shard,
)

MIB = 2**20


def test_limit_holds_and_the_next_iterator_goes_on(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, *[str(n).encode() for n in range(10)])

    first = kinesis.get_records(ShardIterator=iterator(kinesis, name), Limit=4)
    second = kinesis.get_records(ShardIterator=first["NextShardIterator"], Limit=4)
    third = kinesis.get_records(ShardIterator=second["NextShardIterator"], Limit=4)

    assert [len(answer["Records"]) for answer in (first, second, third)] == [4, 4, 2]
    assert data(first["Records"] + second["Records"] + third["Records"]) == [
        str(n).encode() for n in range(10)
    ]


def test_ten_thousand_records_are_the_most(engine: Any, make_stream: Any) -> None:
    name, kinesis = make_stream(), Direct(engine)
    for _ in range(21):
        put(kinesis, name, *[b"x"] * 500)
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, name))
    assert len(answer["Records"]) == 10_000
    assert answer["MillisBehindLatest"] > 0
    assert len(read_shard(kinesis, name)) == 10_500


def test_ten_mib_are_the_most(engine: Any, make_stream: Any) -> None:
    name, kinesis = make_stream(), Direct(engine)
    for _ in range(3):
        put(kinesis, name, *[bytes(MIB - 1)] * 5)
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, name))
    assert len(answer["Records"]) == 10
    assert len(read_shard(kinesis, name)) == 15


def test_a_record_larger_than_what_is_left_waits_for_the_next_call(engine: Any, make_stream: Any) -> None:
    name, kinesis = make_stream(MaxRecordSizeInKiB=10240), Direct(engine)
    for size in (MIB, 10 * MIB - 1, 1):
        put(kinesis, name, bytes(size))
    first = kinesis.get_records(ShardIterator=iterator(kinesis, name))
    assert [len(record["Data"]) for record in first["Records"]] == [MIB]
    assert len(read_shard(kinesis, name)) == 3


def test_a_reader_at_the_tip_is_zero_behind(kinesis: Any, make_stream: Any, clock: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1")
    clock.advance(60)
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, name))
    assert (len(answer["Records"]), answer["MillisBehindLatest"]) == (1, 0)


def test_a_reader_is_as_far_behind_as_its_last_record_is_old(
    kinesis: Any, make_stream: Any, clock: Any
) -> None:
    name = make_stream()
    put(kinesis, name, b"1")
    clock.advance(60)
    put(kinesis, name, b"2")
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, name), Limit=1)
    assert answer["MillisBehindLatest"] == 60_000


def test_a_closed_shard_ends_with_its_children(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1", b"2")
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))

    first = kinesis.get_records(ShardIterator=iterator(kinesis, name), Limit=1)
    last = kinesis.get_records(ShardIterator=first["NextShardIterator"])

    assert "ChildShards" not in first
    assert data(last["Records"]) == [b"2"]
    assert "NextShardIterator" not in last
    assert [(child["ShardId"], child["ParentShards"]) for child in last["ChildShards"]] == [
        (SHARD_1, [SHARD_0]),
        (SHARD_2, [SHARD_0]),
    ]
    assert last["ChildShards"][1]["HashKeyRange"] == {
        "StartingHashKey": str(2**127),
        "EndingHashKey": str(2**128 - 1),
    }


def test_a_merged_shard_names_both_parents(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(2)
    kinesis.merge_shards(StreamName=name, ShardToMerge=SHARD_1, AdjacentShardToMerge=SHARD_0)
    for parent in (SHARD_0, SHARD_1):
        answer = kinesis.get_records(ShardIterator=iterator(kinesis, name, parent))
        assert [child["ParentShards"] for child in answer["ChildShards"]] == [[SHARD_0, SHARD_1]]


def test_latest_on_a_closed_shard_is_its_end(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1")
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, name, kind="LATEST"))
    assert answer["Records"] == []
    assert "NextShardIterator" not in answer


def test_the_lineage_leads_to_every_record(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1")
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    put(kinesis, name, b"2")
    kinesis.merge_shards(StreamName=name, ShardToMerge=SHARD_1, AdjacentShardToMerge=SHARD_2)
    put(kinesis, name, b"3")
    assert [blob for records in read_lineage(kinesis, name).values() for blob in data(records)] == [
        b"1",
        b"2",
        b"3",
    ]


def test_the_stream_arn_must_be_the_iterators(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name, other = make_stream(), make_stream()
    token = iterator(kinesis, name)
    assert kinesis.get_records(ShardIterator=token, StreamARN=arn(name))["Records"] == []
    with refused("InvalidArgumentException", "does not belong to the stream of StreamARN"):
        kinesis.get_records(ShardIterator=token, StreamARN=arn(other))


def test_a_deleted_stream_is_not_found(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    token = iterator(kinesis, name)
    kinesis.delete_stream(StreamName=name)
    with refused("ResourceNotFoundException"):
        kinesis.get_records(ShardIterator=token)


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_small_pages_give_all_records_in_order(kinesis: Any, make_stream: Any, limit: int) -> None:
    name = make_stream()
    blobs = [str(n).encode() for n in range(50)]
    put(kinesis, name, *blobs)
    assert data(read_shard(kinesis, name, limit=limit)) == blobs


def test_arrival_times_never_run_backwards(kinesis: Any, make_stream: Any, clock: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1")
    clock.now -= 3600
    put(kinesis, name, b"2")
    first, second = read_shard(kinesis, name)
    assert first["ApproximateArrivalTimestamp"] <= second["ApproximateArrivalTimestamp"]
