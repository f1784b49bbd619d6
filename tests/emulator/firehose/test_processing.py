"""Processing: buffers by size and time, partitions, the backup and error records."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_lab.firehose.buffers import ACTIVE_PARTITIONS
from localstack_lab.firehose.outbox import object_key
from localstack_lab.firehose.record import put

from tests.emulator.firehose.fakes import FakeAws, Lab, each, ok, processors, with_function

ARRIVED = 1_535_365_805_123  # 2018-08-27 10:30:05.123 UTC
MIB = 2**20
PARTITIONED = {
    "DynamicPartitioningConfiguration": {"Enabled": True},
    "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
    "ErrorOutputPrefix": "failed/!{firehose:error-output-type}/",
}


def test_a_buffer_is_one_object_when_its_time_is_over(lab: Lab) -> None:
    processing = lab.processing(BufferingHints={"SizeInMBs": 5, "IntervalInSeconds": 60})
    processing.take([put(b"a", ARRIVED)])
    lab.now += 59
    processing.take([put(b"b", ARRIVED + 59_000)])
    processing.tick()
    assert lab.bodies() == []
    assert processing.next_due() == lab.now + 1
    lab.now += 1
    processing.tick()
    assert lab.bodies() == [b"ab"]
    assert processing.next_due() is None


def test_a_buffer_is_one_object_when_it_is_full(lab: Lab) -> None:
    processing = lab.processing(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 900})
    processing.take([put(bytes(400_000), ARRIVED) for _ in range(5)])
    assert [len(body) for body in lab.bodies()] == [800_000, 800_000]
    processing.take([put(bytes(MIB - 400_000), ARRIVED)])
    assert [len(body) for body in lab.bodies()][2:] == [MIB]


def test_the_time_scale_shortens_time_and_not_size(lab: Lab) -> None:
    processing = lab.processing(scale=0.1, BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 60})
    processing.take([put(bytes(MIB - 1), ARRIVED)])
    assert processing.next_due() == lab.now + 6
    assert lab.bodies() == []


def test_without_buffering_each_round_is_an_object(lab: Lab) -> None:
    processing = lab.processing(BufferingHints={"SizeInMBs": 5, "IntervalInSeconds": 0})
    for data in (b"a", b"b"):
        processing.take([put(data, ARRIVED)])
        processing.tick()
    assert lab.bodies() == [b"a", b"b"]


def test_names_of_objects_have_the_arrival_of_the_oldest_record(lab: Lab) -> None:
    processing = lab.processing(CustomTimeZone="Asia/Tokyo", CompressionFormat="GZIP", Prefix="orders/")
    processing.take([put(b"b", ARRIVED + 7_200_000), put(b"a", ARRIVED)])
    processing.tick(everything=True)
    key = object_key("orders", lab.shipped[0])
    assert key.startswith("orders/2018/08/27/19/orders-1-2018-08-27-19-30-05-")
    assert key.endswith(".gz")


def test_a_file_extension_replaces_the_compressions(lab: Lab) -> None:
    processing = lab.processing(CompressionFormat="GZIP", FileExtension=".jsonl")
    processing.take([put(b"a", ARRIVED)])
    processing.tick(everything=True)
    assert object_key("orders", lab.shipped[0]).endswith(".jsonl")


def test_the_backup_has_what_arrived_and_buffers_of_its_own(lab: Lab, fake_aws: FakeAws) -> None:
    fake_aws.answer = each(lambda data: ok(data.upper()))
    processing = lab.processing(
        S3BackupMode="Enabled",
        S3BackupConfiguration={
            "RoleARN": "r",
            "BucketARN": "arn:aws:s3:::raw",
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 60},
        },
        ProcessingConfiguration=with_function(BufferIntervalInSeconds="0"),
    )
    processing.take([put(b"a", ARRIVED)])
    lab.now += 60
    processing.tick()
    assert (lab.bodies(), lab.bodies("backup")) == ([], [b"a"])
    processing.tick(everything=True)
    assert lab.bodies() == [b"A"]


def test_a_delimiter_ends_every_record(lab: Lab) -> None:
    processing = lab.processing(
        ProcessingConfiguration=processors(("AppendDelimiterToRecord", {"Delimiter": "|\\n"}))
    )
    processing.take([put(b"a", ARRIVED), put(b"b", ARRIVED)])
    processing.tick(everything=True)
    assert lab.bodies() == [b"a|\nb|\n"]


def test_processors_that_are_off_do_nothing(lab: Lab) -> None:
    configuration = processors(("AppendDelimiterToRecord", {})) | {"Enabled": False}
    processing = lab.processing(ProcessingConfiguration=configuration)
    processing.take([put(b"a", ARRIVED)])
    processing.tick(everything=True)
    assert lab.bodies() == [b"a"]


def test_partitions_by_content(lab: Lab, lines: Callable[[bytes], list[dict[str, Any]]]) -> None:
    processing = lab.processing(
        **PARTITIONED,
        Prefix="c=!{partitionKeyFromQuery:c}/",
        ProcessingConfiguration=processors(
            ("MetadataExtraction", {"MetadataExtractionQuery": "{c:.c, d:.d}"})
        ),
    )
    given_records = [b'{"c":1,"d":1}', b'{"c":2,"d":1}', b'{"c":1,"d":2}', b'{"d":1}', b"no json"]
    processing.take([put(data, ARRIVED) for data in given_records])
    processing.tick(everything=True)
    prefixes = [object_key("o", s).rpartition("/")[0] for s in lab.shipped if s.what == "data"]
    assert dict(zip(prefixes, lab.bodies(), strict=True)) == {
        "c=1": b'{"c":1,"d":1}{"c":1,"d":2}',
        "c=2": b'{"c":2,"d":1}',
    }
    (errors,) = lab.bodies("errors")
    told = [
        (line["errorCode"], line["errorMessage"], base64.b64decode(line["rawData"])) for line in lines(errors)
    ]
    code = "DynamicPartitioning.MetadataExtractionFailed"
    assert told == [
        (code, "partitionKeys values must not be null or empty", b'{"d":1}'),
        (code, "Non JSON record provided", b"no json"),
    ]


def test_partitions_by_the_function(lab: Lab, fake_aws: FakeAws) -> None:
    keys = {b"a": {"r": "north"}, b"b": {"r": 7}, b"c": {}, b"d": {"r": None}}
    fake_aws.answer = each(lambda data: ok(data, metadata={"partitionKeys": keys[data]}))
    processing = lab.processing(
        **PARTITIONED, Prefix="r=!{partitionKeyFromLambda:r}/", ProcessingConfiguration=with_function()
    )
    processing.take([put(data, ARRIVED) for data in keys])
    processing.tick(everything=True)
    prefixes = [object_key("o", s).rpartition("/")[0] for s in lab.shipped]
    assert prefixes == ["r=north", "r=7", "failed/metadata-extraction-failed"]


def test_more_partitions_than_allowed_go_to_the_errors(lab: Lab) -> None:
    processing = lab.processing(
        **PARTITIONED,
        Prefix="c=!{partitionKeyFromQuery:c}/",
        ProcessingConfiguration=processors(("MetadataExtraction", {"MetadataExtractionQuery": "{c:.c}"})),
    )
    processing.take([put(b'{"c":%d}' % n, ARRIVED) for n in range(ACTIVE_PARTITIONS + 2)])
    processing.tick(everything=True)
    assert len(lab.bodies()) == ACTIVE_PARTITIONS
    (errors,) = lab.bodies("errors")
    assert errors.count(b"DynamicPartitioning.ActivePartitionExceeded") == 2
    assert ("PartitionCountExceeded", 1) in lab.monitor.metrics


def test_splitting_comes_before_the_function(lab: Lab, fake_aws: FakeAws) -> None:
    processing = lab.processing(
        ProcessingConfiguration=processors(
            ("RecordDeAggregation", {"SubRecordType": "JSON"}),
            ("Lambda", {"LambdaArn": "arn:aws:lambda:us-east-1:000000000000:function:f"}),
        )
    )
    processing.take([put(b'{"a":1}{"a":2}', ARRIVED), put(b"[]", ARRIVED)])
    processing.tick(everything=True)
    (event,) = fake_aws.events
    assert [base64.b64decode(r["data"]) for r in event["records"]] == [b'{"a":1}', b'{"a":2}']
    assert len(lab.bodies("errors")) == 1


@pytest.mark.parametrize("function", [False, True])
@settings(deadline=None)  # a busy machine is no fault
@given(data=st.data())
def test_every_record_ends_in_one_place_in_its_order(function: bool, data: st.DataObject) -> None:
    """Whatever the sizes, the times and the verdicts: nothing is lost, doubled or overtaken."""
    verdicts = st.sampled_from([b"Ok", b"Dropped", b"ProcessingFailed"])
    steps = data.draw(
        st.lists(st.tuples(verdicts, st.integers(1, 400_000), st.integers(0, 40)), min_size=1, max_size=25)
    )
    aws = FakeAws()
    aws.answer = each(
        lambda body: (
            ok(body) | ({} if (verdict := body.split(b" ")[1]) == b"Ok" else {"result": verdict.decode()})
        )
    )
    lab = Lab(aws)
    hints = {"SizeInMBs": 1, "IntervalInSeconds": 60}
    processing = lab.processing(
        BufferingHints=hints, ProcessingConfiguration=with_function() if function else {"Enabled": False}
    )
    for number, (verdict, size, seconds) in enumerate(steps):
        processing.take([put(b"%d %s %s;" % (number, verdict, b"x" * size), ARRIVED)])
        lab.now += seconds
        processing.tick()
    processing.tick(everything=True)
    delivered = [int(part.split(b" ")[0]) for body in lab.bodies() for part in body.split(b";")[:-1]]
    failed = b"".join(lab.bodies("errors")).count(b"\n")
    if not function:
        assert delivered == list(range(len(steps)))
        return
    assert delivered == [n for n, (verdict, _, _) in enumerate(steps) if verdict == b"Ok"]
    assert failed == sum(verdict == b"ProcessingFailed" for verdict, _, _ in steps)
