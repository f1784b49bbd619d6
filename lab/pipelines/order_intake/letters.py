"""The dead-letter queue: every form of message in it, and holding messages without losing them.

Four kinds of message end there: an order that the state machine refused or could not store, a file likewise,
an event of S3 that EventBridge could not deliver, and the end of an execution that failed as a whole. Each
names what it is about, so two messages about the same thing count once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from bootstrap import order_intake as wiring
from bootstrap.session import Session

HOLD_SECONDS = 60
_BATCH = 10  # SQS's limit for one receive, delete or visibility call


class FileVersion(NamedTuple):
    """One delivery: an object and the version that the event named (``null`` without versioning)."""

    bucket: str
    key: str
    version_id: str

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}@{self.version_id}"


class Entry(NamedTuple):
    """One order in a letter; `whole` is False where no message could hold it: it stands in the file."""

    position: int
    order: Any
    whole: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One message.

    :param file: what it is about; None when the message cannot be read
    :param entries: its orders; empty when it is about the file as a whole
    :param execution: ARN of the execution that wrote it, or that it tells of
    """

    message_id: str
    receipt: str
    body: str
    file: FileVersion | None = None
    size: int = 0
    entries: tuple[Entry, ...] = ()
    reasons: tuple[dict[str, str], ...] = ()
    execution: str | None = None

    @property
    def why(self) -> str:
        return " ".join(reason.get("message", "") for reason in self.reasons) or "no reason is given"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason["code"] for reason in self.reasons)


def read(message: dict[str, Any]) -> Letter:
    """A message as ReceiveMessage answers it. One that nobody understands is a letter without a file."""
    raw = Letter(message["MessageId"], message["ReceiptHandle"], message["Body"])
    try:
        body = json.loads(message["Body"], parse_float=Decimal)
        return _understood(raw, body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return raw  # it is shown and left in the queue: what it means is for a person to say


def _understood(raw: Letter, body: dict[str, Any]) -> Letter:
    fields: dict[str, Any] = {"message_id": raw.message_id, "receipt": raw.receipt, "body": raw.body}
    if body.get("source") == "aws.s3":
        reason = {"code": "undelivered", "message": "EventBridge could not start the state machine."}
        return Letter(**fields, **_of_event(body), reasons=(reason,))
    if body.get("source") == "aws.states":
        detail = body["detail"]
        ended = f"The execution ended {detail['status']}: {detail.get('error')}: {detail.get('cause')}"
        about = json.loads(detail["input"], parse_float=Decimal)
        fields |= {"execution": detail["executionArn"], "reasons": ({"code": "failed", "message": ended},)}
        if "redrive" in about:
            redrive = about["redrive"]
            pairs = zip(redrive["positions"], redrive["orders"], strict=True)
            entries = tuple(Entry(position, order, True) for position, order in pairs)
            return Letter(**fields, **_of_source(redrive["source"]), entries=entries)
        return Letter(**fields, **_of_event(about))
    fields |= {"execution": body.get("execution"), "reasons": tuple(body["reasons"])}
    fields |= _of_source(body["source"])
    if body["kind"] == "order":
        codes = {reason["code"] for reason in body["reasons"]}
        whole = body["order"] is not None or "not_an_object" in codes
        return Letter(**fields, entries=(Entry(body["position"], body["order"], whole),))
    if body["kind"] == "file":
        return Letter(**fields)
    raise ValueError(body["kind"])


def _of_source(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "file": FileVersion(source["bucket"], source["key"], source["version_id"]),
        "size": int(source["size"]),
    }


def _of_event(event: dict[str, Any]) -> dict[str, Any]:
    about = event["detail"]["object"]
    version = about.get("version-id", "null")
    return {
        "file": FileVersion(event["detail"]["bucket"]["name"], about["key"], version),
        "size": int(about.get("size", 0)),
    }


class Queue:
    """The pipeline's dead-letter queue. Received messages are hidden from others until they are released."""

    def __init__(self, session: Session) -> None:
        self._sqs = session.client("sqs")
        self._url = wiring.queue_url(session)

    def counts(self) -> tuple[int, int]:
        """(messages to receive, messages that somebody holds)."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return int(attributes[names[0]]), int(attributes[names[1]])

    def receive(self, hold: int = HOLD_SECONDS) -> Iterator[Letter]:
        """Every message there is, each held for `hold` seconds; ends when none is left to receive."""
        seen: set[str] = set()
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_BATCH, VisibilityTimeout=hold, WaitTimeSeconds=0
            )
            messages = answer.get("Messages", [])
            if (
                not messages and self.counts()[0] == 0
            ):  # one empty answer proves nothing: SQS asks a few hosts
                return
            for message in messages:
                if message["MessageId"] not in seen:
                    seen.add(message["MessageId"])
                    yield read(message)

    def hold(self, letters: list[Letter], seconds: int = HOLD_SECONDS) -> None:
        """Keep `letters` hidden for `seconds` from now; with 0, give them back."""
        for batch in _batches(letters):
            entries = [
                {"Id": str(index), "ReceiptHandle": letter.receipt, "VisibilityTimeout": seconds}
                for index, letter in enumerate(batch)
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def release(self, letters: list[Letter]) -> None:
        self.hold(letters, 0)

    def delete(self, letters: list[Letter]) -> None:
        """:raises RuntimeError: SQS kept some of them; they come back, and nothing is lost"""
        for batch in _batches(letters):
            entries = [
                {"Id": str(index), "ReceiptHandle": letter.receipt} for index, letter in enumerate(batch)
            ]
            answer = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
            if failed := answer.get("Failed"):
                raise RuntimeError(f"SQS did not delete {len(failed)} messages: {failed[0].get('Message')}")

    def peek(self) -> list[Letter]:
        """Every message, none of them taken away: they are held only while they are read."""
        letters: list[Letter] = []
        try:
            letters.extend(self.receive())
        finally:
            self.release(letters)
        return letters


def _batches(letters: list[Letter]) -> Iterator[list[Letter]]:
    for start in range(0, len(letters), _BATCH):
        yield letters[start : start + _BATCH]
