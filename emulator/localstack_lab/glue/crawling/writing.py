"""Found tables into the Data Catalog, as the crawler's policies allow.

https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
"""

import time
from collections.abc import Iterable
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawling import tables
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Log, Result
from localstack_lab.glue.crawling.merging import merged_columns
from localstack_lab.glue.crawling.tables import INDEX, Wanted
from localstack_lab.glue.store import LOCK, now

type Members = dict[str, Any]

_BATCH = 100
_DEPRECATED = "DEPRECATED_BY_CRAWLER"
_FUNDAMENTAL = ("classification", "compressionType", "delimiter")
_INPUT = (
    "Name",
    "Description",
    "Owner",
    "LastAccessTime",
    "LastAnalyzedTime",
    "Retention",
    "StorageDescriptor",
)
_TABLE_INPUT = (*_INPUT, "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters")


class Writer:
    """Writes into one database.

    :param catalog: `glue.catalog.Catalog`
    """

    def __init__(self, job: Job, catalog: Any, log: Log, result: Result) -> None:
        self._job = job
        self._catalog = catalog
        self._log = log
        self._result = result
        self._database = job.database
        self._written: set[str] = set()

    def ensure_database(self) -> None:
        """Create the crawler's database if it is not there."""
        with LOCK:  # another crawler may be about to
            try:
                self._catalog.get_database(Name=self._database)
            except ServiceException as error:
                if error.code != "EntityNotFoundException":
                    raise
                self._catalog.create_database(DatabaseInput={"Name": self._database})
                self._log("INFO", f"Created database {self._database}")

    def write(self, wanted: Wanted) -> None:
        """Create or update a table and its partitions."""
        with LOCK:  # between the look for a free name and its use
            name, existing = self._place(wanted)
            self._written.add(name)
            if existing is None:
                self._create(name, wanted)
                table = self._catalog.get_table(DatabaseName=self._database, Name=name)["Table"]
            else:
                table = self._update(name, existing, wanted)
        if table is not None and table.get("PartitionKeys"):
            self._partitions(name, table, wanted)

    def _place(self, wanted: Wanted) -> tuple[str, Members | None]:
        """The name for a table, and the one that it has in the catalog: a crawler's, of the same location."""
        plain = wanted.table["Name"]
        names = (plain, tables.with_suffix(plain, wanted.location))
        existing = {name: self._get(name) for name in names}
        for name, table in existing.items():
            if table is not None and _ours(table, wanted.location):
                return name, table
        free = [name for name in names if existing[name] is None]
        if not free:
            raise CrawlFailed(f"Table names {' and '.join(names)} are taken by tables of other locations.")
        return free[0], None

    def _get(self, name: str) -> Members | None:
        try:
            table: Members = self._catalog.get_table(DatabaseName=self._database, Name=name)["Table"]
        except ServiceException as error:
            if error.code == "EntityNotFoundException":
                return None
            raise
        return table

    def _create(self, name: str, wanted: Wanted) -> None:
        table = wanted.table | {"Name": name, "LastAccessTime": now()}
        table["Parameters"] = table["Parameters"] | {"CRAWL_RUN_ID": self._job.run_id}
        request: Members = {"DatabaseName": self._database, "TableInput": table}
        if table["PartitionKeys"] and self._job.configuration.index:
            keys = [key["Name"] for key in table["PartitionKeys"]]
            request["PartitionIndexes"] = [{"Keys": keys, "IndexName": INDEX}]
        self._catalog.create_table(**request)
        self._result.note("TABLE", "ADD", name)
        self._log("INFO", f"Created table {name} in database {self._database}")

    def _update(
        self, name: str, existing: Members, wanted: Wanted, *, refreshed: bool = False
    ) -> Members | None:
        """The table as it is then in the catalog; None when its partitions must be left alone.

        :param refreshed: a catalog target's table, which keeps its partition keys
        """
        changed = dict(wanted.table) | {"Name": name}
        stays = refreshed or self._job.configuration.merge_columns or self._job.update == "LOG"
        if stays and len(_keys(existing)) != len(_keys(changed)):
            self._warn(
                f"Table {name} is left as it is: its data lies in folders of {len(_keys(changed))} levels, "
                f"and it has {len(_keys(existing))} partition keys."
            )
            return None
        if refreshed:
            changed["PartitionKeys"] = existing.get("PartitionKeys") or []
        if self._job.configuration.merge_columns:
            if differing := _fundamental(existing, changed):
                if _DEPRECATED not in (existing.get("Parameters") or {}):
                    self._deprecate(name, existing)
                self._warn(
                    f"Table {name} is marked deprecated because {', '.join(differing)} of the data is not "
                    "the table's."
                )
                return None
            columns = merged_columns(
                existing["StorageDescriptor"]["Columns"], changed["StorageDescriptor"]["Columns"]
            )
            changed = _kept(existing, changed, columns)
        elif self._job.update == "LOG":
            if _shape(existing) != _shape(changed):
                self._log(
                    "INFO",
                    f"Schema of table {name} has changed; the table is not updated because of the "
                    "SchemaChangePolicy.",
                )
            return existing
        if _signature(existing) != _signature(changed):
            changed["Parameters"] = changed["Parameters"] | {"CRAWL_RUN_ID": self._job.run_id}
            changed["LastAccessTime"] = now()
            if _keys(existing) != _keys(changed):
                self._forget_partitions(name)
            self._catalog.update_table(DatabaseName=self._database, TableInput=changed)
            self._result.note("TABLE", "UPDATE", name)
            self._log("INFO", f"Updated table {name} in database {self._database}")
        return self._catalog.get_table(DatabaseName=self._database, Name=name)["Table"]  # type: ignore[no-any-return]

    def refresh(self, existing: Members, wanted: Wanted) -> None:
        """Update a table that a catalog target names, whoever made it."""
        name = existing["Name"]
        self._written.add(name)
        table = self._update(name, existing, wanted, refreshed=True)
        if table is not None and table.get("PartitionKeys"):
            self._partitions(name, table, wanted)

    def add_partitions(self, name: str, table: Members, wanted: Wanted) -> None:
        """Add partitions to a table that stays as it is."""
        self._written.add(name)
        self._partitions(name, table, wanted)

    def _partitions(self, name: str, table: Members, wanted: Wanted) -> None:
        place = {"DatabaseName": self._database, "TableName": name}
        known = {tuple(one["Values"]): one for one in self._catalog.get_partitions(**place)["Partitions"]}
        new = []
        found = set()
        for partition in wanted.partitions:
            values = tuple(partition["Values"])
            if "" in values:
                self._warn(
                    f"{partition['StorageDescriptor']['Location']} is left out: a partition's value cannot "
                    "be empty in the Data Catalog."
                )
                continue
            found.add(values)
            made = self._inherited(table, partition) if self._job.configuration.inherit else partition
            if values not in known:
                new.append(made)
            elif self._may_update() and _signature(known[values]) != _signature(made):
                if self._job.configuration.merge_columns and not self._job.configuration.inherit:
                    made = _merged_partition(known[values], made)
                    if _signature(known[values]) == _signature(made):
                        continue
                self._catalog.update_partition(**place, PartitionValueList=list(values), PartitionInput=made)
                self._result.note("PARTITION", "UPDATE", f"{name}{list(values)}")
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            answer = self._catalog.batch_create_partition(**place, PartitionInputList=batch)
            failed = {tuple(error["PartitionValues"]): error for error in answer.get("Errors") or []}
            for values, error in failed.items():
                self._warn(
                    f"Partition {list(values)} of table {name}: {error['ErrorDetail']['ErrorMessage']}"
                )
            for partition in batch:
                if tuple(partition["Values"]) not in failed:
                    self._result.note("PARTITION", "ADD", f"{name}{partition['Values']}")
        if self._job.known_folders is None:
            self._gone_partitions(name, [values for values in known if values not in found])

    def _may_update(self) -> bool:
        if self._job.known_folders is not None:
            return False
        return self._job.configuration.inherit or self._job.update == "UPDATE_IN_DATABASE"

    def _inherited(self, table: Members, partition: Members) -> Members:
        own = partition["StorageDescriptor"]
        parent = table["StorageDescriptor"]
        shared = ("Columns", "InputFormat", "OutputFormat", "SerdeInfo", "Compressed")
        descriptor = own | {name: parent[name] for name in shared if name in parent}
        for name in _FUNDAMENTAL:
            if name in table.get("Parameters", {}):
                descriptor["Parameters"] = descriptor["Parameters"] | {name: table["Parameters"][name]}
        return partition | {"StorageDescriptor": descriptor}

    def _gone_partitions(self, name: str, gone: Iterable[tuple[str, ...]]) -> None:
        for values in gone:
            shown = f"[{', '.join(values)}]"
            self._log(
                "INFO",
                f"Found partition of table {name} with partition values {shown} with no matching schema at "
                "the partition's S3 location",
            )
            if self._job.delete == "DELETE_FROM_DATABASE":
                self._catalog.delete_partition(
                    DatabaseName=self._database, TableName=name, PartitionValues=list(values)
                )
                self._result.note("PARTITION", "DELETE", f"{name}{list(values)}")

    def _forget_partitions(self, name: str) -> None:
        place = {"DatabaseName": self._database, "TableName": name}
        for one in self._catalog.get_partitions(**place)["Partitions"]:
            self._catalog.delete_partition(**place, PartitionValues=one["Values"])
            self._result.note("PARTITION", "DELETE", f"{name}{one['Values']}")

    def clear(self, prefixes: list[str]) -> None:
        """Deal with this crawler's tables below the include paths for which nothing was found any more."""
        for table in self._catalog.get_tables(DatabaseName=self._database)["TableList"]:
            name, parameters = table["Name"], table.get("Parameters") or {}
            location = (table.get("StorageDescriptor") or {}).get("Location", "")
            if name in self._written or parameters.get("UPDATED_BY_CRAWLER") != self._job.crawler:
                continue
            if not any(f"{location}/".startswith(prefix) for prefix in prefixes):
                continue
            self._gone_table(name, table)

    def _gone_table(self, name: str, table: Members) -> None:
        why = "because a matching schema was not found at the table's location."
        match self._job.delete:
            case "DELETE_FROM_DATABASE":
                self._catalog.delete_table(DatabaseName=self._database, Name=name)
                self._result.note("TABLE", "DELETE", name)
                self._log("INFO", f"Deleted table {name} {why}")
            case "DEPRECATE_IN_DATABASE":
                if _DEPRECATED not in table["Parameters"]:
                    self._deprecate(name, table)
                    self._log("INFO", f"Table {name} is marked deprecated {why}")
            case _:
                self._log("INFO", f"Table {name} was left as it is although a matching schema was not found.")

    def _deprecate(self, name: str, table: Members) -> None:
        mark = {_DEPRECATED: str(int(time.time() * 1000))}
        given = {member: table[member] for member in _TABLE_INPUT if member in table}
        descriptor = table.get("StorageDescriptor") or {}
        given["StorageDescriptor"] = descriptor | {"Parameters": (descriptor.get("Parameters") or {}) | mark}
        given["Parameters"] = (table.get("Parameters") or {}) | mark
        given["LastAccessTime"] = now()
        self._catalog.update_table(DatabaseName=self._database, TableInput=given)
        self._result.note("TABLE", "UPDATE", name)

    def _warn(self, text: str) -> None:
        self._result.warnings.append(text)
        self._log("WARN", text)


def _ours(table: Members, location: str) -> bool:
    made_by = (table.get("Parameters") or {}).get("UPDATED_BY_CRAWLER")
    at = (table.get("StorageDescriptor") or {}).get("Location", "")
    return made_by is not None and at.removesuffix("/") == location.removesuffix("/")


def _keys(table: Members) -> list[str]:
    return [key["Name"] for key in table.get("PartitionKeys") or []]


def _shape(entry: Members) -> tuple[Any, ...]:
    """Columns and format of a table or partition."""
    descriptor = entry["StorageDescriptor"]
    serde = descriptor.get("SerdeInfo") or {}
    return (
        [(column["Name"], column.get("Type")) for column in descriptor.get("Columns") or []],
        descriptor.get("InputFormat"),
        serde.get("SerializationLibrary"),
        serde.get("Parameters") or {},
        _keys(entry),
    )


def _signature(entry: Members) -> tuple[Any, ...]:
    """What makes an update worth while: shape, place and counts, not who wrote it when."""
    parameters = {
        name: value for name, value in (entry.get("Parameters") or {}).items() if name != "CRAWL_RUN_ID"
    }
    return (*_shape(entry), entry["StorageDescriptor"].get("Location"), parameters)


def _fundamental(existing: Members, changed: Members) -> list[str]:
    before, after = existing.get("Parameters") or {}, changed["Parameters"]
    return [name for name in _FUNDAMENTAL if before.get(name) != after.get(name)]


def _kept(existing: Members, changed: Members, columns: list[Members]) -> Members:
    """The table that is there, with more columns and the crawler's own parameters."""
    given = {member: existing[member] for member in _TABLE_INPUT if member in existing}
    before = existing["StorageDescriptor"]
    after = changed["StorageDescriptor"]
    serde = before.get("SerdeInfo") or {}
    serde_parameters = (serde.get("Parameters") or {}) | (after["SerdeInfo"].get("Parameters") or {})
    given["StorageDescriptor"] = before | {
        "Columns": columns,
        "SerdeInfo": serde | {"Parameters": serde_parameters},
        "Parameters": (before.get("Parameters") or {}) | after["Parameters"],
    }
    given["Parameters"] = (existing.get("Parameters") or {}) | changed["Parameters"]
    for parameters in (given["Parameters"], given["StorageDescriptor"]["Parameters"]):
        parameters.pop(_DEPRECATED, None)  # the data is there again
    return given


def _merged_partition(known: Members, found: Members) -> Members:
    columns = merged_columns(known["StorageDescriptor"]["Columns"], found["StorageDescriptor"]["Columns"])
    return found | {"StorageDescriptor": found["StorageDescriptor"] | {"Columns": columns}}
