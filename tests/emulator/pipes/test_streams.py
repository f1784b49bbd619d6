"""From a Kinesis stream to a target: nothing lost, nothing twice, order kept, whatever happens."""

import random
import threading

import pytest
from localstack_lab.pipes.delivery import Policy
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed
from localstack_lab.pipes.filters import compile_filters
from localstack_lab.pipes.model import Checkpoint

from tests.emulator.pipes.running import Pipe, Stream, Target, in_order

KEYS = [f"order-{number}" for number in range(40)]


def test_every_record_arrives_once_and_in_order() -> None:
    stream, target = Stream(shards=2), Target()
    stream.put(KEYS * 20)
    with Pipe(stream, target, batch_size=50):
        stream.put(KEYS * 5)
        target.wait(len(stream.sent))
    assert sorted(target.arrived) == sorted(stream.sent)
    assert in_order(target.arrived)
    assert max(target.batches) <= 50


def test_latest_begins_with_what_is_put_after_the_start() -> None:
    stream, target = Stream(), Target()
    stream.put(["old"] * 3)
    with Pipe(stream, target, start="LATEST"):
        stream.put(["new"])
        target.wait(1)
    assert target.arrived == [("new", 1)]


def test_latest_loses_nothing_that_is_put_while_the_pipe_is_stopped_before_its_first_record() -> None:
    stream, target = Stream(), Target()
    pipe = Pipe(stream, target, start="LATEST")
    pipe.start()
    pipe.stop()
    stream.put(["meanwhile"])
    with pipe:
        target.wait(1)
    assert target.arrived == [("meanwhile", 1)]


def test_lanes_keep_the_order_of_each_key() -> None:
    stream, target = Stream(), Target()
    stream.put(KEYS * 30)
    with Pipe(stream, target, batch_size=7, lanes=10):
        target.wait(len(stream.sent))
    assert sorted(target.arrived) == sorted(stream.sent)
    assert in_order(target.arrived)


def test_resharding_half_way_loses_and_repeats_nothing_and_reads_parents_first() -> None:
    stream, target = Stream(shards=4), Target()
    with Pipe(stream, target, batch_size=20, lanes=3):
        for _ in range(3):
            stream.put(KEYS * 4)
            stream.split_all()
        first, second = sorted(stream.open_shards(), key=lambda shard: _start_of(shard))[:2]
        stream.call(
            "MergeShards",
            StreamName=stream.name,
            ShardToMerge=first["ShardId"],
            AdjacentShardToMerge=second["ShardId"],
        )
        stream.put(KEYS * 4)
        target.wait(len(stream.sent))
    assert sorted(target.arrived) == sorted(stream.sent)
    assert in_order(target.arrived)


def _start_of(shard: dict) -> int:
    return int(shard["HashKeyRange"]["StartingHashKey"])


def test_a_stream_of_another_backend_is_read_over_the_api() -> None:
    stream, target = Stream(shards=2), Target()
    stream.put(KEYS[:5])
    pipe = Pipe(stream, target, over_api=True)
    with pipe:
        stream.split_all()
        stream.put(KEYS)
        target.wait(len(stream.sent))
    with pipe:
        stream.put(KEYS)
        target.wait(len(stream.sent))
    assert sorted(target.arrived) == sorted(stream.sent)
    assert in_order(target.arrived)


def test_latest_over_the_api_begins_with_the_moment_of_the_start() -> None:
    stream, target = Stream(), Target()
    with Pipe(stream, target, start="LATEST", over_api=True):
        stream.put(["new"])
        target.wait(1)
    assert target.arrived == [("new", 1)]


def test_a_target_that_fails_at_random_gets_all_of_it_in_order() -> None:
    chance = random.Random(7)

    def refuse(events: list[Event]) -> None:
        if chance.random() < 0.3:
            raise ExecutionFailed("not now", customer=chance.random() < 0.5)

    stream, target = Stream(shards=4), Target(refuse)
    with Pipe(stream, target, batch_size=10, lanes=2):
        stream.put(KEYS * 4)
        stream.split_all()
        stream.put(KEYS * 4)
        target.wait(len(stream.sent))
    assert sorted(target.arrived) == sorted(stream.sent)
    assert in_order(target.arrived)


def test_stopping_and_starting_in_the_middle_repeats_nothing() -> None:
    stream, target = Stream(shards=2), Target()
    pipe = Pipe(stream, target, batch_size=3, lanes=4)
    for _ in range(6):
        stream.put(KEYS * 3)
        before = len(target.arrived)
        pipe.start()
        target.wait(before + 5)
        pipe.stop()
    with pipe:
        target.wait(len(stream.sent))
    assert sorted(target.arrived) == sorted(stream.sent)
    assert in_order(target.arrived)


def test_a_lane_that_is_ahead_of_a_stuck_one_does_not_deliver_again_after_a_restart() -> None:
    stuck = threading.Event()

    def refuse(events: list[Event]) -> None:
        if not stuck.is_set() and events[0].content["partitionKey"] == "order-0":
            raise ExecutionFailed("stuck")

    stream, target = Stream(), Target(refuse)
    stream.put(["order-0", *KEYS[1:30]])
    pipe = Pipe(stream, target, batch_size=1, lanes=10)
    pipe.start()
    target.wait(5)
    pipe.stop()
    (checkpoint,) = pipe.checkpoints.values()
    assert checkpoint.after is None
    assert len(checkpoint.beyond) == len(target.arrived)
    stuck.set()
    with pipe:
        target.wait(30)
    assert sorted(target.arrived) == sorted(stream.sent)


def test_what_a_filter_turns_away_moves_the_checkpoint() -> None:
    stream, target = Stream(), Target()
    stream.put(["a", "b", "a", "b", "b"])
    passes = compile_filters("kinesis", {"Filters": [{"Pattern": '{"partitionKey": ["a"]}'}]})
    pipe = Pipe(stream, target, passes=passes)
    with pipe:
        target.wait(2)
    with pipe:
        stream.put(["b", "a"])
        target.wait(3)
    assert target.arrived == [("a", 1), ("a", 2), ("a", 3)]


def test_a_batching_window_waits_for_a_full_batch() -> None:
    stream, target = Stream(), Target()
    with Pipe(stream, target, batch_size=4, window=60):
        for _ in range(4):
            stream.put(["a"])
        target.wait(4)
    assert target.batches == [4]


def test_only_the_records_that_failed_are_tried_again() -> None:
    seen: list[int] = []

    def refuse(events: list[Event]) -> None:
        seen.append(len(events))
        if len(seen) == 1:
            target.take([event for at, event in enumerate(events) if at not in (1, 3)])
            raise PartlyFailed([1, 3], "two failed")

    stream, target = Stream(), Target(refuse)
    stream.put(["a", "b", "c", "d", "e"])
    with Pipe(stream, target):
        target.wait(5)
    assert seen == [5, 2]
    assert target.arrived == [("a", 1), ("c", 1), ("e", 1), ("b", 1), ("d", 1)]


def test_bisecting_leaves_only_the_bad_record_to_the_dead_letters() -> None:
    def refuse(events: list[Event]) -> None:
        if any(event.content["partitionKey"] == "bad" for event in events):
            raise ExecutionFailed("cannot read it")

    stream, target = Stream(), Target(refuse)
    stream.put([*KEYS[:13], "bad", *KEYS[13:20]])
    pipe = Pipe(stream, target, policy=Policy(retries=2, bisect=True))
    with pipe:
        target.wait(20)
    assert target.arrived == [(key, 1) for key in KEYS[:20]]
    ((shard, numbers, condition),) = pipe.letters.written
    assert shard == "shardId-000000000000"
    assert len(numbers) == 1
    assert condition == "RetryAttemptsExhausted"


def test_a_batch_is_given_up_after_its_retries_and_the_next_one_goes_on() -> None:
    attempts: list[str] = []

    def refuse(events: list[Event]) -> None:
        attempts.append(events[0].content["partitionKey"])
        if attempts[-1] == "bad":
            raise ExecutionFailed("never")

    stream, target = Stream(), Target(refuse)
    stream.put(["bad", "good"])
    pipe = Pipe(stream, target, batch_size=1, policy=Policy(retries=3))
    with pipe:
        target.wait(1)
    assert attempts == ["bad"] * 4 + ["good"]
    assert [condition for _, _, condition in pipe.letters.written] == ["RetryAttemptsExhausted"]


def test_faults_of_the_service_use_up_no_retries() -> None:
    failures = iter([True] * 8)

    def refuse(events: list[Event]) -> None:
        if next(failures, False):
            raise ExecutionFailed("throttled", customer=False)

    stream, target = Stream(), Target(refuse)
    stream.put(["a"])
    pipe = Pipe(stream, target, policy=Policy(retries=0))
    with pipe:
        target.wait(1)
    assert pipe.letters.written == []


def test_a_stream_that_is_deleted_is_reported_once() -> None:
    stream, target = Stream(shards=3), Target()
    pipe = Pipe(stream, target)
    with pipe:
        stream.call("DeleteStream", StreamName=stream.name)
        assert pipe.gone.wait(10)
    assert pipe.lost == [
        "Stream not found. To resume processing please delete the pipe and create a new one."
    ]


def test_a_fault_of_ours_is_said_by_the_pipe_and_what_it_held_is_delivered_by_the_next_start() -> None:
    def fault(events: list[Event]) -> None:
        raise ZeroDivisionError("a bug")

    stream, target = Stream(), Target(fault)
    stream.put(["a", "b"])
    pipe = Pipe(stream, target)
    with pipe:
        assert pipe.gone.wait(10)
    assert pipe.lost == ["The pipe failed internally while it delivered records: ZeroDivisionError('a bug')"]
    target.refuse = lambda events: None
    with pipe:
        target.wait(2)
    assert target.arrived == [("a", 1), ("b", 1)]


@pytest.mark.parametrize("ended", [True, False])
def test_a_shard_that_is_delivered_to_its_end_stays_so(ended: bool) -> None:
    stream, target = Stream(), Target()
    stream.put(["a"])
    pipe = Pipe(stream, target)
    with pipe:
        target.wait(1)
        if ended:
            stream.split_all()
            stream.put(["a"])
            target.wait(2)
    assert pipe.checkpoints["shardId-000000000000"].ended is ended
    assert isinstance(pipe.checkpoints["shardId-000000000000"], Checkpoint)
