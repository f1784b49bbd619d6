"""Resource policies and the catalog's settings, which are kept and answered; nothing here enforces a policy.

https://docs.aws.amazon.com/glue/latest/dg/security_iam_resource-based-policy-examples.html
"""

import base64
import hashlib
import json
from typing import Any

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import invalid, not_found
from localstack_lab.glue.store import copied, now

_SETTINGS = {
    "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
}


class Policies(Region):
    """The operations on resource policies, and on settings of the whole catalog."""

    @operation
    def put_resource_policy(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html"""
        arn = request.get("ResourceArn") or self.arn("catalog")
        before = self.store.policies.get(arn)
        condition = request.get("PolicyExistsCondition") or "NONE"
        if condition == "MUST_EXIST" and before is None:
            raise refusal("ConditionCheckFailureException", "Policy does not exist")
        if condition == "NOT_EXIST" and before is not None:
            raise refusal("ConditionCheckFailureException", "Policy already exists")
        _same_hash(before, request.get("PolicyHashCondition"))
        text = request["PolicyInJson"]
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            raise invalid(f"PolicyInJson is no JSON: {error}") from error
        digest = base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()
        created = before["CreateTime"] if before else now()
        self.store.policies[arn] = {
            "PolicyInJson": text,
            "PolicyHash": digest,
            "CreateTime": created,
            "UpdateTime": now(),
        }
        return {"PolicyHash": digest}

    @operation
    def get_resource_policy(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetResourcePolicy.html"""
        return dict(self._policy(request.get("ResourceArn")))

    @operation
    def get_resource_policies(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetResourcePolicies.html"""
        found = ((arn, dict(policy)) for arn, policy in sorted(self.store.policies.items()))
        return page("GetResourcePoliciesResponseList", found, request)

    @operation
    def delete_resource_policy(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteResourcePolicy.html"""
        _same_hash(self._policy(request.get("ResourceArn")), request.get("PolicyHashCondition"))
        del self.store.policies[request.get("ResourceArn") or self.arn("catalog")]
        return {}

    @operation
    def get_data_catalog_encryption_settings(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetDataCatalogEncryptionSettings.html"""
        kept = self.store.settings.get("encryption", {})
        return {"DataCatalogEncryptionSettings": copied({**_SETTINGS, **kept})}

    @operation
    def put_data_catalog_encryption_settings(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_PutDataCatalogEncryptionSettings.html

        With ReturnConnectionPasswordEncrypted, connections that are made from now on keep their passwords
        encrypted by that key.
        """
        given = request["DataCatalogEncryptionSettings"]
        passwords = given.get("ConnectionPasswordEncryption") or {}
        if passwords.get("ReturnConnectionPasswordEncrypted") and not passwords.get("AwsKmsKeyId"):
            raise invalid("ReturnConnectionPasswordEncrypted needs an AwsKmsKeyId.")
        self.store.settings["encryption"] = copied(given)
        return {}

    @operation
    def get_catalog_import_status(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetCatalogImportStatus.html

        There never was an older catalog of Athena's to import.
        """
        return {"ImportStatus": {"ImportCompleted": True}}

    def _policy(self, arn: str | None) -> Members:
        found = self.store.policies.get(arn or self.arn("catalog"))
        if found is None:
            raise not_found("Policy not found")
        return found


def _same_hash(policy: Members | None, wanted: str | None) -> None:
    if wanted is not None and (policy is None or policy["PolicyHash"] != wanted):
        raise refusal("ConditionCheckFailureException", "The policy's hash is another one.")
