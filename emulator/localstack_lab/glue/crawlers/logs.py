"""A crawler's log in CloudWatch Logs: group ``/aws-glue/crawlers``, a stream for each crawler.

https://docs.aws.amazon.com/glue/latest/dg/console-crawlers-details.html
"""

import logging
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

LOG = logging.getLogger(__name__)
GROUP = "/aws-glue/crawlers"
_CALL_EVENTS, _CALL_BYTES = 1_000, 900_000
_LONGEST = 200_000  # characters of a line
_MOST_LINES = 10_000  # of one level and run


class CrawlLog:
    """Lines of one run, ``[id] LEVEL : message``, sent by `flush`."""

    def __init__(self, account: str, region: str, group: str, stream: str, crawl_id: str) -> None:
        self._account = account
        self._region = region
        self._names = {"logGroupName": group, "logStreamName": stream}
        self._id = crawl_id
        self._waiting: list[dict[str, Any]] = []
        self._lines = 0
        self._lock = threading.Lock()

    def __call__(self, level: str, message: str) -> None:
        """Add a line."""
        with self._lock:
            self._lines += 1
            if self._lines > _MOST_LINES and level in ("INFO", "WARN"):
                return
            line = f"[{self._id}] {level} : {message}"[:_LONGEST]
            self._waiting.append({"timestamp": int(time.time() * 1000), "message": line})

    def flush(self) -> None:
        """Send what waits; where CloudWatch Logs does not take it, LocalStack's log says so."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        client = connect_to(aws_access_key_id=self._account, region_name=self._region).logs
        try:
            for some in _calls(waiting):
                self._put(client, some)
        except (BotoCoreError, ClientError) as error:
            LOG.error("The log of crawl %s cannot be written: %s", self._id, error)

    def _put(self, client: Any, lines: list[dict[str, Any]]) -> None:
        try:
            client.put_log_events(**self._names, logEvents=lines)
        except client.exceptions.ResourceNotFoundException:
            for make, name in (
                (client.create_log_group, {"logGroupName": self._names["logGroupName"]}),
                (client.create_log_stream, self._names),
            ):
                try:
                    make(**name)
                except client.exceptions.ResourceAlreadyExistsException:
                    continue
            client.put_log_events(**self._names, logEvents=lines)


def _calls(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lines in runs that one call takes."""
    runs: list[list[dict[str, Any]]] = [[]]
    size = 0
    for line in lines:
        length = len(line["message"].encode()) + 26
        if runs[-1] and (len(runs[-1]) == _CALL_EVENTS or size + length > _CALL_BYTES):
            runs.append([])
            size = 0
        runs[-1].append(line)
        size += length
    return runs
