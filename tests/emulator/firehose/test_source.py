"""A data stream as source: the lab's own Kinesis engine in this process, resharded while it is read."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from localstack_lab.firehose.kinesis_log import EngineLog
from localstack_lab.firehose.source import Gone, Source
from localstack_lab.kinesis.engine import KinesisEngine

from tests.emulator.firehose.fakes import ACCOUNT, REGION, STREAM
from tests.support.waiting import eventually

NAME = "source"
ARN = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{NAME}"


class Collecting:
    """In place of a pipeline: keeps records, and lets tests wait for them."""

    def __init__(self) -> None:
        self.stream = STREAM
        self.metrics = self
        self.records: list[Any] = []
        self.changed = threading.Condition()

    def accept(self, records: list[Any], wait: bool = False) -> None:
        with self.changed:
            self.records += records
            self.changed.notify_all()

    def read(self, records: list[Any], millis_behind: int) -> None:
        assert records
        assert millis_behind >= 0

    def wait_for(self, count: int) -> list[bytes]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.records) >= count, timeout=20), len(self.records)
            return [record.data for record in self.records]


@pytest.fixture
def engine() -> Iterator[KinesisEngine]:
    found = KinesisEngine()
    found.invoke("CreateStream", {"StreamName": NAME, "ShardCount": 4}, ACCOUNT, REGION)
    yield found
    found.stop()


@pytest.fixture
def call(engine: KinesisEngine) -> Callable[..., dict[str, Any]]:
    return lambda operation, **request: engine.invoke(
        operation, {"StreamName": NAME, **request}, ACCOUNT, REGION
    )


@pytest.fixture
def put(call: Callable[..., dict[str, Any]]) -> Callable[[int], None]:
    """Put so many records more, numbered, with 20 partition keys."""
    numbers = itertools.count()

    def put_more(count: int) -> None:
        records = [
            {"Data": b"%d" % n, "PartitionKey": f"key-{n % 20}"} for n in itertools.islice(numbers, count)
        ]
        assert call("PutRecords", Records=records)["FailedRecordCount"] == 0

    return put_more


@pytest.fixture
def read(engine: KinesisEngine) -> Iterator[Callable[..., Collecting]]:
    """Start reading, from the positions given; returns what is read."""
    started: list[Source] = []

    def start(positions: dict[str, Any]) -> Collecting:
        collecting = Collecting()
        source = Source(EngineLog(engine, ARN), collecting, positions)  # type: ignore[arg-type]
        started.append(source)
        source.start()
        return collecting

    yield start
    for source in started:
        source.stop()


def test_a_new_source_starts_with_what_comes(read: Any, put: Any) -> None:
    put(10)
    collecting = read({})
    put(10)
    assert sorted(map(int, collecting.wait_for(10))) == list(range(10, 20))


def test_parents_come_before_children_through_splits_and_merges(read: Any, put: Any, call: Any) -> None:
    collecting = read({})
    put(400)
    call("UpdateShardCount", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    put(400)
    call("UpdateShardCount", TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    put(400)
    numbers = [int(data) for data in collecting.wait_for(1200)]
    assert sorted(numbers) == list(range(1200))
    for key in range(20):
        of_key = [number for number in numbers if number % 20 == key]
        assert of_key == sorted(of_key)


def test_reading_goes_on_where_it_stood(engine: KinesisEngine, put: Any, call: Any) -> None:
    positions: dict[str, Any] = {}
    before, after = Collecting(), Collecting()
    source = Source(EngineLog(engine, ARN), before, positions)  # type: ignore[arg-type]
    source.start()
    put(100)
    before.wait_for(100)
    eventually(
        lambda: all("after" in at for at in positions.values()), expecting="positions behind the records"
    )
    source.stop()
    call("UpdateShardCount", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    put(100)
    again = Source(EngineLog(engine, ARN), after, positions)  # type: ignore[arg-type]
    again.start()
    after.wait_for(100)
    again.stop()
    seen = [int(record.data) for record in before.records + after.records]
    assert sorted(seen) == list(range(200))


def test_a_data_stream_that_is_not_there(engine: KinesisEngine) -> None:
    log = EngineLog(engine, ARN + "-not")
    with pytest.raises(Gone, match="not found"):
        Source(log, Collecting(), {}).start()  # type: ignore[arg-type]
