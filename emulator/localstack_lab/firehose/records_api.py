"""PutRecord and PutRecordBatch: records go into the pipeline, and the answer does not wait for more."""

import time
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.firehose import InvalidArgumentException, ServiceUnavailableException

from localstack_lab.firehose import constraints
from localstack_lab.firehose.base import FirehoseBase, Request, not_found
from localstack_lab.firehose.pipeline import Overloaded, Stopped
from localstack_lab.firehose.record import put

RECORD_BYTES = 1_024_000
BATCH_BYTES = 4 * 2**20
_LONGEST = f"Member must have length less than or equal to {RECORD_BYTES}"


class Records(FirehoseBase):
    """The operations of producers."""

    @handler("PutRecord", expand=False)
    def put_record(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html"""
        constraints.check("PutRecord", request)
        described = self.described(context, request["DeliveryStreamName"])
        self._require_direct(described)
        if not self.is_ours(described):
            return super().put_record(
                context, delivery_stream_name=request["DeliveryStreamName"], record=request["Record"]
            )
        return {
            "RecordId": self._put(described, "PutRecord", [request["Record"]])[0],
            **_encrypted(described),
        }

    @handler("PutRecordBatch", expand=False)
    def put_record_batch(self, context: RequestContext, request: Request) -> Any:
        """Up to 500 records and 4 MiB; all are taken, or none.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
        """
        records = request.get("Records") or []
        # Records are checked below: the general check would take longer than everything else.
        constraints.check("PutRecordBatch", {**request, "Records": [{"Data": b""}] * len(records)})
        too_large = [
            constraints.report(b"", f"records.{number}.member.data", _LONGEST)
            for number, record in enumerate(records, 1)
            if len(record["Data"]) > RECORD_BYTES
        ]
        if too_large:
            raise constraints.violation(too_large)
        if sum(len(record["Data"]) for record in records) > BATCH_BYTES:
            raise InvalidArgumentException("Records size exceeds 4 MB limit")
        described = self.described(context, request["DeliveryStreamName"])
        self._require_direct(described)
        if not self.is_ours(described):
            return super().put_record_batch(
                context, delivery_stream_name=request["DeliveryStreamName"], records=records
            )
        identifiers = self._put(described, "PutRecordBatch", records)
        return {
            "FailedPutCount": 0,
            "RequestResponses": [{"RecordId": identifier} for identifier in identifiers],
            **_encrypted(described),
        }

    def _put(self, described: Any, operation: str, entries: list[Any]) -> list[str]:
        started = time.time()
        arrived = int(started * 1000)
        records = [put(bytes(entry["Data"]), arrived) for entry in entries]
        pipeline = self.pipeline(described)
        try:
            pipeline.accept(records)
        except Overloaded as error:
            raise ServiceUnavailableException("Slow down.") from error
        except Stopped as error:
            raise not_found(described["DeliveryStreamName"], pipeline.stream.account) from error
        size = sum(len(record.data) for record in records)
        pipeline.metrics.put(operation, len(records), size, time.time() - started)
        return [record.id for record in records]

    @staticmethod
    def _require_direct(described: Any) -> None:
        if described["DeliveryStreamType"] != "DirectPut":
            raise InvalidArgumentException(
                f"This operation is not permitted on {described['DeliveryStreamType']} delivery stream type."
            )


def _encrypted(described: Any) -> dict[str, bool]:
    configuration = described.get("DeliveryStreamEncryptionConfiguration") or {}
    return {"Encrypted": configuration.get("Status") == "ENABLED"}
