"""Splitting, merging and scaling: who follows whom, and what is refused."""

from typing import Any

import pytest

from tests.emulator.kinesis.inprocess import client
from tests.emulator.kinesis.reading import SHARD_0, SHARD_1, SHARD_2, open_ranges, put, shard_ids, shards

UNIFORM = "UNIFORM_SCALING"


def test_a_split_closes_the_parent_and_opens_two_children(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey="1000")

    parent, lower, upper = shards(kinesis, name)

    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert (lower["ParentShardId"], upper["ParentShardId"]) == (SHARD_0, SHARD_0)
    assert open_ranges(kinesis, name) == [(0, 999), (1000, 2**128 - 1)]
    assert "EndingSequenceNumber" not in lower["SequenceNumberRange"]


def test_records_go_to_the_children_after_a_split(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    assert put(kinesis, name, b"x", key="a")[0]["ShardId"] == SHARD_1
    assert put(kinesis, name, b"x", key="b")[0]["ShardId"] == SHARD_2


@pytest.mark.parametrize("swapped", [False, True])
def test_a_merge_has_two_parents(kinesis: Any, make_stream: Any, swapped: bool) -> None:
    name = make_stream(2)
    pair = (SHARD_1, SHARD_0) if swapped else (SHARD_0, SHARD_1)
    kinesis.merge_shards(StreamName=name, ShardToMerge=pair[0], AdjacentShardToMerge=pair[1])

    child = shards(kinesis, name)[-1]

    assert (child["ParentShardId"], child["AdjacentParentShardId"]) == (SHARD_0, SHARD_1)
    assert open_ranges(kinesis, name) == [(0, 2**128 - 1)]


@pytest.mark.parametrize("key", ["0", "1", str(2**128 - 1)])
def test_a_split_needs_room_on_both_sides(kinesis: Any, make_stream: Any, refused: Any, key: str) -> None:
    with refused(
        "InvalidArgumentException", "is not both greater than one plus the shard's StartingHashKey 0"
    ):
        kinesis.split_shard(StreamName=make_stream(), ShardToSplit=SHARD_0, NewStartingHashKey=key)


def test_a_closed_shard_cannot_be_split_or_merged(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey="1000")
    with refused("InvalidArgumentException", "has already been merged or split"):
        kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey="2000")
    with refused("InvalidArgumentException", "has already been merged or split"):
        kinesis.merge_shards(StreamName=name, ShardToMerge=SHARD_0, AdjacentShardToMerge=SHARD_1)


def test_only_neighbours_merge(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream(3)
    with refused("InvalidArgumentException", "are not an adjacent pair of shards eligible for merging"):
        kinesis.merge_shards(StreamName=name, ShardToMerge=SHARD_0, AdjacentShardToMerge=SHARD_2)


def test_an_on_demand_stream_is_not_resharded_by_hand(kinesis: Any, refused: Any) -> None:
    kinesis.create_stream(StreamName="s", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    words = "Stream s under account 000000000000 is in On-Demand mode."
    with refused("ValidationException", words):
        kinesis.split_shard(StreamName="s", ShardToSplit=SHARD_0, NewStartingHashKey="1000")
    with refused("ValidationException", words):
        kinesis.merge_shards(StreamName="s", ShardToMerge=SHARD_0, AdjacentShardToMerge=SHARD_1)
    with refused("ValidationException", words):
        kinesis.update_shard_count(StreamName="s", TargetShardCount=8, ScalingType=UNIFORM)


@pytest.mark.parametrize(
    ("shards_", "target", "closed"),
    [(1, 2, 1), (2, 4, 2), (4, 8, 4), (4, 2, 4), (3, 6, 3), (5, 5, 0), (2, 1, 2)],
)
def test_doubling_and_halving_take_the_fewest_steps(
    kinesis: Any, make_stream: Any, shards_: int, target: int, closed: int
) -> None:
    name = make_stream(shards_)
    answer = kinesis.update_shard_count(StreamName=name, TargetShardCount=target, ScalingType=UNIFORM)

    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (shards_, target)
    assert len(open_ranges(kinesis, name)) == target
    assert len(shards(kinesis, name)) == target + closed


@pytest.mark.parametrize(("shards_", "target"), [(2, 3), (3, 2), (4, 7), (7, 4), (10, 13), (5, 9), (9, 5)])
def test_any_target_ends_in_equal_shards(kinesis: Any, make_stream: Any, shards_: int, target: int) -> None:
    name = make_stream(shards_)
    kinesis.update_shard_count(StreamName=name, TargetShardCount=target, ScalingType=UNIFORM)

    ranges = open_ranges(kinesis, name)

    assert len(ranges) == target
    assert all(abs((last - first) - 2**128 // target) <= 2**128 // target // 100 for first, last in ranges)
    assert sum(last - first + 1 for first, last in ranges) == 2**128


def test_scaling_up_and_down_again_leaves_no_slivers(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(3)
    before = open_ranges(kinesis, name)
    kinesis.update_shard_count(StreamName=name, TargetShardCount=6, ScalingType=UNIFORM)
    kinesis.update_shard_count(StreamName=name, TargetShardCount=3, ScalingType=UNIFORM)
    assert open_ranges(kinesis, name) == before


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (9, "cannot scale up over double your current open shard count. Current open shard count: 4, Target"),
        (
            1,
            "cannot scale down below half your current open shard count. Current open shard count: 4, Target",
        ),
        (10_001, "cannot be greater than 10000"),
    ],
)
def test_scaling_has_bounds(kinesis: Any, make_stream: Any, refused: Any, target: int, words: str) -> None:
    with refused("LimitExceededException", words):
        kinesis.update_shard_count(StreamName=make_stream(4), TargetShardCount=target, ScalingType=UNIFORM)


def test_ten_scalings_a_day_are_the_most(kinesis: Any, make_stream: Any, clock: Any, refused: Any) -> None:
    name = make_stream()
    for number in range(10):
        kinesis.update_shard_count(StreamName=name, TargetShardCount=2 - number % 2, ScalingType=UNIFORM)
    with refused("LimitExceededException", "scaled 10 times in the last 24 hours"):
        kinesis.update_shard_count(StreamName=name, TargetShardCount=2, ScalingType=UNIFORM)
    clock.advance(hours=24)
    kinesis.update_shard_count(StreamName=name, TargetShardCount=2, ScalingType=UNIFORM)


def test_a_split_beyond_the_shard_limit_is_refused(make_engine: Any, refused: Any) -> None:
    kinesis = client(make_engine(shard_limit=1))
    kinesis.create_stream(StreamName="s", ShardCount=1)
    with refused("LimitExceededException", "Limit: 1."):
        kinesis.split_shard(StreamName="s", ShardToSplit=SHARD_0, NewStartingHashKey="1000")


def test_the_mode_changes_twice_a_day_and_the_shards_stay(
    kinesis: Any, make_stream: Any, clock: Any, refused: Any
) -> None:
    name = make_stream(2)
    arn = kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]

    def change(mode: str) -> None:
        kinesis.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": mode})

    change("ON_DEMAND")
    described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    assert described["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert shard_ids(kinesis, name) == [SHARD_0, SHARD_1]
    change("PROVISIONED")
    with refused("LimitExceededException", "changed its mode 2 times"):
        change("ON_DEMAND")
    clock.advance(hours=24)
    change("ON_DEMAND")
