"""TableDescription: what CreateTable, DescribeTable, UpdateTable and DeleteTable answer.

Members that AWS leaves out are left out here: no empty lists of indexes, no BillingModeSummary of a table
that was always provisioned, WarmThroughput in DescribeTable only.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.schema import Index, KeyAttr, Table, Throughput

from . import throughput

_KEPT_AS_GIVEN = ("SSEDescription", "OnDemandThroughput", "RestoreSummary")


def key_schema(hash_key: KeyAttr, range_key: KeyAttr | None) -> list[dict[str, str]]:
    """KeySchema in wire form."""
    schema = [{"AttributeName": hash_key.name, "KeyType": "HASH"}]
    if range_key is not None:
        schema.append({"AttributeName": range_key.name, "KeyType": "RANGE"})
    return schema


def describe(
    ctx: Call,
    table: Table,
    *,
    status: str | None = None,
    index_status: Mapping[str, str] | None = None,
    shown_throughput: Throughput | None = None,
    warm: bool = False,
) -> dict[str, Any]:
    """The description of a table.

    ``status`` and ``index_status`` (by name) stand for what is under way when the answer is given;
    ``shown_throughput`` for the throughput that still holds while an update is under way.
    """
    items, size = ctx.store.count_and_size(table)
    details = table.details
    answer: dict[str, Any] = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in table.attribute_definitions.items()
        ],
        "TableName": table.name,
        "KeySchema": key_schema(table.hash_key, table.range_key),
        "TableStatus": status or table.status,
        "CreationDateTime": table.created_at,
        "ProvisionedThroughput": throughput.describe(shown_throughput or table.throughput, ctx.now),
        "TableSizeBytes": size,
        "ItemCount": items,
        "TableArn": table.arn,
        "TableId": table.table_id,
        "DeletionProtectionEnabled": details.get("DeletionProtectionEnabled", False),
    }
    if "BillingModeSummary" in details:
        summary = details["BillingModeSummary"]
        # The time of the switch is not told while the table is created.
        new = status == "CREATING"
        answer["BillingModeSummary"] = {"BillingMode": summary["BillingMode"]} if new else summary
    for kind, member in (("LSI", "LocalSecondaryIndexes"), ("GSI", "GlobalSecondaryIndexes")):
        indexes = [
            _describe_index(ctx, table, index, (index_status or {}).get(index.name), warm)
            for index in table.indexes.values()
            if index.kind == kind
        ]
        if indexes:
            answer[member] = indexes
    if table.stream is not None:
        answer["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream.view_type}
    if "LatestStreamArn" in details:
        answer |= {name: details[name] for name in ("LatestStreamLabel", "LatestStreamArn")}
    if "TableClass" in details:
        answer["TableClassSummary"] = {"TableClass": details["TableClass"]}
    answer |= {name: details[name] for name in _KEPT_AS_GIVEN if name in details}
    if warm:
        answer["WarmThroughput"] = throughput.describe_warm(
            table.billing_mode, table.throughput, details.get("WarmThroughput")
        )
    return answer


def _describe_index(ctx: Call, table: Table, index: Index, status: str | None, warm: bool) -> dict[str, Any]:
    items, size = ctx.store.count_and_size(table, index)
    projection: dict[str, Any] = {"ProjectionType": index.projection_type}
    if "NonKeyAttributes" in index.details:
        projection["NonKeyAttributes"] = index.details["NonKeyAttributes"]
    answer: dict[str, Any] = {
        "IndexName": index.name,
        "KeySchema": key_schema(index.hash_key, index.range_key),
        "Projection": projection,
        "IndexSizeBytes": size,
        "ItemCount": items,
        "IndexArn": index.arn,
    }
    if index.kind == "LSI":
        return answer
    answer["IndexStatus"] = status or index.status
    answer["ProvisionedThroughput"] = throughput.describe(index.throughput, ctx.now)
    if "OnDemandThroughput" in index.details:
        answer["OnDemandThroughput"] = index.details["OnDemandThroughput"]
    if warm:
        answer["WarmThroughput"] = throughput.describe_warm(
            table.billing_mode, index.throughput, index.details.get("WarmThroughput")
        )
    return answer
