"""What can go wrong on the way to S3, with AWS's codes and words.

https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
"""

from collections.abc import Callable

from botocore.exceptions import ClientError

FUNCTION_ERROR = "The Lambda function was successfully invoked but it returned an error result."
TIMED_OUT = "The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function."
UNREADABLE = (
    "There was an error parsing returned records from the Lambda function. Ensure that the returned records "
    "follow the status model required by Kinesis Firehose."
)
DUPLICATED = (
    "Multiple records were returned with the same record ID. Ensure that the Lambda function returns unique "
    "record IDs for each record."
)
MISSING = (
    "One or more record Ids were not returned. Ensure that the Lambda function returns all received record "
    "Ids."
)

_LAMBDA = {
    "TooManyRequestsException": (
        "Lambda.InvokeLimitExceeded",
        "The Lambda concurrent execution limit is exceeded. Increase the concurrent execution limit.",
    ),
    "AccessDeniedException": (
        "Lambda.InvokeAccessDenied",
        "Access was denied. Ensure that the access policy allows access to the Lambda function.",
    ),
    "ResourceNotFoundException": (
        "Lambda.ResourceNotFound",
        "The specified Lambda function does not exist. Use a different function that does exist.",
    ),
}
_S3 = {
    "AccessDenied": (
        "Access was denied. Ensure that the trust policy for the provided IAM role allows Kinesis Firehose "
        "to assume the role, and the access policy allows access to the S3 bucket."
    ),
    "NoSuchBucket": (
        "The specified bucket does not exist. Create the bucket or use a different bucket that does exist."
    ),
    "KMS.NotFoundException": (
        "The provided AWS KMS key was not found. If you are using what you believe to be a valid AWS KMS key "
        "with the correct role, check if there is a problem with the account to which the AWS KMS key is "
        "attached."
    ),
}


class Undelivered(Exception):
    """A call that did not succeed and may later; `code` and `message` as AWS logs them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class InvocationFailed(Undelivered):
    """The transforming function gave no result."""


class DeliveryFailed(Undelivered):
    """S3 did not take an object."""


def of_lambda(error: ClientError) -> InvocationFailed:
    given = error.response["Error"]
    code, message = _LAMBDA.get(given["Code"], (f"Lambda.{given['Code']}", given.get("Message", "")))
    return InvocationFailed(code, message)


def of_s3(error: ClientError) -> DeliveryFailed:
    given = error.response["Error"]
    return DeliveryFailed(f"S3.{given['Code']}", _S3.get(given["Code"], given.get("Message", "")))


Report = Callable[[str, str, "str | None"], None]
"""Called with code, message and the ARN of the function, if one is at fault, for the stream's error log."""
