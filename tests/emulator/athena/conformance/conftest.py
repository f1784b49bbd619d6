"""The engine that all statements share."""

from collections.abc import Iterator

import pytest
from localstack import config
from localstack_lab.athena.engine import queries
from localstack_lab.lake.workers import pool

from tests.emulator.athena.conformance import tables
from tests.emulator.athena.conformance.engine import Engine

SHOP = "shop"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the database `shop` with the tables of `tables.py`."""
    made = Engine(tmp_path_factory.mktemp("queries"))
    pool.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config.dirs, "tmp", str(tmp_path_factory.mktemp("localstack")))
        patch.setattr(queries, "Objects", lambda account, region: made.bucket)
        stock(made)
        yield made
        pool.close()


def stock(engine: Engine) -> None:
    """Put the shared tables there."""
    engine.catalog.create_database(DatabaseInput={"Name": SHOP})
    for name in tables.COLUMNS:
        engine.catalog.create_table(
            DatabaseName=SHOP, TableInput=tables.table_input(name, f"s3://shop/{name}/")
        )
    for key, body in tables.FILES.items():
        engine.bucket.bodies[f"s3://shop/{key}"] = body
