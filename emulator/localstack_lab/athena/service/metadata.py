"""Databases and tables of a data catalog, as Athena tells them.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html
"""

import regex
from localstack.aws.api import RequestContext, ServiceException, handler

from localstack_lab.api.service import LabProvider, Members, refusal
from localstack_lab.athena import paging
from localstack_lab.athena.refusals import catalog_error, invalid
from localstack_lab.athena.service.data_catalogs import is_glue, registered
from localstack_lab.athena.store import store_of
from localstack_lab.glue.catalog import Catalog, catalog
from localstack_lab.lake import bounded


class Metadata(LabProvider):
    """Of AwsDataCatalog and catalogs that are other names of it."""

    @handler("ListDatabases", expand=False)
    def list_databases(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListDatabases.html"""
        found = [
            _database(database) for database in _catalog(context, request).get_databases()["DatabaseList"]
        ]
        return paging.answer("DatabaseList", found, request)

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetDatabase.html"""
        try:
            found = _catalog(context, request).get_database(Name=request["DatabaseName"])["Database"]
        except ServiceException as error:
            raise catalog_error(error) from error
        return {"Database": _database(found)}

    @handler("ListTableMetadata", expand=False)
    def list_table_metadata(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html

        Expression is a regular expression for whole names.
        """
        glue = _catalog(context, request)
        try:
            found = glue.get_tables(DatabaseName=request["DatabaseName"])["TableList"]
        except ServiceException as error:
            raise catalog_error(error) from error
        if expression := request.get("Expression"):
            try:
                wanted = bounded.Bounded(expression)
                found = [table for table in found if wanted.fullmatch(table["Name"])]
            except regex.error as error:
                raise invalid(f"Expression is not a regular expression: {expression}") from error
            except bounded.TooSlow as error:
                raise invalid(str(error)) from error
        tables = sorted((_table(table) for table in found), key=lambda table: table["Name"])
        return paging.answer("TableMetadataList", tables, request)

    @handler("GetTableMetadata", expand=False)
    def get_table_metadata(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_GetTableMetadata.html"""
        glue = _catalog(context, request)
        try:
            found = glue.get_table(DatabaseName=request["DatabaseName"], Name=request["TableName"])["Table"]
        except ServiceException as error:
            raise catalog_error(error) from error
        return {"TableMetadata": _table(found)}


def _catalog(context: RequestContext, request: Members) -> Catalog:
    """The catalog that a request names.

    :raises ServiceException: there is none of this name, or the emulator has no connector to it
    """
    store, name = store_of(context.account_id, context.region), request["CatalogName"]
    if is_glue(store, name):
        return catalog(context.account_id, context.region)
    if found := registered(store, name):
        raise refusal(
            "MetadataException",
            f"Data catalog {found.name} is of type {found.type}, which this emulator cannot read.",
        )
    raise invalid(f"DataCatalog {name} was not found")


def _database(database: Members) -> Members:
    told: Members = {"Name": database["Name"]}
    if database.get("Description"):
        told["Description"] = database["Description"]
    if database.get("Parameters"):
        told["Parameters"] = dict(database["Parameters"])
    return told


def _table(table: Members) -> Members:
    """A Glue table as Athena's TableMetadata: what the SerDe needs is among the parameters."""
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    parameters = dict(table.get("Parameters") or {})
    for name, value in (
        ("inputformat", storage.get("InputFormat")),
        ("outputformat", storage.get("OutputFormat")),
        ("location", storage.get("Location")),
        ("serde.serialization.lib", serde.get("SerializationLibrary")),
    ):
        if value:
            parameters[name] = value
    parameters |= {f"serde.param.{name}": value for name, value in (serde.get("Parameters") or {}).items()}
    told: Members = {
        "Name": table["Name"],
        "TableType": table.get("TableType") or "",
        "Columns": [_column(column) for column in storage.get("Columns") or () if _is_current(column)],
        "PartitionKeys": [_column(column) for column in table.get("PartitionKeys") or ()],
        "Parameters": parameters,
    }
    for name, member in (("CreateTime", "CreateTime"), ("LastAccessTime", "LastAccessTime")):
        if table.get(member):
            told[name] = table[member]
    return told


def _is_current(column: Members) -> bool:
    """Not so for columns that an Iceberg table had once: the catalog keeps them with a mark."""
    return (column.get("Parameters") or {}).get("iceberg.field.current") != "false"


def _column(column: Members) -> Members:
    told: Members = {"Name": column["Name"], "Type": column.get("Type") or ""}
    if column.get("Comment"):
        told["Comment"] = column["Comment"]
    return told
