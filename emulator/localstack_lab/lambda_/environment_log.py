"""The log of one execution environment: on its way to CloudWatch, and its last lines for LogType=Tail."""

from collections.abc import Callable

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from localstack_lab.lambda_ import environment, faults, runtime_view
from localstack_lab.lambda_.delivery import Delivery, LogStream
from localstack_lab.lambda_.logs import LogEvent, now_ms
from localstack_lab.lambda_.report import Reporter, iso_now

TAIL_BYTES = 4096  # what LogType=Tail shows


class EnvironmentLog:
    """Takes what the function writes and what the platform says, in order."""

    def __init__(self, version: FunctionVersion, delivery: Delivery) -> None:
        self._version = version
        self._delivery = delivery
        self._stream: LogStream | None = None
        self._tail = bytearray()
        config = version.config
        self.report = Reporter(
            self._say,
            dict(config.logging_config or {}),
            config.memory_size,
            version.id.qualifier,
        )

    def open(self, group: str, stream: str) -> None:
        """Say where it goes; must be called before anything is taken."""
        self._stream = LogStream(self._version.id.account, self._version.id.region, group, stream)

    def take(self, events: list[LogEvent], resume: Callable[[], None] | None = None) -> bool:
        """See `Delivery.add_logs`.

        :raises RuntimeError: nobody has said where the log goes
        """
        if self._stream is None:
            raise RuntimeError("EnvironmentLog.open comes before EnvironmentLog.take")
        for event in events:
            self._tail += event.message.encode()
        if len(self._tail) > 4 * TAIL_BYTES:
            del self._tail[:-TAIL_BYTES]
        return self._delivery.add_logs(self._stream, events, resume)

    def _say(self, message: str) -> None:
        self.take([LogEvent(now_ms(), message)])

    def clear_tail(self) -> None:
        """An invocation starts: its tail begins here."""
        self._tail.clear()

    def tail(self) -> str:
        """The last lines, at least as many as LogType=Tail shows."""
        return self._tail.decode("utf-8", "replace")

    def init_started(self, python_version: str, initialization_type: str) -> None:
        """INIT_START, which names what really runs, and says so when the function asks for another Python."""
        config = self._version.config
        arn = (config.runtime_version_config or {}).get("RuntimeVersionArn") or ""
        runtime = f"python:{python_version} (awslambdaric {runtime_view.client_version()})"
        self.report.init_start(runtime, arn, initialization_type)
        asked = (config.runtime or "").removeprefix("python")
        if not f"{python_version}.".startswith(f"{asked}."):
            self.report.note(
                f"LAB_NOTE: this function asks for {config.runtime} and runs on Python {python_version}; "
                f"to run it on its own interpreter, set {environment.setting_for(config.runtime or '')}."
            )

    def timed_out(self, request_id: str) -> None:
        """The line that AWS writes for a time-out."""
        seconds = f"{self._version.config.timeout:.2f}"
        self.report.note(f"{iso_now()} {request_id} Task timed out after {seconds} seconds\n", request_id)

    def exited(self, request_id: str, fault: faults.Fault) -> None:
        """The lines that AWS writes when the process ended."""
        self.report.note(f"{fault.message}\n{fault.type}", request_id)
