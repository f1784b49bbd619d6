"""A query execution: what was asked, the state it is in, what came of it.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localstack_lab.athena.engine.contract import ResultColumn

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


def now() -> datetime:
    """This moment, in UTC, to the millisecond as Athena's times are."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass
class Result:
    """What a statement that succeeded left.

    :param kind: see `engine.contract.Outcome`
    :param location: the result file, ``s3://bucket/key``; of a reused result that of the query it came from
    :param size: bytes of the result file
    """

    kind: str = "none"
    location: str = ""
    columns: tuple[ResultColumn, ...] = ()
    rows: int = 0
    update_count: int | None = None
    size: int = 0


@dataclass
class Execution:
    """`output` holds the members of ResultConfiguration that are in force; its OutputLocation is the file.

    :ivar ran: the statement that EXECUTE stands for, else `query`
    :ivar asked: what a repetition with the same token must repeat
    """

    id: str
    account: str
    region: str
    query: str
    ran: str
    statement_type: str
    substatement_type: str | None
    work_group: str
    context: dict[str, str]
    output: dict[str, Any]
    parameters: tuple[str, ...] = ()
    reuse: dict[str, Any] = field(default_factory=dict)
    state: str = "QUEUED"
    reason: str | None = None
    error: dict[str, Any] | None = None
    submitted: datetime = field(default_factory=now)
    completed: datetime | None = None
    statistics: dict[str, int] = field(default_factory=dict)
    input_rows: int = 0
    manifest: str | None = None
    reused: bool = False
    result: Result | None = None
    token: str | None = None
    asked: tuple[str | None, ...] = ()

    @property
    def ended(self) -> bool:
        """It will not change any more."""
        return self.state in ENDED

    def described(self) -> dict[str, Any]:
        """As GetQueryExecution tells it. A Catalog is told in small letters, a Database as it was given."""
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.reason is not None:
            status["StateChangeReason"] = self.reason
        if self.completed is not None:
            status["CompletionDateTime"] = self.completed
        if self.error is not None:
            status["AthenaError"] = dict(self.error)
        context = dict(self.context)
        if "Catalog" in context:
            context["Catalog"] = context["Catalog"].lower()
        told: dict[str, Any] = {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "ResultConfiguration": dict(self.output),
            "ResultReuseConfiguration": self.reuse or {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": context,
            "Status": status,
            "Statistics": self._statistics(),
            "WorkGroup": self.work_group,
            "EngineVersion": dict(ENGINE),
        }
        if self.substatement_type:
            told["SubstatementType"] = self.substatement_type
        if self.parameters:
            told["ExecutionParameters"] = list(self.parameters)
        return told

    def _statistics(self) -> dict[str, Any]:
        told: dict[str, Any] = dict(self.statistics)
        if self.manifest:
            told["DataManifestLocation"] = self.manifest
        if self.ended:
            told["ResultReuseInformation"] = {"ReusedPreviousResult": self.reused}
        return told
