"""Enhanced fan-out consumers and their subscriptions."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError

from tests.emulator.kinesis.inprocess import ACCOUNT, REGION, client
from tests.emulator.kinesis.reading import SHARD_0, SHARD_1, SHARD_2, arn, data, put

Events = Iterator[dict[str, Any]]


@pytest.fixture
def consumer(kinesis: Any, make_stream: Any) -> tuple[str, str]:
    """A stream of one shard with a consumer: the stream's name and the consumer's ARN."""
    name = make_stream()
    registered = kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName="fan")
    return name, registered["Consumer"]["ConsumerARN"]


@pytest.fixture
def subscribe(engine: KinesisEngine) -> Any:
    """Subscribe and return the generator of events, without the envelope."""

    def start(consumer_arn: str, shard: str = SHARD_0, kind: str = "TRIM_HORIZON", **position: Any) -> Events:
        request = {
            "ConsumerARN": consumer_arn,
            "ShardId": shard,
            "StartingPosition": {"Type": kind, **position},
        }
        stream = engine.invoke("SubscribeToShard", request, ACCOUNT, REGION)["EventStream"]
        return (event["SubscribeToShardEvent"] for event in stream)

    return start


def test_a_consumer_is_described_as_on_aws(kinesis: Any, consumer: Any, clock: Any) -> None:
    name, consumer_arn = consumer
    assert consumer_arn == f"{arn(name)}/consumer/fan:{int(clock.now)}"
    for question in (
        {"ConsumerARN": consumer_arn},
        {"StreamARN": arn(name), "ConsumerName": "fan"},
        {"StreamARN": arn(name), "ConsumerName": "fan", "ConsumerARN": consumer_arn},
    ):
        described = kinesis.describe_stream_consumer(**question)["ConsumerDescription"]
        assert (described["ConsumerStatus"], described["StreamARN"]) == ("ACTIVE", arn(name))


def test_registering_answers_creating_and_lasts_as_the_latency_says(slow: Any, clock: Any) -> None:
    slow.create_stream(StreamName="s", ShardCount=1)
    clock.advance(10)
    made = slow.register_stream_consumer(StreamARN=arn("s"), ConsumerName="c")["Consumer"]
    assert made["ConsumerStatus"] == "CREATING"

    def status() -> str:
        described = slow.describe_stream_consumer(ConsumerARN=made["ConsumerARN"])
        return described["ConsumerDescription"]["ConsumerStatus"]

    assert status() == "CREATING"
    clock.advance(10)
    assert status() == "ACTIVE"
    slow.deregister_stream_consumer(ConsumerARN=made["ConsumerARN"])
    assert status() == "DELETING"
    clock.advance(10)
    assert slow.list_stream_consumers(StreamARN=arn("s"))["Consumers"] == []


def test_five_consumers_at_most_are_created_at_a_time(slow: Any, clock: Any, refused: Any) -> None:
    slow.create_stream(StreamName="s", ShardCount=1)
    clock.advance(10)
    for number in range(5):
        slow.register_stream_consumer(StreamARN=arn("s"), ConsumerName=f"c{number}")
    with refused("LimitExceededException", "CREATING"):
        slow.register_stream_consumer(StreamARN=arn("s"), ConsumerName="c5")


def test_twenty_consumers_are_the_most(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    for number in range(20):
        kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName=f"c{number}")
    with refused("LimitExceededException", "20 registered consumers"):
        kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName="c20")


def test_a_name_is_taken_once(kinesis: Any, consumer: Any, refused: Any) -> None:
    with refused("ResourceInUseException", "Consumer fan"):
        kinesis.register_stream_consumer(StreamARN=arn(consumer[0]), ConsumerName="fan")


def test_consumers_are_listed_page_by_page(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    for consumer_name in ("b", "a", "c"):
        kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName=consumer_name)
    first = kinesis.list_stream_consumers(StreamARN=arn(name), MaxResults=2)
    second = kinesis.list_stream_consumers(StreamARN=arn(name), NextToken=first["NextToken"])
    assert [c["ConsumerName"] for c in first["Consumers"] + second["Consumers"]] == ["a", "b", "c"]
    with refused("InvalidArgumentException", "another stream"):
        kinesis.list_stream_consumers(StreamARN=arn(make_stream()), NextToken=first["NextToken"])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            {"StreamARN": arn("stream-0"), "ConsumerName": "nobody"},
            "Consumer nobody, account 000000000000 not",
        ),
        ({"ConsumerARN": arn("stream-0") + "/consumer/fan:1"}, "not found."),
    ],
)
def test_an_unknown_consumer_is_named(
    kinesis: Any, consumer: Any, refused: Any, question: dict[str, str], words: str
) -> None:
    for operation in (kinesis.describe_stream_consumer, kinesis.deregister_stream_consumer):
        with refused("ResourceNotFoundException", words):
            operation(**question)


@pytest.mark.parametrize(
    "more", [{}, {"StreamARN": arn("stream-0")}, {"ConsumerName": "fan"}], ids=["none", "stream", "name"]
)
def test_a_consumer_must_be_named(kinesis: Any, refused: Any, more: dict[str, str]) -> None:
    with refused("InvalidArgumentException", "Either ConsumerARN, or StreamARN and ConsumerName"):
        kinesis.describe_stream_consumer(**more)


def test_names_must_agree(kinesis: Any, consumer: Any, refused: Any) -> None:
    _, consumer_arn = consumer
    with refused("InvalidArgumentException", "name different consumers"):
        kinesis.describe_stream_consumer(ConsumerARN=consumer_arn, ConsumerName="other")
    with refused("InvalidArgumentException", "name different streams"):
        kinesis.describe_stream_consumer(ConsumerARN=consumer_arn, StreamARN=arn("other"))


# subscriptions


def test_records_arrive_as_an_event(kinesis: Any, consumer: Any, subscribe: Any) -> None:
    name, consumer_arn = consumer
    put(kinesis, name, b"1", b"2")
    events = subscribe(consumer_arn)

    event = next(events)
    put(kinesis, name, b"3")
    later = next(events)

    assert data(event["Records"]) == [b"1", b"2"]
    assert event["MillisBehindLatest"] == 0
    assert "ChildShards" not in event
    assert data(later["Records"]) == [b"3"]


def test_a_waiting_subscriber_is_woken_by_a_put(kinesis: Any, consumer: Any, subscribe: Any) -> None:
    name, consumer_arn = consumer
    events, received, ready = subscribe(consumer_arn, kind="LATEST"), [], threading.Event()

    def listen() -> None:
        ready.set()
        received.append(next(events))

    listener = threading.Thread(target=listen)
    listener.start()
    ready.wait(5)
    put(kinesis, name, b"woken")
    listener.join(timeout=4)  # the heartbeat, which would bring an empty event, comes after five seconds

    assert [data(event["Records"]) for event in received] == [[b"woken"]]


def test_the_continuation_number_resumes_without_loss_or_repetition(
    kinesis: Any, consumer: Any, subscribe: Any, clock: Any
) -> None:
    name, consumer_arn = consumer
    put(kinesis, name, b"1")
    resume = next(subscribe(consumer_arn))["ContinuationSequenceNumber"]
    put(kinesis, name, b"2")
    clock.advance(5)

    event = next(subscribe(consumer_arn, kind="AFTER_SEQUENCE_NUMBER", SequenceNumber=resume))

    assert data(event["Records"]) == [b"2"]


def test_an_event_comes_without_records_and_carries_progress(
    kinesis: Any, consumer: Any, subscribe: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("localstack_lab.kinesis.subscriptions.HEARTBEAT", 0.0)
    name, consumer_arn = consumer
    number = put(kinesis, name, b"1")[0]["SequenceNumber"]

    event = next(subscribe(consumer_arn, kind="LATEST"))

    assert event["Records"] == []
    assert int(event["ContinuationSequenceNumber"]) >= int(number)
    assert len(event["ContinuationSequenceNumber"]) == 56


def test_a_subscription_ends_after_five_minutes(consumer: Any, subscribe: Any, clock: Any) -> None:
    events = subscribe(consumer[1], kind="LATEST")
    clock.advance(300)
    assert list(events) == []


def test_a_closed_shard_ends_the_subscription_with_its_children(
    kinesis: Any, consumer: Any, subscribe: Any
) -> None:
    name, consumer_arn = consumer
    put(kinesis, name, b"last")
    events = subscribe(consumer_arn)
    assert data(next(events)["Records"]) == [b"last"]
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))

    (end,) = list(events)

    assert [child["ShardId"] for child in end["ChildShards"]] == [SHARD_1, SHARD_2]
    assert "ContinuationSequenceNumber" not in end


def test_a_second_call_within_five_seconds_is_refused(consumer: Any, subscribe: Any, clock: Any) -> None:
    subscribe(consumer[1])
    clock.advance(4.9)
    with pytest.raises(KinesisError, match="Another active subscription") as caught:
        subscribe(consumer[1])
    assert caught.value.code == "ResourceInUseException"


def test_a_later_call_takes_the_shard_over(kinesis: Any, consumer: Any, subscribe: Any, clock: Any) -> None:
    first = subscribe(consumer[1], kind="LATEST")
    clock.advance(5)
    second = subscribe(consumer[1], kind="LATEST")
    put(kinesis, consumer[0], b"x")

    assert list(first) == []
    assert data(next(second)["Records"]) == [b"x"]


def test_two_consumers_get_every_record_each(kinesis: Any, consumer: Any, subscribe: Any) -> None:
    name, one = consumer
    other = kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName="other")["Consumer"]
    put(kinesis, name, b"x")
    for consumer_arn in (one, other["ConsumerARN"]):
        assert data(next(subscribe(consumer_arn))["Records"]) == [b"x"]


@pytest.mark.parametrize("how", ["consumer", "stream", "stop", "abandon"])
def test_a_subscription_ends_with_what_it_reads(
    engine: KinesisEngine, kinesis: Any, consumer: Any, subscribe: Any, how: str
) -> None:
    events = subscribe(consumer[1], kind="LATEST")
    if how == "consumer":
        kinesis.deregister_stream_consumer(ConsumerARN=consumer[1])
    elif how == "stream":
        kinesis.delete_stream(StreamName=consumer[0], EnforceConsumerDeletion=True)
    elif how == "stop":
        engine.stop()
    else:
        engine.abandon(engine.region(ACCOUNT, REGION))
    assert list(events) == []


def test_a_consumer_that_is_being_created_cannot_subscribe(make_engine: Any, clock: Any) -> None:
    engine = make_engine(latency=10.0)
    kinesis = client(engine)
    kinesis.create_stream(StreamName="s", ShardCount=1)
    clock.advance(10)
    made = kinesis.register_stream_consumer(StreamARN=arn("s"), ConsumerName="c")["Consumer"]
    request = {
        "ConsumerARN": made["ConsumerARN"],
        "ShardId": SHARD_0,
        "StartingPosition": {"Type": "LATEST"},
    }
    with pytest.raises(KinesisError, match="is not ACTIVE, instead in state CREATING"):
        engine.invoke("SubscribeToShard", request, ACCOUNT, REGION)


def test_a_reader_far_behind_gets_ten_mib_at_a_time(kinesis: Any, consumer: Any, subscribe: Any) -> None:
    name, consumer_arn = consumer
    for _ in range(3):
        put(kinesis, name, *[bytes(2**20 - 1)] * 5)
    events = subscribe(consumer_arn)
    first, second = next(events), next(events)
    assert (len(first["Records"]), len(second["Records"])) == (10, 5)
    assert first["MillisBehindLatest"] > 0
    assert second["MillisBehindLatest"] == 0
