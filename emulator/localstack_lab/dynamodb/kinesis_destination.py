"""Delivers the changes of tables to their Kinesis streaming destinations.

A write leaves its record in the destination's log within its own transaction; one thread reads the logs and
puts the records, so that no write waits for Kinesis and nothing is lost while Kinesis is away. Records of one
item go out in their order: a batch never holds two of them, and the next batch waits until all of this one
has arrived.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_using-shared-throughput.html
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from localstack_lab.dynamodb.engine.changes import ChangeRecord
from localstack_lab.dynamodb.engine.schema import Table
from localstack_lab.dynamodb.engine.storage import Store
from localstack_lab.dynamodb.engine.tables.destinations import active
from localstack_lab.dynamodb.runtime import EngineRuntime
from localstack_lab.dynamodb.wire import to_json

LOG = logging.getLogger(__name__)

_BATCH = 500
_ATTEMPTS = 3
_BATCH_BYTES = 4 * 1024 * 1024
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0


@dataclass
class _Pause:
    """When a destination that failed is tried again."""

    until: float = 0.0
    seconds: float = _FIRST_PAUSE

    def lengthen(self) -> None:
        """Wait twice as long as the last time."""
        self.until = time.monotonic() + self.seconds
        self.seconds = min(self.seconds * 2, _LONGEST_PAUSE)


class Forwarder:
    """One thread for all destinations; it runs from the first one on."""

    def __init__(self, runtime: EngineRuntime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._pauses: dict[int, _Pause] = {}

    def wake(self) -> None:
        """There may be something to deliver."""
        self._work.set()

    def ensure_running(self) -> None:
        """Start the thread if some table has an active destination."""
        with self._lock:
            tables = self._runtime.engine().store.catalog.all_tables()
            if self._thread is None and any(table.forwarding_logs for table in tables):
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="dynamodb-kinesis", daemon=True)
                self._thread.start()
        self.wake()

    def stop(self) -> None:
        """End the thread and wait for it; what is not delivered stays in the log."""
        with self._lock:
            thread, self._thread = self._thread, None
        self._stopping = True
        self.wake()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._work.clear()
            if self._stopping:
                return  # set between the check and the clearing
            store = self._runtime.engine().store
            waits = [
                self._deliver(store, table, log, stream_arn, precision)
                for table in store.catalog.all_tables()
                for log, stream_arn, precision in active(table)
            ]
            pending = [wait for wait in waits if wait is not None]
            self._work.wait(min(pending) if pending else None)

    def _deliver(self, store: Store, table: Table, log: int, stream_arn: str, precision: str) -> float | None:
        """Deliver one destination's records; returns seconds until the next attempt if some are left."""
        pause = self._pauses.setdefault(log, _Pause())
        left = pause.until - time.monotonic()
        if left > 0:
            return left
        while not self._stopping:
            batch = _batch(store.changes.read(log, 0, _BATCH))
            if not batch:
                return None
            try:
                left_over = _put(table, stream_arn, precision, batch)
            except (ClientError, BotoCoreError) as error:
                LOG.warning("Changes of %s wait, %s does not take them: %s", table.name, stream_arn, error)
                left_over = batch
            waiting = {record.number for record in left_over}
            store.changes.remove([record.number for record in batch if record.number not in waiting])
            if left_over:
                pause.lengthen()
                return pause.until - time.monotonic()
            self._pauses[log] = pause = _Pause()
        return None


def _batch(records: list[ChangeRecord]) -> list[ChangeRecord]:
    """The longest beginning in which no item comes twice and whose size one call may have."""
    seen: set[str] = set()
    size = 0
    for count, record in enumerate(records):
        key = partition_key(record)
        size += 2 * record.size
        if key in seen or (size > _BATCH_BYTES and count):
            return records[:count]
        seen.add(key)
    return records


def partition_key(record: ChangeRecord) -> str:
    """The same for all changes of one item, at most 256 characters."""
    text = to_json(record.keys)
    return text if len(text) <= 256 else str(uuid.uuid5(uuid.NAMESPACE_OID, text))


def _put(table: Table, stream_arn: str, precision: str, batch: list[ChangeRecord]) -> list[ChangeRecord]:
    """Put a batch, failed records again at once; returns those that still have not arrived."""
    _, _, _, region, account, _ = stream_arn.split(":", 5)
    kinesis = connect_to(aws_access_key_id=account, region_name=region).kinesis
    for _attempt in range(_ATTEMPTS):
        answer = kinesis.put_records(
            StreamARN=stream_arn,
            Records=[
                {
                    "Data": json.dumps(event(table, record, precision)).encode(),
                    "PartitionKey": partition_key(record),
                }
                for record in batch
            ],
        )
        results = zip(batch, answer["Records"], strict=True)
        batch = [record for record, result in results if result.get("ErrorCode") is not None]
        if not batch:
            return []
    return batch


def event(table: Table, record: ChangeRecord, precision: str) -> dict[str, Any]:
    """The JSON document that Kinesis readers get for one change."""
    micro = precision == "MICROSECOND"
    change: dict[str, Any] = {
        "ApproximateCreationDateTime": int(record.at * (1_000_000 if micro else 1_000)),
        "Keys": record.keys,
    }
    if record.new is not None:
        change["NewImage"] = record.new
    if record.old is not None:
        change["OldImage"] = record.old
    change["SizeBytes"] = record.size
    if micro:
        change["ApproximateCreationDateTimePrecision"] = precision
    document = {
        "awsRegion": table.region,
        "eventID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{table.table_id}/{record.number}")),
        "eventName": record.event,
        "userIdentity": record.user_identity,
        "recordFormat": "application/json",
        "tableName": table.name,
        "dynamodb": change,
        "eventSource": "aws:dynamodb",
    }
    return json.loads(to_json(document))
