"""Athena work groups and saved queries: https://docs.aws.amazon.com/athena/latest/APIReference/"""

from typing import Any

from botocore.exceptions import ClientError

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_list, verb
from bootstrap.session import Session

WORK_GROUP = "Athena work group"
NAMED_QUERY = "Athena named query"


def _work_group(athena: Any, name: str) -> dict[str, Any] | None:
    try:
        return athena.get_work_group(WorkGroup=name)["WorkGroup"]
    except ClientError as error:  # AWS has no error of its own for this
        answer = error.response["Error"]
        if answer["Code"] == "InvalidRequestException" and "is not found" in answer["Message"]:
            return None
        raise


def _tags(session: Session, name: str) -> list[dict[str, str]]:
    arn = session.arn("athena", f"workgroup/{name}")
    return session.client("athena").list_tags_for_resource(ResourceARN=arn)["Tags"]


@verb(WORK_GROUP)
def work_group(session: Session, name: str, *, owner: str, output: str, description: str) -> Change:
    """A work group whose queries all write to one place.

    :param output: where, such as ``s3://bucket/athena/``
    """
    athena = session.client("athena")
    location = {"OutputLocation": output}
    existing = _work_group(athena, name)
    if existing is None:
        athena.create_work_group(
            Name=name,
            Description=description,
            Configuration={"ResultConfiguration": location, "EnforceWorkGroupConfiguration": True},
            Tags=tag_list(owner),
        )
        return Change("created", WORK_GROUP, name)
    require_owner(_tags(session, name), owner, WORK_GROUP, name)
    configuration = existing["Configuration"]
    actual = {
        "output": configuration.get("ResultConfiguration", {}).get("OutputLocation"),
        "enforced": configuration.get("EnforceWorkGroupConfiguration"),
        "description": existing.get("Description"),
    }
    if actual == {"output": output, "enforced": True, "description": description}:
        return Change("unchanged", WORK_GROUP, name)
    updates = {"ResultConfigurationUpdates": location, "EnforceWorkGroupConfiguration": True}
    athena.update_work_group(WorkGroup=name, Description=description, ConfigurationUpdates=updates)
    return Change("updated", WORK_GROUP, name, "Configuration")


@verb(WORK_GROUP)
def delete_work_group(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the work group with its saved queries and history, if `owner` made it."""
    athena = session.client("athena")
    if _work_group(athena, name) is None:
        return None
    if owner_in(_tags(session, name)) != owner:
        return Change("unchanged", WORK_GROUP, name, "not made by this pipeline")
    athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
    return Change("deleted", WORK_GROUP, name)


def has_work_group(session: Session, name: str) -> bool:
    """Whether there is such a work group, whoever made it."""
    return _work_group(session.client("athena"), name) is not None


def named_queries(session: Session, work_group: str) -> dict[str, dict[str, Any]]:
    """The saved queries of a work group by name: NamedQueryId, Database, QueryString, Description."""
    athena = session.client("athena")
    found: dict[str, dict[str, Any]] = {}
    for page in athena.get_paginator("list_named_queries").paginate(WorkGroup=work_group):
        if ids := page["NamedQueryIds"]:
            for query in athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]:
                found[query["Name"]] = query
    return found


@verb(NAMED_QUERY)
def named_query(
    session: Session, name: str, *, work_group: str, database: str, text: str, description: str
) -> Change:
    """A saved query of a work group that the pipeline owns; saved queries carry no tags."""
    athena = session.client("athena")
    shown = f"{work_group}/{name}"
    existing = named_queries(session, work_group).get(name)
    if existing is not None:
        actual = (existing["Database"], existing["QueryString"], existing.get("Description"))
        if actual == (database, text, description):
            return Change("unchanged", NAMED_QUERY, shown)
        # UpdateNamedQuery does not move a query to another database
        athena.delete_named_query(NamedQueryId=existing["NamedQueryId"])
    athena.create_named_query(
        Name=name, Description=description, Database=database, QueryString=text, WorkGroup=work_group
    )
    return Change("created" if existing is None else "updated", NAMED_QUERY, shown)
