"""Shard iterators: where each type starts, how long one lives, what is none."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulator.kinesis.reading import SHARD_0, SHARD_1, data, iterator, put, read, read_shard


@pytest.fixture
def three(kinesis: Any, make_stream: Any, clock: Any) -> tuple[str, list[str]]:
    """A stream with the records 1, 2 and 3, put a second apart; its name and their sequence numbers."""
    name, numbers = make_stream(), []
    for blob in (b"1", b"2", b"3"):
        clock.advance(1)
        numbers.append(put(kinesis, name, blob)[0]["SequenceNumber"])
    return name, numbers


def test_trim_horizon_starts_at_the_oldest(kinesis: Any, three: Any) -> None:
    assert data(read(kinesis, iterator(kinesis, three[0]))) == [b"1", b"2", b"3"]


def test_latest_starts_behind_the_newest(kinesis: Any, three: Any) -> None:
    token = iterator(kinesis, three[0], kind="LATEST")
    assert read(kinesis, token) == []
    put(kinesis, three[0], b"4")
    assert data(read(kinesis, token)) == [b"4"]


def test_at_and_after_sequence_number(kinesis: Any, three: Any) -> None:
    name, numbers = three
    at = iterator(kinesis, name, kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])
    after = iterator(kinesis, name, kind="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[1])
    assert data(read(kinesis, at)) == [b"2", b"3"]
    assert data(read(kinesis, after)) == [b"3"]


def test_at_the_starting_sequence_number_of_the_shard(kinesis: Any, three: Any) -> None:
    name, _ = three
    shard = kinesis.describe_stream(StreamName=name)["StreamDescription"]["Shards"][0]
    start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    token = iterator(kinesis, name, kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=start)
    assert data(read(kinesis, token)) == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (2.0, [b"1", b"2", b"3"]),
        (1.0, [b"2", b"3"]),
        (0.0, [b"3"]),
        (1_000_000.0, [b"1", b"2", b"3"]),
    ],
)
def test_at_timestamp_starts_at_the_first_record_of_then_or_later(
    kinesis: Any, three: Any, clock: Any, back: float, expected: list[bytes]
) -> None:
    token = iterator(kinesis, three[0], kind="AT_TIMESTAMP", Timestamp=clock.now - back)
    assert data(read(kinesis, token)) == expected


def test_at_timestamp_counts_milliseconds(engine: Any, kinesis: Any, three: Any, clock: Any) -> None:
    # boto3 sends whole seconds only; other SDKs send milliseconds.
    asked = {"StreamName": three[0], "ShardId": SHARD_0, "ShardIteratorType": "AT_TIMESTAMP"}
    later = asked | {"Timestamp": clock.now - 1.999}
    token = engine.invoke("GetShardIterator", later, "000000000000", "us-east-1")["ShardIterator"]
    assert data(read(kinesis, token)) == [b"2", b"3"]


def test_at_timestamp_behind_the_newest_waits_for_the_next(kinesis: Any, three: Any, clock: Any) -> None:
    clock.advance(10)
    token = iterator(
        kinesis,
        three[0],
        kind="AT_TIMESTAMP",
        Timestamp=datetime.fromtimestamp(clock.now - 1, UTC),
    )
    put(kinesis, three[0], b"4")
    assert data(read(kinesis, token)) == [b"4"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kind": "AT_SEQUENCE_NUMBER"}, "specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber."),
        ({"kind": "AT_TIMESTAMP"}, "Current request has no timestamp parameter."),
        ({"kind": "AT_TIMESTAMP", "Timestamp": 4e9}, "cannot be greater than the currentTimestampInMillis"),
        ({"kind": "LATEST", "StartingSequenceNumber": "1"}, "specified LATEST and also a Starting"),
        ({"kind": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": "5"}, "is invalid."),
        ({"kind": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": "0"}, "is invalid."),
    ],
)
def test_arguments_must_fit_the_type(
    kinesis: Any, make_stream: Any, refused: Any, arguments: dict[str, Any], words: str
) -> None:
    with refused("InvalidArgumentException", words):
        iterator(kinesis, make_stream(), **arguments)


def test_a_sequence_number_belongs_to_its_shard(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream(2)
    number = put(kinesis, name, b"x", key="b")[0]["SequenceNumber"]
    with refused("InvalidArgumentException", f"It encodes {SHARD_1}, while it was used in a call to a shard"):
        iterator(kinesis, name, kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)


def test_a_sequence_number_belongs_to_its_stream(
    kinesis: Any, make_stream: Any, clock: Any, refused: Any
) -> None:
    number = put(kinesis, make_stream(), b"x")[0]["SequenceNumber"]
    clock.advance(5)
    with refused("InvalidArgumentException", "because it did not come from this stream."):
        iterator(kinesis, make_stream(), kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)


@pytest.mark.parametrize("shard", ["shardId-000000000007", "shardId-x", "nothing", "shardId-99999999999"])
def test_a_shard_must_exist(kinesis: Any, make_stream: Any, refused: Any, shard: str) -> None:
    with refused("ResourceNotFoundException", "Could not find shard"):
        iterator(kinesis, make_stream(), shard)


def test_the_bare_number_names_a_shard_too(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"x")
    assert data(read_shard(kinesis, name, "shardId-0")) == [b"x"]


def test_an_iterator_lives_five_minutes(kinesis: Any, make_stream: Any, clock: Any, refused: Any) -> None:
    token = iterator(kinesis, make_stream())
    clock.advance(300)
    fresh = kinesis.get_records(ShardIterator=token)["NextShardIterator"]
    clock.advance(0.5)
    with refused("ExpiredIteratorException", "tolerated delay of 300000 milliseconds."):
        kinesis.get_records(ShardIterator=token)
    clock.advance(299)
    kinesis.get_records(ShardIterator=fresh)


def _tampered(token: str) -> str:
    raw = bytearray(base64.b64decode(token))
    raw[-3] ^= 1
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize("make", [lambda _: "AAAA", lambda _: "not base64!", _tampered, lambda t: t[:-4]])
def test_what_is_no_iterator_is_refused(kinesis: Any, make_stream: Any, refused: Any, make: Any) -> None:
    token = make(iterator(kinesis, make_stream()))
    with refused("InvalidArgumentException", "Invalid ShardIterator."):
        kinesis.get_records(ShardIterator=token)


def test_an_iterator_fits_the_api_even_for_the_longest_name(kinesis: Any) -> None:
    name = "n" * 128
    kinesis.create_stream(StreamName=name, ShardCount=1)
    assert len(iterator(kinesis, name)) <= 512


def test_every_read_gives_a_new_iterator(kinesis: Any, make_stream: Any, clock: Any) -> None:
    token = iterator(kinesis, make_stream(), kind="LATEST")
    clock.advance(0.01)
    following = kinesis.get_records(ShardIterator=token)["NextShardIterator"]
    assert following != token


def test_an_iterator_on_trimmed_records_starts_at_what_is_left(
    kinesis: Any, make_stream: Any, clock: Any
) -> None:
    name = make_stream()
    number = put(kinesis, name, b"old")[0]["SequenceNumber"]
    clock.advance(hours=25)
    put(kinesis, name, b"new")
    token = iterator(kinesis, name, SHARD_0, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)
    assert data(read(kinesis, token)) == [b"new"]
