"""What all targets have in common."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.pipes import paths
from localstack_lab.pipes.events import Event, to_json
from localstack_lab.pipes.faults import ExecutionFailed, from_client
from localstack_lab.pipes.paths import MISSING
from localstack_lab.pipes.templates import value_of


@dataclass(eq=False)
class Outgoing:
    """An event for a target: parameters look into ``event``, ``template`` is what the template made."""

    event: Event
    template: str | None = None

    @functools.cached_property
    def text(self) -> str:
        """The payload as text."""
        if self.template is not None:
            return self.template
        content = self.event.content
        return content if isinstance(content, str) else to_json(content)

    @functools.cached_property
    def data(self) -> bytes:
        """The payload as bytes."""
        return self.text.encode()

    @property
    def value(self) -> Any:
        """The payload as a JSON value."""
        return self.event.content if self.template is None else value_of(self.template)


@dataclass
class Sent:
    """Positions that failed, identifiers that the target reported; request and answer for logs."""

    request: dict[str, Any]
    answer: dict[str, Any]
    failed: list[int] = field(default_factory=list)
    reported: list[str] | None = None
    reason: str = "Target invocation failed partially."


class Target(Protocol):
    """One target of one pipe; raises ExecutionFailed when the whole batch failed."""

    def send(self, events: list[Outgoing]) -> Sent:
        """Send a batch."""
        ...


@dataclass(frozen=True)
class Setting:
    """What a target is made of.

    :param parameters: the target's own, such as those of KinesisStreamParameters
    :param client: gives a client that acts as the pipe's role
    :param direct: calls an operation of an engine in this process, in the client's place
    """

    arn: str
    service: str
    parameters: dict[str, Any]
    client: Callable[[], Any]
    pipe_name: str
    source_kind: str
    direct: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Call the target's service; raises ExecutionFailed that says whose fault it is."""
        try:
            if self.direct is not None:
                return self.direct(operation, request)
            answer: dict[str, Any] = getattr(self.client(), operation)(**request)
            return answer
        except (ClientError, BotoCoreError) as error:
            raise from_client(error, self.service, self.arn) from error


def parameter(text: str, event: Event, name: str) -> str:
    """A target parameter for one event: itself, or what lies at its path.

    :raises ExecutionFailed: when the path leads nowhere
    """
    if not paths.is_path(text):
        return text
    found = paths.parse(text).find(event.parsed)
    if found is MISSING or found is None:
        raise ExecutionFailed(f"{name}: nothing in the event lies at {text}")
    return found if isinstance(found, str) else to_json(found)


def pieces(events: list[Outgoing], most: int, most_bytes: int) -> Iterator[list[int]]:
    """Positions of events in runs that one call takes."""
    run: list[int] = []
    size = 0
    for at, event in enumerate(events):
        length = len(event.data)
        if run and (len(run) == most or size + length > most_bytes):
            yield run
            run, size = [], 0
        run.append(at)
        size += length
    if run:
        yield run


def send_in_pieces(
    events: list[Outgoing], most: int, most_bytes: int, put: Callable[[list[int]], Sent]
) -> Sent:
    """Send run by run; after a run that failed nothing more is sent, so that order is kept."""
    total: Sent | None = None
    runs = list(pieces(events, most, most_bytes))
    for number, run in enumerate(runs):
        rest = [at for later in runs[number:] for at in later]
        try:
            sent = put(run)
        except ExecutionFailed:
            if total is None:
                raise
            total.failed += rest
            return total
        if sent.failed and number + 1 < len(runs):
            sent.failed += [at for later in runs[number + 1 :] for at in later]
        if total is None:
            total = sent
        else:
            total.failed += sent.failed
        if sent.failed:
            return total
    return total or Sent({}, {})


def reported_failures(payload: Any) -> list[str] | None:
    """Identifiers in a function's ``batchItemFailures``; None: the whole batch was a success.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html
    :raises ExecutionFailed: for an answer that AWS takes as a complete failure
    """
    if not isinstance(payload, dict) or not payload.get("batchItemFailures"):
        return None
    failures = payload["batchItemFailures"]
    identifiers = []
    for failure in failures if isinstance(failures, list) else [failures]:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(identifier, str) or not identifier:
            raise ExecutionFailed(f"batchItemFailures has an item without an itemIdentifier: {failure!r}")
        identifiers.append(identifier)
    return identifiers


def decoded(body: bytes) -> Any:
    """A function's answer; None where it is empty.

    :raises ExecutionFailed: when it is not JSON
    """
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise ExecutionFailed("The answer of the target is not valid JSON.") from error
