"""Databases. https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html"""

from localstack_lab.api.service import Members
from localstack_lab.glue import events
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, lacking, no_database
from localstack_lab.glue.store import Database, copied, now
from localstack_lab.glue.tags import checked_tags

EVERYONE = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
"""Without Lake Formation: whoever IAM lets may do it."""


class Databases(Region):
    """The operations on databases."""

    def database(self, name: str) -> Database:
        """The database of a name in any case.

        :raises ServiceException: EntityNotFoundException
        """
        found = self.store.databases.get(name.lower())
        if found is None:
            raise no_database(name)
        return found

    @operation
    def create_database(self, **request: Members) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDatabase.html

        Names become lower case, as all names of the catalog do.
        """
        given = request["DatabaseInput"]
        _only_local(given)
        name = given["Name"].lower()
        if name in self.store.databases:
            raise already_exists("Database already exists.")
        tags = checked_tags(request.get("Tags") or {})
        self.store.databases[name] = Database(self._database_members(given, {}))
        if tags:
            self.store.tags[self.arn("database", name)] = tags
        events.database_changed(self, "CreateDatabase", name, [])
        return {}

    @operation
    def get_database(self, **request: str) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetDatabase.html"""
        return {"Database": copied(self.database(request["Name"]).members)}

    @operation
    def get_databases(self, **request: Members) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetDatabases.html

        No account shares databases with another here, so FOREIGN and FEDERATED find none.
        """
        if request.get("ResourceShareType") in ("FOREIGN", "FEDERATED"):
            return {"DatabaseList": []}
        wanted = [name for name in ("Name",) if request.get("AttributesToGet")]
        found = (
            (name, {key: database.members[key] for key in wanted} if wanted else copied(database.members))
            for name, database in sorted(self.store.databases.items())
        )
        return page("DatabaseList", found, request)

    @operation
    def update_database(self, **request: Members) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateDatabase.html

        The new definition replaces the old one whole.
        """
        name, given = str(request["Name"]), request["DatabaseInput"]
        database = self.database(name)
        _only_local(given)
        if given["Name"].lower() != name.lower():
            raise invalid("A database cannot be renamed: Name and DatabaseInput.Name differ.")
        database.members = self._database_members(given, database.members)
        return {}

    @operation
    def delete_database(self, **request: str) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteDatabase.html

        Its tables, partitions and functions go with it.
        """
        name = request["Name"].lower()
        database = self.database(request["Name"])
        del self.store.databases[name]
        for arn in (self.arn("database", name), *(self.arn("table", name, t) for t in database.tables)):
            self.store.tags.pop(arn, None)
        events.database_changed(self, "DeleteDatabase", name, sorted(database.tables))
        return {}

    def _database_members(self, given: Members, before: Members) -> Members:
        return {
            "CreateTableDefaultPermissions": before.get("CreateTableDefaultPermissions") or copied(EVERYONE),
            **copied(given),
            "Name": given["Name"].lower(),
            "CreateTime": before.get("CreateTime") or now(),
            "CatalogId": self.account,
        }


def _only_local(given: Members) -> None:
    for member in ("TargetDatabase", "FederatedDatabase"):
        if given.get(member):
            raise lacking(f"A database with {member}")
