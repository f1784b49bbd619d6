"""The life of an execution, with an engine that does what the test says."""

import uuid
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.athena.engine.contract import Outcome, ResultColumn
from localstack_lab.athena.executions import runner
from localstack_lab.athena.executions.failures import athena_error
from localstack_lab.glue.catalog import catalog

from tests.emulator.athena.service.conftest import Athena, Buckets, Engine, failed

TOKEN = "t" * 32


def _refused(athena: Athena, operation: str, **members: Any) -> tuple[str, str]:
    with pytest.raises(ServiceException) as raised:
        athena(operation, **members)
    return raised.value.code, str(raised.value.message)


def test_a_query_succeeds_and_lies_where_it_says(athena: Athena, buckets: Buckets) -> None:
    execution = athena.run(
        "SELECT 1", QueryExecutionContext={"Database": "Sales", "Catalog": "AwsDataCatalog"}
    )
    query_id = execution["QueryExecutionId"]
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert execution["Status"]["SubmissionDateTime"] <= execution["Status"]["CompletionDateTime"]
    assert execution["ResultConfiguration"] == {"OutputLocation": f"s3://results/out/{query_id}.csv"}
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["QueryExecutionContext"] == {"Database": "Sales", "Catalog": "awsdatacatalog"}
    assert execution["WorkGroup"] == "primary"
    assert execution["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    statistics = execution["Statistics"]
    assert statistics["DataScannedInBytes"] == 42
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["EngineExecutionTimeInMillis"]
    assert statistics["ResultReuseInformation"] == {"ReusedPreviousResult": False}
    assert set(buckets.objects["results"]) == {f"out/{query_id}.csv", f"out/{query_id}.csv.metadata"}
    assert buckets.objects["results"][f"out/{query_id}.csv"] == b'"text"\n"SELECT 1"\n'


def test_the_engine_gets_what_was_asked(athena: Athena, engine: Engine) -> None:
    athena.run(
        "SELECT ?",
        QueryExecutionContext={"Database": "sales"},
        ExecutionParameters=["'a'", "2"],
        ResultConfiguration={"OutputLocation": "s3://results"},
    )
    (request,) = engine.requests
    assert (request.database, request.catalog) == ("sales", "AwsDataCatalog")
    assert request.parameters == ("'a'", "2")
    assert request.output_location == "s3://results/"


def test_a_database_may_be_quoted_as_in_ddl(athena: Athena, engine: Engine) -> None:
    execution = athena.run("MSCK REPAIR TABLE t", QueryExecutionContext={"Database": "`sales`"})
    assert engine.requests[0].database == "sales"
    assert execution["QueryExecutionContext"] == {"Database": "`sales`"}


def test_a_failure_is_told_with_its_error(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    engine.failures["SELECT x"] = failed("COLUMN_NOT_FOUND", "line 1:8: Column 'x' cannot be resolved")
    execution = athena.run("SELECT x")
    text = "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"
    assert execution["Status"]["State"] == "FAILED"
    assert execution["Status"]["StateChangeReason"] == text
    error = {"ErrorCategory": 2, "ErrorType": 1006, "Retryable": False, "ErrorMessage": text}
    assert execution["Status"]["AthenaError"] == error
    assert not buckets.objects["results"]
    code, message = _refused(athena, "GetQueryResults", QueryExecutionId=execution["QueryExecutionId"])
    assert (code, message) == (
        "InvalidRequestException",
        "Query did not finish successfully. Final query state: FAILED",
    )


def test_a_ddl_statement_that_fails_leaves_its_text(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    text = "FAILED: SemanticException [Error 10001]: Table not found db.t"
    engine.failures["DROP TABLE t"] = failed("", text)
    execution = athena.run("DROP TABLE t")
    query_id = execution["QueryExecutionId"]
    assert execution["Status"]["StateChangeReason"] == text
    assert buckets.objects["results"] == {f"out/{query_id}.txt": text.encode()}
    assert athena("GetQueryResults", QueryExecutionId=query_id) == {"ResultSet": {"Rows": []}}


def test_a_fault_of_ours_reads_as_ours(
    athena: Athena, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.failures["SELECT 1"] = KeyError("x")
    execution = athena.run("SELECT 1")
    assert execution["Status"]["StateChangeReason"] == (
        "GENERIC_INTERNAL_ERROR: The emulator failed: KeyError: 'x'"
    )
    assert execution["Status"]["AthenaError"]["ErrorCategory"] == 1
    assert "Traceback" in caplog.text


def test_a_bucket_that_has_gone_fails_the_query(athena: Athena, buckets: Buckets, engine: Engine) -> None:
    engine.hold.clear()
    query_id = athena.start("SELECT 1")
    del buckets.objects["results"]
    engine.hold.set()
    assert athena.ended(query_id)["Status"]["State"] == "FAILED"


def test_stop_ends_a_running_query(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    engine.hold.clear()
    query_id = athena.start("SELECT 1")
    athena("StopQueryExecution", QueryExecutionId=query_id)
    status = athena.ended(query_id)["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Query cancelled by user")
    assert "AthenaError" not in status
    assert not buckets.objects["results"]
    assert _refused(athena, "GetQueryResults", QueryExecutionId=query_id)[1] == "Could not find results"


def test_stop_ends_a_query_that_waits_and_leaves_one_that_has_ended(athena: Athena, engine: Engine) -> None:
    engine.hold.clear()
    running = [athena.start(f"SELECT {n}") for n in range(runner.AT_ONCE)]
    waiting = athena.start("SELECT 99")
    assert _refused(athena, "GetQueryResults", QueryExecutionId=waiting)[1] == (
        "Query has not yet finished. Current state: QUEUED"
    )
    athena("StopQueryExecution", QueryExecutionId=waiting)
    assert athena.ended(waiting)["Status"]["State"] == "CANCELLED"
    engine.hold.set()
    assert athena.ended(running[0])["Status"]["State"] == "SUCCEEDED"
    athena("StopQueryExecution", QueryExecutionId=running[0])
    assert athena.ended(running[0])["Status"]["State"] == "SUCCEEDED"
    assert "SELECT 99" not in [request.text for request in engine.requests]


def test_more_queries_than_an_account_may_have_are_refused(
    athena: Athena, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localstack_lab.athena.service.executions.MOST_ACTIVE", 2)
    engine.hold.clear()
    athena.start("SELECT 1")
    athena.start("SELECT 2")
    with pytest.raises(ServiceException) as raised:
        athena.start("SELECT 3")
    assert raised.value.code == "TooManyRequestsException"
    assert getattr(raised.value, "Reason") == "CONCURRENT_QUERY_LIMIT_EXCEEDED"  # noqa: B009


def test_the_same_token_makes_no_second_query(athena: Athena, engine: Engine) -> None:
    first = athena.start("SELECT 1", ClientRequestToken=TOKEN)
    athena.ended(first)
    assert athena.start("SELECT 1", ClientRequestToken=TOKEN, ExecutionParameters=["1"]) == first
    for change in (
        {"QueryExecutionContext": {"Database": "other"}},
        {"ResultConfiguration": {"OutputLocation": "s3://results/elsewhere/"}},
    ):
        with pytest.raises(ServiceException) as raised:
            athena.start("SELECT 1", ClientRequestToken=TOKEN, **change)
        assert getattr(raised.value, "AthenaErrorCode") == "IDEMPOTENT_PARAMETER_MISMATCH"  # noqa: B009
    assert len(engine.requests) == 1


def test_a_statement_that_is_no_sql_makes_no_execution(athena: Athena) -> None:
    with pytest.raises(ServiceException) as raised:
        athena.start("SELECT 1 +", ClientRequestToken=TOKEN)
    assert getattr(raised.value, "AthenaErrorCode") == "MALFORMED_QUERY"  # noqa: B009
    assert str(raised.value.message).startswith("line 1:11: ")
    assert athena("ListQueryExecutions") == {"QueryExecutionIds": []}
    athena.start("SELECT 1", ClientRequestToken=TOKEN)


def test_deep_nesting_is_run_and_far_too_deep_nesting_is_refused(athena: Athena, engine: Engine) -> None:
    text = "SELECT " + "(" * 200 + "1" + ")" * 200
    assert athena.run(text)["Status"]["State"] == "SUCCEEDED"
    assert engine.requests[0].text == text
    with pytest.raises(ServiceException, match="statement is too large") as raised:
        athena.start("SELECT " + "(" * 4000 + "1" + ")" * 4000)
    assert getattr(raised.value, "AthenaErrorCode") == "MALFORMED_QUERY"  # noqa: B009


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("not-a-valid-s3-path", "outputLocation is not a valid S3 path."),
        ("s3://", "outputLocation is not a valid S3 path."),
        ("s3://nowhere/", "Unable to verify/create output bucket nowhere"),
    ],
)
def test_output_locations_that_are_refused(athena: Athena, location: str, message: str) -> None:
    with pytest.raises(ServiceException, match=message):
        athena.start("SELECT 1", ResultConfiguration={"OutputLocation": location})


def test_a_bucket_of_another_region_or_owner_is_refused(athena: Athena, buckets: Buckets) -> None:
    configuration = {"OutputLocation": "s3://results/", "ExpectedBucketOwner": "222222222222"}
    with pytest.raises(ServiceException, match="The S3 location provided to save your query results"):
        athena.start("SELECT 1", ResultConfiguration=configuration)
    buckets.region = "us-west-2"
    with pytest.raises(ServiceException, match="is in the same region"):
        athena.start("SELECT 1")


def test_without_a_location_there_is_no_query(athena: Athena) -> None:
    with pytest.raises(ServiceException, match="No output location provided"):
        athena.start("SELECT 1", ResultConfiguration={})


def test_encryption_and_acl_are_applied_and_cse_is_refused(athena: Athena, buckets: Buckets) -> None:
    configuration = {
        "OutputLocation": "s3://results/",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": "alias/key"},
        "AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"},
    }
    athena.run("SELECT 1", ResultConfiguration=configuration)
    for request in buckets.requests:
        assert request["ServerSideEncryption"] == "aws:kms"
        assert request["SSEKMSKeyId"] == "alias/key"
        assert request["ACL"] == "bucket-owner-full-control"
    configuration["EncryptionConfiguration"] = {"EncryptionOption": "CSE_KMS", "KmsKey": "alias/key"}
    with pytest.raises(ServiceException, match="CSE_KMS"):
        athena.start("SELECT 1", ResultConfiguration=configuration)


def test_what_a_statement_wrote_is_in_its_manifest(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    text = "CREATE TABLE t AS SELECT 1 AS n"
    engine.outcomes[text] = Outcome("none", update_count=1, manifest=("s3://results/out/tables/x/part-0",))
    execution = athena.run(text)
    query_id = execution["QueryExecutionId"]
    base = f"out/tables/{query_id}"
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://results/{base}"
    assert execution["Statistics"]["DataManifestLocation"] == f"s3://results/{base}-manifest.csv"
    assert buckets.objects["results"][f"{base}-manifest.csv"] == b"s3://results/out/tables/x/part-0\n"
    assert len(buckets.objects["results"][f"{base}.metadata"]) == 90  # AWS's 81 with an id of 36 characters
    answer = athena("GetQueryResults", QueryExecutionId=query_id)
    assert answer["UpdateCount"] == 1
    assert answer["ResultSet"]["Rows"] == []
    assert [c["Name"] for c in answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]] == ["rows"]


def test_lines_have_no_header(athena: Athena, engine: Engine, tmp_path: Any) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"orders\nproducts")
    engine.outcomes["SHOW TABLES"] = Outcome("lines", (ResultColumn("tab_name", "string"),), str(path))
    query_id = athena.run("SHOW TABLES")["QueryExecutionId"]
    answer = athena("GetQueryResults", QueryExecutionId=query_id)
    rows = [row["Data"] for row in answer["ResultSet"]["Rows"]]
    assert rows == [[{"VarCharValue": "orders"}], [{"VarCharValue": "products"}]]
    assert answer["UpdateCount"] == 0


def test_ddl_without_columns_leaves_an_empty_file(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    engine.outcomes["CREATE DATABASE d"] = Outcome("none")
    query_id = athena.run("CREATE DATABASE d")["QueryExecutionId"]
    assert buckets.objects["results"] == {f"out/{query_id}.txt": b""}
    answer = athena("GetQueryResults", QueryExecutionId=query_id)
    assert answer == {"ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}}


def test_list_and_batch(athena: Athena) -> None:
    ids = [athena.start(f"SELECT {n}") for n in range(3)]
    for query_id in ids:
        athena.ended(query_id)
    page = athena("ListQueryExecutions", MaxResults=2)
    assert page["QueryExecutionIds"] == [ids[2], ids[1]]
    athena.run("SELECT 'one more'")  # it shifts nothing
    rest = athena("ListQueryExecutions", NextToken=page["NextToken"])
    assert rest == {"QueryExecutionIds": [ids[0]]}
    unknown = str(uuid.uuid4())
    answer = athena("BatchGetQueryExecution", QueryExecutionIds=[ids[0], unknown])
    assert [e["Query"] for e in answer["QueryExecutions"]] == ["SELECT 0"]
    assert [e["QueryExecutionId"] for e in answer["UnprocessedQueryExecutionIds"]] == [unknown]
    assert _refused(athena, "GetQueryExecution", QueryExecutionId=unknown)[1] == (
        f"QueryExecution {unknown} was not found"
    )
    code, message = _refused(athena, "ListQueryExecutions", NextToken="no token")
    assert (code, message) == ("InvalidRequestException", "The nextPageToken is malformed: no token")


def test_the_oldest_that_has_ended_is_forgotten(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localstack_lab.athena.service.executions.MOST_EXECUTIONS", 2)
    ids = [athena.run(f"SELECT {n}")["QueryExecutionId"] for n in range(3)]
    assert athena("ListQueryExecutions") == {"QueryExecutionIds": [ids[2], ids[1]]}


def test_runtime_statistics(athena: Athena) -> None:
    query_id = athena.run("SELECT 1")["QueryExecutionId"]
    told = athena("GetQueryRuntimeStatistics", QueryExecutionId=query_id)["QueryRuntimeStatistics"]
    assert told["Rows"] == {"InputRows": 0, "InputBytes": 42, "OutputRows": 1, "OutputBytes": 18}
    assert told["Timeline"]["TotalExecutionTimeInMillis"] >= 0


def test_a_query_of_before_the_restart_has_failed(athena: Athena, engine: Engine) -> None:
    engine.hold.clear()
    query_id = athena.start("SELECT 1")
    athena.provider.on_after_state_load()
    status = athena("GetQueryExecution", QueryExecutionId=query_id)["QueryExecution"]["Status"]
    assert status["State"] == "FAILED"
    assert "The emulator ended while this query was running" in status["StateChangeReason"]


def test_a_work_group_ends_queries_that_scan_too_much(athena: Athena, engine: Engine) -> None:
    athena(
        "UpdateWorkGroup",
        WorkGroup="primary",
        ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000},
    )
    engine.failures["SELECT 1"] = failed(runner.CUTOFF_ERROR, "over", scanned_bytes=20_000_000)
    execution = athena.run("SELECT 1")
    assert engine.requests[0].limits.scanned_bytes == 10_000_000
    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert execution["Statistics"]["DataScannedInBytes"] == 20_000_000


def test_constraints_of_the_api_are_told_as_athena_tells_them(athena: Athena) -> None:
    with pytest.raises(ServiceException) as raised:
        athena("ListWorkGroups", MaxResults=51)
    assert getattr(raised.value, "AthenaErrorCode") == "INVALID_INPUT"  # noqa: B009
    assert str(raised.value.message) == (
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 50"
    )


@pytest.mark.parametrize(
    ("name", "message", "category", "number"),
    [
        ("TABLE_NOT_FOUND", "line 1:15: Table 'awsdatacatalog.a.b' does not exist", 2, 1301),
        ("INVALID_CAST_ARGUMENT", "Cannot cast 'abc' to INT", 2, 1100),
        ("MISSING_COLUMN_ALIASES", "of a kind that was never seen", 2, 1000),
        ("", "FAILED: ParseException line 1:0 cannot recognize input", 1, 1003),
        ("", "FAILED: Execution Error, return code 1 from org.apache.hadoop", 2, 1006),
        ("", "Query timeout", 1, 206),
        ("GENERIC_INTERNAL_ERROR", "a fault", 1, 200),
    ],
)
def test_errors_have_athenas_types(name: str, message: str, category: int, number: int) -> None:
    error = athena_error(failed(name, message))
    assert (error["ErrorCategory"], error["ErrorType"], error["Retryable"]) == (category, number, False)


def test_msck_repair_leaves_its_lines_and_its_id(athena: Athena, engine: Engine, buckets: Buckets) -> None:
    engine.outcomes["MSCK REPAIR TABLE t"] = Outcome("none")
    query_id = athena.run("MSCK REPAIR TABLE t")["QueryExecutionId"]
    metadata = buckets.objects["results"][f"out/{query_id}.txt.metadata"]
    assert metadata == b"\x0a\x24" + query_id.encode()
    assert {request["ContentType"] for request in buckets.requests} == {"application/octet-stream"}


def test_describe_of_a_view_is_a_statement_of_its_own(athena: Athena, engine: Engine, tmp_path: Any) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"n\tinteger")
    columns = (ResultColumn("column", "varchar"), ResultColumn("type", "varchar"))
    glue = catalog(athena.context.account_id, athena.context.region)
    glue.create_database(DatabaseInput={"Name": "default"})
    glue.create_table(DatabaseName="default", TableInput={"Name": "v", "TableType": "VIRTUAL_VIEW"})
    engine.outcomes["SHOW COLUMNS IN v"] = Outcome("lines", columns, str(path))
    execution = athena.run("SHOW COLUMNS IN v")
    assert execution["SubstatementType"] == "DESC_VIEW"
    answer = athena("GetQueryResults", QueryExecutionId=execution["QueryExecutionId"])
    assert answer["UpdateCount"] == 0
