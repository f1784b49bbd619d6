"""Statements in this process: the real catalog behind the workers' own calls, S3 as a dictionary."""

import socket
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from localstack_lab.athena.engine.contract import Outcome, QueryRequest, Statistics
from localstack_lab.athena.engine.lakehouse import Lakehouse
from localstack_lab.athena.engine.session import Session
from localstack_lab.athena.statements.execute import execute
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.lake.workers import frames, hosting
from localstack_lab.lake.workers.errors import Refused


class Objects:
    """What statements ask of S3; a bucket is there unless it is `absent`."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def list_all(self, location: str) -> list[list[Any]]:
        if location.startswith("s3://absent"):
            raise Refused("NoSuchBucket", "The specified bucket does not exist")
        bucket = location.removeprefix("s3://").partition("/")[0]
        prefix = f"s3://{bucket}/"
        found = sorted(url for url in self.bodies if url.startswith(location))
        return [[url.removeprefix(prefix), len(self.bodies[url]), "etag", 0] for url in found]

    def lists(self, locations: list[str]) -> list[list[list[Any]]]:
        """What is read below each location: neither hidden nor empty."""
        found = [self.list_all(location.rstrip("/") + "/") for location in locations]
        return [[one for one in listed if one[1] and "/_" not in one[0]] for listed in found]

    def read(self, url: str, start: int = 0, length: int | None = None) -> bytes:
        self._existing(url)
        return self.bodies[url][start : None if length is None else start + length]

    def _existing(self, url: str) -> None:
        if url not in self.bodies:
            raise Refused("NoSuchKey", "The specified key does not exist.")

    def delete(self, urls: list[str]) -> None:
        for url in urls:
            self.bodies.pop(url, None)

    def put_bytes(self, body: bytes, url: str, content_type: str | None = None) -> None:
        self.bodies[url] = body

    def fetch(self, urls: list[str], folder: str) -> list[list[Any]]:
        answers = []
        for url in urls:
            self._existing(url)
            path = Path(folder, uuid.uuid4().hex)
            path.write_bytes(self.bodies[url])
            answers.append([str(path), None, len(self.bodies[url])])
        return answers

    def put(self, path: str, url: str, content_type: str | None = None) -> None:
        self.bodies[url] = Path(path).read_bytes()


class Asking:
    """An object of LocalStack as a worker reaches it, JSON and refusals included."""

    def __init__(self, target: object) -> None:
        self._target = target
        self._here, self._there = socket.socketpair()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda **arguments: self._ask(method, arguments)

    def _ask(self, method: str, arguments: dict[str, Any]) -> Any:
        given = self._travel(arguments)
        answer = self._travel(hosting.answer({"it": self._target}, "it", method, given))
        if "refused" in answer:
            raise Refused(*answer["refused"])
        assert "fault" not in answer, answer
        return answer["answer"]

    def _travel(self, message: Any) -> Any:
        frames.send(self._here, message)
        return frames.receive(self._there)

    def close(self) -> None:
        self._here.close()
        self._there.close()


class FakeSession:
    """A session without an engine: what plans a query fails the test."""

    def __init__(self, request: QueryRequest, catalog_: Asking, objects: Objects, folder: Path) -> None:
        self.request, self.catalog, self.objects = request, catalog_, objects
        self.folder, self.now = str(folder), datetime(2024, 1, 31, 12, tzinfo=UTC)
        self.iceberg = Lakehouse(catalog_, objects, self.folder, lambda sql, functions: None)

    def statistics(self) -> Statistics:
        return Statistics()


class Lab:
    """Runs statements in the database `shop`."""

    def __init__(self, folder: Path, made: Callable[..., Any] = FakeSession) -> None:
        self.account = f"{uuid.uuid4().int % 10**12:012d}"
        self.catalog: Catalog = catalog(self.account, "us-east-1")
        self.catalog.create_database(DatabaseInput={"Name": "shop"})
        self.objects = Objects()
        self.asking = Asking(self.catalog)
        self.context_catalog = "AwsDataCatalog"
        self._folder, self._made = folder, made

    def outcome(self, text: str, *parameters: str) -> Outcome:
        spool = self._folder / uuid.uuid4().hex
        spool.mkdir()
        request = QueryRequest(
            text=text,
            query_id=str(uuid.uuid4()),
            account=self.account,
            region="us-east-1",
            spool=str(spool),
            database="shop",
            catalog=self.context_catalog,
            parameters=parameters,
            output_location="s3://results/",
        )
        return execute(text, self._made(request, self.asking, self.objects, spool))

    def rows(self, text: str) -> list[str]:
        """The lines of a DDL's or SHOW's result."""
        outcome = self.outcome(text)
        assert outcome.kind == "lines"
        assert outcome.result_file
        shown = Path(outcome.result_file).read_text()
        assert outcome.row_count == len(shown.split("\n") if shown else [])
        return shown.split("\n") if shown else []

    def file(self, text: str) -> str:
        """The result file of a statement."""
        outcome = self.outcome(text)
        assert outcome.result_file
        return Path(outcome.result_file).read_text()

    def answer(self, text: str, *parameters: str) -> list[list[str | None]]:
        """The rows of a query without its header; null is an empty field without quotes."""
        outcome = self.outcome(text, *parameters)
        assert outcome.kind == "rows"
        assert outcome.result_file
        lines = Path(outcome.result_file).read_text().splitlines()[1:]
        return [[field.strip('"') if field else None for field in line.split(",")] for line in lines]

    def table(self, name: str, database: str = "shop") -> dict[str, Any]:
        """A table as GetTable answers it."""
        found: dict[str, Any] = self.catalog.get_table(DatabaseName=database, Name=name)["Table"]
        return found

    def values(self, name: str) -> list[list[str]]:
        """The registered partitions of a table of `shop`."""
        found = self.catalog.get_partitions(DatabaseName="shop", TableName=name)["Partitions"]
        return sorted(partition["Values"] for partition in found)


def _with_engine(request: QueryRequest, catalog_: Asking, objects: Objects, folder: Path) -> Session:
    lent = {"catalog": catalog_, "objects": objects}
    return Session(request, lent, str(folder))  # type: ignore[arg-type]


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    """A lab whose queries are run."""
    lab = Lab(tmp_path, _with_engine)
    yield lab
    lab.asking.close()


@pytest.fixture
def lab(tmp_path: Path) -> Any:
    lab = Lab(tmp_path)
    yield lab
    lab.asking.close()
