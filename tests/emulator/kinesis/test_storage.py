"""Where records live: the memory budget, the files behind it, and the state that is pickled."""

import gc
import pickle
from pathlib import Path
from typing import Any

import pytest
from localstack_lab.kinesis import sequence
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.region import Region
from localstack_lab.kinesis.settings import Settings

from tests.emulator.kinesis.inprocess import ACCOUNT, REGION, Direct, client
from tests.emulator.kinesis.reading import SHARD_0, data, iterator, put, read, read_lineage, read_shard

BUDGET = 2 * 2**20


@pytest.fixture
def small(make_engine: Any, tmp_path: Path) -> tuple[KinesisEngine, Any, Path]:
    """An engine that keeps 2 MiB of records in memory, a client of it, and the folder for the rest."""
    folder = tmp_path / "segments"
    engine = make_engine(memory_bytes=BUDGET, spill_directory=folder)
    kinesis = Direct(engine)
    kinesis.create_stream(StreamName="s", ShardCount=1)
    return engine, kinesis, folder


def _fill(kinesis: Any, batches: int, size: int = 1000) -> list[bytes]:
    """Put batches of 100 records of `size` bytes and return the data in order."""
    blobs = [f"{number:08d}".encode() + bytes(size - 8) for number in range(batches * 100)]
    for start in range(0, len(blobs), 100):
        put(kinesis, "s", *blobs[start : start + 100])
    return blobs


def test_memory_stays_in_its_budget_and_nothing_is_lost(small: Any) -> None:
    engine, kinesis, folder = small
    blobs = _fill(kinesis, 100)

    assert engine.store.resident_bytes <= BUDGET
    assert len(list(folder.iterdir())) > 10
    assert data(read_shard(kinesis, "s")) == blobs


@pytest.mark.parametrize("limit", [37, 1000])
def test_records_are_read_back_from_files_in_order_and_with_their_numbers(small: Any, limit: int) -> None:
    _, kinesis, _ = small
    first = read(kinesis, iterator(kinesis, "s"))
    assert first == []
    numbers = [entry["SequenceNumber"] for entry in put(kinesis, "s", b"first")]
    blobs = _fill(kinesis, 40)
    records = read_shard(kinesis, "s", limit=limit)
    assert data(records) == [b"first", *blobs]
    assert records[0]["SequenceNumber"] == numbers[0]


def test_iterators_find_their_place_in_files(small: Any, clock: Any) -> None:
    _, kinesis, _ = small
    put(kinesis, "s", b"first")
    clock.advance(10)
    middle = put(kinesis, "s", b"middle")[0]["SequenceNumber"]
    clock.advance(10)
    blobs = _fill(kinesis, 60)

    after = iterator(kinesis, "s", kind="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=middle)
    since = iterator(kinesis, "s", kind="AT_TIMESTAMP", Timestamp=clock.now - 15)

    assert data(read(kinesis, after)) == blobs
    assert data(read(kinesis, since)) == [b"middle", *blobs]


def test_files_go_with_their_records(small: Any, clock: Any) -> None:
    _, kinesis, folder = small
    _fill(kinesis, 60)
    assert list(folder.iterdir())
    clock.advance(hours=25)
    assert read_shard(kinesis, "s") == []
    gc.collect()
    assert list(folder.iterdir()) == []


def test_files_go_with_their_stream(small: Any) -> None:
    engine, kinesis, folder = small
    _fill(kinesis, 60)
    kinesis.delete_stream(StreamName="s")
    gc.collect()
    assert list(folder.iterdir()) == []
    assert engine.store.resident_bytes == 0


def test_without_a_folder_everything_stays_in_memory(make_engine: Any) -> None:
    kinesis = client(make_engine(memory_bytes=0))
    kinesis.create_stream(StreamName="s", ShardCount=1)
    blobs = _fill(kinesis, 30)
    assert data(read_shard(kinesis, "s")) == blobs


def _restored(engine: KinesisEngine, clock: Any, **settings: Any) -> KinesisEngine:
    """The state of one engine, through pickle, in another."""
    state: Region = pickle.loads(pickle.dumps(engine.region(ACCOUNT, REGION)))
    return KinesisEngine(Settings(**settings), find_region=lambda _account, _region: state, clock=clock)


def test_state_survives_pickling_with_everything_in_it(small: Any, clock: Any, tmp_path: Path) -> None:
    engine, kinesis, _ = small
    blobs = _fill(kinesis, 60)
    kinesis.split_shard(StreamName="s", ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    put(kinesis, "s", b"child")
    kinesis.add_tags_to_stream(StreamName="s", Tags={"a": "b"})
    token = iterator(kinesis, "s")
    before = read_lineage(kinesis, "s")
    elsewhere = tmp_path / "elsewhere"

    copy = _restored(engine, clock, memory_bytes=BUDGET, spill_directory=elsewhere)
    restored = client(copy)

    assert read_lineage(restored, "s") == before
    assert data(read(restored, token)) == blobs, "an iterator from before goes on"
    assert restored.list_tags_for_stream(StreamName="s")["Tags"] == [{"Key": "a", "Value": "b"}]
    assert copy.store.resident_bytes <= BUDGET
    assert list(elsewhere.iterdir())


def test_a_change_that_was_under_way_goes_on_after_a_restore(make_engine: Any, clock: Any) -> None:
    engine = make_engine(latency=10.0)
    client(engine).create_stream(StreamName="s", ShardCount=3)
    restored = client(_restored(engine, clock))
    status = restored.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamStatus"]
    assert status == "CREATING"
    clock.advance(10)
    assert len(restored.list_shards(StreamName="s")["Shards"]) == 3


def test_sequence_numbers_grow_across_a_restore_on_a_slower_clock(
    small: Any, clock: Any, monkeypatch: Any
) -> None:
    engine, kinesis, _ = small
    last = put(kinesis, "s", b"before")[0]["SequenceNumber"]
    monkeypatch.setattr(sequence.time, "time_ns", lambda: 1)
    restored = client(_restored(engine, clock))
    assert int(put(restored, "s", b"after")[0]["SequenceNumber"]) > int(last)
    assert data(read_shard(restored, "s")) == [b"before", b"after"]
