"""Contributor Insights, resource policies, and the control plane of Kinesis streaming destinations."""

import json
from collections.abc import Iterator

import pytest

from tests.emulator.dynamodb.asking import assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import ACCOUNT, ENDPOINT, REGION, unique
from tests.emulator.dynamodb.messages import INVALID, constraint


def test_insights_are_off_at_first(dynamodb, make_table):
    answer = dynamodb.describe_contributor_insights(TableName=make_table())
    assert answer["ContributorInsightsStatus"] == "DISABLED"


def test_insights_of_a_table_and_of_its_index_are_two_settings(dynamodb, make_table):
    name = make_table(gsis={"by_a": "a:S"})
    answer = dynamodb.update_contributor_insights(
        TableName=name, IndexName="by_a", ContributorInsightsAction="ENABLE"
    )
    assert (answer["IndexName"], answer["ContributorInsightsStatus"]) == ("by_a", "ENABLING")
    index = dynamodb.describe_contributor_insights(TableName=name, IndexName="by_a")
    assert index["ContributorInsightsStatus"] == "ENABLED"
    assert dynamodb.describe_contributor_insights(TableName=name)["ContributorInsightsStatus"] == "DISABLED"


def test_insights_are_listed(dynamodb, make_table):
    name = make_table()
    dynamodb.update_contributor_insights(TableName=name, ContributorInsightsAction="ENABLE")
    summaries = dynamodb.list_contributor_insights(TableName=name)["ContributorInsightsSummaries"]
    assert summaries == [{"TableName": name, "ContributorInsightsStatus": "ENABLED"}]
    listed = dynamodb.list_contributor_insights()["ContributorInsightsSummaries"]
    assert name in [summary["TableName"] for summary in listed]
    dynamodb.update_contributor_insights(TableName=name, ContributorInsightsAction="DISABLE")
    assert dynamodb.describe_contributor_insights(TableName=name)["ContributorInsightsStatus"] == "DISABLED"


def test_insights_of_an_index_that_is_not_there(dynamodb, make_table):
    request = {"TableName": make_table(), "IndexName": "nowhere"}
    assert_refused(dynamodb, "DescribeContributorInsights", request, "ResourceNotFoundException")


def test_an_unknown_action_on_insights(dynamodb, make_table):
    request = {"TableName": make_table(), "ContributorInsightsAction": "MAYBE"}
    message = constraint(
        "MAYBE", "contributorInsightsAction", "Member must satisfy enum value set: [ENABLE, DISABLE]"
    )
    assert_refused(dynamodb, "UpdateContributorInsights", request, "ValidationException", message)


def policy(arn: str, action: str = "dynamodb:GetItem") -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def arn(make_table) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{make_table()}"


def test_a_policy_is_kept_replaced_and_removed(dynamodb, arn):
    assert_refused(dynamodb, "GetResourcePolicy", {"ResourceArn": arn}, "PolicyNotFoundException")
    first = dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy(arn))["RevisionId"]
    got = dynamodb.get_resource_policy(ResourceArn=arn)
    assert (got["Policy"], got["RevisionId"]) == (policy(arn), first)
    changed = policy(arn, "dynamodb:Query")
    second = dynamodb.put_resource_policy(ResourceArn=arn, Policy=changed)["RevisionId"]
    assert second != first
    assert dynamodb.get_resource_policy(ResourceArn=arn)["Policy"] == changed
    assert dynamodb.delete_resource_policy(ResourceArn=arn)["RevisionId"] == second
    assert_refused(dynamodb, "GetResourcePolicy", {"ResourceArn": arn}, "PolicyNotFoundException")
    assert "RevisionId" not in dynamodb.delete_resource_policy(ResourceArn=arn)


def test_an_expected_revision_guards_a_policy(dynamodb, arn):
    request = {"ResourceArn": arn, "Policy": policy(arn), "ExpectedRevisionId": "NO_POLICY"}
    revision = dynamodb.put_resource_policy(**request)["RevisionId"]
    assert_refused(dynamodb, "PutResourcePolicy", request, "PolicyNotFoundException")
    dynamodb.put_resource_policy(**request | {"ExpectedRevisionId": revision})


@pytest.mark.parametrize(
    ("document", "message"),
    cases(
        {
            "not JSON": ("{", INVALID + "Invalid policy document: This policy contains invalid Json"),
            "no statement": (
                '{"Version": "2012-10-17"}',
                INVALID + "Invalid policy document: Could not parse the policy: Statement is empty!",
            ),
            "too long": (
                json.dumps({"Statement": ["x" * 20480]}),
                INVALID + "Maximum policy size of 20480 bytes exceeded",
            ),
        }
    ),
)
def test_a_wrong_policy_is_refused(dynamodb, arn, document, message):
    request = {"ResourceArn": arn, "Policy": document}
    assert_refused(dynamodb, "PutResourcePolicy", request, "ValidationException", message)


@pytest.mark.parametrize(
    ("resource", "code", "message"),
    cases(
        {
            "no ARN": ("table/x", "ValidationException", INVALID + "ARNs must start with 'arn:': table/x"),
            "another service": (
                "arn:aws:s3:::bucket",
                "ValidationException",
                INVALID + "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::bucket",
            ),
            "an index": (
                f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/abc/index/x",
                "ValidationException",
                saying("only table or stream is accepted"),
            ),
            "a table that is not there": (
                f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/never",
                "ResourceNotFoundException",
                None,
            ),
        }
    ),
)
def test_a_policy_of_what_has_none(dynamodb, resource, code, message):
    assert_refused(dynamodb, "GetResourcePolicy", {"ResourceArn": resource}, code, message)


@pytest.fixture
def stream_arn(client_of) -> Iterator[str]:
    """ARN of a Kinesis stream: one that is there when the tests talk to an endpoint."""
    name = unique("destination")
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"
    if not ENDPOINT:
        yield arn
        return
    kinesis = client_of("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    yield arn
    kinesis.delete_stream(StreamName=name)


def destinations(dynamodb, name: str) -> list[tuple[str, str | None]]:
    answer = dynamodb.describe_kinesis_streaming_destination(TableName=name)
    return [
        (entry["DestinationStatus"], entry.get("ApproximateCreationDateTimePrecision"))
        for entry in answer["KinesisDataStreamDestinations"]
    ]


def test_a_destination_is_enabled_updated_and_disabled(dynamodb, make_table, stream_arn):
    name = make_table()
    request = {"TableName": name, "StreamArn": stream_arn}
    assert destinations(dynamodb, name) == []
    answer = dynamodb.enable_kinesis_streaming_destination(**request)
    assert (answer["StreamArn"], answer["DestinationStatus"]) == (stream_arn, "ENABLING")
    assert destinations(dynamodb, name) == [("ACTIVE", None)]
    micro = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    answer = dynamodb.update_kinesis_streaming_destination(
        **request, UpdateKinesisStreamingConfiguration=micro
    )
    assert answer["DestinationStatus"] == "UPDATING"
    assert destinations(dynamodb, name) == [("ACTIVE", "MICROSECOND")]
    assert dynamodb.disable_kinesis_streaming_destination(**request)["DestinationStatus"] == "DISABLING"
    assert [status for status, _ in destinations(dynamodb, name)] == ["DISABLED"]
    dynamodb.enable_kinesis_streaming_destination(**request)
    assert [status for status, _ in destinations(dynamodb, name)] == ["ACTIVE"]
    dynamodb.disable_kinesis_streaming_destination(**request)


def test_a_destination_in_the_wrong_state(dynamodb, make_table, stream_arn):
    request = {"TableName": make_table(), "StreamArn": stream_arn}
    state = "Table is not in a valid state to enable Kinesis Streaming Destination: "
    assert_refused(
        dynamodb,
        "DisableKinesisStreamingDestination",
        request,
        "ValidationException",
        state + "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
    )
    dynamodb.enable_kinesis_streaming_destination(**request)
    assert_refused(
        dynamodb,
        "EnableKinesisStreamingDestination",
        request,
        "ValidationException",
        state + "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
        "operation.",
    )
    assert_refused(
        dynamodb,
        "UpdateKinesisStreamingDestination",
        request,
        "ValidationException",
        saying("UpdateKinesisStreamingConfiguration cannot be null"),
    )
    same = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MILLISECOND"}}
    assert_refused(
        dynamodb,
        "UpdateKinesisStreamingDestination",
        request | same,
        "ValidationException",
        saying("Precision is already set to the desired value of MILLISECOND"),
    )
    dynamodb.disable_kinesis_streaming_destination(**request)


@pytest.mark.parametrize(
    "operation", ["EnableKinesisStreamingDestination", "DescribeKinesisStreamingDestination"]
)
def test_a_destination_of_a_table_that_is_not_there(dynamodb, names, stream_arn, operation):
    request = {"TableName": names["absent"]}
    if operation.startswith("Enable"):
        request["StreamArn"] = stream_arn
    message = f"Requested resource not found: Table: {names['absent']} not found"
    assert_refused(dynamodb, operation, request, "ResourceNotFoundException", message)
