"""Kinesis data streams and Firehose streams as targets."""

from __future__ import annotations

from typing import Any

from localstack_lab.pipes.targets.base import Outgoing, Sent, Setting, parameter, send_in_pieces

MOST = 500
KINESIS_BYTES = 5 * 1024 * 1024
FIREHOSE_BYTES = 4 * 1024 * 1024


class KinesisTarget:
    """PutRecords; records of one key stay in their order, unless the stream refuses one between others.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetKinesisStreamParameters.html
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._key: str = setting.parameters["PartitionKey"]

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""
        records = [
            {
                "Data": outgoing.data,
                "PartitionKey": parameter(self._key, outgoing.event, "PartitionKey"),
            }
            for outgoing in events
        ]

        def put(run: list[int]) -> Sent:
            request = {"StreamARN": self._setting.arn, "Records": [records[at] for at in run]}
            answer = self._setting.call("put_records", **request)
            return _sent(request, answer, run, answer["Records"], answer.get("FailedRecordCount", 0))

        return send_in_pieces(events, MOST, KINESIS_BYTES, put)


class FirehoseTarget:
    """PutRecordBatch. https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html"""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._name = setting.arn.rsplit("/", 1)[-1]

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""

        def put(run: list[int]) -> Sent:
            records = [{"Data": events[at].data} for at in run]
            request = {"DeliveryStreamName": self._name, "Records": records}
            answer = self._setting.call("put_record_batch", **request)
            return _sent(request, answer, run, answer["RequestResponses"], answer.get("FailedPutCount", 0))

        return send_in_pieces(events, MOST, FIREHOSE_BYTES, put)


def _sent(
    request: dict[str, Any], answer: dict[str, Any], run: list[int], results: list[Any], failed: int
) -> Sent:
    positions = []
    reason = ""
    if failed:
        for at, result in zip(run, results, strict=True):
            if result.get("ErrorCode"):
                positions.append(at)
                reason = f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
    return Sent(request, answer, positions, reason=reason)
