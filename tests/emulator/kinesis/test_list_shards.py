"""ListShards: every filter, pages, and the shards that have expired."""

from typing import Any

import pytest

from tests.emulator.kinesis.reading import SHARD_0, SHARD_1, SHARD_2, SHARD_3, arn, put, shard_ids


@pytest.fixture
def grown(kinesis: Any, make_stream: Any, clock: Any) -> tuple[str, float]:
    """A stream whose shard 0 was split into 1 and 2 after an hour; its name and when it was made."""
    name, made = make_stream(), clock.now
    clock.advance(hours=1)
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    clock.advance(hours=1)
    return name, made


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"Type": "AT_LATEST"}, [SHARD_1, SHARD_2]),
        ({"Type": "AT_TRIM_HORIZON"}, [SHARD_0]),
        ({"Type": "FROM_TRIM_HORIZON"}, [SHARD_0, SHARD_1, SHARD_2]),
        ({"Type": "AFTER_SHARD_ID", "ShardId": SHARD_0}, [SHARD_1, SHARD_2]),
        ({"Type": "AFTER_SHARD_ID", "ShardId": SHARD_2}, []),
    ],
)
def test_filters(kinesis: Any, grown: Any, chosen: dict[str, Any], expected: list[str]) -> None:
    assert shard_ids(kinesis, grown[0], ShardFilter=chosen) == expected


@pytest.mark.parametrize(
    ("kind", "after", "expected"),
    [
        ("AT_TIMESTAMP", 1800, [SHARD_0]),
        ("AT_TIMESTAMP", 3600, [SHARD_0, SHARD_1, SHARD_2]),
        ("AT_TIMESTAMP", 5400, [SHARD_1, SHARD_2]),
        ("AT_TIMESTAMP", -1e6, [SHARD_0]),
        ("FROM_TIMESTAMP", 1800, [SHARD_0, SHARD_1, SHARD_2]),
        ("FROM_TIMESTAMP", 5400, [SHARD_1, SHARD_2]),
        ("FROM_TIMESTAMP", -1e6, [SHARD_0, SHARD_1, SHARD_2]),
    ],
)
def test_filters_by_time(kinesis: Any, grown: Any, kind: str, after: float, expected: list[str]) -> None:
    name, made = grown
    assert shard_ids(kinesis, name, ShardFilter={"Type": kind, "Timestamp": made + after}) == expected


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"Type": "AFTER_SHARD_ID"}, "ShardId must be provided"),
        ({"Type": "AT_TIMESTAMP"}, "Timestamp must be provided"),
        ({"Type": "AT_LATEST", "ShardId": SHARD_0}, "ShardId must not be provided"),
        ({"Type": "FROM_TRIM_HORIZON", "Timestamp": 1.0}, "Timestamp must not be provided"),
    ],
)
def test_a_filter_needs_what_its_type_needs(
    kinesis: Any, make_stream: Any, refused: Any, chosen: dict[str, Any], words: str
) -> None:
    with refused("InvalidArgumentException", words):
        kinesis.list_shards(StreamName=make_stream(), ShardFilter=chosen)


def test_a_shard_expires_when_its_records_have(kinesis: Any, grown: Any, clock: Any, refused: Any) -> None:
    name, _ = grown
    clock.advance(hours=24)
    assert shard_ids(kinesis, name) == [SHARD_1, SHARD_2]
    assert shard_ids(kinesis, name, ShardFilter={"Type": "AT_TRIM_HORIZON"}) == [SHARD_1, SHARD_2]
    with refused("ResourceNotFoundException", f"Could not find shard {SHARD_0}"):
        kinesis.get_shard_iterator(StreamName=name, ShardId=SHARD_0, ShardIteratorType="TRIM_HORIZON")
    put(kinesis, name, b"x")


def test_pages_keep_their_filter(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(5)
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey="1000")
    found, answer = [], kinesis.list_shards(StreamName=name, MaxResults=2, ShardFilter={"Type": "AT_LATEST"})
    while True:
        found += [shard["ShardId"] for shard in answer["Shards"]]
        if "NextToken" not in answer:
            break
        answer = kinesis.list_shards(NextToken=answer["NextToken"], MaxResults=2)
    assert found == shard_ids(kinesis, name, ShardFilter={"Type": "AT_LATEST"})
    assert SHARD_0 not in found
    assert len(found) == 6


def test_a_page_token_lives_five_minutes(kinesis: Any, make_stream: Any, clock: Any, refused: Any) -> None:
    token = kinesis.list_shards(StreamName=make_stream(3), MaxResults=1)["NextToken"]
    clock.advance(300)
    assert len(kinesis.list_shards(NextToken=token)["Shards"]) == 2
    clock.advance(1)
    with refused("ExpiredNextTokenException"):
        kinesis.list_shards(NextToken=token)


@pytest.mark.parametrize(
    "more",
    [
        {"StreamName": "s"},
        {"StreamARN": arn("s")},
        {"StreamCreationTimestamp": 1.0},
        {"ExclusiveStartShardId": SHARD_3},
        {"ShardFilter": {"Type": "AT_LATEST"}},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_page_token_stands_alone(
    kinesis: Any, make_stream: Any, refused: Any, more: dict[str, Any]
) -> None:
    token = kinesis.list_shards(StreamName=make_stream(2), MaxResults=1)["NextToken"]
    with refused(
        "InvalidArgumentException", f"NextToken and {next(iter(more))} cannot be provided together."
    ):
        kinesis.list_shards(NextToken=token, **more)


def test_a_list_needs_a_stream_or_a_token(kinesis: Any, refused: Any) -> None:
    with refused("InvalidArgumentException", "Either NextToken or StreamName should be provided."):
        kinesis.list_shards()


def test_exclusive_start(kinesis: Any, make_stream: Any) -> None:
    assert shard_ids(kinesis, make_stream(3), ExclusiveStartShardId=SHARD_0) == [SHARD_1, SHARD_2]


def test_the_creation_time_tells_streams_of_one_name_apart(
    kinesis: Any, make_stream: Any, clock: Any, refused: Any
) -> None:
    name, made = make_stream(), clock.now
    assert shard_ids(kinesis, name, StreamCreationTimestamp=made) == [SHARD_0]
    with refused("ResourceNotFoundException"):
        kinesis.list_shards(StreamName=name, StreamCreationTimestamp=made - 60)
