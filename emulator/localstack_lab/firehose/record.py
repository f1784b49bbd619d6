"""A record on its way through a delivery stream."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

_numbers = itertools.count(int(time.time() * 1000) << 24)


@dataclass(slots=True)
class Record:
    """One record.

    id: what Lambda calls ``recordId``: unique in the stream
    data: as it is now, after whatever has been done to it
    arrived: milliseconds since the epoch
    kinesis: ``kinesisRecordMetadata`` of a record that came from a data stream
    source: as it arrived, which is what a failure report repeats
    lambda_keys: partition keys that the transforming function gave it
    """

    id: str
    data: bytes
    arrived: int
    kinesis: dict[str, Any] | None = None
    source: bytes = b""
    lambda_keys: dict[str, str] = field(default_factory=dict)


def put(data: bytes, arrived: int) -> Record:
    """A record of PutRecord or PutRecordBatch."""
    return Record(f"{next(_numbers):056d}000000", data, arrived, source=data)


@dataclass(slots=True)
class Failure:
    """A record that goes under ErrorOutputPrefix, and why.

    kind: the value of ``!{firehose:error-output-type}``, such as ``processing-failed``
    table: of the catalog, when it is one that its format could not be converted by
    attempts, ended: how often it was tried and when the last time ended, in milliseconds since the epoch
    """

    record: Record
    kind: str
    code: str
    message: str
    attempts: int
    ended: int
    lambda_arn: str | None = None
    table: dict[str, str] | None = None
