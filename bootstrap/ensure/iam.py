"""IAM roles with one inline policy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""

import json
from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_list, verb
from bootstrap.session import Session

KIND = "IAM role"
POLICY_NAME = "pipeline"


def _trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@verb(KIND)
def role(
    session: Session, name: str, *, owner: str, service: str, statements: list[dict[str, Any]]
) -> Change:
    """A role that `service` (such as ``lambda.amazonaws.com``) may assume, allowed `statements` only."""
    iam = session.client("iam")
    trust = _trust(service)
    policy = {"Version": "2012-10-17", "Statement": statements}
    try:
        existing = iam.get_role(RoleName=name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=tag_list(owner), Path="/"
        )
        iam.put_role_policy(RoleName=name, PolicyName=POLICY_NAME, PolicyDocument=json.dumps(policy))
        return Change("created", KIND, name)
    require_owner(iam.list_role_tags(RoleName=name)["Tags"], owner, KIND, name)
    changed = []
    if existing["AssumeRolePolicyDocument"] != trust:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
        changed.append("trust")
    if _policy(iam, name) != policy:
        iam.put_role_policy(RoleName=name, PolicyName=POLICY_NAME, PolicyDocument=json.dumps(policy))
        changed.append("policy")
    return Change("updated" if changed else "unchanged", KIND, name, ", ".join(changed))


def _policy(iam: Any, name: str) -> dict[str, Any] | None:
    try:
        return iam.get_role_policy(RoleName=name, PolicyName=POLICY_NAME)["PolicyDocument"]
    except iam.exceptions.NoSuchEntityException:
        return None


@verb(KIND)
def delete_role(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the role and its inline policies, if `owner` made it."""
    iam = session.client("iam")
    try:
        tags = iam.list_role_tags(RoleName=name)["Tags"]
    except iam.exceptions.NoSuchEntityException:
        return None
    if owner_in(tags) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)
    return Change("deleted", KIND, name)
