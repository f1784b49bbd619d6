"""S3, Lambda, CloudWatch and time, in memory."""

import base64
import json
import threading
from collections.abc import Callable
from typing import Any

from localstack_lab.firehose import descriptions, format_conversion, plan
from localstack_lab.firehose.errors import DeliveryFailed, InvocationFailed
from localstack_lab.firehose.metrics import StreamMetrics
from localstack_lab.firehose.monitoring import Monitor
from localstack_lab.firehose.outbox import Shipment
from localstack_lab.firehose.plan import Function, Target
from localstack_lab.firehose.processing import Processing
from localstack_lab.firehose.transform import Stream

ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/firehose"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:transform"
STREAM = Stream("orders", f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/orders", ACCOUNT, REGION)

Answer = Callable[[dict[str, Any]], Any]


def configuration(**members: Any) -> dict[str, Any]:
    """An ExtendedS3DestinationConfiguration that holds everything back until a test wants it."""
    return {
        "RoleARN": ROLE,
        "BucketARN": "arn:aws:s3:::bucket",
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
        **members,
    }


def processors(*given: tuple[str, dict[str, str]]) -> dict[str, Any]:
    """A ProcessingConfiguration of processors, each a type and its parameters."""
    return {
        "Enabled": True,
        "Processors": [
            {
                "Type": t,
                "Parameters": [{"ParameterName": n, "ParameterValue": v} for n, v in parameters.items()],
            }
            for t, parameters in given
        ],
    }


def with_function(**parameters: str) -> dict[str, Any]:
    """A ProcessingConfiguration with a Lambda processor."""
    return processors(("Lambda", {"LambdaArn": FUNCTION, **parameters}))


def each(result: Callable[[bytes], dict[str, Any]]) -> Answer:
    """A function that answers for each record what `result` makes of its data."""
    return lambda event: {
        "records": [
            {"recordId": record["recordId"], **result(base64.b64decode(record["data"]))}
            for record in event["records"]
        ]
    }


def ok(data: bytes, **more: Any) -> dict[str, Any]:
    return {"result": "Ok", "data": base64.b64encode(data).decode(), **more}


class FakeAws:
    """Lambda answers `answer(event)`; what is in `failures` comes first, and in `refusals` for S3."""

    def __init__(self) -> None:
        self.answer: Answer = each(lambda data: ok(data))
        self.failures: list[InvocationFailed] = []
        self.refusals: list[DeliveryFailed] = []
        self.events: list[dict[str, Any]] = []
        self.objects: dict[str, bytes] = {}
        self.changed = threading.Condition()

    def invoke(self, function: Function, role: str, payload: bytes) -> bytes:
        self.events.append(json.loads(payload))
        if self.failures:
            raise self.failures.pop(0)
        return json.dumps(self.answer(self.events[-1])).encode()

    def put(self, target: Target, key: str, body: bytes) -> None:
        with self.changed:
            if self.refusals:
                raise self.refusals.pop(0)
            self.objects[f"{target.bucket}/{key}"] = body
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[bytes]:
        """The bodies of the objects, once there are so many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.objects) >= count, timeout=10), self.objects
            return list(self.objects.values())


class FakeMonitor(Monitor):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.metrics: list[tuple[str, float]] = []
        self.events: list[dict[str, Any]] = []

    def metric(self, place: Any, stream: str, name: str, value: float, unit: str) -> None:
        self.metrics.append((name, value))

    def event(self, place: Any, group: str, log_stream: str, told: dict[str, Any]) -> None:
        self.events.append(told)


class Lab:
    """Processing on a clock that stands; what it ships and reports is kept."""

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.now = 1000.0
        self.shipped: list[Shipment] = []
        self.reports: list[str] = []
        self.pauses: list[float] = []
        self.monitor = FakeMonitor()
        self.schemas = format_conversion.in_catalog

    def processing(self, scale: float = 1.0, stream: Stream = STREAM, **destination: Any) -> Processing:
        described = descriptions.of_extended_s3(configuration(**destination))
        return Processing(
            stream,
            plan.of(described, "1"),
            scale,
            self.shipped.append,
            lambda function, payload: self.aws.invoke(function, ROLE, payload),
            self.pauses.append,
            lambda code, _message, _function: self.reports.append(code),
            StreamMetrics(self.monitor, stream),
            clock=lambda: self.now,
            schemas=self.schemas,
        )

    def bodies(self, what: str = "data") -> list[bytes]:
        """What was shipped of one kind, an item for each object."""
        return [b"".join(shipment.buffer.parts) for shipment in self.shipped if shipment.what == what]
