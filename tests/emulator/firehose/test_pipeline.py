"""A running pipeline: delivery off the caller's thread, refusals of S3, updates, flushes and the end."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from localstack_lab.firehose import descriptions, pipeline, plan
from localstack_lab.firehose.errors import DeliveryFailed
from localstack_lab.firehose.pipeline import Overloaded, Pipeline, Stopped
from localstack_lab.firehose.record import Record, put

from tests.emulator.firehose.fakes import FakeAws, configuration, ok, with_function

Make = Callable[..., Pipeline]
AT_ONCE = {"BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 0}}


def _records(*data: bytes) -> list[Record]:
    return [put(each, 1_535_365_805_123) for each in data]


def test_records_are_delivered_without_anybody_asking(make_pipeline: Make, fake_aws: FakeAws) -> None:
    running = make_pipeline(**AT_ONCE)
    running.accept(_records(b"a", b"b"))
    assert fake_aws.wait_for(1) == [b"ab"]


def test_accepting_does_not_wait_for_the_function(make_pipeline: Make, fake_aws: FakeAws) -> None:
    called, let_go = threading.Event(), threading.Event()

    def answer(event: dict[str, Any]) -> Any:
        called.set()
        assert let_go.wait(10)
        return {"records": [{"recordId": r["recordId"], **ok(b"done")} for r in event["records"]]}

    fake_aws.answer = answer
    running = make_pipeline(**AT_ONCE, ProcessingConfiguration=with_function(BufferIntervalInSeconds="0"))
    running.accept(_records(b"a"))
    assert called.wait(10)
    running.accept(_records(b"b"))
    assert not fake_aws.objects
    let_go.set()
    assert b"".join(fake_aws.wait_for(1))[:4] == b"done"


def test_s3_is_asked_until_it_takes_the_object(make_pipeline: Make, fake_aws: FakeAws) -> None:
    fake_aws.refusals = [DeliveryFailed("S3.NoSuchBucket", "none")] * 5
    running = make_pipeline(
        scale=0.001,
        **AT_ONCE,
        CloudWatchLoggingOptions={"Enabled": True, "LogGroupName": "g", "LogStreamName": "s"},
    )
    running.accept(_records(b"a"))
    assert fake_aws.wait_for(1) == [b"a"]
    told = running._monitor.events
    assert [event["errorCode"] for event in told] == ["S3.NoSuchBucket"] * 5
    assert told[0]["destination"] == "arn:aws:s3:::bucket"
    assert told[0]["deliveryStreamVersionId"] == 1


def test_a_flush_delivers_what_would_have_waited(make_pipeline: Make, fake_aws: FakeAws) -> None:
    running = make_pipeline(ProcessingConfiguration=with_function())
    running.accept(_records(b"a"))
    assert running.flush(10)
    assert list(fake_aws.objects.values()) == [b"a"]
    running.accept(_records(b"b"))
    assert running.flush(10)
    assert len(fake_aws.objects) == 2


def test_the_end_delivers_what_waits_and_takes_no_more(make_pipeline: Make, fake_aws: FakeAws) -> None:
    running = make_pipeline(ProcessingConfiguration=with_function())
    running.accept(_records(b"a"))
    assert running.stop(10)
    assert list(fake_aws.objects.values()) == [b"a"]
    with pytest.raises(Stopped):
        running.accept(_records(b"b"))


def test_the_end_gives_up_on_a_bucket_that_is_not_there_and_says_so(
    make_pipeline: Make, fake_aws: FakeAws, caplog: pytest.LogCaptureFixture
) -> None:
    fake_aws.refusals = [DeliveryFailed("S3.NoSuchBucket", "none")] * 100
    running = make_pipeline(scale=1000.0, **AT_ONCE)
    running.accept(_records(b"a", b"b"))
    assert not running.stop(10)
    assert running.lost == 2
    assert "2 records are lost" in caplog.text


def test_an_update_delivers_what_came_before_by_the_old_plan(make_pipeline: Make, fake_aws: FakeAws) -> None:
    running = make_pipeline(Prefix="old/")
    running.accept(_records(b"a"))
    described = descriptions.of_extended_s3(configuration(Prefix="new/", **AT_ONCE))
    running.update(plan.of(described, "2"))
    fake_aws.wait_for(1)
    running.accept(_records(b"b"))
    fake_aws.wait_for(2)
    starts = {key.split("/2018")[0]: body for key, body in fake_aws.objects.items()}
    assert starts == {"bucket/old": b"a", "bucket/new": b"b"}
    assert [key.split("orders-")[1][:2] for key in fake_aws.objects] == ["1-", "2-"]


def test_more_than_memory_is_meant_for_is_refused_or_waited_for(
    make_pipeline: Make, fake_aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "WAITING_BYTES", 3)
    called, let_go = threading.Event(), threading.Event()

    def answer(event: dict[str, Any]) -> Any:
        called.set()
        assert let_go.wait(10)
        return {"records": [{"recordId": r["recordId"], **ok(b"x")} for r in event["records"]]}

    fake_aws.answer = answer
    running = make_pipeline(**AT_ONCE, ProcessingConfiguration=with_function(BufferIntervalInSeconds="0"))
    running.accept(_records(b"first"))
    assert called.wait(10)
    running.accept(_records(b"second"))
    with pytest.raises(Overloaded):
        running.accept(_records(b"third"))
    waiting = threading.Thread(target=running.accept, args=(_records(b"fourth"),), kwargs={"wait": True})
    waiting.start()
    let_go.set()
    waiting.join(10)
    assert not waiting.is_alive()
    assert running.flush(10)
    assert b"".join(fake_aws.objects.values()) == b"xxx"


def test_order_is_kept_from_many_calls(make_pipeline: Make, fake_aws: FakeAws) -> None:
    running = make_pipeline(**AT_ONCE, ProcessingConfiguration=with_function(BufferIntervalInSeconds="0"))
    for first in range(0, 2000, 50):
        running.accept(_records(*(b"%d;" % n for n in range(first, first + 50))))
    assert running.flush(10)
    together = b"".join(fake_aws.objects.values())
    assert together == b"".join(b"%d;" % n for n in range(2000))
