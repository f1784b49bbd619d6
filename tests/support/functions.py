"""Lambda functions from source text, for tests: made, waited for, and removed again."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from tests.support.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/lambda-test"


def zip_of(files: dict[str, str | bytes]) -> bytes:
    """A zip archive with these files; text is dedented."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, dedent(content) if isinstance(content, str) else content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Invocation:
    """What one synchronous invocation answered. `log` is the decoded tail of LogType=Tail."""

    payload: Any
    error: str | None
    log: str
    version: str


@dataclass
class Function:
    """A function that exists and is active."""

    aws: Callable[..., Any]
    name: str
    arn: str
    region: str = "us-east-1"

    @property
    def client(self) -> Any:
        """The Lambda client of the function's region."""
        return self.aws("lambda", self.region)

    def invoke(self, event: Any = None, **options: Any) -> Invocation:
        """Invoke it and wait for the answer; `options` go to the Invoke call."""
        answer = self.client.invoke(
            FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", **options
        )
        body = answer["Payload"].read()
        return Invocation(
            json.loads(body) if body else None,
            answer.get("FunctionError"),
            base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace"),
            answer["ExecutedVersion"],
        )

    def messages(self, group: str | None = None) -> list[str]:
        """Every log message of the function, in order; an empty list before the first one arrived."""
        logs = self.aws("logs", self.region)
        found: list[dict[str, Any]] = []
        try:
            for page in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group or f"/aws/lambda/{self.name}"
            ):
                found += page["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found]

    def message(self, text: str, *, within: float = 10, group: str | None = None) -> str:
        """Wait for a log message that contains `text`, and return it."""
        return eventually(
            lambda: next((message for message in self.messages(group) if text in message), None),
            within=within,
            expecting=f"a log message of {self.name} with {text!r}",
            context=lambda: "".join(self.messages(group)),
        )


@dataclass
class Functions:
    """The factory: call it with the source of ``app.py`` (its handler is ``app.handler``)."""

    aws: Callable[..., Any]
    unique: Callable[[str], str]
    made: list[Function] = field(default_factory=list)

    def __call__(
        self,
        source: str = "def handler(event, context):\n    return event\n",
        *,
        files: dict[str, str | bytes] | None = None,
        active: bool = True,
        region: str = "us-east-1",
        **settings: Any,
    ) -> Function:
        """Create a function and wait until it is active.

        :param files: more files of the package, by name
        :param active: False when the function is expected to fail
        :param settings: of CreateFunction, over Runtime python3.13, Timeout 10 and MemorySize 256
        """
        name = self.unique("function")
        request = {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": ROLE,
            "Timeout": 10,
            "MemorySize": 256,
            "Code": {"ZipFile": zip_of({"app.py": source, **(files or {})})},
            **settings,
        }
        client = self.aws("lambda", region)
        answer = client.create_function(**{key: value for key, value in request.items() if value is not None})
        function = Function(self.aws, name, answer["FunctionArn"], region)
        self.made.append(function)
        if active:
            self.wait_updated(function)
        return function

    def wait_updated(self, function: Function) -> None:
        """Wait until the function is active and its last update is done."""

        def settled() -> bool:
            state = function.client.get_function_configuration(FunctionName=function.name)
            assert state["State"] != "Failed", state.get("StateReason")
            return state["State"] == "Active" and state.get("LastUpdateStatus") != "InProgress"

        eventually(settled, expecting=f"{function.name} to be active")


@contextmanager
def functions_of(aws: Callable[..., Any], unique: Callable[[str], str]) -> Iterator[Functions]:
    """For a fixture: the functions that were made are deleted at the end, with their log groups."""
    factory = Functions(aws, unique)
    yield factory
    for function in factory.made:
        client, logs = function.client, aws("logs", function.region)
        try:
            client.delete_function(FunctionName=function.name)
        except client.exceptions.ResourceNotFoundException:
            continue  # the test deleted it
        try:
            logs.delete_log_group(logGroupName=f"/aws/lambda/{function.name}")
        except logs.exceptions.ResourceNotFoundException:
            continue  # it never ran
