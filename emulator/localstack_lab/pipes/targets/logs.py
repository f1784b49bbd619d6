"""A CloudWatch Logs group as a target.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetCloudWatchLogsParameters.html
"""

from __future__ import annotations

import time
from typing import Any

from localstack_lab.pipes.faults import ExecutionFailed
from localstack_lab.pipes.targets.base import Outgoing, Sent, Setting, parameter

_OVERHEAD = 26  # bytes that each event adds to a call
MOST_BYTES = 1_048_576


class LogsTarget:
    """PutLogEvents; a log stream that is not there is made. Without a name it has the pipe's."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        resource = setting.arn.split(":", 5)[5]
        self._group = resource.removeprefix("log-group:").removesuffix(":*")

    def send(self, events: list[Outgoing]) -> Sent:
        """See `base.Target`."""
        streams: dict[str, list[tuple[int, int]]] = {}
        for at, outgoing in enumerate(events):
            streams.setdefault(self._stream(outgoing), []).append((self._moment(outgoing), at))
        sent = Sent({"logGroupName": self._group}, {})
        waiting = list(streams.items())
        while waiting:
            name, entries = waiting.pop(0)
            try:
                self._put(name, sorted(entries), events)
            except ExecutionFailed:
                left = [at for _, some in [(name, entries), *waiting] for _, at in some]
                if len(left) == len(events):
                    raise
                sent.failed = sorted(left)
                return sent
        return sent

    def _put(self, stream: str, entries: list[tuple[int, int]], events: list[Outgoing]) -> None:
        run: list[dict[str, Any]] = []
        size = 0
        for moment, at in entries:
            length = len(events[at].text.encode()) + _OVERHEAD
            if run and size + length > MOST_BYTES:
                self._call(stream, run)
                run, size = [], 0
            run.append({"timestamp": moment, "message": events[at].text})
            size += length
        self._call(stream, run)

    def _call(self, stream: str, entries: list[dict[str, Any]]) -> None:
        names = {"logGroupName": self._group, "logStreamName": stream}
        try:
            self._setting.call("put_log_events", **names, logEvents=entries)
        except ExecutionFailed as error:
            if error.details.get("exceptionType") != "ResourceNotFoundException":
                raise
            self._setting.call("create_log_stream", **names)
            self._setting.call("put_log_events", **names, logEvents=entries)

    def _stream(self, outgoing: Outgoing) -> str:
        name = self._setting.parameters.get("LogStreamName")
        if not name:
            return self._setting.pipe_name
        return parameter(name, outgoing.event, "LogStreamName")

    def _moment(self, outgoing: Outgoing) -> int:
        path = self._setting.parameters.get("Timestamp")
        if not path:
            return int(time.time() * 1000)
        found = parameter(path, outgoing.event, "Timestamp")
        try:
            return int(float(found))
        except ValueError as error:
            raise ExecutionFailed(f"Timestamp: {found} at {path} is no number of milliseconds") from error
