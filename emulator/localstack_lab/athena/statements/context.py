"""What a statement works with, and what a statement without a query answers."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.athena.engine.contract import QueryFailed, QueryRequest, ResultColumn, Statistics
from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import TableName

type Members = dict[str, Any]
"""A table, partition or database as Glue's API shapes it."""

STORAGE_MEMBERS = (
    "Columns",
    "Location",
    "AdditionalLocations",
    "InputFormat",
    "OutputFormat",
    "Compressed",
    "NumberOfBuckets",
    "SerdeInfo",
    "BucketColumns",
    "SortColumns",
    "Parameters",
    "SkewedInfo",
    "StoredAsSubDirectories",
    "SchemaReference",
)
_TABLE_INPUT = (
    *("Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention", "StorageDescriptor"),
    *("PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters", "TargetTable"),
)


@dataclass(frozen=True)
class Lines:
    """The answer of a DDL, SHOW or DESCRIBE: rows of one text each.

    :ivar changed: what a DDL did, as in the contract's Outcome
    :ivar iceberg: of an Iceberg table
    """

    columns: tuple[ResultColumn, ...] = ()
    rows: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    statistics: Statistics = field(default_factory=Statistics)
    iceberg: bool = False


def text_columns(*names: str, kind: str = "string") -> tuple[ResultColumn, ...]:
    """Columns as SHOW and DESCRIBE have them: without precision, nullability unknown."""
    return tuple(ResultColumn(name, kind, kind) for name in names)


@dataclass(frozen=True)
class Context:
    """One statement's surroundings.

    :param catalog: the Glue Data Catalog, with boto3's method names and keywords
    :param objects: S3
    :param iceberg: the Iceberg tables
    """

    request: QueryRequest
    catalog: Any
    objects: Any
    iceberg: Any = None
    clock: Callable[[], float] = time.time

    def qualified(self, name: TableName) -> tuple[str, str]:
        """(database, table)."""
        return (name.database or self.request.database).lower(), name.table

    def find_table(self, name: TableName) -> Members | None:
        """The table as GetTable answers it; None when it or its database is not there."""
        database, table = self.qualified(name)
        try:
            found: Members = self.catalog.get_table(DatabaseName=database, Name=table)
        except Refused as refused:
            if refused.code == "EntityNotFoundException":
                return None
            raise
        return found.get("Table", found)

    def table(self, name: TableName, *, written: bool = False) -> Members:
        """The table.

        :param written: SHOW and DESCRIBE tell a missing table as it is written, ALTER with its database
        :raises QueryFailed: SemanticException 10001 when it is not there, 10072 when its database is not
        """
        found = self.find_table(name)
        if found is None:
            database, table = self.qualified(name)
            self.existing_database(database)
            shown = table if written and name.database is None else f"{database}.{table}"
            raise failed(f"SemanticException [Error 10001]: Table not found {shown}")
        return found

    def base_table(self, name: TableName) -> Members:
        """The table, which is no view and no Iceberg table.

        :raises QueryFailed: for these
        """
        found = self.alterable(name)
        if is_iceberg(found):
            raise not_for_iceberg()
        return found

    def alterable(self, name: TableName) -> Members:
        """The table, which is no view.

        :raises QueryFailed: when it is one
        """
        found = self.table(name)
        if is_view(found):
            raise failed(
                "SemanticException [Error 10131]: Cannot alter a view with ALTER TABLE or MSCK REPAIR TABLE "
                f"{found['DatabaseName']}.{found['Name']}"
            )
        return found

    def has_database(self, name: str) -> bool:
        """Whether the catalog has the database."""
        try:
            self.catalog.get_database(Name=name)
        except Refused as refused:
            if refused.code == "EntityNotFoundException":
                return False
            raise
        return True

    def existing_database(self, name: str) -> None:
        """:raises QueryFailed: SemanticException 10072 when it is not there"""
        if not self.has_database(name):
            reason = f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}"
            told = (
                f"com.facebook.presto.spi.PrestoException: Database {name} not found. "
                "(Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
                f"Request ID: {self.request.query_id}; Proxy: null)"
            )
            raise QueryFailed("", reason, told=told)

    def partition(self, table: Members, values: list[str]) -> Members | None:
        """One partition with all that the catalog has of it; None when it is not there."""
        try:
            found: Members = self.catalog.get_partition(
                DatabaseName=table["DatabaseName"], TableName=table["Name"], PartitionValues=values
            )
        except Refused as refused:
            if refused.code == "EntityNotFoundException":
                return None
            raise
        return found.get("Partition", found)

    def partitions(self, table: Members) -> list[Members]:
        """All partitions of a table, without their columns."""
        found = self.catalog.get_partitions(
            DatabaseName=table["DatabaseName"], TableName=table["Name"], ExcludeColumnSchema=True
        )
        return list(found["Partitions"] if isinstance(found, dict) else found)


def failed(text: str) -> QueryFailed:
    """A DDL that Athena's Hive part fails: ``FAILED: …``."""
    return QueryFailed("", f"FAILED: {text}")


def not_done(reason: str, told: str | None = None) -> QueryFailed:
    """A DDL that the metastore refuses.

    :param told: the ErrorMessage, where it is another text
    """
    text = f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {reason}"
    return QueryFailed("", text, told=told)


def not_for_iceberg() -> QueryFailed:
    """A DDL that Athena has for Hive tables only, asked for an Iceberg table."""
    return QueryFailed("", "Query type not supported by Athena Iceberg at this time")


def is_view(table: Members) -> bool:
    """Whether a catalog table is a view."""
    return table.get("TableType") == "VIRTUAL_VIEW"


def table_input(table: Members) -> Members:
    """What UpdateTable takes of what GetTable answers: a copy that may be changed."""
    copied: Members = json.loads(json.dumps({k: table[k] for k in _TABLE_INPUT if k in table}, default=str))
    for member in ("LastAccessTime", "LastAnalyzedTime"):
        if member in table:
            copied[member] = table[member]
    return copied
