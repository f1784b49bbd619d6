"""What the passing of time does to streams, iterators and expired items, with a clock that tests move."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.engine import OPERATIONS
from localstack_lab.dynamodb.engine.errors import DynamoDBError
from localstack_lab.dynamodb.engine.storage import Store
from localstack_lab.dynamodb.engine.tables.time_to_live import delete_expired

MINUTE, DAY = 60, 24 * 3600


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock) -> Iterator[Store]:
    store = Store(None, clock)
    yield store
    store.close()


@pytest.fixture
def run(store, clock) -> Callable[..., dict[str, Any]]:
    """`run("PutItem", TableName=…)`: an operation at the clock's time."""

    def operation(name: str, **request: Any) -> dict[str, Any]:
        return OPERATIONS[name](Call("000000000000", "us-east-1", store, clock.now), request)

    return operation


@pytest.fixture
def stream(run) -> str:
    """The stream of the table ``orders``."""
    answer = run(
        "CreateTable",
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return answer["TableDescription"]["LatestStreamArn"]


@pytest.fixture
def put(run):
    return lambda key, **more: run("PutItem", TableName="orders", Item={"pk": {"S": key}, **more})


@pytest.fixture
def iterator(run, stream):
    def get(kind: str = "TRIM_HORIZON", **more: Any) -> str:
        (shard,) = run("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"]
        request = {"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": kind, **more}
        return run("GetShardIterator", **request)["ShardIterator"]

    return get


def keys(page: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["pk"]["S"] for record in page["Records"]]


def refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(DynamoDBError) as caught:
        call()
    assert caught.value.code == code


def test_an_iterator_expires_after_fifteen_minutes(run, iterator, clock):
    position = iterator()
    clock.now += 15 * MINUTE
    assert run("GetRecords", ShardIterator=position)["Records"] == []
    clock.now += 1
    refused("ExpiredIteratorException", lambda: run("GetRecords", ShardIterator=position))


def test_every_page_hands_out_a_fresh_iterator(run, iterator, clock, put):
    position = iterator("LATEST")
    for round_ in range(30):
        put(str(round_))
        page = run("GetRecords", ShardIterator=position)
        assert keys(page) == [str(round_)]
        position = page["NextShardIterator"]
        clock.now += 14 * MINUTE


def test_the_horizon_moves_with_time(run, iterator, clock, put):
    put("old")
    clock.now += DAY - MINUTE
    put("new")
    assert keys(run("GetRecords", ShardIterator=iterator())) == ["old", "new"]
    clock.now += 2 * MINUTE
    assert keys(run("GetRecords", ShardIterator=iterator())) == ["new"]


def test_reading_from_a_trimmed_record_is_refused(run, iterator, clock, put):
    put("old")
    number = run("GetRecords", ShardIterator=iterator())["Records"][0]["dynamodb"]["SequenceNumber"]
    clock.now += DAY + MINUTE
    put("new")
    refused("TrimmedDataAccessException", lambda: iterator("AT_SEQUENCE_NUMBER", SequenceNumber=number))
    after = iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=number)
    assert keys(run("GetRecords", ShardIterator=after)) == ["new"]


def test_an_iterator_before_the_horizon_is_refused(run, iterator, clock, put):
    put("old")
    clock.now += DAY - MINUTE
    position = iterator()
    clock.now += 2 * MINUTE
    refused("TrimmedDataAccessException", lambda: run("GetRecords", ShardIterator=position))


def test_a_reader_that_waits_is_never_behind_the_horizon(run, iterator, clock, put, store):
    position = iterator()
    for day in range(3):
        put(str(day))
        page = run("GetRecords", ShardIterator=position)
        assert keys(page) == [str(day)]
        position = page["NextShardIterator"]
        for _ in range(100):
            clock.now += 15 * MINUTE
            position = run("GetRecords", ShardIterator=position)["NextShardIterator"]


def test_a_disabled_stream_is_gone_after_a_day(run, stream, clock, put):
    put("a")
    run("UpdateTable", TableName="orders", StreamSpecification={"StreamEnabled": False})
    clock.now += DAY - 1
    assert run("ListStreams")["Streams"] != []
    clock.now += 2
    assert run("ListStreams")["Streams"] == []
    refused("ResourceNotFoundException", lambda: run("DescribeStream", StreamArn=stream))


def test_an_expired_item_is_removed_by_dynamodb(run, iterator, clock, put, store):
    run(
        "UpdateTimeToLive",
        TableName="orders",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"},
    )
    put("a", ttl={"N": str(int(clock.now) + 60)})
    put("b", ttl={"N": str(int(clock.now) + 60)})
    run("DeleteItem", TableName="orders", Key={"pk": {"S": "b"}})
    assert delete_expired(store, clock.now) == 0
    clock.now += 61
    assert delete_expired(store, clock.now) == 1
    records = run("GetRecords", ShardIterator=iterator())["Records"]
    assert [(record["eventName"], record.get("userIdentity")) for record in records] == [
        ("INSERT", None),
        ("INSERT", None),
        ("REMOVE", None),
        ("REMOVE", {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}),
    ]
    assert records[3]["dynamodb"]["OldImage"]["pk"] == {"S": "a"}
