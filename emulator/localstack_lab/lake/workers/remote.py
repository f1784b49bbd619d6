"""LocalStack's objects as a worker sees them: a call goes over the socket, its answer or refusal comes
back.
"""

import socket
from collections.abc import Callable
from typing import Any

from localstack_lab.lake.workers import frames
from localstack_lab.lake.workers.errors import HostFault, Refused


class RemoteHost:
    """``host["catalog"].get_table(DatabaseName=…, Name=…)``: one call at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def __getitem__(self, name: str) -> "Remote":
        return Remote(self, name)

    def ask(self, target: str, method: str, arguments: dict[str, Any]) -> Any:
        """The answer of LocalStack's object `target`.

        :raises Refused: with the API's code
        :raises HostFault: when LocalStack failed
        """
        frames.send(self._channel, {"ask": [target, method, arguments]})
        answer = frames.receive(self._channel)
        if "refused" in answer:
            raise Refused(*answer["refused"])
        if "fault" in answer:
            raise HostFault(answer["fault"])
        return answer["answer"]


class Remote:
    """One object of the host."""

    def __init__(self, host: RemoteHost, name: str) -> None:
        self._host = host
        self._name = name

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda **arguments: self._host.ask(self._name, method, arguments)
