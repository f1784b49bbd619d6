"""What the Athena service and the engine say to each other about one query.

Standard library only: the service runs in LocalStack's own process, the engine in a worker. Everything here
travels between them as JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

type Host = Mapping[str, object]
"""Name → an object of LocalStack's process whose public methods a worker may call with keyword arguments.

Arguments and answers are JSON, datetimes and bytes included. The engine adds ``catalog`` and ``objects``.
"""


@dataclass(frozen=True)
class Limits:
    """What one query may use.

    :param seconds: wall time from start to end; Athena's own limit is 30 minutes
    :param memory_mb: of DuckDB; beyond it the query spills to disk where it can, and fails where it cannot
    :param spill_mb: of temporary files
    :param scanned_bytes: the work group's BytesScannedCutoffPerQuery, or None
    """

    seconds: float = 1800.0
    memory_mb: int = 1024
    spill_mb: int = 4096
    scanned_bytes: int | None = None


@dataclass(frozen=True)
class QueryRequest:
    """One statement to run.

    :param parameters: the texts of ExecutionParameters, one for each ``?``
    :param output_location: ``s3://bucket/prefix/`` (with its slash) where the query's files belong; the
        statement itself writes only a CTAS's data below it
    :param spool: an existing folder of this query alone; the result file is written there
    """

    text: str
    query_id: str
    account: str
    region: str
    spool: str
    database: str = "default"
    catalog: str = "AwsDataCatalog"
    parameters: tuple[str, ...] = ()
    output_location: str | None = None
    work_group: str = "primary"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class ResultColumn:
    """A column as GetQueryResults describes it, less what is the same for all.

    :param type: Athena's name of the type: ``varchar``, ``integer``, ``decimal``, ``array``, ``row`` …
    :param full_type: Trino's whole text: ``decimal(10,2)``, ``array(row(a integer))`` …
    """

    name: str
    type: str
    full_type: str = ""
    precision: int = 0
    scale: int = 0
    nullable: Literal["NOT_NULL", "NULLABLE", "UNKNOWN"] = "UNKNOWN"
    case_sensitive: bool = False
    schema: str = ""
    table: str = ""


@dataclass(frozen=True)
class Statistics:
    """:param scanned_bytes: of objects as they lie in S3 (compressed); of Parquet and ORC only the columns
    read
    """

    scanned_bytes: int = 0
    planning_ms: int = 0
    execution_ms: int = 0
    input_rows: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of a statement that succeeded.

    :param kind: ``rows``: `result_file` is the CSV that Athena would write; ``lines``: it is the text of a
        DDL or SHOW statement; ``none``: there is no result file
    :param row_count: rows in the result, header not counted
    :param update_count: rows written by INSERT, CTAS; None where Athena reports none
    :param manifest: ``s3://`` names of the files that the statement wrote, for the data manifest
    :param changed: what a DDL did, as (verb, kind, name): ``("CREATE", "TABLE", "db.t")``
    :param iceberg: the statement's table is one of Iceberg, of which Athena leaves other files
    """

    kind: Literal["rows", "lines", "none"]
    columns: tuple[ResultColumn, ...] = ()
    result_file: str | None = None
    row_count: int = 0
    update_count: int | None = None
    manifest: tuple[str, ...] = ()
    statistics: Statistics = field(default_factory=Statistics)
    changed: tuple[tuple[str, str, str], ...] = ()
    iceberg: bool = False


class QueryFailed(Exception):
    """The statement is at fault, or its data.

    :param name: Trino's name of the error, ``SYNTAX_ERROR``; empty where Athena gives none (a DDL's
        ``FAILED: …``)
    :param message: the text without that name
    :param ours: the emulator is at fault: the text says so
    :param told: ErrorMessage of the AthenaError, where it is another text than StateChangeReason
    """

    def __init__(
        self,
        name: str,
        message: str,
        *,
        ours: bool = False,
        scanned_bytes: int = 0,
        told: str | None = None,
    ) -> None:
        super().__init__(f"{name}: {message}" if name else message)
        self.name = name
        self.message = message
        self.ours = ours
        self.told = told
        self.scanned_bytes = scanned_bytes

    @property
    def text(self) -> str:
        """What StateChangeReason says."""
        return str(self)


class QueryStopped(Exception):
    """The query's stop event was set; nothing of it runs any more and nothing it wrote is left."""


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """For :func:`outcome_of`, on the other side."""
    return asdict(outcome)


def outcome_of(told: Mapping[str, Any]) -> Outcome:
    """What a worker told, as it was."""
    return Outcome(
        **{
            **told,
            "columns": tuple(ResultColumn(**column) for column in told["columns"]),
            "manifest": tuple(told["manifest"]),
            "statistics": Statistics(**told["statistics"]),
            "changed": tuple((verb, kind, name) for verb, kind, name in told["changed"]),
        }
    )


def request_to_json(request: QueryRequest) -> dict[str, Any]:
    """For :func:`request_of`, on the other side."""
    return asdict(request)


def request_of(told: Mapping[str, Any]) -> QueryRequest:
    """What the service asked, as it was."""
    return QueryRequest(
        **{**told, "parameters": tuple(told["parameters"]), "limits": Limits(**told["limits"])}
    )
