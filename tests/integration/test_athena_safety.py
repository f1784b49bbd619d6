"""Queries that are stopped, take too much, read broken data, or reach for what is not theirs."""

import gzip
import io
import time
from collections.abc import Callable
from typing import Any

import psutil
import pyarrow
import pyarrow.orc
import pyarrow.parquet
import pytest

from lab import processes
from tests.support import lake as lake_of_queries
from tests.support.waiting import eventually

TEN_THOUSAND = "UNNEST(sequence(1, 10000))"
ENDLESS = f"SELECT a.x FROM {TEN_THOUSAND} a(x), {TEN_THOUSAND} b(x), {TEN_THOUSAND} c(x)"
STOPPED = {
    "select": ENDLESS,
    "ctas": "CREATE TABLE made WITH (external_location = '{place}') AS " + ENDLESS,
    "unload": "UNLOAD (" + ENDLESS + ") TO '{place}' WITH (format = 'PARQUET')",
    "insert": "INSERT INTO kept " + ENDLESS,
    "ctas of many files": "CREATE TABLE made WITH (external_location = '{place}', "
    f"partitioned_by = ARRAY['p']) AS SELECT x, x % 100 AS p FROM {TEN_THOUSAND} a(x)",
}
FORMATS = {
    "parquet": ("ql.io.parquet.serde.ParquetHiveSerDe", "ql.io.parquet.MapredParquetInputFormat"),
    "orc": ("ql.io.orc.OrcSerde", "ql.io.orc.OrcInputFormat"),
    "gz": ("serde2.lazy.LazySimpleSerDe", ""),
}


class Lake(lake_of_queries.Lake):
    """What a query ends with is its Status here, whether it succeeds or not."""

    def status(self, query_id: str) -> Any:
        return self.state(query_id)["Status"]

    def ended(self, query_id: str) -> Any:
        return super().ended(query_id)["Status"]

    def run(self, text: str, **members: Any) -> Any:
        return self.ended(self.start(text, **members))

    def running(self, query_id: str) -> None:
        eventually(
            lambda: self.status(query_id)["State"] != "QUEUED", within=10, expecting="it to run", every=0.01
        )

    def keys(self, prefix: str) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in listed]

    def table(self, name: str, form: str, columns: dict[str, str]) -> None:
        serde, reader = FORMATS[form]
        self.glue.create_table(
            DatabaseName=self.database,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": [{"Name": key, "Type": kind} for key, kind in columns.items()],
                    "Location": f"s3://{self.bucket}/{name}/",
                    "InputFormat": (reader and f"org.apache.hadoop.hive.{reader}")
                    or "org.apache.hadoop.mapred.TextInputFormat",
                    "SerdeInfo": {"SerializationLibrary": f"org.apache.hadoop.hive.{serde}"},
                },
            },
        )


@pytest.fixture(scope="module")
def lake(aws: Callable[..., Any], unique: Callable[[str], str]) -> Lake:
    made = Lake(aws, unique)
    text = (
        f"CREATE TABLE kept WITH (external_location = 's3://{made.bucket}/kept/') AS SELECT BIGINT '1' AS x"
    )
    assert made.run(text)["State"] == "SUCCEEDED"
    return made


@pytest.mark.parametrize("kind", STOPPED)
def test_a_statement_that_is_stopped_leaves_nothing(lake: Lake, kind: str) -> None:
    before = lake.keys("")
    place = f"s3://{lake.bucket}/stopped/"
    query = lake.start(STOPPED[kind].replace("{place}", place))
    lake.running(query)
    if kind.endswith("files"):
        eventually(lambda: lake.keys("stopped/"), within=10, expecting="its first file", every=0.01)
    stopped = time.monotonic()
    lake.athena.stop_query_execution(QueryExecutionId=query)
    assert lake.ended(query)["State"] == "CANCELLED"
    assert time.monotonic() - stopped < 5
    assert lake.keys("") == before
    tables = lake.glue.get_tables(DatabaseName=lake.database)["TableList"]
    assert "made" not in [table["Name"] for table in tables]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT array_agg(rpad('x', 10000, 'y')) FROM {TEN_THOUSAND} a(x), {TEN_THOUSAND} b(x)",
        "SELECT flatten(transform(sequence(1, 10000), i -> repeat(rpad('x', 1000, 'y'), 10000)))",
    ],
    ids=["aggregate", "one value"],
)
def test_a_query_that_takes_too_much_memory_fails_alone(lake: Lake, text: str) -> None:
    status = lake.run(text)
    assert status["State"] == "FAILED"
    assert "memory that this emulator gives it" in status["StateChangeReason"]
    assert lake.run("SELECT 1")["State"] == "SUCCEEDED"


def _whole(form: str) -> bytes:
    rows = pyarrow.table({"a": list(range(1000))})
    file = io.BytesIO()
    match form:
        case "parquet":
            pyarrow.parquet.write_table(rows, file)
        case "orc":
            pyarrow.orc.write_table(rows, file)
        case _:
            return gzip.compress(b"".join(b"%d\n" % n for n in range(1000)))
    return file.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_is_cut_off_is_bad_data_until_it_is_replaced(lake: Lake, form: str) -> None:
    name, whole = f"cut_{form}", _whole(form)
    lake.table(name, form, {"a": "bigint"})
    for body, state in ((whole, "SUCCEEDED"), (whole[: len(whole) // 2], "FAILED"), (whole, "SUCCEEDED")):
        lake.s3.put_object(Bucket=lake.bucket, Key=f"{name}/part.{form}", Body=body)
        status = lake.run(f"SELECT sum(a) FROM {name}")
        assert status["State"] == state, status
        reason = status.get("StateChangeReason", "HIVE_BAD_DATA")
        assert reason.startswith("HIVE_")
        assert "/tmp" not in reason
    lake.s3.delete_object(Bucket=lake.bucket, Key=f"{name}/part.{form}")
    assert lake.run(f"SELECT sum(a) FROM {name}")["State"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT read_text('/etc/passwd')",
        "SELECT getenv('HOME')",
        "COPY (SELECT 1) TO '/tmp/safe'",
        "UNLOAD (SELECT 1 AS x) TO '/tmp/safe/' WITH (format = 'PARQUET')",
        "CREATE TABLE made WITH (external_location = 'file:///tmp/safe/') AS SELECT 1 AS x",
    ],
)
def test_a_path_or_a_variable_of_the_host_is_refused(lake: Lake, text: str) -> None:
    try:
        query = lake.start(text)
    except lake.athena.exceptions.InvalidRequestException:
        return
    status = lake.ended(query)
    assert status["State"] == "FAILED"
    assert "fault of this emulator" not in status["StateChangeReason"]


@pytest.mark.embedded
def test_a_worker_that_is_killed_fails_its_query_alone(lake: Lake, lab_port: int) -> None:
    query = lake.start(ENDLESS)
    lake.running(query)
    eventually(
        lambda: _killed(lab_port) and lake.status(query)["State"] in lake_of_queries.ENDED,
        expecting="it to end",
    )
    status = lake.ended(query)
    assert status["State"] == "FAILED"
    assert "ended by SIGKILL" in status["StateChangeReason"]
    assert lake.run("SELECT 1")["State"] == "SUCCEEDED"


@pytest.mark.embedded
def test_the_workers_come_back_after_their_template_was_killed(lake: Lake, lab_port: int) -> None:
    query = lake.start(ENDLESS)
    lake.running(query)
    _template(lab_port).kill()
    assert lake.ended(query)["State"] == "FAILED"
    assert lake.run("SELECT 1")["State"] == "SUCCEEDED"


def _killed(port: int) -> bool:
    """Kill the worker, and the one that waits for the next call too."""
    for child in _template(port).children():
        child.kill()
    return True


def _template(port: int) -> psutil.Process:
    lab = next(one for one in psutil.process_iter() if processes.listens(one, port))
    return next(child for child in lab.children() if "localstack_lab.lake.workers" in child.cmdline())
