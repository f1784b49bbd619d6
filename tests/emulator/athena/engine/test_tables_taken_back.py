"""Which tables go again when the statement that made them is stopped."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from localstack_lab.athena.engine.queries import _Tables
from localstack_lab.glue.catalog import Catalog, catalog


@pytest.fixture
def held() -> Catalog:
    made = catalog(f"{uuid.uuid4().int % 10**12:012d}", "us-east-1")
    made.create_database(DatabaseInput={"Name": "shop"})
    made.create_table(DatabaseName="shop", TableInput={"Name": "old"})
    return made


def _names(held: Catalog) -> list[str]:
    return [table["Name"] for table in held.get_tables(DatabaseName="shop")["TableList"]]


def _lent(held: Catalog) -> Any:
    return _Tables(held, SimpleNamespace(written=[]))  # type: ignore[arg-type]


def test_a_table_that_the_statement_made_goes_again(held: Catalog) -> None:
    tables = _lent(held)
    tables.create_table(DatabaseName="shop", TableInput={"Name": "new"})
    tables.remove()
    assert _names(held) == ["old"]


# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-rename.html: Glue has no such
# operation, so the table is made under its new name and deleted under its old one.
def test_a_renamed_table_goes_in_neither_half(held: Catalog) -> None:
    tables = _lent(held)
    tables.create_table(DatabaseName="shop", TableInput={"Name": "new"})
    tables.delete_table(DatabaseName="shop", Name="old")
    tables.remove()
    assert _names(held) == ["new"]
