from collections.abc import Iterator

import pytest
from localstack_lab.athena.sql.plan import TableInfo

from tests.emulator.athena.sql.iceberg import Lake, LakeRunner, lake_runner
from tests.emulator.athena.sql.running import Catalog, Runner, runner


@pytest.fixture(scope="session")
def shared_runner() -> Iterator[Runner]:
    made = runner()
    yield made
    made.connection.close()


@pytest.fixture
def athena(shared_runner: Runner) -> Iterator[Runner]:
    """Runs queries over `shop.orders` and `shop.customers`."""
    infos: dict[str, TableInfo] = dict(shared_runner.catalog.infos)
    yield shared_runner
    shared_runner.catalog = Catalog()
    shared_runner.catalog.infos = infos


@pytest.fixture(scope="session")
def shared_lake() -> Iterator[LakeRunner]:
    made = lake_runner()
    yield made
    made.connection.close()


@pytest.fixture
def lake(shared_lake: LakeRunner) -> LakeRunner:
    """Runs statements over the Iceberg table `shop.stock` and the Hive tables of `shop`."""
    shared_lake.lake = shared_lake.catalog = Lake(shared_lake.connection)
    return shared_lake
