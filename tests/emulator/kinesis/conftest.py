"""Fixtures of the Kinesis engine's tests: a clock that stands, an engine on it, a boto3 client into it."""

import gc
import importlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.settings import Settings

from tests.emulator.kinesis.inprocess import Clock, client

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack.services.kinesis.provider")
    gc.collect()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_engine(clock: Clock) -> Callable[..., KinesisEngine]:
    """Settings as keywords → an engine on the test's clock."""

    def make(**settings: Any) -> KinesisEngine:
        clock.engine = KinesisEngine(Settings(**settings), clock=clock)
        return clock.engine

    return make


@pytest.fixture
def engine(make_engine: Callable[..., KinesisEngine]) -> KinesisEngine:
    return make_engine()


@pytest.fixture
def kinesis(engine: KinesisEngine) -> Any:
    return client(engine)


@pytest.fixture
def slow(make_engine: Callable[..., KinesisEngine]) -> Any:
    """A client of an engine whose streams take 10 seconds to change their state."""
    return client(make_engine(latency=10.0))


@pytest.fixture
def make_stream(kinesis: Any) -> Callable[..., str]:
    """Make a stream of so many shards and return its name."""
    numbers = count()

    def make(shards: int = 1, **more: Any) -> str:
        name = f"stream-{next(numbers)}"
        kinesis.create_stream(StreamName=name, ShardCount=shards, **more)
        return name

    return make


@pytest.fixture
def refused() -> Callable[..., AbstractContextManager[Any]]:
    """``with refused("SomeException", "part of the message"):`` the call inside is refused in these words."""

    @contextmanager
    def expect(code: str, message: str = "") -> Iterator[Any]:
        with pytest.raises(ClientError) as caught:
            yield caught
        error = caught.value.response["Error"]
        assert (error["Code"], message in error["Message"]) == (code, True), error

    return expect
