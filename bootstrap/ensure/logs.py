"""CloudWatch log groups: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""

from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_map, verb
from bootstrap.session import Session

KIND = "log group"


def _describe(logs: Any, name: str) -> dict[str, Any] | None:
    for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
        for group in page["logGroups"]:
            if group["logGroupName"] == name:
                return group
    return None


@verb(KIND)
def log_group(session: Session, name: str, *, owner: str, days: int = 14) -> Change:
    """A log group that keeps its events for `days`; one that Lambda made meanwhile is adopted.

    A function that logs before its group exists makes the group itself, without tags: such a group is this
    pipeline's all the same, because only the pipeline's own function writes there.
    """
    logs = session.client("logs")
    existing = _describe(logs, name)
    if existing is None:
        logs.create_log_group(logGroupName=name, tags=tag_map(owner))
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        return Change("created", KIND, name)
    arn = session.arn("logs", f"log-group:{name}")
    tags = logs.list_tags_for_resource(resourceArn=arn).get("tags")
    changed = []
    if tags:
        require_owner(tags, owner, KIND, name)
    else:
        logs.tag_resource(resourceArn=arn, tags=tag_map(owner))
        changed.append("tags")
    if existing.get("retentionInDays") != days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        changed.append("retention")
    return Change("updated" if changed else "unchanged", KIND, name, ", ".join(changed))


@verb(KIND)
def delete_log_group(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the log group with its events, unless another owner's tag is on it."""
    logs = session.client("logs")
    if _describe(logs, name) is None:
        return None
    tags = logs.list_tags_for_resource(resourceArn=session.arn("logs", f"log-group:{name}")).get("tags")
    if tags and owner_in(tags) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    logs.delete_log_group(logGroupName=name)
    return Change("deleted", KIND, name)
