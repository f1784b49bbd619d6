"""One query of Athena, from its text to its rows."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.session import Session
from lab.errors import LabError, UsageError
from lab.pipelines.base import Progress, Step, quiet

_POLL_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2)
_AT_WORK = ("QUEUED", "RUNNING")

type Row = list[str | None]
"""Values as Athena prints them; None for null."""


class QueryFailed(LabError):
    """Athena took the query and could not answer it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query came to.

    :param types: of the columns, as Athena names them
    :param scanned: bytes that the query read from S3
    :param output: where the result lies, such as ``s3://bucket/athena/<id>.csv``
    """

    query_id: str
    columns: list[str]
    types: list[str]
    rows: list[Row]
    seconds: float
    scanned: int
    output: str

    def dicts(self) -> list[dict[str, str | None]]:
        """The rows by column name; of columns with one name the last one counts."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


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
        raise UsageError(f"Athena does not take this query: {error.response['Error']['Message']}") from error
    try:
        execution = _ended(athena, identity, progress)
    except KeyboardInterrupt:
        athena.stop_query_execution(QueryExecutionId=identity)
        raise
    columns, types, rows = _rows(athena, identity, execution["StatementType"])
    return Answer(
        query_id=identity,
        columns=columns,
        types=types,
        rows=rows,
        seconds=time.monotonic() - started,
        scanned=execution.get("Statistics", {}).get("DataScannedInBytes", 0),
        output=execution["ResultConfiguration"].get("OutputLocation", ""),
    )


def _ended(athena: Any, identity: str, progress: Progress) -> dict[str, Any]:
    pauses = iter(_POLL_SECONDS)
    pause = 0.0
    while True:
        execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]
        status = execution["Status"]
        if status["State"] not in _AT_WORK:
            break
        progress(Step(f"Athena: {status['State'].lower()}"))
        pause = next(pauses, pause)
        time.sleep(pause)
    if status["State"] != "SUCCEEDED":
        reason = status.get("StateChangeReason") or f"The query is {status['State']}."
        raise QueryFailed(reason, f"The query was {identity}.")
    return execution


def _rows(athena: Any, identity: str, statement: str) -> tuple[list[str], list[str], list[Row]]:
    columns: list[str] = []
    types: list[str] = []
    rows: list[Row] = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=identity):
        found = page["ResultSet"]
        described = found.get("ResultSetMetadata", {}).get("ColumnInfo", [])
        columns = [column["Name"] for column in described]
        types = [column["Type"] for column in described]
        rows += [[value.get("VarCharValue") for value in row["Data"]] for row in found["Rows"]]
    if statement == "DML" and rows and rows[0] == columns:
        del rows[0]  # the header, which Athena gives as the first row of what a query selects
    return columns, types, rows
