"""On-demand backups and their restore, and the setting of continuous backups."""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import ENDPOINT, unique, wait_until_active
from tests.emulator.dynamodb.messages import constraint

ITEMS = [{"pk": S(str(k)), "a": S("x" if k % 2 else "y"), "n": N(k)} for k in range(6)]


@pytest.fixture
def back_up(dynamodb, request):
    """`back_up(table)` → the backup's details; it is deleted after the test."""

    def make(table: str) -> dict:
        details = dynamodb.create_backup(TableName=table, BackupName="before")["BackupDetails"]

        def remove() -> None:
            try:
                dynamodb.delete_backup(BackupArn=details["BackupArn"])
            except dynamodb.exceptions.BackupNotFoundException:
                return  # the test deleted it itself

        request.addfinalizer(remove)
        return details

    return make


@pytest.fixture
def restore(dynamodb, request):
    """`restore(arn)` → the new table's description; the table is deleted after the test."""

    def make(arn: str) -> dict:
        name = unique("restored")
        answer = dynamodb.restore_table_from_backup(TargetTableName=name, BackupArn=arn)["TableDescription"]
        request.addfinalizer(lambda: dynamodb.delete_table(TableName=name))
        return answer

    return make


def items_of(dynamodb, name: str, **more) -> list[dict]:
    return sorted(dynamodb.scan(TableName=name, **more)["Items"], key=lambda item: item["pk"]["S"])


def test_a_backup_is_described(dynamodb, make_table, back_up):
    name = make_table(items=ITEMS)
    created = back_up(name)
    assert created["BackupStatus"] == "CREATING"
    description = dynamodb.describe_backup(BackupArn=created["BackupArn"])["BackupDescription"]
    assert description["BackupDetails"] == created | {"BackupStatus": "AVAILABLE"}
    source = description["SourceTableDetails"]
    assert (source["TableName"], source["ItemCount"], source["BillingMode"]) == (name, 6, "PAY_PER_REQUEST")
    assert source["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]


def test_a_restored_table_holds_what_the_backup_held(dynamodb, make_table, back_up, restore):
    name = make_table(items=ITEMS, gsis={"by_a": "a:S"})
    arn = back_up(name)["BackupArn"]
    dynamodb.delete_item(TableName=name, Key={"pk": S("0")})
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "a": S("changed")})
    answer = restore(arn)
    assert answer["RestoreSummary"]["SourceBackupArn"] == arn
    assert answer["RestoreSummary"]["RestoreInProgress"] is True
    table = wait_until_active(dynamodb, answer["TableName"])
    assert table["RestoreSummary"]["RestoreInProgress"] is False
    assert items_of(dynamodb, table["TableName"]) == ITEMS
    assert table["ItemCount"] == 6
    odd = [item for item in items_of(dynamodb, table["TableName"], IndexName="by_a") if item["a"] == S("x")]
    assert odd == ITEMS[1::2]


def test_a_restored_table_goes_its_own_way(dynamodb, make_table, back_up, restore):
    name = make_table(items=ITEMS)
    restored = restore(back_up(name)["BackupArn"])["TableName"]
    dynamodb.put_item(TableName=restored, Item={"pk": S("new")})
    assert items_of(dynamodb, name) == ITEMS


def test_a_backup_outlives_its_table(dynamodb, make_table, back_up, restore):
    name = make_table(items=ITEMS)
    arn = back_up(name)["BackupArn"]
    dynamodb.delete_table(TableName=name)
    assert items_of(dynamodb, restore(arn)["TableName"]) == ITEMS


def test_backups_are_listed_by_table(dynamodb, make_table, back_up):
    name, other = make_table(), make_table()
    arns = [back_up(name)["BackupArn"] for _ in range(3)]
    back_up(other)
    page = dynamodb.list_backups(TableName=name, Limit=2)
    rest = dynamodb.list_backups(TableName=name, ExclusiveStartBackupArn=page["LastEvaluatedBackupArn"])
    found = [summary["BackupArn"] for summary in page["BackupSummaries"] + rest["BackupSummaries"]]
    assert sorted(found) == sorted(arns)
    assert "LastEvaluatedBackupArn" not in rest


def test_a_deleted_backup_is_gone(dynamodb, make_table, back_up):
    arn = back_up(make_table(items=ITEMS))["BackupArn"]
    deleted = dynamodb.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert (deleted["BackupArn"], deleted["BackupStatus"]) == (arn, "DELETED")
    for operation in ("DescribeBackup", "DeleteBackup"):
        assert_refused(dynamodb, operation, {"BackupArn": arn}, "BackupNotFoundException")


def test_a_restore_needs_a_free_name(dynamodb, make_table, back_up):
    name = make_table()
    request = {"TargetTableName": name, "BackupArn": back_up(name)["BackupArn"]}
    assert_refused(dynamodb, "RestoreTableFromBackup", request, "TableAlreadyExistsException")


@pytest.mark.parametrize(
    ("operation", "members", "message"),
    cases(
        {
            "wrong ARN": ("DescribeBackup", {"BackupArn": "x" * 40}, "Invalid Backup ARN"),
            "limit of 0": (
                "ListBackups",
                {"Limit": 0},
                constraint("0", "limit", "Member must have value greater than or equal to 1"),
            ),
            "restore to a point in time": (
                "RestoreTableToPointInTime",
                {"TargetTableName": "abc"},
                saying("keeps no history"),
            ),
        }
    ),
)
def test_refused(dynamodb, operation, members, message):
    assert_refused(dynamodb, operation, members, "ValidationException", message)


def test_a_short_backup_name_is_refused(dynamodb, make_table):
    request = {"TableName": make_table(), "BackupName": "ab"}
    message = constraint("ab", "backupName", "Member must have length greater than or equal to 3")
    assert_refused(dynamodb, "CreateBackup", request, "ValidationException", message)


def recovery(dynamodb, name: str) -> dict:
    description = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert description["ContinuousBackupsStatus"] == "ENABLED"
    return description["PointInTimeRecoveryDescription"]


def test_point_in_time_recovery_is_a_setting(dynamodb, make_table):
    name = make_table()
    assert recovery(dynamodb, name) == {"PointInTimeRecoveryStatus": "DISABLED"}
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    setting = recovery(dynamodb, name)
    assert (setting["PointInTimeRecoveryStatus"], setting["RecoveryPeriodInDays"]) == ("ENABLED", 35)
    assert setting["EarliestRestorableDateTime"] <= setting["LatestRestorableDateTime"]
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert recovery(dynamodb, name) == {"PointInTimeRecoveryStatus": "DISABLED"}


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("CreateBackup", {"BackupName": "before"}),
        ("DescribeContinuousBackups", {}),
        (
            "UpdateContinuousBackups",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
        ),
    ],
)
def test_a_table_that_is_not_there(dynamodb, names, operation, members):
    request = {"TableName": names["absent"], **members}
    message = f"Table not found: {names['absent']}"
    assert_refused(dynamodb, operation, request, "TableNotFoundException", message)


def test_other_accounts_do_not_see_a_backup(make_table, back_up, client_of):
    arn = back_up(make_table())["BackupArn"]
    other = client_of(account="111111111111")
    assert_refused(other, "DescribeBackup", {"BackupArn": arn}, "BackupNotFoundException")
    assert arn not in [summary["BackupArn"] for summary in other.list_backups()["BackupSummaries"]]


@pytest.mark.skipif(bool(ENDPOINT), reason="counts rows of the engine in this process")
def test_a_deleted_backup_leaves_no_items(dynamodb, make_table, back_up, engine):
    def rows() -> int:
        return engine.store.database.row("SELECT count(*) FROM item")[0]

    name = make_table(items=ITEMS)
    before = rows()
    arn = back_up(name)["BackupArn"]
    assert rows() == before + 6
    dynamodb.delete_backup(BackupArn=arn)
    assert rows() == before
