"""DynamoDB tables: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html"""

from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_list, verb
from bootstrap.errors import ResourceError
from bootstrap.session import Session

KIND = "DynamoDB table"
_POLL = {"Delay": 0.2, "MaxAttempts": 300}


def _describe(dynamodb: Any, name: str) -> dict[str, Any] | None:
    try:
        return dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return None


def _tags(dynamodb: Any, arn: str) -> list[dict[str, str]]:
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return [tag for page in pages for tag in page.get("Tags", [])]


@verb(KIND)
def table(session: Session, name: str, *, owner: str, key: str, stream: str | None = None) -> Change:
    """An on-demand table with one string partition key.

    :param stream: the stream's view type, such as ``NEW_AND_OLD_IMAGES``, or None for no stream
    :raises ResourceError: an existing table has another key, which DynamoDB cannot change
    """
    dynamodb = session.client("dynamodb")
    existing = _describe(dynamodb, name)
    wanted_stream = {"StreamEnabled": True, "StreamViewType": stream} if stream else None
    if existing is None:
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=tag_list(owner),
            **({"StreamSpecification": wanted_stream} if wanted_stream else {}),
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_POLL)
        return Change("created", KIND, name)
    require_owner(_tags(dynamodb, existing["TableArn"]), owner, KIND, name)
    if existing["KeySchema"] != [{"AttributeName": key, "KeyType": "HASH"}]:
        raise ResourceError(
            KIND, name, f"has another key than {key!r}, which cannot be changed; tear it down first"
        )
    return _update(dynamodb, name, existing, wanted_stream)


def _update(
    dynamodb: Any, name: str, existing: dict[str, Any], wanted_stream: dict[str, Any] | None
) -> Change:
    changed = []
    actual_stream = existing.get("StreamSpecification")
    if actual_stream is not None and not actual_stream.get("StreamEnabled"):
        actual_stream = None
    if actual_stream != wanted_stream:
        if actual_stream:  # DynamoDB refuses another view type while a stream is on
            dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
            dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_POLL)
        if wanted_stream:
            dynamodb.update_table(TableName=name, StreamSpecification=wanted_stream)
            dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_POLL)
        changed.append("StreamSpecification")
    if existing.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
        dynamodb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_POLL)
        changed.append("BillingMode")
    if not changed:
        return Change("unchanged", KIND, name)
    return Change("updated", KIND, name, ", ".join(changed))


@verb(KIND)
def delete_table(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the table with its items, if `owner` made it; answers once it is gone."""
    dynamodb = session.client("dynamodb")
    existing = _describe(dynamodb, name)
    if existing is None:
        return None
    if owner_in(_tags(dynamodb, existing["TableArn"])) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    dynamodb.delete_table(TableName=name)
    dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=_POLL)
    return Change("deleted", KIND, name)
