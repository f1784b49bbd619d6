"""Crawls that are played, and what tests of triggers and workflows say often."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.glue.crawlers import lifecycle
from localstack_lab.glue.orchestration.triggers import Triggers
from localstack_lab.glue.refusals import invalid

REGION = "us-east-1"


class Crawls:
    """Stands for the crawlers: remembers what was started, ends it when told."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.started: list[str] = []
        self.stopped: list[str] = []
        self.busy: set[str] = set()
        self._ids = itertools.count()
        self._running: dict[str, str] = {}

    def start(self, account: str, region: str, name: str) -> str:
        if name in self.busy:
            raise invalid(f"{name} runs already")
        self.started.append(name)
        self._running[name] = f"crawl-{next(self._ids)}"
        return self._running[name]

    def stop(self, account: str, region: str, name: str) -> None:
        self.stopped.append(name)

    def end(self, name: str, status: str = "SUCCEEDED") -> None:
        for listener in lifecycle.listeners:
            listener(self.account, REGION, name, self._running[name], status)


def refused(method: Callable[..., Any], **request: Any) -> tuple[str, str]:
    with pytest.raises(ServiceException) as caught:
        method(**request)
    return caught.value.code, caught.value.message


def crawl(*names: str) -> list[dict[str, str]]:
    return [{"CrawlerName": name} for name in names]


def when(*conditions: tuple[str, str], logical: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "Conditions": [
            {"LogicalOperator": "EQUALS", "CrawlerName": name, "CrawlState": state}
            for name, state in conditions
        ]
    }
    return made | ({"Logical": logical} if logical else {})


def conditional(glue: Triggers, name: str, predicate: dict[str, Any], *crawlers: str, **more: Any) -> None:
    glue.create_trigger(
        Name=name,
        Type="CONDITIONAL",
        Predicate=predicate,
        Actions=crawl(*crawlers),
        StartOnCreation=True,
        **more,
    )
