"""A crawl's order, its result, and the ways in which it ends early."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.glue.crawlers.configuration import Configuration

type Log = Callable[[str, str], None]
"""(level, message): a line of the crawler's log."""


class CrawlFailed(Exception):
    """The crawl cannot go on; the text is for LastCrawl's ErrorMessage."""


class CrawlStopped(Exception):
    """StopCrawler was called."""


@dataclass(frozen=True)
class Job:
    """What a run does: the crawler's definition as it was when the run began.

    :param classifiers: custom classifiers in order, as GetClassifier answers them
    :param settings: the text of Configuration, for the log
    :param update: UpdateBehavior, LOG or UPDATE_IN_DATABASE
    :param delete: DeleteBehavior
    :param known_folders: for CRAWL_NEW_FOLDERS_ONLY after a first whole crawl: folders that are left out
    """

    crawler: str
    run_id: str
    account: str
    region: str
    database: str
    prefix: str
    targets: dict[str, list[dict[str, Any]]]
    classifiers: list[dict[str, Any]]
    configuration: Configuration
    settings: str
    update: str
    delete: str
    known_folders: frozenset[str] | None = None


@dataclass
class Result:
    """What a run changed.

    :param changes: ``TABLE``, ``PARTITION`` → ``ADD``, ``UPDATE``, ``DELETE`` → names
    :param folders: ``s3://bucket/key/`` of every folder that holds files
    """

    changes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def note(self, kind: str, change: str, name: str) -> None:
        """Count a change."""
        self.changes.setdefault(kind, {}).setdefault(change, []).append(name)

    def count(self, kind: str, change: str) -> int:
        """How many there were."""
        return len(self.changes.get(kind, {}).get(change, []))
