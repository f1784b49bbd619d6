"""What Athena tells EventBridge and CloudWatch of its queries, off the queries' own path.

https://docs.aws.amazon.com/athena/latest/ug/athena-events.html and
https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html
"""

import json
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.bootstrap import is_api_enabled

from localstack_lab.athena.executions.execution import Execution

LOG = logging.getLogger(__name__)
NAMESPACE = "AWS/Athena"
METRICS_DELAY = 1.0  # seconds in which data are gathered
MOST_ENTRIES = 10  # of one PutEvents
MOST_DATA = 500  # of one PutMetricData
_SEQUENCE = {"QUEUED": ("1", None), "RUNNING": ("2", "QUEUED")}
_METRICS = {
    "EngineExecutionTimeInMillis": ("EngineExecutionTime", "Milliseconds"),
    "TotalExecutionTimeInMillis": ("TotalExecutionTime", "Milliseconds"),
    "QueryQueueTimeInMillis": ("QueryQueueTime", "Milliseconds"),
    "QueryPlanningTimeInMillis": ("QueryPlanningTime", "Milliseconds"),
    "ServicePreProcessingTimeInMillis": ("ServicePreProcessingTime", "Milliseconds"),
    "ServiceProcessingTimeInMillis": ("ServiceProcessingTime", "Milliseconds"),
    "DataScannedInBytes": ("ProcessedBytes", "Bytes"),
}

type Place = tuple[str, str]
"""Account and region."""


def state_change(execution: Execution, previous: str | None = None) -> dict[str, Any]:
    """The detail of "Athena Query State Change" for the state that an execution has just reached."""
    state = execution.state
    number, before = _SEQUENCE.get(state, ("3", previous))
    if state not in _SEQUENCE and previous == "QUEUED":
        number = "2"
    detail: dict[str, Any] = {"versionId": "0", "currentState": state}
    if before:
        detail["previousState"] = before
    detail |= {
        "statementType": execution.statement_type,
        "queryExecutionId": execution.id,
        "workgroupName": execution.work_group,
        "sequenceNumber": number,
    }
    if execution.error:
        detail["athenaError"] = {name[0].lower() + name[1:]: value for name, value in execution.error.items()}
    return detail


def metric_data(execution: Execution) -> list[dict[str, Any]]:
    """The data of a query that has ended, each with the dimensions WorkGroup, QueryState and QueryType."""
    dimensions = [
        {"Name": "WorkGroup", "Value": execution.work_group},
        {"Name": "QueryState", "Value": execution.state},
        {"Name": "QueryType", "Value": execution.statement_type},
    ]
    return [
        {
            "MetricName": name,
            "Dimensions": dimensions,
            "Timestamp": execution.completed,
            "Value": float(execution.statistics[statistic]),
            "Unit": unit,
        }
        for statistic, (name, unit) in _METRICS.items()
        if statistic in execution.statistics
    ]


class Notices:
    """One for all queries; its thread sleeps until there is something to send."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._events: list[tuple[Place, datetime, dict[str, Any]]] = []
        self._metrics: list[tuple[Place, dict[str, Any]]] = []
        self._metrics_since = 0.0
        self._closed = False
        self._thread: threading.Thread | None = None

    def changed(self, execution: Execution, previous: str | None = None) -> None:
        """A query has reached a state.

        Without EventBridge in use there is no rule that an event could match, so that none is made.
        """
        if not is_api_enabled("events") or not SERVICE_PLUGINS.is_running("events"):
            return
        entry = ((execution.account, execution.region), datetime.now(UTC), state_change(execution, previous))
        with self._changed:
            self._events.append(entry)
            self._wake()

    def measured(self, execution: Execution) -> None:
        """A query has ended whose work group publishes metrics."""
        if not is_api_enabled("cloudwatch"):
            return
        place = (execution.account, execution.region)
        with self._changed:
            if not self._metrics:
                self._metrics_since = time.monotonic()
            self._metrics += [(place, datum) for datum in metric_data(execution)]
            self._wake()

    def close(self) -> None:
        """Send what there is and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=5)

    def _wake(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="athena-notices", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._events and not self._closed:
                    due = self._metrics_since + METRICS_DELAY - time.monotonic() if self._metrics else None
                    if due is not None and due <= 0:
                        break
                    self._changed.wait(due)
                events, self._events = self._events, []
                metrics: list[tuple[Place, dict[str, Any]]] = []
                if self._closed or time.monotonic() - self._metrics_since >= METRICS_DELAY:
                    metrics, self._metrics = self._metrics, []
                if self._closed and not events and not metrics:
                    return
            _send_events(events)
            _send_metrics(metrics)


def _send_events(events: list[tuple[Place, datetime, dict[str, Any]]]) -> None:
    for place, entries in _by_place([(place, (moment, detail)) for place, moment, detail in events]).items():
        for start in range(0, len(entries), MOST_ENTRIES):
            _call(
                place,
                "events",
                "put_events",
                Entries=[
                    {
                        "Source": "aws.athena",
                        "DetailType": "Athena Query State Change",
                        "Time": moment,
                        "Resources": [],
                        "Detail": json.dumps(detail),
                    }
                    for moment, detail in entries[start : start + MOST_ENTRIES]
                ],
            )


def _send_metrics(metrics: list[tuple[Place, dict[str, Any]]]) -> None:
    for place, data in _by_place(metrics).items():
        for start in range(0, len(data), MOST_DATA):
            piece = data[start : start + MOST_DATA]
            _call(place, "cloudwatch", "put_metric_data", Namespace=NAMESPACE, MetricData=piece)


def _by_place[T](entries: list[tuple[Place, T]]) -> dict[Place, list[T]]:
    found: dict[Place, list[T]] = {}
    for place, entry in entries:
        found.setdefault(place, []).append(entry)
    return found


def _call(place: Place, service: str, operation: str, **request: Any) -> None:
    account, region = place
    clients = connect_to(aws_access_key_id=account, region_name=region)
    try:
        getattr(getattr(clients, service), operation)(**request)
    except (ClientError, BotoCoreError) as error:
        LOG.warning("Athena: %s did not take %s: %s", service, operation, error)
