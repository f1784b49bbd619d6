"""The pipeline `order_intake` as its tests see it: put a file, wait until it is done, look around."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from bootstrap import order_intake as wiring
from bootstrap.ensure.s3 import empty_bucket
from bootstrap.session import Session
from bootstrap.settings import Settings
from lab.pipelines.order_intake.accounts import Item
from lab.pipelines.order_intake.executions import RUNNING, Machine
from lab.pipelines.order_intake.letters import FileVersion, Letter, Queue
from lab.pipelines.order_intake.verifying import some_items
from tests.support.waiting import eventually


class Intake:
    """A bootstrapped pipeline in a running lab."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.session = Session(settings)
        self.machine = Machine(self.session)
        self.queue = Queue(self.session)

    def client(self, service: str) -> Any:
        return self.session.client(service)

    def put(self, content: Any, key: str | None = None) -> FileVersion:
        """Put a file: bytes as they are, a list as ``{"orders": …}``, anything else as JSON."""
        if isinstance(content, list):
            content = {"orders": content}
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        key = key or f"{uuid.uuid4().hex}.json"
        answer = self.client("s3").put_object(Bucket=wiring.BUCKET, Key=key, Body=body)
        return FileVersion(wiring.BUCKET, key, answer["VersionId"])

    def done(self, file: FileVersion, within: float = 60) -> str:
        """Wait until the file's execution has ended; answers its ARN."""
        arn = eventually(
            lambda: self.machine.find(file),
            within=30,
            expecting=f"an execution started by S3's event for {file}",
        )
        self.ended(arn, within)
        return arn

    def ended(self, execution: str, within: float = 60) -> str:
        """Wait until the execution has ended; answers its status."""

        def status() -> str:
            now = self.machine.status(execution)
            return "" if now == RUNNING else now

        return eventually(status, within=within, expecting=f"the end of {execution}")

    def take(self, content: Any, key: str | None = None) -> FileVersion:
        """Put a file and wait until its execution has ended."""
        file = self.put(content, key)
        self.done(file)
        return file

    def deliver_again(self, file: FileVersion, size: int = 100) -> str:
        """Start the state machine with the event for `file` once more, and wait; answers the status."""
        return self.ended(self.machine.start_file(file, size))

    def item(self, order_id: str) -> Item | None:
        return some_items(self.session, [order_id]).get(order_id)

    def letters(self, file: FileVersion) -> list[Letter]:
        """The dead letters about this version of the file, by position."""
        about = [letter for letter in self.queue.peek() if letter.file == file]
        return sorted(about, key=lambda letter: [entry.position for entry in letter.entries])

    def codes(self, file: FileVersion) -> list[list[str]]:
        """The reasons' codes of each of those letters."""
        return [[reason["code"] for reason in letter.reasons] for letter in self.letters(file)]

    def throttle(self) -> None:
        """Let Lambda refuse every invocation with TooManyRequestsException."""
        self.client("lambda").put_function_concurrency(
            FunctionName=wiring.PROCESS_FUNCTION, ReservedConcurrentExecutions=0
        )

    def unthrottle(self) -> None:
        self.client("lambda").delete_function_concurrency(FunctionName=wiring.PROCESS_FUNCTION)

    def events_of(self, execution: str, kind: str) -> list[dict[str, Any]]:
        """The history's events of one type, such as ``TaskFailed``."""
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        return [
            event
            for page in pages.paginate(executionArn=execution)
            for event in page["events"]
            if event["type"] == kind
        ]

    def clear(self) -> None:
        """Nothing on its way, no file, no letter: what the next test may expect."""
        eventually(lambda: not self.machine.running(), within=60, expecting="no running execution")
        empty_bucket(self.session, wiring.BUCKET)
        eventually(self._without_letters, within=90, expecting="an empty dead-letter queue")

    def _without_letters(self) -> bool:
        self.queue.delete(list(self.queue.receive()))
        return self.queue.counts() == (0, 0)


@pytest.fixture(scope="session")
def intake_settings(lab_endpoint: str) -> Settings:
    return Settings(endpoint_url=lab_endpoint)


@pytest.fixture(scope="module")
def wired_intake(intake_settings: Settings) -> Iterator[Intake]:
    """The pipeline, set up for one module of tests and torn down after it."""
    wiring.bootstrap(intake_settings)
    yield Intake(intake_settings)
    wiring.teardown(intake_settings)


@pytest.fixture
def intake(wired_intake: Intake) -> Iterator[Intake]:
    """The pipeline; nothing is left in it from one test to the next but rows of the table."""
    yield wired_intake
    wired_intake.unthrottle()
    wired_intake.clear()


def order(order_id: str | None = None, **info: Any) -> dict[str, Any]:
    """A good order with an id of its own; `info` replaces fields of order-info (``qty``, …)."""
    fields = {"OrderId": order_id or uuid.uuid4().hex, "item-id": "101", "item-desc": "Cog", "qty": "1"}
    return {"contact-info": {"name": "Ada Byron", "email": "ada@engine.example"}, "order-info": fields | info}


def id_of(sent: dict[str, Any]) -> str:
    return sent["order-info"]["OrderId"]
