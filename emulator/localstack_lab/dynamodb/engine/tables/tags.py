"""TagResource, UntagResource, ListTagsOfResource.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.Operations.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import resource_not_found, validation
from localstack_lab.dynamodb.engine.schema import Table

from . import names, settings


def tag_resource(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """TagResource: adds tags, or gives a tag another value."""
    with ctx.store.transaction():
        table = _resource(ctx, request, "TagResource")
        if not request.get("Tags"):
            raise validation("Atleast one Tag needs to be provided as Input.")
        merged = settings.merged_tags(dict(table.tags), request["Tags"])
        ctx.store.save_table(replace(table, tags=merged))
    return {}


def untag_resource(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """UntagResource: removes the tags with these keys; keys that are not there do not matter."""
    with ctx.store.transaction():
        table = _resource(ctx, request, "UntagResource")
        keys = request.get("TagKeys")
        if not keys:
            raise validation("Atleast one Tag Key needs to be provided as Input.")
        kept = {key: value for key, value in table.tags.items() if key not in keys}
        ctx.store.save_table(replace(table, tags=kept))
    return {}


def list_tags_of_resource(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """ListTagsOfResource: all tags at once, so there is never a NextToken."""
    table = _resource(ctx, request, "ListTagsOfResource")
    return {"Tags": [{"Key": key, "Value": value} for key, value in table.tags.items()]}


def _resource(ctx: Call, request: dict[str, Any], operation: str) -> Table:
    arn = request.get("ResourceArn")
    if arn is None:
        raise validation("Invalid TableArn")
    parts = arn.split(":", 5)
    well_formed = len(parts) == 6 and parts[0] == "arn" and parts[2] == "dynamodb"
    if not well_formed or not parts[5].startswith("table/") or len(parts[5].removeprefix("table/")) < 3:
        raise validation(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    if parts[4] != ctx.account_id:
        raise names.denied(ctx, operation, arn)
    if parts[3] != ctx.region or "/" in parts[5].removeprefix("table/"):
        raise validation(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    try:
        return ctx.store.table(ctx.account_id, ctx.region, parts[5].removeprefix("table/"))
    except KeyError:
        raise resource_not_found(f"Requested resource not found: ResourcArn: {arn} not found") from None


OPERATIONS = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsOfResource": list_tags_of_resource,
}
