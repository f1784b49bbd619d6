"""Which table a request means: by name, or by ARN, as most operations take either.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, resource_not_found, validation
from localstack_lab.dynamodb.engine.schema import Table

from .constraints import NAME_PATTERN, Text, check

_TABLE = Text(pattern=NAME_PATTERN, shortest=1, longest=255)
_NEW_TABLE = Text(pattern=NAME_PATTERN, shortest=3, longest=255)


def partition(region: str) -> str:
    """AWS's partition of a region: the second part of its ARNs."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def arn(ctx: Call, resource: str, service: str = "dynamodb") -> str:
    """ARN of a resource of the caller's account and region."""
    return f"arn:{partition(ctx.region)}:{service}:{ctx.region}:{ctx.account_id}:{resource}"


def requested_name(ctx: Call, request: dict[str, Any], *, new: bool = False) -> str:
    """The table name of a request, checked; an ARN of this account and region gives its table's name."""
    name = request.get("TableName")
    if name is None:
        raise validation("The parameter 'TableName' is required but was not present in the request")
    if name.startswith("arn:"):
        return name_in_arn(ctx, name)
    check({"TableName": _NEW_TABLE if new else _TABLE}, {"TableName": name})
    return name


def name_in_arn(ctx: Call, table_arn: str) -> str:
    """The table's name in a table ARN; refuses ARNs of other accounts and regions."""
    parts = table_arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
        raise validation(f"1 validation error detected: Invalid resource type in '{table_arn}'")
    if parts[3] != ctx.region:
        raise validation(f"1 validation error detected: Invalid AWS region in '{table_arn}'")
    if parts[4] != ctx.account_id:
        raise denied(ctx, "access", table_arn)
    return parts[5].removeprefix("table/").split("/")[0]


def denied(ctx: Call, operation: str, resource: str) -> DynamoDBError:
    """AccessDeniedException for a resource of another account."""
    return DynamoDBError(
        "AccessDeniedException",
        f"User: arn:{partition(ctx.region)}:iam::{ctx.account_id}:root is not authorized to perform: "
        f"dynamodb:{operation} on resource: {resource}",
    )


def requested_table(ctx: Call, request: dict[str, Any]) -> Table:
    """The table of a request; ResourceNotFoundException naming it when there is none."""
    name = requested_name(ctx, request)
    try:
        return ctx.store.table(ctx.account_id, ctx.region, name)
    except KeyError:
        raise table_not_found(name) from None


def table_not_found(name: str) -> DynamoDBError:
    """ResourceNotFoundException in the words of the control plane."""
    return resource_not_found(f"Requested resource not found: Table: {name} not found")
