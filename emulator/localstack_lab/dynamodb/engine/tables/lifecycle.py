"""CreateTable, DescribeTable, ListTables, DeleteTable.

A table is ready when CreateTable has answered; the answer says CREATING, as on AWS, and the next description
says ACTIVE. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Literal

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import resource_in_use, validation
from localstack_lab.dynamodb.engine.schema import Index, Table

from . import describing, keys_and_indexes, names, settings, throughput
from .constraints import NAME_PATTERN, Many, Number, Rule, Text, check
from .policies import attach_on_creation
from .throughput import INVALID, MODES, ON_DEMAND, PROVISIONED

_SHAPE: dict[str, Rule] = {
    "AttributeDefinitions": Many(keys_and_indexes.ATTRIBUTE_DEFINITIONS, required=True),
    "KeySchema": keys_and_indexes.KEY_SCHEMA,
    "LocalSecondaryIndexes": Many(keys_and_indexes.LOCAL_INDEX),
    "GlobalSecondaryIndexes": Many(keys_and_indexes.GLOBAL_INDEX),
    "BillingMode": Text(values=MODES),
    "ProvisionedThroughput": throughput.throughput_shape(),
    "StreamSpecification": settings.STREAM,
}
_INDEX_KINDS: tuple[tuple[str, Literal["GSI", "LSI"]], ...] = (
    ("LocalSecondaryIndexes", "LSI"),
    ("GlobalSecondaryIndexes", "GSI"),
)
_GLOBAL_TABLE_MEMBERS = ("GlobalTableSourceArn", "GlobalTableSettingsReplicationMode")


def create_table(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """CreateTable; errors: ValidationException, ResourceInUseException."""
    name = names.requested_name(ctx, request, new=True)
    check(_SHAPE, request)
    for member in _GLOBAL_TABLE_MEMBERS:
        if member in request:
            raise validation(
                f"The lab's DynamoDB has no global tables: {member} cannot be given to CreateTable"
            )
    mode = request.get("BillingMode", PROVISIONED)
    _check_capacity(request, mode)
    defined = keys_and_indexes.definitions(request["AttributeDefinitions"])
    _check_keys(request, defined, mode)
    settings.check_new_stream(request.get("StreamSpecification"))
    settings.check_table_class(request.get("TableClass"))
    throughput.check_on_demand(request.get("OnDemandThroughput"), mode)
    units = throughput.requested(request.get("ProvisionedThroughput"))
    throughput.check_new_warm(mode, units, request.get("WarmThroughput"))
    with ctx.store.transaction():
        refuse_existing(ctx, name)
        table = _new_table(ctx, name, request, mode, defined)
        stream = request.get("StreamSpecification")
        if stream is not None and stream["StreamEnabled"]:
            table = with_stream(ctx, table, stream["StreamViewType"])
        ctx.store.save_table(table)
    creating = dict.fromkeys(table.indexes, "CREATING")
    return {"TableDescription": describing.describe(ctx, table, status="CREATING", index_status=creating)}


def describe_table(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeTable; error: ResourceNotFoundException."""
    return {"Table": describing.describe(ctx, names.requested_table(ctx, request), warm=True)}


def list_tables(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """ListTables: names in order, up to ``Limit`` (1 to 100) behind ``ExclusiveStartTableName``."""
    shape: dict[str, Rule] = {
        "ExclusiveStartTableName": Text(pattern=NAME_PATTERN, shortest=3, longest=255),
        "Limit": Number(least=1, most=100),
    }
    check(shape, request)
    start, limit = request.get("ExclusiveStartTableName", ""), request.get("Limit", 100)
    found = [table.name for table in ctx.store.tables(ctx.account_id, ctx.region) if table.name > start]
    answer: dict[str, Any] = {"TableNames": found[:limit]}
    if len(found) > limit:
        answer["LastEvaluatedTableName"] = found[limit - 1]
    return answer


def delete_table(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteTable: the table with its items is gone; its stream can still be read for 24 hours."""
    with ctx.store.transaction():
        table = names.requested_table(ctx, request)
        if table.details.get("DeletionProtectionEnabled"):
            raise validation(
                "Resource cannot be deleted as it is currently protected against deletion. "
                "Disable deletion protection first."
            )
        description = describing.describe(ctx, table, status="DELETING")
        if table.stream is not None:
            ctx.store.streams.close(table.stream)
        ctx.store.drop_table(table)
    for member in ("AttributeDefinitions", "KeySchema", "CreationDateTime", "StreamSpecification"):
        description.pop(member, None)
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        description.pop(member, None)
    return {"TableDescription": description}


def refuse_existing(ctx: Call, name: str) -> None:
    """ResourceInUseException when the name is taken."""
    try:
        ctx.store.table(ctx.account_id, ctx.region, name)
    except KeyError:
        return
    raise resource_in_use(f"Table already exists: {name}")


def with_stream(ctx: Call, table: Table, view_type: str) -> Table:
    """The table with a new stream; the caller saves it, in the transaction that is open."""
    stream = ctx.store.streams.open(table, view_type)
    latest = {"LatestStreamLabel": stream.label, "LatestStreamArn": stream.arn}
    return replace(table, stream=stream, details={**table.details, **latest})


def _check_capacity(request: dict[str, Any], mode: str) -> None:
    units = request.get("ProvisionedThroughput")
    if mode == ON_DEMAND and units is not None:
        raise validation(
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        )
    if mode == PROVISIONED and units is None:
        raise validation(
            f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED"
        )
    throughput.requested(units)


def _check_keys(request: dict[str, Any], defined: dict[str, str], mode: str) -> None:
    schema = request["KeySchema"]
    local, global_ = request.get("LocalSecondaryIndexes"), request.get("GlobalSecondaryIndexes")
    keys_and_indexes.check_table_keys(schema, defined)
    plain = local is None and global_ is None
    if plain:
        keys_and_indexes.check_all_used(defined, [schema], plain)
    keys_and_indexes.check_local(local, schema, defined)
    keys_and_indexes.check_global(global_, defined, mode)
    keys_and_indexes.check_names(local, global_)
    schemas = [schema, *(index["KeySchema"] for index in (local or []) + (global_ or []))]
    keys_and_indexes.check_all_used(defined, schemas, plain)
    for index in global_ or []:
        throughput.check_on_demand(index.get("OnDemandThroughput"), mode, index["IndexName"])


def _new_table(ctx: Call, name: str, request: dict[str, Any], mode: str, defined: dict[str, str]) -> Table:
    table_arn = names.arn(ctx, f"table/{name}")
    hash_key, range_key = keys_and_indexes.key_attributes(request["KeySchema"], defined)
    indexes: dict[str, Index] = {}
    for member, kind in _INDEX_KINDS:
        for part in request.get(member, []):
            number = ctx.store.database.new_id()
            indexes[part["IndexName"]] = keys_and_indexes.index(number, part, kind, table_arn, defined)
    return Table(
        id=ctx.store.database.new_id(),
        account_id=ctx.account_id,
        region=ctx.region,
        name=name,
        arn=table_arn,
        table_id=str(uuid.uuid4()),
        hash_key=hash_key,
        range_key=range_key,
        attribute_definitions=defined,
        created_at=ctx.now,
        indexes=indexes,
        billing_mode=mode,
        throughput=throughput.requested(request.get("ProvisionedThroughput")),
        tags=settings.merged_tags({}, request.get("Tags", [])),
        details=_details(ctx, request, mode, table_arn),
    )


def _details(ctx: Call, request: dict[str, Any], mode: str, table_arn: str) -> dict[str, Any]:
    details: dict[str, Any] = {
        member: request[member]
        for member in ("DeletionProtectionEnabled", "OnDemandThroughput", "TableClass", "WarmThroughput")
        if member in request
    }
    if mode == ON_DEMAND:
        details["BillingModeSummary"] = {
            "BillingMode": ON_DEMAND,
            "LastUpdateToPayPerRequestDateTime": ctx.now,
        }
    if "SSESpecification" in request:
        description = settings.encryption(ctx, request["SSESpecification"])
        if description is not None:
            details["SSEDescription"] = description
    if "ResourcePolicy" in request:
        attach_on_creation(details, table_arn, request["ResourcePolicy"])
    return details


OPERATIONS = {
    "CreateTable": create_table,
    "DescribeTable": describe_table,
    "ListTables": list_tables,
    "DeleteTable": delete_table,
}
