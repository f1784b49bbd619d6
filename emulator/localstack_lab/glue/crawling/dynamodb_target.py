"""A DynamoDB target: a sample of the table's items, or all of them, makes the columns.

https://docs.aws.amazon.com/glue/latest/dg/crawler-dynamodb.html
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from localstack_lab.glue.crawling import tables
from localstack_lab.glue.crawling.grouping import Table
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Log
from localstack_lab.glue.crawling.schema import Format, Schema
from localstack_lab.glue.crawling.tables import Wanted
from localstack_lab.glue.crawling.types import NULL, Type, merge, merge_all, merge_columns


def look(job: Job, target: dict[str, Any], log: Log, check: Callable[[], None]) -> Wanted:
    """Scan a table.

    Without ScanAll one page of a scan is the sample. ScanRate limits reading on AWS, where reading costs
    capacity; here it is kept in the definition.

    :raises CrawlFailed: when the table cannot be read
    """
    name = target["Path"]
    client = connect_to(aws_access_key_id=job.account, region_name=job.region).dynamodb
    try:
        table = client.describe_table(TableName=name)["Table"]
        columns, count, pages = _scanned(client, name, target.get("scanAll", True) is not False, check)
    except ClientError as error:
        told = error.response["Error"]
        raise CrawlFailed(f"{told['Message']} (Service: AmazonDynamoDBv2; Table: {name})") from error
    except BotoCoreError as error:
        raise CrawlFailed(f"The DynamoDB table {name} cannot be read: {error}") from error
    log("INFO", f"Read {count} items of DynamoDB table {name} in {pages} pages")
    keys = {entry["KeyType"]: entry["AttributeName"] for entry in table["KeySchema"]}
    size = int(table.get("TableSizeBytes") or 0)
    records = int(table.get("ItemCount") or count)
    parameters = {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": job.crawler,
        "averageRecordSize": str(size // records if records else 0),
        "classification": "dynamodb",
        "compressionType": "none",
        "hashKey": keys["HASH"],
        "objectCount": "1",
        "recordCount": str(records),
        "sizeKey": str(size),
        "typeOfData": "table",
    }
    if "RANGE" in keys:
        parameters["rangeKey"] = keys["RANGE"]
    schema = Schema(Format("dynamodb", input_format="", output_format=""), columns)
    named = tables.table_name(job.prefix, "", Table(name, schema, []))
    return Wanted(
        table["TableArn"],
        {
            "Name": named,
            "Owner": "owner",
            "Retention": 0,
            "StorageDescriptor": {
                "Columns": tables.columns_of(schema),
                "Location": table["TableArn"],
                "Compressed": False,
                "NumberOfBuckets": -1,
                "SerdeInfo": {},
                "BucketColumns": [],
                "SortColumns": [],
                "Parameters": dict(parameters),
                "StoredAsSubDirectories": False,
            },
            "PartitionKeys": [],
            "TableType": "EXTERNAL_TABLE",
            "Parameters": parameters,
        },
        [],
        schema,
    )


def _scanned(
    client: Any, name: str, everything: bool, check: Callable[[], None]
) -> tuple[tuple[tuple[str, Type], ...], int, int]:
    columns: tuple[tuple[str, Type], ...] = ()
    count = pages = 0
    request: dict[str, Any] = {"TableName": name}
    while True:
        check()
        answer = client.scan(**request)
        pages += 1
        for item in answer["Items"]:
            count += 1
            columns = merge_columns(columns, ((key, of_attribute(value)) for key, value in item.items()))
        if not everything or "LastEvaluatedKey" not in answer:
            return columns, count, pages
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def of_attribute(value: dict[str, Any]) -> Type:
    """The type of ``{"S": …}``, ``{"N": …}`` and so on."""
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return "string"
        case "N":
            return _number(inner)
        case "B":
            return "binary"
        case "BOOL":
            return "boolean"
        case "NULL":
            return NULL
        case "L":
            return ("array", merge_all(of_attribute(one) for one in inner))
        case "M":
            return ("struct", tuple((name, of_attribute(one)) for name, one in inner.items()))
        case "SS":
            return ("array", "string")
        case "BS":
            return ("array", "binary")
        case "NS":
            merged: Type = NULL
            for one in inner:
                merged = merge(merged, _number(one))
            return ("array", merged)
    raise CrawlFailed(f"DynamoDB answered an attribute of the unknown type {kind}.")


def _number(text: str) -> str:
    digits = text.lstrip("-")
    if digits.isdigit():
        return "bigint" if abs(int(text)) < 2**63 else "double"
    return "double"
