"""How the catalog keeps what CreateTable and CreatePartition are given."""

from localstack_lab.api.service import Members
from localstack_lab.glue.store import copied


def storage(given: Members) -> Members:
    """A storage descriptor as Glue answers it: members of a plain type that were not given have a value.

    https://docs.aws.amazon.com/glue/latest/webapi/API_StorageDescriptor.html
    """
    return {
        "Compressed": False,
        "NumberOfBuckets": 0,
        "SortColumns": [],
        "StoredAsSubDirectories": False,
        **copied(given),
    }


def without_columns(members: Members) -> Members:
    """A copy of a partition without the columns of its storage descriptor."""
    short = copied({key: value for key, value in members.items() if key != "StorageDescriptor"})
    if descriptor := members.get("StorageDescriptor"):
        short["StorageDescriptor"] = copied({k: v for k, v in descriptor.items() if k != "Columns"})
    return short


def error_detail(code: str, message: str) -> Members:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_ErrorDetail.html"""
    return {"ErrorCode": code, "ErrorMessage": message}
