"""What Athena answers when it refuses a request.

https://docs.aws.amazon.com/athena/latest/APIReference/API_InvalidRequestException.html: most refusals are
InvalidRequestException with an AthenaErrorCode.
"""

import uuid

from localstack.aws.api import ServiceException

from localstack_lab.api.service import refusal

NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup result "
    "configuration setting or as an API input."
)


def invalid(message: str, code: str = "INVALID_INPUT") -> ServiceException:
    """InvalidRequestException; `code` is its AthenaErrorCode."""
    return refusal("InvalidRequestException", message, AthenaErrorCode=code)


def not_available(what: str) -> ServiceException:
    """Something that Athena has and this emulator has not."""
    return invalid(f"{what} is not available in this emulator; nothing was done.", "NOT_SUPPORTED")


def no_execution(query_id: str) -> ServiceException:
    """The id is none of this account and region, or the execution is older than those that are kept."""
    return invalid(f"QueryExecution {query_id} was not found", "QUERY_EXECUTION_NOT_FOUND")


def no_work_group() -> ServiceException:
    """AWS's text, which does not name the work group."""
    return invalid("WorkGroup is not found.")


def too_many_queries() -> ServiceException:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_TooManyRequestsException.html"""
    return refusal(
        "TooManyRequestsException",
        "You have exceeded the limit for the number of queries you can run concurrently. Reduce the number "
        "of concurrent queries submitted by this account. Contact customer support to request a concurrent "
        "query limit increase.",
        Reason="CONCURRENT_QUERY_LIMIT_EXCEEDED",
    )


def catalog_error(error: ServiceException) -> ServiceException:
    """What Glue refused, as the metadata operations of Athena tell it.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_MetadataException.html
    """
    return refusal("MetadataException", data_catalog_text(error.code, str(error.message)))


def data_catalog_text(code: str, message: str) -> str:
    """An error of the Glue catalog, in the envelope that Athena puts around it."""
    return (
        f"{message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: {code}; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)"
    )
