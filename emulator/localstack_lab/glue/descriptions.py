"""How the catalog keeps what CreateTable and CreatePartition are given."""

from localstack_lab.api.service import Members
from localstack_lab.glue.refusals import lacking
from localstack_lab.glue.store import copied


def storage(given: Members, like: Members | None = None) -> Members:
    """A storage descriptor as Glue answers it: members of a plain type that were not given have a value.

    https://docs.aws.amazon.com/glue/latest/webapi/API_StorageDescriptor.html

    :param like: the table's descriptor. Members that are equal are kept once: ten thousand partitions need
        not have ten thousand copies of their columns. What is kept is never changed in place.
    :raises ServiceException: NotImplementedException for columns that are kept in a schema registry
    """
    if given.get("SchemaReference"):
        raise lacking("A table whose columns are a SchemaReference (the schema registry)")
    like = like or {}
    kept = {key: like[key] if like.get(key) == value else copied(value) for key, value in given.items()}
    return {
        "Compressed": False,
        "NumberOfBuckets": 0,
        "SortColumns": [],
        "StoredAsSubDirectories": False,
        **kept,
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
