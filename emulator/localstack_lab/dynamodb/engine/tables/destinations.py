"""Kinesis streaming destinations of a table: the control plane. Delivery is the provider's part.

Each active destination has a log of its own in the store, in which the table's writes leave their records.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.schema import Table

from . import names
from .constraints import Struct, Text, check

_KEY = "KinesisDestinations"
_STREAM = {"StreamArn": Text(required=True, shortest=37, longest=1024)}
_PRECISION = Text(values=("MILLISECOND", "MICROSECOND"))
_WRONG_STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "


def enable(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """EnableKinesisStreamingDestination: answers ENABLING; ACTIVE from then on."""
    names.requested_name(ctx, request)
    member = "EnableKinesisStreamingConfiguration"
    check({**_STREAM, member: Struct({"ApproximateCreationDateTimePrecision": _PRECISION})}, request)
    configuration = request.get(member) or {}
    with ctx.store.transaction():
        table = names.requested_table(ctx, request)
        destinations = _destinations(table)
        current = destinations.get(request["StreamArn"])
        if current is not None and current["status"] != "DISABLED":
            raise validation(
                f"{_WRONG_STATE}EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to "
                "perform "
                "ENABLE operation."
            )
        destinations[request["StreamArn"]] = {
            "status": "ACTIVE",
            "precision": configuration.get("ApproximateCreationDateTimePrecision"),
            "log": ctx.store.database.new_id(),
        }
        _save(ctx, table, destinations)
    answer = {"TableName": table.name, "StreamArn": request["StreamArn"], "DestinationStatus": "ENABLING"}
    return answer | ({member: configuration} if configuration else {})


def disable(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DisableKinesisStreamingDestination: what is written from then on is not delivered."""
    names.requested_name(ctx, request)
    check(_STREAM, request)
    with ctx.store.transaction():
        table = names.requested_table(ctx, request)
        destinations = _destinations(table)
        current = destinations.get(request["StreamArn"])
        if current is None or current["status"] != "ACTIVE":
            raise validation(
                f"{_WRONG_STATE}KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
            )
        destinations[request["StreamArn"]] = current | {"status": "DISABLED"}
        _save(ctx, table, destinations)
    return {"TableName": table.name, "StreamArn": request["StreamArn"], "DestinationStatus": "DISABLING"}


def describe(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeKinesisStreamingDestination: all destinations, disabled ones too."""
    table = names.requested_table(ctx, request)
    shown = []
    for arn, destination in _destinations(table).items():
        entry = {"StreamArn": arn, "DestinationStatus": destination["status"]}
        if destination["precision"] is not None:
            entry["ApproximateCreationDateTimePrecision"] = destination["precision"]
        shown.append(entry)
    return {"TableName": table.name, "KinesisDataStreamDestinations": shown}


def update(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateKinesisStreamingDestination: the precision of creation times in the records to come."""
    names.requested_name(ctx, request)
    member = "UpdateKinesisStreamingConfiguration"
    check({**_STREAM, member: Struct({"ApproximateCreationDateTimePrecision": _PRECISION})}, request)
    precision = (request.get(member) or {}).get("ApproximateCreationDateTimePrecision")
    if precision is None:
        raise validation(
            "Streaming destination cannot be updated with given parameters: "
            "UpdateKinesisStreamingConfiguration cannot be null or contain only null values"
        )
    with ctx.store.transaction():
        table = names.requested_table(ctx, request)
        arn, destinations = request["StreamArn"], _destinations(table)
        current = destinations.get(arn)
        if current is None or current["status"] != "ACTIVE":
            raise validation(
                f"{_WRONG_STATE}Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE "
                f"state. TableName: {table.name}, kdsArn: {arn}"
            )
        if precision == (current["precision"] or "MILLISECOND"):
            raise validation(
                f"Invalid Request: Precision is already set to the desired value of {precision} for tableId: "
                f"{table.table_id}, kdsArn: {arn}"
            )
        destinations[arn] = current | {"precision": precision}
        _save(ctx, table, destinations)
    return {
        "TableName": table.name,
        "StreamArn": arn,
        "DestinationStatus": "UPDATING",
        member: {"ApproximateCreationDateTimePrecision": precision},
    }


def active(table: Table) -> list[tuple[int, str, str]]:
    """What is to be delivered: log number, stream ARN and precision of each active destination."""
    return [
        (destination["log"], arn, destination["precision"] or "MILLISECOND")
        for arn, destination in _destinations(table).items()
        if destination["status"] == "ACTIVE"
    ]


def _destinations(table: Table) -> dict[str, dict[str, Any]]:
    return dict(table.details.get(_KEY, {}))


def _save(ctx: Call, table: Table, destinations: dict[str, dict[str, Any]]) -> None:
    table = replace(table, details={**table.details, _KEY: destinations})
    ctx.store.save_table(replace(table, forwarding_logs=tuple(log for log, _, _ in active(table))))


OPERATIONS = {
    "EnableKinesisStreamingDestination": enable,
    "DisableKinesisStreamingDestination": disable,
    "DescribeKinesisStreamingDestination": describe,
    "UpdateKinesisStreamingDestination": update,
}
