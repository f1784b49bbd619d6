"""Streams: made, described, listed, deleted; their states and how long they keep records."""

from itertools import pairwise
from typing import Any

import pytest

from tests.emulator.kinesis.inprocess import client
from tests.emulator.kinesis.reading import SHARD_0, arn, data, iterator, open_ranges, put, read_shard


def test_a_new_stream_is_described_as_on_aws(kinesis: Any) -> None:
    kinesis.create_stream(StreamName="orders", ShardCount=2, Tags={"team": "sales"})

    described = kinesis.describe_stream(StreamName="orders")["StreamDescription"]

    assert described["StreamARN"] == arn("orders")
    assert described["StreamStatus"] == "ACTIVE"
    assert described["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert described["RetentionPeriodHours"] == 24
    assert described["EncryptionType"] == "NONE"
    assert described["EnhancedMonitoring"] == [{"ShardLevelMetrics": []}]
    assert [shard["ShardId"] for shard in described["Shards"]] == [
        "shardId-000000000000",
        "shardId-000000000001",
    ]
    assert not described["HasMoreShards"]
    assert kinesis.list_tags_for_stream(StreamName="orders")["Tags"] == [{"Key": "team", "Value": "sales"}]


def test_the_summary_counts_open_shards_and_consumers(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(3)
    kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName="c")

    summary = kinesis.describe_stream_summary(StreamARN=arn(name))["StreamDescriptionSummary"]

    assert (summary["OpenShardCount"], summary["ConsumerCount"]) == (3, 1)
    assert summary["MaxRecordSizeInKiB"] == 1024


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100])
def test_shards_cover_all_hash_keys_without_gap_or_overlap(
    kinesis: Any, make_stream: Any, count: int
) -> None:
    ranges = open_ranges(kinesis, make_stream(count))

    assert len(ranges) == count
    assert ranges[0][0] == 0
    assert ranges[-1][1] == 2**128 - 1
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(ranges))


def test_two_shards_are_split_where_aws_splits_them(kinesis: Any, make_stream: Any) -> None:
    assert open_ranges(kinesis, make_stream(2)) == [(0, 2**127 - 1), (2**127, 2**128 - 1)]


def test_without_count_and_mode_four_on_demand_shards_arise(kinesis: Any) -> None:
    kinesis.create_stream(StreamName="s")

    described = kinesis.describe_stream(StreamName="s")["StreamDescription"]

    assert len(described["Shards"]) == 4
    assert described["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}


def test_a_provisioned_stream_needs_a_shard_count(kinesis: Any, refused: Any) -> None:
    with refused("InvalidArgumentException", "ShardCount"):
        kinesis.create_stream(StreamName="s", StreamModeDetails={"StreamMode": "PROVISIONED"})


def test_an_on_demand_stream_takes_the_count_that_cloudformation_sends(kinesis: Any) -> None:
    kinesis.create_stream(StreamName="s", ShardCount=1, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert len(open_ranges(kinesis, "s")) == 1


def test_a_name_is_taken_once(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    with refused("ResourceInUseException", f"Stream {name} under account 000000000000 already exists."):
        kinesis.create_stream(StreamName=name, ShardCount=1)


def test_accounts_and_regions_are_apart(engine: Any) -> None:
    here, there = client(engine), client(engine, account="111111111111", region="eu-west-1")
    here.create_stream(StreamName="s", ShardCount=1)
    there.create_stream(StreamName="s", ShardCount=2)

    assert here.describe_stream(StreamName="s")["StreamDescription"]["StreamARN"] == arn("s")
    assert len(there.list_shards(StreamName="s")["Shards"]) == 2


def test_an_arn_reaches_a_stream_of_another_account_in_the_same_region(engine: Any) -> None:
    owner, other = client(engine), client(engine, account="111111111111")
    owner.create_stream(StreamName="s", ShardCount=1)

    other.put_record(StreamARN=arn("s"), Data=b"x", PartitionKey="k")

    assert data(read_shard(owner, "s")) == [b"x"]


def test_an_endpoint_serves_its_own_region_only(engine: Any, refused: Any) -> None:
    client(engine).create_stream(StreamName="s", ShardCount=1)
    with refused("ResourceNotFoundException", "Stream s under account 000000000000 not found."):
        client(engine, region="eu-west-1").describe_stream(StreamARN=arn("s"))


@pytest.mark.parametrize(
    "operation",
    [
        "describe_stream",
        "describe_stream_summary",
        "list_shards",
        "list_tags_for_stream",
        "delete_stream",
    ],
)
def test_a_missing_stream_is_named(kinesis: Any, refused: Any, operation: str) -> None:
    with refused("ResourceNotFoundException", "Stream nowhere under account 000000000000 not found."):
        getattr(kinesis, operation)(StreamName="nowhere")


def test_a_call_must_name_a_stream(kinesis: Any, refused: Any) -> None:
    with refused("InvalidArgumentException", "StreamName or StreamARN"):
        kinesis.describe_stream()


def test_name_and_arn_must_agree(kinesis: Any, make_stream: Any, refused: Any) -> None:
    with refused("InvalidArgumentException", "name different streams"):
        kinesis.describe_stream(StreamName=make_stream(), StreamARN=arn("other"))


def test_describe_pages_through_shards(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(5)
    first = kinesis.describe_stream(StreamName=name, Limit=3)["StreamDescription"]
    last = first["Shards"][-1]["ShardId"]
    rest = kinesis.describe_stream(StreamName=name, ExclusiveStartShardId=last)["StreamDescription"]

    assert (len(first["Shards"]), first["HasMoreShards"]) == (3, True)
    assert (len(rest["Shards"]), rest["HasMoreShards"]) == (2, False)


def test_streams_are_listed_by_name_page_by_page(kinesis: Any) -> None:
    for name in ("c", "a", "b"):
        kinesis.create_stream(StreamName=name, ShardCount=1)

    first = kinesis.list_streams(Limit=2)
    second = kinesis.list_streams(NextToken=first["NextToken"])

    assert (first["StreamNames"], first["HasMoreStreams"]) == (["a", "b"], True)
    assert (second["StreamNames"], second["HasMoreStreams"]) == (["c"], False)
    assert "NextToken" not in second
    assert kinesis.list_streams(ExclusiveStartStreamName="b")["StreamNames"] == ["c"]
    assert first["StreamSummaries"][0]["StreamARN"] == arn("a")


def test_a_page_token_of_another_list_is_refused(kinesis: Any, make_stream: Any, refused: Any) -> None:
    token = kinesis.list_shards(StreamName=make_stream(2), MaxResults=1)["NextToken"]
    with refused("InvalidArgumentException", "Invalid NextToken."):
        kinesis.list_streams(NextToken=token)


def test_the_shard_limit_of_the_account_holds(make_engine: Any, refused: Any) -> None:
    kinesis = client(make_engine(shard_limit=3))
    kinesis.create_stream(StreamName="a", ShardCount=2)

    with refused("LimitExceededException", "Current shard count for the account: 2. Limit: 3."):
        kinesis.create_stream(StreamName="b", ShardCount=2)
    with refused("LimitExceededException", "Number of additional shards"):
        kinesis.update_shard_count(StreamName="a", TargetShardCount=4, ScalingType="UNIFORM_SCALING")


def test_the_on_demand_limit_holds_and_its_shards_do_not_count(make_engine: Any, refused: Any) -> None:
    kinesis = client(make_engine(shard_limit=1, on_demand_limit=1))
    kinesis.create_stream(StreamName="a", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    kinesis.create_stream(StreamName="b", ShardCount=1)
    with refused("LimitExceededException", "1 on-demand streams"):
        kinesis.create_stream(StreamName="c", StreamModeDetails={"StreamMode": "ON_DEMAND"})


# states


def _status(kinesis: Any, name: str = "s") -> str:
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]


def test_creating_lasts_as_long_as_the_latency_says(slow: Any, clock: Any, refused: Any) -> None:
    slow.create_stream(StreamName="s", ShardCount=2)
    assert _status(slow) == "CREATING"
    assert slow.describe_stream(StreamName="s")["StreamDescription"]["Shards"] == []
    with refused("ResourceNotFoundException"):
        slow.put_record(StreamName="s", Data=b"x", PartitionKey="k")

    clock.advance(10)

    assert _status(slow) == "ACTIVE"
    slow.put_record(StreamName="s", Data=b"x", PartitionKey="k")


def test_no_more_than_five_streams_are_created_at_a_time(slow: Any, clock: Any, refused: Any) -> None:
    for number in range(5):
        slow.create_stream(StreamName=f"s{number}", ShardCount=1)
    with refused("LimitExceededException", "CREATING"):
        slow.create_stream(StreamName="s5", ShardCount=1)

    clock.advance(10)

    slow.create_stream(StreamName="s5", ShardCount=1)


def test_a_stream_in_change_refuses_the_next_change_and_takes_records(
    slow: Any, clock: Any, refused: Any
) -> None:
    slow.create_stream(StreamName="s", ShardCount=1)
    clock.advance(10)
    slow.split_shard(StreamName="s", ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))

    assert _status(slow) == "UPDATING"
    with refused(
        "ResourceInUseException",
        "Stream s under account 000000000000 not ACTIVE, instead in state UPDATING",
    ):
        slow.merge_shards(StreamName="s", ShardToMerge=SHARD_0, AdjacentShardToMerge=SHARD_0)
    put(slow, "s", b"before")
    assert len(open_ranges(slow, "s")) == 1

    clock.advance(10)

    assert len(open_ranges(slow, "s")) == 2
    assert data(read_shard(slow, "s")) == [b"before"]


def test_deleting_lasts_and_then_the_stream_is_gone(slow: Any, clock: Any, refused: Any) -> None:
    slow.create_stream(StreamName="s", ShardCount=1)
    clock.advance(10)
    slow.delete_stream(StreamName="s")
    assert _status(slow) == "DELETING"

    clock.advance(10)

    with refused("ResourceNotFoundException"):
        slow.describe_stream(StreamName="s")
    assert slow.list_streams()["StreamNames"] == []
    slow.create_stream(StreamName="s", ShardCount=1)


def test_boto3s_waiters_see_the_states(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    kinesis.get_waiter("stream_exists").wait(StreamName=name)
    kinesis.delete_stream(StreamName=name)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name)


def test_a_stream_with_consumers_is_deleted_only_by_force(
    kinesis: Any, make_stream: Any, refused: Any
) -> None:
    name = make_stream()
    kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName="c")
    with refused("ResourceInUseException", "EnforceConsumerDeletion"):
        kinesis.delete_stream(StreamName=name)

    kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)

    assert kinesis.list_streams()["StreamNames"] == []


# retention


def test_records_leave_after_the_retention_period(kinesis: Any, make_stream: Any, clock: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"old")
    clock.advance(hours=20)
    put(kinesis, name, b"new")

    clock.advance(hours=5)

    assert data(read_shard(kinesis, name)) == [b"new"]
    clock.advance(hours=25)
    assert read_shard(kinesis, name) == []


def test_a_longer_retention_keeps_records_but_brings_none_back(
    kinesis: Any, make_stream: Any, clock: Any
) -> None:
    name = make_stream()
    put(kinesis, name, b"lost")
    clock.advance(hours=25)
    put(kinesis, name, b"kept")
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=168)

    clock.advance(hours=100)

    assert data(read_shard(kinesis, name)) == [b"kept"]


def test_a_shorter_retention_trims_at_once(kinesis: Any, make_stream: Any, clock: Any) -> None:
    name = make_stream()
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=48)
    put(kinesis, name, b"old")
    clock.advance(hours=30)
    kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=24)
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=48)
    assert read_shard(kinesis, name) == []


@pytest.mark.parametrize(
    ("operation", "hours", "words"),
    [
        ("increase", 23, "Minimum allowed retention period is 24 hours."),
        ("increase", 8761, "Maximum allowed retention period is 8760 hours."),
        ("increase", 36, "Use DecreaseRetentionPeriod API."),
        ("decrease", 23, "Requested retention period (23 hours) is too short."),
        ("decrease", 72, "Use IncreaseRetentionPeriod API."),
    ],
)
def test_retention_has_bounds(
    kinesis: Any, make_stream: Any, refused: Any, operation: str, hours: int, words: str
) -> None:
    name = make_stream()
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=48)
    with refused("InvalidArgumentException", words):
        getattr(kinesis, f"{operation}_stream_retention_period")(StreamName=name, RetentionPeriodHours=hours)


def test_an_iterator_of_an_earlier_stream_of_the_name_is_refused(
    kinesis: Any, make_stream: Any, clock: Any, refused: Any
) -> None:
    name = make_stream()
    token = iterator(kinesis, name)
    kinesis.delete_stream(StreamName=name)
    clock.advance(1)
    kinesis.create_stream(StreamName=name, ShardCount=1)
    with refused("ResourceNotFoundException", "does not exist"):
        kinesis.get_records(ShardIterator=token)
