"""Dead letters of a stream: where the records lie that were given up, not the records themselves.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.pipes.kinds import parse_arn
from localstack_lab.pipes.lanes import Record

LOG = logging.getLogger(__name__)
INFO_MEMBER = {"kinesis": "KinesisBatchInfo", "dynamodb": "DDBStreamBatchInfo"}
_PRECISION = {"kinesis": "milliseconds", "dynamodb": "seconds"}


def letter(
    pipe_arn: str,
    kind: str,
    stream_arn: str,
    shard: str,
    records: list[Record],
    condition: str,
    now: datetime,
) -> dict[str, Any]:
    """The body of a letter about a batch of a stream (kind: kinesis or dynamodb)."""

    def moment(record: Record) -> str:
        return _iso(datetime.fromtimestamp(record.arrival, UTC), _PRECISION[kind])

    return {
        "context": {"partnerResourceArn": pipe_arn, "condition": condition},
        "version": "1.0",
        "timestamp": _iso(now, "milliseconds"),
        INFO_MEMBER[kind]: {
            "shardId": shard,
            "startSequenceNumber": records[0].sequence_number,
            "endSequenceNumber": records[-1].sequence_number,
            "approximateArrivalOfFirstRecord": moment(records[0]),
            "approximateArrivalOfLastRecord": moment(records[-1]),
            "batchSize": len(records),
            "streamArn": stream_arn,
        },
    }


def _iso(moment: datetime, precision: str) -> str:
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


class DeadLetterQueue:
    """The SQS queue or SNS topic of a pipe's DeadLetterConfig; without one records are dropped, and logged.

    :param client: gives a client of a service for an ARN
    """

    def __init__(
        self, pipe_arn: str, kind: str, stream_arn: str, target: str | None, client: Callable[[str, str], Any]
    ) -> None:
        self._pipe_arn = pipe_arn
        self._kind = kind
        self._stream_arn = stream_arn
        self._target = target
        self._client = client

    def send(self, shard: str, records: list[Record], condition: str) -> bool:
        """See `delivery.DeadLetters`."""
        first, last = records[0].sequence_number, records[-1].sequence_number
        if self._target is None:
            LOG.warning(
                "%s gave up %d records of %s (%s to %s): %s. It has no dead-letter queue.",
                *(self._pipe_arn, len(records), shard, first, last, condition),
            )
            return True
        body = json.dumps(
            letter(
                *(self._pipe_arn, self._kind, self._stream_arn, shard, records, condition),
                datetime.now(UTC),
            )
        )
        try:
            self._put(self._target, body)
        except (ClientError, BotoCoreError) as error:
            LOG.error(
                "%s cannot write to its dead-letter target %s and tries again: %s",
                *(self._pipe_arn, self._target, error),
            )
            return False
        return True

    def _put(self, target: str, body: str) -> None:
        arn = parse_arn(target)
        client = self._client(target, arn.service)
        if arn.service == "sns":
            client.publish(TopicArn=target, Message=body)
            return
        queue = client.get_queue_url(QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account)
        client.send_message(QueueUrl=queue["QueueUrl"], MessageBody=body)
