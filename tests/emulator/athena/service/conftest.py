"""Athena in process, with an engine that does what a test says and buckets that are dictionaries."""

import io
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from localstack import config
from localstack_lab.api.service import dispatch_table, refusal
from localstack_lab.athena.engine.contract import Outcome, QueryFailed, QueryStopped, ResultColumn, Statistics
from localstack_lab.athena.executions import starting
from localstack_lab.athena.provider import LabAthenaProvider
from localstack_lab.athena.results import writing
from localstack_lab.lake.objects import store

REGION = "eu-west-1"


class Buckets:
    """Bucket → key → bytes, in the place of LocalStack's S3."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, bytes]] = {"results": {}}
        self.requests: list[dict[str, Any]] = []
        self.region = REGION

    def bucket_of(self, name: str) -> Any:
        if name not in self.objects:
            raise refusal("NoSuchBucket", "The specified bucket does not exist", status=404)
        return SimpleNamespace(bucket_region=self.region, bucket_account_id="111111111111")

    def current(self, name: str, key: str) -> Any:
        self.bucket_of(name)
        body = self.objects[name].get(key)
        return None if body is None else SimpleNamespace(size=len(body), body=body)

    @contextmanager
    def opened(self, name: str, stored: Any) -> Iterator[io.BytesIO]:
        yield io.BytesIO(stored.body)

    def put_object(self, **request: Any) -> None:
        self.requests.append(request)
        self.objects[request["Bucket"]][request["Key"]] = request["Body"]

    def upload_file(self, path: str, bucket: str, key: str, ExtraArgs: Any, Config: Any) -> None:
        self.put_object(Bucket=bucket, Key=key, Body=Path(path).read_bytes(), **ExtraArgs)


class Engine:
    """Answers the queries: with the rows that were set for a text, else one row of the text itself."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.csv: dict[str, bytes] = {}
        self.failures: dict[str, Exception] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.hold = threading.Event()
        self.hold.set()

    def run(self, job: Any, started: Callable[[], None]) -> Outcome:
        self.requests.append(job.request)
        started()
        while not self.hold.wait(0.005):
            if job.stop.is_set():
                raise QueryStopped
        text = job.request.text
        if failure := self.failures.get(text):
            raise failure
        if text in self.outcomes:
            return self.outcomes[text]
        path = Path(job.request.spool) / "result.csv"
        path.write_bytes(self.csv.get(text, b'"text"\n"%s"\n' % text.encode().replace(b'"', b'""')))
        column = ResultColumn("text", "varchar", "varchar", precision=2147483647, case_sensitive=True)
        return Outcome("rows", (column,), str(path), row_count=1, statistics=Statistics(scanned_bytes=42))


class Athena:
    """The operations, of an account of this test's own."""

    def __init__(self) -> None:
        self.provider = LabAthenaProvider()
        self._table = dispatch_table(self.provider)
        self.context = SimpleNamespace(account_id=str(uuid.uuid4().int)[:12], region=REGION)

    def __call__(self, operation: str, **members: Any) -> Any:
        return self._table[operation](self.context, members)  # type: ignore[arg-type]  # all that it needs

    def start(self, text: str, **members: Any) -> str:
        """StartQueryExecution with an output location."""
        members = {
            "ClientRequestToken": str(uuid.uuid4()),
            "ResultConfiguration": {"OutputLocation": "s3://results/out/"},
            **members,
        }
        query_id: str = self("StartQueryExecution", QueryString=text, **members)["QueryExecutionId"]
        return query_id

    def ended(self, query_id: str, within: float = 5.0) -> Any:
        """The execution when it has ended."""
        job = self.provider.runner._jobs.get(query_id)
        if job is not None and job.future is not None and not job.future.cancelled():
            job.future.result(within)
        execution = self("GetQueryExecution", QueryExecutionId=query_id)["QueryExecution"]
        assert execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED")
        return execution

    def run(self, text: str, **members: Any) -> Any:
        """Start and wait."""
        return self.ended(self.start(text, **members))


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch) -> Buckets:
    """S3, with a bucket ``results``."""
    made = Buckets()
    for name in ("bucket_of", "current", "opened"):
        monkeypatch.setattr(store, name, getattr(made, name))
    monkeypatch.setattr(writing, "connect_to", lambda **_: SimpleNamespace(s3=made))
    return made


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """What runs the statements."""
    made = Engine()
    monkeypatch.setattr(starting, "_run", made.run)
    return made


@pytest.fixture
def athena(
    buckets: Buckets, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Athena]:
    """Athena of an account without anything."""
    monkeypatch.setattr(config.dirs, "tmp", str(tmp_path))
    made = Athena()
    yield made
    engine.hold.set()
    made.provider.on_before_stop()


def failed(name: str, message: str, **more: Any) -> QueryFailed:
    """What the engine raises."""
    return QueryFailed(name, message, **more)
