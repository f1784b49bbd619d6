"""Metrics and error logs: gathered, sent in few calls, in the shapes of CloudWatch's APIs."""

import json
from typing import Any

import pytest
from localstack_lab.firehose import monitoring
from localstack_lab.firehose.monitoring import Monitor, Place

PLACE = Place("000000000000", "us-east-1")


class Recorder:
    """In place of CloudWatch's clients: keeps the calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def put_metric_data(self, **request: Any) -> None:
        self.calls.append(("metrics", request))

    def put_log_events(self, **request: Any) -> None:
        self.calls.append(("logs", request))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setattr(monitoring, "is_api_enabled", lambda _service: True)
    return Recorder()


def test_points_of_a_metric_become_one_statistic(recorder: Recorder) -> None:
    monitor = Monitor(lambda _place, _service: recorder)
    for value in (3, 1, 2):
        monitor.metric(PLACE, "orders", "IncomingBytes", value, "Bytes")
    monitor.metric(PLACE, "orders", "DeliveryToS3.Success", 1, "Count")
    monitor.close()
    ((kind, request),) = recorder.calls
    assert (kind, request["Namespace"]) == ("metrics", "AWS/Firehose")
    several, single = request["MetricData"]
    assert several["StatisticValues"] == {"SampleCount": 3, "Sum": 6, "Minimum": 1, "Maximum": 3}
    assert several["Dimensions"] == [{"Name": "DeliveryStreamName", "Value": "orders"}]
    assert single["Value"] == 1


def test_events_of_a_log_stream_go_in_one_call_and_are_sampled(recorder: Recorder) -> None:
    monitor = Monitor(lambda _place, _service: recorder)
    for number in range(monitoring.MOST_EVENTS + 5):
        monitor.event(PLACE, "group", "stream", {"n": number})
    monitor.close()
    ((kind, request),) = recorder.calls
    assert (kind, request["logGroupName"], request["logStreamName"]) == ("logs", "group", "stream")
    told = [json.loads(event["message"])["n"] for event in request["logEvents"]]
    assert told == list(range(monitoring.MOST_EVENTS))


def test_nothing_is_sent_when_nothing_happened(recorder: Recorder) -> None:
    Monitor(lambda _place, _service: recorder).close()
    assert recorder.calls == []
