"""What hangs on a table: tags, TTL, backups, insights, policies, Kinesis destinations.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

import json

import pytest

from tests.emulator.dynamodb.asking import S, assert_refused, saying
from tests.emulator.dynamodb.conftest import ACCOUNT, REGION, unique, wait_until_active
from tests.support.waiting import eventually


@pytest.fixture
def table(make_table) -> str:
    return make_table("pk:S")


@pytest.fixture
def arn(dynamodb, table) -> str:
    return dynamodb.describe_table(TableName=table)["Table"]["TableArn"]


# --- tags ---


@pytest.fixture
def tags(dynamodb, arn):
    def read() -> dict[str, str]:
        return {t["Key"]: t["Value"] for t in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}

    return read


def tag(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def test_tags_are_added_changed_and_removed(dynamodb, arn, tags):
    assert tags() == {}
    dynamodb.tag_resource(ResourceArn=arn, Tags=tag(env="test", project="lab"))
    dynamodb.tag_resource(ResourceArn=arn, Tags=tag(env="live", team="data"))
    assert tags() == {"env": "live", "project": "lab", "team": "data"}
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["team", "never-there"])
    assert tags() == {"env": "live", "project": "lab"}


def test_fifty_tags_are_the_most(dynamodb, arn, tags):
    dynamodb.tag_resource(ResourceArn=arn, Tags=tag(**{f"k{n}": "v" for n in range(50)}))
    assert len(tags()) == 50
    request = {"ResourceArn": arn, "Tags": tag(one_more="v")}
    assert_refused(dynamodb, "TagResource", request, "ValidationException")


def test_tags_of_what_is_no_arn(dynamodb):
    request = {"ResourceArn": "not-an-arn", "Tags": tag(a="b")}
    assert_refused(dynamodb, "TagResource", request, "ValidationException")


def test_tags_of_another_accounts_table(dynamodb):
    absent = f"arn:aws:dynamodb:{REGION}:111122223333:table/{unique('absent')}"
    request = {"ResourceArn": absent}
    assert_refused(dynamodb, "ListTagsOfResource", request, "AccessDeniedException")


# --- TTL ---


def ttl(enabled: bool, attribute: str = "expires") -> dict:
    return {"TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}


def test_ttl_is_off_at_first(dynamodb, table):
    description = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert description == {"TimeToLiveStatus": "DISABLED"}


@pytest.mark.parametrize("attribute", ["ttl", "expiresAt"])
def test_ttl_is_switched_on(dynamodb, table, attribute):
    answer = dynamodb.update_time_to_live(TableName=table, **ttl(True, attribute))
    assert answer["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": attribute}
    description = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert description["AttributeName"] == attribute
    assert description["TimeToLiveStatus"] in ("ENABLING", "ENABLED")


def test_ttl_that_is_on_is_not_switched_on_again(dynamodb, table):
    dynamodb.update_time_to_live(TableName=table, **ttl(True))
    request = {"TableName": table} | ttl(True)
    message = saying("TimeToLive is already enabled")
    assert_refused(dynamodb, "UpdateTimeToLive", request, "ValidationException", message)


def test_ttl_that_is_off_is_not_switched_off(dynamodb, table):
    request = {"TableName": table} | ttl(False)
    message = saying("TimeToLive is already disabled")
    assert_refused(dynamodb, "UpdateTimeToLive", request, "ValidationException", message)


@pytest.mark.parametrize("attribute", ["", None])
def test_ttl_needs_an_attribute(dynamodb, table, attribute):
    specification = {"Enabled": True} | ({} if attribute is None else {"AttributeName": attribute})
    request = {"TableName": table, "TimeToLiveSpecification": specification}
    assert_refused(dynamodb, "UpdateTimeToLive", request, "ValidationException")


# --- backups ---


def test_point_in_time_recovery(dynamodb, table):
    def status() -> str:
        answer = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        return answer["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]

    assert status() == "DISABLED"
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    assert status() == "ENABLED"


@pytest.fixture
def backup(dynamodb, table):
    """ARN of a backup of the table with one item."""
    dynamodb.put_item(TableName=table, Item={"pk": S("kept")})
    details = dynamodb.create_backup(TableName=table, BackupName="before-the-change")["BackupDetails"]
    assert (details["BackupName"], details["BackupType"]) == ("before-the-change", "USER")

    def available() -> bool:
        answer = dynamodb.describe_backup(BackupArn=details["BackupArn"])
        return answer["BackupDescription"]["BackupDetails"]["BackupStatus"] == "AVAILABLE"

    eventually(available, within=20, expecting="the backup to be available")
    return details["BackupArn"]


def test_backup_is_listed_described_and_deleted(dynamodb, table, backup):
    listed = dynamodb.list_backups(TableName=table)["BackupSummaries"]
    assert [summary["BackupArn"] for summary in listed] == [backup]
    deleted = dynamodb.delete_backup(BackupArn=backup)["BackupDescription"]
    assert deleted["BackupDetails"]["BackupArn"] == backup
    assert_refused(dynamodb, "DescribeBackup", {"BackupArn": backup}, "BackupNotFoundException")


def test_backup_is_restored(dynamodb, table, backup):
    dynamodb.put_item(TableName=table, Item={"pk": S("later")})
    target = unique("restored")
    restored = dynamodb.restore_table_from_backup(TargetTableName=target, BackupArn=backup)
    summary = restored["TableDescription"]["RestoreSummary"]
    assert (summary["SourceBackupArn"], summary["RestoreInProgress"]) == (backup, True)
    wait_until_active(dynamodb, target)
    assert dynamodb.scan(TableName=target)["Items"] == [{"pk": S("kept")}]
    dynamodb.delete_table(TableName=target)


def test_backup_outlives_its_table(dynamodb, table, backup):
    dynamodb.delete_table(TableName=table)
    assert dynamodb.describe_backup(BackupArn=backup)["BackupDescription"]


# --- contributor insights ---


def test_contributor_insights(dynamodb, table):
    assert dynamodb.describe_contributor_insights(TableName=table)["ContributorInsightsStatus"] == "DISABLED"
    dynamodb.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    status = dynamodb.describe_contributor_insights(TableName=table)["ContributorInsightsStatus"]
    assert status in ("ENABLING", "ENABLED")
    summaries = dynamodb.list_contributor_insights()["ContributorInsightsSummaries"]
    assert table in [summary["TableName"] for summary in summaries]


# --- resource policies ---


def policy(arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "dynamodb:GetItem",
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_policy_is_put_read_and_deleted(dynamodb, arn):
    assert_refused(dynamodb, "GetResourcePolicy", {"ResourceArn": arn}, "PolicyNotFoundException")
    put = dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy(arn))
    got = dynamodb.get_resource_policy(ResourceArn=arn)
    assert got["RevisionId"] == put["RevisionId"]
    assert json.loads(got["Policy"]) == json.loads(policy(arn))
    dynamodb.delete_resource_policy(ResourceArn=arn)
    assert_refused(dynamodb, "GetResourcePolicy", {"ResourceArn": arn}, "PolicyNotFoundException")


def test_policy_of_another_revision_is_not_replaced(dynamodb, arn):
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy(arn))
    request = {"ResourceArn": arn, "Policy": policy(arn), "ExpectedRevisionId": "12345"}
    assert_refused(dynamodb, "PutResourcePolicy", request, "PolicyNotFoundException")


# --- Kinesis destinations: the control plane ---


def test_no_destination_at_first(dynamodb, table):
    answer = dynamodb.describe_kinesis_streaming_destination(TableName=table)
    assert answer["KinesisDataStreamDestinations"] == []
