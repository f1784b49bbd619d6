"""Named queries: statements that are kept under a name, for people.

https://docs.aws.amazon.com/athena/latest/ug/saved-queries.html
"""

import uuid

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members
from localstack_lab.athena import paging
from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.service.work_groups import enabled_group, group_of
from localstack_lab.athena.store import PRIMARY, AthenaStore, NamedQuery, store_of


class NamedQueries(LabProvider):
    """Known by ids; names need not be unique."""

    @handler("CreateNamedQuery", expand=False)
    def create_named_query(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html"""
        store = store_of(context.account_id, context.region)
        query = NamedQuery(
            id=str(uuid.uuid4()),
            name=request["Name"],
            database=request["Database"],
            text=request["QueryString"],
            work_group=enabled_group(store, request.get("WorkGroup") or PRIMARY).name,
            description=request.get("Description"),
        )
        token = request.get("ClientRequestToken")
        known = store.named_queries.get(store.tokens.get(token or "", ""))
        if known is not None:
            if _content(known) != _content(query):
                raise invalid("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH")
            return {"NamedQueryId": known.id}
        store.named_queries[query.id] = query
        if token:
            store.tokens[token] = query.id
        return {"NamedQueryId": query.id}

    @handler("GetNamedQuery", expand=False)
    def get_named_query(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetNamedQuery.html"""
        store = store_of(context.account_id, context.region)
        return {"NamedQuery": _told(_query(store, request["NamedQueryId"]))}

    @handler("BatchGetNamedQuery", expand=False)
    def batch_get_named_query(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetNamedQuery.html"""
        known = store_of(context.account_id, context.region).named_queries
        ids = request["NamedQueryIds"]
        return {
            "NamedQueries": [_told(known[i]) for i in ids if i in known],
            "UnprocessedNamedQueryIds": [
                {"NamedQueryId": i, "ErrorCode": "NAMED_QUERY_NOT_FOUND", "ErrorMessage": _missing(i)}
                for i in ids
                if i not in known
            ],
        }

    @handler("ListNamedQueries", expand=False)
    def list_named_queries(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListNamedQueries.html

        Those of one work group.
        """
        store = store_of(context.account_id, context.region)
        name = group_of(store, request.get("WorkGroup") or PRIMARY).name
        ids = [query.id for query in store.named_queries.values() if query.work_group == name]
        return paging.answer("NamedQueryIds", ids, request)

    @handler("UpdateNamedQuery", expand=False)
    def update_named_query(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateNamedQuery.html"""
        query = _query(store_of(context.account_id, context.region), request["NamedQueryId"])
        query.name, query.text = request["Name"], request["QueryString"]
        if request.get("Description") is not None:
            query.description = request["Description"]
        return {}

    @handler("DeleteNamedQuery", expand=False)
    def delete_named_query(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteNamedQuery.html"""
        store = store_of(context.account_id, context.region)
        del store.named_queries[_query(store, request["NamedQueryId"]).id]
        return {}


def _query(store: AthenaStore, query_id: str) -> NamedQuery:
    found = store.named_queries.get(query_id)
    if found is None:
        raise invalid(_missing(query_id))
    return found


def _missing(query_id: str) -> str:
    return f"NamedQuery {query_id} was not found"


def _content(query: NamedQuery) -> tuple[str | None, ...]:
    return query.name, query.database, query.text, query.work_group, query.description


def _told(query: NamedQuery) -> Members:
    told: Members = {
        "NamedQueryId": query.id,
        "Name": query.name,
        "Database": query.database,
        "QueryString": query.text,
        "WorkGroup": query.work_group,
    }
    if query.description:
        told["Description"] = query.description
    return told
