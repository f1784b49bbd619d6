"""Tables and their versions. https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html"""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack_lab.glue.catalog import Catalog
from localstack_lab.glue.store import glue_stores

Refused = Callable[..., tuple[str, str]]


def _table(columns: list[str], **members: Any) -> dict[str, Any]:
    described = {"Columns": [{"Name": name, "Type": "string"} for name in columns]}
    return {"Name": "orders", "StorageDescriptor": described, **members}


def test_a_table_has_what_glue_adds(glue: Catalog, account: str) -> None:
    glue.create_database(DatabaseInput={"Name": "sales"})
    glue.create_table(DatabaseName="Sales", TableInput=_table(["Id"], Name="Orders", Parameters={"a": "b"}))
    table = glue.get_table(DatabaseName="sales", Name="ORDERS")["Table"]
    assert datetime.now(UTC) - table.pop("CreateTime") < timedelta(minutes=1)
    assert datetime.now(UTC) - table.pop("UpdateTime") < timedelta(minutes=1)
    assert table == {
        "Name": "orders",
        "DatabaseName": "sales",
        "Retention": 0,
        "StorageDescriptor": {
            "Columns": [{"Name": "Id", "Type": "string"}],
            "Compressed": False,
            "NumberOfBuckets": 0,
            "SortColumns": [],
            "StoredAsSubDirectories": False,
        },
        "Parameters": {"a": "b"},
        "CreatedBy": f"arn:aws:iam::{account}:root",
        "IsRegisteredWithLakeFormation": False,
        "IsMultiDialectView": False,
        "CatalogId": account,
        "VersionId": "0",
    }


def test_errors_are_those_of_aws(sales: Catalog, refused: Refused) -> None:
    taken = refused(sales.create_table, DatabaseName="sales", TableInput={"Name": "ORDERS"})
    assert taken == ("AlreadyExistsException", "Table already exists.")
    missing = refused(sales.get_table, DatabaseName="sales", Name="none")
    assert missing == ("EntityNotFoundException", "Entity Not Found")
    gone = ("EntityNotFoundException", "Table none not found.")
    assert refused(sales.delete_table, DatabaseName="sales", Name="none") == gone
    assert refused(sales.update_table, DatabaseName="sales", TableInput={"Name": "none"}) == gone
    assert refused(sales.get_table_versions, DatabaseName="sales", TableName="none") == gone
    assert refused(sales.get_partitions, DatabaseName="sales", TableName="none") == gone


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ({"OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}}}, "OpenTableFormatInput"),
        ({"TransactionId": "1"}, "TransactionId"),
        (
            {
                "TableInput": {
                    "Name": "t",
                    "StorageDescriptor": {"SchemaReference": {"SchemaVersionNumber": 1}},
                }
            },
            "SchemaReference",
        ),
        ({"TableInput": {"Name": "t", "TargetTable": {"Name": "other"}}}, "TargetTable"),
        ({"TableInput": {"Name": "t", "ViewDefinition": {"IsProtected": True}}}, "ViewDefinition"),
    ],
)
def test_what_is_not_there_is_named(
    sales: Catalog, refused: Refused, request_: dict[str, Any], named: str
) -> None:
    code, message = refused(
        sales.create_table, **{"DatabaseName": "sales", "TableInput": {"Name": "t"}} | request_
    )
    assert code == "NotImplementedException"
    assert named in message
    assert [found["Name"] for found in sales.get_tables(DatabaseName="sales")["TableList"]] == ["orders"]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        (None, ["customers", "order_items", "orders", "orders_2026"]),
        ("orders", ["orders"]),
        ("ORDERS", ["orders"]),
        ("*order*", ["order_items", "orders", "orders_2026"]),
        ("order*", ["order_items", "orders", "orders_2026"]),
        ("*s", ["customers", "order_items", "orders"]),
        ("order.*", ["order_items", "orders", "orders_2026"]),
        ("orders_[0-9]+", ["orders_2026"]),
        ("orders|customers", ["customers", "orders"]),
        ("(order|custom).*s", ["customers", "order_items", "orders"]),
        ("order", []),
    ],
)
def test_tables_are_found_by_patterns_and_wildcards(
    glue: Catalog, expression: str | None, names: list[str]
) -> None:
    glue.create_database(DatabaseInput={"Name": "db"})
    for name in ("orders", "order_items", "orders_2026", "customers"):
        glue.create_table(DatabaseName="db", TableInput={"Name": name})
    found = glue.get_tables(DatabaseName="db", Expression=expression)["TableList"]
    assert [table["Name"] for table in found] == names


def test_a_pattern_that_is_none_is_refused(sales: Catalog, refused: Refused) -> None:
    assert refused(sales.get_tables, DatabaseName="sales", Expression="(")[0] == "InvalidInputException"


def test_only_the_attributes_that_are_asked_for_come(sales: Catalog) -> None:
    found = sales.get_tables(DatabaseName="sales", AttributesToGet=["NAME", "TABLE_TYPE"])
    assert found == {"TableList": [{"Name": "orders", "TableType": "EXTERNAL_TABLE"}]}


def test_an_update_replaces_the_definition_and_counts_versions(glue: Catalog) -> None:
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_table(DatabaseName="db", TableInput=_table(["a"], Description="old"))
    created = glue.get_table(DatabaseName="db", Name="orders")["Table"]["CreateTime"]
    glue.update_table(DatabaseName="db", TableInput=_table(["a", "b"]))
    glue.update_table(DatabaseName="db", TableInput=_table(["a", "b", "c"]))
    table = glue.get_table(DatabaseName="db", Name="orders")["Table"]
    assert table["VersionId"] == "2"
    assert table["CreateTime"] == created
    assert "Description" not in table
    versions = glue.get_table_versions(DatabaseName="db", TableName="orders")["TableVersions"]
    shown = [(found["VersionId"], len(found["Table"]["StorageDescriptor"]["Columns"])) for found in versions]
    assert shown == [("2", 3), ("1", 2), ("0", 1)]
    first = glue.get_table_version(DatabaseName="db", TableName="orders", VersionId="0")["TableVersion"]
    assert first["Table"]["Description"] == "old"
    latest = glue.get_table_version(DatabaseName="db", TableName="orders")["TableVersion"]
    assert latest == {"VersionId": "2", "Table": table}


def test_versions_come_in_pages_by_their_number(glue: Catalog) -> None:
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_table(DatabaseName="db", TableInput=_table(["a"]))
    for _ in range(11):
        glue.update_table(DatabaseName="db", TableInput=_table(["a"]))
    found: list[str] = []
    token: str | None = None
    while True:
        answer = glue.get_table_versions(DatabaseName="db", TableName="orders", MaxResults=5, NextToken=token)
        found += [version["VersionId"] for version in answer["TableVersions"]]
        if not (token := answer.get("NextToken")):
            break
    assert found == [str(number) for number in range(11, -1, -1)]


def test_skip_archive_leaves_no_old_version(sales: Catalog) -> None:
    for _ in range(2):
        sales.update_table(DatabaseName="sales", TableInput=_table(["a"]), SkipArchive=True)
    versions = sales.get_table_versions(DatabaseName="sales", TableName="orders")["TableVersions"]
    assert [version["VersionId"] for version in versions] == ["2"]


def test_of_two_writers_that_read_the_same_version_one_is_refused(sales: Catalog, refused: Refused) -> None:
    """As Iceberg's catalogs commit: with SkipArchive and the version that they have read."""
    read = sales.get_table(DatabaseName="sales", Name="orders")["Table"]["VersionId"]
    commit = {"DatabaseName": "sales", "SkipArchive": True, "VersionId": read}
    sales.update_table(TableInput=_table(["first"]), **commit)
    assert refused(sales.update_table, TableInput=_table(["second"]), **commit) == (
        "ConcurrentModificationException",
        "Update table failed due to concurrent modifications.",
    )
    kept = sales.get_table(DatabaseName="sales", Name="orders")["Table"]
    assert kept["StorageDescriptor"]["Columns"][0]["Name"] == "first"


def test_old_versions_can_be_deleted_and_the_current_one_cannot(sales: Catalog, refused: Refused) -> None:
    at = {"DatabaseName": "sales", "TableName": "orders"}
    for _ in range(3):
        sales.update_table(DatabaseName="sales", TableInput=_table(["a"]))
    sales.delete_table_version(**at, VersionId="0")
    assert refused(sales.get_table_version, **at, VersionId="0") == (
        "EntityNotFoundException",
        "Version not found.",
    )
    errors = sales.batch_delete_table_version(**at, VersionIds=["1", "0", "3"])["Errors"]
    assert [(error["VersionId"], error["ErrorDetail"]["ErrorCode"]) for error in errors] == [
        ("0", "EntityNotFoundException"),
        ("3", "InvalidInputException"),
    ]
    assert refused(sales.delete_table_version, **at, VersionId="3")[0] == "InvalidInputException"
    left = sales.get_table_versions(**at)["TableVersions"]
    assert [version["VersionId"] for version in left] == ["3", "2"]


def test_a_batch_deletes_what_is_there(sales: Catalog) -> None:
    errors = sales.batch_delete_table(DatabaseName="sales", TablesToDelete=["Orders", "none"])["Errors"]
    detail = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Table none not found."}
    assert errors == [{"TableName": "none", "ErrorDetail": detail}]
    assert sales.get_tables(DatabaseName="sales") == {"TableList": []}


def test_a_table_made_again_has_no_memory(sales: Catalog, add: Callable[..., None]) -> None:
    add(("2026", "Oslo"))
    sales.update_table(DatabaseName="sales", TableInput=_table(["a"]))
    sales.delete_table(DatabaseName="sales", Name="orders")
    sales.create_table(DatabaseName="sales", TableInput=_table(["a"]))
    assert sales.get_partitions(DatabaseName="sales", TableName="orders") == {"Partitions": []}
    assert len(sales.get_table_versions(DatabaseName="sales", TableName="orders")["TableVersions"]) == 1


def test_nobody_changes_the_catalog_by_what_it_answered_or_was_given(sales: Catalog) -> None:
    given = _table(["a"], Name="other")
    sales.create_table(DatabaseName="sales", TableInput=given)
    given["StorageDescriptor"]["Columns"].append({"Name": "late"})
    answered = sales.get_table(DatabaseName="sales", Name="other")["Table"]
    answered["StorageDescriptor"]["Columns"].clear()
    kept = sales.get_table(DatabaseName="sales", Name="other")["Table"]
    assert kept["StorageDescriptor"]["Columns"] == [{"Name": "a", "Type": "string"}]


def test_a_snapshot_holds_it_all(sales: Catalog, add: Callable[..., None], account: str) -> None:
    add(("2026", "Oslo"))
    sales.update_table(DatabaseName="sales", TableInput=_table(["a"]))
    before = sales.get_table_versions(DatabaseName="sales", TableName="orders")
    region = glue_stores[account]["us-east-1"]
    region.databases = pickle.loads(pickle.dumps(region.databases))
    assert sales.get_table_versions(DatabaseName="sales", TableName="orders") == before
    sales.update_table(DatabaseName="sales", TableInput=_table(["b"]))
    assert sales.get_table(DatabaseName="sales", Name="orders")["Table"]["VersionId"] == "2"
