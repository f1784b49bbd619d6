"""Every datum arrives once, in order, with what upstream would have said."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.services.sqs import provider
from localstack_lab.tuning import sqs_metrics
from localstack_lab.tuning.sqs_metrics import LIMIT, Batcher

from tests.support.waiting import eventually


class Calls:
    """Notes what is put; ``threads`` are the names of those that did."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, list[dict[str, Any]]]] = []
        self.threads: set[str] = set()

    def __call__(self, account_id: str, region: str, data: list[dict[str, Any]]) -> None:
        self.threads.add(threading.current_thread().name)
        self.made.append((account_id, region, data))

    def values(self) -> list[int]:
        return [datum["Value"] for _, _, data in self.made for datum in data]


def test_all_data_arrive_in_order_from_another_thread() -> None:
    calls = Calls()
    batcher = Batcher(calls, window=0.01)
    for value in range(100):
        batcher.add("000000000000", "us-east-1", {"Value": value})
    eventually(lambda: len(calls.values()) == 100, within=5, expecting="a hundred data")
    batcher.close()
    assert calls.values() == list(range(100))
    assert threading.current_thread().name not in calls.threads
    assert len(calls.made) < 100


def test_accounts_and_regions_are_kept_apart_and_calls_within_awss_limit() -> None:
    calls = Calls()
    batcher = Batcher(calls, window=0.05)
    for value in range(LIMIT + 1):
        batcher.add("000000000000", "us-east-1", {"Value": value})
    batcher.add("000000000000", "eu-west-1", {"Value": -1})
    eventually(lambda: len(calls.values()) == LIMIT + 2, within=5, expecting="all data")
    batcher.close()
    assert all(len(data) <= LIMIT for _, _, data in calls.made)
    assert [d["Value"] for _, region, data in calls.made for d in data if region == "eu-west-1"] == [-1]


def test_it_works_again_after_a_pause() -> None:
    calls = Calls()
    batcher = Batcher(calls, window=0.001)
    for value in range(3):
        batcher.add("000000000000", "us-east-1", {"Value": value})
        eventually(lambda n=value: calls.values() == list(range(n + 1)), within=5, expecting="each in turn")
    batcher.close()


def test_nothing_is_put_after_the_end() -> None:
    calls = Calls()
    batcher = Batcher(calls, window=30)
    batcher.add("000000000000", "us-east-1", {"Value": 1})
    batcher.close()
    batcher.add("000000000000", "us-east-1", {"Value": 2})
    assert batcher._thread is not None
    batcher._thread.join(timeout=5)
    assert not batcher._thread.is_alive()
    assert calls.made == []


def test_the_data_are_upstreams(tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    queue: Any = SimpleNamespace(account_id="000000000000", region="us-east-1", name="orders")
    upstream: list[dict[str, Any]] = []
    monkeypatch.setattr(provider, "publish_sqs_metric", lambda **given: upstream.append(given))
    stock = provider.CloudwatchDispatcher(num_thread=1)
    drive(stock, queue)
    stock.executor.shutdown(wait=True)

    calls = Calls()
    monkeypatch.setattr(sqs_metrics, "put_metric_data", calls)
    tuned(*sqs_metrics.PATCHES)
    ours = provider.CloudwatchDispatcher()
    started = datetime.now(UTC)
    drive(ours, queue)
    eventually(lambda: len(calls.values()) == len(upstream), within=5, expecting="as many as upstream")
    ours.shutdown()
    data = [datum for _, _, batch in calls.made for datum in batch]
    assert [(d["MetricName"], d["Value"], d["Unit"]) for d in data] == [
        (given["metric"], given["value"], given["unit"]) for given in upstream
    ]
    assert all(datum["Dimensions"] == [{"Name": "QueueName", "Value": "orders"}] for datum in data)
    assert all(started <= datum["Timestamp"] <= datetime.now(UTC) for datum in data)


def drive(dispatcher: Any, queue: Any) -> None:
    dispatcher.dispatch_metric_message_sent(queue, 123)
    dispatcher.dispatch_metric_received(queue, received=4)
    dispatcher.dispatch_metric_received(queue, received=0)
    dispatcher.dispatch_metric_message_deleted(queue, deleted=2)
