"""SQS queues, SNS topics and EventBridge buses as targets."""

from __future__ import annotations

from typing import Any

from localstack_lab.pipes.kinds import parse_arn
from localstack_lab.pipes.targets.base import Outgoing, Sent, Setting, parameter, send_in_pieces

MOST = 10
MOST_BYTES = 256 * 1024
_SOURCES = {"kinesis": "aws:kinesis", "dynamodb": "aws:dynamodb", "sqs": "aws:sqs"}


class SqsTarget:
    """SendMessageBatch.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetSqsQueueParameters.html
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._url: str | None = None

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""
        if self._url is None:
            arn = parse_arn(self._setting.arn)
            answer = self._setting.call(
                "get_queue_url", QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account
            )
            self._url = answer["QueueUrl"]
        entries = [self._entry(str(at), outgoing) for at, outgoing in enumerate(events)]

        def put(run: list[int]) -> Sent:
            request = {"QueueUrl": self._url, "Entries": [entries[at] for at in run]}
            return _sent(request, self._setting.call("send_message_batch", **request))

        return send_in_pieces(events, MOST, MOST_BYTES, put)

    def _entry(self, number: str, outgoing: Outgoing) -> dict[str, str]:
        entry = {"Id": number, "MessageBody": outgoing.text}
        for name in ("MessageGroupId", "MessageDeduplicationId"):
            text = self._setting.parameters.get(name)
            if text:
                entry[name] = parameter(text, outgoing.event, name)
        return entry


class SnsTarget:
    """PublishBatch. https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html"""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""

        def put(run: list[int]) -> Sent:
            entries = [{"Id": str(at), "Message": events[at].text} for at in run]
            request = {"TopicArn": self._setting.arn, "PublishBatchRequestEntries": entries}
            return _sent(request, self._setting.call("publish_batch", **request))

        return send_in_pieces(events, MOST, MOST_BYTES, put)


class EventBusTarget:
    """PutEvents; source and detail type default to the pipe's and its source's names, as on AWS.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetEventBridgeEventBusParameters.html
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""
        entries = [self._entry(outgoing) for outgoing in events]

        def put(run: list[int]) -> Sent:
            request = {"Entries": [entries[at] for at in run]}
            answer = self._setting.call("put_events", **request)
            failed, reason = [], ""
            for at, result in zip(run, answer["Entries"], strict=True):
                if result.get("ErrorCode"):
                    failed.append(at)
                    reason = f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
            return Sent(request, answer, failed, reason=reason)

        return send_in_pieces(events, MOST, MOST_BYTES, put)

    def _entry(self, outgoing: Outgoing) -> dict[str, Any]:
        given, event = self._setting.parameters, outgoing.event
        source = given.get("Source") or f"Pipe {self._setting.pipe_name}"
        kind = given.get("DetailType") or f"Event from {_SOURCES[self._setting.source_kind]}"
        entry: dict[str, Any] = {
            "EventBusName": self._setting.arn,
            "Source": parameter(source, event, "Source"),
            "DetailType": parameter(kind, event, "DetailType"),
            "Detail": outgoing.text,
        }
        if given.get("Resources"):
            entry["Resources"] = [parameter(item, event, "Resources") for item in given["Resources"]]
        if given.get("Time"):
            found = parameter(given["Time"], event, "Time")
            entry["Time"] = float(found) if found.replace(".", "", 1).isdigit() else found
        return entry


def _sent(request: dict[str, Any], answer: dict[str, Any]) -> Sent:
    failures = answer.get("Failed", [])
    reason = f"{failures[0].get('Code')}: {failures[0].get('Message', '')}" if failures else ""
    return Sent(request, answer, sorted(int(failure["Id"]) for failure in failures), reason=reason)
