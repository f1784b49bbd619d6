"""Runs of crawlers: READY → RUNNING → STOPPING → READY, each on a thread of its own.

A crawler is RUNNING or STOPPING exactly while this module has a run of it. The store has nothing of that: a
snapshot never holds a crawler that will not end.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawlers import configuration, events
from localstack_lab.glue.crawlers.logs import GROUP, CrawlLog
from localstack_lab.glue.crawlers.refusals import already_running, no_crawler, not_running, stopping
from localstack_lab.glue.crawlers.store import MOST_CRAWLS, Crawl, Crawler, crawler_stores, store_of
from localstack_lab.glue.crawling.job import CrawlFailed, CrawlStopped, Job, Result
from localstack_lab.glue.crawling.run import crawl
from localstack_lab.glue.store import copied

LOG = logging.getLogger(__name__)
INTERNAL = "Internal Service Exception"

type Place = tuple[str, str, str]
"""Account, region and a crawler's name."""
type Listener = Callable[[str, str, str, str, str], None]

listeners: list[Listener] = []
"""Called at the end of every run: account, region, crawler, crawl id; SUCCEEDED, FAILED or CANCELLED."""

_lock = threading.Lock()
_runs: dict[Place, "Run"] = {}


class Run:
    """One crawl under way."""

    def __init__(self, place: Place, crawler: Crawler) -> None:
        self.place = place
        self.state = "RUNNING"
        self._crawler = crawler
        self._stop = threading.Event()
        account, region, name = place
        crawl_id = str(uuid.uuid4())
        self.crawl = Crawl(crawl_id, datetime.now(UTC), log_group(crawler), name)
        self._log = CrawlLog(account, region, self.crawl.log_group, name, crawl_id)
        self._thread = threading.Thread(target=self._run, name=f"crawler-{name}", daemon=True)

    @property
    def elapsed_ms(self) -> int:
        """Milliseconds since its beginning."""
        return int((datetime.now(UTC) - self.crawl.started).total_seconds() * 1000)

    def start(self) -> None:
        """Begin."""
        self._crawler.crawls.append(self.crawl)
        del self._crawler.crawls[:-MOST_CRAWLS]
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; it does so before the next object or table."""
        self.state = "STOPPING"
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Wait for its end."""
        if self._thread is not threading.current_thread():
            self._thread.join(seconds)

    def _check(self) -> None:
        if self._stop.is_set():
            raise CrawlStopped

    def _run(self) -> None:
        account, region, name = self.place
        events.started(account, region, name, self.crawl)
        status, error, result = "FAILED", INTERNAL, Result()
        try:
            self._log("BENCHMARK", f"Running Start Crawl for Crawler {name}")
            self._log.flush()
            result = self._crawled()
            status, error = "COMPLETED", ""
        except CrawlStopped:
            status, error = "STOPPED", ""
        except CrawlFailed as failure:
            error = str(failure)
        except ServiceException as refused:
            error = f"{refused.message} (Service: AWSGlue; Error Code: {refused.code})"
        finally:
            self._end(status, error, result)

    def _crawled(self) -> Result:
        from localstack_lab.glue.catalog import catalog
        from localstack_lab.lake.objects.service import Objects

        account, region, _ = self.place
        job = job_of(account, region, self._crawler, self.crawl.crawl_id)
        objects = Objects(account, region)
        caller = session_arn(account, self._crawler)
        return crawl(
            job, lambda: catalog(account, region, caller), objects, self._log, self._check, self._stop
        )

    def _end(self, status: str, error: str, result: Result) -> None:
        account, region, name = self.place
        self.state = "STOPPING"
        record = self.crawl
        if status == "FAILED":
            self._log("ERROR", error)
        elif status == "STOPPED":
            self._log("INFO", "Crawler was stopped; what was written to the catalog stays.")
        self._log("BENCHMARK", "Crawler has finished running and is in state READY")
        self._log.flush()
        record.changes = result.changes
        record.error = error[:2048] or None
        record.ended = datetime.now(UTC)
        record.status = status
        if status == "COMPLETED":
            self._crawler.folders |= result.folders
        with _lock:
            if _runs.get(self.place) is self:
                del _runs[self.place]
        events.ended(account, region, name, record, result.warnings)
        told = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED"}.get(status, status)
        for listener in list(listeners):
            listener(account, region, name, record.crawl_id, told)


def log_group(crawler: Crawler) -> str:
    """Its own with a security configuration: https://docs.aws.amazon.com/glue/latest/dg/console-security-configurations.html"""
    security = crawler.definition.get("CrawlerSecurityConfiguration")
    return f"{GROUP}-role/{crawler.definition['Role']}-{security}" if security else GROUP


def session_arn(account: str, crawler: Crawler) -> str:
    """Who a crawler's tables are CreatedBy: the session in which it has its role."""
    role = crawler.definition["Role"].rsplit("/", 1)[-1]
    return f"arn:aws:sts::{account}:assumed-role/{role}/AWS-Crawler"


def job_of(account: str, region: str, crawler: Crawler, run_id: str) -> Job:
    """The order for a run.

    :raises CrawlFailed: when a classifier is not there any more
    """
    definition: dict[str, Any] = copied(crawler.definition)
    made = store_of(account, region).classifiers
    if gone := [name for name in definition["Classifiers"] if name not in made]:
        raise CrawlFailed(f"Classifier {gone[0]} does not exist.")
    settings = configuration.parse(definition.get("Configuration"))
    policy = definition["SchemaChangePolicy"]
    new_only = definition["RecrawlPolicy"]["RecrawlBehavior"] == "CRAWL_NEW_FOLDERS_ONLY"
    if definition["RecrawlPolicy"]["RecrawlBehavior"] == "CRAWL_EVENT_MODE":
        raise CrawlFailed(
            "Crawling by events (CRAWL_EVENT_MODE) is not available in this emulator; nothing was crawled."
        )
    return Job(
        crawler=crawler.name,
        run_id=run_id,
        account=account,
        region=region,
        database=definition.get("DatabaseName") or "default",
        prefix=definition.get("TablePrefix") or "",
        targets=definition["Targets"],
        classifiers=[copied(made[name]) for name in definition["Classifiers"]],
        configuration=settings,
        settings=definition.get("Configuration") or "",
        update=policy["UpdateBehavior"],
        delete=policy["DeleteBehavior"],
        known_folders=frozenset(crawler.folders) if new_only and crawler.folders else None,
    )


def start(account: str, region: str, name: str) -> str:
    """Start a crawler.

    :return: the crawl's id
    :raises ServiceException: EntityNotFoundException, CrawlerRunningException
    """
    crawler = store_of(account, region).crawlers.get(name)
    if crawler is None:
        raise no_crawler(name)
    place = (account, region, name)
    with _lock:
        if place in _runs:
            raise already_running(name)
        run = _runs[place] = Run(place, crawler)
        run.start()
    return run.crawl.crawl_id


def stop(account: str, region: str, name: str) -> None:
    """Stop a crawler that runs.

    :raises ServiceException: EntityNotFoundException, CrawlerNotRunningException, CrawlerStoppingException
    """
    if name not in store_of(account, region).crawlers:
        raise no_crawler(name)
    with _lock:
        run = _runs.get((account, region, name))
        if run is None:
            raise not_running(name)
        if run.state == "STOPPING":
            raise stopping(name)
        run.stop()


def run_of(account: str, region: str, name: str) -> Run | None:
    """The run under way, if there is one."""
    with _lock:
        return _runs.get((account, region, name))


def close_open() -> None:
    """End in the history what was under way when a loaded state was saved: nothing goes on with it."""
    for account, region, store in crawler_stores.iter_stores():
        for crawler in store.crawlers.values():
            if run_of(account, region, crawler.name):
                continue
            for record in crawler.crawls:
                if record.ended is None:
                    record.ended, record.status, record.error = record.started, "FAILED", INTERNAL


def stop_all(seconds: float = 10.0) -> None:
    """End every run, for a stop of LocalStack or a change of its state."""
    with _lock:
        runs = list(_runs.values())
    for run in runs:
        run.stop()
    for run in runs:
        run.join(seconds)
