"""CREATE, ALTER, DROP and SHOW DATABASES."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed


def test_a_database_is_made_as_it_is_defined(lab: Any) -> None:
    outcome = lab.outcome(
        "CREATE DATABASE IF NOT EXISTS Sales COMMENT 'what is sold' LOCATION 's3://b/sales/' "
        "WITH DBPROPERTIES ('owner' = 'it''s', 'a' = 'b');".replace("''", "\\'")
    )
    assert outcome.changed == (("CREATE", "DATABASE", "sales"),)
    found = lab.catalog.get_database(Name="sales")["Database"]
    assert found["Description"] == "what is sold"
    assert found["LocationUri"] == "s3://b/sales/"
    assert found["Parameters"] == {"owner": "it's", "a": "b"}


def test_a_database_that_is_there_is_refused_unless_it_may_be(lab: Any) -> None:
    with pytest.raises(
        QueryFailed, match=r"FAILED: Execution Error, return code 1 .* Database shop already exists"
    ):
        lab.outcome("CREATE SCHEMA shop")
    assert lab.outcome("CREATE SCHEMA IF NOT EXISTS shop").changed == ()


def test_properties_of_a_database_are_added_and_replaced(lab: Any) -> None:
    lab.outcome("CREATE DATABASE d COMMENT 'kept' WITH DBPROPERTIES ('a' = '1', 'b' = '2')")
    lab.outcome("ALTER DATABASE d SET DBPROPERTIES ('b' = '3')")
    found = lab.catalog.get_database(Name="d")["Database"]
    assert (found["Description"], found["Parameters"]) == ("kept", {"a": "1", "b": "3"})


def test_a_database_with_tables_goes_only_with_cascade(lab: Any) -> None:
    lab.outcome("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/t/'")
    with pytest.raises(QueryFailed, match="Database shop is not empty"):
        lab.outcome("DROP DATABASE shop")
    assert lab.outcome("DROP DATABASE shop CASCADE").changed == (("DROP", "DATABASE", "shop"),)
    with pytest.raises(QueryFailed, match=r"\[Error 10072\]: Database does not exist: shop"):
        lab.outcome("DROP DATABASE shop")
    assert lab.outcome("DROP DATABASE IF EXISTS shop").changed == ()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ["sales_eu", "sales_us", "shop"]),
        ("LIKE '*'", ["sales_eu", "sales_us", "shop"]),
        ("LIKE 'shop'", ["shop"]),
        ("LIKE 'SHOP'", []),
        ("LIKE 'sal*'", []),
        ("LIKE 'sales%'", []),
        ("LIKE 'sales_.*'", ["sales_eu", "sales_us"]),
    ],
)
def test_the_pattern_of_show_databases_is_javas(lab: Any, pattern: str, expected: list[str]) -> None:
    lab.outcome("CREATE DATABASE sales_eu")
    lab.outcome("CREATE DATABASE sales_us")
    outcome = lab.outcome(f"SHOW DATABASES {pattern}")
    assert [column.name for column in outcome.columns] == ["database_name"]
    assert lab.rows(f"SHOW SCHEMAS {pattern}") == expected


def test_a_pattern_that_is_no_expression_fails_as_in_java(lab: Any) -> None:
    with pytest.raises(QueryFailed, match=r"java\.util\.regex\.PatternSyntaxException"):
        lab.outcome("SHOW DATABASES LIKE '*shop'")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ["orders", "orders_old", "people", "v"]),
        ("'orders'", ["orders"]),
        ("'ORDERS*'", ["orders", "orders_old"]),
        ("LIKE 'orders.*'", ["orders", "orders_old"]),
        ("'people|v'", ["people", "v"]),
        ("'x*'", []),
    ],
)
def test_show_tables_lists_views_too_and_takes_hives_patterns(
    lab: Any, pattern: str, expected: list[str]
) -> None:
    for name in ("orders", "orders_old", "people"):
        lab.outcome(f"CREATE EXTERNAL TABLE {name} (a int) LOCATION 's3://b/{name}/'")
    lab.catalog.create_table(DatabaseName="shop", TableInput={"Name": "v", "TableType": "VIRTUAL_VIEW"})
    assert lab.rows(f"SHOW TABLES IN shop {pattern}") == expected
    assert lab.rows("SHOW VIEWS") == ["v"]
    assert lab.outcome("SHOW TABLES").columns[0].name == "tab_name"
    assert lab.outcome("SHOW VIEWS IN shop").columns[0].name == "views"


def test_tables_of_a_database_that_is_not_there(lab: Any) -> None:
    with pytest.raises(QueryFailed, match="Database does not exist: nowhere"):
        lab.outcome("SHOW TABLES IN nowhere")
