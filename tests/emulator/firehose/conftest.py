"""Fixtures of the Firehose tests: a clock that stands, S3 and Lambda in memory, and what runs on them."""

import gc
import importlib
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    importlib.import_module("localstack.services.firehose.provider")
    gc.collect()

from localstack_lab.firehose import descriptions, plan
from localstack_lab.firehose.pipeline import Pipeline
from localstack_lab.firehose.processing import Processing

from tests.emulator.firehose.fakes import STREAM, FakeAws, FakeMonitor, Lab, configuration


@pytest.fixture
def fake_aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def lab(fake_aws: FakeAws) -> Lab:
    """Processing with a clock that a test moves."""
    return Lab(fake_aws)


@pytest.fixture
def make_processing(lab: Lab) -> Callable[..., Processing]:
    """Members of an S3 destination → processing that ships into `lab.shipped`."""

    def make(**destination: Any) -> Processing:
        return lab.processing(**destination)

    return make


@pytest.fixture
def make_pipeline(fake_aws: FakeAws) -> Iterator[Callable[..., Pipeline]]:
    """Members of an S3 destination → a running pipeline, ended after the test."""
    made: list[Pipeline] = []

    def make(scale: float = 1.0, **destination: Any) -> Pipeline:
        described = descriptions.of_extended_s3(configuration(**destination))
        made.append(Pipeline(STREAM, plan.of(described, "1"), fake_aws, FakeMonitor(), scale))
        return made[-1]

    yield make
    for pipeline in made:
        pipeline.stop(timeout=0)


@pytest.fixture
def lines() -> Callable[[bytes], list[dict[str, Any]]]:
    """An object's JSON lines."""
    return lambda body: [json.loads(line) for line in body.splitlines()]
