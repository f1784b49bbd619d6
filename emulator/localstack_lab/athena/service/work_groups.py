"""Work groups.

https://docs.aws.amazon.com/athena/latest/ug/workgroups.html
"""

import copy
from typing import Any

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members
from localstack_lab.athena import paging
from localstack_lab.athena.executions import locations
from localstack_lab.athena.refusals import invalid, no_work_group, not_available
from localstack_lab.athena.store import AUTO, PRIMARY, AthenaStore, WorkGroup, defaults, store_of
from localstack_lab.athena.tagging import tags_of

ENGINE_VERSIONS = ("AUTO", "Athena engine version 3")
_REMOVABLE = {
    "OutputLocation": "RemoveOutputLocation",
    "EncryptionConfiguration": "RemoveEncryptionConfiguration",
    "ExpectedBucketOwner": "RemoveExpectedBucketOwner",
    "AclConfiguration": "RemoveAclConfiguration",
}
_REFUSED = {
    "ExecutionRole": "An execution role, and with it Spark",
    "AdditionalConfiguration": "Spark's configuration",
    "CustomerContentEncryptionConfiguration": "Encryption of Spark's user data",
    "EngineConfiguration": "Spark's configuration",
    "MonitoringConfiguration": "Spark's logging",
    "IdentityCenterConfiguration": "IAM Identity Center in Athena",
    "QueryResultsS3AccessGrantsConfiguration": "S3 Access Grants for query results",
}


def group_of(store: AthenaStore, name: str) -> WorkGroup:
    """The work group.

    :raises ServiceException: there is none of this name
    """
    found = store.work_groups.get(name)
    if found is None:
        raise no_work_group()
    return found


def enabled_group(store: AthenaStore, name: str) -> WorkGroup:
    """The work group, in which queries may be run.

    :raises ServiceException: there is none of this name, or it is disabled
    """
    found = group_of(store, name)
    if found.state != "ENABLED":
        raise invalid(f"WorkGroup {name} is disabled.")
    return found


class WorkGroups(LabProvider):
    """`primary` is in every account and region, and stays."""

    @handler("CreateWorkGroup", expand=False)
    def create_work_group(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html"""
        store, name = store_of(context.account_id, context.region), request["Name"]
        if name == PRIMARY:
            raise invalid("primary workGroup could not be created")
        if name in store.work_groups:
            raise invalid("WorkGroup is already created")
        configuration = defaults(enforced=True)
        _apply(configuration, copy.deepcopy(dict(request.get("Configuration") or {})))
        store.work_groups[name] = WorkGroup(
            name,
            configuration,
            description=request.get("Description") or "",
            tags=tags_of(request.get("Tags")),
        )
        return {}

    @handler("GetWorkGroup", expand=False)
    def get_work_group(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetWorkGroup.html"""
        group = group_of(store_of(context.account_id, context.region), request["WorkGroup"])
        told: Members = {
            "Name": group.name,
            "State": group.state,
            "Configuration": copy.deepcopy(group.configuration),
            "CreationTime": group.created,
        }
        if group.description:
            told["Description"] = group.description
        return {"WorkGroup": told}

    @handler("ListWorkGroups", expand=False)
    def list_work_groups(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListWorkGroups.html: by name."""
        groups = store_of(context.account_id, context.region).work_groups
        summaries = [
            {
                "Name": group.name,
                "State": group.state,
                "Description": group.description,
                "CreationTime": group.created,
                "EngineVersion": dict(group.configuration["EngineVersion"]),
            }
            for _, group in sorted(groups.items())
        ]
        return paging.answer("WorkGroups", summaries, request)

    @handler("UpdateWorkGroup", expand=False)
    def update_work_group(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateWorkGroup.html"""
        group = group_of(store_of(context.account_id, context.region), request["WorkGroup"])
        configuration = copy.deepcopy(group.configuration)
        _update(configuration, copy.deepcopy(dict(request.get("ConfigurationUpdates") or {})))
        group.configuration = configuration
        if request.get("Description") is not None:
            group.description = request["Description"]
        if state := request.get("State"):
            group.state = state
        return {}

    @handler("DeleteWorkGroup", expand=False)
    def delete_work_group(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html

        One with named queries, prepared statements or executions is not empty.
        """
        store, name = store_of(context.account_id, context.region), request["WorkGroup"]
        if name == PRIMARY:
            raise invalid("primary workGroup could not be deleted")
        group_of(store, name)
        named = [query.id for query in store.named_queries.values() if query.work_group == name]
        prepared = [key for key in store.prepared_statements if key[0] == name]
        ran = [execution for execution in list(store.executions.values()) if execution.work_group == name]
        if (named or prepared or ran) and not request.get("RecursiveDeleteOption"):
            raise invalid(f"WorkGroup {name} is not empty")
        for execution in ran:
            self.end_execution(execution.id)
            store.executions.pop(execution.id, None)
            store.tokens.pop(execution.token or "", None)
        for query_id in named:
            store.named_queries.pop(query_id, None)
        for key in prepared:
            store.prepared_statements.pop(key, None)
        store.work_groups.pop(name, None)
        return {}

    def end_execution(self, query_id: str) -> None:
        """End a query whose work group goes; of the class that runs them."""
        raise NotImplementedError


def _apply(configuration: Members, given: Members) -> None:
    """Put the members of a WorkGroupConfiguration over those there are.

    :raises ServiceException: for what the emulator could not honour
    """
    for member, what in _REFUSED.items():
        if given.get(member):
            raise not_available(what)
    if (given.pop("ManagedQueryResultsConfiguration", None) or {}).get("Enabled"):
        raise not_available("Managed query results")
    if given.get("EnableMinimumEncryptionConfiguration"):
        raise not_available("Minimum encryption of query results")
    if version := given.pop("EngineVersion", None):
        configuration["EngineVersion"] = _engine_version(version)
    if "ResultConfiguration" in given:
        locations.check(given["ResultConfiguration"])
    configuration |= {name: value for name, value in given.items() if value is not None}


def _update(configuration: Members, updates: Members) -> None:
    if (updates.pop("ManagedQueryResultsConfigurationUpdates", None) or {}).get("Enabled"):
        raise not_available("Managed query results")
    results: Members = updates.pop("ResultConfigurationUpdates", None) or {}
    if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
        configuration.pop("BytesScannedCutoffPerQuery", None)
    updates.pop("RemoveCustomerContentEncryptionConfiguration", None)
    own: dict[str, Any] = dict(configuration.get("ResultConfiguration") or {})
    for member, remove in _REMOVABLE.items():
        if results.get(remove):
            if member in results:
                raise invalid(f"Cannot both set {member} and {remove}")
            own.pop(member, None)
        elif results.get(member) is not None:
            own[member] = results[member]
    _apply(configuration, updates | {"ResultConfiguration": own})


def _engine_version(given: Members) -> Members:
    selected = given.get("SelectedEngineVersion") or "AUTO"
    if selected not in ENGINE_VERSIONS:
        raise not_available(f"Engine version {selected!r}")
    return AUTO | {"SelectedEngineVersion": selected}
