"""One change of an order, as a DynamoDB stream reports it, as one line of JSON for the files in S3.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from .attributes import BadAttribute, json_text, object_text, quoted

REMOVE = "REMOVE"
EVENT_TYPE, CREATED, SEQUENCE, EVENT_ID = (
    "cdc_event_type",
    "creation_datetime",
    "cdc_sequence_number",
    "cdc_event_id",
)
ADDED = (EVENT_TYPE, CREATED, SEQUENCE, EVENT_ID)
"""What a line says beside the order's own fields.

The sequence number puts the changes of one order in their order (records of one order may come through
several shards of Kinesis, and so in any order); the event id tells a change that was delivered twice.
Both are text: a number of 21 digits does not survive readers that hold numbers as floats.
"""

_IMAGE = {"INSERT": "NewImage", "MODIFY": "NewImage", REMOVE: "OldImage"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END_OF_TIME = 253_402_300_800  # the year 10000, in seconds


class BadRecord(Exception):
    """The record is at fault; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that every line has, in their order, before those of `ADDED` and the order's other fields.

    :param key: the table's key, a string
    :param columns: name → the type that the catalog gives it
    """

    key: str
    columns: Mapping[str, Literal["string", "int", "double"]]


def change_line(change: object, layout: Layout) -> str:
    """JSON text without an end of line.

    A delete has no new image: its line holds the order as it was, and ``cdc_event_type`` says REMOVE. Columns
    that do not fit are null there, because an order must be deletable whatever was wrong with it.

    :param change: the record as the pipe hands it on, numbers with a fraction as Decimal
    :raises BadRecord: with the reason
    """
    if not isinstance(change, Mapping):
        raise BadRecord("it is no JSON object")
    kind, body = change.get("eventName"), change.get("dynamodb")
    if not isinstance(kind, str) or kind not in _IMAGE or not isinstance(body, Mapping):
        raise BadRecord("it is no record of a DynamoDB stream")
    image = body.get(_IMAGE[kind])
    if not isinstance(image, Mapping):
        raise BadRecord(f"a record of {kind} without {_IMAGE[kind]}: the stream must show both images")
    removed = kind == REMOVE
    if (clash := [name for name in ADDED if name in image]) and not removed:
        raise BadRecord(f"the order has a field {clash[0]!r}, a name that this pipeline gives")
    fields = {name: _column(layout, name, image, null=removed) for name in layout.columns}
    fields[EVENT_TYPE] = quoted(kind)
    fields[CREATED] = quoted(_created(body.get("ApproximateCreationDateTime")))
    fields[SEQUENCE] = quoted(_sequence(body.get("SequenceNumber")))
    fields[EVENT_ID] = quoted(_event_id(change.get("eventID")))
    others = sorted(image.keys() - fields.keys())
    return object_text(fields | {name: _attribute(name, image[name]) for name in others})


def _column(layout: Layout, name: str, image: Mapping[str, Any], *, null: bool) -> str:
    try:
        if name not in image:
            raise BadRecord(f"the order has no {name}")
        text = _attribute(name, image[name])
        _require(layout.columns[name], name, image[name], text)
    except BadRecord:
        if null and name != layout.key:
            return "null"
        raise
    return text


def _require(wanted: str, name: str, attribute: Mapping[str, Any], text: str) -> None:
    [kind] = attribute
    if kind != ("S" if wanted == "string" else "N"):
        raise BadRecord(f"{name} is {text[:80]} of type {kind}; it must be a {wanted}")
    if wanted == "int" and not text.removeprefix("-").isdecimal():
        raise BadRecord(f"{name} is {text[:80]}; it must be a whole number")


def _attribute(name: str, attribute: object) -> str:
    try:
        return json_text(attribute)
    except BadAttribute as error:
        raise BadRecord(f"{name}: {error}") from error


def _created(seconds: object) -> str:
    if isinstance(seconds, bool) or not isinstance(seconds, int | Decimal):
        raise BadRecord("it has no ApproximateCreationDateTime")
    if not 0 <= seconds < _END_OF_TIME:
        raise BadRecord("its ApproximateCreationDateTime is in no year that there is")
    moment = _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))
    return moment.isoformat().replace("+00:00", "Z")


def _sequence(number: object) -> str:
    if not isinstance(number, str) or not number.isdecimal():
        raise BadRecord("it has no SequenceNumber")
    return number


def _event_id(identity: object) -> str:
    if not isinstance(identity, str) or not identity:
        raise BadRecord("it has no eventID")
    return identity
