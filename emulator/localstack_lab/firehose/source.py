"""A Kinesis data stream as source: one reader for each shard, parents before children.

https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
"""

import logging
import threading
import time
from typing import Any, NamedTuple, Protocol

from localstack_lab.firehose import deaggregation
from localstack_lab.firehose.pipeline import Pipeline, Stopped
from localstack_lab.firehose.record import Record

LOG = logging.getLogger(__name__)

WAIT_SECONDS = 10.0  # of one wait for records; what comes meanwhile ends it
_PAUSE = 1.0  # after a read that failed; Firehose reads each shard once a second


class Reading(NamedTuple):
    """What one GetRecords call answers; without `next_iterator` the shard has ended."""

    records: list[dict[str, Any]]
    next_iterator: str | None
    children: list[dict[str, Any]]
    millis_behind: int


class Expired(Exception):
    """The iterator is too old."""


class Gone(Exception):
    """The data stream, or the shard, is not there any more."""


class Unavailable(Exception):
    """The read failed and may succeed later."""


class Log(Protocol):
    """A data stream as a reader needs it, see `kinesis_log`."""

    def open_shards(self) -> list[str]: ...

    def iterator(self, shard: str, position: dict[str, Any]) -> str: ...

    def read(self, iterator: str) -> Reading: ...

    def wait(self, shard: str, iterator: str, seconds: float) -> None: ...


def described(shard: str, found: dict[str, Any]) -> list[Record]:
    """The records in one record of a data stream: several when the producer library packed them."""
    arrived = round(found["ApproximateArrivalTimestamp"].timestamp() * 1000)
    packed = deaggregation.producer_library(found["Data"]) or [(found["PartitionKey"], found["Data"])]
    return [
        Record(
            id=f"{found['SequenceNumber']}{number:06d}",
            data=data,
            arrived=arrived,
            kinesis={
                "shardId": shard,
                "partitionKey": key,
                "approximateArrivalTimestamp": arrived,
                "sequenceNumber": found["SequenceNumber"],
                "subsequenceNumber": number,
            },
            source=data,
        )
        for number, (key, data) in enumerate(packed)
    ]


class Source:
    """Reads a data stream into a pipeline.

    :param positions: shard → where to go on, kept up to date: ``{"after": sequence number}``,
        ``{"from": "TRIM_HORIZON"}`` or ``{"at": seconds since the epoch}``; empty for a new delivery stream,
        which starts with what is put from now on. A shard that has ended has ``{"ended": True}``.
    """

    def __init__(self, log: Log, pipeline: Pipeline, positions: dict[str, dict[str, Any]]) -> None:
        self._log, self._pipeline, self._positions = log, pipeline, positions
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def start(self) -> None:
        """Start a reader for each shard.

        :raises Gone: when there is no such data stream
        """
        if not self._positions:
            now = time.time()
            for shard in self._log.open_shards():
                iterator = self._log.iterator(shard, {})
                self._positions[shard] = {"at": now}
                self._begin(shard, iterator)
            return
        for shard, position in list(self._positions.items()):
            if "ended" not in position:
                self._begin(shard, None)

    def stop(self) -> None:
        """Take nothing more from the data stream; does not wait for the readers to notice."""
        self._stop.set()

    def _begin(self, shard: str, iterator: str | None) -> None:
        name = f"firehose-{self._pipeline.stream.name}-{shard}"
        threading.Thread(target=self._run, args=(shard, iterator), name=name, daemon=True).start()

    def _run(self, shard: str, iterator: str | None) -> None:
        while not self._stop.is_set():
            try:
                iterator = iterator or self._log.iterator(shard, self._positions[shard])
                reading = self._log.read(iterator)
                if not self._hand_over(shard, reading):
                    return
                if reading.next_iterator is None:
                    self._end(shard, reading.children)
                    return
                iterator = reading.next_iterator
                if not reading.records:
                    self._log.wait(shard, iterator, WAIT_SECONDS)
            except Expired:
                iterator = None
            except Gone as error:
                LOG.info("Firehose %s: its source has ended: %s", self._pipeline.stream.name, error)
                return
            except Unavailable as error:
                LOG.warning("Firehose %s: reading %s failed: %s", self._pipeline.stream.name, shard, error)
                self._stop.wait(_PAUSE)

    def _hand_over(self, shard: str, reading: Reading) -> bool:
        """Give records to the pipeline and remember it; False when nothing is wanted any more."""
        if not reading.records:
            return not self._stop.is_set()
        records = [record for found in reading.records for record in described(shard, found)]
        try:
            self._pipeline.accept(records, wait=True)
        except Stopped:
            return False
        with self._lock:
            self._positions[shard] = {"after": reading.records[-1]["SequenceNumber"]}
        self._pipeline.metrics.read(records, reading.millis_behind)
        return not self._stop.is_set()

    def _end(self, shard: str, children: list[dict[str, Any]]) -> None:
        """Go on with the shards that come after one, once all their parents have been read."""
        with self._lock:
            self._positions[shard] = {"ended": True}
            for child in children:
                name = child["ShardId"]
                unread = [
                    p for p in child["ParentShards"] if "ended" not in self._positions.get(p, {"ended": 1})
                ]
                if name in self._positions or unread:
                    continue
                self._positions[name] = {"from": "TRIM_HORIZON"}
                if not self._stop.is_set():
                    self._begin(name, None)
