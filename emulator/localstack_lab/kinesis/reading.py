"""Records as the API answers them."""

from datetime import UTC, datetime
from typing import Any

from localstack_lab.kinesis.shard import Reading, Record
from localstack_lab.kinesis.stream import Stream

MAX_RECORDS = 10_000


def described(stream: Stream, records: list[Record]) -> list[dict[str, Any]]:
    """The API's ``Record``: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html

    EncryptionType is there for records that were written while the stream was encrypted, as on AWS.
    """
    answers: list[dict[str, Any]] = [
        {
            "SequenceNumber": number,
            "ApproximateArrivalTimestamp": datetime.fromtimestamp(stamp / 1000, UTC),
            "Data": data,
            "PartitionKey": key,
        }
        for number, _, stamp, key, data in records
    ]
    if stream.encrypted_from:
        for answer, record in zip(answers, records, strict=True):
            if stream.was_encrypted(record.counter):
                answer["EncryptionType"] = "KMS"
    return answers


def millis_behind(reading: Reading, now: float) -> int:
    """How far behind now a reader is that took in `reading`: 0 only when nothing is left to read."""
    if not reading.more:
        return 0
    last = reading.records[-1].stamp if reading.records else int(now * 1000)
    return max(1, int(now * 1000) - last)
