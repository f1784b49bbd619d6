"""Tables. https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html"""

from typing import Any

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue import events
from localstack_lab.glue.databases import Databases
from localstack_lab.glue.descriptions import error_detail, storage
from localstack_lab.glue.operations import operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.patterns import pattern
from localstack_lab.glue.refusals import already_exists, invalid, lacking, no_table, not_found
from localstack_lab.glue.store import Table, copied, now

_SHORT = {"NAME": "Name", "TABLE_TYPE": "TableType"}
_TRANSACTIONS = ("TransactionId", "QueryAsOfTime")


class Tables(Databases):
    """The operations on tables; their versions are in `versions`."""

    def table(self, database: str, name: str) -> Table:
        """The table of a name in any case.

        :raises ServiceException: EntityNotFoundException
        """
        found = self.database(database).tables.get(name.lower())
        if found is None:
            raise no_table(name)
        return found

    @operation
    def create_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTable.html"""
        if request.get("OpenTableFormatInput"):
            raise lacking(
                "CreateTable with OpenTableFormatInput (Glue writing the metadata of an Iceberg table)"
            )
        _no_transaction(request)
        database = self.database(request["DatabaseName"])
        given = request.get("TableInput")
        if given is None:
            raise invalid("TableInput must not be null")
        _only_local(given)
        name = given["Name"].lower()
        if name in database.tables:
            raise already_exists("Table already exists.")
        table = Table(self._table_members(database.members["Name"], given, created=now(), version=0))
        table.versions["0"] = table.members
        for index in request.get("PartitionIndexes") or []:
            self.add_index(table, index)
        database.tables[name] = table
        events.database_changed(self, "CreateTable", database.members["Name"], [name])
        return {}

    @operation
    def get_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html"""
        _no_transaction(request)
        table = self.database(request["DatabaseName"]).tables.get(request["Name"].lower())
        if table is None:
            raise not_found("Entity Not Found")
        return {"Table": copied(table.members)}

    @operation
    def get_tables(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html

        Expression is a pattern of names, see `patterns`.
        """
        _no_transaction(request)
        database = self.database(request["DatabaseName"])
        names = pattern(request.get("Expression"))
        wanted = [_SHORT[attribute] for attribute in request.get("AttributesToGet") or []]
        found = (
            (
                name,
                {key: table.members[key] for key in wanted if key in table.members}
                if wanted
                else copied(table.members),
            )
            for name, table in sorted(database.tables.items())
            if names is None or names.fullmatch(name)
        )
        return page("TableList", found, request)

    @operation
    def update_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html

        The new definition replaces the old one whole. VersionId is the version that the caller has read: when
        another one is current, nothing changes. SkipArchive keeps the old version from the list of versions.
        """
        for member in ("ViewUpdateAction", "UpdateOpenTableFormatInput"):
            if request.get(member):
                raise lacking(f"UpdateTable with {member}")
        _no_transaction(request)
        given = request.get("TableInput")
        if given is None:
            raise invalid("TableInput must not be null")
        _only_local(given)
        name = given["Name"].lower()
        if request.get("Name") and request["Name"].lower() != name:
            raise invalid("A table cannot be renamed: Name and TableInput.Name differ.")
        database = self.database(request["DatabaseName"])
        table = self.table(request["DatabaseName"], given["Name"])
        before = table.members
        if request.get("VersionId") not in (None, before["VersionId"]):
            raise refusal(
                "ConcurrentModificationException", "Update table failed due to concurrent modifications."
            )
        if request.get("SkipArchive"):
            table.versions.pop(before["VersionId"], None)
        number = table.next_version
        table.next_version += 1
        table.members = self._table_members(
            database.members["Name"], given, created=before["CreateTime"], version=number
        ) | {"CreatedBy": before["CreatedBy"]}
        table.versions[str(number)] = table.members
        events.table_changed(self, "UpdateTable", database.members["Name"], name, [])
        return {}

    @operation
    def delete_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteTable.html"""
        _no_transaction(request)
        database = self.database(request["DatabaseName"])
        self.table(request["DatabaseName"], request["Name"])
        self._forget(database.members["Name"], request["Name"].lower())
        events.database_changed(self, "DeleteTable", database.members["Name"], [request["Name"].lower()])
        return {}

    @operation
    def batch_delete_table(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTable.html"""
        _no_transaction(request)
        database = self.database(request["DatabaseName"])
        deleted, errors = [], []
        for name in request["TablesToDelete"]:
            if name.lower() in database.tables:
                self._forget(database.members["Name"], name.lower())
                deleted.append(name.lower())
            else:
                detail = error_detail("EntityNotFoundException", f"Table {name} not found.")
                errors.append({"TableName": name, "ErrorDetail": detail})
        if deleted:
            events.database_changed(self, "BatchDeleteTable", database.members["Name"], deleted)
        return {"Errors": errors}

    def add_index(self, table: Table, given: Members) -> None:
        """Add a partition index; see `indexes`."""
        raise NotImplementedError

    def _forget(self, database: str, name: str) -> None:
        del self.store.databases[database].tables[name]
        self.store.tags.pop(self.arn("table", database, name), None)

    def _table_members(self, database: str, given: Members, *, created: Any, version: int) -> Members:
        members = {
            "Retention": 0,
            **copied(given),
            "Name": given["Name"].lower(),
            "DatabaseName": database,
            "CreateTime": created,
            "UpdateTime": now(),
            "CreatedBy": self.caller,
            "IsRegisteredWithLakeFormation": False,
            "CatalogId": self.account,
            "VersionId": str(version),
            "IsMultiDialectView": False,
        }
        if "StorageDescriptor" in given:
            members["StorageDescriptor"] = storage(given["StorageDescriptor"])
        return members


def _only_local(given: Members) -> None:
    if given.get("TargetTable"):
        raise lacking("A table with TargetTable (a resource link)")
    if given.get("ViewDefinition"):
        raise lacking("A table with ViewDefinition (a Data Catalog view of several engines)")


def _no_transaction(request: Members) -> None:
    for member in _TRANSACTIONS:
        if request.get(member):
            raise lacking(f"{member} (tables of Lake Formation transactions)")
