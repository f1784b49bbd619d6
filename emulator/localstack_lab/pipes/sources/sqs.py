"""An SQS queue as a source: messages stay in the queue until their batch has arrived.

What fails is left to the queue: it comes again after the visibility timeout, and goes to the queue's own
dead-letter queue in the end. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html
"""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.pipes.delivery import Execute
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed, SourceGone
from localstack_lab.pipes.filters import Passes
from localstack_lab.pipes.kinds import parse_arn

LOG = logging.getLogger(__name__)
LONG_POLL = 1  # seconds; also how long a stop may take
MOST_MESSAGES = 10  # of one call
CONCURRENT = 5  # batches at a time of a standard queue, as AWS begins with
PAUSE = 1.0  # seconds after the queue did not answer
GONE = "Queue not found. To resume processing please delete the pipe and create a new one."
_GONE_CODES = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


class QueueReader:
    """Reads a queue in one thread and delivers its batches in a few others, one alone for a FIFO queue.

    :param stopping: set when the pipe stops
    :param lost: called once with a sentence when the queue is gone
    """

    def __init__(
        self,
        arn: str,
        client: Callable[[], Any],
        parameters: dict[str, Any],
        passes: Passes | None,
        execute: Execute,
        stopping: threading.Event,
        lost: Callable[[str], None],
    ) -> None:
        self._arn = arn
        self._client = client
        self._size: int = parameters["BatchSize"]
        self._window: int = parameters["MaximumBatchingWindowInSeconds"]
        self._passes = passes
        self._execute = execute
        self._stopping = stopping
        self._lost = lost
        self._url = ""
        lanes = 1 if arn.endswith(".fifo") else CONCURRENT
        self._free = threading.Semaphore(lanes)
        self._lanes = ThreadPoolExecutor(lanes, thread_name_prefix="pipe-queue")
        self._thread = threading.Thread(target=self._run, name="pipe-queue-reader", daemon=True)

    def start(self) -> None:
        """Find the queue and begin; raises SourceGone."""
        arn = parse_arn(self._arn)
        try:
            answer = self._client().get_queue_url(QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account)
        except ClientError as error:
            raise SourceGone(GONE) from error
        self._url = answer["QueueUrl"]
        self._thread.start()

    def stop(self) -> None:
        """Wait for the batches under way; the event `stopping` is set already."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        self._lanes.shutdown()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                messages = self._receive()
            except (ClientError, BotoCoreError) as error:
                if isinstance(error, ClientError) and error.response["Error"]["Code"] in _GONE_CODES:
                    self._lost(GONE)
                    return
                LOG.warning("The queue %s is read again: %s", self._arn, error)
                self._stopping.wait(PAUSE)
                continue
            if messages:
                self._free.acquire()
                self._lanes.submit(self._deliver_logged, messages).add_done_callback(_report)

    def _receive(self) -> list[dict[str, Any]]:
        """Messages for one batch: what is there, or what comes within the batching window."""
        found: list[dict[str, Any]] = []
        due: float | None = None
        while not self._stopping.is_set() and len(found) < self._size:
            left = LONG_POLL if due is None else due - time.monotonic()
            if left <= 0:
                break
            answer = self._client().receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(MOST_MESSAGES, self._size - len(found)),
                WaitTimeSeconds=0 if found and not self._window else min(LONG_POLL, max(1, int(left))),
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
            received = answer.get("Messages", [])
            found += received
            if not self._window:
                break
            if found and due is None:
                due = time.monotonic() + self._window
        return found

    def _deliver_logged(self, messages: list[dict[str, Any]]) -> None:
        try:
            self.deliver(messages)
        except (ClientError, BotoCoreError) as error:
            LOG.warning("Messages of %s may come again, they could not be deleted: %s", self._arn, error)
        finally:
            self._free.release()

    def deliver(self, messages: list[dict[str, Any]]) -> None:
        """Deliver a batch and delete what arrived, and what the filter turned away."""
        events = [self._event(message) for message in messages]
        chosen = [at for at, event in enumerate(events) if self._passes is None or self._passes(event)]
        gone = set(range(len(messages))) - set(chosen)
        if chosen:
            try:
                self._execute([events[at] for at in chosen])
            except PartlyFailed as failure:
                failed = set(failure.failed)
                gone |= {at for number, at in enumerate(chosen) if number not in failed}
            except ExecutionFailed as failure:
                LOG.debug("%d messages of %s are left in the queue: %s", len(chosen), self._arn, failure)
            else:
                gone |= set(chosen)
        self._delete([messages[at]["ReceiptHandle"] for at in sorted(gone)])

    def _delete(self, handles: list[str]) -> None:
        for some in batched(handles, MOST_MESSAGES, strict=False):
            entries = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(some)]
            answer = self._client().delete_message_batch(QueueUrl=self._url, Entries=entries)
            for failed in answer.get("Failed", []):
                LOG.warning("A message of %s was not deleted: %s", self._arn, failed.get("Message"))

    def _event(self, message: dict[str, Any]) -> Event:
        content = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message.get("Body", ""),
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message.get("MD5OfBody", ""),
        }
        if "MD5OfMessageAttributes" in message:
            content["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
        content |= {
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": parse_arn(self._arn).region,
        }
        return Event(content, message["MessageId"], "body")


def _report(done: Future[None]) -> None:
    """A fault of ours must not be lost with the thread that it happened in."""
    if error := done.exception():
        LOG.error("A batch of a pipe's queue failed: its messages come again", exc_info=error)


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute with the names that events have: ``stringValue``, ``binaryValue``, ``dataType``."""
    plain: dict[str, Any] = {}
    for name, item in value.items():
        text = base64.b64encode(item).decode("ascii") if isinstance(item, bytes) else item
        plain[name[0].lower() + name[1:]] = text
    return plain | {"stringListValues": [], "binaryListValues": []}
