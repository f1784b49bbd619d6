"""Query and context of GetQueryExecution: measured on Athena, 2026-09-26 (athena-local's measurements)."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.glue.catalog import catalog

from tests.emulator.athena.service.conftest import Athena, Engine


@pytest.fixture
def named(athena: Athena, engine: Engine) -> Athena:
    """Databases `shop`, with a table `t` and a view `v`, and `other` with `u`."""
    glue = catalog(athena.context.account_id, athena.context.region)
    for database in ("shop", "other"):
        glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName="shop", TableInput={"Name": "t"})
    glue.create_table(DatabaseName="shop", TableInput={"Name": "v", "TableType": "VIRTUAL_VIEW"})
    glue.create_table(DatabaseName="other", TableInput={"Name": "u"})
    return athena


def _told(athena: Athena, text: str, **context: str) -> tuple[str, Any]:
    query_id = athena.start(text, QueryExecutionContext=context or {"Database": "shop"})
    execution = athena("GetQueryExecution", QueryExecutionId=query_id)["QueryExecution"]
    return execution["Query"], execution["QueryExecutionContext"].get("Database")


@pytest.mark.parametrize(
    ("text", "query", "database"),
    [
        ("DESCRIBE shop.t", "DESCRIBE t", "shop"),
        ("DESCRIBE AwsDataCatalog.shop.t", "DESCRIBE t", "shop"),
        ("DESCRIBE shop . t", "DESCRIBE t", "shop"),
        ("DESCRIBE other.u", "DESCRIBE u", "other"),
        ("DESC other.u", "DESC u", "other"),
        ("DESCRIBE awsdatacatalog.other.u", "DESCRIBE u", "other"),
        ("DESCRIBE SHOP.t", "DESCRIBE t", "SHOP"),
        ("DESCRIBE EXTENDED shop.t", "DESCRIBE EXTENDED t", "shop"),
        ("DESCRIBE shop.t n", "DESCRIBE t n", "shop"),
        ("DESCRIBE shop./* c */t", "DESCRIBE /* c */t", "shop"),
        ("DESCRIBE shop.v", "DESCRIBE shop.v", "shop"),
        ("DESCRIBE t", "DESCRIBE t", "shop"),
        ("SHOW COLUMNS FROM awsdatacatalog.shop.t", "SHOW COLUMNS FROM shop.t", "shop"),
        ("SHOW COLUMNS IN AwsDataCatalog.other.u", "SHOW COLUMNS IN other.u", "other"),
        ("SHOW COLUMNS FROM awsdatacatalog.shop.v", "SHOW COLUMNS FROM awsdatacatalog.shop.v", "shop"),
        ("SHOW CREATE TABLE awsdatacatalog . shop . t", "SHOW CREATE TABLE shop . t", "shop"),
        ("SHOW TABLES IN AwsDataCatalog.other", "SHOW TABLES IN other", "other"),
        ("SHOW TBLPROPERTIES awsdatacatalog.shop.t", "SHOW TBLPROPERTIES shop.t", "shop"),
        (
            "ALTER TABLE awsdatacatalog.shop.t SET TBLPROPERTIES ('a'='b')",
            "ALTER TABLE shop.t SET TBLPROPERTIES ('a'='b')",
            "shop",
        ),
        ("DROP TABLE IF EXISTS awsdatacatalog.shop.n", "DROP TABLE IF EXISTS shop.n", "shop"),
        ("MSCK REPAIR TABLE awsdatacatalog.shop.t", "MSCK REPAIR TABLE shop.t", "shop"),
        ("SELECT * FROM awsdatacatalog.shop.t", "SELECT * FROM awsdatacatalog.shop.t", "shop"),
        ("SHOW VIEWS IN awsdatacatalog.shop", "SHOW VIEWS IN awsdatacatalog.shop", "shop"),
        ("CREATE VIEW awsdatacatalog.shop.w AS SELECT 1 AS n",) * 2 + ("shop",),
        ("  SELECT 1 ;", "SELECT 1", "shop"),
    ],
)
def test_names_lose_what_the_context_says(named: Athena, text: str, query: str, database: str) -> None:
    assert _told(named, text) == (query, database)


def test_the_context_gets_a_database_that_it_had_not(named: Athena) -> None:
    assert _told(named, "DESCRIBE shop.t", Catalog="AwsDataCatalog") == ("DESCRIBE t", "shop")
    assert _told(named, "DESCRIBE shop.t", Database="other") == ("DESCRIBE t", "shop")


def test_in_a_catalog_that_is_not_there_names_stay(named: Athena) -> None:
    told = _told(named, "DESCRIBE shop.t", Catalog="nocatalog", Database="shop")
    assert told == ("DESCRIBE shop.t", "shop")


def test_the_engine_is_given_what_was_written(named: Athena, engine: Engine) -> None:
    engine.outcomes["DESCRIBE other.u"] = Outcome("none")
    named.run("DESCRIBE other.u", QueryExecutionContext={"Database": "shop"})
    assert [(request.text, request.database) for request in engine.requests] == [("DESCRIBE other.u", "shop")]
