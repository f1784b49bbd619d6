"""An engine in a folder of the test's, as LocalStack would open it."""

import gc
import importlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack_lab.dynamodb.provider")
    gc.collect()

from localstack import config
from localstack_lab.dynamodb.runtime import EngineRuntime


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """LocalStack's data folder."""
    monkeypatch.setattr(config.dirs, "data", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def runtime(data) -> Iterator[EngineRuntime]:
    runtime = EngineRuntime()
    yield runtime
    runtime.discard()


@pytest.fixture
def run(runtime) -> Callable[..., dict[str, Any]]:
    """`run("PutItem", TableName=…)` on the engine that is open."""
    return lambda operation, **request: runtime.engine().execute(
        operation, request, "000000000000", "us-east-1"
    )
