"""Putting records: where they go, what they are called, what is too much."""

from itertools import pairwise
from typing import Any

import pytest
from localstack_lab.kinesis import sequence
from localstack_lab.kinesis.hashing import hash_key

from tests.emulator.kinesis.inprocess import client
from tests.emulator.kinesis.reading import SHARD_0, SHARD_1, data, put, read_lineage, read_shard

MIB = 2**20


def test_a_record_comes_back_as_it_was_put(kinesis: Any, make_stream: Any, clock: Any) -> None:
    name = make_stream()
    answer = kinesis.put_record(StreamName=name, Data=bytes(range(256)), PartitionKey="ключ")

    (record,) = read_shard(kinesis, name)

    assert answer["ShardId"] == SHARD_0
    assert record["SequenceNumber"] == answer["SequenceNumber"]
    assert (record["Data"], record["PartitionKey"]) == (bytes(range(256)), "ключ")
    assert record["ApproximateArrivalTimestamp"].timestamp() == clock.now
    assert "EncryptionType" not in record


def test_empty_data_is_data(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"")
    assert data(read_shard(kinesis, name)) == [b""]


def test_the_md5_of_the_partition_key_chooses_the_shard(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(2)
    # md5("a") is 0cc1…, md5("b") is 92eb…: one in each half of the hash keys
    assert hash_key("a") == 0x0CC175B9C0F1B6A831C399E269772661
    assert put(kinesis, name, b"x", key="a")[0]["ShardId"] == SHARD_0
    assert put(kinesis, name, b"x", key="b")[0]["ShardId"] == SHARD_1


@pytest.mark.parametrize(
    ("key", "shard"),
    [("0", SHARD_0), (str(2**127 - 1), SHARD_0), (str(2**127), SHARD_1), (str(2**128 - 1), SHARD_1)],
)
def test_an_explicit_hash_key_overrides_it(kinesis: Any, make_stream: Any, key: str, shard: str) -> None:
    name = make_stream(2)
    answer = kinesis.put_record(StreamName=name, Data=b"", PartitionKey="a", ExplicitHashKey=key)
    assert answer["ShardId"] == shard
    (record,) = read_shard(kinesis, name, shard)
    assert record["PartitionKey"] == "a"


def test_an_explicit_hash_key_beyond_the_space_is_refused(
    kinesis: Any, make_stream: Any, refused: Any
) -> None:
    with refused("InvalidArgumentException", "must be in the range: [0, 2^128-1]"):
        kinesis.put_record(StreamName=make_stream(), Data=b"", PartitionKey="a", ExplicitHashKey=str(2**128))


def test_put_records_answers_in_the_order_of_the_request(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(4)
    records = [{"Data": str(n).encode(), "PartitionKey": f"key-{n}"} for n in range(500)]

    answer = kinesis.put_records(StreamName=name, Records=records)

    assert answer["FailedRecordCount"] == 0
    stored = {r["SequenceNumber"]: r["Data"] for s in read_lineage(kinesis, name).values() for r in s}
    assert [stored[entry["SequenceNumber"]] for entry in answer["Records"]] == [r["Data"] for r in records]


def test_one_request_may_mix_hash_keys(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(2)
    answer = kinesis.put_records(
        StreamName=name,
        Records=[
            {"Data": b"1", "PartitionKey": "a"},
            {"Data": b"2", "PartitionKey": "a", "ExplicitHashKey": str(2**127)},
        ],
    )
    assert [entry["ShardId"] for entry in answer["Records"]] == [SHARD_0, SHARD_1]


# sequence numbers


def test_sequence_numbers_have_56_digits_and_grow(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    numbers = [entry["SequenceNumber"] for entry in put(kinesis, name, *([b"x"] * 100))]
    numbers.append(kinesis.put_record(StreamName=name, Data=b"", PartitionKey="k")["SequenceNumber"])

    assert {len(number) for number in numbers} == {56}
    assert all(int(a) < int(b) for a, b in pairwise(numbers))
    assert [record["SequenceNumber"] for record in read_shard(kinesis, name)] == numbers


def test_sequence_numbers_do_not_change_with_reading(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1", b"2", b"3")
    assert read_shard(kinesis, name) == read_shard(kinesis, name, limit=1)


def test_sequence_numbers_grow_from_parents_to_children(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    before = put(kinesis, name, b"x")[0]
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    after = put(kinesis, name, b"x")[0]
    closed, child = kinesis.list_shards(StreamName=name)["Shards"][:2]

    order = [
        closed["SequenceNumberRange"]["StartingSequenceNumber"],
        before["SequenceNumber"],
        closed["SequenceNumberRange"]["EndingSequenceNumber"],
        child["SequenceNumberRange"]["StartingSequenceNumber"],
        after["SequenceNumber"],
    ]
    assert sorted(order, key=int) == order
    assert {len(number) for number in order} == {56}


def test_a_sequence_number_says_its_shard_and_its_stream(kinesis: Any, make_stream: Any, clock: Any) -> None:
    name = make_stream(2)
    number = put(kinesis, name, b"x", key="b")[0]["SequenceNumber"]
    decoded = sequence.decode(number)
    assert decoded is not None
    assert (decoded.shard, decoded.created) == (1, int(clock.now))


def test_sequence_number_for_ordering_must_be_one_that_was_given(
    kinesis: Any, make_stream: Any, refused: Any
) -> None:
    name = make_stream()
    last = put(kinesis, name, b"1")[0]["SequenceNumber"]
    given = kinesis.put_record(StreamName=name, Data=b"2", PartitionKey="k", SequenceNumberForOrdering=last)
    assert int(given["SequenceNumber"]) > int(last)
    with refused("InvalidArgumentException", "ExclusiveMinimumSequenceNumber"):
        kinesis.put_record(StreamName=name, Data=b"", PartitionKey="k", SequenceNumberForOrdering="12")


# limits


def test_a_record_of_one_mib_is_the_most(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    kinesis.put_record(StreamName=name, Data=bytes(MIB - 1), PartitionKey="k")
    with refused("InvalidArgumentException", "1048577 bytes together"):
        kinesis.put_record(StreamName=name, Data=bytes(MIB), PartitionKey="k")
    with refused("ValidationException", "at 'data' failed to satisfy constraint"):
        kinesis.put_record(StreamName=name, Data=bytes(MIB + 1), PartitionKey="k")


def test_the_partition_key_counts_in_bytes(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    with refused("InvalidArgumentException", "1048577 bytes together"):
        kinesis.put_record(StreamName=name, Data=bytes(MIB - 1), PartitionKey="é")


def test_larger_records_pass_where_the_stream_allows_them(
    kinesis: Any, make_stream: Any, refused: Any
) -> None:
    name = make_stream(MaxRecordSizeInKiB=2048)
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    kinesis.put_record(StreamName=name, Data=bytes(2 * MIB - 1), PartitionKey="k")
    with refused("InvalidArgumentException"):
        kinesis.put_record(StreamName=name, Data=bytes(2 * MIB), PartitionKey="k")

    kinesis.update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10240)

    kinesis.put_record(StreamName=name, Data=bytes(9 * MIB), PartitionKey="k")
    assert [len(record["Data"]) for record in read_shard(kinesis, name)] == [2 * MIB - 1, 9 * MIB]


def test_a_request_of_ten_mib_is_the_most_and_nothing_of_a_larger_one_is_stored(
    kinesis: Any, make_stream: Any, refused: Any
) -> None:
    name = make_stream()
    record = {"Data": bytes(MIB - 1), "PartitionKey": "k"}
    with refused("InvalidArgumentException", "Records size exceeds 10 MB limit"):
        kinesis.put_records(StreamName=name, Records=[record] * 10 + [{"Data": b"", "PartitionKey": "k"}])
    assert read_shard(kinesis, name) == []

    kinesis.put_records(StreamName=name, Records=[record] * 10)

    assert len(read_shard(kinesis, name)) == 10


def test_a_record_that_is_too_large_stops_the_whole_request(
    kinesis: Any, make_stream: Any, refused: Any
) -> None:
    name = make_stream()
    with refused("ValidationException", "at 'records.2.member.data'"):
        put(kinesis, name, b"fits", bytes(MIB + 1))
    assert read_shard(kinesis, name) == []


def test_partition_keys_have_256_characters_whatever_their_bytes(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"x", key="é" * 256)
    assert read_shard(kinesis, name)[0]["PartitionKey"] == "é" * 256


# errors that LocalStack's KINESIS_ERROR_PROBABILITY asks for


def test_puts_fail_when_asked_to(make_engine: Any, refused: Any) -> None:
    probability = 0.0
    kinesis = client(make_engine(error_probability=lambda: probability))
    kinesis.create_stream(StreamName="s", ShardCount=1)

    probability = 1.0
    with refused("ProvisionedThroughputExceededException", "Rate exceeded for shard shardId-000000000000"):
        kinesis.put_record(StreamName="s", Data=b"x", PartitionKey="k")
    answer = kinesis.put_records(StreamName="s", Records=[{"Data": b"x", "PartitionKey": "k"}] * 3)
    assert answer["FailedRecordCount"] == 3
    assert {entry["ErrorCode"] for entry in answer["Records"]} == {"ProvisionedThroughputExceededException"}

    probability = 0.0
    put(kinesis, "s", b"only one")
    assert data(read_shard(kinesis, "s")) == [b"only one"]
