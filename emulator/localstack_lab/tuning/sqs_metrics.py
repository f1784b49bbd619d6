"""SQS: send the metrics of many messages to CloudWatch in one call.

Slow upstream: each message that is sent, received or deleted makes one or two PutMetricData calls, on
three threads that compete with the sender for the processor: more work than the message itself. What is
still queued when LocalStack stops keeps it busy for ten seconds and more.

Same answers: the same data with the same values, units, dimensions and moments (each datum carries its
own), half a second later.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
promises them each minute.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import Patch, TargetChanged

LOG = logging.getLogger(__name__)

NAMESPACE = "AWS/SQS"
WINDOW = 0.5
"""Seconds for which the first datum waits for others."""
LIMIT = 1000
"""Data in one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"""

Put = Callable[[str, str, list[dict[str, Any]]], None]


class Batcher:
    """Collects data on the senders' threads, hands them on from one thread of its own, which idles
    otherwise."""

    def __init__(self, put: Put, window: float = WINDOW) -> None:
        self._put = put
        self._window = window
        self._data: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def add(self, account_id: str, region: str, datum: dict[str, Any]) -> None:
        with self._changed:
            if self._closed:
                return
            first = not self._data
            self._data[account_id, region].append(datum)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sqs-metrics-batcher", daemon=True)
                self._thread.start()
            if first:  # later ones find the thread awake, waiting for its window to end
                self._changed.notify()

    def close(self) -> None:
        """Forget what is not handed on yet, as LocalStack's dispatcher does when it stops."""
        with self._changed:
            self._closed = True
            self._data.clear()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._data or self._closed)
                self._changed.wait_for(lambda: self._closed, timeout=self._window)
                if self._closed:
                    return
                taken = dict(self._data)
                self._data.clear()
            for (account_id, region), data in taken.items():
                for start in range(0, len(data), LIMIT):
                    self._put(account_id, region, data[start : start + LIMIT])


def put_metric_data(account_id: str, region: str, data: list[dict[str, Any]]) -> None:
    """One PutMetricData; CloudWatch that is switched off, or that refuses, is no fault of the queue."""
    from botocore.exceptions import BotoCoreError, ClientError
    from localstack.aws.connect import connect_to
    from localstack.utils.bootstrap import is_api_enabled

    if not is_api_enabled("cloudwatch"):
        return
    client = connect_to(region_name=region, aws_access_key_id=account_id).cloudwatch
    try:
        client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
    except (BotoCoreError, ClientError) as e:
        LOG.info("Unable to put %d metric data of SQS to CloudWatch: %s", len(data), e)


def batching(dispatcher: type) -> type:
    """LocalStack's ``CloudwatchDispatcher`` with a ``Batcher`` in the place of its pool of threads."""

    class BatchingDispatcher(dispatcher):  # type: ignore[misc, valid-type]
        def __init__(self, num_thread: int = 1) -> None:
            self._batcher = Batcher(put_metric_data)
            self.running = True

        def shutdown(self) -> None:
            self._batcher.close()
            self.running = False

        def dispatch_sqs_metric(
            self,
            account_id: str,
            region: str,
            queue_name: str,
            metric: str,
            value: float = 1,
            unit: str = "Count",
        ) -> None:
            if not self.running:
                return
            datum = {
                "MetricName": metric,
                "Dimensions": [{"Name": "QueueName", "Value": queue_name}],
                "Unit": unit,
                "Timestamp": datetime.now(UTC),
                "Value": value,
            }
            self._batcher.add(account_id, region, datum)

    return BatchingDispatcher


def _change(patch: Patch, module: ModuleType) -> None:
    dispatcher = module.__dict__.get("CloudwatchDispatcher")
    if dispatcher is None or "dispatch_sqs_metric" not in dispatcher.__dict__:
        raise TargetChanged(f"{module.__name__} dispatches its metrics in another way")
    patch.replace(module, "CloudwatchDispatcher", batching)


PATCHES = [Patch("SQS metrics in batches", "localstack.services.sqs.provider", _change)]
