"""Athena over HTTP: tables made and queried, results in S3, pages, queries that are stopped, events."""

import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import pyarrow.orc
import pyarrow.parquet
import pytest
from botocore.exceptions import ClientError

from tests.support.lake import Lake
from tests.support.waiting import eventually

ORDERS = [
    {"id": 1, "product": "lamp", "price": 20.5, "day": "2026-11-01"},
    {"id": 2, "product": None, "price": 7.25, "day": "2026-11-01"},
    {"id": 3, "product": 'chair, "blue"', "price": 80.0, "day": "2026-11-02"},
]


@pytest.fixture
def lake(aws: Callable[..., Any], unique: Callable[[str], str]) -> Lake:
    """A database with the table ``orders`` of JSON lines in two partitions."""
    made = Lake(aws, unique)
    for day in ("2026-11-01", "2026-11-02"):
        lines = [
            json.dumps({name: value for name, value in order.items() if name != "day"})
            for order in ORDERS
            if order["day"] == day
        ]
        made.put(f"orders/day={day}/part.json", "\n".join(lines) + "\n")
    made.run(
        f"""CREATE EXTERNAL TABLE orders (id bigint, product string, price double)
        PARTITIONED BY (day string)
        ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
        LOCATION 's3://{made.bucket}/orders/'"""
    )
    made.run("MSCK REPAIR TABLE orders")
    return made


def test_a_table_is_made_and_queried(lake: Lake) -> None:
    rows = lake.rows("SELECT id, product, price FROM orders ORDER BY id")
    assert rows == [
        ["id", "product", "price"],
        ["1", "lamp", "20.5"],
        ["2", None, "7.25"],
        ["3", 'chair, "blue"', "80.0"],
    ]
    execution = lake.run("SELECT id, product FROM orders WHERE day = '2026-11-02'")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://{lake.bucket}/results/{execution['QueryExecutionId']}.csv"
    assert lake.get(location) == b'"id","product"\n"3","chair, ""blue"""\n'
    assert b"product" in lake.get(f"{location}.metadata")
    stored = lake.s3.head_object(Bucket=lake.bucket, Key="orders/day=2026-11-02/part.json")
    assert execution["Statistics"]["DataScannedInBytes"] == stored["ContentLength"]


def test_a_large_result_page_by_page(lake: Lake) -> None:
    rows = lake.rows("SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)")
    assert rows == [["n"], *([str(n)] for n in range(1, 2501))]


def test_zones_under_their_older_names(lake: Lake) -> None:
    """Trino knows them (https://trino.io/docs/current/language/timestamp.html); not every system has."""
    text = "SELECT TIMESTAMP '2026-07-01 12:00:00.000 UTC' AT TIME ZONE "
    zones = {"US/Pacific": "2026-07-01 05:00:00.000", "Asia/Calcutta": "2026-07-01 17:30:00.000"}
    for zone, moment in zones.items():
        assert lake.rows(f"{text}'{zone}'")[1] == [f"{moment} {zone}"]


def test_parameters_and_prepared_statements(lake: Lake) -> None:
    text = "SELECT id FROM orders WHERE price > ? ORDER BY id"
    assert lake.rows(text, ExecutionParameters=["10"]) == [["id"], ["1"], ["3"]]
    lake.run(f"PREPARE dear_{lake.database} FROM {text}")
    assert lake.rows(f"EXECUTE dear_{lake.database} USING 50") == [["id"], ["3"]]
    lake.run(f"DEALLOCATE PREPARE dear_{lake.database}")


def test_errors_are_refused_or_told(lake: Lake) -> None:
    with pytest.raises(ClientError) as raised:
        lake.start("SELEC 1")
    assert raised.value.response["Error"]["Code"] == "InvalidRequestException"
    assert raised.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"
    status = lake.ended(lake.start("SELECT * FROM nothing"))["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.")
    assert status["AthenaError"]["ErrorType"] == 1301
    status = lake.ended(lake.start("SELECT 1 / (id - id) FROM orders"))["Status"]
    assert status["StateChangeReason"] == "DIVISION_BY_ZERO: Division by zero"


def test_a_query_that_would_run_for_ever_is_stopped(lake: Lake) -> None:
    numbers = "UNNEST(sequence(1, 10000))"
    query_id = lake.start(
        f"SELECT count(*) FROM {numbers} a(x), {numbers} b(y), {numbers} c(z) WHERE x * y * z % 7 = 3"
    )
    eventually(
        lambda: lake.state(query_id)["Status"]["State"] == "RUNNING", expecting="the query to run", every=0.02
    )
    lake.athena.stop_query_execution(QueryExecutionId=query_id)
    assert lake.ended(query_id)["Status"]["State"] == "CANCELLED"


def test_what_ctas_wrote_can_be_read_again(lake: Lake) -> None:
    location = f"s3://{lake.bucket}/copy/"
    execution = lake.run(
        f"CREATE TABLE copy WITH (format = 'PARQUET', external_location = '{location}') AS "
        "SELECT * FROM orders"
    )
    manifest = lake.get(execution["Statistics"]["DataManifestLocation"]).decode().split()
    assert manifest
    assert all(url.startswith(location) for url in manifest)
    assert lake.rows("SELECT sum(price), max(day) FROM copy")[1:] == [["107.75", "2026-11-02"]]
    described = lake.athena.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName=lake.database, TableName="copy"
    )["TableMetadata"]
    assert [column["Name"] for column in described["Columns"]] == ["id", "product", "price", "day"]


def test_events_of_a_query(lake: Lake, aws: Callable[..., Any], unique: Callable[[str], str]) -> None:
    events, sqs = aws("events"), aws("sqs")
    name = unique("athena-events")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.athena"], "detail": {"currentState": ["SUCCEEDED"]}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    query_id = lake.run("SELECT 1")["QueryExecutionId"]

    def told() -> Any:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        bodies = [json.loads(message["Body"]) for message in messages]
        return [body for body in bodies if body["detail"]["queryExecutionId"] == query_id]

    (event,) = eventually(told, expecting="the event of the query's success")
    assert event["detail-type"] == "Athena Query State Change"
    assert event["detail"]["statementType"] == "DML"
    events.remove_targets(Rule=name, Ids=["queue"])
    events.delete_rule(Name=name)


def _unloaded(lake: Lake, form: str, **options: str) -> list[bytes]:
    """The files that UNLOAD wrote of id and price, as its manifest names them."""
    target = f"s3://{lake.bucket}/unloaded/"
    given = ", ".join(f"{name} = '{value}'" for name, value in {"format": form, **options}.items())
    execution = lake.run(f"UNLOAD (SELECT id, price FROM orders) TO '{target}' WITH ({given})")
    manifest = lake.get(execution["Statistics"]["DataManifestLocation"]).decode().split()
    assert manifest
    assert all(url.startswith(target) for url in manifest)
    return [lake.get(url) for url in manifest]


def test_pyarrow_reads_the_parquet_of_unload(lake: Lake) -> None:
    tables = [pyarrow.parquet.read_table(io.BytesIO(body)) for body in _unloaded(lake, "PARQUET")]
    rows = [row for table in tables for row in table.to_pylist()]
    assert sorted((row["id"], row["price"]) for row in rows) == [(1, 20.5), (2, 7.25), (3, 80.0)]


def test_pyarrow_reads_the_orc_of_unload(lake: Lake) -> None:
    tables = [pyarrow.orc.read_table(io.BytesIO(body)) for body in _unloaded(lake, "ORC")]
    rows = [row for table in tables for row in table.to_pylist()]
    assert sorted((row["id"], row["price"]) for row in rows) == [(1, 20.5), (2, 7.25), (3, 80.0)]


def test_fastavro_reads_the_avro_of_unload(lake: Lake) -> None:
    rows: list[Any] = [row for body in _unloaded(lake, "AVRO") for row in fastavro.reader(io.BytesIO(body))]
    assert sorted((row["id"], row["price"]) for row in rows) == [(1, 20.5), (2, 7.25), (3, 80.0)]


def test_anything_reads_the_json_and_the_text_of_unload(lake: Lake) -> None:
    lines = b"".join(gzip.decompress(body) for body in _unloaded(lake, "JSON")).decode().splitlines()
    assert sorted(json.loads(line)["price"] for line in lines) == [7.25, 20.5, 80.0]
    for found in lake.s3.list_objects_v2(Bucket=lake.bucket, Prefix="unloaded/")["Contents"]:
        lake.s3.delete_object(Bucket=lake.bucket, Key=found["Key"])
    bodies = _unloaded(lake, "TEXTFILE", field_delimiter=",", compression="NONE")
    assert sorted(b"".join(bodies).decode().splitlines()) == ["1,20.5", "2,7.25", "3,80.0"]


def test_awslocal(lake: Lake, lab_endpoint: str) -> None:
    def cli(*words: str) -> Any:
        command = [str(Path(sys.executable).with_name("awslocal")), "athena", *words, "--output", "json"]
        environment = {**os.environ, "AWS_ENDPOINT_URL": lab_endpoint, "AWS_DEFAULT_REGION": "us-east-1"}
        done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        return json.loads(done.stdout)

    started = cli(
        *("start-query-execution", "--query-string", "SELECT max(price) AS dearest FROM orders"),
        *("--query-execution-context", f"Database={lake.database}"),
        *("--result-configuration", f"OutputLocation=s3://{lake.bucket}/results/"),
    )
    lake.ended(started["QueryExecutionId"])
    results = cli("get-query-results", "--query-execution-id", started["QueryExecutionId"])
    values = [row["Data"][0]["VarCharValue"] for row in results["ResultSet"]["Rows"]]
    assert values == ["dearest", "80.0"]


# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg.html
def test_an_iceberg_table_from_its_making_to_its_end(lake: Lake) -> None:
    lake.run(
        "CREATE TABLE iced (id int, item string, at timestamp) PARTITIONED BY (day(at)) "
        f"LOCATION 's3://{lake.bucket}/iced/' TBLPROPERTIES ('table_type' = 'ICEBERG')"
    )
    lake.run("INSERT INTO iced VALUES (1, 'lamp', TIMESTAMP '2026-11-01 10:00:00')")
    lake.run("ALTER TABLE iced CHANGE id id bigint")
    lake.run("ALTER TABLE iced DROP COLUMN item")
    lake.run("ALTER TABLE iced RENAME TO renamed")
    assert lake.rows("SELECT id FROM renamed WHERE at >= DATE '2026-11-01'")[1:] == [["1"]]
    described = lake.athena.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName=lake.database, TableName="renamed"
    )["TableMetadata"]
    # https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-columns.html: only those of now
    assert described["Columns"] == [{"Name": "id", "Type": "bigint"}, {"Name": "at", "Type": "timestamp"}]
    in_glue = lake.glue.get_table(DatabaseName=lake.database, Name="renamed")["Table"]
    marks = {
        c["Name"]: c["Parameters"]["iceberg.field.current"] for c in in_glue["StorageDescriptor"]["Columns"]
    }
    assert marks == {"id": "true", "at": "true", "item": "false"}
    assert lake.rows("DESCRIBE renamed")[-1] == ["at_day\tday\tat"]
    lake.run("DROP TABLE renamed")
    left = lake.s3.list_objects_v2(Bucket=lake.bucket, Prefix="iced/")
    assert left["KeyCount"] == 0


def test_an_iceberg_table_that_cannot_be_leaves_no_object(lake: Lake) -> None:
    execution = lake.ended(
        lake.start(
            f"CREATE TABLE iced (id int) LOCATION 's3://{lake.bucket}/iced/' "
            "TBLPROPERTIES ('table_type' = 'ICEBERG', 'classification' = 'parquet')"
        )
    )
    assert execution["Status"]["StateChangeReason"] == "Unsupported table property key: classification"
    assert execution["Status"]["AthenaError"]["ErrorType"] == 1200
    assert lake.s3.list_objects_v2(Bucket=lake.bucket, Prefix="iced/")["KeyCount"] == 0
