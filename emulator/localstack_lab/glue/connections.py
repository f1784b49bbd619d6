"""Connections: where and how to reach a database, kept for crawlers and jobs.

https://docs.aws.amazon.com/glue/latest/webapi/API_Connection.html
"""

import base64
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.descriptions import error_detail
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, lacking, not_found
from localstack_lab.glue.store import copied, now
from localstack_lab.glue.tags import keep_tags

_LACKING = ("AuthenticationConfiguration", "ValidateCredentials")
_SECRET = ("PASSWORD", "ENCRYPTED_PASSWORD")


class Connections(Region):
    """The operations on connections."""

    @operation
    def create_connection(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateConnection.html"""
        given = request["ConnectionInput"]
        if given["Name"] in self.store.connections:
            raise already_exists("Connection already exists.")
        connection = self._connection(given, None)
        keep_tags(self, "connection", given["Name"], request.get("Tags") or {})
        self.store.connections[given["Name"]] = connection
        return {"CreateConnectionStatus": "READY"}

    @operation
    def get_connection(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetConnection.html"""
        _one_environment(request)
        return {"Connection": _shown(self._kept(request["Name"]), request)}

    @operation
    def get_connections(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetConnections.html

        A filter's MatchCriteria must all be among the connection's.
        """
        wanted = request.get("Filter") or {}
        if wanted.get("ConnectionSchemaVersion"):
            raise lacking("GetConnections with ConnectionSchemaVersion")
        criteria, kind = set(wanted.get("MatchCriteria") or []), wanted.get("ConnectionType")
        found = (
            (name, _shown(connection, request))
            for name, connection in sorted(self.store.connections.items())
            if kind in (None, connection["ConnectionType"])
            and criteria <= set(connection.get("MatchCriteria") or [])
        )
        return page("ConnectionList", found, request)

    @operation
    def update_connection(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateConnection.html

        The new definition replaces the old one whole.
        """
        before, given = self._kept(request["Name"]), request["ConnectionInput"]
        if given["Name"] != request["Name"]:
            raise invalid("A connection cannot be renamed: Name and ConnectionInput.Name differ.")
        self.store.connections[request["Name"]] = self._connection(given, before["CreationTime"])
        return {}

    @operation
    def delete_connection(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteConnection.html"""
        self._kept(request["ConnectionName"])
        self._delete_connection(request["ConnectionName"])
        return {}

    @operation
    def batch_delete_connection(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeleteConnection.html"""
        succeeded, errors = [], {}
        for name in request["ConnectionNameList"]:
            if name in self.store.connections:
                self._delete_connection(name)
                succeeded.append(name)
            else:
                errors[name] = error_detail("EntityNotFoundException", f"Connection {name} not found.")
        return {"Succeeded": succeeded, "Errors": errors}

    def _delete_connection(self, name: str) -> None:
        del self.store.connections[name]
        keep_tags(self, "connection", name, None)

    def _kept(self, name: str) -> Members:
        found = self.store.connections.get(name)
        if found is None:
            raise not_found(f"Connection {name} not found.")
        return found

    def _connection(self, given: Members, created: Any) -> Members:
        for member in _LACKING:
            if given.get(member):
                raise lacking(f"A connection with {member}")
        properties = dict(given["ConnectionProperties"])
        if self._passwords_key and "PASSWORD" in properties:
            properties["ENCRYPTED_PASSWORD"] = self._encrypted(properties.pop("PASSWORD"))
        kept = {key: value for key, value in given.items() if not key.startswith("Validate")}
        return {
            **copied(kept),
            "ConnectionProperties": properties,
            "CreationTime": created or now(),
            "LastUpdatedTime": now(),
            "LastUpdatedBy": self.caller,
        }

    @property
    def _passwords_key(self) -> str | None:
        """The KMS key with which the catalog's settings have passwords encrypted."""
        settings = self.store.settings.get("encryption", {}).get("ConnectionPasswordEncryption") or {}
        return settings.get("AwsKmsKeyId") if settings.get("ReturnConnectionPasswordEncrypted") else None

    def _encrypted(self, password: str) -> str:
        kms = connect_to(aws_access_key_id=self.account, region_name=self.region).kms
        try:
            answer = kms.encrypt(KeyId=self._passwords_key, Plaintext=password.encode())
        except ClientError as error:
            message = f"The password cannot be encrypted: {error}"
            raise refusal("GlueEncryptionException", message) from error
        return base64.b64encode(answer["CiphertextBlob"]).decode()


def _one_environment(request: Members) -> None:
    if request.get("ApplyOverrideForComputeEnvironment"):
        raise lacking("GetConnection with ApplyOverrideForComputeEnvironment")


def _shown(connection: Members, request: Members) -> Members:
    shown: Members = copied(connection)
    if request.get("HidePassword"):
        shown["ConnectionProperties"] = {
            key: value for key, value in shown["ConnectionProperties"].items() if key not in _SECRET
        }
    return shown
