"""The life of the engine's file, the sweeper of expired items, and the way of answers to the wire."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from localstack import config
from localstack.aws.api.dynamodb import DynamodbApi
from localstack.aws.skeleton import create_dispatch_table
from localstack.state import StateVisitor
from localstack_lab.dynamodb import provider as provider_module
from localstack_lab.dynamodb import ttl
from localstack_lab.dynamodb.engine.errors import transaction_cancelled
from localstack_lab.dynamodb.provider import LabDynamoDBProvider
from localstack_lab.dynamodb.runtime import EngineRuntime
from localstack_lab.dynamodb.ttl import Sweeper
from localstack_lab.dynamodb.wire import service_exception, to_json

from tests.support.waiting import eventually

Run = Callable[..., dict[str, Any]]


def create(run: Run, name: str = "orders") -> None:
    run(
        "CreateTable",
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def tables(run: Run) -> list[str]:
    return run("ListTables")["TableNames"]


def test_the_engine_lies_in_a_folder_of_its_own(runtime, run, data):
    create(run)
    assert {path.name for path in data.iterdir()} == {"dynamodb"}


def test_closing_keeps_what_was_written(runtime, run):
    create(run)
    runtime.close()
    assert tables(run) == ["orders"]


def test_discarding_leaves_neither_file_nor_table(runtime, run, data):
    create(run)
    runtime.discard()
    assert not (data / "dynamodb").exists()
    assert tables(run) == []


def test_a_stopped_engine_stays_closed(runtime, run, data):
    create(run)
    runtime.stop()
    with pytest.raises(RuntimeError, match="shutting down"):
        tables(run)
    assert not (data / "dynamodb").exists()
    runtime.start()
    assert tables(run) == []


def test_what_a_killed_process_left_is_not_taken_up(runtime, run):
    create(run)
    runtime.close()
    after_the_kill = EngineRuntime()
    assert after_the_kill.engine().execute("ListTables", {}, "000000000000", "us-east-1")["TableNames"] == []
    after_the_kill.discard()


def test_with_persistence_it_is(runtime, run, monkeypatch):
    create(run)
    monkeypatch.setattr(config, "PERSISTENCE", True)
    runtime.stop()
    later = EngineRuntime()
    assert later.engine().execute("ListTables", {}, "000000000000", "us-east-1")["TableNames"] == ["orders"]
    later.discard()


def test_every_operation_goes_to_the_engine():
    table = create_dispatch_table(LabDynamoDBProvider())
    of_the_api = {fn.operation for fn in vars(DynamodbApi).values() if hasattr(fn, "operation")}
    assert table.keys() == of_the_api
    assert {handler.fn.__func__.__module__ for handler in table.values()} == {LabDynamoDBProvider.__module__}


def test_errors_keep_their_further_members():
    reasons = [{"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "1"}}}, {"Code": "None"}]
    error = service_exception(transaction_cancelled(reasons))
    assert (error.code, error.status_code) == ("TransactionCanceledException", 400)
    assert error.CancellationReasons == reasons


def test_binaries_become_base64_once():
    assert json.loads(to_json({"Item": {"b": {"B": b"\x00\xff"}}})) == {"Item": {"b": {"B": "AP8="}}}


def test_what_json_cannot_carry_is_an_error():
    with pytest.raises(TypeError, match="set"):
        to_json({"Item": {1, 2}})


def test_the_sweeper_runs_while_a_table_has_ttl(runtime, run, monkeypatch):
    monkeypatch.setattr(ttl, "PERIOD_SECONDS", 0.01)
    sweeper = Sweeper(runtime)

    def thread() -> threading.Thread | None:
        return next((t for t in threading.enumerate() if t.name == "dynamodb-ttl"), None)

    create(run)
    sweeper.ensure_running()
    assert thread() is None
    setting = {"Enabled": True, "AttributeName": "ttl"}
    run("UpdateTimeToLive", TableName="orders", TimeToLiveSpecification=setting)
    run("PutItem", TableName="orders", Item={"pk": {"S": "1"}, "ttl": {"N": str(int(time.time()) - 1)}})
    sweeper.ensure_running()
    eventually(lambda: run("Scan", TableName="orders")["Count"] == 0, expecting="the item to be deleted")
    run("DeleteTable", TableName="orders")
    eventually(lambda: thread() is None, expecting="the thread to end")
    sweeper.stop()


@pytest.fixture
def provider(runtime, monkeypatch) -> Iterator[LabDynamoDBProvider]:
    """The provider on the test's engine."""
    monkeypatch.setattr(provider_module, "RUNTIME", runtime)
    provider = LabDynamoDBProvider()
    provider.service = "dynamodb"
    yield provider
    provider.on_before_state_reset()


def test_a_reset_empties_the_engine_and_lets_it_go_on(provider, run):
    create(run)
    provider.on_before_state_reset()
    provider.on_after_state_reset()
    assert tables(run) == []
    create(run)
    assert tables(run) == ["orders"]


def test_a_save_closes_the_file_for_its_visitors(provider, run, data):
    create(run)
    visited: list[str] = []

    class Visitor(StateVisitor):
        def visit(self, state_container: Any) -> None:
            folder = Path(state_container.path)
            visited.extend(path.name for path in folder.iterdir())

    provider.on_before_state_save()
    provider.accept_state_visitor(Visitor())
    provider.on_after_state_save()
    assert visited == ["lab.sqlite"]
    assert tables(run) == ["orders"]


def test_a_load_takes_up_the_files_that_were_put_there(provider, run, data, tmp_path):
    create(run)
    provider.on_before_state_save()
    shutil.copytree(data / "dynamodb", tmp_path / "saved")
    provider.on_after_state_save()
    create(run, "later")
    provider.on_before_state_load()
    shutil.copytree(tmp_path / "saved", data / "dynamodb")
    provider.on_after_state_load()
    assert tables(run) == ["orders"]


def test_ttl_goes_on_after_a_load(provider, run, data, tmp_path):
    create(run)
    setting = {"Enabled": True, "AttributeName": "ttl"}
    run("UpdateTimeToLive", TableName="orders", TimeToLiveSpecification=setting)
    provider.on_before_state_save()
    provider.on_after_state_save()
    assert "dynamodb-ttl" in [thread.name for thread in threading.enumerate()]
