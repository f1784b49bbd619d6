"""GlobalSecondaryIndexUpdates of UpdateTable: create (with backfill), delete, change of throughput.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, resource_not_found, validation
from localstack_lab.dynamodb.engine.schema import Index, Table

from . import keys_and_indexes, throughput
from .constraints import Struct
from .throughput import INVALID, ON_DEMAND

SHAPE = Struct(
    {
        "Update": Struct(
            {
                "IndexName": keys_and_indexes.INDEX_NAME,
                "ProvisionedThroughput": throughput.throughput_shape(),
            }
        ),
        "Create": keys_and_indexes.GLOBAL_INDEX,
        "Delete": Struct({"IndexName": keys_and_indexes.INDEX_NAME}),
    }
)
_ACTIONS = ("Update", "Create", "Delete")


def check_updates(updates: list[dict[str, Any]]) -> None:
    """Rules that hold without looking at the table."""
    seen: set[str] = set()
    for update in updates:
        actions = [action for action in _ACTIONS if update.get(action) is not None]
        if not actions:
            raise validation(
                f"{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
            )
        if len(actions) > 1:
            raise validation(
                f"{INVALID}Only one global secondary index action is allowed per "
                "GlobalSecondaryIndexUpdate object"
            )
        name = update[actions[0]]["IndexName"]
        if name in seen:
            raise validation(
                f"{INVALID}Only one global secondary index update per index is allowed simultaneously. "
                f"Index: {name}"
            )
        seen.add(name)


def apply(ctx: Call, table: Table, request: dict[str, Any]) -> tuple[Table, dict[str, str]]:
    """The table after the updates, its index entries written; and the status that AWS answers, by index."""
    updates = request.get("GlobalSecondaryIndexUpdates") or []
    structural = [update for update in updates if "Create" in update or "Delete" in update]
    if len(structural) > 1:
        raise DynamoDBError(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
            "table",
        )
    _check_switch(table, request, updates)
    status: dict[str, str] = {}
    for update in updates:
        if "Create" in update:
            table = _create(ctx, table, update["Create"], request.get("AttributeDefinitions"))
            status[update["Create"]["IndexName"]] = "CREATING"
        elif "Delete" in update:
            table = _delete(ctx, table, update["Delete"]["IndexName"])
            status[update["Delete"]["IndexName"]] = "DELETING"
        else:
            table = _update(ctx, table, update["Update"])
            status[update["Update"]["IndexName"]] = "UPDATING"
    return table, status


def _check_switch(table: Table, request: dict[str, Any], updates: list[dict[str, Any]]) -> None:
    """A table that becomes provisioned needs throughput for each of its global indexes."""
    if request.get("BillingMode") != throughput.PROVISIONED:
        return
    given = {update["Update"]["IndexName"] for update in updates if "Update" in update}
    for index in table.indexes_of("GSI"):
        if index.throughput.read == 0 and index.name not in given:
            raise validation(f"{INVALID}ProvisionedThroughput must be specified for index: {index.name}")


def _create(ctx: Call, table: Table, request: dict[str, Any], given: list[dict[str, str]] | None) -> Table:
    name, units = request["IndexName"], request.get("ProvisionedThroughput")
    if name in table.indexes:
        raise validation("Attempting to create an index which already exists")
    if not given:
        raise validation(f"{INVALID}AttributeDefinitions is not specified for index: {name}")
    defined = dict(table.attribute_definitions) | keys_and_indexes.definitions(given)
    keys_and_indexes.check_global_index(request, defined)
    parts: list[Table | Index] = [table, *table.indexes.values()]
    schemas = [key_elements(part) for part in parts]
    keys_and_indexes.check_all_used(defined, [*schemas, request["KeySchema"]], plain=False)
    if table.billing_mode == ON_DEMAND and units is not None:
        raise validation(
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} "
            "when BillingMode is PAY_PER_REQUEST"
        )
    if table.billing_mode != ON_DEMAND and units is None:
        raise validation(f"{INVALID}ProvisionedThroughput must be specified for index: {name}")
    throughput.check_on_demand(request.get("OnDemandThroughput"), table.billing_mode, name)
    if sum(1 for _ in table.indexes_of("GSI")) >= keys_and_indexes.MAXIMUM_GLOBAL:
        raise DynamoDBError(
            "LimitExceededException",
            f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of "
            f"{keys_and_indexes.MAXIMUM_GLOBAL}",
        )
    index = keys_and_indexes.index(ctx.store.database.new_id(), request, "GSI", table.arn, defined)
    table = replace(table, attribute_definitions=defined, indexes={**table.indexes, name: index})
    ctx.store.build_index(table, index)
    return table


def _delete(ctx: Call, table: Table, name: str) -> Table:
    index = _global_index(table, name, "delete")
    ctx.store.drop_index(index)
    kept = {other: part for other, part in table.indexes.items() if other != name}
    parts: list[Table | Index] = [table, *kept.values()]
    used = {element["AttributeName"] for part in parts for element in key_elements(part)}
    defined = {
        attribute: kind for attribute, kind in table.attribute_definitions.items() if attribute in used
    }
    return replace(table, indexes=kept, attribute_definitions=defined)


def _update(ctx: Call, table: Table, request: dict[str, Any]) -> Table:
    name, units = request["IndexName"], request.get("ProvisionedThroughput")
    if units is not None and max(units.values()) > throughput.MAXIMUM_UNITS:
        raise validation(
            "This operation cannot be performed with given input values. Please contact DynamoDB service "
            "team "
            "for more info: Action Blocked: IndexUpdate"
        )
    index = _global_index(table, name, "update")
    throughput.check_on_demand(request.get("OnDemandThroughput"), table.billing_mode, name)
    if units is not None:
        if table.billing_mode == ON_DEMAND:
            raise validation(
                f"{INVALID}The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST "
                "can be "
                "to OnDemandThroughput, WarmThroughput"
            )
        index = replace(
            index, throughput=throughput.changed(index.throughput, units, ctx.now, f"index {name}")
        )
    given: dict[str, Any] = {
        member: request[member] for member in ("OnDemandThroughput", "WarmThroughput") if member in request
    }
    if units is None and not given:
        raise validation(f"{INVALID}ProvisionedThroughput must be specified for index: {name}")
    index = replace(index, details={**index.details, **given})
    return replace(table, indexes={**table.indexes, name: index})


def _global_index(table: Table, name: str, action: str) -> Index:
    index = table.indexes.get(name)
    if index is None:
        raise resource_not_found()
    if index.kind != "GSI":
        raise validation(f"Cannot {action} an index that is not a GlobalSecondaryIndex: {name}")
    return index


def key_elements(part: Table | Index) -> list[Mapping[str, str]]:
    """Key attributes of a table or an index, as the elements of a key schema."""
    return [{"AttributeName": key.name} for key in (part.hash_key, part.range_key) if key is not None]
