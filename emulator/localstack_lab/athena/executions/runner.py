"""Runs executions: queued in order, a few at once, ended when asked.

QUEUED until the engine begins, RUNNING until the result lies in S3, then SUCCEEDED, FAILED or CANCELLED.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack import config

from localstack_lab.athena.engine.contract import Outcome, QueryFailed, QueryRequest, QueryStopped
from localstack_lab.athena.executions.execution import Execution, now
from localstack_lab.athena.executions.failures import athena_error, not_written
from localstack_lab.athena.notices import Notices
from localstack_lab.athena.results.delivery import deliver, deliver_failure
from localstack_lab.athena.results.literals import of_literals_alone
from localstack_lab.athena.statements.kinds import Kind

LOG = logging.getLogger(__name__)
AT_ONCE = 8  # threads; of these queries the engine runs as many as it has workers
STOP_SECONDS = 5.0
OVER_CUTOFF = "Bytes scanned limit was exceeded"
CUTOFF_ERROR = "EXCEEDED_SCAN_LIMIT"

type Work = Callable[["Job", Callable[[], None]], Outcome]
"""Does a job's statement; the second argument is called when it begins."""


@dataclass
class Job:
    """An execution with what only its run needs.

    :param request: for the engine; its spool folder is made when the job begins
    :param measured: the work group publishes metrics
    :param received: when the request came in, on the monotonic clock
    """

    execution: Execution
    kind: Kind
    request: QueryRequest
    work: Work
    measured: bool = False
    received: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    clock: dict[str, float] = field(default_factory=dict)
    future: Future[None] | None = None


class Runner:
    """All executions of this process that have not ended."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._pool: ThreadPoolExecutor | None = None

    def active(self, account: str, region: str) -> int:
        """How many executions of an account and region have not ended."""
        with self._lock:
            places = [(job.execution.account, job.execution.region) for job in self._jobs.values()]
        return places.count((account, region))

    def submit(self, job: Job) -> None:
        """Queue a job."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="athena-query")
            self._jobs[job.execution.id] = job
            job.clock |= {"received": job.received, "submitted": time.monotonic()}
            self._notices.changed(job.execution)
            job.future = self._pool.submit(self._run, job)

    def stop(self, query_id: str) -> None:
        """End an execution. One that has ended, or is none, stays as it is."""
        with self._lock:
            job = self._jobs.get(query_id)
            if job is None:
                return
            job.stop.set()
            waiting = job.future is not None and job.future.cancel()
        if waiting:
            self._cancelled(job, "Query cancelled by user")
            self._forget(job)

    def stop_all(self) -> None:
        """End every execution and wait until they have ended."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            self.stop(job.execution.id)
        wait([job.future for job in jobs if job.future is not None], STOP_SECONDS)

    def close(self) -> None:
        """End everything; nothing can be submitted until something is again."""
        self.stop_all()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, job: Job) -> None:
        with self._lock:
            self._jobs.pop(job.execution.id, None)

    def _run(self, job: Job) -> None:
        spool = job.request.spool
        try:
            os.makedirs(spool, mode=0o700)
            self._attempt(job)
        except Exception as error:  # whatever it is: a query that runs must end, and this fault is ours
            LOG.exception("Athena query %s failed through a fault of the emulator", job.execution.id)
            told = error.strerror if isinstance(error, OSError) else error  # without the file's name
            failed = QueryFailed(
                "GENERIC_INTERNAL_ERROR", f"The emulator failed: {type(error).__name__}: {told}", ours=True
            )
            self._failed(job, failed.text, athena_error(failed), 0)
        finally:
            shutil.rmtree(spool, ignore_errors=True)
            self._forget(job)

    def _attempt(self, job: Job) -> None:
        try:
            outcome = job.work(job, lambda: self._started(job))
            self._started(job)
            job.clock["executed"] = time.monotonic()
            result, manifest = deliver(job.execution, job.kind, outcome)
        except QueryStopped:
            self._cancelled(job, "Query cancelled by user")
        except QueryFailed as failed:
            if failed.name == CUTOFF_ERROR:
                self._cancelled(job, OVER_CUTOFF, failed.scanned_bytes)
            else:
                deliver_failure(job.execution, job.kind, failed)
                self._failed(job, failed.text, athena_error(failed), failed.scanned_bytes)
        except (ClientError, BotoCoreError) as error:
            text = f"Failed to write query results to Amazon S3: {error}"
            self._failed(job, text, not_written(text), 0)
        else:
            execution = job.execution
            execution.result, execution.manifest = result, manifest
            execution.input_rows = outcome.statistics.input_rows
            planning = {"QueryPlanningTimeInMillis": outcome.statistics.planning_ms}
            planned = execution.statement_type == "DML" or execution.substatement_type == "SHOW_FUNCTIONS"
            self._ended(
                job,
                "SUCCEEDED",
                outcome.statistics.scanned_bytes,
                planning if planned and not of_literals_alone(execution.ran) else {},
            )

    def _started(self, job: Job) -> None:
        with self._lock:
            if job.execution.state != "QUEUED":
                return
            job.clock["started"] = time.monotonic()
            job.execution.state = "RUNNING"
        self._notices.changed(job.execution)

    def _cancelled(self, job: Job, reason: str, scanned: int = 0) -> None:
        job.execution.reason = reason
        self._ended(job, "CANCELLED", scanned)

    def _failed(self, job: Job, reason: str, error: dict[str, Any], scanned: int) -> None:
        job.execution.reason, job.execution.error = reason, error
        self._ended(job, "FAILED", scanned)

    def _ended(self, job: Job, state: str, scanned: int, more: dict[str, int] | None = None) -> None:
        execution = job.execution
        execution.statistics = _statistics(job.clock, scanned) | (more or {})
        execution.completed = now()
        previous, execution.state = execution.state, state
        self._notices.changed(execution, previous)
        if job.measured:
            self._notices.measured(execution)


def _statistics(clock: dict[str, float], scanned: int) -> dict[str, int]:
    ended = time.monotonic()
    started = clock.get("started", ended)
    executed = clock.get("executed", ended)
    return {
        "EngineExecutionTimeInMillis": _ms(executed - started),
        "DataScannedInBytes": scanned,
        "TotalExecutionTimeInMillis": _ms(ended - clock["received"]),
        "QueryQueueTimeInMillis": _ms(started - clock["submitted"]),
        "ServicePreProcessingTimeInMillis": _ms(clock["submitted"] - clock["received"]),
        "ServiceProcessingTimeInMillis": _ms(ended - executed),
    }


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def spool_folder(query_id: str) -> str:
    """A folder for one query's files."""
    return os.path.join(str(config.dirs.tmp), "athena", query_id)
