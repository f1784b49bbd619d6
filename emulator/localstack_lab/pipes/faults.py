"""What can go wrong with a batch, and whose fault it is.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

_THROTTLES = frozenset(
    (
        *("ThrottlingException", "Throttling", "TooManyRequestsException", "RequestThrottled"),
        *("ProvisionedThroughputExceededException", "LimitExceededException", "SlowDown"),
        *("ServiceUnavailableException", "KMSThrottlingException"),
    )
)


class ExecutionFailed(Exception):
    """A whole batch failed.

    :param details: the ``error`` member of a log record
    :param customer: the fault lies in the pipe's configuration or in the customer's code, so that attempts
        are counted; else AWS (or LocalStack) is at fault, and it is tried until it works
    """

    def __init__(self, message: str, details: dict[str, Any] | None = None, *, customer: bool = True) -> None:
        super().__init__(message)
        self.details = {"message": message, **(details or {})}
        self.customer = customer


class PartlyFailed(Exception):
    """Some events of a batch failed: ``failed`` are their positions in it, the others have arrived."""

    def __init__(self, failed: list[int], message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.failed = failed
        self.details = {"message": message, **(details or {})}
        self.customer = True


class SourceGone(Exception):
    """The source does not exist any more: the pipe is stopped with this sentence as its StateReason."""


class SourceUnavailable(Exception):
    """The source did not answer this time; it is asked again."""


class CannotStart(Exception):
    """A pipe cannot run as it is defined: it becomes CREATE_FAILED, UPDATE_FAILED or START_FAILED.

    The sentence becomes its StateReason.
    """


def from_client(error: Exception, service: str, arn: str) -> ExecutionFailed:
    """What an AWS client raised, as the fault of whoever made it."""
    if isinstance(error, ClientError):
        answer = error.response
        code = answer.get("Error", {}).get("Code", "Unknown")
        metadata = answer.get("ResponseMetadata", {})
        status = metadata.get("HTTPStatusCode", 500)
        details = {
            "httpStatusCode": status,
            "awsService": service,
            "requestId": metadata.get("RequestId", ""),
            "exceptionType": code,
            "resourceArn": arn,
        }
        customer = 400 <= status < 500 and status != 429 and code not in _THROTTLES
        return ExecutionFailed(str(error), details, customer=customer)
    details = {"awsService": service, "exceptionType": type(error).__name__, "resourceArn": arn}
    return ExecutionFailed(str(error), details, customer=isinstance(error, ParamValidationError))
