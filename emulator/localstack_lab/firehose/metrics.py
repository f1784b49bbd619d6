"""The metrics of one delivery stream.

https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
"""

import time

from localstack_lab.firehose.monitoring import Monitor, Place
from localstack_lab.firehose.outbox import Shipment
from localstack_lab.firehose.record import Record
from localstack_lab.firehose.transform import Outcome, Stream


class StreamMetrics:
    """Names and units as AWS has them; sizes are in bytes."""

    def __init__(self, monitor: Monitor, stream: Stream) -> None:
        self._monitor, self._name = monitor, stream.name
        self._place = Place(stream.account, stream.region)

    def _add(self, name: str, value: float, unit: str) -> None:
        self._monitor.metric(self._place, self._name, name, value, unit)

    def put(self, operation: str, records: int, size: int, seconds: float) -> None:
        """A call of PutRecord or PutRecordBatch."""
        self._add("IncomingRecords", records, "Count")
        self._add("IncomingBytes", size, "Bytes")
        self._add("IncomingPutRequests", 1, "Count")
        self._add(f"{operation}.Requests", 1, "Count")
        self._add(f"{operation}.Bytes", size, "Bytes")
        self._add(f"{operation}.Latency", seconds * 1000, "Milliseconds")
        if operation == "PutRecordBatch":
            self._add("PutRecordBatch.Records", records, "Count")

    def read(self, records: list[Record], millis_behind: int) -> None:
        """Records from the source, a data stream."""
        self._add("DataReadFromKinesisStream.Records", len(records), "Count")
        self._add("DataReadFromKinesisStream.Bytes", sum(len(r.data) for r in records), "Bytes")
        self._add("KinesisMillisBehindLatest", millis_behind, "Milliseconds")

    def transformed(self, outcome: Outcome) -> None:
        """An invocation of the transforming function, with its repetitions."""
        self._add("ExecuteProcessing.Duration", outcome.seconds * 1000, "Milliseconds")
        self._add("ExecuteProcessing.Success", 0 if outcome.invocation_failed else 1, "Count")
        self._add("SucceedProcessing.Records", len(outcome.transformed) + outcome.dropped, "Count")
        self._add("SucceedProcessing.Bytes", sum(len(r.data) for r in outcome.transformed), "Bytes")

    def partitions(self, active: int, exceeded: bool) -> None:
        """Active partitions of a stream with dynamic partitioning."""
        self._add("PartitionCount", active, "Count")
        self._add("PartitionCountExceeded", int(exceeded), "Count")

    def delivered(self, shipment: Shipment, _size: int) -> None:
        """An object that S3 took. Records that failed are no delivery in AWS's sense."""
        if shipment.what == "errors":
            return
        kind = "DeliveryToS3" if shipment.what == "data" else "BackupToS3"
        self._add(f"{kind}.Records", len(shipment.buffer.parts), "Count")
        self._add(f"{kind}.Bytes", shipment.buffer.size, "Bytes")
        self._add(f"{kind}.Success", 1, "Count")
        self._add(f"{kind}.DataFreshness", max(0.0, time.time() - shipment.buffer.oldest / 1000), "Seconds")

    def not_delivered(self) -> None:
        """An object that S3 did not take this time."""
        self._add("DeliveryToS3.Success", 0, "Count")
