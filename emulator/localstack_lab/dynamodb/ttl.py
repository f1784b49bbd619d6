"""Deletes expired items in the background, and on request through LocalStack's own developer endpoint.

AWS deletes "within a few days"; the lab looks every ten seconds. A thread runs only while some table has TTL.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time

from localstack.http import Request, route

from localstack_lab.dynamodb.engine.tables.time_to_live import delete_expired
from localstack_lab.dynamodb.runtime import EngineRuntime

LOG = logging.getLogger(__name__)

PERIOD_SECONDS = 10.0


class Sweeper:
    """Starts its thread at the first table with TTL; the thread ends when the last one is gone."""

    def __init__(self, runtime: EngineRuntime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def sweep(self) -> int:
        """Delete what has expired by now; returns how many items."""
        return delete_expired(self._runtime.engine().store, time.time())

    def ensure_running(self) -> None:
        """Start the thread if there is something to watch."""
        with self._lock:
            if self._thread is None and self._needed():
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="dynamodb-ttl", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        with self._lock:
            thread, self._thread = self._thread, None
        self._stopping.set()
        if thread is not None:
            thread.join()

    def _needed(self) -> bool:
        tables = self._runtime.engine().store.catalog.all_tables()
        return any(table.ttl_attribute is not None for table in tables)

    def _run(self) -> None:
        while not self._stopping.wait(PERIOD_SECONDS):
            with self._lock:
                if not self._needed():
                    if self._thread is threading.current_thread():
                        self._thread = None
                    return
            try:
                self.sweep()
            except sqlite3.Error:
                LOG.exception("Expired items could not be deleted; the next sweep tries again")


class DeveloperEndpoints:
    """``DELETE /_aws/dynamodb/expired``, which LocalStack documents for its own DynamoDB."""

    def __init__(self, sweeper: Sweeper) -> None:
        self._sweeper = sweeper

    @route("/_aws/dynamodb/expired", methods=["DELETE"])
    def delete_expired(self, _: Request) -> dict[str, int]:
        """Delete expired items now; answers ``{"ExpiredItems": 3}``."""
        return {"ExpiredItems": self._sweeper.sweep()}
