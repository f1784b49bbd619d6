"""Query executions: start, stop, tell, list, results.

https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html
"""

import uuid
from typing import Any

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members
from localstack_lab.athena import paging
from localstack_lab.athena.executions import reuse, starting
from localstack_lab.athena.executions.execution import Execution
from localstack_lab.athena.executions.locations import verify
from localstack_lab.athena.executions.runner import Runner
from localstack_lab.athena.notices import Notices
from localstack_lab.athena.refusals import invalid, no_execution, too_many_queries
from localstack_lab.athena.results.reading import results
from localstack_lab.athena.service.work_groups import group_of
from localstack_lab.athena.store import MOST_EXECUTIONS, PRIMARY, AthenaStore, store_of

MOST_ACTIVE = 200
"""https://docs.aws.amazon.com/athena/latest/ug/service-limits.html#service-limits-queries"""
_TIMELINE = (
    "QueryQueueTimeInMillis",
    "ServicePreProcessingTimeInMillis",
    "QueryPlanningTimeInMillis",
    "EngineExecutionTimeInMillis",
    "ServiceProcessingTimeInMillis",
    "TotalExecutionTimeInMillis",
)


class Executions(LabProvider):
    """The queries of all accounts and regions."""

    def __init__(self) -> None:
        self.notices = Notices()
        self.runner = Runner(self.notices)

    @handler("StartQueryExecution", expand=False)
    def start_query_execution(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html"""
        account, region = context.account_id, context.region
        store = store_of(account, region)
        token = starting.check_token(request.get("ClientRequestToken"))
        started = starting.Start(request, account, region, str(uuid.uuid4()))
        started.check()
        if known := _same(store, token, started):
            return {"QueryExecutionId": known}
        verify(started.output, region)
        if self.runner.active(account, region) >= MOST_ACTIVE:
            raise too_many_queries()
        job = started.job()
        execution = job.execution
        execution.token = token
        previous = reuse.earlier(store, execution)
        _keep(store, execution, token)
        if previous is not None:
            self.notices.changed(execution)
            reuse.take(execution, previous)
            self.notices.changed(execution, "QUEUED")
            if job.measured:
                self.notices.measured(execution)
        else:
            self.runner.submit(job)
        return {"QueryExecutionId": execution.id}

    @handler("StopQueryExecution", expand=False)
    def stop_query_execution(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_StopQueryExecution.html"""
        self.runner.stop(_execution(context, request["QueryExecutionId"]).id)
        return {}

    @handler("GetQueryExecution", expand=False)
    def get_query_execution(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryExecution.html"""
        return {"QueryExecution": _execution(context, request["QueryExecutionId"]).described()}

    @handler("BatchGetQueryExecution", expand=False)
    def batch_get_query_execution(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetQueryExecution.html"""
        executions = store_of(context.account_id, context.region).executions
        found: list[Members] = []
        missing: list[Members] = []
        for query_id in request["QueryExecutionIds"]:
            if execution := executions.get(query_id):
                found.append(execution.described())
            else:
                message = f"QueryExecution {query_id} was not found"
                code = "QUERY_EXECUTION_NOT_FOUND"
                missing.append({"QueryExecutionId": query_id, "ErrorCode": code, "ErrorMessage": message})
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    @handler("ListQueryExecutions", expand=False)
    def list_query_executions(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html

        The newest first.
        """
        store = store_of(context.account_id, context.region)
        name = group_of(store, request.get("WorkGroup") or PRIMARY).name
        newest_first = reversed(list(store.executions.values()))
        ids = [execution.id for execution in newest_first if execution.work_group == name]
        return _page_after(ids, request)

    @handler("GetQueryResults", expand=False)
    def get_query_results(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html"""
        execution = _execution(context, request["QueryExecutionId"])
        if request.get("QueryResultType") == "DATA_MANIFEST":
            raise invalid("QueryResultType DATA_MANIFEST is not available in this emulator.", "NOT_SUPPORTED")
        return results(execution, request)

    @handler("GetQueryRuntimeStatistics", expand=False)
    def get_query_runtime_statistics(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryRuntimeStatistics.html

        Without OutputStage: the stages of a distributed plan, which this engine has not.
        """
        execution = _execution(context, request["QueryExecutionId"])
        if not execution.ended:
            message = f"Query has not yet finished. Current state: {execution.state}"
            raise invalid(message, "INVALID_QUERY_EXECUTION_STATE")
        statistics = execution.statistics
        told: Members = {"Timeline": {name: statistics[name] for name in _TIMELINE if name in statistics}}
        if execution.result is not None and execution.statement_type == "DML":
            told["Rows"] = {
                "InputRows": execution.input_rows,
                "InputBytes": statistics.get("DataScannedInBytes", 0),
                "OutputRows": execution.result.update_count or execution.result.rows,
                "OutputBytes": execution.result.size,
            }
        return {"QueryRuntimeStatistics": told}


def _execution(context: RequestContext, query_id: str) -> Execution:
    found = store_of(context.account_id, context.region).executions.get(query_id)
    if found is None:
        raise no_execution(query_id)
    return found


def _page_after(ids: list[str], request: Members) -> Members:
    """A page of a list at whose head new ones appear: its token is the last id of the page before."""
    start = 0
    if token := request.get("NextToken"):
        problem = "The nextPageToken is malformed:"
        last = paging.opened(token, problem)
        if last not in ids:
            raise invalid(f"{problem} {token}")
        start = ids.index(last) + 1
    found = ids[start : start + (request.get("MaxResults") or 50)]
    told: Members = {"QueryExecutionIds": found}
    if start + len(found) < len(ids):
        told["NextToken"] = paging.token_of(found[-1])
    return told


def _same(store: AthenaStore, token: str, started: Any) -> str | None:
    """The execution that the same request has made before.

    :raises ServiceException: the token is that of another request
    """
    known = store.executions.get(store.tokens.get(token, ""))
    if known is None:
        return None
    if known.asked != started.asked:
        raise invalid("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH")
    return known.id


def _keep(store: AthenaStore, execution: Execution, token: str) -> None:
    store.executions[execution.id] = execution
    store.tokens[token] = execution.id
    if len(store.executions) > MOST_EXECUTIONS:
        oldest = next((e for e in list(store.executions.values()) if e.ended), None)
        if oldest is not None:
            del store.executions[oldest.id]
            store.tokens.pop(oldest.token or "", None)
