"""Classifiers and crawlers of one account and region: plain values, so that snapshots can hold them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

type Members = dict[str, Any]

MOST_CRAWLS = 1_000
"""How many of a crawler's runs are remembered; AWS keeps twelve months."""


@dataclass
class Crawl:
    """A run of a crawler.

    :param status: RUNNING, COMPLETED, FAILED or STOPPED, as ListCrawls names them
    :param changes: ``TABLE``, ``PARTITION`` → ``ADD``, ``UPDATE``, ``DELETE`` → names
    """

    crawl_id: str
    started: datetime
    log_group: str
    log_stream: str
    status: str = "RUNNING"
    ended: datetime | None = None
    error: str | None = None
    changes: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended - self.started).total_seconds() if self.ended else 0.0


@dataclass
class Crawler:
    """A crawler: what GetCrawler answers besides its state, and what it remembers from run to run.

    :param folders: of S3 targets, ``s3://bucket/key/``, that were crawled (CRAWL_NEW_FOLDERS_ONLY)
    """

    definition: Members
    created: datetime
    updated: datetime
    version: int = 1
    schedule: str | None = None
    scheduled: bool = False
    crawls: list[Crawl] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.definition["Name"])


class CrawlerStore(BaseStore):
    """`classifiers`: name → as GetClassifier answers it, ``{"JsonClassifier": {…}}``."""

    classifiers: dict[str, Members] = LocalAttribute(default=dict)  # type: ignore[assignment]
    crawlers: dict[str, Crawler] = LocalAttribute(default=dict)  # type: ignore[assignment]


crawler_stores = AccountRegionBundle("glue-crawlers", CrawlerStore, validate=False)


def store_of(account: str, region: str) -> CrawlerStore:
    """The store; looked up each time, since restoring a snapshot replaces it."""
    store: CrawlerStore = crawler_stores[account][region]
    return store
