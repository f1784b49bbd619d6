"""The long poll in process: `wait_for_records`."""

import threading
from typing import Any

import pytest
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError

from tests.emulator.kinesis.inprocess import ACCOUNT, REGION
from tests.emulator.kinesis.reading import SHARD_0, SHARD_1, arn, iterator, put

LONG = 20.0  # seconds no test waits: whoever is woken is woken at once


def _waiting(engine: KinesisEngine, name: str, **more: Any) -> tuple[threading.Thread, list[Any]]:
    """A thread that waits for records of shard 0, started and asleep, and the list its answer goes to."""
    answers: list[Any] = []

    def wait() -> None:
        try:
            answers.append(engine.wait_for_records(arn(name), SHARD_0, LONG, **more))
        except KinesisError as error:
            answers.append(error.code)

    asleep = threading.Event()
    original = engine.wait

    def announced(stream: Any, seconds: float) -> None:
        asleep.set()
        original(stream, seconds)

    engine.wait = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=wait)
    thread.start()
    assert asleep.wait(5)
    return thread, answers


def _answer(waiting: tuple[threading.Thread, list[Any]]) -> Any:
    thread, answers = waiting
    thread.join(LONG)
    return answers[0]


def test_a_put_wakes_the_waiter(engine: KinesisEngine, kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    waiting = _waiting(engine, name)
    put(kinesis, name, b"x")
    assert _answer(waiting) is True


def test_a_record_that_is_there_is_answered_at_once(
    engine: KinesisEngine, kinesis: Any, make_stream: Any
) -> None:
    name = make_stream()
    token = iterator(kinesis, name)
    number = put(kinesis, name, b"1", b"2")[0]["SequenceNumber"]
    assert engine.wait_for_records(arn(name), SHARD_0, LONG, after=token)
    assert engine.wait_for_records(arn(name), SHARD_0, LONG, after=number)


def test_nothing_new_is_false_when_the_time_is_over(
    engine: KinesisEngine, kinesis: Any, make_stream: Any
) -> None:
    name = make_stream(2)
    number = put(kinesis, name, b"1", key="a")[0]["SequenceNumber"]
    assert not engine.wait_for_records(arn(name), SHARD_0, 0.0, after=number)
    assert not engine.wait_for_records(arn(name), SHARD_1, 0.0, after=None)


def test_a_closed_shard_is_answered(engine: KinesisEngine, kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    waiting = _waiting(engine, name)
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    assert _answer(waiting) is True


def test_a_deleted_stream_is_an_error(engine: KinesisEngine, kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    waiting = _waiting(engine, name)
    kinesis.delete_stream(StreamName=name)
    assert _answer(waiting) == "ResourceNotFoundException"


@pytest.mark.parametrize("how", ["stop", "abandon"])
def test_the_end_of_the_engine_wakes_everybody(
    engine: KinesisEngine, kinesis: Any, make_stream: Any, how: str
) -> None:
    waiting = _waiting(engine, make_stream())
    if how == "stop":
        engine.stop()
    else:
        engine.abandon(engine.region(ACCOUNT, REGION))
    assert _answer(waiting) == (False if how == "stop" else "ResourceNotFoundException")


def test_what_cannot_be_waited_for_is_an_error(engine: KinesisEngine, make_stream: Any) -> None:
    with pytest.raises(KinesisError, match="not found"):
        engine.wait_for_records(arn("nowhere"), SHARD_0, LONG)
    with pytest.raises(KinesisError, match="Could not find shard"):
        engine.wait_for_records(arn(make_stream()), SHARD_1, LONG)
    with pytest.raises(KinesisError, match="not the ARN of a data stream"):
        engine.wait_for_records("arn:aws:s3:::bucket", SHARD_0, LONG)
