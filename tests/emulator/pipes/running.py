"""A stream reader on a real Kinesis engine, with a target that remembers, and fails when it is told to."""

import base64
import threading
from collections.abc import Callable
from typing import Any

from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.settings import Settings as EngineSettings
from localstack_lab.pipes.clients import kinesis_engine_source, through_client
from localstack_lab.pipes.delivery import Policy, StreamDelivery
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.filters import Passes
from localstack_lab.pipes.lanes import Record
from localstack_lab.pipes.model import Checkpoint
from localstack_lab.pipes.sources.kinesis import KinesisSource
from localstack_lab.pipes.sources.stream import Settings, StreamReader

from tests.emulator.kinesis.inprocess import client

ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pipe"


class Stream:
    """A Kinesis stream in an engine of its own."""

    def __init__(self, shards: int = 1, name: str = "orders") -> None:
        self.engine = KinesisEngine(EngineSettings())
        self.name = name
        self.arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"
        self.call("CreateStream", StreamName=name, ShardCount=shards)
        self.sent: list[tuple[str, int]] = []
        self._next: dict[str, int] = {}

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.engine.invoke(operation, request, ACCOUNT, REGION)

    def put(self, keys: list[str]) -> None:
        """A record for each key; its data is the number of the key's record."""
        records = []
        for key in keys:
            number = self._next[key] = self._next.get(key, 0) + 1
            self.sent.append((key, number))
            records.append({"Data": str(number).encode(), "PartitionKey": key})
        for at in range(0, len(records), 500):
            answer = self.call("PutRecords", StreamARN=self.arn, Records=records[at : at + 500])
            assert not answer["FailedRecordCount"]

    def open_shards(self) -> list[dict[str, Any]]:
        shards = self.call("ListShards", StreamARN=self.arn)["Shards"]
        return [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]

    def split_all(self) -> None:
        """Split every open shard in its middle."""
        for shard in self.open_shards():
            span = shard["HashKeyRange"]
            middle = (int(span["StartingHashKey"]) + int(span["EndingHashKey"])) // 2
            self.call(
                "SplitShard",
                StreamName=self.name,
                ShardToSplit=shard["ShardId"],
                NewStartingHashKey=str(middle),
            )


class Target:
    """Remembers what arrived, as (key, number), and asks `refuse` about every batch before."""

    def __init__(self, refuse: Callable[[list[Event]], None] | None = None) -> None:
        self.refuse = refuse or (lambda events: None)
        self.arrived: list[tuple[str, int]] = []
        self.batches: list[int] = []
        self._changed = threading.Condition()

    def __call__(self, events: list[Event]) -> None:
        self.refuse(events)
        self.take(events)

    def take(self, events: list[Event]) -> None:
        with self._changed:
            self.batches.append(len(events))
            for event in events:
                number = int(base64.b64decode(event.content["data"]))
                self.arrived.append((event.content["partitionKey"], number))
            self._changed.notify_all()

    def wait(self, count: int) -> None:
        """Until so many records have arrived."""
        with self._changed:
            done = self._changed.wait_for(lambda: len(self.arrived) >= count, 30)
        assert done, f"{len(self.arrived)} of {count} records arrived"


class Letters:
    """Dead letters in a list: (shard, sequence numbers, condition)."""

    def __init__(self) -> None:
        self.written: list[tuple[str, list[str], str]] = []
        self.changed = threading.Event()

    def send(self, shard: str, records: list[Record], condition: str) -> bool:
        self.written.append((shard, [record.sequence_number for record in records], condition))
        self.changed.set()
        return True


class Pipe:
    """A pipe from a stream to a target, which can be stopped and started again."""

    def __init__(
        self,
        stream: Stream,
        target: Callable[[list[Event]], None],
        *,
        start: str = "TRIM_HORIZON",
        batch_size: int = 100,
        window: float = 0,
        lanes: int = 1,
        passes: Passes | None = None,
        policy: Policy | None = None,
        over_api: bool = False,
    ) -> None:
        self.stream = stream
        self.target = target
        self.settings = Settings(start, None, batch_size, window, lanes)
        self.passes = passes
        self.policy = policy or Policy()
        self.over_api = over_api
        self.letters = Letters()
        self.checkpoints: dict[str, Checkpoint] = {}
        self.lost: list[str] = []
        self.gone = threading.Event()
        self.stopping = threading.Event()
        self.reader: StreamReader | None = None

    def __enter__(self) -> "Pipe":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.stopping = threading.Event()
        stopping = self.stopping
        delivery = StreamDelivery(
            self.target, self.policy, self.letters, stopping, wait=lambda seconds: stopping.wait(0.001)
        )
        source = kinesis_engine_source(self.stream.arn, ROLE, self.stream.engine)
        if self.over_api:
            made = client(self.stream.engine)
            source = KinesisSource(self.stream.arn, ROLE, through_client(lambda: made))
        self.reader = StreamReader(
            source, self.settings, self.passes, self.checkpoints, delivery.deliver, stopping, self._lost
        )
        self.reader.start()

    def stop(self) -> None:
        self.stopping.set()
        assert self.reader is not None
        self.reader.stop()

    def _lost(self, reason: str) -> None:
        self.lost.append(reason)
        self.gone.set()


def in_order(arrived: list[tuple[str, int]]) -> bool:
    """Whether the numbers of every key only grow."""
    last: dict[str, int] = {}
    for key, number in arrived:
        if number <= last.get(key, 0):
            return False
        last[key] = number
    return True
