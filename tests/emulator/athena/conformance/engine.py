"""Athena's engine as its service uses it, with a dictionary instead of S3."""

import csv
import hashlib
import io
import os
import shutil
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from localstack.aws.api import ServiceException
from localstack_lab.api.service import refusal
from localstack_lab.athena.engine import queries
from localstack_lab.athena.engine.contract import Limits, Outcome, QueryFailed, QueryRequest
from localstack_lab.athena.executions.syntax import check_syntax
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.lake.objects import names
from localstack_lab.lake.objects.names import S3Object
from localstack_lab.lake.objects.service import Objects

from tests.emulator.athena.conformance.case import Row

REGION = "us-east-1"
MODIFIED = 1_714_557_600_000
"""LastModified of every object: 2024-05-01 10:00 UTC."""


class Bucket(Objects):
    """S3 in a dictionary: ``s3://`` name → body."""

    def __init__(self, account: str, region: str) -> None:
        super().__init__(account, region)
        self.bodies: dict[str, bytes] = {}

    def _described(self, url: str) -> S3Object:
        bucket, key = names.split(url)
        body = self.bodies[url]
        return S3Object(bucket, key, len(body), hashlib.md5(body).hexdigest(), MODIFIED)

    def listed(self, location: str) -> list[S3Object]:
        return [self._described(url) for url in sorted(self.bodies) if url.startswith(location)]

    def data(self, location: str) -> list[S3Object]:
        _, prefix = names.split(location)
        prefix = names.folder(prefix) if prefix else ""
        found = self.listed(names.folder(location))
        return [o for o in found if o.size and not names.is_hidden(o.key, prefix)]

    @contextmanager
    def open(self, url: str) -> Iterator[io.BytesIO]:
        if url not in self.bodies:
            raise refusal("NoSuchKey", "The specified key does not exist.", status=404)
        yield io.BytesIO(self.bodies[url])

    def fetch(self, urls: list[str], folder: str) -> list[list[object]]:
        answer: list[list[object]] = []
        for url in urls:
            path = os.path.join(folder, f"object-{uuid.uuid4().hex}")
            Path(path).write_bytes(self.bodies[url])
            answer.append([path, None, len(self.bodies[url])])
        return answer

    def put(self, path: str, url: str, content_type: str | None = None) -> None:
        self.put_bytes(Path(path).read_bytes(), url)

    def put_bytes(self, body: bytes, url: str, content_type: str | None = None) -> None:
        self.written.append(url)
        self.bodies[url] = body

    def delete(self, urls: list[str]) -> None:
        for url in urls:
            self.bodies.pop(url, None)


@dataclass(frozen=True)
class Answer:
    """What GetQueryResults would show, or why there is nothing to show.

    :param error: what the refusal, or the failed query's StateChangeReason, says
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    error: str = ""


class Engine:
    """Statements in, rows of texts out.

    :param folder: for the files of the statements
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.account = uuid.uuid4().hex[:12]
        self.bucket = Bucket(self.account, REGION)
        self.catalog: Catalog = catalog(self.account, REGION)
        self._known: dict[str, Answer] = {}

    def run(self, sql: str, database: str, parameters: Sequence[str] = ()) -> Answer:
        """Run a statement to its end."""
        query = str(uuid.uuid4())
        spool = self._folder / query
        spool.mkdir()
        request = QueryRequest(
            sql,
            query,
            self.account,
            REGION,
            str(spool),
            database=database,
            parameters=tuple(parameters),
            output_location="s3://results/",
            limits=Limits(seconds=60),
        )
        self.bucket.written.clear()
        try:
            check_syntax(sql, database, self.account, REGION)
            return answered(queries.run(request, {}, threading.Event()))
        except ServiceException as refused:
            return Answer(error=refused.message)
        except QueryFailed as failed:
            return Answer(error=failed.text)
        finally:
            shutil.rmtree(spool)

    def worth(self, expressions: Sequence[str], database: str) -> None:
        """Evaluate expressions, many in one statement, and keep what each is worth for `known`."""
        answer = self.run("SELECT " + ", ".join(expressions), database)
        if not answer.error:
            for expression, text in zip(expressions, answer.rows[0], strict=True):
                self._known[expression] = Answer(("_col0",), ((text,),))
        elif len(expressions) == 1:
            self._known[expressions[0]] = answer
        else:
            middle = len(expressions) // 2
            self.worth(expressions[:middle], database)
            self.worth(expressions[middle:], database)

    def known(self, expression: str) -> Answer | None:
        """What `worth` found."""
        return self._known.get(expression)


def answered(outcome: Outcome) -> Answer:
    """The outcome's file as rows."""
    columns = tuple(column.name for column in outcome.columns)
    if outcome.result_file is None:
        return Answer(columns)
    text = Path(outcome.result_file).read_text("utf-8", newline="")
    if outcome.kind == "lines":
        return Answer(columns, tuple((line,) for line in text.split("\n")) if text else ())
    rows = list(read_csv(text))
    assert rows[0] == columns, f"the header is {rows[0]}, the columns are {columns}"
    return Answer(columns, tuple(rows[1:]))


def read_csv(text: str) -> Iterator[Row]:
    """Athena's CSV: every value in quotes; what has none is null."""
    for line in csv.reader(io.StringIO(text), quoting=csv.QUOTE_NOTNULL):
        yield tuple(line) or (None,)
