"""Firehose over HTTP: from PutRecord or a data stream, through a function, to objects in S3."""

import base64
import gzip
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.functions import Functions, functions_of
from tests.support.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/firehose-test"

SORTING = """
    import base64, json

    def handler(event, context):
        results = []
        for record in event["records"]:
            order = json.loads(base64.b64decode(record["data"]))
            verdict = order.get("verdict", "Ok")
            told = {key: value for key, value in event.items() if key != "records"}
            order["event"] = told | {key: value for key, value in record.items() if key != "data"}
            line = json.dumps(order) + "\\n"
            results.append({
                "recordId": record["recordId"],
                "result": verdict,
                "data": base64.b64encode(line.encode()).decode(),
                "metadata": {"partitionKeys": {"region": order.get("region", "none")}},
            })
        return {"records": [result for result in results if result["result"] != "Lost"]}
"""

FAILING_AT_RANDOM = """
    import random

    def handler(event, context):
        if random.random() < 0.4:
            raise RuntimeError("not this time")
        records = event["records"]
        return {"records": [{"recordId": r["recordId"], "result": "Ok", "data": r["data"]} for r in records]}
"""


@pytest.fixture
def firehose(aws: Callable[..., Any]) -> Any:
    return aws("firehose")


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


@pytest.fixture
def bucket(aws: Callable[..., Any], unique: Callable[[str], str]) -> Iterator[str]:
    """An empty bucket; it is emptied and deleted after the test."""
    s3, name = aws("s3"), unique("delivered")
    s3.create_bucket(Bucket=name)
    yield name
    for key in _keys(s3, name):
        s3.delete_object(Bucket=name, Key=key)
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def make_stream(firehose: Any, bucket: str, unique: Callable[[str], str]) -> Iterator[Callable[..., str]]:
    """Make an active delivery stream into the bucket, without buffering; returns its name."""
    made: list[str] = []

    def make(*, source: str | None = None, tags: dict[str, str] | None = None, **destination: Any) -> str:
        name = unique("delivery")
        more: dict[str, Any] = {}
        if source:
            origin = {"KinesisStreamARN": source, "RoleARN": ROLE}
            more = {"DeliveryStreamType": "KinesisStreamAsSource", "KinesisStreamSourceConfiguration": origin}
        if tags:
            more["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        firehose.create_delivery_stream(
            DeliveryStreamName=name,
            ExtendedS3DestinationConfiguration={
                "RoleARN": ROLE,
                "BucketARN": f"arn:aws:s3:::{bucket}",
                "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 0},
                **destination,
            },
            **more,
        )
        made.append(name)
        eventually(lambda: _described(firehose, name)["DeliveryStreamStatus"] == "ACTIVE", expecting="ACTIVE")
        return name

    yield make
    for name in made:
        if name in firehose.list_delivery_streams(Limit=1000)["DeliveryStreamNames"]:
            firehose.delete_delivery_stream(DeliveryStreamName=name)


def _described(firehose: Any, name: str) -> dict[str, Any]:
    return firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]


def _keys(s3: Any, bucket: str, prefix: str = "") -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def _bodies(s3: Any, bucket: str, prefix: str = "") -> dict[str, bytes]:
    """Key → content, decompressed, in the order in which the objects were written."""
    found = []
    for key in _keys(s3, bucket, prefix):
        answer = s3.get_object(Bucket=bucket, Key=key)
        found.append((answer["LastModified"], key, answer["Body"].read()))
    return {key: gzip.decompress(body) if key.endswith(".gz") else body for _, key, body in sorted(found)}


def _lines(bodies: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for body in bodies.values() for line in body.splitlines()]


def _processing(*processors: tuple[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "Enabled": True,
        "Processors": [
            {
                "Type": kind,
                "Parameters": [{"ParameterName": n, "ParameterValue": v} for n, v in parameters.items()],
            }
            for kind, parameters in processors
        ],
    }


def _put(firehose: Any, name: str, *documents: Any) -> None:
    answer = firehose.put_record_batch(
        DeliveryStreamName=name, Records=[{"Data": json.dumps(document).encode()} for document in documents]
    )
    assert answer["FailedPutCount"] == 0
    assert len({each["RecordId"] for each in answer["RequestResponses"]}) == len(documents)


def test_a_function_sorts_records_into_data_nothing_and_errors(
    aws: Any, firehose: Any, bucket: str, make_stream: Any, make_function: Functions
) -> None:
    function = make_function(SORTING)
    name = make_stream(
        Prefix="orders/year=!{timestamp:yyyy}/",
        ErrorOutputPrefix="failed/!{firehose:error-output-type}/!{timestamp:yyyy}/",
        CompressionFormat="GZIP",
        BufferingHints={"SizeInMBs": 5, "IntervalInSeconds": 1},
        ProcessingConfiguration=_processing(
            ("Lambda", {"LambdaArn": function.arn, "BufferIntervalInSeconds": "0", "NumberOfRetries": "0"})
        ),
    )
    verdicts = {n: v for n, v in ((3, "Dropped"), (4, "ProcessingFailed"), (5, "Lost"))}

    _put(firehose, name, *({"id": n, "verdict": verdicts.get(n, "Ok")} for n in range(500)))

    s3 = aws("s3")
    eventually(
        lambda: _keys(s3, bucket, "orders/") and _keys(s3, bucket, "failed/"),
        expecting="both kinds",
        context=lambda: "".join(function.messages()),
    )
    delivered, failed = _bodies(s3, bucket, "orders/"), _bodies(s3, bucket, "failed/")
    (key,) = delivered
    assert re.fullmatch(rf"orders/year=\d{{4}}/{name}-1-\d{{4}}(-\d\d){{5}}-[0-9a-f-]{{36}}\.gz", key)
    orders = _lines(delivered)
    assert [order["id"] for order in orders] == [n for n in range(500) if n not in verdicts]
    event = orders[0]["event"]
    assert event["deliveryStreamArn"] == _described(firehose, name)["DeliveryStreamARN"]
    assert event.keys() == {
        *("invocationId", "deliveryStreamArn", "region", "recordId", "approximateArrivalTimestamp")
    }
    assert all(key.startswith("failed/processing-failed/") for key in failed)
    errors = {json.loads(base64.b64decode(line["rawData"]))["id"]: line for line in _lines(failed)}
    assert {n: line["errorCode"] for n, line in errors.items()} == {
        4: "Lambda.FunctionError",
        5: "Lambda.MissingRecordId",
    }
    assert errors[4].keys() == {
        *("attemptsMade", "arrivalTimestamp", "errorCode", "errorMessage", "attemptEndingTimestamp"),
        *("rawData", "lambdaArn"),
    }
    assert errors[4]["lambdaArn"] == function.arn


def test_a_function_that_fails_is_tried_again_and_reported(
    aws: Any, firehose: Any, bucket: str, make_stream: Any, make_function: Functions, unique: Any
) -> None:
    function = make_function("def handler(event, context):\n    raise RuntimeError('no')\n")
    logs, group = aws("logs"), unique("/aws/kinesisfirehose/errors")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="DestinationDelivery")
    name = make_stream(
        CloudWatchLoggingOptions={
            "Enabled": True,
            "LogGroupName": group,
            "LogStreamName": "DestinationDelivery",
        },
        ProcessingConfiguration=_processing(
            ("Lambda", {"LambdaArn": function.arn, "BufferIntervalInSeconds": "0", "NumberOfRetries": "2"})
        ),
    )

    _put(firehose, name, {"id": 1})

    s3 = aws("s3")
    eventually(lambda: _keys(s3, bucket, "processing-failed/"), expecting="an error object")
    (line,) = _lines(_bodies(s3, bucket))
    assert (line["attemptsMade"], line["errorCode"]) == (3, "Lambda.FunctionError")
    assert json.loads(base64.b64decode(line["rawData"])) == {"id": 1}

    def logged() -> list[Any]:
        found = logs.get_log_events(logGroupName=group, logStreamName="DestinationDelivery")["events"]
        return [json.loads(event["message"]) for event in found]

    assert eventually(logged, expecting="an error log")[0]["processor"] == function.arn
    cloudwatch = aws("cloudwatch")
    names = eventually(
        lambda: {
            metric["MetricName"]
            for metric in cloudwatch.list_metrics(
                Namespace="AWS/Firehose", Dimensions=[{"Name": "DeliveryStreamName", "Value": name}]
            )["Metrics"]
        },
        expecting="metrics",
    )
    assert {"IncomingRecords", "PutRecordBatch.Records"} <= names
    logs.delete_log_group(logGroupName=group)


def test_a_resharded_data_stream_loses_nothing_and_keeps_its_order(
    aws: Any, bucket: str, make_stream: Any, make_function: Functions, unique: Any
) -> None:
    """Four shards, three and then six half way, and a function that fails at random."""
    kinesis, s3, source = aws("kinesis"), aws("s3"), unique("source")
    kinesis.create_stream(StreamName=source, ShardCount=4)
    kinesis.get_waiter("stream_exists").wait(StreamName=source)
    function = make_function(FAILING_AT_RANDOM)
    make_stream(
        source=kinesis.describe_stream_summary(StreamName=source)["StreamDescriptionSummary"]["StreamARN"],
        Prefix="data/",
        ErrorOutputPrefix="failed/",
        ProcessingConfiguration=_processing(
            ("Lambda", {"LambdaArn": function.arn, "BufferIntervalInSeconds": "0", "NumberOfRetries": "30"}),
            ("AppendDelimiterToRecord", {}),
        ),
    )

    def put(start: int) -> None:
        for first in range(start, start + 1000, 250):
            kinesis.put_records(
                StreamName=source,
                Records=[
                    {"Data": json.dumps({"key": n % 20, "n": n}).encode(), "PartitionKey": f"key-{n % 20}"}
                    for n in range(first, first + 250)
                ],
            )

    def scale(shards: int) -> None:
        kinesis.update_shard_count(StreamName=source, TargetShardCount=shards, ScalingType="UNIFORM_SCALING")
        kinesis.get_waiter("stream_exists").wait(StreamName=source)

    put(0)
    scale(3)
    put(1000)
    scale(6)
    put(2000)

    def arrived() -> list[Any]:
        lines = _lines(_bodies(s3, bucket, "data/"))
        return lines if len(lines) >= 3000 else []

    lines = eventually(
        arrived,
        within=90,
        every=0.5,
        expecting="3,000 records",
        context=lambda: repr(_bodies(s3, bucket, "failed/"))[:2000],
    )
    assert Counter(line["n"] for line in lines) == Counter(range(3000))
    bodies = _bodies(s3, bucket, "data/")  # in the order of their seconds, which several share
    for key in range(20):
        objects = [
            [line["n"] for line in _lines({name: body}) if line["key"] == key]
            for name, body in bodies.items()
        ]
        numbers = [number for found in sorted(filter(None, objects)) for number in found]
        assert numbers == sorted(numbers)  # in order within each object, and no two objects overlap
    kinesis.delete_stream(StreamName=source)


def test_records_are_partitioned_by_their_content_and_by_the_function(
    aws: Any, firehose: Any, bucket: str, make_stream: Any, make_function: Functions
) -> None:
    function = make_function(SORTING)
    name = make_stream(
        Prefix="customer=!{partitionKeyFromQuery:customer}/region=!{partitionKeyFromLambda:region}/",
        ErrorOutputPrefix="failed/!{firehose:error-output-type}/",
        BufferingHints={"SizeInMBs": 64, "IntervalInSeconds": 60},
        DynamicPartitioningConfiguration={"Enabled": True},
        ProcessingConfiguration=_processing(
            ("RecordDeAggregation", {"SubRecordType": "JSON"}),
            ("Lambda", {"LambdaArn": function.arn}),
            ("MetadataExtraction", {"MetadataExtractionQuery": "{customer: .customer.id}"}),
        ),
    )
    orders = [
        {"id": 1, "customer": {"id": "a"}, "region": "north"},
        {"id": 2, "customer": {"id": "b"}, "region": "south"},
        {"id": 3, "customer": {"id": "a"}, "region": "north"},
    ]

    together = "".join(json.dumps(order) for order in orders).encode()
    firehose.put_record(DeliveryStreamName=name, Record={"Data": together})
    _put(firehose, name, {"id": 4, "customer": {"id": None}})
    firehose.delete_delivery_stream(DeliveryStreamName=name)  # delivers what waits

    s3 = aws("s3")
    eventually(lambda: len(_keys(s3, bucket)) == 3, expecting="two partitions and the errors")
    found = {key.rpartition("/")[0]: _lines({key: body}) for key, body in _bodies(s3, bucket).items()}
    assert {folder: [line.get("id") for line in lines] for folder, lines in found.items()} == {
        "customer=a/region=north": [1, 3],
        "customer=b/region=south": [2],
        "failed/metadata-extraction-failed": [None],
    }
    (failed,) = found["failed/metadata-extraction-failed"]
    assert failed["errorCode"] == "DynamicPartitioning.MetadataExtractionFailed"


def test_a_definition_is_told_changed_and_tagged(
    aws: Any, firehose: Any, bucket: str, make_stream: Any
) -> None:
    name = make_stream(
        tags={"team": "sales"},
        Prefix="new/",
        S3BackupMode="Enabled",
        S3BackupConfiguration={
            "RoleARN": ROLE,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "Prefix": "raw/",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 900},
        },
    )
    described = _described(firehose, name)
    extended = described["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert (described["VersionId"], extended["CompressionFormat"]) == ("1", "UNCOMPRESSED")
    assert extended["S3BackupDescription"]["Prefix"] == "raw/"
    assert firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"] == [
        {"Key": "team", "Value": "sales"}
    ]
    change = {
        "DeliveryStreamName": name,
        "DestinationId": described["Destinations"][0]["DestinationId"],
        "ExtendedS3DestinationUpdate": {"Prefix": "newer/", "FileExtension": ".jsonl"},
    }
    firehose.update_destination(CurrentDeliveryStreamVersionId="1", **change)
    with pytest.raises(firehose.exceptions.ConcurrentModificationException, match="do not match"):
        firehose.update_destination(CurrentDeliveryStreamVersionId="1", **change)
    firehose.start_delivery_stream_encryption(DeliveryStreamName=name)
    answer = firehose.put_record(DeliveryStreamName=name, Record={"Data": b"one"})
    assert answer["Encrypted"] is True

    s3 = aws("s3")
    eventually(lambda: _keys(s3, bucket, "newer/"), expecting="an object under the new prefix")
    firehose.delete_delivery_stream(DeliveryStreamName=name)
    eventually(lambda: _keys(s3, bucket, "raw/"), expecting="the backup, which waited until the end")
    bodies = _bodies(s3, bucket)
    assert set(bodies.values()) == {b"one"}
    assert any(re.search(rf"^newer/.*/{name}-2-.*\.jsonl$", key) for key in bodies)
    with pytest.raises(firehose.exceptions.ResourceNotFoundException, match=f"Firehose {name} under account"):
        firehose.put_record(DeliveryStreamName=name, Record={"Data": b"late"})


def test_refusals_are_typed_and_say_why(aws: Any, firehose: Any, bucket: str, unique: Any) -> None:
    def create(**destination: Any) -> Any:
        return firehose.create_delivery_stream(
            DeliveryStreamName=unique("refused"),
            ExtendedS3DestinationConfiguration={
                "RoleARN": ROLE,
                "BucketARN": f"arn:aws:s3:::{bucket}",
                **destination,
            },
        )

    invalid = firehose.exceptions.InvalidArgumentException
    with pytest.raises(invalid, match="ErrorOutputPrefix cannot be null or empty"):
        create(Prefix="!{timestamp:yyyy}/")
    with pytest.raises(invalid, match=r"SchemaConfiguration\.RoleARN must be specified"):
        create(DataFormatConversionConfiguration={"Enabled": True})
    with pytest.raises(invalid, match="Exactly one destination"):
        firehose.create_delivery_stream(DeliveryStreamName=unique("refused"))
    with pytest.raises(ClientError) as caught:
        aws("firehose", parameter_validation=False).create_delivery_stream(DeliveryStreamName="not a name")
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_limits_of_records_and_of_sources(firehose: Any, aws: Any, make_stream: Any, unique: Any) -> None:
    name, invalid = make_stream(), firehose.exceptions.InvalidArgumentException
    with pytest.raises(invalid, match="Records size exceeds 4 MB limit"):
        firehose.put_record_batch(DeliveryStreamName=name, Records=[{"Data": bytes(1_000_000)}] * 5)
    with pytest.raises(ClientError, match=r"at 'records\.2\.member\.data' failed to satisfy constraint"):
        firehose.put_record_batch(
            DeliveryStreamName=name, Records=[{"Data": b""}, {"Data": bytes(1_024_001)}]
        )
    with pytest.raises(invalid, match="The source of the delivery stream"):
        make_stream(source="arn:aws:kinesis:us-east-1:000000000000:stream/nowhere")
    kinesis, source = aws("kinesis"), unique("source")
    kinesis.create_stream(StreamName=source, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=source)
    reading = make_stream(source=f"arn:aws:kinesis:us-east-1:000000000000:stream/{source}")
    with pytest.raises(invalid, match="not permitted on KinesisStreamAsSource delivery stream type"):
        firehose.put_record(DeliveryStreamName=reading, Record={"Data": b"x"})
    with pytest.raises(invalid, match="DirectPut only"):
        firehose.start_delivery_stream_encryption(DeliveryStreamName=reading)
    listed = firehose.list_delivery_streams(DeliveryStreamType="KinesisStreamAsSource")
    assert reading in listed["DeliveryStreamNames"]
    assert name not in listed["DeliveryStreamNames"]
    with pytest.raises(firehose.exceptions.ResourceInUseException, match=f"Firehose {name} under accountId"):
        firehose.create_delivery_stream(
            DeliveryStreamName=name,
            S3DestinationConfiguration={"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::any"},
        )
    kinesis.delete_stream(StreamName=source)


def test_an_object_that_s3_refuses_is_delivered_when_the_bucket_is_there(
    aws: Any, firehose: Any, make_stream: Any, unique: Any
) -> None:
    s3, later = aws("s3"), unique("later")
    name = make_stream(BucketARN=f"arn:aws:s3:::{later}")
    firehose.put_record(DeliveryStreamName=name, Record={"Data": b"patient"})
    firehose.put_record(DeliveryStreamName=name, Record={"Data": b"!"})
    s3.create_bucket(Bucket=later)
    eventually(lambda: len(b"".join(_bodies(s3, later).values())) == 8, expecting="both records")
    together = b"".join(sorted(_bodies(s3, later).values(), reverse=True))
    for key in _keys(s3, later):
        s3.delete_object(Bucket=later, Key=key)
    s3.delete_bucket(Bucket=later)
    assert together == b"patient!"


def test_many_threads_put_and_every_record_arrives_once(
    aws: Any, firehose: Any, bucket: str, make_stream: Any
) -> None:
    name = make_stream(
        BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 1},
        ProcessingConfiguration=_processing(("AppendDelimiterToRecord", {})),
    )

    def put(first: int) -> None:
        _put(firehose, name, *({"n": n, "padding": "x" * 1000} for n in range(first, first + 500)))

    threads = [threading.Thread(target=put, args=(first,)) for first in range(0, 4000, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    s3 = aws("s3")

    def numbers() -> list[int]:
        found = [line["n"] for line in _lines(_bodies(s3, bucket))]
        return found if len(found) >= 4000 else []

    assert sorted(eventually(numbers, every=0.5, expecting="4,000 records")) == list(range(4000))
    sizes = [len(body) for body in _bodies(s3, bucket).values()]
    assert all(size <= 2**20 for size in sizes)
    assert len(sizes) < 12  # 4 MB in buffers of 1 MiB, and of what a second brought


@pytest.mark.embedded  # a container does not reach an endpoint on this machine's loopback
def test_an_http_endpoint_is_still_localstacks(firehose: Any, bucket: str, unique: Any) -> None:
    got: list[dict[str, Any]] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server, name = HTTPServer(("127.0.0.1", 0), Endpoint), unique("endpoint")
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        firehose.create_delivery_stream(
            DeliveryStreamName=name,
            HttpEndpointDestinationConfiguration={
                "EndpointConfiguration": {"Url": f"http://127.0.0.1:{server.server_port}"},
                "S3Configuration": {"RoleARN": ROLE, "BucketARN": f"arn:aws:s3:::{bucket}"},
            },
        )
        (destination,) = _described(firehose, name)["Destinations"]
        assert "HttpEndpointDestinationDescription" in destination
        destination_id = destination["DestinationId"]
        firehose.update_destination(
            DeliveryStreamName=name,
            CurrentDeliveryStreamVersionId="1",
            DestinationId=destination_id,
            HttpEndpointDestinationUpdate={
                "EndpointConfiguration": {"Url": f"http://127.0.0.1:{server.server_port}/orders"}
            },
        )
        firehose.put_record(DeliveryStreamName=name, Record={"Data": b"one"})
        (request,) = got
        assert [base64.b64decode(record["data"]) for record in request["records"]] == [b"one"]
        firehose.delete_delivery_stream(DeliveryStreamName=name)
        assert name not in firehose.list_delivery_streams(Limit=1000)["DeliveryStreamNames"]
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
