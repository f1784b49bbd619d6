"""The platform's own log lines: INIT_START, START, END and REPORT, as text or as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html shows the text,
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html the JSON records.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

_LEVELS = {"DEBUG": 10, "INFO": 20, "WARN": 30}


def iso_now() -> str:
    """The current time as AWS writes it in logs: ``2026-01-31T12:00:00.123Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Ending:
    """How an invocation went.

    :param status: ``success``, ``error`` (the handler raised), ``failure`` (the process broke) or ``timeout``
    :param init_ms: time of the init phase, on the first invocation of an environment only
    """

    status: str
    duration_ms: float
    max_memory_mb: int
    error_type: str = ""
    init_ms: float | None = None


class Reporter:
    """Writes the platform's lines for one environment.

    :param write: takes one message
    :param logging_config: the function's ``LoggingConfig``; LogFormat JSON turns the lines into records
    """

    def __init__(
        self, write: Callable[[str], None], logging_config: dict, memory_mb: int, version: str
    ) -> None:
        self._write = write
        self._json = logging_config.get("LogFormat") == "JSON"
        self._level = _LEVELS.get(logging_config.get("SystemLogLevel") or "INFO", 20)
        self._memory_mb = memory_mb
        self._version = version

    def _record(self, kind: str, level: str, record: dict) -> None:
        if _LEVELS[level] >= self._level:
            self._write(json.dumps({"time": iso_now(), "type": f"platform.{kind}", "record": record}) + "\n")

    def init_start(self, runtime_version: str, runtime_arn: str, initialization_type: str) -> None:
        """The environment starts."""
        if self._json:
            record = {
                "initializationType": initialization_type,
                "phase": "init",
                "runtimeVersion": runtime_version,
                "runtimeVersionArn": runtime_arn,
                "functionVersion": self._version,
            }
            self._record("initStart", "INFO", record)
        else:
            self._write(
                f"INIT_START Runtime Version: {runtime_version}\tRuntime Version ARN: {runtime_arn}\n"
            )

    def init_failed(self, phase: str, status: str, error_type: str, duration_ms: float) -> None:
        """It did not start: `phase` is ``init`` or ``invoke``, `status` ``error`` or ``timeout``."""
        if self._json:
            record = {"phase": phase, "status": status, "metrics": {"durationMs": round(duration_ms, 3)}}
            if error_type:
                record["errorType"] = error_type
            self._record("initReport", "WARN", record)
        else:
            end = f"\tError Type: {error_type}" if error_type else ""
            self._write(
                f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}{end}\n"
            )

    def note(self, message: str, request_id: str | None = None) -> None:
        """A sentence of the platform, such as why the process ended."""
        if self._json:
            record = {"message": message} | ({"requestId": request_id} if request_id else {})
            self._record("fault", "WARN", record)
        else:
            self._write(message + "\n")

    def start(self, request_id: str) -> None:
        """An invocation starts."""
        if self._json:
            self._record("start", "INFO", {"requestId": request_id, "version": self._version})
        else:
            self._write(f"START RequestId: {request_id} Version: {self._version}\n")

    def end(self, request_id: str, ending: Ending) -> None:
        """An invocation is over."""
        duration = ending.duration_ms
        # Since August 2025 AWS bills the init phase of every function.
        billed = math.ceil(duration + (ending.init_ms or 0))
        if self._json:
            self._end_record(request_id, ending, billed)
            return
        text = (
            f"REPORT RequestId: {request_id}\tDuration: {duration:.2f} ms\tBilled Duration: {billed} ms\t"
            f"Memory Size: {self._memory_mb} MB\tMax Memory Used: {ending.max_memory_mb} MB\t"
        )
        if ending.init_ms is not None:
            text += f"Init Duration: {ending.init_ms:.2f} ms\t"
        if ending.status == "timeout":
            text += "Status: timeout"
        elif ending.status == "failure":
            text += f"Status: error\tError Type: {ending.error_type}"
        self._write(f"END RequestId: {request_id}\n")
        self._write(text + "\n")

    def _end_record(self, request_id: str, ending: Ending, billed: int) -> None:
        outcome = {"requestId": request_id, "status": ending.status}
        if ending.error_type:
            outcome["errorType"] = ending.error_type
        good = ending.status == "success"
        metrics = {"durationMs": round(ending.duration_ms, 3)}
        self._record("runtimeDone", "DEBUG" if good else "WARN", {**outcome, "metrics": metrics})
        metrics |= {
            "billedDurationMs": billed,
            "memorySizeMB": self._memory_mb,
            "maxMemoryUsedMB": ending.max_memory_mb,
        }
        if ending.init_ms is not None:
            metrics["initDurationMs"] = round(ending.init_ms, 3)
        self._record("report", "INFO", {**outcome, "metrics": metrics})
