"""EventBridge rules and their targets: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""

import json
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.changes import Change
from bootstrap.ensure.ownership import differing, owner_in, require_owner, tag_list, verb
from bootstrap.session import Session

KIND = "EventBridge rule"
TARGETS = "EventBridge targets of"


def _describe(events: Any, name: str) -> dict[str, Any] | None:
    try:
        return events.describe_rule(Name=name)
    except events.exceptions.ResourceNotFoundException:
        return None


def _tags(session: Session, name: str) -> list[dict[str, str]]:
    arn = session.arn("events", f"rule/{name}")
    return session.client("events").list_tags_for_resource(ResourceARN=arn)["Tags"]


@verb(KIND)
def rule(session: Session, name: str, *, owner: str, pattern: dict[str, Any], description: str) -> Change:
    """An enabled rule on the default bus that matches `pattern`."""
    events = session.client("events")
    text = json.dumps(pattern)
    existing = _describe(events, name)
    if existing is None:
        events.put_rule(
            Name=name, EventPattern=text, State="ENABLED", Description=description, Tags=tag_list(owner)
        )
        return Change("created", KIND, name)
    require_owner(_tags(session, name), owner, KIND, name)
    wanted = {"EventPattern": pattern, "State": "ENABLED", "Description": description}
    actual = existing | {"EventPattern": json.loads(existing.get("EventPattern") or "null")}
    changed = differing(wanted, actual)
    if not changed:
        return Change("unchanged", KIND, name)
    events.put_rule(Name=name, EventPattern=text, State="ENABLED", Description=description)
    return Change("updated", KIND, name, ", ".join(changed))


@verb(TARGETS)
def targets(session: Session, name: str, *, wanted: list[dict[str, Any]]) -> Change:
    """Exactly these targets on the rule `name`, in PutTargets' own shape; others are taken off.

    :raises ResourceError: EventBridge accepted the call but not every target
    """
    events = session.client("events")
    existing = {target["Id"]: target for target in events.list_targets_by_rule(Rule=name)["Targets"]}
    if sorted(existing.values(), key=lambda target: target["Id"]) == sorted(
        wanted, key=lambda target: target["Id"]
    ):
        return Change("unchanged", TARGETS, name)
    surplus = existing.keys() - {target["Id"] for target in wanted}
    if surplus:
        _checked(events.remove_targets(Rule=name, Ids=sorted(surplus)), "RemoveTargets")
    _checked(events.put_targets(Rule=name, Targets=wanted), "PutTargets")
    return Change("updated" if existing else "created", TARGETS, name)


def _checked(answer: dict[str, Any], operation: str) -> None:
    for failure in answer.get("FailedEntries", []):
        error = {"Code": failure.get("ErrorCode"), "Message": failure.get("ErrorMessage")}
        raise ClientError({"Error": error}, operation)


@verb(KIND)
def delete_rule(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the rule and its targets, if `owner` made it."""
    events = session.client("events")
    if _describe(events, name) is None:
        return None
    if owner_in(_tags(session, name)) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    ids = [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    if ids:
        _checked(events.remove_targets(Rule=name, Ids=ids), "RemoveTargets")
    events.delete_rule(Name=name)
    return Change("deleted", KIND, name)
