"""Fixtures for tests that talk to a running lab over HTTP.

The lab is started once for the whole session, on a free port and in a temporary home, unless
LAB_TEST_ENDPOINT names one that runs already (`make test-container` does that). Nothing may be left when the
session ends: a process or a file that remains fails it.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from lab import processes
from lab.embedded import EmbeddedRuntime
from lab.health import free_port, health
from lab.home import Home
from tests.support.order_intake import intake, intake_settings, wired_intake  # noqa: F401  (fixtures)
from tests.support.settings import SUITE_SETTINGS

LOG_LINES = 60
HERE = Path(__file__).parent
LOG = pytest.StashKey[Path]()
LOG_START = pytest.StashKey[int]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session", autouse=True)
def _no_aws_variables() -> Iterator[None]:
    """The user's profile, region and credentials are not the tests' business."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="session")
def lab_endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a healthy lab, such as ``http://127.0.0.1:4566``."""
    if given := os.environ.get("LAB_TEST_ENDPOINT"):
        port = urlsplit(given).port or 4566
        assert health(port), f"LAB_TEST_ENDPOINT is {given}, and no lab answers there"
        if (log := Home.of(port).log).exists():
            request.config.stash[LOG] = log
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="sales-data-lab-test-"))
    runtime = EmbeddedRuntime(free_port(), folder / "home")
    try:
        started = runtime.start(settings=SUITE_SETTINGS)
        request.config.stash[LOG] = runtime.home.log
        yield started.status.endpoint
        family = processes.family(processes.lab_process_at(runtime.home))
        runtime.stop(purge=True)
        left = [f"process {p.pid}: {p.cmdline()}" for p in processes.alive(family)]
        left += [f"file {path}" for path in folder.rglob("*")]
        assert not left, "the lab left this behind:\n" + "\n".join(left)
    finally:
        runtime.stop(purge=True)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def lab_port(lab_endpoint: str) -> int:
    """The port of `lab_endpoint`."""
    return urlsplit(lab_endpoint).port or 4566


@pytest.fixture(scope="session")
def aws(lab_endpoint: str) -> Iterator[Callable[..., Any]]:
    """``aws(service, region="us-east-1", **config)``: a client that fails fast and never retries.

    `config` goes to `botocore.config.Config`, and wins over what is set here.
    """
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")
    clients: dict[tuple[str, str, str], Any] = {}

    def client(service: str, region: str = "us-east-1", **config: Any) -> Any:
        key = (service, region, repr(sorted(config.items())))
        if key not in clients:
            settings = {
                "connect_timeout": 2,
                "read_timeout": 30,
                "retries": {"total_max_attempts": 1},
                "s3": {"addressing_style": "path"},
                "max_pool_connections": 50,
                "proxies": {},
                "inject_host_prefix": False,  # sync-127.0.0.1 is no name
                **config,
            }
            clients[key] = session.client(
                service, region_name=region, endpoint_url=lab_endpoint, config=Config(**settings)
            )
        return clients[key]

    yield client
    for opened in clients.values():
        opened.close()


@pytest.fixture(scope="session")
def unique() -> Callable[[str], str]:
    """``unique("orders")`` → ``orders-3f9c1a2b``: a name that no other test uses, good for any service."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:8]}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    log = item.config.stash.get(LOG, None)
    item.stash[LOG_START] = log.stat().st_size if log and log.exists() else 0


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What the lab logged during a test that failed stands below its failure."""
    outcome: Any = yield
    report = outcome.get_result()
    log = item.config.stash.get(LOG, None)
    if report.failed and log and log.exists():
        with log.open("rb") as file:
            file.seek(item.stash.get(LOG_START, 0))
            lines = file.read().decode("utf-8", "replace").splitlines()[-LOG_LINES:]
        report.sections.append((f"lab log during this test ({log})", "\n".join(lines) or "(nothing)"))
