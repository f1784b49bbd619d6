"""Versions, aliases, concurrency, asynchronous events with retries and destinations, metrics."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.support.functions import Functions, functions_of, zip_of
from tests.support.waiting import eventually


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


@pytest.fixture
def make_queue(aws, unique):
    made = []

    def make() -> tuple[str, str]:
        """A queue's URL and ARN."""
        url = aws("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
        made.append(url)
        attributes = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, attributes["Attributes"]["QueueArn"]

    yield make
    for url in made:
        aws("sqs").delete_queue(QueueUrl=url)


@pytest.fixture
def receive(aws):
    def take(url: str, within: float = 20) -> dict:
        """The next message of a queue: its JSON body, under ``attributes`` its message attributes."""
        message = eventually(
            lambda: aws("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages"),
            within=within,
            expecting="a message in the queue",
        )[0]
        aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        attributes = {
            name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()
        }
        return {"body": json.loads(message["Body"]), "attributes": attributes}

    return take


def test_versions_and_aliases_run_their_own_code(make_function, aws):
    source = (
        "def handler(event, context):\n"
        "    return [{}, context.function_version, context.invoked_function_arn]\n"
    )
    function = make_function(source.format(1))
    client = aws("lambda")
    client.publish_version(FunctionName=function.name)
    client.update_function_code(FunctionName=function.name, ZipFile=zip_of({"app.py": source.format(2)}))
    make_function.wait_updated(function)
    client.create_alias(FunctionName=function.name, Name="live", FunctionVersion="1")

    latest, first, alias = (function.invoke(Qualifier=name) for name in ("$LATEST", "1", "live"))

    assert latest.payload == [2, "$LATEST", f"{function.arn}:$LATEST"]
    assert first.payload == [1, "1", f"{function.arn}:1"]
    assert alias.payload == [1, "1", f"{function.arn}:live"]
    assert alias.version == "1"


def test_an_update_lets_a_running_invocation_finish(make_function, aws):
    source = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return {}\n"
    function = make_function(source.format("'old'"))
    function.invoke(0)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(function.invoke, 2)
        function.message("START RequestId")
        eventually(
            lambda: sum("START RequestId" in message for message in function.messages()) == 2,
            expecting="the second invocation to run",
        )

        aws("lambda").update_function_code(
            FunctionName=function.name, ZipFile=zip_of({"app.py": source.format("'new'")})
        )
        make_function.wait_updated(function)

        assert function.invoke(0).payload == "new"
        assert not running.done()
        assert running.result().payload == "old"


def test_many_environments_start_at_the_same_time(make_function):
    function = make_function("""
        import os, time
        def handler(event, context):
            time.sleep(3)
            return os.getpid()
    """)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(function.invoke, range(50)))

    assert [answer.error for answer in answers] == [None] * 50
    assert len({answer.payload for answer in answers}) == 50


def test_reserved_concurrency_throttles(make_function, aws):
    function = make_function("import time\ndef handler(event, context):\n    time.sleep(event)\n")
    client = aws("lambda")
    client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(function.invoke, 3)
        function.message("START RequestId")

        with pytest.raises(client.exceptions.TooManyRequestsException) as raised:
            function.invoke(0)

        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
        assert raised.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
        assert running.result().error is None
    assert function.invoke(0).error is None


def test_provisioned_concurrency_is_ready_before_the_first_invocation(make_function, aws):
    function = make_function("""
        import os
        def handler(event, context):
            return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
    """)
    client = aws("lambda")
    client.publish_version(FunctionName=function.name)
    client.put_provisioned_concurrency_config(
        FunctionName=function.name, Qualifier="1", ProvisionedConcurrentExecutions=2
    )

    eventually(
        lambda: (
            client.get_provisioned_concurrency_config(FunctionName=function.name, Qualifier="1")["Status"]
            == "READY"
        ),
        expecting="provisioned concurrency",
    )

    assert function.invoke(Qualifier="1").payload == "provisioned-concurrency"
    client.delete_provisioned_concurrency_config(FunctionName=function.name, Qualifier="1")


def test_an_event_reaches_its_success_destination(make_function, aws, make_queue, receive):
    url, arn = make_queue()
    function = make_function(
        "def handler(event, context):\n    return {'got': event, 'context': str(context.client_context)}\n"
    )
    client = aws("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )

    answer = client.invoke(FunctionName=function.name, InvocationType="Event", Payload=b'{"a": 1}')
    record = receive(url)["body"]

    assert answer["StatusCode"] == 202
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert record["requestPayload"] == {"a": 1}
    assert record["responsePayload"] == {"got": {"a": 1}, "context": "None"}


def test_an_event_that_fails_is_retried_and_then_goes_to_the_failure_destination(
    make_function, aws, make_queue, receive
):
    url, arn = make_queue()
    function = make_function("def handler(event, context):\n    raise ValueError('never')\n")
    client = aws("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function.name,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    client.invoke(FunctionName=function.name, InvocationType="Event", Payload=b"[7]")
    record = receive(url, within=100)["body"]

    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["requestPayload"] == [7]
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "never"
    eventually(
        lambda: sum("START RequestId" in message for message in function.messages()) == 2,
        expecting="the log of two attempts",
    )


def test_an_event_that_times_out_goes_to_the_dead_letter_queue(make_function, aws, make_queue, receive):
    url, arn = make_queue()
    function = make_function(
        "import time\ndef handler(event, context):\n    time.sleep(60)\n",
        Timeout=1,
        DeadLetterConfig={"TargetArn": arn},
    )
    client = aws("lambda")
    client.put_function_event_invoke_config(FunctionName=function.name, MaximumRetryAttempts=0)

    answer = client.invoke(FunctionName=function.name, InvocationType="Event", Payload=b'{"order": 1}')
    letter = receive(url)

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert letter["body"] == {"order": 1}
    assert letter["attributes"] == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }


def test_an_event_that_is_throttled_for_too_long_is_not_lost(make_function, aws, make_queue, receive):
    url, arn = make_queue()
    dead_letters, dead_letter_arn = make_queue()
    function = make_function(
        "import time\ndef handler(event, context):\n    time.sleep(event)\n",
        Timeout=120,
        DeadLetterConfig={"TargetArn": dead_letter_arn},
    )
    client = aws("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function.name,
        MaximumEventAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=0)

    client.invoke(FunctionName=function.name, InvocationType="Event", Payload=b"1")
    record = receive(url)["body"]

    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestPayload"] == 1
    assert receive(dead_letters)["body"] == 1


def test_many_events_run_at_the_same_time_and_none_is_lost(make_function, aws, make_queue):
    url, arn = make_queue()
    function = make_function(
        "import time\ndef handler(event, context):\n    time.sleep(0.3)\n    return event\n"
    )
    client = aws("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    for number in range(40):
        client.invoke(FunctionName=function.name, InvocationType="Event", Payload=str(number).encode())

    seen: set[int] = set()

    def all_there() -> bool:
        for message in aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            seen.add(json.loads(message["Body"])["responsePayload"])
        return len(seen) == 40

    eventually(all_there, within=30, expecting="40 results")
    assert seen == set(range(40))


def test_metrics_count_invocations_and_errors(make_function, aws):
    function = make_function("def handler(event, context):\n    return 1 / event\n")
    for event in (1, 2, 0):
        function.invoke(event)

    def total(name: str) -> float:
        now = datetime.now(UTC)
        answer = aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=[{"Name": "FunctionName", "Value": function.name}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=10),
            Period=3600,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])

    eventually(lambda: total("Invocations") == 3, expecting="three invocations in the metrics")
    assert total("Errors") == 1
    assert total("Duration") > 0


def test_a_dry_run_runs_nothing(make_function, aws):
    function = make_function()

    assert aws("lambda").invoke(FunctionName=function.name, InvocationType="DryRun")["StatusCode"] == 204
    assert function.messages() == []


def test_a_function_that_does_not_exist(aws):
    with pytest.raises(
        ClientError, match="Function not found: arn:aws:lambda:us-east-1:000000000000:function:no-such"
    ):
        aws("lambda").invoke(FunctionName="no-such")
