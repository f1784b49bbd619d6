"""Work groups: what they enforce, and how they end."""

from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.athena.engine.contract import Outcome

from tests.emulator.athena.service.conftest import Athena, Buckets, Engine

OWN = {"ResultConfiguration": {"OutputLocation": "s3://results/own/"}}


def _location(execution: Any) -> str:
    location: str = execution["ResultConfiguration"]["OutputLocation"]
    return location.rpartition("/")[0] + "/"


def test_primary_is_there_and_stays(athena: Athena) -> None:
    group = athena("GetWorkGroup", WorkGroup="primary")["WorkGroup"]
    assert group["Configuration"] == {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": False,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
    }
    assert "Description" not in group
    for operation, name in (("CreateWorkGroup", "Name"), ("DeleteWorkGroup", "WorkGroup")):
        with pytest.raises(ServiceException, match="primary workGroup could not be"):
            athena(operation, **{name: "primary"})


def test_one_that_is_not_there(athena: Athena) -> None:
    for operation in ("GetWorkGroup", "UpdateWorkGroup", "DeleteWorkGroup", "ListQueryExecutions"):
        with pytest.raises(ServiceException) as raised:
            athena(operation, WorkGroup="nowhere")
        assert str(raised.value.message) == "WorkGroup is not found."
        assert getattr(raised.value, "AthenaErrorCode") == "INVALID_INPUT"  # noqa: B009
    with pytest.raises(ServiceException, match="WorkGroup is not found"):
        athena.start("SELECT 1", WorkGroup="nowhere")


def test_what_it_enforces_wins(athena: Athena) -> None:
    athena("CreateWorkGroup", Name="strict", Configuration=OWN)
    assert _location(athena.run("SELECT 1", WorkGroup="strict")) == "s3://results/own/"
    updates = {"EnforceWorkGroupConfiguration": False}
    athena("UpdateWorkGroup", WorkGroup="strict", ConfigurationUpdates=updates)
    assert _location(athena.run("SELECT 1", WorkGroup="strict")) == "s3://results/out/"
    execution = athena.run("SELECT 1", WorkGroup="strict", ResultConfiguration={})
    assert _location(execution) == "s3://results/own/"


def test_a_table_of_a_query_lies_where_the_work_group_says(athena: Athena, engine: Engine) -> None:
    text = "CREATE TABLE t WITH (external_location = 's3://results/t/') AS SELECT 1 AS n"
    engine.outcomes[text] = Outcome("none", update_count=1)
    athena("CreateWorkGroup", Name="strict", Configuration=OWN)
    with pytest.raises(ServiceException, match="enforces a centralized output location"):
        athena.start(text, WorkGroup="strict")
    assert athena.run(text)["Status"]["State"] == "SUCCEEDED"


def test_an_enforced_encryption_wins_over_none(athena: Athena, buckets: Buckets) -> None:
    configuration = {
        "ResultConfiguration": {
            "OutputLocation": "s3://results/own",
            "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
        }
    }
    athena("CreateWorkGroup", Name="sealed", Configuration=configuration)
    execution = athena.run("SELECT 1", WorkGroup="sealed")
    assert execution["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
    assert {request["ServerSideEncryption"] for request in buckets.requests} == {"AES256"}


def test_a_disabled_one_runs_nothing(athena: Athena, engine: Engine) -> None:
    athena("CreateWorkGroup", Name="idle", Configuration=OWN)
    athena("UpdateWorkGroup", WorkGroup="idle", State="DISABLED", Description="rests")
    with pytest.raises(ServiceException, match="is disabled"):
        athena.start("SELECT 1", WorkGroup="idle")
    listed = athena("ListWorkGroups")["WorkGroups"]
    assert [(g["Name"], g["State"], g["Description"]) for g in listed] == [
        ("idle", "DISABLED", "rests"),
        ("primary", "ENABLED", ""),
    ]
    assert not engine.requests


def test_updates_set_and_remove(athena: Athena) -> None:
    athena("CreateWorkGroup", Name="changing", Configuration=OWN | {"BytesScannedCutoffPerQuery": 10**7})
    updates = {
        "RemoveBytesScannedCutoffPerQuery": True,
        "PublishCloudWatchMetricsEnabled": True,
        "ResultConfigurationUpdates": {
            "OutputLocation": "s3://results/new/",
            "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
        },
    }
    athena("UpdateWorkGroup", WorkGroup="changing", ConfigurationUpdates=updates)
    removal = {"ResultConfigurationUpdates": {"RemoveEncryptionConfiguration": True}}
    athena("UpdateWorkGroup", WorkGroup="changing", ConfigurationUpdates=removal)
    configuration = athena("GetWorkGroup", WorkGroup="changing")["WorkGroup"]["Configuration"]
    assert configuration["ResultConfiguration"] == {"OutputLocation": "s3://results/new/"}
    assert "BytesScannedCutoffPerQuery" not in configuration
    assert configuration["PublishCloudWatchMetricsEnabled"] is True
    assert configuration["EnforceWorkGroupConfiguration"] is True


def test_one_that_is_not_empty_goes_only_with_all_that_is_in_it(athena: Athena) -> None:
    athena("CreateWorkGroup", Name="full", Configuration=OWN)
    with pytest.raises(ServiceException, match="WorkGroup is already created"):
        athena("CreateWorkGroup", Name="full")
    query_id = athena.run("SELECT 1", WorkGroup="full")["QueryExecutionId"]
    named = athena("CreateNamedQuery", Name="q", Database="d", QueryString="SELECT 1", WorkGroup="full")
    athena("CreatePreparedStatement", StatementName="pp", WorkGroup="full", QueryStatement="SELECT ?")
    with pytest.raises(ServiceException, match="WorkGroup full is not empty"):
        athena("DeleteWorkGroup", WorkGroup="full")
    athena("DeleteWorkGroup", WorkGroup="full", RecursiveDeleteOption=True)
    for operation, member in (
        ("GetQueryExecution", {"QueryExecutionId": query_id}),
        ("GetNamedQuery", {"NamedQueryId": named["NamedQueryId"]}),
    ):
        with pytest.raises(ServiceException, match="was not found"):
            athena(operation, **member)


@pytest.mark.parametrize(
    "configuration",
    [
        {"ManagedQueryResultsConfiguration": {"Enabled": True}},
        {"EngineVersion": {"SelectedEngineVersion": "PySpark engine version 3"}},
        {"EnableMinimumEncryptionConfiguration": True},
        {"ExecutionRole": "arn:aws:iam::111111111111:role/spark-role"},
        {"ResultConfiguration": {"EncryptionConfiguration": {"EncryptionOption": "CSE_KMS", "KmsKey": "k"}}},
    ],
)
def test_what_could_not_be_honoured_is_refused(athena: Athena, configuration: dict[str, Any]) -> None:
    with pytest.raises(ServiceException, match="not available in this emulator"):
        athena("CreateWorkGroup", Name="wishes", Configuration=configuration)
    with pytest.raises(ServiceException, match="WorkGroup is not found"):
        athena("GetWorkGroup", WorkGroup="wishes")


def test_tags(athena: Athena) -> None:
    athena("CreateWorkGroup", Name="tagged", Tags=[{"Key": "team", "Value": "sales"}])
    arn = f"arn:aws:athena:{athena.context.region}:{athena.context.account_id}:workgroup/tagged"
    athena("TagResource", ResourceARN=arn, Tags=[{"Key": "stage", "Value": "dev"}])
    told = athena("ListTagsForResource", ResourceARN=arn)["Tags"]
    assert told == [{"Key": "stage", "Value": "dev"}, {"Key": "team", "Value": "sales"}]
    athena("UntagResource", ResourceARN=arn, TagKeys=["team"])
    assert athena("ListTagsForResource", ResourceARN=arn)["Tags"] == [{"Key": "stage", "Value": "dev"}]
    with pytest.raises(ServiceException) as raised:
        athena("ListTagsForResource", ResourceARN=arn + "x")
    assert raised.value.code == "ResourceNotFoundException"
