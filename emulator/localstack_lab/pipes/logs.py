"""Log records of a pipe's executions, in CloudWatch Logs or Firehose.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

LOG = logging.getLogger(__name__)
DELAY = 0.1  # seconds in which records are gathered
MOST_WAITING = 10_000  # records; above that executions wait
MOST_RECORD_BYTES = 256 * 1024
_CALL_EVENTS, _CALL_BYTES = 500, 900_000
LEVELS = ("OFF", "ERROR", "INFO", "TRACE")
_INFO = frozenset(
    (
        *("ExecutionStarted", "ExecutionSucceeded", "EnrichmentInvocationSkipped", "EnrichmentStageEntered"),
        *("EnrichmentStageSucceeded", "TargetStageEntered", "TargetStageSucceeded"),
    )
)
_DATA = ("payload", "awsRequest", "awsResponse")
_ERROR_MEMBERS = ("httpStatusCode", "message", "details", "awsService", "requestId", "exceptionType")


def level_of(step: str) -> str:
    """The log level that a step belongs to."""
    if step.endswith(("Failed", "Throttled", "Timeout")):
        return "ERROR"
    return "INFO" if step in _INFO else "TRACE"


class Trace:
    """The log of one execution: records are gathered and handed on at its end."""

    def __init__(
        self, pipe_arn: str, level: str, with_data: bool, write: Callable[[list[str]], None]
    ) -> None:
        self._write = write
        self._arn = pipe_arn
        self._level = LEVELS.index(level)
        self._with_data = with_data
        self._id = str(uuid.uuid4())
        self._records: list[str] = []

    def step(self, name: str, error: dict[str, Any] | None = None, **data: Any) -> None:
        """Note a step.

        :param data: ``payload``, ``awsRequest``, ``awsResponse``: JSON values or functions that give them,
            recorded only where the pipe includes execution data
        """
        level = level_of(name)
        if LEVELS.index(level) > self._level:
            return
        record: dict[str, Any] = {
            "resourceArn": self._arn,
            "timestamp": int(time.time() * 1000),
            "executionId": self._id,
            "messageType": name,
            "logLevel": level,
        }
        if self._with_data:
            for member, value in data.items():
                made = value() if callable(value) else value
                record[member] = made if isinstance(made, str) else json.dumps(made, default=_readable)
        if error:
            members = (*_ERROR_MEMBERS, "resourceArn")
            record["error"] = {member: error[member] for member in members if member in error}
        self._records.append(_within_limit(record))

    def close(self) -> None:
        """Hand the records on."""
        if self._records:
            self._write(self._records)


class NoTrace:
    """The log of an execution of a pipe that has none."""

    def step(self, name: str, error: dict[str, Any] | None = None, **data: Any) -> None:
        """Nothing is noted."""

    def close(self) -> None:
        """There is nothing to hand on."""


def _readable(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _within_limit(record: dict[str, Any]) -> str:
    """The record as JSON, its data shortened in AWS's order where it is longer than 256 KB."""
    text = json.dumps(record)
    truncated = []
    for member in _DATA:
        over = len(text.encode()) - MOST_RECORD_BYTES
        if over <= 0:
            break
        if record.get(member):
            truncated.append(member)
            record["truncatedFields"] = truncated
            while over > 0 and record[member]:
                record[member] = record[member][: max(0, len(record[member]) - over - 100)]
                text = json.dumps(record)
                over = len(text.encode()) - MOST_RECORD_BYTES
    return text


class LogWriter:
    """Writes a pipe's records to its destinations, in one thread, a moment after they happen.

    :param configuration: the LogConfiguration of the pipe
    :param client: gives a client of a service for an ARN
    """

    def __init__(
        self, name: str, arn: str, configuration: dict[str, Any], client: Callable[[str, str], Any]
    ) -> None:
        self._name = name
        self._arn = arn
        self._level = configuration.get("Level", "OFF")
        self._with_data = "ALL" in (configuration.get("IncludeExecutionData") or [])
        self._group = (configuration.get("CloudwatchLogsLogDestination") or {}).get("LogGroupArn")
        self._firehose = (configuration.get("FirehoseLogDestination") or {}).get("DeliveryStreamArn")
        self._client = client
        self._changed = threading.Condition()
        self._waiting: list[str] = []
        self._ending = False
        self._thread: threading.Thread | None = None

    def trace(self) -> Trace | NoTrace:
        """A log for one execution."""
        if self._level == "OFF":
            return NoTrace()
        return Trace(self._arn, self._level, self._with_data, self._add)

    def stop(self) -> None:
        """Write what waits, and end the thread."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _add(self, records: list[str]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < MOST_WAITING or self._ending)
            self._waiting += records
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pipe-log", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                self._changed.wait_for(lambda: self._ending, DELAY)
                if not self._waiting and self._ending:
                    return
                records, self._waiting = self._waiting, []
                self._changed.notify_all()
            for some in _calls(records):
                self._write(some)

    def _write(self, records: list[str]) -> None:
        for destination, put in ((self._group, self._to_group), (self._firehose, self._to_firehose)):
            if destination:
                try:
                    put(destination, records)
                except (ClientError, BotoCoreError) as error:
                    LOG.error("%s cannot log to %s: %s", self._arn, destination, error)

    def _to_group(self, arn: str, records: list[str]) -> None:
        logs = self._client(arn, "logs")
        group = arn.split(":", 6)[6].removesuffix(":*")
        names = {"logGroupName": group, "logStreamName": self._name}
        events = [{"timestamp": json.loads(record)["timestamp"], "message": record} for record in records]
        try:
            logs.put_log_events(**names, logEvents=events)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_stream(**names)
            logs.put_log_events(**names, logEvents=events)

    def _to_firehose(self, arn: str, records: list[str]) -> None:
        firehose = self._client(arn, "firehose")
        lines = [{"Data": f"{record}\n".encode()} for record in records]
        firehose.put_record_batch(DeliveryStreamName=arn.rsplit("/", 1)[-1], Records=lines)


def _calls(records: list[str]) -> list[list[str]]:
    """Records in runs that one call takes."""
    runs: list[list[str]] = [[]]
    size = 0
    for record in records:
        length = len(record.encode()) + 26
        if runs[-1] and (len(runs[-1]) == _CALL_EVENTS or size + length > _CALL_BYTES):
            runs.append([])
            size = 0
        runs[-1].append(record)
        size += length
    return runs
