"""What the provider serves over the API."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.aws.api import CommonServiceException, ServiceException
from localstack_lab.api.service import dispatch_table
from localstack_lab.glue.catalog import Catalog
from localstack_lab.glue.crawlers.store import Crawl, crawler_stores
from localstack_lab.glue.operations import MARK
from localstack_lab.glue.orchestration.workflows import Workflows
from localstack_lab.glue.provider import LabGlueProvider
from localstack_lab.glue.store import glue_stores


@pytest.fixture(scope="module")
def served() -> dict[str, Any]:
    return dict(dispatch_table(LabGlueProvider()))


@pytest.fixture
def context(account: str) -> Any:
    return SimpleNamespace(account_id=account, region="us-east-1")


def test_every_operation_of_a_family_is_served(served: dict[str, Any]) -> None:
    for family in (Catalog, Workflows):
        names = [getattr(getattr(family, name), MARK, (None,))[0] for name in dir(family)]
        assert all(served[name].__name__ == "call" for name in names if name)


@pytest.mark.parametrize("operation", ["CreateJob", "CreateDevEndpoint", "GetUnfilteredTableMetadata"])
def test_other_operations_say_that_they_are_missing(
    served: dict[str, Any], context: Any, operation: str
) -> None:
    with pytest.raises(CommonServiceException, match=operation) as caught:
        served[operation](context, {})
    assert caught.value.status_code == 501


def test_a_page_has_a_size_although_none_is_asked_for(
    served: dict[str, Any], context: Any, glue: Catalog
) -> None:
    glue.create_database(DatabaseInput={"Name": "db"})
    for number in range(130):
        glue.create_table(DatabaseName="db", TableInput={"Name": f"t{number:03}"})
    first = served["GetTables"](context, {"DatabaseName": "db"})
    rest = served["GetTables"](context, {"DatabaseName": "db", "NextToken": first["NextToken"]})
    assert [len(page["TableList"]) for page in (first, rest)] == [100, 30]
    assert "NextToken" not in rest
    assert len(glue.get_tables(DatabaseName="db")["TableList"]) == 130


def test_crawls_come_twenty_at_a_time(served: dict[str, Any], context: Any, account: str) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_ListCrawls.html: the default of MaxResults is 20"""
    targets = {"S3Targets": [{"Path": "s3://bucket/"}]}
    served["CreateCrawler"](context, {"Name": "c", "Role": "glue", "Targets": targets})
    crawler = crawler_stores[account]["us-east-1"].crawlers["c"]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    crawler.crawls += [
        Crawl(f"id-{n}", moment + timedelta(n), "g", "c", "COMPLETED", moment) for n in range(25)
    ]
    first = served["ListCrawls"](context, {"CrawlerName": "c"})
    rest = served["ListCrawls"](context, {"CrawlerName": "c", "NextToken": first["NextToken"]})
    assert [len(page["Crawls"]) for page in (first, rest)] == [20, 5]


def test_requests_are_checked(served: dict[str, Any], context: Any, glue: Catalog) -> None:
    with pytest.raises(ServiceException, match="less than or equal to 100"):
        served["GetTables"](context, {"DatabaseName": "db", "MaxResults": 101})


def test_a_snapshot_holds_the_catalog_and_the_crawlers() -> None:
    visited: list[Any] = []
    visitor: Any = SimpleNamespace(visit=visited.append)
    LabGlueProvider().accept_state_visitor(visitor)
    assert any(found is glue_stores for found in visited)
    assert any(found is crawler_stores for found in visited)


def test_of_many_that_create_the_same_table_one_does(glue: Catalog) -> None:
    glue.create_database(DatabaseInput={"Name": "db"})
    answers: list[str] = []
    gate = threading.Barrier(8)

    def create() -> None:
        gate.wait()
        try:
            glue.create_table(DatabaseName="db", TableInput={"Name": "t"})
            answers.append("created")
        except ServiceException as error:
            answers.append(error.code)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["AlreadyExistsException"] * 7 + ["created"]


def test_of_many_that_update_the_same_version_one_does(sales: Catalog) -> None:
    answers: list[str] = []
    gate = threading.Barrier(8)

    def update() -> None:
        gate.wait()
        try:
            sales.update_table(DatabaseName="sales", TableInput={"Name": "orders"}, VersionId="0")
            answers.append("updated")
        except ServiceException as error:
            answers.append(error.code)

    threads = [threading.Thread(target=update) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ConcurrentModificationException"] * 7 + ["updated"]
