"""An account with three crawlers that are played."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from localstack_lab.glue.crawlers import lifecycle
from localstack_lab.glue.crawlers.store import Crawler, crawler_stores, store_of
from localstack_lab.glue.orchestration import chains, schedules
from localstack_lab.glue.orchestration.triggers import Triggers
from localstack_lab.glue.orchestration.workflows import Workflows
from localstack_lab.glue.store import glue_stores

from tests.emulator.glue.orchestration.played import REGION, Crawls

_ACCOUNTS = itertools.count(200_000_000_000)


@pytest.fixture
def account() -> Iterator[str]:
    number = str(next(_ACCOUNTS))
    moment = datetime.now(UTC)
    for name in ("orders", "customers", "sales"):
        store_of(number, REGION).crawlers[name] = Crawler({"Name": name}, moment, moment)
    yield number
    chains.forget()
    glue_stores.pop(number, None)
    crawler_stores.pop(number, None)
    schedules.wake()


@pytest.fixture
def crawls(account: str, monkeypatch: pytest.MonkeyPatch) -> Crawls:
    played = Crawls(account)
    monkeypatch.setattr(lifecycle, "start", played.start)
    monkeypatch.setattr(lifecycle, "stop", played.stop)
    return played


@pytest.fixture
def glue(account: str, crawls: Crawls) -> Triggers:
    return Triggers(account, REGION)


@pytest.fixture
def workflows(account: str, crawls: Crawls) -> Workflows:
    return Workflows(account, REGION)
