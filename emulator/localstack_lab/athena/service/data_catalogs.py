"""Data catalogs. AwsDataCatalog, the account's Glue catalog, is always there.

https://docs.aws.amazon.com/athena/latest/ug/data-sources-managing.html

A catalog of type GLUE of this account is another name of AwsDataCatalog. Those of other types, and of other
accounts, are kept and told, and a query of one fails with a text that says so: there is no connector.
"""

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members
from localstack_lab.athena import paging
from localstack_lab.athena.refusals import invalid, not_available
from localstack_lab.athena.store import AWS_CATALOG, AthenaStore, DataCatalog, store_of
from localstack_lab.athena.tagging import tags_of

_REQUIRED = {"GLUE": "catalog-id", "HIVE": "metadata-function"}


class DataCatalogs(LabProvider):
    """Known by name, in any case."""

    @handler("CreateDataCatalog", expand=False)
    def create_data_catalog(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateDataCatalog.html"""
        store, name, kind = store_of(context.account_id, context.region), request["Name"], request["Type"]
        if registered(store, name):
            raise invalid(f"DataCatalog {name} already exists")
        if kind == "FEDERATED":
            raise not_available("A data catalog of type FEDERATED")
        parameters = dict(request.get("Parameters") or {})
        _check(kind, parameters, context.account_id)
        catalog = DataCatalog(
            name, kind, request.get("Description"), parameters, tags_of(request.get("Tags"))
        )
        store.data_catalogs[name] = catalog
        return {"DataCatalog": _told(catalog)}

    @handler("GetDataCatalog", expand=False)
    def get_data_catalog(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetDataCatalog.html"""
        store = store_of(context.account_id, context.region)
        return {"DataCatalog": _told(_catalog(store, request["Name"], context.account_id))}

    @handler("ListDataCatalogs", expand=False)
    def list_data_catalogs(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListDataCatalogs.html"""
        store = store_of(context.account_id, context.region)
        catalogs = [aws_catalog(context.account_id), *store.data_catalogs.values()]
        summaries = [{"CatalogName": catalog.name, "Type": catalog.type} for catalog in catalogs]
        return paging.answer("DataCatalogsSummary", summaries, request)

    @handler("UpdateDataCatalog", expand=False)
    def update_data_catalog(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateDataCatalog.html"""
        catalog = _own(store_of(context.account_id, context.region), request["Name"])
        if request["Type"] != catalog.type:
            raise invalid("The type of a data catalog cannot be changed")
        if request.get("Parameters") is not None:
            parameters = dict(request["Parameters"])
            _check(catalog.type, parameters, context.account_id)
            catalog.parameters = parameters
        if request.get("Description") is not None:
            catalog.description = request["Description"]
        return {}

    @handler("DeleteDataCatalog", expand=False)
    def delete_data_catalog(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteDataCatalog.html"""
        store = store_of(context.account_id, context.region)
        catalog = _own(store, request["Name"])
        del store.data_catalogs[catalog.name]
        return {"DataCatalog": _told(catalog)}


def aws_catalog(account: str) -> DataCatalog:
    """The catalog that is always there."""
    return DataCatalog(AWS_CATALOG, "GLUE", parameters={"catalog-id": account})


def registered(store: AthenaStore, name: str) -> DataCatalog | None:
    """The catalog of a name, in any case; None also for AwsDataCatalog."""
    return next((c for known, c in store.data_catalogs.items() if known.lower() == name.lower()), None)


def is_glue(store: AthenaStore, name: str) -> bool:
    """Whether a name stands for the account's Glue catalog."""
    if name.lower() == AWS_CATALOG.lower():
        return True
    found = registered(store, name)
    return found is not None and found.type == "GLUE"


def _catalog(store: AthenaStore, name: str, account: str) -> DataCatalog:
    return aws_catalog(account) if name.lower() == AWS_CATALOG.lower() else _own(store, name)


def _own(store: AthenaStore, name: str) -> DataCatalog:
    if name.lower() == AWS_CATALOG.lower():
        raise invalid(f"DataCatalog {AWS_CATALOG} cannot be changed")
    found = registered(store, name)
    if found is None:
        raise invalid(f"DataCatalog {name} was not found")
    return found


def _check(kind: str, parameters: dict[str, str], account: str) -> None:
    needed = _REQUIRED.get(kind)
    if needed and needed not in parameters:
        raise invalid(f"Parameter {needed} is required for a data catalog of type {kind}")
    if kind == "LAMBDA" and not (
        "function" in parameters or {"metadata-function", "record-function"} <= set(parameters)
    ):
        raise invalid("Either function, or metadata-function and record-function, is required")
    if kind == "GLUE" and parameters["catalog-id"] != account:
        raise not_available("The Glue catalog of another account")


def _told(catalog: DataCatalog) -> Members:
    told: Members = {
        "Name": catalog.name,
        "Type": catalog.type,
        "Parameters": dict(catalog.parameters),
        "Status": "CREATE_COMPLETE",
    }
    if catalog.description:
        told["Description"] = catalog.description
    return told
