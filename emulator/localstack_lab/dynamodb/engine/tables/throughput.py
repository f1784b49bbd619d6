"""Capacity: billing modes, provisioned throughput and its bounds.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.schema import Throughput

from .constraints import Number, Struct

INVALID = "One or more parameter values were invalid: "
ON_DEMAND = "PAY_PER_REQUEST"
PROVISIONED = "PROVISIONED"
MODES = (PROVISIONED, ON_DEMAND)
MAXIMUM_UNITS = 1_000_000_000_000
# What AWS says a table is ready for at once: an on-demand table when it is new, else what is provisioned.
_INITIAL_WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}


def throughput_shape(*, required: bool = False) -> Struct:
    """Model of ProvisionedThroughput."""
    return Struct(
        {
            "ReadCapacityUnits": Number(required=True, least=1),
            "WriteCapacityUnits": Number(required=True, least=1),
        },
        required=required,
    )


def requested(units: dict[str, int] | None) -> Throughput:
    """ProvisionedThroughput of a request; none gives zeros, as on-demand tables show."""
    if units is None:
        return Throughput()
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if units[name] > MAXIMUM_UNITS:
            raise validation(f"Given value {units[name]} for {name} is out of bounds")
    return Throughput(units["ReadCapacityUnits"], units["WriteCapacityUnits"])


def changed(old: Throughput, units: dict[str, int], now: float, owner: str) -> Throughput:
    """Throughput after an update, with the times of change; refuses an update that changes nothing.

    ``owner``: ``table`` or ``index NAME``, as AWS names it.
    """
    new = requested(units)
    if (new.read, new.write) == (old.read, old.write):
        kind = owner.split()[0]
        raise validation(
            f"The provisioned throughput for the {owner} will not change. The requested value equals the "
            "current "
            f"value. Current ReadCapacityUnits provisioned for the {kind}: {old.read}. Requested "
            f"ReadCapacityUnits: {new.read}. Current WriteCapacityUnits provisioned for the {kind}: "
            f"{old.write}. "
            f"Requested WriteCapacityUnits: {new.write}. Refer to the Amazon DynamoDB Developer Guide for "
            "current "
            "limits and how to request higher limits."
        )
    lower = new.read < old.read or new.write < old.write
    higher = new.read > old.read or new.write > old.write
    return replace(
        new,
        last_increase=now if higher else old.last_increase,
        last_decrease=now if lower else old.last_decrease,
        decreases_today=decreases_on(old, now) + int(lower),
    )


def decreases_on(throughput: Throughput, now: float) -> int:
    """How often it was lowered on the UTC day of ``now``."""
    if throughput.last_decrease is None or _day(throughput.last_decrease) != _day(now):
        return 0
    return throughput.decreases_today


def describe(throughput: Throughput, now: float) -> dict[str, Any]:
    """ProvisionedThroughputDescription."""
    answer: dict[str, Any] = {}
    if throughput.last_increase is not None:
        answer["LastIncreaseDateTime"] = throughput.last_increase
    if throughput.last_decrease is not None:
        answer["LastDecreaseDateTime"] = throughput.last_decrease
    return answer | {
        "NumberOfDecreasesToday": decreases_on(throughput, now),
        "ReadCapacityUnits": throughput.read,
        "WriteCapacityUnits": throughput.write,
    }


def describe_warm(
    mode: str, throughput: Throughput, requested_units: dict[str, int] | None
) -> dict[str, Any]:
    """WarmThroughput: the higher of what the mode gives and what was asked for."""
    given = {"ReadUnitsPerSecond": throughput.read, "WriteUnitsPerSecond": throughput.write}
    units = dict(_INITIAL_WARM) if mode == ON_DEMAND else given
    for name, value in (requested_units or {}).items():
        units[name] = max(units[name], value)
    return units | {"Status": "ACTIVE"}


def check_warm(
    mode: str, throughput: Throughput, current: dict[str, int] | None, asked: dict[str, int] | None
) -> None:
    """Refuse warm throughput below what there is: AWS only ever raises it."""
    now = describe_warm(mode, throughput, current)
    for name, value in (asked or {}).items():
        if value < now[name]:
            raise validation(
                f"{INVALID}Requested {name} for WarmThroughput for table is lower than current "
                "WarmThroughput, decreasing WarmThroughput is not supported"
            )


def check_new_warm(mode: str, throughput: Throughput, asked: dict[str, int] | None) -> None:
    """Refuse warm throughput of a new table below what its mode gives anyway."""
    least = describe_warm(mode, throughput, None)
    provisioned = {"ReadUnitsPerSecond": "ReadCapacityUnits", "WriteUnitsPerSecond": "WriteCapacityUnits"}
    for name, value in (asked or {}).items():
        if value < least[name]:
            floor = (
                "initial throughput for OnDemand"
                if mode == ON_DEMAND
                else f"{provisioned[name]} of ProvisionedThroughput"
            )
            raise validation(f"{INVALID}Requested {name} for WarmThroughput for table is lower than {floor}")


def check_on_demand(limits: dict[str, int] | None, mode: str, index: str | None = None) -> None:
    """Refuse limits of on-demand throughput on a provisioned table, and limits below 1."""
    for name, value in (limits or {}).items():
        if mode != ON_DEMAND:
            where = "" if index is None else f" for index : {index}"
            raise validation(
                f"{INVALID}{name} for OnDemandThroughput cannot be specified{where} "
                "when the table BillingMode is PROVISIONED"
            )
        if value < 1 and value != -1:
            owner = "table" if index is None else f"index : {index}"
            raise validation(
                f"{INVALID}Requested {name} for OnDemandThroughput for {owner} is outside of valid range"
            )


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
