"""Lambda functions and Step Functions state machines: as targets, and asked for an answer, as enrichments.

Both get the batch as one JSON array, also when it holds one event.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

import json
from typing import Any

from localstack_lab.pipes.events import to_json
from localstack_lab.pipes.faults import CannotStart, ExecutionFailed
from localstack_lab.pipes.targets.base import Outgoing, Sent, Setting, decoded, reported_failures

FIRE_AND_FORGET = "FIRE_AND_FORGET"


def batch(events: list[Outgoing]) -> str:
    """The JSON array of a batch."""
    return to_json([outgoing.value for outgoing in events])


class LambdaTarget:
    """Invoke. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._asynchronous = setting.parameters.get("InvocationType") == FIRE_AND_FORGET

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""
        request = self._request(events)
        if self._asynchronous:
            answer = self._setting.call("invoke", **request, InvocationType="Event")
            return Sent(request, {"StatusCode": answer["StatusCode"]})
        payload = self._invoke(request)
        return Sent(request, {"Payload": payload}, reported=reported_failures(decoded(payload)))

    def ask(self, events: list[Outgoing]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        """As an enrichment: the answer, the request, and the answer for logs."""
        request = self._request(events)
        payload = self._invoke(request)
        return decoded(payload), request, {"Payload": payload}

    def _request(self, events: list[Outgoing]) -> dict[str, Any]:
        return {"FunctionName": self._setting.arn, "Payload": batch(events)}

    def _invoke(self, request: dict[str, Any]) -> bytes:
        answer = self._setting.call("invoke", **request, InvocationType="RequestResponse")
        payload: bytes = answer["Payload"].read()
        if answer.get("FunctionError"):
            details = {
                "httpStatusCode": answer["StatusCode"],
                "awsService": "lambda",
                "requestId": answer["ResponseMetadata"].get("RequestId", ""),
                "exceptionType": "BadRequest",
                "resourceArn": self._setting.arn,
                "details": payload.decode("utf-8", "replace"),
            }
            message = f"Target {self._setting.arn} encountered an error while processing event(s)."
            raise ExecutionFailed(message, details)
        return payload


class StateMachineTarget:
    """StartSyncExecution, or StartExecution where nobody waits.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetStateMachineParameters.html
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._asynchronous = setting.parameters.get("InvocationType") == FIRE_AND_FORGET

    def check(self) -> None:
        """A standard workflow cannot be waited for.

        :raises CannotStart: for one that should be, and for a machine that is not there
        """
        if self._asynchronous:
            return
        try:
            machine = self._setting.call("describe_state_machine", stateMachineArn=self._setting.arn)
        except ExecutionFailed as error:
            raise CannotStart(f"Input parameter is invalid from the request due to : {error}") from error
        if machine["type"] != "EXPRESS":
            raise CannotStart(
                f"The state machine {self._setting.arn} is a standard workflow, which Pipes cannot invoke "
                "synchronously: use an express workflow, or as a target the invocation type FIRE_AND_FORGET."
            )

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""
        request = {"stateMachineArn": self._setting.arn, "input": batch(events)}
        if self._asynchronous:
            answer = self._setting.call("start_execution", **request)
            return Sent(request, {"executionArn": answer["executionArn"]})
        output = self._run(request)
        return Sent(request, {"output": output}, reported=reported_failures(json.loads(output or "null")))

    def ask(self, events: list[Outgoing]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        """As an enrichment: the answer, the request, and the answer for logs."""
        request = {"stateMachineArn": self._setting.arn, "input": batch(events)}
        output = self._run(request)
        return json.loads(output or "null"), request, {"output": output}

    def _run(self, request: dict[str, Any]) -> str:
        answer = self._setting.call("start_sync_execution", **request)
        if answer["status"] != "SUCCEEDED":
            details = {
                "httpStatusCode": 200,
                "awsService": "stepfunctions",
                "exceptionType": answer.get("error", answer["status"]),
                "resourceArn": self._setting.arn,
                "details": answer.get("cause", ""),
            }
            raise ExecutionFailed(f"The execution {answer['executionArn']} {answer['status']}.", details)
        output: str = answer.get("output", "")
        return output
