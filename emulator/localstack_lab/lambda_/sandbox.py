"""One life of an execution environment's process: it starts, answers invocations, and ends once.

After a time-out or a crash the executor makes another sandbox for the same environment.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from localstack_lab.lambda_.logs import LogEvent, LogParser
from localstack_lab.lambda_.loop import Loop
from localstack_lab.lambda_.process import ForkServer, Job
from localstack_lab.lambda_.runtime_api import RuntimeApi

_READ = 1 << 16
_DRAIN_LIMIT = 1 << 22  # bytes read at most before an answer is passed on


@dataclass(frozen=True)
class Answer:
    """What the process said, or how it ended.

    :param kind: ``ready``, ``response``, ``error``, ``too-large``, or ``exited``
    :param code: for ``exited`` the exit code, or minus the signal
    :param peak_kb: for ``exited`` the most memory it ever held
    """

    kind: str
    body: bytes = b""
    error_type: str = ""
    code: int = 0
    peak_kb: int = 0


class Sandbox:
    """Starts the process at once.

    :param make_job: gets the Runtime API's address and returns what to start
    :param take_logs: gets events in the order written, from the loop's thread; False means: pause, and call
        `resume_logs` later
    """

    def __init__(
        self,
        loop: Loop,
        server: ForkServer,
        make_job: Callable[[str], Job],
        take_logs: Callable[[list[LogEvent]], bool],
    ) -> None:
        self._loop = loop
        self._take_logs = take_logs
        self._parser = LogParser()
        self._answer: Future[Answer] | None = None
        self._request_id: str | None = None
        self._lock = threading.Lock()
        self.ready: Future[Answer] = Future()
        self.ended = threading.Event()
        self._api = RuntimeApi(loop, self)
        self._log_fd, writer = os.pipe()
        os.set_blocking(self._log_fd, False)
        try:
            self._process = server.spawn(make_job(self._api.address), writer)
        except BaseException:
            os.close(self._log_fd)
            self._api.close()
            raise
        finally:
            os.close(writer)
        loop.call(lambda: loop.watch(self._log_fd, self._read_logs))
        self._process.exited.add_done_callback(lambda _: loop.call(self._on_exit))

    @property
    def pid(self) -> int:
        """The process id; 0 before it is known."""
        return self._process.pid

    def invoke(self, request_id: str, event: bytes, headers: dict[str, str]) -> Future[Answer]:
        """Give the process an event; the answer is its response, its error, or that it ended."""
        answer: Future[Answer] = Future()
        with self._lock:
            self._request_id, self._answer = request_id, answer
            ended = self.ended.is_set()
        if ended:
            self._exited_during(answer)
        else:
            self._api.send_event(event, {"Lambda-Runtime-Aws-Request-Id": request_id, **headers})
        return answer

    def kill(self) -> None:
        """Kill the process and what it started; does not wait (see `ended`)."""
        self._process.kill()

    def close(self) -> None:
        """Kill, close the Runtime API and remove the folders; does not wait."""
        self._process.end()
        self._api.close()

    def resume_logs(self) -> None:
        """Read on after `take_logs` asked for a pause; callable from any thread."""
        self._loop.call(self._resume)

    # What follows runs in the loop's thread.

    def on_next(self) -> None:
        """See :class:`runtime_api.Listener`."""
        if not self.ready.done():
            self.ready.set_result(Answer("ready"))

    def on_result(self, request_id: str, body: bytes, error_type: str | None) -> bool:
        """See :class:`runtime_api.Listener`."""
        kind = "response" if error_type is None else "error"
        return self._settle(request_id, Answer(kind, body, error_type or ""))

    def on_too_large(self, request_id: str) -> None:
        """See :class:`runtime_api.Listener`."""
        self._settle(request_id, Answer("too-large"))

    def on_init_error(self, body: bytes, error_type: str) -> None:
        """See :class:`runtime_api.Listener`."""
        self._drain(ended=False)
        if not self.ready.done():
            self.ready.set_result(Answer("error", body, error_type))

    def _settle(self, request_id: str, answer: Answer) -> bool:
        with self._lock:
            if request_id != self._request_id or self._answer is None:
                return False
            pending, self._answer, self._request_id = self._answer, None, None
        self._drain(ended=False)
        pending.set_result(answer)
        return True

    def _on_exit(self) -> None:
        self._drain(ended=True)
        self._api.close()
        with self._lock:
            self.ended.set()
            pending, self._answer, self._request_id = self._answer, None, None
        if not self.ready.done():
            self.ready.set_result(self._exit_answer())
        if pending is not None:
            self._exited_during(pending)

    def _exited_during(self, pending: Future[Answer]) -> None:
        if not pending.done():
            pending.set_result(self._exit_answer())

    def _exit_answer(self) -> Answer:
        code, peak_kb = self._process.exited.result()
        return Answer("exited", code=code, peak_kb=peak_kb)

    def _read_logs(self) -> None:
        data = self._read_pipe()
        if data == b"" or (data is not None and not self._take_logs(self._parser.feed(data))):
            self._loop.unwatch(self._log_fd)

    def _resume(self) -> None:
        if self._log_fd >= 0:
            self._loop.unwatch(self._log_fd)
            self._loop.watch(self._log_fd, self._read_logs)

    def _read_pipe(self) -> bytes | None:
        """What is in the pipe: None when it is empty now, b"" when nobody can write to it any more."""
        if self._log_fd < 0:
            return b""
        try:
            return os.read(self._log_fd, _READ)
        except BlockingIOError:
            return None

    def _drain(self, *, ended: bool) -> None:
        """Take what was written before the answer, so that the log is whole when it is passed on."""
        taken = 0
        while taken < _DRAIN_LIMIT and (data := self._read_pipe()):
            taken += len(data)
            self._take_logs(self._parser.feed(data))
        self._take_logs(self._parser.finish(ended=ended))
        if ended and self._log_fd >= 0:
            self._loop.unwatch(self._log_fd)
            os.close(self._log_fd)
            self._log_fd = -1
