"""Security configurations. https://docs.aws.amazon.com/glue/latest/webapi/API_SecurityConfiguration.html"""

from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, not_found
from localstack_lab.glue.store import copied, now


class SecurityConfigurations(Region):
    """The operations on security configurations."""

    @operation
    def create_security_configuration(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateSecurityConfiguration.html"""
        name, created = request["Name"], now()
        if name in self.store.security_configurations:
            raise already_exists(f"Security configuration {name} already exists.")
        self.store.security_configurations[name] = {
            "Name": name,
            "CreatedTimeStamp": created,
            "EncryptionConfiguration": copied(request["EncryptionConfiguration"]),
        }
        return {"Name": name, "CreatedTimestamp": created}

    @operation
    def get_security_configuration(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetSecurityConfiguration.html"""
        return {"SecurityConfiguration": copied(self._configuration(request["Name"]))}

    @operation
    def get_security_configurations(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetSecurityConfigurations.html"""
        found = ((name, copied(kept)) for name, kept in sorted(self.store.security_configurations.items()))
        return page("SecurityConfigurations", found, request)

    @operation
    def delete_security_configuration(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteSecurityConfiguration.html"""
        self._configuration(request["Name"])
        del self.store.security_configurations[request["Name"]]
        return {}

    def _configuration(self, name: str) -> Members:
        found = self.store.security_configurations.get(name)
        if found is None:
            raise not_found(f"Security configuration {name} not found.")
        return found
