"""The fleet and the settings around it: what happens to buffers when the lab stops."""

from typing import Any

import pytest
from localstack_lab.firehose import creation, fleet, hooks
from localstack_lab.firehose.fleet import Fleet
from localstack_lab.firehose.provider import LabFirehoseProvider
from localstack_lab.firehose.record import put
from localstack_lab.firehose.settings import time_scale

from tests.emulator.firehose.fakes import ACCOUNT, REGION, FakeAws, FakeMonitor, configuration, with_function


def _description(name: str) -> Any:
    members = configuration(Prefix=f"{name}/", ProcessingConfiguration=with_function())
    request = {"DeliveryStreamName": name, "ExtendedS3DestinationConfiguration": members}
    return creation.description(request, ACCOUNT, REGION)


@pytest.fixture
def fake_clients(fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    monkeypatch.setattr(fleet, "Clients", lambda _stream: fake_aws)
    monkeypatch.setattr(fleet, "Monitor", FakeMonitor)
    return fake_aws


def _start(of: Fleet, *names: str) -> None:
    for name in names:
        description = _description(name)
        of.start(description, {})
        pipeline = of.pipeline(description["DeliveryStreamARN"])
        assert pipeline is not None
        pipeline.accept([put(name.encode(), 0)])


def test_all_buffers_are_delivered_when_the_fleet_is_closed(fake_clients: FakeAws) -> None:
    running = Fleet(1.0)
    _start(running, "one", "two", "three")
    running.close()
    assert sorted(fake_clients.objects.values()) == [b"one", b"three", b"two"]


def test_a_flush_delivers_and_goes_on(fake_clients: FakeAws) -> None:
    running = Fleet(1.0)
    _start(running, "one")
    running.flush(10)
    assert len(fake_clients.objects) == 1
    running.end_all(timeout=0)


def test_the_stop_hook_closes_the_fleet_of_the_provider_that_runs(
    fake_clients: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LabFirehoseProvider()
    _start(provider.fleet, "one")

    class Service:
        _provider = provider

    monkeypatch.setattr(hooks.SERVICE_PLUGINS, "get_service", lambda name: {"firehose": Service}[name])
    hooks.deliver()
    assert list(fake_clients.objects.values()) == [b"one"]


def test_a_loaded_state_runs_again_and_a_reset_one_does_not(fake_clients: FakeAws) -> None:
    provider, description = LabFirehoseProvider(), _description("one")
    streams = provider.get_store(ACCOUNT, REGION).delivery_streams
    streams["one"] = description
    provider.on_after_state_load()
    provider.pipeline(description).accept([put(b"kept", 0)])
    provider.on_before_state_save()
    assert list(fake_clients.objects.values()) == [b"kept"]
    provider.on_before_state_reset()
    assert provider.fleet.pipeline(description["DeliveryStreamARN"]) is None
    del streams["one"]


@pytest.mark.parametrize(("text", "scale"), [("", 1.0), ("0.1", 0.1), ("0", 0.0), (" 2 ", 2.0)])
def test_the_time_scale(monkeypatch: pytest.MonkeyPatch, text: str, scale: float) -> None:
    monkeypatch.setenv("LAB_TIME_SCALE", text)
    assert time_scale() == scale


@pytest.mark.parametrize("text", ["fast", "-1", "nan", "inf"])
def test_a_time_scale_that_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LAB_TIME_SCALE", text)
    with pytest.raises(ValueError, match="LAB_TIME_SCALE"):
        time_scale()
