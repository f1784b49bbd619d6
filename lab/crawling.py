"""One run of a Glue crawler, from its start to what it made."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from bootstrap.errors import NotBootstrapped
from bootstrap.lake import Lake
from bootstrap.session import Session
from lab.errors import LabError
from lab.pipelines.base import Progress, Step, quiet

_POLL_SECONDS = 0.1


class CrawlFailed(LabError):
    """The crawler ran and did not come to a good end."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What the catalog has after a run.

    :param tables: name → columns with their types, partition keys last
    :param partitions: of the pipeline's table
    """

    crawler: str
    database: str
    seconds: float
    tables: dict[str, dict[str, str]]
    partitions: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def crawl(session: Session, lake: Lake, progress: Progress = quiet) -> Crawled:
    """Start the pipeline's crawler and wait until it is ready again; one that runs is waited for first.

    :raises NotBootstrapped: there is no such crawler
    :raises CrawlFailed: with the crawler's own reason
    """
    glue = session.client("glue")
    started = time.monotonic()
    while True:
        _ready(glue, lake, progress)
        try:
            glue.start_crawler(Name=lake.crawler)
            break
        except glue.exceptions.CrawlerRunningException:
            continue  # somebody else was faster, and what that crawl sees may be older than this call
    last = _ready(glue, lake, progress)
    if last.get("Status") != "SUCCEEDED":
        reason = last.get("ErrorMessage") or f"it is {last.get('Status')}"
        raise CrawlFailed(
            f"The crawler {lake.crawler} failed: {reason}.", "`lab logs` shows what it says about it."
        )
    tables = {
        table["Name"]: {column["Name"]: column["Type"] for column in _columns(table)}
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=lake.database)
        for table in page["TableList"]
    }
    partitions = sum(1 for _ in _partitions(glue, lake)) if lake.table in tables else 0
    return Crawled(lake.crawler, lake.database, time.monotonic() - started, tables, partitions)


def _columns(table: dict[str, Any]) -> list[dict[str, Any]]:
    return table["StorageDescriptor"]["Columns"] + table.get("PartitionKeys", [])


def _partitions(glue: Any, lake: Lake) -> Any:
    pages = glue.get_paginator("get_partitions").paginate(DatabaseName=lake.database, TableName=lake.table)
    return (partition for page in pages for partition in page["Partitions"])


def _ready(glue: Any, lake: Lake, progress: Progress) -> dict[str, Any]:
    """What is told of the last crawl, once the crawler is READY."""
    while True:
        try:
            crawler = glue.get_crawler(Name=lake.crawler)["Crawler"]
        except glue.exceptions.EntityNotFoundException as error:
            raise NotBootstrapped(lake.slug, f"The crawler {lake.crawler}") from error
        if crawler["State"] == "READY":
            return crawler.get("LastCrawl") or {}
        progress(Step(f"the crawler {lake.crawler} is {crawler['State'].lower()}"))
        time.sleep(_POLL_SECONDS)
