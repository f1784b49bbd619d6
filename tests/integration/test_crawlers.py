"""Crawlers over HTTP: from objects in S3 to tables, events and logs."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.waiting import eventually

ORDER = {"order_id": "1469", "product_name": "Microtek", "quantity": 5, "price": 10849.21}


@pytest.fixture
def crawl(aws: Callable[..., Any], unique: Callable[[str], str]) -> Callable[..., dict[str, Any]]:
    """Make a crawler of some targets, run it and give what GetCrawler answers at its end."""
    glue = aws("glue")

    def run(targets: dict[str, Any], name: str = "", **members: Any) -> dict[str, Any]:
        name = name or unique("crawler")
        if name not in glue.list_crawlers()["CrawlerNames"]:
            glue.create_crawler(Name=name, Role="glue", Targets=targets, **members)
        glue.start_crawler(Name=name)
        return eventually(
            lambda: next(
                (one for one in [glue.get_crawler(Name=name)["Crawler"]] if one["State"] == "READY"), None
            ),
            within=20,
            expecting=f"crawler {name} to be READY",
        )

    return run


def test_from_objects_to_a_table(
    aws: Callable[..., Any], unique: Callable[[str], str], crawl: Callable[..., dict[str, Any]]
) -> None:
    s3, glue, logs, sqs, events = (aws(name) for name in ("s3", "glue", "logs", "sqs", "events"))
    bucket, database, name = unique("orders"), unique("sales"), unique("crawler")
    s3.create_bucket(Bucket=bucket)
    for hour in range(3):
        s3.put_object(Bucket=bucket, Key=f"2024/05/01/{hour:02}/f", Body=f"{json.dumps(ORDER)}\n" * 2)
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {
        "source": ["aws.glue"],
        "detail-type": ["Glue Crawler State Change"],
        "detail": {"crawlerName": [name]},
    }
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    glue.create_classifier(
        JsonClassifier={"Name": name, "JsonPath": "$.order_id,$.product_name,$.quantity,$.price"}
    )
    crawler = crawl(
        {"S3Targets": [{"Path": f"s3://{bucket}"}]},
        name,
        DatabaseName=database,
        Classifiers=[name],
        TablePrefix="outlook_",
    )
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    (table,) = glue.get_tables(DatabaseName=database)["TableList"]
    assert table["Name"] == f"outlook_{bucket.replace('-', '_')}"
    assert {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]} == {
        "order_id": "string",
        "product_name": "string",
        "quantity": "int",
        "price": "double",
    }
    assert [key["Name"] for key in table["PartitionKeys"]] == [f"partition_{at}" for at in range(4)]
    assert table["Parameters"]["recordCount"] == "6"
    assert table["CreatedBy"] == "arn:aws:sts::000000000000:assumed-role/glue/AWS-Crawler"
    assert table["LastAccessTime"] == table["CreateTime"]
    partitions = glue.get_partitions(DatabaseName=database, TableName=table["Name"])["Partitions"]
    assert sorted(partition["Values"][3] for partition in partitions) == ["00", "01", "02"]

    again = crawl({}, name)
    assert again["LastCrawl"]["Status"] == "SUCCEEDED"
    assert glue.get_tables(DatabaseName=database)["TableList"] == [table]

    # EventBridge promises no order, so the two crawls' events are told apart by what they say
    told = [one["detail"] for one in _messages(sqs, queue, 4)]
    assert sorted(detail["state"] for detail in told) == ["Started"] * 2 + ["Succeeded"] * 2
    ended = [detail for detail in told if detail["state"] == "Succeeded"]
    counted = [(one["tablesCreated"], one["partitionsCreated"], one["tablesUpdated"]) for one in ended]
    assert sorted(counted) == [
        ("0", "0", "0"),
        ("1", "3", "0"),
    ]
    lines = logs.get_log_events(logGroupName="/aws-glue/crawlers", logStreamName=name)["events"]
    assert any(f"Created table {table['Name']} in database {database}" in line["message"] for line in lines)
    (newest, first) = glue.list_crawls(CrawlerName=name)["Crawls"]
    assert (newest["State"], first["State"]) == ("COMPLETED", "COMPLETED")
    assert json.loads(json.loads(first["Summary"])["TABLE"]["ADD"]) == {
        "Details": {"names": [table["Name"]]},
        "Count": 1,
    }


def _messages(sqs: Any, queue: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def enough() -> bool:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return len(found) >= count

    eventually(enough, within=10, expecting=f"{count} events of the crawler")
    return found


def test_a_crawl_that_fails_says_why(
    aws: Callable[..., Any], unique: Callable[[str], str], crawl: Callable[..., dict[str, Any]]
) -> None:
    gone = unique("gone")
    last = crawl({"S3Targets": [{"Path": f"s3://{gone}/x/"}]}, DatabaseName=unique("db"))["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert last["ErrorMessage"].startswith("The specified bucket does not exist")
    assert gone in last["ErrorMessage"]


def test_a_dynamodb_table(
    aws: Callable[..., Any], unique: Callable[[str], str], crawl: Callable[..., dict[str, Any]]
) -> None:
    dynamodb, glue = aws("dynamodb"), aws("glue")
    name, database = unique("Orders-Table"), unique("db")
    arn = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    dynamodb.put_item(TableName=name, Item={"orderId": {"S": "1"}, "price": {"N": "1.5"}})
    dynamodb.put_item(
        TableName=name, Item={"orderId": {"S": "2"}, "tags": {"SS": ["a"]}, "price": {"N": "2"}}
    )
    last = crawl({"DynamoDBTargets": [{"Path": name}]}, DatabaseName=database)["LastCrawl"]
    assert last["Status"] == "SUCCEEDED"
    (table,) = glue.get_tables(DatabaseName=database)["TableList"]
    assert table["Name"] == name.lower().replace("-", "_")
    assert table["StorageDescriptor"]["Location"] == arn
    assert {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]} == {
        "orderid": "string",
        "price": "double",
        "tags": "array<string>",
    }
    assert table["Parameters"]["classification"] == "dynamodb"

    # a catalog target brings the table up to date: https://docs.aws.amazon.com/glue/latest/dg/crawler-source-type.html
    dynamodb.put_item(TableName=name, Item={"orderId": {"S": "3"}, "paid": {"BOOL": True}})
    targets = {"CatalogTargets": [{"DatabaseName": database, "Tables": [table["Name"]]}]}
    last = crawl(targets, SchemaChangePolicy={"DeleteBehavior": "LOG"})["LastCrawl"]
    assert last["Status"] == "SUCCEEDED"
    columns = glue.get_table(DatabaseName=database, Name=table["Name"])["Table"]["StorageDescriptor"][
        "Columns"
    ]
    assert {"Name": "paid", "Type": "boolean"} in columns


def test_errors_have_their_classes(aws: Callable[..., Any], unique: Callable[[str], str]) -> None:
    glue = aws("glue")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.start_crawler(Name=unique("gone"))
    name = unique("crawler")
    glue.create_crawler(Name=name, Role="glue", Targets={"S3Targets": [{"Path": "s3://b"}]}, Tags={"a": "b"})
    with pytest.raises(glue.exceptions.CrawlerNotRunningException):
        glue.stop_crawler(Name=name)
    with pytest.raises(glue.exceptions.NoScheduleException):
        glue.start_crawler_schedule(CrawlerName=name)
    arn = f"arn:aws:glue:us-east-1:000000000000:crawler/{name}"
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"a": "b"}
    glue.delete_crawler(Name=name)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_crawler(Name=name)
