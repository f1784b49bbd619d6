"""EventBridge Pipes over HTTP: every source, every target, enrichments, failures and states."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.functions import Functions, functions_of
from tests.support.pipes import ROLE, Pipes, Queue, pipes_of, streaming
from tests.support.waiting import eventually


@pytest.fixture
def pipes(aws, unique) -> Iterator[Pipes]:
    with pipes_of(aws, unique) as made:
        yield made


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


@pytest.fixture
def table(aws, unique) -> Iterator[tuple[str, str]]:
    """A table's name and the ARN of its stream."""
    client, name = aws("dynamodb"), unique("orders")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "orderid", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderid", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    yield name, client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    client.delete_table(TableName=name)


def test_changes_of_a_table_reach_kinesis_across_stop_start_and_update(aws, pipes: Pipes, table) -> None:
    name, source = table
    items, stream = aws("dynamodb"), pipes.stream(shards=2)
    pipe = pipes.create(
        source,
        stream.arn,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
        TargetParameters={"KinesisStreamParameters": {"PartitionKey": "$.eventID"}},
        Tags={"team": "sales"},
    )

    # WHEN an item is made, changed while the pipe is stopped, and removed after an update
    items.put_item(TableName=name, Item={"orderid": {"S": "17"}, "price": {"N": "19.99"}})
    stream.read(1)
    assert pipes.client.stop_pipe(Name=pipe)["CurrentState"] == "STOPPING"
    pipes.wait(pipe, "STOPPED")
    items.put_item(
        TableName=name, Item={"orderid": {"S": "17"}, "price": {"N": "5"}, "raw": {"B": b"\x00\x01"}}
    )
    assert pipes.client.start_pipe(Name=pipe)["CurrentState"] == "STARTING"
    pipes.wait(pipe, "RUNNING")
    stream.read(2)
    answer = pipes.client.update_pipe(Name=pipe, RoleArn=ROLE, Description="changes of orders")
    assert answer["CurrentState"] == "UPDATING"
    pipes.wait(pipe, "RUNNING")
    items.delete_item(TableName=name, Key={"orderid": {"S": "17"}})

    # THEN each change is there once, as AWS writes it, under its own id
    records = stream.read(3)
    assert len(records) == 3
    events = sorted((json.loads(record["Data"]) for record in records), key=_sequence)
    assert [event["eventName"] for event in events] == ["INSERT", "MODIFY", "REMOVE"]
    assert {record["PartitionKey"] for record in records} == {event["eventID"] for event in events}
    insert, modify, remove = events
    assert list(insert) == [
        *("eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN")
    ]
    assert isinstance(insert["dynamodb"]["ApproximateCreationDateTime"], int)
    assert modify["dynamodb"]["NewImage"]["raw"] == {"B": "AAE="}
    assert "NewImage" not in remove["dynamodb"]
    assert remove["dynamodb"]["OldImage"]["price"] == {"N": "5"}

    # AND the pipe is described with its defaults
    described = pipes.client.describe_pipe(Name=pipe)
    assert described["Description"] == "changes of orders"
    assert described["Tags"] == {"team": "sales"}
    assert described["SourceParameters"]["DynamoDBStreamParameters"] == {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "StartingPosition": "LATEST",
    }


def _sequence(event: dict[str, Any]) -> int:
    return int(event["dynamodb"]["SequenceNumber"])


def test_kinesis_through_an_enrichment_into_a_fifo_queue(pipes: Pipes, make_function: Functions) -> None:
    enrich = make_function(
        """
        import base64, json

        def handler(event, context):
            orders = []
            for record in event:
                order = json.loads(base64.b64decode(record["data"]))
                if order["qty"] > 0:
                    orders.append(order | {"id": record["eventID"], "total": order["qty"] * 2})
            return orders
        """
    )
    stream, queue = pipes.stream(), pipes.queue(".fifo", FifoQueue="true")
    pipes.create(
        stream.arn,
        queue.arn,
        SourceParameters=streaming()
        | {"FilterCriteria": {"Filters": [{"Pattern": '{"data": {"city": [{"prefix": "O"}]}}'}]}},
        Enrichment=enrich.arn,
        TargetParameters={
            "SqsQueueParameters": {"MessageGroupId": "$.city", "MessageDeduplicationId": "$.id"},
            "InputTemplate": '{"city": "<$.city>", "total": <$.total>, "by": <aws.pipes.pipe-name>}',
        },
    )
    stream.put({"city": "Oslo", "qty": 3}, {"city": "Rome", "qty": 9}, {"city": "Oslo", "qty": 0})
    stream.put({"city": "Osaka", "qty": 1})

    messages = queue.take(2)
    bodies = [json.loads(message["Body"]) for message in messages]
    assert [(body["city"], body["total"]) for body in bodies] == [("Oslo", 6), ("Osaka", 2)]
    assert [message["Attributes"]["MessageGroupId"] for message in messages] == ["Oslo", "Osaka"]
    assert bodies[0]["by"] == pipes.names[0]


def _topic(pipes: Pipes, queue: Queue) -> str:
    sns = pipes.aws("sns")
    arn = sns.create_topic(Name=pipes.unique("topic"))["TopicArn"]
    pipes.afterwards.append(lambda: sns.delete_topic(TopicArn=arn))
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"})
    return arn


def _bus(pipes: Pipes, queue: Queue) -> str:
    events, name = pipes.aws("events"), pipes.unique("bus")
    arn = events.create_event_bus(Name=name)["EventBusArn"]
    pipes.afterwards.append(lambda: events.delete_event_bus(Name=name))
    events.put_rule(Name=name, EventBusName=name, EventPattern='{"detail-type": ["Event from aws:sqs"]}')
    pipes.afterwards.append(lambda: events.delete_rule(Name=name, EventBusName=name, Force=True))
    events.put_targets(
        Rule=name, EventBusName=name, Targets=[{"Id": "queue", "Arn": queue.arn, "InputPath": "$.detail"}]
    )
    pipes.afterwards.append(lambda: events.remove_targets(Rule=name, EventBusName=name, Ids=["queue"]))
    return arn


def _machine(pipes: Pipes, queue: Queue, kind: str) -> str:
    definition = {
        "StartAt": "Send",
        "States": {
            "Send": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": queue.url, "MessageBody.$": "States.JsonToString($[0])"},
                "ResultPath": None,
                "OutputPath": None,
                "End": True,
            }
        },
    }
    client = pipes.aws("stepfunctions")
    arn = client.create_state_machine(
        name=pipes.unique("machine"), definition=json.dumps(definition), roleArn=ROLE, type=kind
    )["stateMachineArn"]
    pipes.afterwards.append(lambda: client.delete_state_machine(stateMachineArn=arn))
    return arn


@pytest.mark.parametrize("kind", ["sqs", "sns", "events", "express", "standard", "kinesis"])
def test_a_queue_to_every_target_that_can_be_read_back(pipes: Pipes, kind: str) -> None:
    source, queue = pipes.queue(), pipes.queue()
    parameters: dict[str, Any] = {"InputTemplate": '{"order": <$.body.order>, "from": "<$.eventSource>"}'}
    match kind:
        case "sqs":
            target = queue.arn
        case "sns":
            target = _topic(pipes, queue)
        case "events":
            target = _bus(pipes, queue)
        case "express":
            target = _machine(pipes, queue, "EXPRESS")
        case "standard":
            target = _machine(pipes, queue, "STANDARD")
            parameters["StepFunctionStateMachineParameters"] = {"InvocationType": "FIRE_AND_FORGET"}
        case _:
            stream = pipes.stream()
            target = stream.arn
            parameters["KinesisStreamParameters"] = {"PartitionKey": "$.body.order"}
    pipes.create(
        source.arn,
        target,
        SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": '{"body": {"order": ["17"]}}'}]}},
        TargetParameters=parameters,
    )
    source.send({"order": "18"})
    source.send({"order": "17"})

    expected = {"order": "17", "from": "aws:sqs"}
    if kind == "kinesis":
        (record,) = stream.read(1)
        assert json.loads(record["Data"]) == expected
        assert record["PartitionKey"] == "17"
    else:
        assert queue.bodies(1) == [expected]
    eventually(source.empty, expecting="the source to be empty: delivered, or turned away by the filter")


def test_a_bad_record_is_isolated_and_its_place_is_told_to_the_dead_letter_queue(
    pipes: Pipes, make_function: Functions
) -> None:
    function = make_function(
        """
        import base64, json

        def handler(event, context):
            failures = []
            for record in event:
                order = json.loads(base64.b64decode(record["data"]))
                if order == "bad":
                    failures.append({"itemIdentifier": record["eventID"]})
            return {"batchItemFailures": failures}
        """
    )
    stream, letters = pipes.stream(), pipes.queue()
    stream.put("a", "bad", "b")
    numbers = [record["SequenceNumber"] for record in stream.records()]
    pipe = pipes.create(
        stream.arn,
        function.arn,
        SourceParameters=streaming(
            MaximumRetryAttempts=1,
            OnPartialBatchItemFailure="AUTOMATIC_BISECT",
            DeadLetterConfig={"Arn": letters.arn},
        ),
    )
    (letter,) = letters.bodies(1)
    assert letter["context"] == {
        "partnerResourceArn": f"arn:aws:pipes:us-east-1:000000000000:pipe/{pipe}",
        "condition": "RetryAttemptsExhausted",
    }
    info = letter["KinesisBatchInfo"]
    assert (info["startSequenceNumber"], info["endSequenceNumber"]) == (numbers[1], numbers[1])
    assert (info["shardId"], info["batchSize"]) == ("shardId-000000000000", 1)
    assert info["streamArn"] == stream.arn


def test_every_step_of_an_execution_is_logged(aws, unique, pipes: Pipes) -> None:
    logs, group = aws("logs"), unique("/aws/vendedlogs/pipes/")
    logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    source, target = pipes.queue(), pipes.queue()
    pipe = pipes.create(
        source.arn,
        target.arn,
        LogConfiguration={
            "Level": "TRACE",
            "IncludeExecutionData": ["ALL"],
            "CloudwatchLogsLogDestination": {"LogGroupArn": arn},
        },
        TargetParameters={"InputTemplate": '{"said": "<$.body>"}'},
    )
    source.send("hello")
    assert target.bodies(1) == [{"said": "hello"}]

    def written() -> list[dict[str, Any]] | None:
        found = [
            json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"]
        ]
        return found if len(found) >= 8 else None

    records = eventually(written, expecting="the log records of one execution")
    logs.delete_log_group(logGroupName=group)
    assert [record["messageType"] for record in records] == [
        *("ExecutionStarted", "TargetStageEntered", "TargetTransformationStarted"),
        *("TargetTransformationSucceeded", "TargetInvocationStarted", "TargetInvocationSucceeded"),
        *("TargetStageSucceeded", "ExecutionSucceeded"),
    ]
    assert {record["resourceArn"].rsplit("/", 1)[1] for record in records} == {pipe}
    assert len({record["executionId"] for record in records}) == 1
    assert json.loads(records[3]["payload"]) == [{"said": "hello"}]
    assert "said" in records[5]["awsRequest"]


def test_records_reach_s3_through_firehose_across_a_resharding(aws, unique, pipes: Pipes) -> None:
    s3, firehose = aws("s3"), aws("firehose")
    bucket = name = unique("orders")
    s3.create_bucket(Bucket=bucket)
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": ROLE,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 0},
        },
    )
    target = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    eventually(
        lambda: (
            firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"][
                "DeliveryStreamStatus"
            ]
            == "ACTIVE"
        ),
        expecting="the delivery stream to be active",
    )
    stream = pipes.stream()
    pipes.create(
        stream.arn,
        target["DeliveryStreamARN"],
        SourceParameters=streaming(ParallelizationFactor=3),
        TargetParameters={"InputTemplate": '{"n": <$.data.n>, "key": "<$.partitionKey>"}\n'},
    )
    for number in range(30):
        if number == 15:
            stream.client.split_shard(
                StreamARN=stream.arn, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127)
            )
            eventually(lambda: len(open_shards(stream)) == 2, expecting="two open shards")
        stream.put({"n": number}, key=f"key-{number % 3}")

    def lines() -> list[dict[str, Any]] | None:
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        bodies = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
        found = [json.loads(line) for body in bodies for line in body.splitlines()]
        return found if len(found) >= 30 else None

    found = eventually(lines, expecting="thirty lines in S3")
    assert sorted(line["n"] for line in found) == list(range(30))
    firehose.delete_delivery_stream(DeliveryStreamName=name)
    for item in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=item["Key"])
    s3.delete_bucket(Bucket=bucket)


def open_shards(stream: Any) -> list[dict[str, Any]]:
    """The shards that records go to."""
    shards = stream.client.list_shards(StreamARN=stream.arn)["Shards"]
    return [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]


def test_log_events_are_written_as_a_target(aws, unique, pipes: Pipes) -> None:
    logs, group = aws("logs"), unique("orders")
    logs.create_log_group(logGroupName=group)
    stream = pipes.stream()
    pipes.create(
        stream.arn,
        f"arn:aws:logs:us-east-1:000000000000:log-group:{group}",
        SourceParameters=streaming(),
        TargetParameters={
            "InputTemplate": '{"id": "<$.data.id>"}',
            "CloudWatchLogsParameters": {"LogStreamName": "$.data.shop", "Timestamp": "$.data.at"},
        },
    )
    moment = 1_000 * int(stream_time(stream))
    stream.put({"id": "1", "shop": "oslo", "at": moment}, {"id": "2", "shop": "rome", "at": str(moment)})
    events = eventually(
        lambda: found if len(found := logs.filter_log_events(logGroupName=group)["events"]) == 2 else None,
        expecting="two log events",
    )
    logs.delete_log_group(logGroupName=group)
    assert {(event["logStreamName"], event["message"], event["timestamp"]) for event in events} == {
        ("oslo", '{"id": "1"}', moment),
        ("rome", '{"id": "2"}', moment),
    }


def stream_time(stream: Any) -> float:
    """The lab's own time, in seconds."""
    summary = stream.client.describe_stream_summary(StreamARN=stream.arn)
    return summary["StreamDescriptionSummary"]["StreamCreationTimestamp"].timestamp()


def test_what_cannot_work_is_refused_in_awss_words(pipes: Pipes) -> None:
    client, stream, queue = pipes.client, pipes.stream(), pipes.queue()

    def refusal(**changes: Any) -> tuple[str, str]:
        request: dict[str, Any] = {"Source": stream.arn, "Target": queue.arn, "RoleArn": ROLE}
        request |= {"Name": pipes.unique("pipe"), "SourceParameters": streaming(), **changes}
        with pytest.raises(ClientError) as caught:
            client.create_pipe(**request)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    assert refusal(SourceParameters={}) == (
        "ValidationException",
        '{"ValidationErrorFields":[{"Name":"SourceParameters.KinesisStreamParameters",'
        '"Message":"Missing required parameter."}]}',
    )
    assert refusal(SourceParameters=streaming(ParallelizationFactor=11)) == (
        "ValidationException",
        "[numeric instance is greater than the required maximum (maximum: 10, found: 11)]",
    )
    code, message = refusal(SourceParameters=streaming(MaximumRecordAgeInSeconds=10))
    assert "must be either -1 (forever) or between 60 and 604800 (inclusive)" in message
    code, message = refusal(Target="arn:aws:ecs:us-east-1:000000000000:cluster/orders")
    assert (code, "ECS tasks as a target are missing" in message) == ("ValidationException", True)
    code, message = refusal(
        SourceParameters=streaming() | {"FilterCriteria": {"Filters": [{"Pattern": '{"data": ["x"]}'}]}}
    )
    assert "valid JSON format" in message

    name = pipes.create(
        stream.arn, queue.arn, SourceParameters=streaming(), DesiredState="STOPPED", state="STOPPED"
    )
    assert refusal(Name=name) == ("ConflictException", f"Pipe {name} already exists.")
    with pytest.raises(client.exceptions.NotFoundException, match=r"Pipe nobody does not exist\."):
        client.describe_pipe(Name="nobody")


def test_a_pipe_whose_stream_is_missing_or_goes_says_so(pipes: Pipes) -> None:
    gone = "Stream not found. To resume processing please delete the pipe and create a new one."
    queue, stream = pipes.queue(), pipes.stream()
    missing = stream.arn + "-missing"
    name = pipes.create(missing, queue.arn, SourceParameters=streaming(), state="CREATE_FAILED")
    assert pipes.client.describe_pipe(Name=name)["StateReason"] == gone

    name = pipes.create(stream.arn, queue.arn, SourceParameters=streaming())
    pipes.streams.remove(stream)
    stream.client.delete_stream(StreamName=stream.name)
    assert pipes.wait(name, "STOPPED")["StateReason"] == gone


def test_pipes_are_listed_page_by_page_and_tagged(pipes: Pipes) -> None:
    client, first, second = pipes.client, pipes.queue(), pipes.queue()
    stopped = {"DesiredState": "STOPPED", "state": "STOPPED"}
    names = sorted(pipes.create(first.arn, second.arn, **stopped) for _ in range(3))
    running = pipes.create(second.arn, first.arn)

    pages = list(
        client.get_paginator("list_pipes").paginate(SourcePrefix=first.arn, PaginationConfig={"PageSize": 2})
    )
    assert [[pipe["Name"] for pipe in page["Pipes"]] for page in pages] == [names[:2], names[2:]]
    found = client.list_pipes(CurrentState="RUNNING", TargetPrefix=first.arn)["Pipes"]
    assert [pipe["Name"] for pipe in found] == [running]

    arn = client.describe_pipe(Name=running)["Arn"]
    client.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    client.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    pipes.delete(running)
    with pytest.raises(client.exceptions.NotFoundException):
        client.list_tags_for_resource(resourceArn=arn)
