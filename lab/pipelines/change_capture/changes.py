"""One change of one order, as each hop tells of it."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

INSERT, MODIFY, REMOVE = KINDS = ("INSERT", "MODIFY", "REMOVE")


class NotAChange(Exception):
    """What lies in a hop is none of the table's changes; the text says why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which change it is, without what it changed: thousands are held at once.

    :param sequence: of one order's changes, the later one has the higher number
    """

    event_id: str
    sequence: int
    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}"

    def check(self) -> None:
        """:raises NotAChange: its members are not what they must be"""
        if self.kind not in KINDS or not isinstance(self.key, str) or not isinstance(self.event_id, str):
            raise NotAChange(f"an event {self.kind!r} of {self.key!r}")


@dataclass(frozen=True, slots=True)
class Change:
    """A change with the order before and after, in DynamoDB's typed form; None where there was none."""

    mark: Mark
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created: float | None

    @classmethod
    def of_stream(cls, record: dict[str, Any], key: str) -> Self:
        """From a record of a DynamoDB stream, as its API answers it or as a pipe hands it on.

        :param key: the name of the table's key
        :raises NotAChange: it is none of a table with that key
        """
        try:
            body = record["dynamodb"]
            mark = Mark(
                record["eventID"], int(body["SequenceNumber"]), record["eventName"], body["Keys"][key]["S"]
            )
            mark.check()
            created = body.get("ApproximateCreationDateTime")
            seconds = created.timestamp() if hasattr(created, "timestamp") else created
            return cls(
                mark, body.get("OldImage"), body.get("NewImage"), None if seconds is None else float(seconds)
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAChange(f"it lacks or misstates {error}") from error

    @classmethod
    def of_json(cls, data: bytes, key: str) -> Self:
        """From what lies in Kinesis.

        :raises NotAChange: see `of_stream`
        """
        try:
            record = json.loads(data)
        except ValueError as error:
            raise NotAChange(f"it is no JSON: {error}") from error
        return cls.of_stream(record, key)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file in S3.

    :param fields: the order's own fields, numbers as Decimal
    """

    mark: Mark
    created: str
    fields: dict[str, Any]

    @classmethod
    def read(cls, text: bytes, key: str) -> Self:
        """:raises NotAChange: it is no line that the transform function writes"""
        try:
            fields = json.loads(text, parse_float=Decimal, parse_int=Decimal)
            kind, created = fields.pop("cdc_event_type"), fields.pop("creation_datetime")
            sequence = int(fields.pop("cdc_sequence_number"))
            mark = Mark(fields.pop("cdc_event_id"), sequence, kind, fields[key])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAChange(f"it lacks or misstates {error}") from error
        mark.check()
        return cls(mark, created, fields)
