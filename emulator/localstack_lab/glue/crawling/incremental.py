"""CRAWL_NEW_FOLDERS_ONLY: new folders become partitions of tables that are there.

https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawling import tables
from localstack_lab.glue.crawling.grouping import File, Table
from localstack_lab.glue.crawling.job import Job, Log
from localstack_lab.glue.crawling.s3_target import S3Target, split_path
from localstack_lab.glue.crawling.schema import SIMILAR
from localstack_lab.glue.crawling.writing import Writer


@dataclass(frozen=True)
class Part:
    """Files in new folders of a table that is there."""

    job: Job
    target: S3Target
    table: Any
    root: str
    files: list[File]

    @property
    def location(self) -> str:
        """The table's."""
        return str(self.table["StorageDescriptor"]["Location"])

    def add(self, writer: Writer, log: Log) -> None:
        """Make partitions of them."""
        _add(self.job, self.target, self.table, self.root, self.files, writer, log)


def divided(
    job: Job, catalog: Any, target: S3Target, files: list[File]
) -> tuple[list[Part], list[tuple[str, list[File]]]]:
    """The files by the crawler's tables in which they lie.

    :return: and the files that lie in none, with the root below which they may make tables
    """
    known = _tables(job, catalog, target)
    inside: dict[str, list[File]] = defaultdict(list)
    rest = []
    for file in files:
        root = next((root for root in known if file.key.startswith(root)), None)
        if root is None:
            rest.append(file)
        else:
            inside[root].append(file)
    parts = [Part(job, target, known[root], root, some) for root, some in inside.items()]
    if not any(root.startswith(target.root) for root in known):
        return parts, [(target.root, rest)]
    beside: dict[str, list[File]] = defaultdict(list)
    for file in rest:
        folder, slash, _ = file.key[len(target.root) :].partition("/")
        beside[f"{target.root}{folder}/" if slash else target.root].append(file)
    return parts, list(beside.items())


def _tables(job: Job, catalog: Any, target: S3Target) -> dict[str, Any]:
    """The crawler's tables in the target's bucket by the key of their root, deep ones first."""
    found: dict[str, Any] = {}
    try:
        tables_there = catalog.get_tables(DatabaseName=job.database)["TableList"]
    except ServiceException as error:
        if error.code != "EntityNotFoundException":
            raise
        return found
    for table in tables_there:
        if (table.get("Parameters") or {}).get("UPDATED_BY_CRAWLER") != job.crawler:
            continue
        bucket, key = split_path(table["StorageDescriptor"]["Location"])
        if bucket == target.bucket and (not key or key.endswith("/")):
            found[key] = table
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _add(
    job: Job, target: S3Target, table: Any, root: str, files: list[File], writer: Writer, log: Log
) -> None:
    keys = [key["Name"] for key in table.get("PartitionKeys") or []]
    partitions: dict[tuple[str, ...], list[File]] = defaultdict(list)
    for file in files:
        names = tuple(file.key[len(root) :].split("/")[:-1])
        if len(names) != len(keys) or not names or not _fits(table, file):
            log(
                "INFO",
                f"Object s3://{target.bucket}/{file.key} does not fit table {table['Name']} and is ignored "
                "(CRAWL_NEW_FOLDERS_ONLY).",
            )
            continue
        partitions[names].append(file)
    looked_at = [file for some in partitions.values() for file in some if file.schema is not None]
    if not looked_at or looked_at[0].schema is None:
        return
    merged = looked_at[0].schema
    for file in looked_at[1:]:
        if file.schema is not None:
            merged = merged.merged(file.schema)
    found = Table(root, merged, looked_at, partitions=dict(partitions))
    wanted = tables.wanted(
        found,
        target.bucket,
        prefix=job.prefix,
        crawler=job.crawler,
        exclusions=target.exclusions,
        index=job.configuration.index,
        inherit=job.configuration.inherit,
    )
    writer.add_partitions(table["Name"], table, wanted)


def _fits(table: Any, file: File) -> bool:
    if file.schema is None:
        return True
    parameters = table.get("Parameters") or {}
    if parameters.get("classification") != file.schema.format.classification:
        return False
    if parameters.get("compressionType") != file.schema.compression:
        return False
    if parameters.get("delimiter") != dict(file.schema.format.parameters).get("delimiter"):
        return False
    known = {column["Name"].lower() for column in table["StorageDescriptor"]["Columns"]}
    its = {name.lower() for name, _ in file.schema.columns}
    return bool(its) and len(known & its) / max(1, min(len(known), len(its))) > SIMILAR
