"""What concerns the account: limits, endpoints, and the global tables that there are none of.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation

from .throughput import INVALID

_GLOBAL_TABLES_GONE = (
    f"{INVALID}DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
    "global "
    "tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)


def describe_limits(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeLimits: the quotas that every new AWS account has. The lab enforces none of them."""
    return {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }


def describe_endpoints(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeEndpoints: this machine, never AWS; the LocalStack provider puts its own host and port in."""
    return {"Endpoints": [{"Address": "localhost", "CachePeriodInMinutes": 1440}]}


def create_global_table(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """CreateGlobalTable and UpdateGlobalTable: AWS itself no longer has this version."""
    raise validation(_GLOBAL_TABLES_GONE)


def describe_global_table(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeGlobalTable: there is never one."""
    name = request.get("GlobalTableName", "")
    raise DynamoDBError(
        "GlobalTableNotFoundException", f"Global table with name: {name} does not exist in the lab"
    )


def list_global_tables(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """ListGlobalTables: none."""
    return {"GlobalTables": []}


OPERATIONS = {
    "DescribeLimits": describe_limits,
    "DescribeEndpoints": describe_endpoints,
    "CreateGlobalTable": create_global_table,
    "UpdateGlobalTable": create_global_table,
    "DescribeGlobalTable": describe_global_table,
    "ListGlobalTables": list_global_tables,
}
