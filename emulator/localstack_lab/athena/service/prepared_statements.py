"""Prepared statements: of a work group, run by EXECUTE.

https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
"""

from datetime import UTC, datetime

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members, refusal
from localstack_lab.athena import paging
from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.service.work_groups import enabled_group, group_of
from localstack_lab.athena.store import AthenaStore, PreparedStatement, store_of

MOST_STATEMENTS = 1000
"""Of a work group: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html"""


def find(store: AthenaStore, work_group: str, name: str) -> PreparedStatement:
    """The statement that EXECUTE names.

    :raises ServiceException: InvalidRequestException
    """
    found = store.prepared_statements.get((work_group, name))
    if found is None:
        raise invalid(_missing(work_group, name))
    return found


def create(store: AthenaStore, work_group: str, name: str, text: str, description: str | None = None) -> None:
    """PREPARE and CreatePreparedStatement.

    :raises ServiceException: the name is taken
    """
    if (work_group, name) in store.prepared_statements:
        raise invalid(f"PreparedStatement {name} already exists in workGroup {work_group}")
    if sum(key[0] == work_group for key in store.prepared_statements) >= MOST_STATEMENTS:
        raise invalid(f"A workgroup can have up to {MOST_STATEMENTS} prepared statements.")
    statement = PreparedStatement(name, text, work_group, description)
    store.prepared_statements[work_group, name] = statement


def drop(store: AthenaStore, work_group: str, name: str) -> None:
    """DEALLOCATE PREPARE.

    :raises ServiceException: there is none of this name
    """
    find(store, work_group, name)
    del store.prepared_statements[work_group, name]


class PreparedStatements(LabProvider):
    """Known by work group and name."""

    @handler("CreatePreparedStatement", expand=False)
    def create_prepared_statement(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html"""
        store = store_of(context.account_id, context.region)
        group = enabled_group(store, request["WorkGroup"]).name
        create(store, group, request["StatementName"], request["QueryStatement"], request.get("Description"))
        return {}

    @handler("GetPreparedStatement", expand=False)
    def get_prepared_statement(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetPreparedStatement.html"""
        return {"PreparedStatement": _told(_statement(context, request))}

    @handler("BatchGetPreparedStatement", expand=False)
    def batch_get_prepared_statement(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetPreparedStatement.html"""
        store = store_of(context.account_id, context.region)
        group = group_of(store, request["WorkGroup"]).name
        found: list[Members] = []
        missing: list[Members] = []
        for name in request["PreparedStatementNames"]:
            if statement := store.prepared_statements.get((group, name)):
                found.append(_told(statement))
            else:
                code, message = "STATEMENT_NOT_FOUND", _missing(group, name)
                missing.append({"StatementName": name, "ErrorCode": code, "ErrorMessage": message})
        return {"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing}

    @handler("ListPreparedStatements", expand=False)
    def list_prepared_statements(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListPreparedStatements.html"""
        store = store_of(context.account_id, context.region)
        group = group_of(store, request["WorkGroup"]).name
        summaries = [
            {"StatementName": name, "LastModifiedTime": statement.modified}
            for (of_group, name), statement in sorted(store.prepared_statements.items())
            if of_group == group
        ]
        return paging.answer("PreparedStatements", summaries, request)

    @handler("UpdatePreparedStatement", expand=False)
    def update_prepared_statement(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdatePreparedStatement.html"""
        statement = _statement(context, request)
        statement.text = request["QueryStatement"]
        if request.get("Description") is not None:
            statement.description = request["Description"]
        statement.modified = datetime.now(UTC)
        return {}

    @handler("DeletePreparedStatement", expand=False)
    def delete_prepared_statement(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_DeletePreparedStatement.html"""
        statement = _statement(context, request)
        store = store_of(context.account_id, context.region)
        del store.prepared_statements[statement.work_group, statement.name]
        return {}


def _statement(context: RequestContext, request: Members) -> PreparedStatement:
    store = store_of(context.account_id, context.region)
    group, name = group_of(store, request["WorkGroup"]).name, request["StatementName"]
    found = store.prepared_statements.get((group, name))
    if found is None:
        raise refusal("ResourceNotFoundException", _missing(group, name), ResourceName=name)
    return found


def _missing(work_group: str, name: str) -> str:
    return f"PreparedStatement {name} was not found in workGroup {work_group}"


def _told(statement: PreparedStatement) -> Members:
    told: Members = {
        "StatementName": statement.name,
        "QueryStatement": statement.text,
        "WorkGroupName": statement.work_group,
        "LastModifiedTime": statement.modified,
    }
    if statement.description:
        told["Description"] = statement.description
    return told
