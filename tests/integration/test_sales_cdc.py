"""From a write in DynamoDB to a line in S3, through every hop: good changes, bad ones, and what drifts."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from bootstrap import order_intake
from bootstrap import sales_cdc as wiring
from bootstrap.ensure.athena import named_queries
from bootstrap.ensure.s3 import empty_bucket
from bootstrap.errors import ForeignResource, NotBootstrapped
from bootstrap.queries import queries
from bootstrap.session import Session
from bootstrap.settings import Settings
from lab.pipelines.base import RunRequest
from lab.pipelines.sales_cdc import PIPELINE
from tests.support.change_capture import order
from tests.support.sales import Capture, actions, captured
from tests.support.waiting import eventually

EVERYTHING = 19
SAVED_QUERIES = 3


@pytest.fixture(scope="module")
def wired(lab_endpoint: str) -> Iterator[Capture]:
    yield from captured(PIPELINE, lab_endpoint)


@pytest.fixture
def capture(wired: Capture) -> Capture:
    """The pipeline; what a test writes stays, and verifies."""
    return wired


@pytest.fixture
def harmed(wired: Capture) -> Iterator[Capture]:
    """The pipeline for a test that leaves it in a state that does not verify."""
    yield wired
    wired.renew()


def test_a_run_accounts_for_every_insert_update_and_delete(capture: Capture) -> None:
    report = PIPELINE.run(capture.settings, RunRequest(records=300, seed=7))

    counts = report.verification.counts
    assert report.verification.differences == []
    assert counts["generated"] == counts["streamed"] == counts["piped"] == counts["delivered"] == 300
    assert {kind for fate in report.fates for kind in fate.codes} == {"INSERT", "MODIFY", "REMOVE"}
    assert {fate.place for fate in report.fates} == {wiring.BUCKET}
    assert counts["orders in the table"] == counts["orders rebuilt from the files"] > 0
    assert counts["rows in Athena"] == counts["lines in files"]
    assert counts["orders as Athena tells them"] == counts["orders in the table"]


def test_a_second_run_with_the_same_seed_makes_orders_of_its_own(capture: Capture) -> None:
    reports = [PIPELINE.run(capture.settings, RunRequest(records=10, seed=11)) for _ in range(2)]

    assert [report.source for report in reports] == ["OrdersRawTable 11-*", "OrdersRawTable 11.2-*"]
    assert [report.verification.counts["delivered"] for report in reports] == [10, 10]
    assert all(report.ok for report in reports)


def test_one_order_before_and_after_each_change(capture: Capture) -> None:
    key = capture.key()
    capture.put(order(key))
    capture.put(order(key, quantity={"N": "4"}))
    capture.delete(key)

    told = eventually(
        lambda: (
            [one for one in PIPELINE.history(capture.settings, key) if one.file][2:]
            and PIPELINE.history(capture.settings, key)
        ),
        expecting="three changes in files",
    )

    assert [one.event for one in told] == ["INSERT", "MODIFY", "REMOVE"]
    assert [(one.before or {}).get("quantity") for one in told] == [None, {"N": "3"}, {"N": "4"}]
    assert told[1].changed() == ["quantity"]
    assert told[2].after is None
    assert {one.partition_key for one in told} == {key}
    assert len({one.shard for one in told}) == 1
    assert all(f"{wiring.BUCKET}/cdc/20" in one.file for one in told)


def test_every_type_and_every_digit_comes_through(capture: Capture) -> None:
    key = capture.key()
    capture.put(
        order(
            key,
            price={"N": "12345678901234567890.123456789"},
            note={"S": "Grüße \u2028 \n"},
            tags={"SS": ["a", "b"]},
            sizes={"NS": ["1", "2.5"]},
            photo={"B": b"\x00\xff"},
            paid={"BOOL": False},
            coupon={"NULL": True},
            parts={"L": [{"M": {"name": {"S": "cell"}}}]},
        )
    )

    [line] = capture.lines(key, 1)

    assert line["price"] == Decimal("12345678901234567890.123456789")
    assert (line["note"], line["photo"]) == ("Grüße \u2028 \n", "AP8=")
    assert (line["paid"], line["coupon"], line["parts"]) == (False, None, [{"name": "cell"}])
    assert (sorted(line["tags"]), sorted(line["sizes"])) == (["a", "b"], [1, Decimal("2.5")])
    assert PIPELINE.verify(capture.settings).differences == []


BAD = {
    "no_price": {"price": None},
    "price_in_words": {"price": {"S": "free"}},
    "half_a_piece": {"quantity": {"N": "0.5"}},
    "no_product": {"product_name": None},
    "a_name_of_ours": {"cdc_event_type": {"S": "mine"}},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
def test_a_bad_order_is_refused_logged_and_named_until_it_is_put_right(
    capture: Capture, fields: dict[str, Any]
) -> None:
    key = capture.key()
    capture.put(order(key, **fields))

    found = PIPELINE.verify(capture.settings)

    [difference] = found.differences
    assert difference.key == key
    assert "the table has it, the files have not; its change INSERT" in difference.problem
    assert "was refused" in difference.problem
    assert f"{wiring.BUCKET}/errors/processing-failed/20" in difference.problem
    assert capture.logged("is refused: ")

    capture.put(order(key))

    assert PIPELINE.verify(capture.settings).differences == []


def test_a_record_that_no_pipe_sent_is_refused_and_named(harmed: Capture) -> None:
    kinesis = harmed.client("kinesis")
    kinesis.put_record(StreamName=wiring.SPEC.stream, PartitionKey="x", Data=b"no json")
    harmed.put(order(harmed.key()))

    found = PIPELINE.verify(harmed.settings)

    assert any(one.key.startswith(wiring.SPEC.stream) for one in found.differences)


def test_what_is_written_while_the_pipe_stands_still_comes_through_later(harmed: Capture) -> None:
    key = harmed.key()
    harmed.stop_pipe()
    harmed.put(order(key))
    harmed.put(order(key, quantity={"N": "9"}))

    standing = PIPELINE.verify(harmed.settings)
    harmed.start_pipe()
    lines = harmed.lines(key, 2)

    assert [one.key for one in standing.differences] == [key]
    assert "is in the table's stream and not in kinesis-for-sales-data" in standing.differences[0].problem
    assert [line["cdc_event_type"] for line in lines] == ["INSERT", "MODIFY"]
    assert PIPELINE.verify(harmed.settings).differences == []


def test_an_order_that_the_files_tell_otherwise_is_named(harmed: Capture) -> None:
    key = harmed.key()
    harmed.put(order(key))
    [place] = harmed.places(key, 1)
    s3 = harmed.client("s3")
    body = s3.get_object(Bucket=wiring.BUCKET, Key=place)["Body"].read()
    s3.put_object(Bucket=wiring.BUCKET, Key=place, Body=body.replace(b"19234.06", b"19234.07"))

    found = PIPELINE.verify(harmed.settings)

    assert (key, "the table and the files differ in price") in [(d.key, d.problem) for d in found.differences]


def test_watching_counts_every_hop(capture: Capture) -> None:
    PIPELINE.run(capture.settings, RunRequest(records=10, seed=21))

    first, last = islice(PIPELINE.watch(capture.settings, every=0.01), 2)

    assert last.pipe == "RUNNING"
    assert last.on_their_way == 0
    assert last.counts == first.counts
    assert last.counts["streamed"] >= 10


def lab(capture: Capture, *arguments: str) -> tuple[int, str, str]:
    """The command as a person types it: exit code, output, errors."""
    port = capture.settings.endpoint_url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "lab", *arguments, "--port", port],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "160"},
    )
    return done.returncode, done.stdout, done.stderr


def test_the_commands_as_a_person_and_a_script_use_them(capture: Capture) -> None:
    code, output, errors = lab(capture, "run", "sales_cdc", "--rate", "100/s", "--for", "1s", "--json")
    assert code == 0, errors
    assert json.loads(output)["verification"]["counts"]["delivered"] == 100

    code, output, _ = lab(capture, "watch", "sales_cdc", "--every", "0.1s", "--for", "0.25s", "--json")
    glances = [json.loads(line) for line in output.splitlines()]
    assert code == 0
    assert [glance["on_their_way"] for glance in glances] == [0] * len(glances) != []

    code, output, _ = lab(capture, "watch", "sales_cdc", "--for", "0.1s")
    assert code == 0
    assert "changes in the table's stream" in output

    key = capture.key()
    capture.put(order(key, product_name={"S": "[red]Base 180"}))
    capture.lines(key, 1)
    code, output, _ = lab(capture, "cdc", "sales_cdc", key)
    assert code == 0
    assert "1. INSERT" in output
    assert "[red]Base 180" in output
    assert f"{wiring.BUCKET}/cdc/" in output

    code, output, errors = lab(capture, "cdc", "sales_cdc", "nobody's")
    assert (code, output) == (1, "")
    assert 'holds no change of an order "nobody\'s"' in errors

    code, _, errors = lab(capture, "run", "sales_cdc", "--records", "5", "--for", "1s")
    assert code == 2
    assert "--records and --for both say when to end" in errors

    code, _, errors = lab(capture, "watch", order_intake.SLUG)
    assert code == 2
    assert "order_intake captures no changes" in errors


def test_verify_ends_with_1_and_names_the_order(harmed: Capture) -> None:
    key = harmed.key()
    harmed.put(order(key, price=None))

    code, output, _ = lab(harmed, "verify", "sales_cdc", "--json")

    assert code == 1
    assert [one["key"] for one in json.loads(output)["differences"]] == [key]


def _stop_pipe(session: Session) -> None:
    pipes = session.client("pipes")
    pipes.stop_pipe(Name=wiring.SPEC.pipe)
    eventually(
        lambda: pipes.describe_pipe(Name=wiring.SPEC.pipe)["CurrentState"] == "STOPPED",
        expecting="a stopped pipe",
    )


def _retarget_pipe(session: Session) -> None:
    session.client("pipes").update_pipe(
        Name=wiring.SPEC.pipe,
        RoleArn=session.arn("iam", f"role/{wiring.SPEC.role('pipes')}", region=False),
        TargetParameters={"KinesisStreamParameters": {"PartitionKey": "same"}},
    )


def _wait_longer(session: Session) -> None:
    firehose = session.client("firehose")
    described = firehose.describe_delivery_stream(DeliveryStreamName=wiring.SPEC.delivery)
    description = described["DeliveryStreamDescription"]
    firehose.update_destination(
        DeliveryStreamName=wiring.SPEC.delivery,
        CurrentDeliveryStreamVersionId=description["VersionId"],
        DestinationId=description["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 900}},
    )


def _renew_stream(session: Session) -> None:
    """The table's stream off and on again: another stream, which the pipe does not read."""
    dynamodb = session.client("dynamodb")
    for specification in (
        {"StreamEnabled": False},
        {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    ):
        dynamodb.update_table(TableName=wiring.SPEC.table, StreamSpecification=specification)
        dynamodb.get_waiter("table_exists").wait(TableName=wiring.SPEC.table, WaiterConfig={"Delay": 0.1})


def _remove_bucket(session: Session) -> None:
    empty_bucket(session, wiring.BUCKET)
    session.client("s3").delete_bucket(Bucket=wiring.BUCKET)


def _crawl_elsewhere(session: Session) -> None:
    targets = {"S3Targets": [{"Path": f"s3://{wiring.BUCKET}/errors/"}]}
    session.client("glue").update_crawler(Name=wiring.SPEC.crawler, Targets=targets)


def _classify_otherwise(session: Session) -> None:
    classifier = {"Name": wiring.SPEC.classifier, "JsonPath": "$.orderid"}
    session.client("glue").update_classifier(JsonClassifier=classifier)


def _write_results_elsewhere(session: Session) -> None:
    location = {"OutputLocation": f"s3://{wiring.BUCKET}/elsewhere/"}
    session.client("athena").update_work_group(
        WorkGroup="sales_cdc", ConfigurationUpdates={"ResultConfigurationUpdates": location}
    )


def _forget_a_query(session: Session) -> None:
    saved = named_queries(session, "sales_cdc")["current_state"]
    session.client("athena").delete_named_query(NamedQueryId=saved["NamedQueryId"])


@pytest.mark.parametrize(
    ("drift", "action", "name", "detail"),
    [
        (_stop_pipe, "updated", wiring.SPEC.pipe, "DesiredState"),
        (_retarget_pipe, "updated", wiring.SPEC.pipe, "TargetParameters"),
        (_wait_longer, "updated", wiring.SPEC.delivery, "BufferingHints"),
        (_renew_stream, "updated", wiring.SPEC.pipe, "Source"),
        (_remove_bucket, "created", wiring.BUCKET, ""),
        (_crawl_elsewhere, "updated", wiring.SPEC.crawler, "Targets"),
        (_classify_otherwise, "updated", wiring.SPEC.classifier, "JsonPath"),
        (_write_results_elsewhere, "updated", "sales_cdc", "Configuration"),
        (_forget_a_query, "created", "sales_cdc/current_state", ""),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_drifted_is_put_right_and_nothing_else_is_touched(
    capture: Capture, drift: Callable[[Session], None], action: str, name: str, detail: str
) -> None:
    PIPELINE.bootstrap(capture.settings)
    drift(capture.session)

    changes = PIPELINE.bootstrap(capture.settings)

    changed = [change for change in changes if change.action != "unchanged"]
    assert [(change.action, change.name, change.detail) for change in changed] == [(action, name, detail)]
    assert actions(PIPELINE.bootstrap(capture.settings)) == {"unchanged": EVERYTHING}
    report = PIPELINE.run(capture.settings, RunRequest(records=10, seed=31))
    assert report.verification.differences == []


def test_bootstrap_twice_and_teardown_twice(wired: Capture) -> None:
    PIPELINE.teardown(wired.settings)
    before = wired.inventory()

    first = PIPELINE.bootstrap(wired.settings)
    assert actions(first) == {"created": EVERYTHING}
    assert actions(PIPELINE.bootstrap(wired.settings)) == {"unchanged": EVERYTHING}
    assert PIPELINE.run(wired.settings, RunRequest(records=20, seed=1)).ok

    removed = PIPELINE.teardown(wired.settings)
    assert actions(removed) == {"deleted": EVERYTHING - SAVED_QUERIES}  # these go with their work group
    saved = {f"sales_cdc/{query.name}" for query in queries(table="cdc", key="orderid")}
    assert {change.name for change in removed} | saved == {change.name for change in first}
    assert PIPELINE.teardown(wired.settings) == []
    assert wired.inventory() == before

    with pytest.raises(NotBootstrapped, match="OrdersRawTable is missing: run `lab bootstrap sales_cdc`"):
        PIPELINE.verify(wired.settings)


def test_a_resource_that_someone_else_made_is_neither_changed_nor_removed(wired: Capture) -> None:
    PIPELINE.teardown(wired.settings)
    kinesis = wired.client("kinesis")
    kinesis.create_stream(StreamName=wiring.SPEC.stream, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=wiring.SPEC.stream, WaiterConfig={"Delay": 1})

    with pytest.raises(ForeignResource, match="'kinesis-for-sales-data': exists, but does not carry"):
        PIPELINE.bootstrap(wired.settings)
    kept = [change for change in PIPELINE.teardown(wired.settings) if change.action != "deleted"]

    assert [(change.action, change.name) for change in kept] == [("unchanged", wiring.SPEC.stream)]
    kinesis.delete_stream(StreamName=wiring.SPEC.stream)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=wiring.SPEC.stream, WaiterConfig={"Delay": 1})


def test_a_lab_without_the_pipeline_says_what_is_missing(lab_endpoint: str) -> None:
    PIPELINE.teardown(Settings(endpoint_url=lab_endpoint))

    with pytest.raises(NotBootstrapped, match="run `lab bootstrap sales_cdc` first"):
        PIPELINE.run(Settings(endpoint_url=lab_endpoint), RunRequest(records=1))
