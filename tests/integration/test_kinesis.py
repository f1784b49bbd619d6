"""Kinesis over HTTP: both protocols, fan-out as a stream of events, and what LocalStack's own consumers
ask."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import cbor2
import pytest
from botocore.exceptions import ClientError

from tests.support.waiting import eventually

CBOR = "application/x-amz-cbor-1.1"
SHARD_0 = "shardId-000000000000"


@pytest.fixture
def kinesis(aws: Callable[..., Any]) -> Any:
    return aws("kinesis")


@pytest.fixture
def make_stream(kinesis: Any, unique: Callable[[str], str]) -> Iterator[Callable[..., str]]:
    """Make an active stream, gone after the test; returns its name."""
    made: list[str] = []

    def make(shards: int = 1) -> str:
        name = unique("stream")
        kinesis.create_stream(StreamName=name, ShardCount=shards)
        made.append(name)
        kinesis.get_waiter("stream_exists").wait(StreamName=name)
        return name

    yield make
    for name in made:
        kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)


@pytest.fixture
def cbor(lab_endpoint: str) -> Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]:
    """Call an operation as the Java SDK does; returns the status and the decoded answer."""

    def call(operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        credential = "test/20261120/us-east-1/kinesis/aws4_request"
        headers = {
            "Content-Type": CBOR,
            "X-Amz-Target": f"Kinesis_20131202.{operation}",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=none",
        }
        asked = urllib.request.Request(lab_endpoint, cbor2.dumps(request), headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                status, body, kind = answer.status, answer.read(), answer.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            with error:
                status, body, kind = error.code, error.read(), error.headers["Content-Type"]
        assert kind == CBOR
        # A moment is milliseconds under CBOR's tag for seconds; without the tag it is read as a number.
        return status, cbor2.loads(body.replace(b"\xc1\x1b", b"\x1b")) if body else {}

    return call


def _arn(kinesis: Any, name: str) -> str:
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def _iterator(kinesis: Any, name: str, shard: str = SHARD_0, kind: str = "TRIM_HORIZON") -> str:
    answer = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType=kind)
    return answer["ShardIterator"]


def test_a_stream_comes_and_goes(kinesis: Any, unique: Any) -> None:
    name = unique("stream")
    kinesis.create_stream(StreamName=name, ShardCount=2, Tags={"team": "sales"})
    kinesis.get_waiter("stream_exists").wait(StreamName=name)
    assert name in kinesis.list_streams()["StreamNames"]
    kinesis.delete_stream(StreamName=name)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name)
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException, match=f"Stream {name} under account"):
        kinesis.describe_stream(StreamName=name)


def test_five_hundred_records_come_back_as_they_were_put(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    blobs = [f"{number} größer ".encode() + bytes(range(256)) for number in range(500)]

    put = kinesis.put_records(
        StreamName=name, Records=[{"Data": blob, "PartitionKey": f"ключ-{n}"} for n, blob in enumerate(blobs)]
    )
    got = kinesis.get_records(ShardIterator=_iterator(kinesis, name))

    assert put["FailedRecordCount"] == 0
    assert [record["Data"] for record in got["Records"]] == blobs
    assert [r["SequenceNumber"] for r in got["Records"]] == [r["SequenceNumber"] for r in put["Records"]]
    assert got["Records"][7]["PartitionKey"] == "ключ-7"
    assert got["MillisBehindLatest"] == 0


def test_json_and_cbor_see_the_same_records(kinesis: Any, make_stream: Any, cbor: Any) -> None:
    name = make_stream()
    status, put = cbor(
        "PutRecords",
        {
            "StreamName": name,
            "Records": [
                {"Data": b"\x00\xff one", "PartitionKey": "a"},
                {"Data": b"two", "PartitionKey": "a", "ExplicitHashKey": "0"},
            ],
        },
    )
    assert (status, put["FailedRecordCount"]) == (200, 0)
    kinesis.put_record(StreamName=name, Data=b"three", PartitionKey="b")
    status, single = cbor("PutRecord", {"StreamName": name, "Data": b"four", "PartitionKey": "c"})
    assert (status, single["ShardId"]) == (200, SHARD_0)

    by_json = kinesis.get_records(ShardIterator=_iterator(kinesis, name))["Records"]
    _, token = cbor(
        "GetShardIterator", {"StreamName": name, "ShardId": SHARD_0, "ShardIteratorType": "TRIM_HORIZON"}
    )
    _, by_cbor = cbor("GetRecords", {"ShardIterator": token["ShardIterator"]})

    assert [record["Data"] for record in by_json] == [b"\x00\xff one", b"two", b"three", b"four"]
    for one, other in zip(by_json, by_cbor["Records"], strict=True):
        millis = round(one.pop("ApproximateArrivalTimestamp").timestamp() * 1000)
        assert millis == other.pop("ApproximateArrivalTimestamp")
        assert one == other


def test_cbor_timestamps_are_milliseconds(kinesis: Any, make_stream: Any, cbor: Any) -> None:
    name = make_stream()
    kinesis.put_record(StreamName=name, Data=b"x", PartitionKey="k")
    (record,) = kinesis.get_records(ShardIterator=_iterator(kinesis, name))["Records"]
    millis = round(record["ApproximateArrivalTimestamp"].timestamp() * 1000)
    asked = {"StreamName": name, "ShardId": SHARD_0, "ShardIteratorType": "AT_TIMESTAMP"}

    _, token = cbor("GetShardIterator", asked | {"Timestamp": cbor2.CBORTag(1, millis)})
    _, answer = cbor("GetRecords", {"ShardIterator": token["ShardIterator"]})

    assert [record["Data"] for record in answer["Records"]] == [b"x"]


def test_errors_are_typed_in_both_protocols(kinesis: Any, cbor: Any, unique: Any) -> None:
    name = unique("nowhere")
    with pytest.raises(kinesis.exceptions.ResourceNotFoundException):
        kinesis.put_records(StreamName=name, Records=[{"Data": b"", "PartitionKey": "k"}])
    status, answer = cbor("PutRecords", {"StreamName": name, "Records": [{"Data": b"", "PartitionKey": "k"}]})
    assert (status, answer["__type"]) == (400, "ResourceNotFoundException")
    assert answer["message"] == f"Stream {name} under account 000000000000 not found."


def test_validation_speaks_aws_words_over_http(aws: Any, make_stream: Any) -> None:
    anything = aws("kinesis", parameter_validation=False)
    with pytest.raises(ClientError) as caught:
        anything.put_records(
            StreamName=make_stream(), Records=[{"Data": b"x", "PartitionKey": "k" * 257}, {"Data": b"x"}]
        )
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("2 validation errors detected: Value 'kkk")
    assert "at 'records.2.member.partitionKey' failed to satisfy constraint" in error["Message"]


def test_a_resharded_stream_is_read_through_its_lineage(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    kinesis.put_record(StreamName=name, Data=b"before", PartitionKey="k")
    kinesis.update_shard_count(StreamName=name, TargetShardCount=2, ScalingType="UNIFORM_SCALING")

    def scaled() -> bool:
        summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        return summary["StreamStatus"] == "ACTIVE" and summary["OpenShardCount"] == 2

    eventually(scaled, expecting="two open shards")
    kinesis.put_record(StreamName=name, Data=b"after", PartitionKey="k")
    parent = kinesis.get_records(ShardIterator=_iterator(kinesis, name))
    children = [child["ShardId"] for child in parent["ChildShards"]]
    later = [
        record["Data"]
        for child in children
        for record in kinesis.get_records(ShardIterator=_iterator(kinesis, name, child))["Records"]
    ]
    assert [record["Data"] for record in parent["Records"]] == [b"before"]
    assert "NextShardIterator" not in parent
    assert later == [b"after"]


@pytest.fixture
def consumer(kinesis: Any, make_stream: Any) -> tuple[str, str]:
    """A stream of one shard and the ARN of an active consumer on it."""
    name = make_stream()
    made = kinesis.register_stream_consumer(StreamARN=_arn(kinesis, name), ConsumerName="fan")["Consumer"]

    def active() -> bool:
        described = kinesis.describe_stream_consumer(ConsumerARN=made["ConsumerARN"])
        return described["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE"

    eventually(active, expecting="an active consumer")
    return name, made["ConsumerARN"]


@pytest.fixture
def subscribe(kinesis: Any) -> Iterator[Callable[..., Iterator[dict[str, Any]]]]:
    """Subscribe a consumer to shard 0 and return its events; the connection is closed after the test."""
    streams: list[Any] = []

    def start(consumer_arn: str, kind: str = "TRIM_HORIZON") -> Iterator[dict[str, Any]]:
        answer = kinesis.subscribe_to_shard(
            ConsumerARN=consumer_arn, ShardId=SHARD_0, StartingPosition={"Type": kind}
        )
        streams.append(answer["EventStream"])
        return (event["SubscribeToShardEvent"] for event in streams[-1])

    yield start
    for stream in streams:
        stream.close()


def test_records_are_pushed_to_a_subscriber_until_its_shard_ends(
    kinesis: Any, consumer: Any, subscribe: Any
) -> None:
    name, consumer_arn = consumer
    for blob in (b"0", b"1", b"2"):
        kinesis.put_record(StreamName=name, Data=blob, PartitionKey="k")
    events = subscribe(consumer_arn)

    first = next(events)
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey=str(2**127))
    rest = list(events)

    assert [record["Data"] for record in first["Records"]] == [b"0", b"1", b"2"]
    assert len(first["ContinuationSequenceNumber"]) == 56
    assert len(rest[-1]["ChildShards"]) == 2
    assert "ContinuationSequenceNumber" not in rest[-1]
    assert not any(event["Records"] for event in rest)


def test_a_put_reaches_a_waiting_subscriber(kinesis: Any, consumer: Any, subscribe: Any) -> None:
    name, consumer_arn = consumer
    events = subscribe(consumer_arn, "LATEST")
    received: list[bytes] = []

    def listen() -> None:
        while not received:
            received.extend(record["Data"] for record in next(events)["Records"])

    listener = threading.Thread(target=listen)
    listener.start()
    kinesis.put_record(StreamName=name, Data=b"pushed", PartitionKey="k")
    listener.join(timeout=20)
    assert received == [b"pushed"]


def test_a_second_subscription_at_once_is_refused(kinesis: Any, consumer: Any, subscribe: Any) -> None:
    subscribe(consumer[1])
    with pytest.raises(kinesis.exceptions.ResourceInUseException):
        subscribe(consumer[1])


def test_the_calls_of_localstacks_event_source_poller(kinesis: Any, make_stream: Any) -> None:
    """GIVEN a stream of two shards WHEN it is read as the poller of event source mappings reads it THEN all
    comes.

    The poller names the stream by its ARN throughout and goes on with NextShardIterator only.
    """
    name = make_stream(2)
    arn = _arn(kinesis, name)
    stream = kinesis.describe_stream(StreamARN=arn)["StreamDescription"]
    assert stream["StreamStatus"] == "ACTIVE"
    tokens = {
        shard["ShardId"]: kinesis.get_shard_iterator(
            StreamARN=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]
        for shard in stream["Shards"]
    }
    orders = [json.dumps({"order": number}).encode() for number in range(50)]
    kinesis.put_records(
        StreamARN=arn, Records=[{"Data": order, "PartitionKey": str(n)} for n, order in enumerate(orders)]
    )

    found: list[bytes] = []
    for shard, token in tokens.items():
        for _ in range(10):
            answer = kinesis.get_records(StreamARN=arn, ShardIterator=token, Limit=7)
            found += [record["Data"] for record in answer["Records"]]
            token = tokens[shard] = answer["NextShardIterator"]
            assert all(record["ApproximateArrivalTimestamp"].timestamp() > 0 for record in answer["Records"])

    assert sorted(found) == sorted(orders)


def test_an_encryption_key_must_exist(aws: Any, kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    unknown = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
    with pytest.raises(kinesis.exceptions.KMSNotFoundException):
        kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=unknown)
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)
    kinesis.get_waiter("stream_exists").wait(StreamName=name)
    assert kinesis.put_record(StreamName=name, Data=b"x", PartitionKey="k")["EncryptionType"] == "KMS"


def test_policies_tags_and_limits_over_http(kinesis: Any, make_stream: Any) -> None:
    arn = _arn(kinesis, make_stream())
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    kinesis.put_resource_policy(ResourceARN=arn, Policy=policy)
    assert kinesis.get_resource_policy(ResourceARN=arn)["Policy"] == policy
    kinesis.tag_resource(ResourceARN=arn, Tags={"a": "b"})
    assert kinesis.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    limits = kinesis.describe_limits()
    assert limits["OpenShardCount"] <= limits["ShardLimit"]
    settings = kinesis.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert settings["Status"] == "DISABLED"


def test_cloudformation_makes_a_stream_and_a_consumer(aws: Any, kinesis: Any, unique: Any) -> None:
    name = unique("stack")
    template = {
        "Resources": {
            "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": name, "ShardCount": 2}},
            "Fan": {
                "Type": "AWS::Kinesis::StreamConsumer",
                "Properties": {"ConsumerName": "fan", "StreamARN": {"Fn::GetAtt": ["Stream", "Arn"]}},
            },
        }
    }
    formation = aws("cloudformation")
    formation.create_stack(StackName=name, TemplateBody=json.dumps(template))

    def status() -> str:
        return formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]

    eventually(lambda: status() == "CREATE_COMPLETE", expecting="a complete stack", context=status)
    assert len(kinesis.list_shards(StreamName=name)["Shards"]) == 2
    consumers = kinesis.list_stream_consumers(StreamARN=_arn(kinesis, name))["Consumers"]
    assert [consumer["ConsumerName"] for consumer in consumers] == ["fan"]
    formation.delete_stack(StackName=name)
    eventually(
        lambda: name not in kinesis.list_streams()["StreamNames"], expecting="no stream without its stack"
    )
