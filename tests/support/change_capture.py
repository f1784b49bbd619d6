"""A change-capture pipeline without a lab: the hops hold what a test puts there."""

import base64
import io
import json
from datetime import UTC, datetime
from typing import Any

import boto3

from bootstrap.change_capture import ChangeCapture
from handlers.lambdas.sales_cdc.stream_transformation import LAYOUT, lambda_handler

SPEC = ChangeCapture(
    slug="sales_test",
    table="Orders",
    key=LAYOUT.key,
    pipe="orders-pipe",
    partition_key="$.dynamodb.Keys.orderid.S",
    stream="orders-stream",
    delivery="orders-delivery",
    function="orders-function",
    bucket="orders-bucket",
    function_seconds=0,
    seconds=0,
    database="orders-db",
    crawler="orders-crawler",
    classifier="orders-classifier",
    columns=("orderid",),
)


def order(key: str, **fields: Any) -> dict[str, Any]:
    """A typed order that the transform takes; `fields` are typed, and those that are None are left out."""
    item = {
        "orderid": {"S": key},
        "product_name": {"S": "Base 180"},
        "quantity": {"N": "3"},
        "price": {"N": "19234.06"},
    }
    return {name: value for name, value in (item | fields).items() if value is not None}


def stream_record(
    kind: str, sequence: int, new: dict[str, Any] | None = None, old: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A change as a pipe hands it on, as AWS shows it in
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html"""
    key = (new or old or {})["orderid"]
    images = {"NewImage": new, "OldImage": old}
    return {
        "eventID": f"event-{sequence}",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventName": kind,
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000,
            "Keys": {"orderid": key},
            **{name: image for name, image in images.items() if image is not None},
            "SequenceNumber": str(sequence),
            "SizeBytes": 64,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026",
    }


def encoded(record: Any) -> str:
    return base64.b64encode(json.dumps(record).encode()).decode()


class World:
    """A table, its stream, Kinesis, a bucket, a queue and a pipe; stands for `bootstrap.session.Session`."""

    region = "us-east-1"

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.stream: list[dict[str, Any]] = []
        self.kinesis: list[bytes] = []
        self.objects: dict[str, bytes] = {}
        self.given_up = 0
        self.pipe = "RUNNING"
        self.batches: list[list[dict[str, Any]]] = []

    # what happens

    def change(
        self, kind: str, new: dict[str, Any] | None = None, old: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A write: the table and its stream have it."""
        record = stream_record(kind, len(self.stream) + 1, new, old)
        key = record["dynamodb"]["Keys"]["orderid"]["S"]
        if new is None:
            del self.items[key]
        else:
            self.items[key] = new
        self.stream.append(record)
        return record

    def take(self, request: dict[str, Any]) -> None:
        """A write request: the change goes all the way at once."""
        if "PutRequest" in request:
            item = request["PutRequest"]["Item"]
            old = self.items.get(item["orderid"]["S"])
            self.whole("MODIFY" if old else "INSERT", item, old)
        else:
            self.whole("REMOVE", None, self.items[request["DeleteRequest"]["Key"]["orderid"]["S"]])

    def carry(self, record: dict[str, Any]) -> None:
        """The pipe: Kinesis has it."""
        self.kinesis.append(json.dumps(record).encode())

    def deliver(self, *records: dict[str, Any]) -> None:
        """Firehose: the transform's lines, or the failure, in an object of its own."""
        for record in records:
            [answer] = lambda_handler({"records": [{"recordId": "1", "data": encoded(record)}]}, None)[
                "records"
            ]
            if answer["result"] == "Ok":
                self.put("cdc/", base64.b64decode(answer["data"]))
            else:
                failure = {
                    "attemptsMade": 1,
                    "errorCode": "Lambda.ProcessingFailedStatus",
                    "errorMessage": "refused",
                    "rawData": answer["data"],
                }
                self.put("errors/processing-failed/", json.dumps(failure).encode() + b"\n")

    def put(self, prefix: str, body: bytes) -> None:
        self.objects[f"{prefix}{len(self.objects):04}"] = body

    def whole(
        self, kind: str, new: dict[str, Any] | None = None, old: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """A change all the way to its file."""
        record = self.change(kind, new, old)
        self.carry(record)
        self.deliver(record)
        return record

    # what the lab asks

    def client(self, service: str) -> Any:
        return _Client(self, service)


class _Client:
    def __init__(self, world: World, service: str) -> None:
        self._world = world
        real = boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.exceptions = real.exceptions

    def get_paginator(self, operation: str) -> Any:
        return _Pages(getattr(self, operation))

    def describe_table(self, TableName: str) -> dict[str, Any]:
        return {"Table": {"StreamSpecification": {"StreamEnabled": True}, "LatestStreamArn": "arn"}}

    def scan(self, **_: Any) -> dict[str, Any]:
        return {"Items": list(self._world.items.values())}

    def batch_write_item(self, RequestItems: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        [requests] = RequestItems.values()
        self._world.batches.append(requests)
        for request in requests:
            self._world.take(request)
        return {}

    def describe_stream(self, **_: Any) -> dict[str, Any]:
        return {"StreamDescription": {"Shards": [{"ShardId": "shard-1"}]}}

    def list_shards(self, **_: Any) -> dict[str, Any]:
        return {"Shards": [{"ShardId": "shard-1"}]}

    def get_shard_iterator(self, **_: Any) -> dict[str, Any]:
        return {"ShardIterator": "0"}

    def get_records(self, ShardIterator: str, Limit: int) -> dict[str, Any]:
        start = int(ShardIterator)
        if Limit == 1000:  # DynamoDB's stream
            found: list[Any] = self._world.stream[start:]
        else:
            found = [
                {
                    "Data": data,
                    "PartitionKey": "k",
                    "SequenceNumber": str(start + number),
                    "ApproximateArrivalTimestamp": datetime.now(UTC),
                }
                for number, data in enumerate(self._world.kinesis[start:])
            ]
        return {"Records": found, "NextShardIterator": str(start + len(found)), "MillisBehindLatest": 0}

    def list_objects_v2(self, Bucket: str, Prefix: str) -> dict[str, Any]:
        return {"Contents": [{"Key": key} for key in sorted(self._world.objects) if key.startswith(Prefix)]}

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self._world.objects[Key])}

    def get_queue_url(self, QueueName: str) -> dict[str, Any]:
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:
        return {"Attributes": {AttributeNames[0]: str(self._world.given_up), AttributeNames[1]: "0"}}

    def describe_pipe(self, Name: str) -> dict[str, Any]:
        return {"CurrentState": self._world.pipe}


class _Pages:
    def __init__(self, call: Any) -> None:
        self._call = call

    def paginate(self, **arguments: Any) -> list[Any]:
        return [self._call(**arguments)]
