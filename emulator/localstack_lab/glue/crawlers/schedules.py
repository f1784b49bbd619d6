"""Starts crawlers at the times of their schedules, on one thread that sleeps until the next one."""

import logging
import threading
from datetime import UTC, datetime

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawlers import lifecycle
from localstack_lab.glue.crawlers.cron import Cron
from localstack_lab.glue.crawlers.store import crawler_stores

LOG = logging.getLogger(__name__)
LONGEST = 3_600.0  # seconds: the clock may have been set

_changed = threading.Condition()
_thread: threading.Thread | None = None
_generation = 0


def wake() -> None:
    """Look again at all schedules: one has changed."""
    global _thread, _generation
    with _changed:
        _generation += 1
        _changed.notify_all()
        if (_thread is None or not _thread.is_alive()) and _scheduled():
            _thread = threading.Thread(target=_work, name="crawler-schedules", daemon=True)
            _thread.start()


def _scheduled() -> list[tuple[str, str, str, str]]:
    """Account, region, crawler and expression of every schedule that is on."""
    return [
        (account, region, crawler.name, crawler.schedule)
        for account, region, store in crawler_stores.iter_stores()
        for crawler in list(store.crawlers.values())
        if crawler.scheduled and crawler.schedule
    ]


def due(since: datetime, now: datetime) -> list[tuple[str, str, str]]:
    """The crawlers whose times lie after `since` and not after `now`."""
    found = []
    for account, region, name, expression in _scheduled():
        at = Cron(expression).after(since)
        if at is not None and at <= now:
            found.append((account, region, name))
    return found


def _work() -> None:
    global _thread
    since = datetime.now(UTC)
    while True:
        with _changed:
            times = [Cron(expression).after(since) for *_, expression in _scheduled()]
            if not times:
                _thread = None
                return
            nearest = min((at for at in times if at is not None), default=None)
            left = LONGEST if nearest is None else (nearest - datetime.now(UTC)).total_seconds()
            before = _generation
            if left > 0:
                _changed.wait(min(left, LONGEST))
            if _generation != before:
                continue
        now = datetime.now(UTC)
        for account, region, name in due(since, now):
            try:
                lifecycle.start(account, region, name)
            except ServiceException as error:
                LOG.info("The schedule of crawler %s passes: %s", name, error.message)
        since = now
