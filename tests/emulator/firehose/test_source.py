"""A data stream as source: the lab's own Kinesis engine in this process, resharded while it is read."""

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from localstack_lab.firehose import kinesis_log
from localstack_lab.firehose.kinesis_log import ClientLog, EngineLog
from localstack_lab.firehose.source import Expired, Gone, Reading, Source, Unavailable
from localstack_lab.kinesis.engine import KinesisEngine

from tests.emulator.firehose.fakes import ACCOUNT, REGION, STREAM
from tests.emulator.kinesis.inprocess import client
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


@pytest.fixture(params=[EngineLog, ClientLog])
def log(
    request: pytest.FixtureRequest, engine: KinesisEngine, monkeypatch: pytest.MonkeyPatch
) -> EngineLog | ClientLog:
    """The data stream in both ways: by the engine's memory, and by the API that any backend has."""
    if request.param is EngineLog:
        return EngineLog(engine, ARN)
    clients = SimpleNamespace(kinesis=client(engine))
    monkeypatch.setattr(kinesis_log, "connect_to", lambda **_place: clients)
    return ClientLog(ARN)


@pytest.fixture
def read(log: Any) -> Iterator[Callable[..., Collecting]]:
    """Start reading, from the positions given; returns what is read."""
    started: list[Source] = []

    def start(positions: dict[str, Any]) -> Collecting:
        collecting = Collecting()
        source = Source(log, collecting, positions)  # type: ignore[arg-type]
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


class Stumbling:
    """A shard of three records whose reads fail in between; it keeps where it was asked to start."""

    def __init__(self) -> None:
        self.starts: list[dict[str, Any]] = []
        self.troubles: list[Exception | None] = [None, Expired("old"), None, Unavailable("later"), None]

    def open_shards(self) -> list[str]:
        return ["shardId-000000000000"]

    def iterator(self, shard: str, position: dict[str, Any]) -> str:
        self.starts.append(dict(position))
        return position.get("after", "-1")

    def read(self, iterator: str) -> Reading:
        if self.troubles and (trouble := self.troubles.pop(0)):
            raise trouble
        number = int(iterator) + 1
        record = {
            "SequenceNumber": str(number),
            "ApproximateArrivalTimestamp": datetime.now(UTC),
            "Data": b"%d" % number,
            "PartitionKey": "k",
        }
        return Reading([record], None if number == 2 else str(number), [], 0)

    def wait(self, shard: str, iterator: str, seconds: float) -> None:
        raise AssertionError("there is always something to read")


def test_trouble_in_between_loses_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localstack_lab.firehose.source._PAUSE", 0.0)
    log, collecting, positions = Stumbling(), Collecting(), {}
    Source(log, collecting, positions).start()  # type: ignore[arg-type]
    assert collecting.wait_for(3) == [b"0", b"1", b"2"]
    assert log.starts == [{}, {"after": "0"}]
    eventually(lambda: positions == {"shardId-000000000000": {"ended": True}}, expecting="the shard's end")
