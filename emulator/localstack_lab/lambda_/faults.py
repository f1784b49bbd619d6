"""Errors that the platform reports in place of the function, in AWS's forms.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html and
https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

import json
import signal
from dataclasses import dataclass

from localstack_lab.lambda_.runtime_api import MAX_RESPONSE

# How AWS's supervisor (a Go program) names signals.
_SIGNALS: dict[int, str] = {
    signal.SIGABRT: "aborted",
    signal.SIGALRM: "alarm clock",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGPIPE: "broken pipe",
    signal.SIGQUIT: "quit",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
    signal.SIGTRAP: "trace/breakpoint trap",
    signal.SIGXFSZ: "file size limit exceeded",
}


@dataclass(frozen=True)
class Fault:
    """`type` and `message` as in the payload of the failed invocation."""

    type: str
    message: str

    def payload(self) -> bytes:
        """The invocation's payload."""
        return json.dumps(
            {"errorType": self.type, "errorMessage": self.message}, separators=(",", ":")
        ).encode()


def _prefix(request_id: str | None) -> str:
    return f"RequestId: {request_id} Error: " if request_id else "Error: "


def timed_out(request_id: str, seconds: float) -> Fault:
    """The function ran longer than its Timeout."""
    return Fault("Sandbox.Timedout", f"{_prefix(request_id)}Task timed out after {seconds:.2f} seconds")


def exited(request_id: str | None, code: int) -> Fault:
    """The process ended before it answered: `code` is its exit code, or minus the signal that killed it."""
    if code == 0:
        what = "Runtime exited without providing a reason"
    elif code > 0:
        what = f"Runtime exited with error: exit status {code}"
    else:
        what = f"Runtime exited with error: signal: {_SIGNALS.get(-code, f'signal {-code}')}"
    return Fault("Runtime.ExitError", _prefix(request_id) + what)


def out_of_memory(request_id: str | None) -> Fault:
    """The environment held more memory than MemorySize."""
    return Fault("Runtime.OutOfMemory", f"{_prefix(request_id)}Runtime exited with error: signal: killed")


def too_large() -> Fault:
    """The response is over AWS's limit."""
    return Fault(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes).",
    )
