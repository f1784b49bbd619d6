"""Takes metrics and error logs to CloudWatch in the background, what happens within a second in one call."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.utils.bootstrap import is_api_enabled

LOG = logging.getLogger(__name__)

DELAY_SECONDS = 1.0
NAMESPACE = "AWS/Firehose"
MOST_METRICS = 1_000  # of one PutMetricData call
MOST_EVENTS = 100  # of one log stream and second; more than that are sampled, as AWS does


@dataclass(slots=True)
class _Statistics:
    count: int
    total: float
    least: float
    most: float

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.least, self.most = min(self.least, value), max(self.most, value)


@dataclass(frozen=True)
class Place:
    """An account and a region."""

    account: str
    region: str


class Monitor:
    """One for all delivery streams; its thread sleeps until there is something to send."""

    def __init__(self, client: Callable[[Place, str], Any] | None = None) -> None:
        self._client = client or _client
        self._changed = threading.Condition()
        self._metrics: dict[tuple[Place, str, str, str], _Statistics] = {}
        self._events: dict[tuple[Place, str, str], list[tuple[int, str]]] = {}
        self._closed = False
        self._thread: threading.Thread | None = None

    def metric(self, place: Place, stream: str, name: str, value: float, unit: str) -> None:
        """Count a data point of the dimension DeliveryStreamName."""
        key = (place, stream, name, unit)
        with self._changed:
            if statistics := self._metrics.get(key):
                statistics.add(value)
            else:
                self._metrics[key] = _Statistics(1, value, value, value)
                self._wake()

    def event(self, place: Place, group: str, log_stream: str, told: dict[str, Any]) -> None:
        """Add an event to a log stream; AWS wants the group and the stream to be there already."""
        with self._changed:
            events = self._events.setdefault((place, group, log_stream), [])
            if len(events) < MOST_EVENTS:
                events.append((int(time.time() * 1000), json.dumps(told)))
                self._wake()

    def _wake(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="firehose-monitoring", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def close(self) -> None:
        """Send what there is and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._metrics and not self._events and not self._closed:
                    self._changed.wait()
                if not self._closed:
                    self._changed.wait_for(lambda: self._closed, DELAY_SECONDS)
                metrics, self._metrics = self._metrics, {}
                events, self._events = self._events, {}
                if not metrics and not events:
                    return
            self._send(metrics, events)

    def _send(
        self,
        metrics: dict[tuple[Place, str, str, str], _Statistics],
        events: dict[tuple[Place, str, str], list[tuple[int, str]]],
    ) -> None:
        now = datetime.now(UTC)
        by_place: dict[Place, list[dict[str, Any]]] = {}
        for (place, stream, name, unit), found in metrics.items():
            by_place.setdefault(place, []).append(_datum(stream, name, unit, found, now))
        for place, data in by_place.items():
            for start in range(0, len(data), MOST_METRICS):
                self._call(
                    place, "cloudwatch", "put_metric_data", NAMESPACE, data[start : start + MOST_METRICS]
                )
        for (place, group, log_stream), happened in events.items():
            self._call(place, "logs", "put_log_events", group, log_stream, happened)

    def _call(self, place: Place, service: str, operation: str, *told: Any) -> None:
        if not is_api_enabled(service):
            return
        if operation == "put_metric_data":
            request = {"Namespace": told[0], "MetricData": told[1]}
        else:
            entries = [{"timestamp": stamp, "message": message} for stamp, message in told[2]]
            request = {"logGroupName": told[0], "logStreamName": told[1], "logEvents": entries}
        try:
            getattr(self._client(place, service), operation)(**request)
        except (ClientError, BotoCoreError) as error:
            LOG.warning("Firehose: %s did not take %s: %s", service, told[:2], error)


def _client(place: Place, service: str) -> Any:
    clients = connect_to(aws_access_key_id=place.account, region_name=place.region)
    return getattr(clients, service)


def _datum(stream: str, name: str, unit: str, found: _Statistics, now: datetime) -> dict[str, Any]:
    datum: dict[str, Any] = {
        "MetricName": name,
        "Dimensions": [{"Name": "DeliveryStreamName", "Value": stream}],
        "Timestamp": now,
        "Unit": unit,
    }
    if found.count == 1:
        return datum | {"Value": found.total}
    return datum | {
        "StatisticValues": {
            "SampleCount": found.count,
            "Sum": found.total,
            "Minimum": found.least,
            "Maximum": found.most,
        }
    }
