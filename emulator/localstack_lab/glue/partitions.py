"""Partitions. https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html"""

import zlib
from collections.abc import Callable
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.glue import events
from localstack_lab.glue.descriptions import error_detail, storage, without_columns
from localstack_lab.glue.expressions import compiled
from localstack_lab.glue.operations import operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, lacking, not_found
from localstack_lab.glue.store import Partition, Table, Values, copied, now
from localstack_lab.glue.tables import Tables

_EXISTS = "Partition already exists."


class Partitions(Tables):
    """The operations on partitions. They come in the order of their values."""

    @operation
    def create_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreatePartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        values = self._create(table, request["PartitionInput"])
        self._tell("CreatePartition", table, [values])
        return {}

    @operation
    def batch_create_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html

        What cannot be created is in Errors; the others are created.
        """
        table = self.table(request["DatabaseName"], request["TableName"])
        return self._each(
            "BatchCreatePartition",
            table,
            request["PartitionInputList"],
            lambda given: self._create(table, given),
            lambda given: {"PartitionValues": given.get("Values") or []},
        )

    @operation
    def get_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        found = self.partition(table, request["PartitionValues"])
        return {"Partition": copied(found.members)}

    @operation
    def batch_get_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetPartition.html

        Partitions that are not there are left out.
        """
        table = self.table(request["DatabaseName"], request["TableName"])
        found = []
        for entry in request["PartitionsToGet"]:
            values = _matching(table, entry["Values"])
            if values in table.partitions:
                found.append(copied(table.partitions[values].members))
        return {"Partitions": found, "UnprocessedKeys": []}

    @operation
    def get_partitions(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html

        A segment holds a share of the partitions; each partition is in exactly one.
        """
        for member in ("TransactionId", "QueryAsOfTime"):
            if request.get(member):
                raise lacking(f"{member} (tables of Lake Formation transactions)")
        table = self.table(request["DatabaseName"], request["TableName"])
        wanted = compiled(request.get("Expression"), table.members.get("PartitionKeys") or [])
        inside = _segment(request.get("Segment"))
        shown = without_columns if request.get("ExcludeColumnSchema") else copied
        found = (
            (values, partition)
            for values, partition in sorted(table.partitions.items())
            if inside(values) and (wanted is None or wanted(values))
        )
        answer = page("Partitions", found, request)
        answer["Partitions"] = [shown(partition.members) for partition in answer["Partitions"]]
        return answer

    @operation
    def update_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdatePartition.html

        The new definition replaces the old one whole, and may give the partition other values.
        """
        table = self.table(request["DatabaseName"], request["TableName"])
        values = self._update(table, request["PartitionValueList"], request["PartitionInput"])
        self._tell("UpdatePartition", table, [values])
        return {}

    @operation
    def batch_update_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchUpdatePartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        return self._each(
            "BatchUpdatePartition",
            table,
            request["Entries"],
            lambda entry: self._update(table, entry["PartitionValueList"], entry["PartitionInput"]),
            lambda entry: {"PartitionValueList": entry["PartitionValueList"]},
        )

    @operation
    def delete_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeletePartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        values = self._delete(table, request["PartitionValues"])
        self._tell("DeletePartition", table, [values])
        return {}

    @operation
    def batch_delete_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeletePartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        return self._each(
            "BatchDeletePartition",
            table,
            request["PartitionsToDelete"],
            lambda entry: self._delete(table, entry["Values"]),
            lambda entry: {"PartitionValues": entry["Values"]},
        )

    def partition(self, table: Table, given: list[str]) -> Partition:
        """The partition of these values.

        :raises ServiceException: EntityNotFoundException
        """
        found = table.partitions.get(_matching(table, given))
        if found is None:
            raise not_found("Cannot find partition.")
        return found

    def _each(
        self,
        operation: str,
        table: Table,
        entries: list[Members],
        do: Callable[[Members], Values],
        named: Callable[[Members], Members],
    ) -> Members:
        """Do one thing with each entry of a batch; what is refused becomes an error of the answer."""
        changed, errors = [], []
        for entry in entries:
            try:
                changed.append(do(entry))
            except ServiceException as error:
                message = "Partition not found." if error.code == "EntityNotFoundException" else error.message
                errors.append({**named(entry), "ErrorDetail": error_detail(error.code, message)})
        if changed:
            self._tell(operation, table, changed)
        return {"Errors": errors}

    def _create(self, table: Table, given: Members) -> Values:
        values = _matching(table, given.get("Values") or [])
        if values in table.partitions:
            raise already_exists(_EXISTS)
        table.partitions[values] = Partition(self._partition_members(table, given, values, now()))
        return values

    def _update(self, table: Table, before: list[str], given: Members) -> Values:
        old = _matching(table, before)
        partition = self.partition(table, before)
        values = _matching(table, given["Values"]) if given.get("Values") else old
        if values != old and values in table.partitions:
            raise already_exists(_EXISTS)
        del table.partitions[old]
        partition.members = self._partition_members(table, given, values, partition.members["CreationTime"])
        table.partitions[values] = partition
        return values

    def _delete(self, table: Table, given: list[str]) -> Values:
        self.partition(table, given)
        values = tuple(given)
        del table.partitions[values]
        return values

    def _partition_members(self, table: Table, given: Members, values: Values, created: Any) -> Members:
        members = {
            **copied({key: value for key, value in given.items() if key != "StorageDescriptor"}),
            "Values": list(values),
            "DatabaseName": table.members["DatabaseName"],
            "TableName": table.members["Name"],
            "CreationTime": created,
            "CatalogId": self.account,
        }
        if "StorageDescriptor" in given:
            like = table.members.get("StorageDescriptor")
            members["StorageDescriptor"] = storage(given["StorageDescriptor"], like)
        return members

    def _tell(self, operation: str, table: Table, changed: list[Values]) -> None:
        events.table_changed(self, operation, table.members["DatabaseName"], table.members["Name"], changed)


def _matching(table: Table, given: list[str]) -> Values:
    """The values, one for each key.

    :raises ServiceException: InvalidInputException
    """
    if len(given) != len(table.members.get("PartitionKeys") or []):
        raise invalid("The number of partition keys do not match the number of partition values")
    return tuple(given)


def _segment(given: Members | None) -> Callable[[Values], bool]:
    if given is None:
        return lambda values: True
    number, total = given["SegmentNumber"], given["TotalSegments"]
    if number >= total:
        raise invalid(f"SegmentNumber {number} must be less than TotalSegments {total}")
    return lambda values: zlib.crc32("\0".join(values).encode()) % total == number
