"""Events and metrics of executions."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from localstack_lab.athena import notices

from tests.emulator.athena.service.conftest import Athena, Engine, failed


class Clients:
    """EventBridge and CloudWatch that keep what they are told."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.data: list[Any] = []

    def __call__(self, **place: Any) -> Any:
        self.place = place
        return SimpleNamespace(
            events=SimpleNamespace(put_events=lambda Entries: self.events.extend(Entries)),
            cloudwatch=SimpleNamespace(put_metric_data=self._put),
        )

    def _put(self, Namespace: str, MetricData: list[Any]) -> None:
        assert Namespace == "AWS/Athena"
        self.data += MetricData


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Clients:
    made = Clients()
    monkeypatch.setattr(notices, "connect_to", made)
    monkeypatch.setattr(notices, "is_api_enabled", lambda name: True)
    monkeypatch.setattr(notices, "SERVICE_PLUGINS", SimpleNamespace(is_running=lambda name: True))
    return made


def _told(athena: Athena, clients: Clients) -> list[Any]:
    athena.provider.notices.close()
    return [json.loads(entry["Detail"]) for entry in clients.events]


def test_every_state_is_an_event(athena: Athena, clients: Clients) -> None:
    query_id = athena.run("SELECT 1")["QueryExecutionId"]
    common = {
        "versionId": "0",
        "statementType": "DML",
        "queryExecutionId": query_id,
        "workgroupName": "primary",
    }
    assert _told(athena, clients) == [
        common | {"currentState": "QUEUED", "sequenceNumber": "1"},
        common | {"currentState": "RUNNING", "previousState": "QUEUED", "sequenceNumber": "2"},
        common | {"currentState": "SUCCEEDED", "previousState": "RUNNING", "sequenceNumber": "3"},
    ]
    assert {(e["Source"], e["DetailType"]) for e in clients.events} == {
        ("aws.athena", "Athena Query State Change")
    }
    assert clients.place == {
        "aws_access_key_id": athena.context.account_id,
        "region_name": athena.context.region,
    }


def test_a_failure_tells_its_error(athena: Athena, engine: Engine, clients: Clients) -> None:
    engine.failures["SELECT 1"] = failed("DIVISION_BY_ZERO", "Division by zero")
    athena.run("SELECT 1")
    last = _told(athena, clients)[-1]
    assert last["currentState"] == "FAILED"
    assert last["athenaError"] == {
        "errorCategory": 2,
        "errorType": 1001,
        "retryable": False,
        "errorMessage": "DIVISION_BY_ZERO: Division by zero",
    }


def test_metrics_where_the_work_group_publishes_them(athena: Athena, clients: Clients) -> None:
    athena.run("SELECT 1")
    updates = {"PublishCloudWatchMetricsEnabled": True}
    athena("UpdateWorkGroup", WorkGroup="primary", ConfigurationUpdates=updates)
    athena.run("SELECT 1 + 1")
    _told(athena, clients)
    names = sorted(datum["MetricName"] for datum in clients.data)
    assert names == [
        "EngineExecutionTime",
        "ProcessedBytes",
        "QueryPlanningTime",
        "QueryQueueTime",
        "ServicePreProcessingTime",
        "ServiceProcessingTime",
        "TotalExecutionTime",
    ]
    scanned = next(datum for datum in clients.data if datum["MetricName"] == "ProcessedBytes")
    assert (scanned["Value"], scanned["Unit"]) == (42.0, "Bytes")
    assert {d["Name"]: d["Value"] for d in scanned["Dimensions"]} == {
        "WorkGroup": "primary",
        "QueryState": "SUCCEEDED",
        "QueryType": "DML",
    }


def test_without_eventbridge_in_use_nothing_is_sent(
    athena: Athena, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "SERVICE_PLUGINS", SimpleNamespace(is_running=lambda name: False))
    athena.run("SELECT 1")
    assert _told(athena, clients) == []
