"""LocalStack's side: settings, the dispatch of every operation, state."""

import pickle
from types import SimpleNamespace
from typing import Any

import pytest
from localstack import config
from localstack.aws.api import CommonServiceException
from localstack.aws.skeleton import create_dispatch_table
from localstack_lab.kinesis import provider as lab
from localstack_lab.kinesis.constraints import service_model
from localstack_lab.kinesis.provider import LabKinesisProvider, settings
from localstack_lab.kinesis.store import lab_kinesis_stores

CONTEXT = SimpleNamespace(account_id="000000000000", region="us-east-1")


@pytest.fixture
def table() -> Any:
    """Operation → handler of a provider with an empty state, as LocalStack's skeleton calls them."""
    lab_kinesis_stores.reset()
    yield create_dispatch_table(LabKinesisProvider())
    lab_kinesis_stores.reset()


def test_every_operation_reaches_the_engine(table: Any) -> None:
    assert set(table) == set(service_model().operation_names)
    owners = {dispatch.fn.__func__.__module__ for dispatch in table.values()}
    assert owners == {"localstack_lab.kinesis.provider"}


def test_a_refusal_is_localstacks_exception(table: Any) -> None:
    with pytest.raises(CommonServiceException) as caught:
        table["DescribeStream"](CONTEXT, {"StreamName": "nowhere"})
    assert (caught.value.code, caught.value.status_code) == ("ResourceNotFoundException", 400)


@pytest.mark.parametrize(
    ("latency", "seconds"), [("", 0.0), ("0", 0.0), ("500", 0.5), ("500ms", 0.5), ("2 s", 2.0)]
)
def test_kinesis_latency_is_read_as_kinesis_mock_reads_it(
    monkeypatch: Any, latency: str, seconds: float
) -> None:
    monkeypatch.setenv("KINESIS_LATENCY", latency)
    assert settings().latency == seconds


def test_localstacks_settings_are_the_engines(monkeypatch: Any) -> None:
    monkeypatch.setattr(config, "KINESIS_SHARD_LIMIT", "7")
    monkeypatch.setattr(config, "KINESIS_ON_DEMAND_STREAM_COUNT_LIMIT", "3")
    monkeypatch.setenv("LAB_KINESIS_ENFORCE_THROUGHPUT", "1")
    monkeypatch.setenv("LAB_KINESIS_MEMORY_MB", "5")
    found = settings()
    assert (found.shard_limit, found.on_demand_limit) == (7, 3)
    assert found.enforce_throughput
    assert found.memory_bytes == 5 * 2**20


def test_the_error_probability_is_asked_for_on_every_put(monkeypatch: Any) -> None:
    found = settings()
    monkeypatch.setattr(config, "KINESIS_ERROR_PROBABILITY", 0.25)
    assert found.error_probability() == 0.25


def test_the_life_of_a_subscription_is_localstacks(monkeypatch: Any) -> None:
    assert settings().subscription_seconds() == 300
    monkeypatch.setattr(lab.stock, "MAX_SUBSCRIPTION_SECONDS", 3)
    assert settings().subscription_seconds() == 3


def test_the_state_is_in_a_store_that_pickles(table: Any) -> None:
    table["CreateStream"](CONTEXT, {"StreamName": "s", "ShardCount": 1})
    visited: list[Any] = []
    LabKinesisProvider().accept_state_visitor(SimpleNamespace(visit=visited.append))  # type: ignore[arg-type]
    (bundle,) = visited
    store = bundle["000000000000"]["us-east-1"]
    copy = pickle.loads(pickle.dumps(store.region))
    assert [stream.name for stream in copy.streams.values()] == ["s"]


def test_a_reset_ends_streams_and_a_new_one_starts_empty(table: Any) -> None:
    table["CreateStream"](CONTEXT, {"StreamName": "s", "ShardCount": 1})
    stream = lab_kinesis_stores["000000000000"]["us-east-1"].region.streams["s"]
    provider = table["CreateStream"].fn.__self__

    provider.on_before_state_reset()
    lab_kinesis_stores.reset()

    assert stream.deleted
    assert table["ListStreams"](CONTEXT, {})["StreamNames"] == []
    table["CreateStream"](CONTEXT, {"StreamName": "s", "ShardCount": 1})


def test_what_the_engine_does_not_know_is_refused_with_a_sentence() -> None:
    context = SimpleNamespace(operation=SimpleNamespace(name="Fly"))
    with pytest.raises(NotImplementedError, match="does not know the operation Fly"):
        LabKinesisProvider().forward_request(context)  # type: ignore[arg-type]
