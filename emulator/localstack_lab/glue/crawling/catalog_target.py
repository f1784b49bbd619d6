"""Catalog targets: tables that are there are brought up to date with their data; none is made or deleted.

https://docs.aws.amazon.com/glue/latest/dg/crawler-source-type.html
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawling import dynamodb_target, tables
from localstack_lab.glue.crawling.grouping import group
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Log, Result
from localstack_lab.glue.crawling.s3_target import S3Target, split_path
from localstack_lab.glue.crawling.writing import Writer

_DYNAMODB = re.compile(r"arn:aws:dynamodb:(?P<region>[^:]+):(?P<account>\d+):table/(?P<table>[^/]+)")

type TargetOf = Callable[[Job, dict[str, Any]], S3Target]


def crawl(
    job: Job, catalog: Any, target_of: TargetOf, log: Log, check: Callable[[], None], result: Result
) -> None:
    """Crawl the location of every table that is named.

    One schema for each location, as AWS enforces it for these targets; deleted objects are only logged.

    :raises CrawlFailed: when a table is not there, or its data is neither in S3 nor in DynamoDB
    """
    own = replace(job, delete="LOG", configuration=replace(job.configuration, combine=True, level=None))
    for target in job.targets["CatalogTargets"]:
        for name in target["Tables"]:
            check()
            order = replace(own, database=target["DatabaseName"])
            writer = Writer(order, catalog, log, result)
            known = _known(order, catalog, name)
            location = (known.get("StorageDescriptor") or {}).get("Location", "")
            if match := _DYNAMODB.fullmatch(location):
                place = replace(order, region=match["region"], account=match["account"])
                writer.refresh(known, dynamodb_target.look(place, {"Path": match["table"]}, log, check))
            elif wanted := _in_s3(order, target_of, name, location, log, result):
                writer.refresh(known, wanted)


def _known(job: Job, catalog: Any, name: str) -> dict[str, Any]:
    try:
        known: dict[str, Any] = catalog.get_table(DatabaseName=job.database, Name=name)["Table"]
    except ServiceException as error:
        raise CrawlFailed(f"Table {name} of database {job.database}: {error.message}") from error
    return known


def _in_s3(
    job: Job, target_of: TargetOf, name: str, location: str, log: Log, result: Result
) -> tables.Wanted | None:
    """What the objects at a location make; None where these are several tables, or none."""
    if not location.startswith("s3://") or not split_path(location)[0]:
        raise CrawlFailed(
            f"Table {name} of database {job.database} is at {location or 'no location'}; only tables over S3 "
            "and DynamoDB can be crawled as catalog targets."
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
        return None
    return tables.wanted(
        whole[0],
        target.bucket,
        prefix="",
        crawler=job.crawler,
        exclusions=[],
        index=False,
        inherit=job.configuration.inherit,
    )
