"""Where a query's result goes.

https://docs.aws.amazon.com/athena/latest/ug/query-results-specify-location.html and, for work groups that
enforce their settings, https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
"""

import re
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.athena.refusals import NO_OUTPUT, invalid, not_available
from localstack_lab.athena.store import WorkGroup
from localstack_lab.lake.objects import store as s3

_LOCATION = re.compile(r"s3://([a-z0-9][a-z0-9.\-_]{1,61}[a-z0-9])(?:/.*)?", re.DOTALL)
_NAMES = {
    "csv": "{id}.csv",
    "txt": "{id}.txt",
    "data": "{id}",
    "table": "tables/{id}",
}
WRONG_REGION = (
    "The S3 location provided to save your query results is invalid. Please check your S3 location is "
    "correct and is in the same region and try again. If you continue to see the issue, contact customer "
    "support for further assistance."
)


def settings(request: Members, group: WorkGroup) -> dict[str, Any]:
    """The result configuration in force; its OutputLocation ends with a slash.

    A work group that enforces its settings wins over the request, whole; else what the request leaves out
    comes from the work group.

    :raises ServiceException: there is none, or it is no place for results
    """
    own = request.get("ResultConfiguration") or {}
    if "OutputLocation" in own:
        bucket_name(own["OutputLocation"])
    of_group = group.configuration.get("ResultConfiguration") or {}
    if group.configuration.get("EnforceWorkGroupConfiguration"):
        used = dict(of_group)
        if "OutputLocation" not in used and "OutputLocation" in own:
            used["OutputLocation"] = own["OutputLocation"]
    elif "OutputLocation" in own:
        used = dict(own)
    else:
        used = {**of_group, **own}
    location = used.get("OutputLocation")
    if not location:
        raise invalid(NO_OUTPUT)
    check(used)
    return used | {"OutputLocation": location if location.endswith("/") else f"{location}/"}


def check(configuration: Members) -> None:
    """Refuse a result configuration that could not be honoured.

    :raises ServiceException:
    """
    encryption = configuration.get("EncryptionConfiguration") or {}
    option = encryption.get("EncryptionOption")
    if option == "CSE_KMS":
        raise not_available("Client-side encryption of query results (CSE_KMS)")
    if option == "SSE_KMS" and not encryption.get("KmsKey"):
        raise invalid("KMS key is required for encryption option SSE_KMS")
    if location := configuration.get("OutputLocation"):
        bucket_name(location)


def bucket_name(location: str) -> str:
    """The bucket of an OutputLocation.

    :raises ServiceException: it is no place in S3
    """
    found = _LOCATION.fullmatch(location)
    if not found:
        raise invalid("outputLocation is not a valid S3 path.")
    return found[1]


def verify(used: Members, region: str) -> None:
    """Whether the bucket is there, in this region, and its owner's.

    :raises ServiceException: it is not
    """
    name = bucket_name(used["OutputLocation"])
    try:
        bucket = s3.bucket_of(name)
    except ServiceException as error:
        raise invalid(f"Unable to verify/create output bucket {name}") from error
    owner = used.get("ExpectedBucketOwner")
    if bucket.bucket_region != region or (owner and bucket.bucket_account_id != owner):
        raise invalid(WRONG_REGION)


def result_file(prefix: str, query_id: str, result: str) -> str:
    """The name that GetQueryExecution tells.

    :param prefix: with its slash
    :param result: see `statements.kinds.Kind.result`
    """
    return prefix + _NAMES[result].format(id=query_id)
