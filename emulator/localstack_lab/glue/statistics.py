"""Statistics of columns, of tables and of partitions, as clients that compute them keep them.

https://docs.aws.amazon.com/glue/latest/webapi/API_ColumnStatistics.html
"""

from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.descriptions import error_detail
from localstack_lab.glue.operations import operation
from localstack_lab.glue.partitions import Partitions
from localstack_lab.glue.refusals import not_found
from localstack_lab.glue.store import Table, copied

type Kept = dict[str, Members]


class Statistics(Partitions):
    """The operations on column statistics."""

    @operation
    def update_column_statistics_for_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateColumnStatisticsForTable.html

        What is refused is in Errors; the others are kept.
        """
        table = self.table(request["DatabaseName"], request["TableName"])
        return _update(table, table.statistics, request["ColumnStatisticsList"])

    @operation
    def get_column_statistics_for_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetColumnStatisticsForTable.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        return _get(table.statistics, request["ColumnNames"])

    @operation
    def delete_column_statistics_for_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteColumnStatisticsForTable.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        return _delete(table.statistics, request["ColumnName"])

    @operation
    def update_column_statistics_for_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateColumnStatisticsForPartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        partition = self.partition(table, request["PartitionValues"])
        return _update(table, partition.statistics, request["ColumnStatisticsList"])

    @operation
    def get_column_statistics_for_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetColumnStatisticsForPartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        partition = self.partition(table, request["PartitionValues"])
        return _get(partition.statistics, request["ColumnNames"])

    @operation
    def delete_column_statistics_for_partition(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteColumnStatisticsForPartition.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        partition = self.partition(table, request["PartitionValues"])
        return _delete(partition.statistics, request["ColumnName"])


def _update(table: Table, kept: Kept, given: list[Members]) -> Members:
    described = table.members.get("StorageDescriptor") or {}
    columns = [*(described.get("Columns") or []), *(table.members.get("PartitionKeys") or [])]
    names = {column["Name"].lower() for column in columns}
    errors = []
    for entry in given:
        name, data = entry["ColumnName"], entry["StatisticsData"]
        member = f"{data['Type'].capitalize()}ColumnStatisticsData"
        if name.lower() not in names:
            detail = error_detail("EntityNotFoundException", f"Column {name} not found.")
        elif member not in data:
            detail = error_detail(
                "InvalidInputException", f"Statistics of type {data['Type']} need {member}."
            )
        else:
            kept[name.lower()] = copied(entry)
            continue
        errors.append({"ColumnStatistics": copied(entry), "Error": detail})
    return {"Errors": errors}


def _get(kept: Kept, names: list[str]) -> Members:
    missing = [name for name in names if name.lower() not in kept]
    return {
        "ColumnStatisticsList": [copied(kept[name.lower()]) for name in names if name not in missing],
        "Errors": [
            {
                "ColumnName": name,
                "Error": error_detail("EntityNotFoundException", f"Column statistics of {name} not found."),
            }
            for name in missing
        ],
    }


def _delete(kept: Kept, name: str) -> Members:
    if kept.pop(name.lower(), None) is None:
        raise not_found(f"Column statistics of {name} not found.")
    return {}
