"""UpdateTable: capacity, indexes, stream, encryption, class, deletion protection.

A change holds when UpdateTable has answered. The answer says UPDATING and shows the old throughput where
AWS's does.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.schema import Table

from . import describing, index_updates, keys_and_indexes, names, settings, throughput
from .constraints import Many, Rule, Text, check
from .lifecycle import with_stream
from .throughput import INVALID, MODES, ON_DEMAND, PROVISIONED

_SHAPE: dict[str, Rule] = {
    "AttributeDefinitions": Many(keys_and_indexes.ATTRIBUTE_DEFINITIONS),
    "BillingMode": Text(values=MODES),
    "ProvisionedThroughput": throughput.throughput_shape(),
    "GlobalSecondaryIndexUpdates": Many(index_updates.SHAPE),
    "StreamSpecification": settings.STREAM,
}
_REPLICA_MEMBERS = (
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode",
)
_CAPACITY_MEMBERS = ("BillingMode", "ProvisionedThroughput")
# Alone in their request, and AWS's word for each.
_EXCLUSIVE = {
    "SSESpecification": "Server-Side Encryption modification",
    "TableClass": "TableClass modification",
    "DeletionProtectionEnabled": "DeletionProtection modification",
}
_CHANGES = (
    *_CAPACITY_MEMBERS,
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
)
# What keeps the table in the state UPDATING for a while on AWS; other changes answer ACTIVE.
_SLOW = frozenset({*_CAPACITY_MEMBERS, "StreamSpecification", "TableClass"})


def update_table(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateTable; errors: ValidationException, ResourceNotFoundException, LimitExceededException."""
    name = names.requested_name(ctx, request)
    check(_SHAPE, request)
    _check_combination(request)
    throughput.requested(request.get("ProvisionedThroughput"))
    index_updates.check_updates(request.get("GlobalSecondaryIndexUpdates", []))
    settings.check_stream_update(request.get("StreamSpecification"))
    settings.check_table_class(request.get("TableClass"))
    with ctx.store.transaction():
        old = names.requested_table(ctx, {"TableName": name})
        table = _with_capacity(ctx, old, request)
        table, index_status = index_updates.apply(ctx, table, request)
        table = _with_stream_change(ctx, table, request.get("StreamSpecification"))
        table, encrypting = _with_encryption(ctx, table, request)
        throughput.check_warm(
            table.billing_mode,
            table.throughput,
            table.details.get("WarmThroughput"),
            request.get("WarmThroughput"),
        )
        table = replace(table, details={**table.details, **_plain_settings(request, table)})
        ctx.store.save_table(table)
    slow = _SLOW & request.keys() or {"CREATING", "DELETING"} & set(index_status.values())
    # An index that is being deleted is still shown.
    shown = replace(
        table,
        indexes={**old.indexes, **table.indexes},
        attribute_definitions={**old.attribute_definitions, **table.attribute_definitions},
    )
    description = describing.describe(
        ctx,
        shown,
        status="UPDATING" if slow else None,
        index_status=index_status,
        shown_throughput=_while_updating(old, table),
    )
    for index in description.get("GlobalSecondaryIndexes", []):
        if index["IndexStatus"] == "CREATING":
            index["Backfilling"] = False
    if encrypting is not None:
        description["SSEDescription"] = encrypting
    return {"TableDescription": description}


def _check_combination(request: dict[str, Any]) -> None:
    for member in _REPLICA_MEMBERS:
        if request.get(member):
            raise validation(
                f"The lab's DynamoDB has no global tables: {member} of UpdateTable is not available"
            )
    given = {member for member in _CHANGES if request.get(member) not in (None, [])}
    if not given:
        raise validation(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
            "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
            "WarmThroughput or TableClass is required"
        )
    for member, words in _EXCLUSIVE.items():
        if member in given and len(given) > 1:
            raise validation(f"{INVALID}{words} must be the only operation in the request")
    structural = any("Create" in update or "Delete" in update for update in _index_updates(request))
    if "ProvisionedThroughput" in given and "StreamSpecification" in given:
        raise validation(f"{INVALID}You cannot modify stream status while updating table IOPS")
    if "ProvisionedThroughput" in given and structural:
        raise validation(f"{INVALID}You cannot create or delete index while updating table IOPS")
    if "StreamSpecification" in given and structural:
        raise validation(f"{INVALID}You cannot create or delete index while changing stream status")


def _index_updates(request: dict[str, Any]) -> list[dict[str, Any]]:
    return request.get("GlobalSecondaryIndexUpdates") or []


def _with_capacity(ctx: Call, table: Table, request: dict[str, Any]) -> Table:
    mode, units = request.get("BillingMode", table.billing_mode), request.get("ProvisionedThroughput")
    if mode == ON_DEMAND and units is not None:
        raise validation(
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        )
    if request.get("BillingMode") == PROVISIONED and units is None:
        raise validation(f"{INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    throughput.check_on_demand(request.get("OnDemandThroughput"), mode)
    if mode == table.billing_mode:
        if units is None:
            return table
        return replace(table, throughput=throughput.changed(table.throughput, units, ctx.now, "table"))
    summary = dict(table.details.get("BillingModeSummary", {})) | {"BillingMode": mode}
    if mode == ON_DEMAND:
        summary["LastUpdateToPayPerRequestDateTime"] = ctx.now
        return _on_demand(table, summary)
    details = {**table.details, "BillingModeSummary": summary}
    details.pop("OnDemandThroughput", None)
    return replace(table, billing_mode=mode, throughput=throughput.requested(units), details=details)


def _on_demand(table: Table, summary: dict[str, Any]) -> Table:
    zero = throughput.requested(None)
    indexes = {
        name: replace(index, throughput=zero) if index.kind == "GSI" else index
        for name, index in table.indexes.items()
    }
    details = {**table.details, "BillingModeSummary": summary}
    return replace(table, billing_mode=ON_DEMAND, throughput=zero, indexes=indexes, details=details)


def _with_stream_change(ctx: Call, table: Table, stream: dict[str, Any] | None) -> Table:
    if stream is None:
        return table
    if stream["StreamEnabled"]:
        if table.stream is not None:
            raise validation(f"Table already has an enabled stream: TableName: {table.name}")
        return with_stream(ctx, table, stream["StreamViewType"])
    if table.stream is None:
        raise validation(f"Table has no stream to disable: TableName: {table.name}")
    ctx.store.streams.close(table.stream)
    return replace(table, stream=None)


def _with_encryption(ctx: Call, table: Table, request: dict[str, Any]) -> tuple[Table, dict[str, Any] | None]:
    if "SSESpecification" not in request:
        return table, None
    new, old = settings.encryption(ctx, request["SSESpecification"]), table.details.get("SSEDescription")
    if new is None and old is None:
        raise validation(f"{INVALID}Table is already encrypted by default")
    if new == old:
        raise validation(
            f"{INVALID}Table is already encrypted with given KMSMasterKeyId. "
            "Use KMSMasterKeyId parameter if you want to change Master Key"
        )
    details = dict(table.details)
    details.pop("SSEDescription", None)
    if new is not None:
        details["SSEDescription"] = new
    return replace(table, details=details), {**(new or old or {}), "Status": "UPDATING"}


def _plain_settings(request: dict[str, Any], table: Table) -> dict[str, Any]:
    changed = {
        member: request[member]
        for member in ("DeletionProtectionEnabled", "TableClass")
        if request.get(member) is not None
    }
    for member in ("OnDemandThroughput", "WarmThroughput"):
        if request.get(member):
            changed[member] = {**table.details.get(member, {}), **request[member]}
    return changed


def _while_updating(old: Table, new: Table) -> Any:
    """The old units with the new times, as AWS answers while throughput changes."""
    return replace(new.throughput, read=old.throughput.read, write=old.throughput.write)


OPERATIONS = {"UpdateTable": update_table}
