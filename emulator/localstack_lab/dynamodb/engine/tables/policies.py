"""Resource-based policies: kept and handed back. The lab authorises nobody, so they do nothing else.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, resource_not_found, validation
from localstack_lab.dynamodb.engine.schema import Table

from .throughput import INVALID

_MAXIMUM_BYTES = 20_480


def put_resource_policy(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """PutResourcePolicy; ``ExpectedRevisionId`` NO_POLICY demands that there is none yet."""
    policy = _checked(request.get("Policy", ""))
    with ctx.store.transaction():
        table = resource(ctx, request)
        policies = dict(table.details.get("ResourcePolicies", {}))
        _check_revision(policies, request)
        revision = _new_revision(policies)
        policies[request["ResourceArn"]] = {"Policy": policy, "RevisionId": revision}
        ctx.store.save_table(replace(table, details={**table.details, "ResourcePolicies": policies}))
    return {"RevisionId": revision}


def get_resource_policy(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """GetResourcePolicy; error: PolicyNotFoundException."""
    table = resource(ctx, request)
    found = table.details.get("ResourcePolicies", {}).get(request["ResourceArn"])
    if found is None:
        raise _not_found(request["ResourceArn"])
    return dict(found)


def delete_resource_policy(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteResourcePolicy; without a policy it answers without a revision, as on AWS."""
    with ctx.store.transaction():
        table = resource(ctx, request)
        policies = dict(table.details.get("ResourcePolicies", {}))
        _check_revision(policies, request)
        removed = policies.pop(request["ResourceArn"], None)
        ctx.store.save_table(replace(table, details={**table.details, "ResourcePolicies": policies}))
    return {} if removed is None else {"RevisionId": removed["RevisionId"]}


def attach_on_creation(details: dict[str, Any], table_arn: str, policy: str) -> None:
    """Put the policy that CreateTable was given into the details of the new table."""
    revision = _new_revision({})
    details["ResourcePolicies"] = {table_arn: {"Policy": _checked(policy), "RevisionId": revision}}


def resource(ctx: Call, request: dict[str, Any]) -> Table:
    """The table whose ARN, or whose stream's ARN, is ``ResourceArn``."""
    resource_arn = request.get("ResourceArn")
    if resource_arn is None:
        raise validation(
            "1 validation error detected: Value null at 'resourceArn' failed to satisfy constraint: "
            "Member must not be null"
        )
    if not resource_arn.startswith("arn:"):
        raise validation(f"{INVALID}ARNs must start with 'arn:': {resource_arn}")
    parts = resource_arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "dynamodb":
        raise validation(f"{INVALID}Provided Arn is not a DynamoDB resource arn: {resource_arn}")
    if not parts[5].startswith("table/") or "/index/" in parts[5]:
        raise validation(
            f"{INVALID}Invalid resource arn provided, only table or stream is accepted. "
            f"Provided resource arn: {resource_arn}"
        )
    if parts[4] != ctx.account_id:
        raise validation("This action is only supported by accounts that match the resource owner's account.")
    if parts[3] != ctx.region:
        raise validation(f"{INVALID}Invalid resource Arn: {resource_arn}")
    try:
        return ctx.store.table(ctx.account_id, ctx.region, parts[5].split("/")[1])
    except KeyError:
        raise resource_not_found(
            f"Requested resource not found: ResourcArn: {resource_arn} not found"
        ) from None


def _checked(policy: str) -> str:
    if len(policy.encode()) > _MAXIMUM_BYTES:
        raise validation(f"{INVALID}Maximum policy size of {_MAXIMUM_BYTES} bytes exceeded")
    try:
        document = json.loads(policy)
    except ValueError:
        raise validation(f"{INVALID}Invalid policy document: This policy contains invalid Json") from None
    if not isinstance(document, dict) or not document.get("Statement"):
        raise validation(f"{INVALID}Invalid policy document: Could not parse the policy: Statement is empty!")
    return policy


def _check_revision(policies: dict[str, Any], request: dict[str, Any]) -> None:
    expected = request.get("ExpectedRevisionId")
    if expected is None:
        return
    current = policies.get(request["ResourceArn"], {}).get("RevisionId", "NO_POLICY")
    if current != expected:
        raise _not_found(request["ResourceArn"])


def _new_revision(policies: dict[str, Any]) -> str:
    # A time in milliseconds, as AWS's look; higher than any there is, however fast writes follow each other.
    latest = max((int(policy["RevisionId"]) for policy in policies.values()), default=0)
    return str(max(time.time_ns() // 1_000_000, latest + 1))


def _not_found(resource_arn: str) -> DynamoDBError:
    return DynamoDBError(
        "PolicyNotFoundException",
        f"Resource-based policy not found for the provided ResourceArn: {resource_arn}",
    )


OPERATIONS = {
    "PutResourcePolicy": put_resource_policy,
    "GetResourcePolicy": get_resource_policy,
    "DeleteResourcePolicy": delete_resource_policy,
}
