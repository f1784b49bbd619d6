"""Partition indexes. They are kept and answered; partitions are found without them just as well.

https://docs.aws.amazon.com/glue/latest/dg/partition-indexes.html
"""

from typing import Any

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.operations import operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, not_found
from localstack_lab.glue.store import Table, copied
from localstack_lab.glue.tables import Tables

MOST_INDEXES = 3


class Indexes(Tables):
    """The operations on partition indexes."""

    @operation
    def create_partition_index(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreatePartitionIndex.html"""
        self.add_index(self.table(request["DatabaseName"], request["TableName"]), request["PartitionIndex"])
        return {}

    @operation
    def get_partition_indexes(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitionIndexes.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        found = ((name, copied(index)) for name, index in sorted(table.indexes.items()))
        return page("PartitionIndexDescriptorList", found, request)

    @operation
    def delete_partition_index(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeletePartitionIndex.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        name = request["IndexName"].lower()
        if table.indexes.pop(name, None) is None:
            raise not_found(f"Index with the given indexName : {request['IndexName']} does not exist")
        return {}

    def add_index(self, table: Table, given: Members) -> None:
        """Keep an index of keys that the table has.

        :raises ServiceException: AlreadyExistsException, InvalidInputException or
            ResourceNumberLimitExceededException
        """
        name = given["IndexName"].lower()
        keys = table.members.get("PartitionKeys") or []
        types = {key["Name"].lower(): key.get("Type", "string") for key in keys}
        for key in given["Keys"]:
            if key.lower() not in types:
                raise invalid(f"The key {key} of index {given['IndexName']} is no partition key")
        if name in table.indexes:
            raise already_exists("Index already exists.")
        if len(table.indexes) >= MOST_INDEXES:
            raise refusal(
                "ResourceNumberLimitExceededException", f"A table may have {MOST_INDEXES} partition indexes."
            )
        indexed = [{"Name": key.lower(), "Type": types[key.lower()]} for key in given["Keys"]]
        table.indexes[name] = {"IndexName": name, "Keys": indexed, "IndexStatus": "ACTIVE"}
