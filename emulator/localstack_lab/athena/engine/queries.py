"""LocalStack's side of one statement: it runs in a worker, and nothing of it is left when it fails."""

import contextlib
import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from typing import Any

from localstack import config
from localstack.aws.api import ServiceException

from localstack_lab.athena.engine import contract
from localstack_lab.athena.engine.contract import Host, Outcome, QueryFailed, QueryRequest, QueryStopped
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.lake.objects.service import Objects, is_below
from localstack_lab.lake.workers import pool

LOG = logging.getLogger(__name__)
_PACKAGE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
_ICEBERG = "localstack_lab.athena.iceberg.warm"
_OWN_MEMORY_MB = 768  # of a worker beside DuckDB's: Python, Arrow, buffers


def run(
    request: QueryRequest,
    host: Host,
    stop: threading.Event,
    started: Callable[[], None] | None = None,
) -> Outcome:
    """Run a statement to its end; blocks.

    :param host: further objects that the statement may call; ``catalog`` and ``objects`` are added
    :param stop: set: the statement ends soon
    :param started: called when the statement leaves the queue
    :raises QueryFailed: also when the emulator is at fault (`ours`)
    :raises QueryStopped: after `stop`
    """
    objects = Objects(request.account, request.region)
    objects.folders = (pool.shared().folder, request.spool)
    tables = _Tables(catalog(request.account, request.region), objects)
    lent = {**host, "catalog": tables, "objects": objects}
    try:
        told = pool.call(
            "localstack_lab.athena.engine.worker:run",
            {"request": contract.request_to_json(request)},
            lent,
            stop=stop,
            seconds=request.limits.seconds,
            memory_mb=request.limits.memory_mb + _OWN_MEMORY_MB,
            writable=(request.spool,),
            started=started,
        )
    except pool.WorkerEnded as ended:
        tables.remove()
        _remove(objects)
        raise _ended(ended) from ended
    except pool.WorkerRaised as raised:
        tables.remove()
        _remove(objects)
        LOG.error("Query %s failed through a fault of the emulator:\n%s", request.query_id, raised.trace)
        kind = raised.kind.rpartition(".")[2]
        raise QueryFailed(
            "GENERIC_INTERNAL_ERROR",
            _without_paths(f"A fault of this emulator, not of the query: {kind}: {raised}"),
            ours=True,
        ) from raised
    if told["iceberg"]:
        pool.shared().load(_ICEBERG)
    if "failed" in told:
        _remove(objects)
        name, message, ours, scanned, shown = told["failed"]
        raise QueryFailed(name, _without_paths(message), ours=ours, scanned_bytes=scanned, told=shown)
    outcome = contract.outcome_of(told["outcome"])
    if outcome.result_file is not None and not is_below(outcome.result_file, (request.spool,)):
        raise QueryFailed(
            "GENERIC_INTERNAL_ERROR",
            "A fault of this emulator: the result is no file of the query",
            ours=True,
        )
    return outcome


def _without_paths(text: str) -> str:
    """A message without the names of this machine's files, which are no business of whoever asked."""
    roots = {str(config.dirs.tmp), sys.prefix, sys.base_prefix, _PACKAGE}
    named = "|".join(re.escape(root) for root in roots if root.strip("/"))
    return re.sub(rf"(?:{named})(?:/[^\s'\",:;()\[\]]*)?", "a file of this emulator", text)


class _Tables:
    """The catalog, and the tables that a statement made in it: a CTAS may be ended right after its table.

    :param held: it answers every call
    :param objects: what the statement writes to S3 with
    """

    def __init__(self, held: Catalog, objects: Objects) -> None:
        self._held = held
        self._objects = objects
        self._made: list[dict[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def create_table(self, **table: Any) -> Any:
        answer = self._held.create_table(**table)
        self._made.append({"DatabaseName": table["DatabaseName"], "Name": table["TableInput"]["Name"]})
        return answer

    def update_table(self, **table: Any) -> Any:
        """A commit to an Iceberg table makes what was written a part of it: from then on it stays."""
        answer = self._held.update_table(**table)
        if "metadata_location" in (table["TableInput"].get("Parameters") or {}):
            self._objects.written.clear()
        return answer

    def delete_table(self, **table: Any) -> Any:
        """An Iceberg table that is renamed is made anew and then deleted: from then on the new one stays."""
        answer = self._held.delete_table(**table)
        self._made.clear()
        return answer

    def remove(self) -> None:
        """Delete the tables again that are still there."""
        for made in self._made:
            with contextlib.suppress(ServiceException):
                self._held.delete_table(**made)


def _ended(ended: pool.WorkerEnded) -> Exception:
    match ended.why:
        case "stopped":
            return QueryStopped()
        case "time":
            return QueryFailed("", "Query timeout")
        case "memory":
            return QueryFailed(
                "EXCEEDED_LOCAL_MEMORY_LIMIT",
                f"Query exceeded the memory that this emulator gives it: {ended}",
            )
        case _:
            return QueryFailed(
                "GENERIC_INTERNAL_ERROR", f"A fault of this emulator, not of the query: {ended}", ours=True
            )


def _remove(objects: Objects) -> None:
    """Delete what a failed statement wrote."""
    if objects.written:
        objects.delete(list(objects.written))
