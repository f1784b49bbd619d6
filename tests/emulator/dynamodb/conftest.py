"""Fixtures of the DynamoDB tests: real boto3 clients over the in-process engine.

Set `LAB_TEST_ENDPOINT=http://127.0.0.1:4566` to run the very same tests over HTTP against that endpoint.
"""

import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config

from tests.support.waiting import eventually

ENDPOINT = os.environ.get("LAB_TEST_ENDPOINT")
ACCOUNT = "000000000000"
REGION = "us-east-1"
_numbers = itertools.count(1)
_RUN = uuid.uuid4().hex[:8]

type MakeTable = Callable[..., str]


def unique(prefix: str = "t") -> str:
    """A table name that no other test, run or worker uses."""
    return f"{prefix}_{_RUN}_{next(_numbers)}x"  # a test may append digits


@pytest.fixture(scope="session")
def engine():
    """The engine that answers, or None when the tests talk to an endpoint."""
    if ENDPOINT:
        yield None
        return
    from localstack_lab.dynamodb.engine.engine import Engine

    engine = Engine(None)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def client_of(engine) -> Callable[..., BaseClient]:
    """Factory: `client_of("dynamodb", account="111111111111", region="eu-west-1")`."""

    def make(service: str = "dynamodb", *, account: str = ACCOUNT, region: str = REGION) -> BaseClient:
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=ENDPOINT or "http://in-process",
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        if engine is not None:
            from tests.emulator.dynamodb.inprocess import attach

            attach(client, engine, account)
        return client

    return make


@pytest.fixture(scope="session")
def dynamodb(client_of) -> BaseClient:
    """A boto3 client for DynamoDB that sends requests unchecked, so that the service's own checks answer."""
    return client_of("dynamodb")


@pytest.fixture(scope="session")
def streams(client_of) -> BaseClient:
    """A boto3 client for DynamoDB Streams over the same engine."""
    return client_of("dynamodbstreams")


def table_request(keys: str = "pk:S", *, gsis: Any = (), lsis: Any = (), **more: Any) -> dict[str, Any]:
    """A CreateTable request from a short notation.

    :param keys: hash key and, after a blank, range key: ``"pk:S"``, ``"pk:S sk:N"``
    :param gsis: ``{"name": "pk:S sk:N"}``, or ``{"name": ("pk:S", projection)}`` where projection is
        ``"KEYS_ONLY"``, ``"ALL"`` or a list of included attributes
    :param lsis: the same with both keys of the index
    :param more: further members of the request, in AWS's names; they win over the ones made here
    """
    types: dict[str, str] = {}

    def schema(notation: str) -> list[dict[str, str]]:
        parts = [part.split(":") for part in notation.split()]
        types.update(dict(parts))
        return [
            {"AttributeName": name, "KeyType": kind}
            for (name, _), kind in zip(parts, ("HASH", "RANGE"), strict=False)
        ]

    def indexes(notations: Any) -> list[dict[str, Any]]:
        made = []
        for name, notation in dict(notations).items():
            notation, projection = notation if isinstance(notation, tuple) else (notation, "ALL")
            if isinstance(projection, list):
                projected = {"ProjectionType": "INCLUDE", "NonKeyAttributes": projection}
            else:
                projected = {"ProjectionType": projection}
            made.append({"IndexName": name, "KeySchema": schema(notation), "Projection": projected})
        return made

    request: dict[str, Any] = {"TableName": unique(), "KeySchema": schema(keys)}
    if gsis:
        request["GlobalSecondaryIndexes"] = indexes(gsis)
    if lsis:
        request["LocalSecondaryIndexes"] = indexes(lsis)
    request["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": kind} for name, kind in types.items()
    ]
    if "ProvisionedThroughput" not in more:
        request["BillingMode"] = "PAY_PER_REQUEST"
    return request | more


def wait_until_active(dynamodb: BaseClient, name: str) -> dict[str, Any]:
    """Wait until the table and its indexes are ACTIVE; return the description."""

    def description() -> dict[str, Any] | None:
        table = dynamodb.describe_table(TableName=name)["Table"]
        parts = [table["TableStatus"], *(i["IndexStatus"] for i in table.get("GlobalSecondaryIndexes", []))]
        return table if set(parts) == {"ACTIVE"} else None

    return eventually(description, within=20, expecting=f"table {name} to become active", every=0.02)


def _tables(dynamodb: BaseClient) -> Iterator[MakeTable]:
    made: list[str] = []

    def make(keys: str = "pk:S", *, items: Any = (), **options: Any) -> str:
        request = table_request(keys, **options)
        dynamodb.create_table(**request)
        made.append(request["TableName"])
        wait_until_active(dynamodb, request["TableName"])
        for item in items:
            dynamodb.put_item(TableName=request["TableName"], Item=item)
        return request["TableName"]

    yield make
    for name in made:
        try:
            dynamodb.delete_table(TableName=name)
        except dynamodb.exceptions.ResourceNotFoundException:
            continue  # the test deleted it itself


@pytest.fixture
def make_table(dynamodb) -> Iterator[MakeTable]:
    """Factory of tables that live as long as the test; see `table_request` for the notation."""
    yield from _tables(dynamodb)


@pytest.fixture(scope="module")
def make_module_table(dynamodb) -> Iterator[MakeTable]:
    """The same, for tables that the tests of one file share."""
    yield from _tables(dynamodb)


@pytest.fixture(scope="session")
def shared_tables(dynamodb) -> Iterator[MakeTable]:
    """The same, for the whole session."""
    yield from _tables(dynamodb)


# Tables that all tests share: use a partition key of your own (`key`), or requests that must fail.
SHARED: dict[str, dict[str, Any]] = {
    "hash": {"keys": "pk:S"},
    "number": {"keys": "pk:N"},
    "binary": {"keys": "pk:B"},
    "range": {
        "keys": "pk:S sk:S",
        "gsis": {"by_a": "a:S", "by_ab": ("a:S b:S", ["data"])},
        "lsis": {"sorted_a": "pk:S a:S", "sorted_b": ("pk:S b:S", ["a"])},
    },
    "number_range": {"keys": "pk:S sk:N"},
    "binary_range": {"keys": "pk:S sk:B"},
    "binary_index": {"keys": "pk:S", "gsis": {"by_picture": "picture:B"}},
}


@pytest.fixture(scope="session")
def names(shared_tables) -> dict[str, str]:
    """Names of the shared tables, by what they are called in tables of cases (`<hash>`, `<range>` ...)."""
    made = {name: shared_tables(**options) for name, options in SHARED.items()}
    return made | {"absent": unique("absent")}


@pytest.fixture
def key() -> str:
    """A partition key value that no other test uses."""
    return unique("key")


@pytest.fixture
def put(dynamodb, names) -> Callable[..., dict[str, Any]]:
    """Factory: `put("hash", {"pk": …})` stores an item in a shared table and returns it."""

    def store(table: str, item: dict[str, Any]) -> dict[str, Any]:
        dynamodb.put_item(TableName=names[table], Item=item)
        return item

    return store


@pytest.fixture
def get(dynamodb, names) -> Callable[..., dict[str, Any] | None]:
    """Factory: `get("hash", pk={"S": "1"})` reads an item of a shared table, or None."""

    def read(table: str, **key: Any) -> dict[str, Any] | None:
        answer = dynamodb.get_item(TableName=names[table], Key=key, ConsistentRead=True)
        return answer.get("Item")

    return read
