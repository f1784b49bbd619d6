"""Iceberg tables made and looked at by pyiceberg itself, beside the statements that are tested."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from localstack_lab.athena.iceberg.tables import IcebergTables
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import LongType, NestedField, StringType


@pytest.fixture
def opened(engine: Any, tmp_path: Path) -> Callable[[str], Table]:
    """A table of `shop` as another client of the catalog sees it now."""

    def table(name: str) -> Table:
        folder = tmp_path / "pyiceberg"
        folder.mkdir(exist_ok=True)
        return IcebergTables(engine.asking, engine.objects, str(folder)).catalog.load_table(f"shop.{name}")

    return table


@pytest.fixture
def made(engine: Any, tmp_path: Path) -> Callable[..., Table]:
    """Make a table of `shop` from Iceberg's fields."""

    def make(
        name: str,
        *fields: NestedField,
        spec: PartitionSpec = UNPARTITIONED_PARTITION_SPEC,
        **properties: str,
    ) -> Table:
        tables = IcebergTables(engine.asking, engine.objects, str(tmp_path))
        return tables.catalog.create_table(
            f"shop.{name}",
            Schema(*fields),
            location=f"s3://lake/{name}",
            partition_spec=spec,
            properties=properties,
        )

    return make


@pytest.fixture
def orders(engine: Any, made: Callable[..., Table]) -> Any:
    """A lab with `orders` (id bigint, item varchar): five rows in two files."""
    made("orders", NestedField(1, "id", LongType()), NestedField(2, "item", StringType()))
    engine.outcome("INSERT INTO orders VALUES (1, 'pen'), (2, 'ink'), (3, NULL)")
    engine.outcome("INSERT INTO orders VALUES (4, 'nib'), (5, 'pad')")
    return engine
