"""User-defined functions: definitions for Hive and Spark, kept in a database.

https://docs.aws.amazon.com/glue/latest/webapi/API_UserDefinedFunction.html
"""

from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.databases import Databases
from localstack_lab.glue.operations import operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.patterns import pattern
from localstack_lab.glue.refusals import already_exists, invalid, not_found
from localstack_lab.glue.store import copied, now


class Functions(Databases):
    """The operations on user-defined functions."""

    @operation
    def create_user_defined_function(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateUserDefinedFunction.html"""
        database, given = self.database(request["DatabaseName"]), request["FunctionInput"]
        if not given.get("FunctionName"):
            raise invalid("FunctionName must not be null")
        name = given["FunctionName"].lower()
        if name in database.functions:
            raise already_exists("Function already exists.")
        database.functions[name] = self._function(database.members["Name"], name, given)
        return {}

    @operation
    def get_user_defined_function(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetUserDefinedFunction.html"""
        found = self._found(request["DatabaseName"], request["FunctionName"])
        return {"UserDefinedFunction": copied(found)}

    @operation
    def get_user_defined_functions(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetUserDefinedFunctions.html

        Of one database, or of all; Pattern as in GetTables.
        """
        wanted = pattern(request["Pattern"])
        kind = request.get("FunctionType")
        given = request.get("DatabaseName")
        databases = [self.database(given)] if given else list(self.store.databases.values())
        found = sorted(
            ((database.members["Name"], name), copied(function))
            for database in databases
            for name, function in database.functions.items()
            if (wanted is None or wanted.fullmatch(name)) and kind in (None, function.get("FunctionType"))
        )
        return page("UserDefinedFunctions", found, request)

    @operation
    def update_user_defined_function(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateUserDefinedFunction.html"""
        name, given = request["FunctionName"].lower(), request["FunctionInput"]
        before = self._found(request["DatabaseName"], request["FunctionName"])
        if given.get("FunctionName", name).lower() != name:
            raise invalid("A function cannot be renamed: FunctionName and FunctionInput.FunctionName differ.")
        database = self.database(request["DatabaseName"])
        after = self._function(database.members["Name"], name, given)
        database.functions[name] = {**after, "CreateTime": before["CreateTime"]}
        return {}

    @operation
    def delete_user_defined_function(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteUserDefinedFunction.html"""
        self._found(request["DatabaseName"], request["FunctionName"])
        del self.database(request["DatabaseName"]).functions[request["FunctionName"].lower()]
        return {}

    def _found(self, database: str, name: str) -> Members:
        found = self.database(database).functions.get(name.lower())
        if found is None:
            raise not_found(f"Function {name} not found.")
        return found

    def _function(self, database: str, name: str, given: Members) -> Members:
        return {
            **copied(given),
            "FunctionName": name,
            "DatabaseName": database,
            "CreateTime": now(),
            "CatalogId": self.account,
        }
