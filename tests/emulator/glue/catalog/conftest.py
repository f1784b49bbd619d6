"""A catalog of its own for each test, in an account that no other test uses."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.glue.store import glue_stores

_ACCOUNTS = itertools.count(100_000_000_000)


@pytest.fixture
def account() -> Iterator[str]:
    number = str(next(_ACCOUNTS))
    yield number
    glue_stores.pop(number, None)


@pytest.fixture
def glue(account: str) -> Catalog:
    """An empty catalog."""
    return catalog(account, "us-east-1")


@pytest.fixture
def sales(glue: Catalog) -> Catalog:
    """A catalog with the table ``sales.orders``, partitioned by ``year`` (int) and ``city`` (string)."""
    glue.create_database(DatabaseInput={"Name": "sales"})
    glue.create_table(DatabaseName="sales", TableInput=orders())
    return glue


def orders(**members: Any) -> dict[str, Any]:
    """The definition of the table of `sales`."""
    return {
        "Name": "orders",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "year", "Type": "int"}, {"Name": "city", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "id", "Type": "string"}, {"Name": "price", "Type": "double"}],
            "Location": "s3://sales/orders/",
        },
        **members,
    }


@pytest.fixture
def refused() -> Callable[..., tuple[str, str]]:
    """``refused(method, **request)``: the code and the message with which a call is refused."""

    def call(method: Callable[..., Any], **request: Any) -> tuple[str, str]:
        with pytest.raises(ServiceException) as caught:
            method(**request)
        return caught.value.code, caught.value.message

    return call


@pytest.fixture
def add(sales: Catalog) -> Callable[..., None]:
    """``add(("2026", "Oslo"), …)``: partitions of ``sales.orders``."""

    def create(*values: tuple[str, ...]) -> None:
        entries = [{"Values": list(given), "StorageDescriptor": {"Columns": []}} for given in values]
        answer = sales.batch_create_partition(
            DatabaseName="sales", TableName="orders", PartitionInputList=entries
        )
        assert answer == {"Errors": []}

    return create
