"""What the catalog keeps beside tables: statistics, functions, connections, policies; and search."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from localstack_lab.glue.catalog import Catalog
from localstack_lab.glue.connections import Connections
from localstack_lab.glue.policies import Policies
from localstack_lab.glue.security import SecurityConfigurations

Refused = Callable[..., tuple[str, str]]
AT = {"DatabaseName": "sales", "TableName": "orders"}
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def _statistics(column: str, kind: str, **data: Any) -> dict[str, Any]:
    member = f"{kind.capitalize()}ColumnStatisticsData"
    return {
        "ColumnName": column,
        "ColumnType": "double",
        "AnalyzedTime": WHEN,
        "StatisticsData": {"Type": kind, member: data},
    }


def test_statistics_are_kept_for_a_table(sales: Catalog, refused: Refused) -> None:
    price = _statistics("price", "DOUBLE", MinimumValue=0.5, NumberOfNulls=0, NumberOfDistinctValues=3)
    wrong = _statistics("id", "STRING")
    wrong["StatisticsData"]["Type"] = "LONG"
    unknown = _statistics("none", "BOOLEAN", NumberOfTrues=1, NumberOfFalses=1, NumberOfNulls=0)
    given = [price, unknown]
    errors = sales.update_column_statistics_for_table(**AT, ColumnStatisticsList=given)["Errors"]
    assert [error["ColumnStatistics"]["ColumnName"] for error in errors] == ["none"]
    answer = sales.get_column_statistics_for_table(**AT, ColumnNames=["price", "id"])
    assert answer["ColumnStatisticsList"] == [price]
    assert [error["ColumnName"] for error in answer["Errors"]] == ["id"]
    sales.delete_column_statistics_for_table(**AT, ColumnName="price")
    gone = refused(sales.delete_column_statistics_for_table, **AT, ColumnName="price")
    assert gone[0] == "EntityNotFoundException"


def test_statistics_are_kept_for_a_partition(
    sales: Catalog, refused: Refused, add: Callable[..., None]
) -> None:
    add(("2026", "Oslo"), ("2026", "Rome"))
    oslo = {**AT, "PartitionValues": ["2026", "Oslo"]}
    price = _statistics("price", "DOUBLE", NumberOfNulls=1, NumberOfDistinctValues=3)
    assert sales.update_column_statistics_for_partition(**oslo, ColumnStatisticsList=[price]) == {
        "Errors": []
    }
    assert sales.get_column_statistics_for_partition(**oslo, ColumnNames=["PRICE"]) == {
        "ColumnStatisticsList": [price],
        "Errors": [],
    }
    rome = {**AT, "PartitionValues": ["2026", "Rome"]}
    assert (
        sales.get_column_statistics_for_partition(**rome, ColumnNames=["price"])["ColumnStatisticsList"] == []
    )
    missing = {**AT, "PartitionValues": ["2027", "Rome"]}
    assert refused(sales.get_column_statistics_for_partition, **missing, ColumnNames=["price"])[0] == (
        "EntityNotFoundException"
    )


def test_statistics_need_the_data_of_their_type(sales: Catalog) -> None:
    price = _statistics("price", "DOUBLE", NumberOfNulls=0, NumberOfDistinctValues=3)
    price["StatisticsData"]["Type"] = "LONG"
    errors = sales.update_column_statistics_for_table(**AT, ColumnStatisticsList=[price])["Errors"]
    assert errors[0]["Error"]["ErrorCode"] == "InvalidInputException"
    assert sales.get_column_statistics_for_table(**AT, ColumnNames=["price"])["ColumnStatisticsList"] == []


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ({}, ["customers", "orders-web"]),
        ({"SearchText": "ORDER"}, ["orders-web"]),
        ({"SearchText": "of the shop"}, ["customers"]),
        ({"SearchText": "mail"}, ["customers"]),
        ({"SearchText": '"mail"'}, []),
        ({"SearchText": '"email"'}, ["customers"]),
        ({"SearchText": "parquet"}, ["orders-web"]),
        ({"Filters": [{"Key": "Name", "Value": "web"}]}, ["orders-web"]),
        ({"Filters": [{"Key": "Name", "Value": "order"}]}, []),
        ({"Filters": [{"Key": "DatabaseName", "Value": "crm"}]}, ["customers"]),
        (
            {"Filters": [{"Key": "CreateTime", "Value": "2020-01-01T00:00:00Z", "Comparator": "LESS_THAN"}]},
            [],
        ),
        (
            {"SortCriteria": [{"FieldName": "Name", "Sort": "DESC"}]},
            ["orders-web", "customers"],
        ),
        ({"ResourceShareType": "FOREIGN"}, []),
    ],
)
def test_tables_are_searched_in_all_databases(
    glue: Catalog, request_: dict[str, Any], names: list[str]
) -> None:
    for database in ("crm", "shop"):
        glue.create_database(DatabaseInput={"Name": database})
    columns = {"Columns": [{"Name": "email", "Type": "string"}]}
    customers = {"Name": "customers", "Description": "Of the shop", "StorageDescriptor": columns}
    glue.create_table(DatabaseName="crm", TableInput=customers)
    orders = {"Name": "orders-web", "Parameters": {"classification": "parquet"}}
    glue.create_table(DatabaseName="shop", TableInput=orders)
    assert [found["Name"] for found in glue.search_tables(**request_)["TableList"]] == names


def test_a_search_for_what_is_not_there_is_refused(glue: Catalog, refused: Refused) -> None:
    code, message = refused(glue.search_tables, Filters=[{"Key": "Colour", "Value": "red"}])
    assert code == "NotImplementedException"
    assert "Colour" in message
    when = [{"Key": "CreateTime", "Value": "yesterday"}]
    assert refused(glue.search_tables, Filters=when)[0] == "InvalidInputException"


def test_functions_belong_to_a_database(sales: Catalog, refused: Refused) -> None:
    at = {"DatabaseName": "sales"}
    sales.create_user_defined_function(**at, FunctionInput={"FunctionName": "Net", "ClassName": "a.Net"})
    kept = sales.get_user_defined_function(**at, FunctionName="NET")["UserDefinedFunction"]
    assert (kept["FunctionName"], kept["DatabaseName"], kept["ClassName"]) == ("net", "sales", "a.Net")
    again = refused(sales.create_user_defined_function, **at, FunctionInput={"FunctionName": "net"})
    assert again[0] == "AlreadyExistsException"
    sales.update_user_defined_function(**at, FunctionName="net", FunctionInput={"ClassName": "b.Net"})
    found = sales.get_user_defined_functions(Pattern="n*")["UserDefinedFunctions"]
    assert [function["ClassName"] for function in found] == ["b.Net"]
    assert sales.get_user_defined_functions(**at, Pattern="x*") == {"UserDefinedFunctions": []}
    sales.delete_user_defined_function(**at, FunctionName="net")
    assert refused(sales.get_user_defined_function, **at, FunctionName="net")[0] == "EntityNotFoundException"


def _connection(name: str, **members: Any) -> dict[str, Any]:
    properties = {"JDBC_CONNECTION_URL": "jdbc:x://h/db", "USERNAME": "u", "PASSWORD": "secret"}
    return {"Name": name, "ConnectionType": "JDBC", "ConnectionProperties": properties, **members}


def test_a_connection_hides_its_password_when_asked(account: str, refused: Refused) -> None:
    glue = Connections(account, "us-east-1")
    glue.create_connection(ConnectionInput=_connection("redshift", MatchCriteria=["a", "b"]))
    shown = glue.get_connection(Name="redshift")["Connection"]
    assert shown["ConnectionProperties"]["PASSWORD"] == "secret"
    hidden = glue.get_connection(Name="redshift", HidePassword=True)["Connection"]
    assert "PASSWORD" not in hidden["ConnectionProperties"]
    taken = refused(glue.create_connection, ConnectionInput=_connection("redshift"))
    assert taken == ("AlreadyExistsException", "Connection already exists.")
    for wanted, found in (({"MatchCriteria": ["b"]}, 1), ({"MatchCriteria": ["c"]}, 0), ({}, 1)):
        assert len(glue.get_connections(Filter=wanted)["ConnectionList"]) == found
    glue.update_connection(Name="redshift", ConnectionInput=_connection("redshift", Description="new"))
    changed = glue.get_connection(Name="redshift")["Connection"]
    assert (changed["Description"], changed["CreationTime"]) == ("new", shown["CreationTime"])
    answer = glue.batch_delete_connection(ConnectionNameList=["redshift", "none"])
    assert answer["Succeeded"] == ["redshift"]
    assert list(answer["Errors"]) == ["none"]
    assert refused(glue.get_connection, Name="redshift")[0] == "EntityNotFoundException"


def test_connections_that_would_have_to_connect_are_refused(account: str, refused: Refused) -> None:
    glue = Connections(account, "us-east-1")
    code, message = refused(
        glue.create_connection, ConnectionInput=_connection("x", ValidateCredentials=True)
    )
    assert code == "NotImplementedException"
    assert "ValidateCredentials" in message
    assert glue.get_connections() == {"ConnectionList": []}


def test_policies_are_changed_by_those_who_know_their_hash(account: str, refused: Refused) -> None:
    glue = Policies(account, "us-east-1")
    assert refused(glue.get_resource_policy) == ("EntityNotFoundException", "Policy not found")
    must = {"PolicyExistsCondition": "MUST_EXIST"}
    failed = "ConditionCheckFailureException"
    assert refused(glue.put_resource_policy, PolicyInJson="{}", **must)[0] == failed
    assert refused(glue.put_resource_policy, PolicyInJson="{]")[0] == "InvalidInputException"
    known = glue.put_resource_policy(PolicyInJson="{}")["PolicyHash"]
    assert refused(glue.put_resource_policy, PolicyInJson="[]", PolicyHashCondition="x")[0] == failed
    glue.put_resource_policy(PolicyInJson='{"Version": "2012-10-17"}', PolicyHashCondition=known)
    assert glue.get_resource_policy()["PolicyInJson"] == '{"Version": "2012-10-17"}'
    assert len(glue.get_resource_policies()["GetResourcePoliciesResponseList"]) == 1
    glue.delete_resource_policy()
    assert refused(glue.delete_resource_policy)[0] == "EntityNotFoundException"


def test_settings_of_the_catalog(account: str, refused: Refused) -> None:
    glue = Policies(account, "us-east-1")
    kept = glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    assert kept["EncryptionAtRest"] == {"CatalogEncryptionMode": "DISABLED"}
    keyless = {"ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": True}}
    put = glue.put_data_catalog_encryption_settings
    assert refused(put, DataCatalogEncryptionSettings=keyless)[0] == "InvalidInputException"
    put(DataCatalogEncryptionSettings={"EncryptionAtRest": {"CatalogEncryptionMode": "SSE-KMS"}})
    kept = glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    assert kept["EncryptionAtRest"] == {"CatalogEncryptionMode": "SSE-KMS"}
    assert glue.get_catalog_import_status()["ImportStatus"]["ImportCompleted"] is True


def test_security_configurations_are_kept(account: str, refused: Refused) -> None:
    glue = SecurityConfigurations(account, "us-east-1")
    encryption = {"S3Encryption": [{"S3EncryptionMode": "DISABLED"}]}
    answer = glue.create_security_configuration(Name="plain", EncryptionConfiguration=encryption)
    assert answer["Name"] == "plain"
    again = {"Name": "plain", "EncryptionConfiguration": encryption}
    assert refused(glue.create_security_configuration, **again)[0] == "AlreadyExistsException"
    kept = glue.get_security_configuration(Name="plain")["SecurityConfiguration"]
    assert kept == {
        "Name": "plain",
        "CreatedTimeStamp": answer["CreatedTimestamp"],
        "EncryptionConfiguration": encryption,
    }
    glue.delete_security_configuration(Name="plain")
    assert glue.get_security_configurations() == {"SecurityConfigurations": []}
    assert refused(glue.delete_security_configuration, Name="plain")[0] == "EntityNotFoundException"
