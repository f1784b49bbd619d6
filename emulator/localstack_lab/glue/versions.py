"""The versions of tables. https://docs.aws.amazon.com/glue/latest/webapi/API_TableVersion.html"""

from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.descriptions import error_detail
from localstack_lab.glue.operations import operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import invalid, not_found
from localstack_lab.glue.store import Table, copied
from localstack_lab.glue.tables import Tables

_CURRENT = "The current version of a table cannot be deleted."


class Versions(Tables):
    """The operations on versions: 0 is the first, and the current one is among them."""

    @operation
    def get_table_version(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersion.html

        Without a VersionId the current one.
        """
        table = self.table(request["DatabaseName"], request["TableName"])
        return {"TableVersion": _described(_version(table, request.get("VersionId")))}

    @operation
    def get_table_versions(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersions.html

        The newest first.
        """
        table = self.table(request["DatabaseName"], request["TableName"])
        found = ((-int(key), _described(table.versions[key])) for key in sorted(table.versions, key=_newest))
        return page("TableVersions", found, request)

    @operation
    def delete_table_version(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteTableVersion.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        version = _version(table, request["VersionId"])
        if version is table.members:
            raise invalid(_CURRENT)
        del table.versions[version["VersionId"]]
        return {}

    @operation
    def batch_delete_table_version(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteTableVersion.html"""
        table = self.table(request["DatabaseName"], request["TableName"])
        errors = []
        for key in request["VersionIds"]:
            if key == table.members["VersionId"]:
                detail = error_detail("InvalidInputException", _CURRENT)
            elif table.versions.pop(key, None) is None:
                detail = error_detail("EntityNotFoundException", "Version not found.")
            else:
                continue
            errors.append({"TableName": table.members["Name"], "VersionId": key, "ErrorDetail": detail})
        return {"Errors": errors}


def _version(table: Table, key: str | None) -> Members:
    if key is None:
        return table.members
    if not key.isdigit():
        raise invalid("Version Id should be a number.")
    found = table.versions.get(str(int(key)))
    if found is None:
        raise not_found("Version not found.")
    return found


def _described(version: Members) -> Members:
    return {"Table": copied(version), "VersionId": version["VersionId"]}


def _newest(key: str) -> int:
    return -int(key)
