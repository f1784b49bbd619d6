"""The table as the files in S3 tell of it, held against the table as DynamoDB holds it.

The handlers' code is not used here: a fault in it must not excuse itself.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from lab.pipelines.change_capture.changes import REMOVE, Line


def rebuilt(latest: Mapping[str, Line]) -> dict[str, dict[str, Any]]:
    """The orders that there are, by key, after the last change of each; a deleted one is not there."""
    return {key: line.fields for key, line in latest.items() if line.mark.kind != REMOVE}


def table_items(session: Session, spec: ChangeCapture) -> Iterator[tuple[str, dict[str, Any]]]:
    """(key, typed item) of everything in the table.

    :raises NotBootstrapped: there is no such table
    """
    dynamodb = session.client("dynamodb")
    try:
        for page in dynamodb.get_paginator("scan").paginate(TableName=spec.table, ConsistentRead=True):
            for item in page["Items"]:
                yield item[spec.key]["S"], item
    except dynamodb.exceptions.ResourceNotFoundException as error:
        raise NotBootstrapped(spec.slug, f"The table {spec.table}") from error


def differing_fields(item: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """The names of fields that are not the same in a typed item and in a line of a file, in order.

    :param fields: numbers as Decimal, as `Line` has them
    """
    names = sorted(item.keys() | fields.keys())
    return [
        name for name in names if name not in item or name not in fields or not same(item[name], fields[name])
    ]


def same(attribute: Mapping[str, Any], value: Any) -> bool:
    """Whether JSON's `value` is what DynamoDB's `attribute` holds; sets have no order, numbers one value."""
    [(kind, held)] = attribute.items()
    match kind:
        case "S" | "BOOL":
            return type(value) is type(held) and value == held
        case "N":
            return isinstance(value, Decimal) and value == Decimal(held)
        case "B":
            return value == _base64(held)
        case "NULL":
            return value is None
        case "SS":
            return _same_set(held, value, str)
        case "NS":
            return _same_set(map(Decimal, held), value, Decimal)
        case "BS":
            return _same_set(map(_base64, held), value, str)
        case "L":
            return (
                isinstance(value, list)
                and len(held) == len(value)
                and all(same(one, other) for one, other in zip(held, value, strict=True))
            )
        case "M":
            return isinstance(value, dict) and not differing_fields(held, value)
    raise ValueError(f"DynamoDB has no type {kind!r}")


def _base64(held: bytes) -> str:
    return base64.b64encode(held).decode()


def _same_set(held: Iterable[Any], value: Any, member: type) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(one, member) for one in value)
        and sorted(held) == sorted(value)
    )
