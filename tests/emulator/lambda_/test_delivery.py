"""Logs and metrics on their way to CloudWatch."""

import threading

import pytest
from botocore.exceptions import EndpointConnectionError
from localstack_lab.lambda_ import delivery
from localstack_lab.lambda_.delivery import Delivery, LogStream
from localstack_lab.lambda_.logs import LogEvent

STREAM = LogStream("000000000000", "us-east-1", "/aws/lambda/f", "s")


@pytest.fixture
def sent(monkeypatch):
    """What would reach CloudWatch: a list of calls, each with its events; and the metrics."""
    calls: dict[str, list] = {"logs": [], "metrics": []}
    monkeypatch.setattr(delivery, "is_api_enabled", lambda _: True)
    monkeypatch.setattr(delivery, "_put_logs", lambda stream, events: calls["logs"].append((stream, events)))
    monkeypatch.setattr(
        delivery,
        "_put_metrics",
        lambda account, region, metrics: calls["metrics"].append((account, region, metrics)),
    )
    return calls


def events(*messages: str) -> list[LogEvent]:
    return [LogEvent(number, message) for number, message in enumerate(messages)]


def test_what_waits_is_sent_in_one_call_in_order(sent):
    work = Delivery()
    for number in range(100):
        work.add_logs(STREAM, events(str(number)))

    assert work.flush()
    messages = [event["message"] for _, batch in sent["logs"] for event in batch]
    assert messages == [str(number) for number in range(100)]
    assert len(sent["logs"]) <= 2


def test_times_never_run_backwards_within_a_stream(sent):
    work = Delivery()
    work.add_logs(STREAM, [LogEvent(5, "a"), LogEvent(3, "b"), LogEvent(7, "c")])

    assert work.flush()
    assert [event["timestamp"] for event in sent["logs"][0][1]] == [5, 5, 7]


def test_a_call_keeps_to_cloudwatchs_limits(sent):
    work = Delivery()
    work.add_logs(STREAM, events(*["x"] * 25_000))
    work.add_logs(STREAM, events(*["y" * 200_000] * 12))

    assert work.flush()
    for _, batch in sent["logs"]:
        assert len(batch) <= 10_000
        assert sum(len(event["message"]) + 26 for event in batch) <= 1_048_576
    assert sum(len(batch) for _, batch in sent["logs"]) == 25_012


def test_too_much_asks_for_a_pause_and_says_when_it_is_over(sent, monkeypatch):
    release, resumed = threading.Event(), threading.Event()
    monkeypatch.setattr(delivery, "_put_logs", lambda stream, batch: release.wait(10))
    work = Delivery()

    assert work.add_logs(STREAM, events("x" * 1_000_000), resumed.set)
    assert not work.add_logs(STREAM, events("x" * 4_000_000), resumed.set)
    release.set()

    assert resumed.wait(10)


def test_metrics_are_sent_together_for_each_account_and_region(sent):
    work = Delivery()
    for account in ("000000000000", "000000000000", "111111111111"):
        work.add_metrics(account, "us-east-1", "f", {"Invocations": (1, "Count"), "Errors": (0, "Count")})

    assert work.flush()
    counted: dict[str, int] = {}
    for account, _, metrics in sent["metrics"]:
        counted[account] = counted.get(account, 0) + len(metrics)
    assert counted == {"000000000000": 4, "111111111111": 2}


def test_a_call_that_fails_is_tried_again(sent, monkeypatch):
    attempts = []

    def fails_twice(stream, batch):
        attempts.append(batch)
        if len(attempts) < 3:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    monkeypatch.setattr(delivery, "_put_logs", fails_twice)
    work = Delivery()
    work.add_logs(STREAM, events("kept"))

    assert work.flush()
    assert len(attempts) == 3
