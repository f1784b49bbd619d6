"""Whatever is split, merged and scaled while records are put: nothing lost, nothing twice, order kept."""

import threading
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.hashing import hash_key
from localstack_lab.kinesis.settings import Settings

from tests.emulator.kinesis.inprocess import Clock, Direct
from tests.emulator.kinesis.reading import data, open_ranges, read_lineage, shard_ids, shards

KEYS = [f"key-{number}" for number in range(12)]


class StreamMachine(RuleBasedStateMachine):
    """A stream and, as its model, what was put under each partition key, in order."""

    @initialize(count=st.integers(1, 4), latency=st.sampled_from([0.0, 5.0]))
    def create(self, count: int, latency: float) -> None:
        self.clock = Clock()
        self.kinesis = Direct(KinesisEngine(Settings(latency=latency), clock=self.clock))
        self.kinesis.create_stream(StreamName="s", ShardCount=count)
        self.clock.advance(latency)
        self.put: dict[str, list[bytes]] = {key: [] for key in KEYS}
        self.number = 0

    def _active(self) -> bool:
        summary = self.kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]
        return summary["StreamStatus"] == "ACTIVE"

    @rule(keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=20))
    def put_records(self, keys: list[str]) -> None:
        records = []
        for key in keys:
            self.number += 1
            blob = str(self.number).encode()
            self.put[key].append(blob)
            records.append({"Data": blob, "PartitionKey": key})
        ranges = {shard["ShardId"]: shard["HashKeyRange"] for shard in shards(self.kinesis, "s")}
        for entry, key in zip(
            self.kinesis.put_records(StreamName="s", Records=records)["Records"], keys, strict=True
        ):
            held = ranges[entry["ShardId"]]
            assert int(held["StartingHashKey"]) <= hash_key(key) <= int(held["EndingHashKey"])

    @precondition(lambda self: self._active())
    @rule(which=st.integers(0, 100), share=st.floats(0.05, 0.95))
    def split(self, which: int, share: float) -> None:
        chosen = shards(self.kinesis, "s", ShardFilter={"Type": "AT_LATEST"})
        shard = chosen[which % len(chosen)]
        first, last = (int(shard["HashKeyRange"][side]) for side in ("StartingHashKey", "EndingHashKey"))
        key = first + int((last - first) * share)
        if first + 1 < key < last:
            self.kinesis.split_shard(
                StreamName="s", ShardToSplit=shard["ShardId"], NewStartingHashKey=str(key)
            )

    @precondition(lambda self: self._active() and len(open_ranges(self.kinesis, "s")) > 1)
    @rule(which=st.integers(0, 100))
    def merge(self, which: int) -> None:
        chosen = shards(self.kinesis, "s", ShardFilter={"Type": "AT_LATEST"})
        chosen.sort(key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))
        at = which % (len(chosen) - 1)
        self.kinesis.merge_shards(
            StreamName="s",
            ShardToMerge=chosen[at]["ShardId"],
            AdjacentShardToMerge=chosen[at + 1]["ShardId"],
        )

    @precondition(lambda self: self._active())
    @rule(share=st.floats(0.5, 2.0))
    def scale(self, share: float) -> None:
        self.clock.advance(3 * 3600)  # never more than ten times in 24 hours
        count = len(open_ranges(self.kinesis, "s"))
        target = min(max(1, int(count * share), (count + 1) // 2), 12)
        if count <= 2 * target:
            self.kinesis.update_shard_count(
                StreamName="s", TargetShardCount=target, ScalingType="UNIFORM_SCALING"
            )
            self.clock.advance(5)
            assert len(open_ranges(self.kinesis, "s")) == target

    @rule(seconds=st.sampled_from([0.001, 1.0, 6.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @invariant()
    def open_shards_cover_every_hash_key_once(self) -> None:
        if hasattr(self, "kinesis"):
            ranges = open_ranges(self.kinesis, "s")
            assert ranges[0][0] == 0
            assert ranges[-1][1] == 2**128 - 1
            assert all(last + 1 == first for (_, last), (first, _) in pairwise(ranges))

    def teardown(self) -> None:
        if not hasattr(self, "kinesis") or self.clock.now > 1_800_000_000 + 86_000:
            return  # a day has gone by: the oldest records have left
        found: dict[str, list[bytes]] = {key: [] for key in KEYS}
        lineage = read_lineage(self.kinesis, "s")
        assert set(lineage) == set(shard_ids(self.kinesis, "s")), "a shard is unreachable through its parents"
        for records in lineage.values():
            numbers = [int(record["SequenceNumber"]) for record in records]
            assert numbers == sorted(set(numbers))
            for record in records:
                found[record["PartitionKey"]].append(record["Data"])
        assert found == self.put


StreamMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_a_stream_behaves_like_its_model = StreamMachine.TestCase


def test_concurrent_puts_survive_resharding(make_engine: Any) -> None:
    """GIVEN eight writers with a key each WHEN shards split, merge and scale THEN each key's order holds."""
    kinesis = Direct(make_engine())
    kinesis.create_stream(StreamName="s", ShardCount=2)
    writers, batches, size = 8, 25, 20
    started, failures = threading.Barrier(writers + 1), []

    def write(writer: int) -> None:
        started.wait(10)
        own = f"writer-{writer}"
        for batch in range(batches):
            numbers = range(batch * size, (batch + 1) * size)
            records = [{"Data": f"{own}:{n}".encode(), "PartitionKey": own} for n in numbers]
            answer = kinesis.put_records(StreamName="s", Records=records)
            if answer["FailedRecordCount"]:
                failures.append(answer)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    started.wait(10)
    for target in (4, 3, 6, 5, 3, 2):
        kinesis.update_shard_count(StreamName="s", TargetShardCount=target, ScalingType="UNIFORM_SCALING")
    for thread in threads:
        thread.join(60)

    lineage = read_lineage(kinesis, "s")

    assert not failures
    for writer in range(writers):
        own = f"writer-{writer}"
        mine = [
            blob for records in lineage.values() for blob in data(records) if blob.startswith(own.encode())
        ]
        assert mine == [f"{own}:{n}".encode() for n in range(batches * size)]


def test_readers_see_each_record_once_while_it_is_written(make_engine: Any) -> None:
    """GIVEN one writer and readers at the tip THEN each reader sees each record once, in order."""
    engine = make_engine()
    kinesis = Direct(engine)
    kinesis.create_stream(StreamName="s", ShardCount=1)
    total = 2_000
    shard = shard_ids(kinesis, "s")[0]
    arn = kinesis.describe_stream(StreamName="s")["StreamDescription"]["StreamARN"]
    seen: list[list[bytes]] = [[], [], []]

    def follow(mine: list[bytes], token: str) -> None:
        while len(mine) < total:
            answer = kinesis.get_records(ShardIterator=token, Limit=300)
            mine += data(answer["Records"])
            token = answer["NextShardIterator"]
            if not answer["Records"] and not engine.wait_for_records(arn, shard, 20, after=token):
                return

    token = kinesis.get_shard_iterator(StreamName="s", ShardId=shard, ShardIteratorType="LATEST")[
        "ShardIterator"
    ]
    readers = [threading.Thread(target=follow, args=(mine, token)) for mine in seen]
    for reader in readers:
        reader.start()
    blobs = [str(n).encode() for n in range(total)]
    for start in range(0, total, 40):
        kinesis.put_records(
            StreamName="s",
            Records=[{"Data": blob, "PartitionKey": "k"} for blob in blobs[start : start + 40]],
        )
    for reader in readers:
        reader.join(60)

    assert seen == [blobs] * 3
