"""What the lab says when it cannot do what was asked: one sentence, what to do about it, and an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script learns from the ``lab`` command without reading its output."""

    OK = 0
    DIFFERENCE = 1  # something is not as it should be: unhealthy, unaccounted for, a failed check
    USAGE = 2  # the command was called wrongly (Click uses 2 for this, too)
    NOT_RUNNING = 3  # the command needs a running lab, and there is none
    PORT_TAKEN = 4  # another programme, or another lab, listens on the port
    START_FAILED = 5  # the lab died or did not become healthy in time
    ENVIRONMENT = 6  # wrong Python, missing or moved packages, no Docker where it is needed
    SERVICE = 7  # a service of the lab answered a call with an error
    NOT_WIRED = 8  # the pipeline must be bootstrapped first
    INTERRUPTED = 130  # Ctrl-C, as shells report it

    @property
    def meaning(self) -> str:
        """The sentence that ``lab --help`` prints for this code."""
        return MEANINGS[self]


MEANINGS = {
    ExitCode.OK: "done, everything as it should be",
    ExitCode.DIFFERENCE: "a difference was found: unhealthy, unaccounted for, or a failed check",
    ExitCode.USAGE: "the command was called wrongly",
    ExitCode.NOT_RUNNING: "the lab is not running",
    ExitCode.PORT_TAKEN: "the port is taken",
    ExitCode.START_FAILED: "the lab did not start",
    ExitCode.ENVIRONMENT: "wrong Python, missing packages, or no Docker where it is needed",
    ExitCode.SERVICE: "a service of the lab answered with an error",
    ExitCode.NOT_WIRED: "the pipeline is not set up in this lab",
    ExitCode.INTERRUPTED: "interrupted with Ctrl-C",
}


class LabError(Exception):
    """Something went wrong that the person at the terminal can understand and act on.

    :param message: what is the matter, one sentence
    :param remedy: what to do about it, one sentence (may be empty)
    :param detail: lines to show below, such as the end of a log
    """

    exit_code = ExitCode.DIFFERENCE

    def __init__(self, message: str, remedy: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.detail = detail

    def __str__(self) -> str:
        text = f"{self.message} {self.remedy}".rstrip()
        return f"{text}\n{self.detail}" if self.detail else text


class UsageError(LabError):
    """An argument that cannot be meant."""

    exit_code = ExitCode.USAGE


class NotRunning(LabError):
    """The command needs a running lab."""

    exit_code = ExitCode.NOT_RUNNING


class PortTaken(LabError):
    """Somebody else listens on the port."""

    exit_code = ExitCode.PORT_TAKEN


class StartFailed(LabError):
    """LocalStack died on the way, or did not become healthy in time."""

    exit_code = ExitCode.START_FAILED


class EnvironmentUnfit(LabError):
    """This Python, or what is installed in it, cannot run the lab."""

    exit_code = ExitCode.ENVIRONMENT


class NotWired(LabError):
    """The pipeline must be bootstrapped first."""

    exit_code = ExitCode.NOT_WIRED


class ServiceFailed(LabError):
    """A service of the lab answered a call with an error."""

    exit_code = ExitCode.SERVICE
