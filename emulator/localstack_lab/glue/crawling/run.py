"""A crawl from beginning to end: every target looked at, then the catalog written.

https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from localstack_lab.glue.crawling import catalog_target, dynamodb_target, incremental, tables
from localstack_lab.glue.crawling.grouping import File, Table
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Log, Result
from localstack_lab.glue.crawling.s3_target import S3Target
from localstack_lab.glue.crawling.tables import Wanted
from localstack_lab.glue.crawling.writing import Writer

_LACKING = {
    "JdbcTargets": "JDBC data stores",
    "MongoDBTargets": "MongoDB data stores",
    "DeltaTargets": "Delta Lake tables",
    "IcebergTargets": "Apache Iceberg tables",
    "HudiTargets": "Apache Hudi tables",
}


def refuse_lacking(job: Job) -> None:
    """End a crawl that has a target which cannot be crawled here, before anything is written.

    :raises CrawlFailed: it names the target
    """
    for kind, what in _LACKING.items():
        if job.targets.get(kind):
            raise CrawlFailed(f"{what} ({kind}) cannot be crawled by this emulator; nothing was crawled.")
    for kind in ("S3Targets", "CatalogTargets"):
        for target in job.targets.get(kind) or []:
            if target.get("EventQueueArn"):
                raise CrawlFailed(
                    "Crawling by the events of a queue (EventQueueArn) is not available in this emulator; "
                    "nothing was crawled."
                )


def crawl(
    job: Job,
    catalog: Callable[[], Any],
    objects: Any,
    log: Log,
    check: Callable[[], None],
    stop: threading.Event | None = None,
) -> Result:
    """Run.

    :param catalog: gives `glue.catalog.Catalog`
    :param objects: `lake.objects.service.Objects`
    :param check: called every now and then; raises CrawlStopped when the crawl is to end
    :param stop: is set then: a worker process ends at once
    :raises CrawlFailed: with the reason
    """
    refuse_lacking(job)

    def target_of(order: Job, target: dict[str, Any]) -> S3Target:
        return S3Target(order, target, objects, log, check, stop)

    result = Result()
    kept = catalog()
    if job.targets.get("CatalogTargets"):
        _describe(job, log)
        catalog_target.crawl(job, kept, target_of, log, check, result)
    else:
        found = [target_of(job, target) for target in job.targets.get("S3Targets") or []]
        files = [target.files(result) for target in found]
        wanted = [
            dynamodb_target.look(job, target, log, check)
            for target in job.targets.get("DynamoDBTargets") or []
        ]
        _describe(job, log)
        check()
        detected, added = _detected(job, kept, found, files, log)
        detected += wanted
        _within_threshold(
            job, [*(table.location for table in detected), *(part.location for part in added)], log
        )
        writer = Writer(job, kept, log, result)
        writer.ensure_database()
        for part in added:
            check()
            part.add(writer, log)
        for table in detected:
            check()
            writer.write(table)
        if job.known_folders is None:
            writer.clear([f"s3://{target.bucket}/{target.root}" for target in found])
    log("BENCHMARK", "Finished writing to Catalog")
    for kind in ("PARTITION", "TABLE"):
        if result.changes.get(kind):
            log("INFO", f"Run Summary For {kind}:")
            for change, names in result.changes[kind].items():
                log("INFO", f"{change}: {len(names)}")
    return result


def _detected(
    job: Job, catalog: Any, targets: list[S3Target], files: list[list[File]], log: Log
) -> tuple[list[Wanted], list[incremental.Part]]:
    """The tables of S3 targets, and what an incremental crawl has for tables that are there."""
    detected: list[Wanted] = []
    added: list[incremental.Part] = []
    for target, some in zip(targets, files, strict=True):
        apart = [(target.root, some)]
        if job.known_folders is not None:
            parts, apart = incremental.divided(job, catalog, target, some)
            added += parts
        for root, rest in apart:
            found = target.tables(rest, root)
            _tell_left_out(target, rest, found, log)
            detected += [described(job, target, table) for table in found]
    return detected, added


def _tell_left_out(target: S3Target, files: list[File], found: list[Table], log: Log) -> None:
    """Nothing is left out silently: what no classifier knows, or what lies above the level of tables."""
    inside = {file.key for table in found for file in table.files}
    if left := [file for file in files if file.key not in inside]:
        log("WARN", f"{len(left)} objects are in no table, the first is s3://{target.bucket}/{left[0].key}")


def _within_threshold(job: Job, locations: list[str], log: Log) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-maximum-number-of-tables.html

    :raises CrawlFailed: before anything is written
    """
    most = job.configuration.threshold
    if most is None or len(locations) <= most:
        return
    log("INFO", f"Table Threshold value = {most}, Tables detected - {len(locations)}")
    for location in locations:
        log("INFO", f"Table detected at {location}")
    raise CrawlFailed(
        f"The number of tables detected by crawler: {len(locations)} is greater than the table "
        f"threshold value provided: {most}. Failing crawler without writing to Data Catalog."
    )


def described(job: Job, target: S3Target, table: Any) -> Wanted:
    """A found table of an S3 target for the catalog."""
    return tables.wanted(
        table,
        target.bucket,
        prefix=job.prefix,
        crawler=job.crawler,
        exclusions=target.exclusions,
        index=job.configuration.index,
        inherit=job.configuration.inherit,
    )


def _describe(job: Job, log: Log) -> None:
    log("BENCHMARK", f"Classification complete, writing results to database {job.database}")
    policy = json.dumps({"UpdateBehavior": job.update, "DeleteBehavior": job.delete}, separators=(",", ":"))
    if not job.settings:
        log("INFO", f"Crawler configured with SchemaChangePolicy {policy}.")
        return
    settings = json.dumps(json.loads(job.settings), separators=(",", ":"))
    log(
        "INFO",
        f"Crawler configured with Configuration {settings} and SchemaChangePolicy {policy}. Note that values "
        "in the Configuration override values in the SchemaChangePolicy for S3 Targets.",
    )
