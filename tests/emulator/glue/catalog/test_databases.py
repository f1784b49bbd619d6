"""Databases. https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.glue.tags import Tags

Refused = Callable[..., tuple[str, str]]


def test_a_database_has_what_glue_adds(glue: Catalog, account: str) -> None:
    glue.create_database(
        DatabaseInput={"Name": "Sales-DB", "Description": "of the shop", "Parameters": {"a": "b"}}
    )
    database = glue.get_database(Name="SALES-db")["Database"]
    assert datetime.now(UTC) - database.pop("CreateTime") < timedelta(minutes=1)
    assert database == {
        "Name": "sales-db",
        "Description": "of the shop",
        "Parameters": {"a": "b"},
        "CatalogId": account,
        "CreateTableDefaultPermissions": [
            {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
        ],
    }


def test_a_name_is_taken_in_any_case(glue: Catalog, refused: Refused) -> None:
    glue.create_database(DatabaseInput={"Name": "sales"})
    assert refused(glue.create_database, DatabaseInput={"Name": "SALES"}) == (
        "AlreadyExistsException",
        "Database already exists.",
    )


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("get_database", {"Name": "none"}),
        ("delete_database", {"Name": "none"}),
        ("update_database", {"Name": "none", "DatabaseInput": {"Name": "none"}}),
        ("create_table", {"DatabaseName": "none", "TableInput": {"Name": "t"}}),
        ("get_table", {"DatabaseName": "none", "Name": "t"}),
        ("get_tables", {"DatabaseName": "none"}),
        ("delete_table", {"DatabaseName": "none", "Name": "t"}),
        ("get_partitions", {"DatabaseName": "none", "TableName": "t"}),
    ],
)
def test_a_missing_database_is_named(
    glue: Catalog, refused: Refused, operation: str, request_: dict[str, Any]
) -> None:
    expected = ("EntityNotFoundException", "Database none not found.")
    assert refused(getattr(glue, operation), **request_) == expected


def test_an_update_replaces_all_but_the_creation(glue: Catalog, refused: Refused) -> None:
    glue.create_database(DatabaseInput={"Name": "sales", "Description": "old", "Parameters": {"a": "b"}})
    before = glue.get_database(Name="sales")["Database"]
    glue.update_database(Name="sales", DatabaseInput={"Name": "Sales", "LocationUri": "s3://sales/"})
    after = glue.get_database(Name="sales")["Database"]
    assert after["CreateTime"] == before["CreateTime"]
    assert after["LocationUri"] == "s3://sales/"
    assert not {"Description", "Parameters"} & after.keys()
    code, _ = refused(glue.update_database, Name="sales", DatabaseInput={"Name": "other"})
    assert code == "InvalidInputException"


def test_a_deleted_database_takes_its_tables_along(sales: Catalog, refused: Refused) -> None:
    sales.delete_database(Name="SALES")
    sales.create_database(DatabaseInput={"Name": "sales"})
    assert sales.get_tables(DatabaseName="sales") == {"TableList": []}


def test_pages_follow_each_other_although_databases_come_and_go(glue: Catalog) -> None:
    for name in "abcde":
        glue.create_database(DatabaseInput={"Name": name})
    first = glue.get_databases(MaxResults=2)
    assert [found["Name"] for found in first["DatabaseList"]] == ["a", "b"]
    glue.delete_database(Name="b")
    rest = glue.get_databases(NextToken=first["NextToken"])
    assert [found["Name"] for found in rest["DatabaseList"]] == ["c", "d", "e"]
    assert "NextToken" not in rest


def test_a_token_of_ones_own_making_is_refused(glue: Catalog, refused: Refused) -> None:
    assert refused(glue.get_databases, NextToken="?")[0] == "InvalidInputException"


def test_nobody_shares_databases(sales: Catalog) -> None:
    assert sales.get_databases(ResourceShareType="FOREIGN") == {"DatabaseList": []}
    assert len(sales.get_databases(ResourceShareType="ALL")["DatabaseList"]) == 1


def test_regions_and_accounts_are_apart(sales: Catalog, account: str) -> None:
    assert catalog(account, "eu-west-1").get_databases() == {"DatabaseList": []}
    assert catalog("999999999999", "us-east-1").get_databases() == {"DatabaseList": []}


def test_another_accounts_catalog_is_closed(sales: Catalog, refused: Refused, account: str) -> None:
    assert sales.get_database(Name="sales", CatalogId=account)["Database"]["Name"] == "sales"
    code, message = refused(sales.get_database, Name="sales", CatalogId="999999999999")
    assert code == "AccessDeniedException"
    assert "glue:GetDatabase on resource: arn:aws:glue:us-east-1:999999999999:catalog" in message


def test_links_to_other_catalogs_are_refused(glue: Catalog, refused: Refused) -> None:
    target = {"CatalogId": "999999999999", "DatabaseName": "theirs"}
    code, message = refused(glue.create_database, DatabaseInput={"Name": "link", "TargetDatabase": target})
    assert code == "NotImplementedException"
    assert "TargetDatabase" in message
    assert glue.get_databases() == {"DatabaseList": []}


def test_tags_are_kept_under_the_arn_and_go_with_the_database(
    glue: Catalog, account: str, refused: Refused
) -> None:
    arn = f"arn:aws:glue:us-east-1:{account}:database/sales"
    tags = Tags(account, "us-east-1")
    glue.create_database(DatabaseInput={"Name": "Sales"}, Tags={"team": "shop"})
    tags.tag_resource(ResourceArn=arn, TagsToAdd={"stage": "test", "team": "web"})
    assert tags.get_tags(ResourceArn=arn) == {"Tags": {"team": "web", "stage": "test"}}
    tags.untag_resource(ResourceArn=arn, TagsToRemove=["stage", "absent"])
    assert tags.get_tags(ResourceArn=arn) == {"Tags": {"team": "web"}}
    glue.delete_database(Name="sales")
    assert refused(tags.get_tags, ResourceArn=arn)[0] == "EntityNotFoundException"
    glue.create_database(DatabaseInput={"Name": "sales"})
    assert tags.get_tags(ResourceArn=arn) == {"Tags": {}}


def test_tags_have_limits(glue: Catalog, account: str, refused: Refused) -> None:
    tags = Tags(account, "us-east-1")
    glue.create_database(DatabaseInput={"Name": "sales"})
    arn = f"arn:aws:glue:us-east-1:{account}:database/sales"
    many = {f"key{number}": "" for number in range(26)}
    tags.tag_resource(ResourceArn=arn, TagsToAdd=many)
    more = {f"more{number}": "" for number in range(25)}
    assert refused(tags.tag_resource, ResourceArn=arn, TagsToAdd=more)[0] == "InvalidInputException"
    assert refused(tags.tag_resource, ResourceArn=arn, TagsToAdd={"aws:x": ""})[0] == "InvalidInputException"
    assert tags.get_tags(ResourceArn=arn) == {"Tags": many}
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    assert refused(tags.get_tags, ResourceArn=elsewhere)[0] == "InvalidInputException"
    assert refused(tags.get_tags, ResourceArn=arn.replace("database", "mlTransform"))[0] == (
        "NotImplementedException"
    )


def test_requests_in_process_are_checked_like_those_over_http(glue: Catalog, refused: Refused) -> None:
    assert refused(glue.get_database) == (
        "ValidationException",
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: "
        "Member must not be null",
    )
    with pytest.raises(TypeError, match="GetDatabase has no Nmae"):
        glue.get_database(Nmae="sales")
