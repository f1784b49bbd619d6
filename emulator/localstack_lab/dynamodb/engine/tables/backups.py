"""On-demand backups, which are copies inside the store, and the setting of continuous backups.

A restore to a point in time would need the history of every item, which the store does not keep: refused.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BackupRestore.html
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation
from localstack_lab.dynamodb.engine.schema import Table, dump_table, load_table

from . import describing, names
from .constraints import NAME_PATTERN, Flag, Number, Struct, Text, check
from .lifecycle import refuse_existing

_KIND = "backup"
_BACKUP_NAME = {"BackupName": Text(required=True, pattern=NAME_PATTERN, shortest=3, longest=255)}
_RECOVERY = {
    "PointInTimeRecoverySpecification": Struct(
        {
            "PointInTimeRecoveryEnabled": Flag(required=True),
            "RecoveryPeriodInDays": Number(least=1, most=35),
        },
        required=True,
    )
}
_OVERRIDES = (
    "BillingModeOverride",
    "GlobalSecondaryIndexOverride",
    "LocalSecondaryIndexOverride",
    "ProvisionedThroughputOverride",
    "OnDemandThroughputOverride",
    "SSESpecificationOverride",
)


def create_backup(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """CreateBackup: answers CREATING; the backup is whole and AVAILABLE from then on."""
    names.requested_name(ctx, request)
    check(_BACKUP_NAME, request)
    with ctx.store.transaction():
        table = _table(ctx, request)
        number = ctx.store.database.new_id()
        items, size = ctx.store.count_and_size(table)
        arn = f"{table.arn}/backup/{int(ctx.now * 1000):014d}-{uuid.uuid4().hex[:8]}"
        details = {
            "BackupArn": arn,
            "BackupName": request["BackupName"],
            "BackupSizeBytes": size,
            "BackupStatus": "AVAILABLE",
            "BackupType": "USER",
            "BackupCreationDateTime": ctx.now,
        }
        body = {"details": details, "table": dump_table(table), "items": items, "owner": number}
        ctx.store.copy_items(table.id, number)
        ctx.store.catalog.put_document(_KIND, ctx.account_id, ctx.region, arn, body)
    return {"BackupDetails": details | {"BackupStatus": "CREATING"}}


def describe_backup(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeBackup; error: BackupNotFoundException."""
    return {"BackupDescription": _describe(ctx, _backup(ctx, request))}


def list_backups(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """ListBackups: of one table's name or all, oldest first, up to ``Limit`` (1 to 100)."""
    check({"Limit": Number(least=1, most=100)}, request)
    name = names.requested_name(ctx, request) if "TableName" in request else None
    start, limit = request.get("ExclusiveStartBackupArn"), request.get("Limit", 100)
    backups = ctx.store.catalog.documents(_KIND, ctx.account_id, ctx.region)
    backups.sort(key=lambda body: (body["details"]["BackupCreationDateTime"], body["details"]["BackupArn"]))
    summaries = [_summary(body) for body in backups]
    chosen = [summary for summary in summaries if name in (None, summary["TableName"])]
    if start is not None:
        arns = [summary["BackupArn"] for summary in chosen]
        if start not in arns:
            raise validation("Invalid Request: The supplied ExclusiveStartBackupArn does not exist")
        chosen = chosen[arns.index(start) + 1 :]
    answer: dict[str, Any] = {"BackupSummaries": chosen[:limit]}
    if len(chosen) > limit:
        answer["LastEvaluatedBackupArn"] = chosen[limit - 1]["BackupArn"]
    return answer


def delete_backup(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DeleteBackup; error: BackupNotFoundException."""
    with ctx.store.transaction():
        body = _backup(ctx, request)
        ctx.store.drop_items(body["owner"])
        ctx.store.catalog.remove_document(_KIND, ctx.account_id, ctx.region, request["BackupArn"])
    description = _describe(ctx, body)
    description["BackupDetails"]["BackupStatus"] = "DELETED"
    return {"BackupDescription": description}


def restore_table_from_backup(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """RestoreTableFromBackup: a new table with the backup's items, keys, indexes and capacity.

    As on AWS without tags, stream, TTL, policies and destinations. Overrides are refused.
    """
    name = names.requested_name(ctx, {"TableName": request.get("TargetTableName")}, new=True)
    for member in _OVERRIDES:
        if request.get(member) is not None:
            raise validation(f"The lab's DynamoDB does not have {member} of RestoreTableFromBackup")
    with ctx.store.transaction():
        body = _backup(ctx, request)
        try:
            refuse_existing(ctx, name)
        except DynamoDBError as error:
            raise DynamoDBError("TableAlreadyExistsException", f"Table already exists: {name}") from error
        source = load_table(body["table"])
        table = _restored(ctx, name, source, body)
        ctx.store.copy_items(body["owner"], table.id)
        ctx.store.save_table(table)
        for index in table.indexes.values():
            ctx.store.build_index(table, index)
    description = describing.describe(ctx, table, status="CREATING")
    description["RestoreSummary"] = table.details["RestoreSummary"] | {"RestoreInProgress": True}
    return {"TableDescription": description}


def describe_continuous_backups(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeContinuousBackups: always ENABLED, as on AWS; point-in-time recovery as it was set."""
    return {"ContinuousBackupsDescription": _continuous(ctx, _table(ctx, request))}


def update_continuous_backups(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateContinuousBackups: keeps the setting. RestoreTableToPointInTime is refused all the same."""
    names.requested_name(ctx, request)
    check(_RECOVERY, request)
    specification = request["PointInTimeRecoverySpecification"]
    enabled, days = specification["PointInTimeRecoveryEnabled"], specification.get("RecoveryPeriodInDays")
    if not enabled and days is not None:
        raise validation(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
        )
    with ctx.store.transaction():
        table = _table(ctx, request)
        details = dict(table.details)
        since = details.pop("PointInTimeRecovery", {}).get("since", ctx.now)
        if enabled:
            details["PointInTimeRecovery"] = {"since": since, "days": days or 35}
        table = replace(table, details=details)
        ctx.store.save_table(table)
    return {"ContinuousBackupsDescription": _continuous(ctx, table)}


def restore_table_to_point_in_time(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """RestoreTableToPointInTime: refused."""
    raise validation(
        "The lab's DynamoDB keeps no history of items: RestoreTableToPointInTime is not available. "
        "CreateBackup and RestoreTableFromBackup are."
    )


def _table(ctx: Call, request: dict[str, Any]) -> Table:
    """The table, or TableNotFoundException, which only this part of the API uses."""
    name = names.requested_name(ctx, request)
    try:
        return ctx.store.table(ctx.account_id, ctx.region, name)
    except KeyError:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {name}") from None


def _backup(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    arn = request.get("BackupArn") or ""
    if ":table/" not in arn or "/backup/" not in arn:
        raise validation("Invalid Backup ARN")
    try:
        return ctx.store.catalog.document(_KIND, ctx.account_id, ctx.region, arn)
    except KeyError:
        raise DynamoDBError("BackupNotFoundException", f"Backup not found: {arn}") from None


def _describe(ctx: Call, body: dict[str, Any]) -> dict[str, Any]:
    table = load_table(body["table"])
    source: dict[str, Any] = {
        "TableName": table.name,
        "TableId": table.table_id,
        "TableArn": table.arn,
        "TableSizeBytes": body["details"]["BackupSizeBytes"],
        "KeySchema": describing.key_schema(table.hash_key, table.range_key),
        "TableCreationDateTime": table.created_at,
        "ProvisionedThroughput": {
            "ReadCapacityUnits": table.throughput.read,
            "WriteCapacityUnits": table.throughput.write,
        },
        "ItemCount": body["items"],
        "BillingMode": table.billing_mode,
    }
    return {"BackupDetails": body["details"], "SourceTableDetails": source, "SourceTableFeatureDetails": {}}


def _summary(body: dict[str, Any]) -> dict[str, Any]:
    table = load_table(body["table"])
    return {"TableName": table.name, "TableId": table.table_id, "TableArn": table.arn} | body["details"]


def _restored(ctx: Call, name: str, source: Table, body: dict[str, Any]) -> Table:
    arn = names.arn(ctx, f"table/{name}")
    indexes = {
        index.name: replace(index, id=ctx.store.database.new_id(), arn=f"{arn}/index/{index.name}")
        for index in source.indexes.values()
    }
    summary = {
        "SourceBackupArn": body["details"]["BackupArn"],
        "SourceTableArn": source.arn,
        "RestoreDateTime": ctx.now,
        "RestoreInProgress": False,
    }
    kept = ("BillingModeSummary", "OnDemandThroughput", "SSEDescription", "TableClass")
    return replace(
        source,
        id=ctx.store.database.new_id(),
        name=name,
        arn=arn,
        table_id=str(uuid.uuid4()),
        created_at=ctx.now,
        indexes=indexes,
        stream=None,
        forwarding_logs=(),
        ttl_attribute=None,
        tags={},
        details={member: source.details[member] for member in kept if member in source.details}
        | {"RestoreSummary": summary},
    )


def _continuous(ctx: Call, table: Table) -> dict[str, Any]:
    recovery: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    setting = table.details.get("PointInTimeRecovery")
    if setting is not None:
        recovery = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": setting["days"],
            "EarliestRestorableDateTime": setting["since"],
            "LatestRestorableDateTime": ctx.now,
        }
    return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}


OPERATIONS = {
    "CreateBackup": create_backup,
    "DescribeBackup": describe_backup,
    "ListBackups": list_backups,
    "DeleteBackup": delete_backup,
    "RestoreTableFromBackup": restore_table_from_backup,
    "DescribeContinuousBackups": describe_continuous_backups,
    "UpdateContinuousBackups": update_continuous_backups,
    "RestoreTableToPointInTime": restore_table_to_point_in_time,
}
