"""Catalog targets: tables that are there are brought up to date with their data; none is made or deleted.

https://docs.aws.amazon.com/glue/latest/dg/crawler-source-type.html
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawling import tables
from localstack_lab.glue.crawling.grouping import Table, group
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Log, Result
from localstack_lab.glue.crawling.s3_target import S3Target, split_path
from localstack_lab.glue.crawling.writing import Writer

type TargetOf = Callable[[Job, dict[str, Any]], S3Target]


def crawl(
    job: Job, catalog: Any, target_of: TargetOf, log: Log, check: Callable[[], None], result: Result
) -> None:
    """Crawl the location of every table that is named.

    One schema for each location, as AWS enforces it for these targets; deleted objects are only logged.

    :raises CrawlFailed: when a table is not there, or its data is not in S3
    """
    own = replace(job, delete="LOG", configuration=replace(job.configuration, combine=True, level=None))
    for target in job.targets["CatalogTargets"]:
        for name in target["Tables"]:
            check()
            _table(replace(own, database=target["DatabaseName"]), catalog, target_of, name, log, result)


def _table(job: Job, catalog: Any, target_of: TargetOf, name: str, log: Log, result: Result) -> None:
    try:
        known = catalog.get_table(DatabaseName=job.database, Name=name)["Table"]
    except ServiceException as error:
        raise CrawlFailed(f"Table {name} of database {job.database}: {error.message}") from error
    location = (known.get("StorageDescriptor") or {}).get("Location", "")
    if not location.startswith("s3://") or not split_path(location)[0]:
        raise CrawlFailed(
            f"Table {name} of database {job.database} is at {location or 'no location'}; only tables over S3 "
            "can be crawled as catalog targets by this emulator."
        )
    target = target_of(job, {"Path": location})
    found = group(target.files(result), target.root, combine=True)
    whole = [table for table in found if table.root == target.root]
    if len(found) != 1 or not whole:
        log(
            "WARN",
            f"The objects at {location} make {len(found)} tables instead of one; table {name} is left as it "
            "is.",
        )
        return
    Writer(job, catalog, log, result).refresh(known, _wanted(job, target, whole[0]))


def _wanted(job: Job, target: S3Target, table: Table) -> tables.Wanted:
    return tables.wanted(
        table,
        target.bucket,
        prefix="",
        crawler=job.crawler,
        exclusions=[],
        index=False,
        inherit=job.configuration.inherit,
    )
