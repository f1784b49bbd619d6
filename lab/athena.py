"""One query of Athena, from its text to its rows."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.session import Session
from lab.answertable import html
from lab.errors import ExitCode, LabError, UsageError
from lab.pipelines.base import Progress, Step, quiet
from lab.sqlplace import marked

_POLL_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2)
_AT_WORK = ("QUEUED", "RUNNING")

type Row = list[str | None]
"""Values as Athena prints them; None for null."""


class QueryFailed(LabError):
    """Athena took the query and could not answer it."""

    exit_code = ExitCode.SERVICE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query came to.

    :param types: of the columns, as Athena names them
    :param scanned: bytes that the query read from S3
    :param output: where the result lies, such as ``s3://bucket/athena/<id>.csv``
    :param written: rows that INSERT, CREATE TABLE AS or UNLOAD wrote; None of what writes none
    """

    query_id: str
    columns: list[str]
    types: list[str]
    rows: list[Row]
    seconds: float
    scanned: int
    output: str
    written: int | None = None

    def dicts(self) -> list[dict[str, str | None]]:
        """The rows by column name; of columns with one name the last one counts."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        return html(self.columns, self.types, self.rows)


def query(
    session: Session,
    text: str,
    *,
    work_group: str,
    database: str,
    parameters: Sequence[str] = (),
    progress: Progress = quiet,
) -> Answer:
    """Run a query and wait for its rows. A query that is given up (Ctrl-C) is stopped.

    :param parameters: for the question marks in the text, as SQL: ``"'0-1'"`` is a text, ``"7"`` a number
    :raises UsageError: Athena does not take the query
    :raises QueryFailed: it failed, with Athena's reason
    """
    _require_text(text, parameters)
    athena = session.client("athena")
    started = time.monotonic()
    try:
        identity = athena.start_query_execution(
            QueryString=text,
            WorkGroup=work_group,
            QueryExecutionContext={"Database": database, "Catalog": "AwsDataCatalog"},
            **({"ExecutionParameters": list(parameters)} if parameters else {}),
        )["QueryExecutionId"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRequestException":
            raise
        reason = str(error.response["Error"]["Message"])
        raise UsageError(f"Athena does not take this query: {reason}", detail=marked(text, reason)) from error
    try:
        execution = _ended(athena, identity, progress)
    except KeyboardInterrupt:
        athena.stop_query_execution(QueryExecutionId=identity)
        raise
    status = execution["Status"]
    if status["State"] != "SUCCEEDED":
        reason = status.get("StateChangeReason") or f"The query is {status['State']}."
        raise QueryFailed(reason, f"The query was {identity}.", marked(text, reason))
    columns, types, rows, written = _rows(athena, identity, execution["StatementType"])
    return Answer(
        query_id=identity,
        columns=columns,
        types=types,
        rows=rows,
        seconds=time.monotonic() - started,
        scanned=execution.get("Statistics", {}).get("DataScannedInBytes", 0),
        output=execution["ResultConfiguration"].get("OutputLocation", ""),
        written=written,
    )


def _require_text(text: str, parameters: Sequence[str]) -> None:
    if not text.strip():
        raise UsageError("The statement is empty.", "Give one, such as SELECT 1.")
    if "" in parameters:
        raise UsageError("A parameter is empty.", "As SQL, a text without characters is ''.")
    try:
        "".join((text, *parameters)).encode()
    except UnicodeEncodeError as error:  # bytes of an argument that are no characters
        raise UsageError("The statement or a parameter is not text in UTF-8.") from error


def _ended(athena: Any, identity: str, progress: Progress) -> dict[str, Any]:
    pauses = iter(_POLL_SECONDS)
    pause = 0.0
    while True:
        execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]
        state = execution["Status"]["State"]
        if state not in _AT_WORK:
            return execution
        progress(Step(f"the query is {state.lower()}"))
        pause = next(pauses, pause)
        time.sleep(pause)


def _rows(athena: Any, identity: str, statement: str) -> tuple[list[str], list[str], list[Row], int | None]:
    columns: list[str] = []
    types: list[str] = []
    rows: list[Row] = []
    written = None
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=identity):
        found = page["ResultSet"]
        described = found.get("ResultSetMetadata", {}).get("ColumnInfo", [])
        columns = [column["Name"] for column in described]
        types = [column["Type"] for column in described]
        rows += [
            _row([value.get("VarCharValue") for value in row["Data"]], len(columns)) for row in found["Rows"]
        ]
        written = page.get("UpdateCount") if statement in ("DML", "DDL") else None
    if statement == "DML" and rows and rows[0] == columns:
        del rows[0]  # the header, which Athena gives as the first row of what a query selects
        written = None  # Athena tells a count of 0 for it
    return columns, types, rows, written


def _row(values: Row, width: int) -> Row:
    """Values by column. DESCRIBE gives its three as one text, with tabs between them."""
    if len(values) == width or len(values) != 1 or values[0] is None:
        return values
    parts: Row = [part.strip() for part in values[0].split("\t")]
    return parts + [""] * (width - len(parts)) if len(parts) <= width else values
