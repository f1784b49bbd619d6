"""Four shards become eight half way, and the transform fails at random: nothing is lost, order is kept."""

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bootstrap import sales_cdc as wiring
from bootstrap.ensure.packages import zip_lambda_with_shared
from lab.pipelines.base import RunRequest
from lab.pipelines.sales_cdc import PIPELINE
from tests.support.sales import Capture, captured

CHANGES = 1200
FLAKY = """
import random

from handlers.lambdas.sales_cdc.stream_transformation import lambda_handler as steady


def lambda_handler(event, context):
    if random.random() < 0.3:
        raise RuntimeError("at random")
    return steady(event, context)
"""


@pytest.fixture
def capture(lab_endpoint: str) -> Iterator[Capture]:
    yield from captured(PIPELINE, lab_endpoint)


def make_flaky(awslambda: Any) -> None:
    package = io.BytesIO(zip_lambda_with_shared(wiring.SLUG, shared="change_capture"))
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr("flaky.py", FLAKY)
    name = wiring.SPEC.function
    awslambda.update_function_code(FunctionName=name, ZipFile=package.getvalue())
    awslambda.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    awslambda.update_function_configuration(FunctionName=name, Handler="flaky.lambda_handler")
    awslambda.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})


def open_shards(kinesis: Any) -> int:
    return kinesis.describe_stream_summary(StreamName=wiring.SPEC.stream)["StreamDescriptionSummary"][
        "OpenShardCount"
    ]


def test_resharding_and_a_transform_that_fails_at_random_lose_nothing(capture: Capture) -> None:
    kinesis = capture.client("kinesis")
    arn = capture.session.arn("kinesis", f"stream/{wiring.SPEC.stream}")
    # on demand, Kinesis decides about shards itself
    kinesis.update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "PROVISIONED"})
    kinesis.get_waiter("stream_exists").wait(StreamName=wiring.SPEC.stream, WaiterConfig={"Delay": 1})
    assert open_shards(kinesis) == 4
    make_flaky(capture.client("lambda"))

    with ThreadPoolExecutor(1) as other:
        request = RunRequest(seed=4, rate=CHANGES / 6, duration=6)
        running = other.submit(PIPELINE.run, capture.settings, request)
        for glance in PIPELINE.watch(capture.settings, every=0.1, seconds=60):
            if glance.counts["piped"] >= CHANGES / 3:
                break
        kinesis.update_shard_count(
            StreamName=wiring.SPEC.stream, TargetShardCount=8, ScalingType="UNIFORM_SCALING"
        )
        half_way = glance.counts["piped"]
        report = running.result(timeout=180)

    counts = report.verification.counts
    assert open_shards(kinesis) == 8
    assert CHANGES / 3 <= half_way < CHANGES
    assert counts["generated"] == counts["streamed"] == counts["piped"] == counts["in Kinesis"] == CHANGES
    # a batch that failed four times in a row lies among the refused, whole: that is not lost
    assert counts["delivered"] + counts["failed"] == counts["lines in files"] + counts["failed"] == CHANGES
    assert counts["delivered"] > CHANGES / 2
    assert [one for one in report.verification.differences if "was refused" not in one.problem] == []
    assert not any("after a later change" in one.problem for one in report.verification.differences)
    assert capture.logged("RuntimeError: at random")
