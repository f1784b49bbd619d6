"""Fires SCHEDULED triggers at their times, on one thread that sleeps until the next one."""

import logging
import threading
from datetime import UTC, datetime
from typing import NamedTuple

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers.cron import Cron
from localstack_lab.glue.store import all_stores

LOG = logging.getLogger(__name__)
LONGEST = 3_600.0  # seconds: the clock may have been set


class Planned(NamedTuple):
    """The next time of a trigger."""

    at: datetime
    account: str
    region: str
    trigger: Members


_changed = threading.Condition()
_thread: threading.Thread | None = None


def wake() -> None:
    """Look again at all schedules: one may have changed."""
    global _thread
    with _changed:
        _changed.notify_all()
        if (_thread is None or not _thread.is_alive()) and upcoming(datetime.now(UTC)):
            _thread = threading.Thread(target=_work, name="glue-triggers", daemon=True)
            _thread.start()


def upcoming(since: datetime) -> list[Planned]:
    """The next time after `since` of every trigger whose schedule is on."""
    return [
        Planned(at, account, region, trigger)
        for account, region, store in all_stores()
        for trigger in list(store.triggers.values())
        if _on(trigger) and (at := Cron(trigger["Schedule"]).after(since)) is not None
    ]


def fire(planned: list[Planned], until: datetime) -> None:
    """Fire what was planned up to `until`, and has not been changed since.

    A trigger whose crawler still runs passes its time.
    """
    from localstack_lab.glue.orchestration.triggers import Triggers

    for at, account, region, trigger in planned:
        scope = Triggers(account, region)
        if at > until or not _on(trigger) or scope.store.triggers.get(trigger["Name"]) is not trigger:
            continue
        try:
            scope.fire(trigger)
        except ServiceException as error:
            LOG.info("Trigger %s passes its time: %s", trigger["Name"], error.message)


def _on(trigger: Members) -> bool:
    return bool(trigger["Type"] == "SCHEDULED" and trigger["State"] == "ACTIVATED")


def _work() -> None:
    global _thread
    since = datetime.now(UTC)
    while True:
        with _changed:
            planned = upcoming(since)
            if not planned:
                _thread = None
                return
            left = (min(plan.at for plan in planned) - datetime.now(UTC)).total_seconds()
            if left > 0:
                _changed.wait(min(left, LONGEST))
        # What is switched on from now on has no times before now.
        since = datetime.now(UTC)
        fire(planned, since)
