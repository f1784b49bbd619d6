"""UpdateTimeToLive, DescribeTimeToLive, and the deletion of expired items.

AWS takes up to an hour to change the setting and refuses a second change within it; here it holds at once.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.storage import Store

from . import names
from .constraints import Flag, Struct, Text, check

# Who deletes expired items, as stream records say: AWS documents it for telling them from a user's deletes.
EXPIRY_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}

ALREADY_ENABLED = "TimeToLive is already enabled"

_SHAPE = {
    "TimeToLiveSpecification": Struct(
        {"Enabled": Flag(required=True), "AttributeName": Text(required=True, longest=255)}, required=True
    )
}
_SWEEP_AT_ONCE = 100


def update_time_to_live(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateTimeToLive; errors: ValidationException, ResourceNotFoundException."""
    names.requested_name(ctx, request)
    check(_SHAPE, request)
    specification = request["TimeToLiveSpecification"]
    attribute, enable = specification["AttributeName"], specification["Enabled"]
    if not attribute:
        raise validation("TimeToLiveSpecification.AttributeName must be non empty")
    with ctx.store.transaction():
        table = names.requested_table(ctx, request)
        current = table.ttl_attribute
        if current is not None and attribute != current:
            raise validation(
                f"TimeToLive is active on a different AttributeName: current AttributeName is {current}"
            )
        if enable == (current is not None):
            raise validation(ALREADY_ENABLED if enable else "TimeToLive is already disabled")
        table = replace(table, ttl_attribute=attribute if enable else None)
        ctx.store.save_table(table)
        ctx.store.build_expiry(table)
    return {"TimeToLiveSpecification": {"Enabled": enable, "AttributeName": attribute}}


def describe_time_to_live(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeTimeToLive: ENABLED with the attribute, or DISABLED."""
    table = names.requested_table(ctx, request)
    if table.ttl_attribute is None:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl_attribute}}


def delete_expired(store: Store, now: float) -> int:
    """Delete the items of all tables whose time has passed at ``now``; returns how many.

    Small transactions, so that writers need not wait for a big sweep.
    """
    deleted = 0
    for known in store.catalog.all_tables():
        while known.ttl_attribute is not None:
            with store.transaction():
                try:
                    table = store.table(known.account_id, known.region, known.name)
                except KeyError:
                    break
                expired = store.expired(table, now, _SWEEP_AT_ONCE)
                for item in expired:
                    store.delete(table, item, user_identity=EXPIRY_IDENTITY)
            deleted += len(expired)
            if len(expired) < _SWEEP_AT_ONCE:
                break
    return deleted


OPERATIONS = {
    "UpdateTimeToLive": update_time_to_live,
    "DescribeTimeToLive": describe_time_to_live,
}
