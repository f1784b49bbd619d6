"""From a record to its buffer: split, transform, find the partition. `pipeline` gives it its thread."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localstack_lab.firehose import deaggregation, format_conversion, partitioning, transform
from localstack_lab.firehose.buffers import ACTIVE_PARTITIONS, Buffer, Buffers
from localstack_lab.firehose.errors import Report
from localstack_lab.firehose.format_conversion import Conversion, Converter, Schema, SchemaUnknown
from localstack_lab.firehose.format_conversion_json import Malformed
from localstack_lab.firehose.metrics import StreamMetrics
from localstack_lab.firehose.outbox import Shipment
from localstack_lab.firehose.partitioning import WHOLE, Partition
from localstack_lab.firehose.plan import Plan
from localstack_lab.firehose.queries import ExtractionError
from localstack_lab.firehose.record import Failure, Record
from localstack_lab.firehose.transform import Invoke, Pause, Stream


def error_line(failure: Failure) -> bytes:
    """What AWS writes about a record that failed, a JSON document on a line.

    https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
    """
    told: dict[str, Any] = {
        "attemptsMade": failure.attempts,
        "arrivalTimestamp": failure.record.arrived,
        "errorCode": failure.code,
        "errorMessage": failure.message,
        "attemptEndingTimestamp": failure.ended,
        "rawData": base64.b64encode(failure.record.source).decode(),
    }
    if failure.table is not None:
        return _conversion_error_line(failure)
    if failure.lambda_arn:
        told["lambdaArn"] = failure.lambda_arn
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _conversion_error_line(failure: Failure) -> bytes:
    """https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html#record-format-conversion-error-handling"""
    table, kinesis = failure.table or {}, failure.record.kinesis or {}
    named = {
        "catalogId": "CatalogId",
        "databaseName": "DatabaseName",
        "tableName": "TableName",
        "region": "Region",
        "versionId": "VersionId",
    }
    told: dict[str, Any] = {
        "attemptsMade": failure.attempts,
        "arrivalTimestamp": failure.record.arrived,
        "lastErrorCode": failure.code,
        "lastErrorMessage": failure.message,
        "attemptEndingTimestamp": failure.ended,
        "rawData": base64.b64encode(failure.record.data).decode(),
        "sequenceNumber": kinesis.get("sequenceNumber"),
        "subSequenceNumber": kinesis.get("subsequenceNumber"),
        "dataCatalogTable": {name: table.get(member) for name, member in named.items()}
        | {"catalogArn": None},
    }
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


class Processing:
    """Used by one thread at a time.

    :param ship: takes what is ready for S3
    :param clock: seconds, for buffers
    :param schemas: (account, region, SchemaConfiguration) → the catalog's schema
    """

    def __init__(
        self,
        stream: Stream,
        plan: Plan,
        scale: float,
        ship: Callable[[Shipment], None],
        invoke: Invoke,
        pause: Pause,
        report: Report,
        metrics: StreamMetrics,
        clock: Callable[[], float] = time.monotonic,
        schemas: Callable[[str, str, dict[str, str]], Schema] = format_conversion.in_catalog,
    ) -> None:
        self._schemas = schemas
        self._converter: Converter | None = None
        self._stream, self.plan, self._scale = stream, plan, scale
        self._ship, self._invoke, self._pause = ship, invoke, pause
        self._report, self._metrics, self._clock = report, metrics, clock
        self._data: Buffers[Partition] = Buffers(scale)
        self._backup: Buffers[Partition] = Buffers(scale)
        self._errors: Buffers[str] = Buffers(scale)
        self._batch: list[Record] = []
        self._batch_bytes = self._batch_payload = 0
        self._batch_due = 0.0

    def take(self, records: list[Record]) -> None:
        """Take records in, in their order; transforms and ships whatever is full by them."""
        plan = self.plan
        for record in records:
            if plan.backup is not None:
                now = self._clock()
                full = self._backup.add(WHOLE, record.source, record.arrived, plan.backup, now)
                for buffer in full:
                    self._ship_backup(plan, buffer)
            for part in self._split(record) if plan.splits else (record,):
                if plan.function is None:
                    self._place(part)
                else:
                    self._collect(part)

    def tick(self, everything: bool = False) -> None:
        """Transform and ship whatever has waited long enough, or all there is."""
        if self._batch and (everything or self._batch_due <= self._clock()):
            self._transform()
        now, plan = self._clock(), self.plan
        for _, buffer in self._backup.take_due(now, everything):
            self._ship_backup(plan, buffer)
        for partition, buffer in self._data.take_due(now, everything):
            self._ship_data(partition, buffer)
        for kind, buffer in self._errors.take_due(now, everything):
            self._ship_errors(kind, buffer)

    def next_due(self) -> float | None:
        """When `tick` has something to do, on the clock; None when nothing waits."""
        dues = [self._data.next_due(), self._backup.next_due(), self._errors.next_due()]
        if self._batch:
            dues.append(self._batch_due)
        return min((due for due in dues if due is not None), default=None)

    def _split(self, record: Record) -> list[Record]:
        try:
            return deaggregation.split(record, self.plan.separator)
        except deaggregation.NotSeparable as error:
            self._extraction_failed(record, str(error))
            return []

    def _collect(self, record: Record) -> None:
        function, payload = self.plan.function, transform.payload_size(record)
        if function is None:
            raise ValueError("there is no function to collect for")
        too_large = self._batch_bytes + len(record.data) > function.size
        if self._batch and (too_large or not transform.fits(self._batch_payload + payload)):
            self._transform()
        if not self._batch:
            self._batch_due = self._clock() + function.interval * self._scale
        self._batch.append(record)
        self._batch_bytes += len(record.data)
        self._batch_payload += payload
        if self._batch_bytes >= function.size:
            self._transform()

    def _transform(self) -> None:
        batch, self._batch, self._batch_bytes, self._batch_payload = self._batch, [], 0, 0
        if self.plan.function is None:  # taken out of the definition while they waited
            for record in batch:
                self._place(record)
            return
        outcome = transform.run(
            self._stream, self.plan.function, batch, self._invoke, self._pause, self._report
        )
        self._metrics.transformed(outcome)
        for record in outcome.transformed:
            self._place(record)
        for failure in outcome.failures:
            self._fail(failure)

    def _place(self, record: Record) -> None:
        plan = self.plan
        try:
            partition = partitioning.of(record, plan)
        except ExtractionError as error:
            self._extraction_failed(record, str(error))
            return
        if plan.partitioned and partition not in self._data and len(self._data) >= ACTIVE_PARTITIONS:
            self._metrics.partitions(len(self._data), exceeded=True)
            message = f"The limit of {ACTIVE_PARTITIONS} active partitions of a Firehose stream is reached."
            self._fail(_failure(record, partitioning.TOO_MANY, partitioning.TOO_MANY_CODE, message))
            return
        if plan.conversion is not None:
            converted = self._converted(record, plan.conversion)
            if converted is None:
                return
            data = converted
        else:
            data = record.data + plan.delimiter if plan.delimiter else record.data
        for buffer in self._data.add(partition, data, record.arrived, plan.data, self._clock()):
            self._ship_data(partition, buffer)

    def _converted(self, record: Record, conversion: Conversion) -> bytes | None:
        """The record's rows for the encoder; None when it failed. A new schema begins with new buffers."""
        if self._converter is None or self._converter.conversion is not conversion:
            self._converter = Converter(conversion, self._schema)
        try:
            encoder = self._converter.encoder()
            if self._converter.changed():
                for partition, buffer in self._data.take_due(self._clock(), everything=True):
                    self._ship_data(partition, buffer, encoder)
            return self._converter.read(record.data)
        except SchemaUnknown as error:
            failed = _failure(record, format_conversion.FAILED, error.code, str(error))
        except Malformed as error:
            failed = _failure(record, format_conversion.FAILED, error.code, str(error))
        failed.table = {"Region": self._stream.region, "CatalogId": self._stream.account, **conversion.table}
        self._report(failed.code, failed.message, None)
        self._fail(failed)
        return None

    def _schema(self, table: dict[str, str]) -> Schema:
        return self._schemas(self._stream.account, self._stream.region, table)

    def _extraction_failed(self, record: Record, message: str) -> None:
        self._report(partitioning.CODE, message, None)
        self._fail(_failure(record, partitioning.FAILED, partitioning.CODE, message))

    def _fail(self, failure: Failure) -> None:
        target, line = self.plan.errors, error_line(failure)
        for buffer in self._errors.add(failure.kind, line, failure.record.arrived, target, self._clock()):
            self._ship_errors(failure.kind, buffer)

    def _ship_data(
        self, partition: Partition, buffer: Buffer, encoder: Callable[[bytes], bytes] | None = None
    ) -> None:
        plan = self.plan
        if encoder is None and plan.conversion is not None and self._converter is not None:
            encoder = self._converter.encoder()
        if plan.partitioned:
            self._metrics.partitions(len(self._data) + 1, exceeded=False)
        query, function = dict(partition.query), dict(partition.function)
        self._ship(Shipment("data", plan.data, plan.version, buffer, query, function, encode=encoder))

    def _ship_backup(self, plan: Plan, buffer: Buffer) -> None:
        target = plan.backup or replace(plan.data, extension="")
        self._ship(Shipment("backup", target, plan.version, buffer))

    def _ship_errors(self, kind: str, buffer: Buffer) -> None:
        self._ship(Shipment("errors", self.plan.errors, self.plan.version, buffer, error_type=kind))


def _failure(record: Record, kind: str, code: str, message: str) -> Failure:
    return Failure(record, kind, code, message, 1, int(time.time() * 1000))
