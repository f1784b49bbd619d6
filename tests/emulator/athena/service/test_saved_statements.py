"""Named queries, prepared statements, data catalogs and their metadata."""

import uuid
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.api.service import refusal
from localstack_lab.athena.service import metadata

from tests.emulator.athena.service.conftest import Athena, Engine


def test_named_queries(athena: Athena) -> None:
    members = {"Name": "top", "Database": "sales", "QueryString": "SELECT 1", "Description": "the best"}
    token = str(uuid.uuid4())
    query_id = athena("CreateNamedQuery", ClientRequestToken=token, **members)["NamedQueryId"]
    assert athena("CreateNamedQuery", ClientRequestToken=token, **members)["NamedQueryId"] == query_id
    with pytest.raises(ServiceException, match="Idempotent parameters do not match"):
        athena("CreateNamedQuery", ClientRequestToken=token, **(members | {"Name": "other"}))
    told = athena("GetNamedQuery", NamedQueryId=query_id)["NamedQuery"]
    assert told == members | {"NamedQueryId": query_id, "WorkGroup": "primary"}
    athena("UpdateNamedQuery", NamedQueryId=query_id, Name="best", QueryString="SELECT 2")
    unknown = str(uuid.uuid4())
    batch = athena("BatchGetNamedQuery", NamedQueryIds=[query_id, unknown])
    assert [query["QueryString"] for query in batch["NamedQueries"]] == ["SELECT 2"]
    assert [query["NamedQueryId"] for query in batch["UnprocessedNamedQueryIds"]] == [unknown]
    assert athena("ListNamedQueries") == {"NamedQueryIds": [query_id]}
    athena("DeleteNamedQuery", NamedQueryId=query_id)
    assert athena("ListNamedQueries") == {"NamedQueryIds": []}
    with pytest.raises(ServiceException, match=f"NamedQuery {query_id} was not found"):
        athena("DeleteNamedQuery", NamedQueryId=query_id)


def test_prepared_statements(athena: Athena) -> None:
    key = {"StatementName": "by_id", "WorkGroup": "primary"}
    athena("CreatePreparedStatement", QueryStatement="SELECT ?", Description="one", **key)
    with pytest.raises(ServiceException, match="already exists"):
        athena("CreatePreparedStatement", QueryStatement="SELECT ?", **key)
    told = athena("GetPreparedStatement", **key)["PreparedStatement"]
    assert (told["QueryStatement"], told["WorkGroupName"], told["Description"]) == (
        "SELECT ?",
        "primary",
        "one",
    )
    athena("UpdatePreparedStatement", QueryStatement="SELECT ?, 2", **key)
    batch = athena(
        "BatchGetPreparedStatement", PreparedStatementNames=["by_id", "nobody"], WorkGroup="primary"
    )
    assert [statement["QueryStatement"] for statement in batch["PreparedStatements"]] == ["SELECT ?, 2"]
    assert [s["StatementName"] for s in batch["UnprocessedPreparedStatementNames"]] == ["nobody"]
    listed = athena("ListPreparedStatements", WorkGroup="primary")["PreparedStatements"]
    assert [statement["StatementName"] for statement in listed] == ["by_id"]
    athena("DeletePreparedStatement", **key)
    with pytest.raises(ServiceException) as raised:
        athena("GetPreparedStatement", **key)
    assert raised.value.code == "ResourceNotFoundException"


def test_execute_runs_what_prepare_kept(athena: Athena, engine: Engine) -> None:
    prepared = athena.run("PREPARE latest FROM SELECT * FROM orders WHERE id = ?")
    assert prepared["Status"]["State"] == "SUCCEEDED"
    assert prepared["ResultConfiguration"]["OutputLocation"].endswith(".txt")
    execution = athena.run("EXECUTE latest USING 'a,b'")
    (request,) = engine.requests
    assert (request.text, request.parameters) == ("SELECT * FROM orders WHERE id = ?", ("'a,b'",))
    assert execution["Query"] == "EXECUTE latest USING 'a,b'"
    again = athena.run("PREPARE latest FROM SELECT 1")
    assert again["Status"]["State"] == "FAILED"
    assert "latest already exists" in again["Status"]["StateChangeReason"]
    athena.run("DEALLOCATE PREPARE latest")
    with pytest.raises(ServiceException, match="PreparedStatement latest was not found in workGroup primary"):
        athena.start("EXECUTE latest USING 1")


def test_a_result_of_another_statement_of_the_same_name_is_not_reused(athena: Athena, engine: Engine) -> None:
    reuse = {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": True}}}
    for text in ("SELECT 1", "SELECT 2"):
        athena.run(f"PREPARE same FROM {text}")
        athena.run("EXECUTE same", **reuse)
        assert athena.run("EXECUTE same", **reuse)["Statistics"]["ResultReuseInformation"] == {
            "ReusedPreviousResult": True
        }
        athena.run("DEALLOCATE PREPARE same")
    assert [request.text for request in engine.requests] == ["SELECT 1", "SELECT 2"]


def test_data_catalogs(athena: Athena, engine: Engine) -> None:
    account = athena.context.account_id
    assert athena("ListDataCatalogs")["DataCatalogsSummary"] == [
        {"CatalogName": "AwsDataCatalog", "Type": "GLUE"}
    ]
    glue = {"Name": "lake", "Type": "GLUE", "Parameters": {"catalog-id": account}}
    told = athena("CreateDataCatalog", **glue)["DataCatalog"]
    assert told == glue | {"Status": "CREATE_COMPLETE"}
    function = {"function": "arn:aws:lambda:eu-west-1:111111111111:function:reader"}
    athena("CreateDataCatalog", Name="elsewhere", Type="LAMBDA", Parameters=function)
    athena.run("SELECT 1", QueryExecutionContext={"Catalog": "LAKE"})
    assert engine.requests[0].catalog == "AwsDataCatalog"
    execution = athena.run("SELECT 1", QueryExecutionContext={"Catalog": "elsewhere"})
    assert execution["Status"]["State"] == "FAILED"
    assert "is of type LAMBDA" in execution["Status"]["StateChangeReason"]
    with pytest.raises(ServiceException, match="is of type LAMBDA"):
        athena("ListDatabases", CatalogName="elsewhere")
    assert athena("GetDataCatalog", Name="awsdatacatalog")["DataCatalog"]["Parameters"] == {
        "catalog-id": account
    }
    athena("UpdateDataCatalog", Name="lake", Type="GLUE", Description="ours")
    assert athena("DeleteDataCatalog", Name="lake")["DataCatalog"]["Description"] == "ours"
    for name in ("lake", "AwsDataCatalog"):
        with pytest.raises(ServiceException):
            athena("DeleteDataCatalog", Name=name)


class Glue:
    """A catalog with one database and two tables."""

    def get_databases(self) -> Any:
        return {"DatabaseList": [self.get_database("sales")["Database"]]}

    def get_database(self, Name: str) -> Any:
        if Name != "sales":
            raise refusal("EntityNotFoundException", f"Database {Name} not found.")
        return {"Database": {"Name": "sales", "Description": "of the shop", "CatalogId": "111111111111"}}

    def get_tables(self, DatabaseName: str) -> Any:
        self.get_database(DatabaseName)
        return {"TableList": [self._table(name) for name in ("orders", "clients")]}

    def get_table(self, DatabaseName: str, Name: str) -> Any:
        if (DatabaseName, Name) != ("sales", "orders"):
            raise refusal("EntityNotFoundException", "Entity Not Found")
        return {"Table": self._table(Name)}

    def _table(self, name: str) -> Any:
        return {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": "day", "Type": "string"}],
            "Parameters": {"EXTERNAL": "TRUE"},
            "StorageDescriptor": {
                "Columns": [{"Name": "id", "Type": "bigint", "Comment": "the key"}],
                "Location": "s3://lake/orders/",
                "InputFormat": "in",
                "OutputFormat": "out",
                "SerdeInfo": {
                    "SerializationLibrary": "serde",
                    "Parameters": {"serialization.format": "1"},
                },
            },
        }


def test_metadata_of_the_glue_catalog(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "catalog", lambda account, region: Glue())
    assert athena("ListDatabases", CatalogName="AwsDataCatalog") == {
        "DatabaseList": [{"Name": "sales", "Description": "of the shop"}]
    }
    key = {"CatalogName": "awsdatacatalog", "DatabaseName": "sales"}
    assert athena("GetDatabase", **key)["Database"]["Name"] == "sales"
    assert athena("GetTableMetadata", TableName="orders", **key)["TableMetadata"] == {
        "Name": "orders",
        "TableType": "EXTERNAL_TABLE",
        "Columns": [{"Name": "id", "Type": "bigint", "Comment": "the key"}],
        "PartitionKeys": [{"Name": "day", "Type": "string"}],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "inputformat": "in",
            "outputformat": "out",
            "location": "s3://lake/orders/",
            "serde.serialization.lib": "serde",
            "serde.param.serialization.format": "1",
        },
    }
    tables = athena("ListTableMetadata", Expression="cli.*", **key)["TableMetadataList"]
    assert [table["Name"] for table in tables] == ["clients"]
    with pytest.raises(ServiceException, match="not a regular expression"):
        athena("ListTableMetadata", Expression="(", **key)
    with pytest.raises(ServiceException) as raised:
        athena("GetTableMetadata", TableName="nothing", **key)
    assert raised.value.code == "MetadataException"
    message = str(raised.value.message)
    assert message.startswith(
        "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: Entity"
    )
    with pytest.raises(ServiceException, match="DataCatalog nowhere was not found"):
        athena("ListDatabases", CatalogName="nowhere")


def test_engine_versions(athena: Athena) -> None:
    versions = athena("ListEngineVersions")["EngineVersions"]
    assert [version["SelectedEngineVersion"] for version in versions] == ["AUTO", "Athena engine version 3"]


def test_what_is_not_here_says_so(athena: Athena) -> None:
    for operation, members in (
        ("StartSession", {"WorkGroup": "primary"}),
        ("ListCapacityReservations", {}),
        ("CreateNotebook", {"WorkGroup": "primary", "Name": "n"}),
    ):
        with pytest.raises(ServiceException, match=f"{operation} of athena is not available"):
            athena(operation, **members)
