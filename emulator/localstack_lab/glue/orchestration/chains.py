"""Chains of crawls: what a start trigger begins, and what conditional triggers add as crawls end.

A conditional trigger fires only for crawls that a trigger has started, at most once in a chain; a crawl that
a person starts fires nothing. A run of a workflow is a chain among the workflow's own triggers.
https://docs.aws.amazon.com/glue/latest/dg/about-triggers.html
"""

import logging
from dataclasses import dataclass, field

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers import lifecycle
from localstack_lab.glue.operations import Region
from localstack_lab.glue.orchestration.definitions import satisfied
from localstack_lab.glue.store import LOCK, now

LOG = logging.getLogger(__name__)
_OUTCOMES = {"SUCCEEDED": "SucceededActions", "FAILED": "FailedActions", "CANCELLED": "StoppedActions"}


@dataclass
class Chain:
    """What one start has set off.

    :param run: the workflow run, None outside of workflows
    :param running: crawl id → crawler
    :param outcomes: crawler → how its crawls of this chain ended
    :param fired: triggers that have fired
    """

    scope: Region
    run: Members | None = None
    running: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, list[str]] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)

    @property
    def workflow(self) -> str | None:
        """The workflow's name."""
        return self.run["Name"] if self.run else None


_chains: list[Chain] = []


def begin(chain: Chain, trigger: Members) -> None:
    """Fire a start trigger. A crawler that runs already is not started again, and counts as an error.

    :raises ServiceException: outside of workflows, where the only crawler cannot be started
    """
    with LOCK:
        _chains.append(chain)
        refused = _fire(chain, trigger)
        if not chain.running:
            _finish(chain)
            if refused and chain.run is None:
                raise refused


def stop(run: Members) -> None:
    """Stop what a workflow run has started."""
    with LOCK:
        run["Status"] = "STOPPING"
        for chain in _chains:
            if chain.run is run:
                for crawler in chain.running.values():
                    _stop(chain.scope, crawler)


def _stop(scope: Region, crawler: str) -> None:
    try:
        lifecycle.stop(scope.account, scope.region, crawler)
    except ServiceException as error:  # it ends just now, or somebody stops it
        LOG.info("Crawler %s cannot be stopped: %s", crawler, error.message)


def forget() -> None:
    """Forget all chains: their crawls have ended, or the state is another one."""
    with LOCK:
        _chains.clear()


def _ended(account: str, region: str, crawler: str, crawl_id: str, status: str) -> None:
    """A crawl is over."""
    with LOCK:
        for chain in list(_chains):
            place = (chain.scope.account, chain.scope.region)
            if crawl_id not in chain.running or place != (account, region):
                continue
            del chain.running[crawl_id]
            chain.outcomes.setdefault(crawler, []).append(status)
            _count(chain, _OUTCOMES[status], 1)
            _count(chain, "RunningActions", -1)
            if chain.run is None or chain.run["Status"] == "RUNNING":
                _follow(chain)
            if not chain.running:
                _finish(chain)


def _follow(chain: Chain) -> None:
    for name, trigger in sorted(chain.scope.store.triggers.items()):
        if (
            trigger["Type"] == "CONDITIONAL"
            and trigger["State"] == "ACTIVATED"
            and trigger.get("WorkflowName") == chain.workflow
            and name not in chain.fired
            and satisfied(trigger["Predicate"], dict(chain.outcomes))
        ):
            _fire(chain, trigger)


def _fire(chain: Chain, trigger: Members) -> ServiceException | None:
    chain.fired.add(trigger["Name"])
    refused = None
    for action in trigger["Actions"]:
        crawler = action["CrawlerName"]
        try:
            crawl_id = lifecycle.start(chain.scope.account, chain.scope.region, crawler)
        except ServiceException as error:
            LOG.info("Trigger %s cannot start crawler %s: %s", trigger["Name"], crawler, error.message)
            _count(chain, "ErroredActions", 1)
            refused = error
            continue
        chain.running[crawl_id] = crawler
        _count(chain, "RunningActions", 1)
        if chain.run is not None:
            chain.run["crawls"].append((crawler, crawl_id))
    return refused


def _finish(chain: Chain) -> None:
    _chains.remove(chain)
    if chain.run is not None:
        chain.run["Status"] = "STOPPED" if chain.run["Status"] == "STOPPING" else "COMPLETED"
        chain.run["CompletedOn"] = now()


def _count(chain: Chain, counter: str, by: int) -> None:
    if chain.run is not None:
        chain.run["Statistics"][counter] += by


lifecycle.listeners.append(_ended)
