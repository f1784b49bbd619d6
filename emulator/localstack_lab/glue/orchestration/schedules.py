"""Fires SCHEDULED triggers at their times, on one thread that sleeps until the next one."""

import logging
import threading
from datetime import UTC, datetime

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers.cron import Cron
from localstack_lab.glue.store import glue_stores

LOG = logging.getLogger(__name__)
LONGEST = 3_600.0  # seconds: the clock may have been set

type Place = tuple[str, str]
"""Account and region."""

_changed = threading.Condition()
_thread: threading.Thread | None = None
_generation = 0


def wake() -> None:
    """Look again at all schedules: one may have changed."""
    global _thread, _generation
    with _changed:
        _generation += 1
        _changed.notify_all()
        if (_thread is None or not _thread.is_alive()) and _scheduled():
            _thread = threading.Thread(target=_work, name="glue-triggers", daemon=True)
            _thread.start()


def due(since: datetime, until: datetime) -> list[tuple[Place, Members]]:
    """The triggers whose time lies after `since` and not after `until`."""
    found = []
    for place, trigger in _scheduled():
        at = Cron(trigger["Schedule"]).after(since)
        if at is not None and at <= until:
            found.append((place, trigger))
    return found


def fire(since: datetime, until: datetime) -> None:
    """Fire what is due. A trigger whose crawler runs still passes its time, as on AWS."""
    from localstack_lab.glue.orchestration.triggers import Triggers

    for (account, region), trigger in due(since, until):
        try:
            Triggers(account, region).fire(trigger)
        except ServiceException as error:
            LOG.info("Trigger %s passes its time: %s", trigger["Name"], error.message)


def _scheduled() -> list[tuple[Place, Members]]:
    return [
        ((account, region), trigger)
        for account, region, store in glue_stores.iter_stores()
        for trigger in list(store.triggers.values())
        if trigger["Type"] == "SCHEDULED" and trigger["State"] == "ACTIVATED"
    ]


def _work() -> None:
    global _thread
    since = datetime.now(UTC)
    while True:
        with _changed:
            triggers = _scheduled()
            if not triggers:
                _thread = None
                return
            times = [Cron(trigger["Schedule"]).after(since) for _, trigger in triggers]
            nearest = min((at for at in times if at is not None), default=None)
            left = LONGEST if nearest is None else (nearest - datetime.now(UTC)).total_seconds()
            before = _generation
            if left > 0:
                _changed.wait(min(left, LONGEST))
            if _generation != before:
                continue
        until = datetime.now(UTC)
        fire(since, until)
        since = until
