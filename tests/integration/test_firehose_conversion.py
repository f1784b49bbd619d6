"""Firehose over HTTP: JSON becomes Parquet by a table of the Glue catalog, and Athena reads it."""

import json
from collections.abc import Callable
from typing import Any

from tests.support.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/firehose-test"


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]


def _answer(athena: Any, text: str, bucket: str) -> list[list[str]]:
    started = athena.start_query_execution(
        QueryString=text, ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"}
    )["QueryExecutionId"]

    def ended() -> Any:
        status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
        return status if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

    status = eventually(ended, within=30, expecting="the query to end")
    assert status["State"] == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    return [[field.get("VarCharValue", "") for field in row["Data"]] for row in rows[1:]]


def test_records_become_parquet_that_athena_reads(
    aws: Callable[..., Any], unique: Callable[[str], str]
) -> None:
    s3, glue, athena, firehose = (aws(service) for service in ("s3", "glue", "athena", "firehose"))
    bucket, database, stream = unique("lake"), unique("db").replace("-", "_"), unique("converted")
    s3.create_bucket(Bucket=bucket)
    glue.create_database(DatabaseInput={"Name": database})
    _answer(
        athena,
        f"CREATE EXTERNAL TABLE {database}.orders (id int, at timestamp, price decimal(10,2)) "
        f"STORED AS PARQUET LOCATION 's3://{bucket}/orders/'",
        bucket,
    )
    firehose.create_delivery_stream(
        DeliveryStreamName=stream,
        ExtendedS3DestinationConfiguration={
            "RoleARN": ROLE,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "Prefix": "orders/",
            "ErrorOutputPrefix": "failed/!{firehose:error-output-type}/",
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 0},
            "DataFormatConversionConfiguration": {
                "SchemaConfiguration": {"RoleARN": ROLE, "DatabaseName": database, "TableName": "orders"},
                "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
            },
        },
    )
    records = [{"ID": number, "at": 1_700_000_000, "price": "1.50"} for number in range(20)]
    data = [{"Data": json.dumps(record).encode()} for record in [*records, {"id": "not a number"}]]
    firehose.put_record_batch(DeliveryStreamName=stream, Records=data)

    (failed,) = eventually(
        lambda: _keys(s3, bucket, "failed/format-conversion-failed/"),
        within=30,
        expecting="the failed record",
    )
    told = json.loads(s3.get_object(Bucket=bucket, Key=failed)["Body"].read())
    assert told["lastErrorCode"] == "DataFormatConversion.MalformedData"
    keys = eventually(lambda: _keys(s3, bucket, "orders/"), within=30, expecting="a Parquet object")
    assert all(key.endswith(".parquet") for key in keys)
    asked = f"SELECT count(*), max(id), min(at), sum(price) FROM {database}.orders"
    assert _answer(athena, asked, bucket) == [["20", "19", "2023-11-14 22:13:20.000", "30.00"]]
    firehose.delete_delivery_stream(DeliveryStreamName=stream)
