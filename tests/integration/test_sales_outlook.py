"""The same chain in another region, with longer buffers: fewer, larger files."""

from collections.abc import Iterator

import pytest

from bootstrap import sales_outlook as wiring
from lab.pipelines.base import RunRequest
from lab.pipelines.sales_outlook import PIPELINE
from tests.support.sales import Capture, actions, captured


@pytest.fixture(scope="module")
def capture(lab_endpoint: str) -> Iterator[Capture]:
    yield from captured(PIPELINE, lab_endpoint)


def test_a_run_accounts_for_every_insert_update_and_delete(capture: Capture) -> None:
    report = PIPELINE.run(capture.settings, RunRequest(records=100, seed=3))

    counts = report.verification.counts
    assert report.verification.differences == []
    assert counts["generated"] == counts["streamed"] == counts["piped"] == counts["delivered"] == 100
    assert {fate.place for fate in report.fates} == {wiring.BUCKET}
    assert PIPELINE.verify(capture.settings).differences == []
    assert counts["rows in Athena"] == counts["lines in files"]
    assert counts["orders as Athena tells them"] == counts["orders in the table"]


def test_a_line_begins_as_aws_wrote_it(capture: Capture) -> None:
    key = capture.key()
    capture.put(
        {
            "order_id": {"S": key},
            "product_name": {"S": "Microtek 1250SW"},
            "quantity": {"N": "5"},
            "price": {"N": "10849.21"},
        }
    )
    [place] = capture.places(key, 1)

    body = capture.client("s3").get_object(Bucket=wiring.BUCKET, Key=place)["Body"].read().decode()

    start = (
        f'{{"order_id": "{key}", "product_name": "Microtek 1250SW", "quantity": 5, "price": 10849.21, "cdc'
    )
    assert any(line.startswith(start) for line in body.splitlines())


def test_it_lives_in_its_own_region_alone(capture: Capture) -> None:
    assert capture.session.region == "ap-southeast-2"
    assert wiring.SPEC.table in capture.client("dynamodb").list_tables()["TableNames"]

    elsewhere = type(capture.session)(capture.settings, region="us-east-1")

    assert wiring.SPEC.table not in elsewhere.client("dynamodb").list_tables()["TableNames"]
    assert (
        wiring.SPEC.delivery
        not in elsewhere.client("firehose").list_delivery_streams()["DeliveryStreamNames"]
    )


def test_the_definition_keeps_the_seeds_buffers(capture: Capture) -> None:
    described = capture.client("firehose").describe_delivery_stream(DeliveryStreamName=wiring.SPEC.delivery)
    [destination] = described["DeliveryStreamDescription"]["Destinations"]
    extended = destination["ExtendedS3DestinationDescription"]
    [processor] = extended["ProcessingConfiguration"]["Processors"]
    parameters = {one["ParameterName"]: one["ParameterValue"] for one in processor["Parameters"]}

    assert extended["BufferingHints"]["IntervalInSeconds"] == 60
    assert parameters["BufferIntervalInSeconds"] == "15"


def test_a_second_bootstrap_changes_nothing(capture: Capture) -> None:
    assert set(actions(PIPELINE.bootstrap(capture.settings))) == {"unchanged"}
