"""The Glue Data Catalog over HTTP: what clients see, and that events and crawlers are behind it."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import awswrangler as wr
import boto3
import pytest
from botocore.exceptions import ClientError

from tests.support.waiting import eventually

Client = Callable[..., Any]


@pytest.fixture
def database(aws: Client, unique: Callable[[str], str]) -> Iterator[str]:
    """A database of its own, gone afterwards."""
    name = unique("catalog")
    aws("glue").create_database(DatabaseInput={"Name": name})
    yield name
    aws("glue").delete_database(Name=name)


def _table(name: str) -> dict[str, Any]:
    return {
        "Name": name,
        "PartitionKeys": [{"Name": "year", "Type": "int"}],
        "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "string"}]},
    }


def test_a_client_sees_typed_errors_and_times(aws: Client, database: str) -> None:
    glue = aws("glue")
    glue.create_table(DatabaseName=database, TableInput=_table("Orders"))
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert table["CreateTime"].tzinfo is not None
    assert table["VersionId"] == "0"
    with pytest.raises(glue.exceptions.EntityNotFoundException, match="Entity Not Found"):
        glue.get_table(DatabaseName=database, Name="none")
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_table(DatabaseName=database, TableInput=_table("orders"))
    with pytest.raises(glue.exceptions.InvalidInputException, match="Unsupported expression"):
        glue.get_partitions(DatabaseName=database, TableName="orders", Expression="year ==")


def test_paginators_follow_partitions(aws: Client, database: str) -> None:
    glue = aws("glue")
    at = {"DatabaseName": database, "TableName": "orders"}
    glue.create_table(DatabaseName=database, TableInput=_table("orders"))
    entries = [{"Values": [str(year)]} for year in range(2000, 2030)]
    assert glue.batch_create_partition(**at, PartitionInputList=entries)["Errors"] == []
    pages = glue.get_paginator("get_partitions").paginate(
        **at, Expression="year BETWEEN 2005 AND 2024", PaginationConfig={"PageSize": 7}
    )
    found = [partition["Values"][0] for page in pages for partition in page["Partitions"]]
    assert found == [str(year) for year in range(2005, 2025)]


def test_what_glue_has_and_the_lab_has_not_is_named(aws: Client) -> None:
    with pytest.raises(ClientError) as caught:
        aws("glue").create_dev_endpoint(EndpointName="x", RoleArn="arn:aws:iam::000000000000:role/x")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "CreateDevEndpoint" in caught.value.response["Error"]["Message"]


def test_changes_are_told_on_the_event_bus(aws: Client, unique: Callable[[str], str]) -> None:
    glue, events, sqs = aws("glue"), aws("events"), aws("sqs")
    name = unique("told")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    pattern = {"source": ["aws.glue"], "detail": {"databaseName": [name]}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:000000000000:{name}"}
    events.put_targets(Rule=name, Targets=[target])
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(DatabaseName=name, TableInput=_table("orders"))
    glue.create_partition(DatabaseName=name, TableName="orders", PartitionInput={"Values": ["2026"]})
    found: dict[str, dict[str, Any]] = {}

    def received() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            found[event["detail"]["typeOfChange"]] = event
        return len(found) == 3

    eventually(received, within=20, expecting="an event for each of three changes")
    assert found["CreateTable"]["detail-type"] == "Glue Data Catalog Database State Change"
    assert found["CreateTable"]["detail"]["changedTables"] == ["orders"]
    partition = found["CreatePartition"]
    assert partition["detail-type"] == "Glue Data Catalog Table State Change"
    assert partition["resources"] == [f"arn:aws:glue:us-east-1:000000000000:table/{name}/orders"]
    assert partition["detail"] == {
        "databaseName": name,
        "changedPartitions": ["[2026]"],
        "typeOfChange": "CreatePartition",
        "tableName": "orders",
    }
    glue.delete_database(Name=name)
    events.remove_targets(Rule=name, Ids=["1"])
    events.delete_rule(Name=name)
    sqs.delete_queue(QueueUrl=url)


def test_passwords_of_connections_are_encrypted_by_the_key_that_is_set(aws: Client) -> None:
    region = "eu-west-1"  # the setting holds for a whole catalog: one that no other test uses
    glue, kms = aws("glue", region), aws("kms", region)
    key = kms.create_key()["KeyMetadata"]["Arn"]

    def encrypt_with(arn: str) -> None:
        passwords = {"ReturnConnectionPasswordEncrypted": True, "AwsKmsKeyId": arn}
        settings = {"ConnectionPasswordEncryption": passwords}
        glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings=settings)

    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://h/db", "USERNAME": "u", "PASSWORD": "secret"}
    connection = {"Name": "kept", "ConnectionType": "JDBC", "ConnectionProperties": properties}
    encrypt_with(key)
    glue.create_connection(ConnectionInput=connection)
    kept = glue.get_connection(Name="kept")["Connection"]["ConnectionProperties"]
    assert "PASSWORD" not in kept
    blob = base64.b64decode(kept["ENCRYPTED_PASSWORD"])
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"secret"
    encrypt_with(key[:-1] + ("0" if key[-1] != "0" else "1"))
    with pytest.raises(glue.exceptions.GlueEncryptionException):
        glue.create_connection(ConnectionInput={**connection, "Name": "lost"})
    assert [found["Name"] for found in glue.get_connections()["ConnectionList"]] == ["kept"]
    glue.delete_connection(ConnectionName="kept")
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings={})


def test_awswrangler_keeps_a_table(database: str, lab_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wr.config, "glue_endpoint_url", lab_endpoint)
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    at: dict[str, Any] = {"database": database, "table": "orders", "boto3_session": session}
    wr.catalog.create_parquet_table(
        path="s3://sales/orders/",
        columns_types={"id": "string", "price": "double"},
        partitions_types={"day": "string"},
        parameters={"owner": "shop"},
        **at,
    )
    days = {f"s3://sales/orders/day={day}/": [day] for day in ("2026-01-01", "2026-01-02")}
    for _ in range(2):  # the second time all are there already
        wr.catalog.add_parquet_partitions(partitions_values=days, **at)
    assert wr.catalog.get_partitions(**at) == days
    only = wr.catalog.get_partitions(expression="day = '2026-01-02'", **at)
    assert list(only.values()) == [["2026-01-02"]]
    wr.catalog.upsert_table_parameters(parameters={"stage": "test"}, **at)
    kept = wr.catalog.get_table_parameters(**at)
    assert (kept["owner"], kept["stage"]) == ("shop", "test")
    wr.catalog.add_column(column_name="note", column_type="string", column_comment="new", **at)
    types = wr.catalog.get_table_types(**at)
    assert types == {"id": "string", "price": "double", "note": "string", "day": "string"}
    found = wr.catalog.get_tables(database=database, name_contains="rder", boto3_session=session)
    assert [table["Name"] for table in found] == ["orders"]
    wr.catalog.delete_all_partitions(**at)
    assert wr.catalog.get_partitions(**at) == {}
    assert wr.catalog.delete_table_if_exists(**at)
    assert not wr.catalog.does_table_exist(**at)


def test_a_workflow_crawls(aws: Client, database: str, unique: Callable[[str], str]) -> None:
    glue, s3, name = aws("glue"), aws("s3"), unique("nightly")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="orders/a.json", Body=b'{"id": 1}\n')
    crawlers = [f"{name}-first", f"{name}-second"]
    for crawler in crawlers:
        glue.create_crawler(
            Name=crawler,
            Role="arn:aws:iam::000000000000:role/crawler",
            DatabaseName=database,
            TablePrefix=f"{crawler.rsplit('-', 1)[1]}_",
            Targets={"S3Targets": [{"Path": f"s3://{name}/orders/"}]},
        )
    glue.create_workflow(Name=name)
    begin, then = ([{"CrawlerName": crawler}] for crawler in crawlers)
    glue.create_trigger(Name=f"{name}-begin", WorkflowName=name, Type="ON_DEMAND", Actions=begin)
    condition = {"LogicalOperator": "EQUALS", "CrawlerName": crawlers[0], "CrawlState": "SUCCEEDED"}
    glue.create_trigger(
        Name=f"{name}-then",
        WorkflowName=name,
        Type="CONDITIONAL",
        Predicate={"Conditions": [condition]},
        Actions=then,
        StartOnCreation=True,
    )
    run_id = glue.start_workflow_run(Name=name)["RunId"]

    def run() -> dict[str, Any]:
        found: dict[str, Any] = glue.get_workflow_run(Name=name, RunId=run_id)["Run"]
        return found

    eventually(lambda: run()["Status"] != "RUNNING", within=60, expecting="the end of the workflow")
    assert run()["Status"] == "COMPLETED"
    assert run()["Statistics"]["SucceededActions"] == 2
    tables = glue.get_tables(DatabaseName=database)["TableList"]
    assert [table["Name"] for table in tables] == ["first_orders", "second_orders"]
    glue.delete_workflow(Name=name)
    for crawler in crawlers:
        glue.delete_crawler(Name=crawler)
    s3.delete_object(Bucket=name, Key="orders/a.json")
    s3.delete_bucket(Bucket=name)
