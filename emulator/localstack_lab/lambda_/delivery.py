"""Takes logs and metrics to CloudWatch in the background, in order, a moment after they happen.

LocalStack calls CloudWatch once or more for every invocation, which cost more than the invocation itself.
Here one thread collects what happens within `DELAY_SECONDS` and sends it in as few calls as the APIs allow.
"""

import functools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.utils.bootstrap import is_api_enabled

from localstack_lab.lambda_.logs import LogEvent

LOG = logging.getLogger(__name__)

DELAY_SECONDS = 0.1
MAX_EVENTS = 10_000  # of one PutLogEvents call, as its API reference says
MAX_BYTES = 1_048_576  # of one PutLogEvents call: 26 bytes are added for each event
MAX_METRICS = 1_000  # of one PutMetricData call
CONGESTED_BYTES = 4 * 1024 * 1024  # waiting log bytes, above which functions that write are made to wait
ATTEMPTS = 3


@dataclass(frozen=True)
class LogStream:
    """Where log events go."""

    account: str
    region: str
    group: str
    stream: str


@dataclass(frozen=True)
class Metric:
    """One data point of the namespace AWS/Lambda, with the dimension FunctionName."""

    account: str
    region: str
    function: str
    name: str
    value: float
    unit: str
    timestamp: datetime


class Delivery:
    """One for the whole LocalStack; its thread sleeps until there is something to send."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._logs: dict[LogStream, list[LogEvent]] = {}
        self._metrics: list[Metric] = []
        self._waiting_bytes = 0
        self._sending = False
        self._urgent = False
        self._resume: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._latest: dict[LogStream, int] = {}

    def add_logs(
        self, stream: LogStream, events: list[LogEvent], resume: Callable[[], None] | None = None
    ) -> bool:
        """Queue events; False means that too much is waiting: `resume` is called when there is room again."""
        if not events:
            return True
        with self._changed:
            self._logs.setdefault(stream, []).extend(events)
            self._waiting_bytes += sum(len(event.message) + 26 for event in events)
            congested = self._waiting_bytes > CONGESTED_BYTES
            if congested and resume is not None:
                self._resume.append(resume)
            self._wake()
        return not congested or resume is None

    def add_metrics(
        self, account: str, region: str, function: str, values: dict[str, tuple[float, str]]
    ) -> None:
        """Queue data points: `values` maps a metric's name to its value and unit."""
        now = datetime.now(UTC)
        with self._changed:
            for name, (value, unit) in values.items():
                self._metrics.append(Metric(account, region, function, name, value, unit, now))
            self._wake()

    def flush(self, seconds: float = 5.0) -> bool:
        """Send at once what waits, and wait for it; False when that took longer than `seconds`."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._urgent = True
            self._changed.notify_all()
            while self._logs or self._metrics or self._sending:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
            self._urgent = False
        return True

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lab-lambda-delivery", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._sending = False
                self._changed.notify_all()
                while not (self._logs or self._metrics):
                    self._changed.wait()
                deadline = time.monotonic() + DELAY_SECONDS
                while not self._urgent and self._waiting_bytes <= CONGESTED_BYTES // 4:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        break
                    self._changed.wait(left)
                logs, self._logs = self._logs, {}
                metrics, self._metrics = self._metrics, []
                self._sending = True
            for stream, events in logs.items():
                self._send_logs(stream, events)
            self._send_metrics(metrics)
            with self._changed:
                resume, self._resume = self._resume, []
            for callback in resume:
                callback()

    def _send_logs(self, stream: LogStream, events: list[LogEvent]) -> None:
        if is_api_enabled("logs"):
            for piece in _pieces(self._in_order(stream, events)):
                self._attempt(f"log events of {stream.group}", functools.partial(_put_logs, stream, piece))
        with self._changed:
            self._waiting_bytes -= sum(len(event.message) + 26 for event in events)

    def _in_order(self, stream: LogStream, events: list[LogEvent]) -> list[dict]:
        """CloudWatch sorts by time: keep the order of writing even when a clock reading came late."""
        latest = self._latest.get(stream, 0)
        ordered = []
        for event in events:
            latest = max(latest, event.timestamp)
            ordered.append({"timestamp": latest, "message": event.message})
        if len(self._latest) > 10_000:
            self._latest.clear()
        self._latest[stream] = latest
        return ordered

    def _send_metrics(self, metrics: list[Metric]) -> None:
        if not is_api_enabled("cloudwatch"):
            return
        places: dict[tuple[str, str], list[Metric]] = {}
        for metric in metrics:
            places.setdefault((metric.account, metric.region), []).append(metric)
        for (account, region), points in places.items():
            for start in range(0, len(points), MAX_METRICS):
                piece = points[start : start + MAX_METRICS]
                self._attempt("metrics", functools.partial(_put_metrics, account, region, piece))

    @staticmethod
    def _attempt(what: str, send: Callable[[], None]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                send()
            except (BotoCoreError, ClientError) as error:
                LOG.warning(
                    "Lambda %s did not reach CloudWatch (attempt %d of %d): %s",
                    what,
                    attempt,
                    ATTEMPTS,
                    error,
                )
            else:
                return


def _pieces(events: list[dict]) -> list[list[dict]]:
    """Cut into lists that one PutLogEvents call may carry."""
    pieces: list[list[dict]] = []
    size = MAX_BYTES
    for event in events:
        weight = len(event["message"].encode()) + 26
        if size + weight > MAX_BYTES or len(pieces[-1]) >= MAX_EVENTS:
            pieces.append([])
            size = 0
        pieces[-1].append(event)
        size += weight
    return pieces


def _put_logs(stream: LogStream, events: list[dict]) -> None:
    client = connect_to(aws_access_key_id=stream.account, region_name=stream.region).logs
    names = {"logGroupName": stream.group, "logStreamName": stream.stream}
    try:
        client.put_log_events(**names, logEvents=events)
    except client.exceptions.ResourceNotFoundException:
        try:
            client.create_log_group(logGroupName=stream.group)
        except client.exceptions.ResourceAlreadyExistsException:
            LOG.debug("%s exists; only its stream is new", stream.group)
        client.create_log_stream(**names)
        client.put_log_events(**names, logEvents=events)


def _put_metrics(account: str, region: str, metrics: list[Metric]) -> None:
    client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
    client.put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": metric.name,
                "Dimensions": [{"Name": "FunctionName", "Value": metric.function}],
                "Timestamp": metric.timestamp,
                "Value": metric.value,
                "Unit": metric.unit,
            }
            for metric in metrics
        ],
    )
