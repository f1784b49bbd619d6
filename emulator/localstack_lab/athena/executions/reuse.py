"""Reuse of a result that lies in S3 already.

https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html: the same text, in the same work
group, database and catalog, with the same parameters; the result of a query that changes nothing, whose file
is still there. The execution then tells the location of the earlier one.
"""

from dataclasses import replace
from datetime import timedelta

from localstack_lab.athena.executions.execution import Execution, now
from localstack_lab.athena.results.reading import exists
from localstack_lab.athena.store import AthenaStore

DEFAULT_MINUTES = 60


def earlier(store: AthenaStore, asked: Execution) -> Execution | None:
    """The newest execution whose result stands for that of `asked`; None also where none is wanted."""
    wanted = asked.reuse.get("ResultReuseByAgeConfiguration") or {}
    if not wanted.get("Enabled") or asked.substatement_type not in ("SELECT", "EXECUTE"):
        return None
    minutes = wanted.get("MaxAgeInMinutes")
    since = now() - timedelta(minutes=DEFAULT_MINUTES if minutes is None else minutes)
    for known in reversed(list(store.executions.values())):
        if known.completed is None or known.state != "SUCCEEDED" or known.reused:
            continue
        if known.completed <= since or _key(known) != _key(asked):
            continue
        if known.result is not None and known.result.kind == "rows" and exists(known.result):
            return known
    return None


def take(execution: Execution, known: Execution) -> None:
    """End `execution` with the result of `known`: nothing is scanned."""
    assert known.result is not None
    execution.state, execution.reused = "SUCCEEDED", True
    execution.completed = now()
    execution.result = replace(known.result)
    execution.output = dict(known.output)
    execution.statistics = {
        "EngineExecutionTimeInMillis": 0,
        "DataScannedInBytes": 0,
        "TotalExecutionTimeInMillis": round(
            (execution.completed - execution.submitted).total_seconds() * 1000
        ),
        "QueryQueueTimeInMillis": 0,
        "ServiceProcessingTimeInMillis": 0,
    }


def _key(execution: Execution) -> tuple[object, ...]:
    context = execution.context
    catalog = context.get("Catalog", "AwsDataCatalog").lower()
    database = context.get("Database", "default").lower()
    return execution.query, execution.ran, execution.work_group, catalog, database, execution.parameters
