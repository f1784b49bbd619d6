"""Rules of key schemas and secondary indexes, in AWS's order and words; from a request to `Index`.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/SecondaryIndexes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.schema import Index, KeyAttr

from . import throughput
from .constraints import NAME_PATTERN, Many, Struct, Text
from .throughput import INVALID, ON_DEMAND

MAXIMUM_LOCAL, MAXIMUM_GLOBAL = 5, 20

ATTRIBUTE_DEFINITIONS = Struct(
    {"AttributeName": Text(required=True), "AttributeType": Text(required=True, values=("B", "N", "S"))}
)
_KEY_ELEMENT = Struct(
    {"AttributeName": Text(required=True), "KeyType": Text(required=True, values=("HASH", "RANGE"))},
    name="KeySchemaElement",
)
KEY_SCHEMA = Many(_KEY_ELEMENT, required=True, shortest=1, longest=2)
INDEX_NAME = Text(required=True, pattern=NAME_PATTERN, shortest=3, longest=255)
PROJECTION = Struct(
    {
        "ProjectionType": Text(values=("ALL", "INCLUDE", "KEYS_ONLY")),
        "NonKeyAttributes": Many(Text(), shortest=1, longest=20),
    },
    required=True,
)
LOCAL_INDEX = Struct({"IndexName": INDEX_NAME, "KeySchema": KEY_SCHEMA, "Projection": PROJECTION})
GLOBAL_INDEX = Struct(
    {
        "IndexName": INDEX_NAME,
        # On AWS a global index may have up to eight key attributes; `index` says that we have two.
        "KeySchema": Many(_KEY_ELEMENT, required=True, shortest=1, longest=8),
        "Projection": PROJECTION,
        "ProvisionedThroughput": throughput.throughput_shape(),
    }
)


def names(schema: Iterable[Mapping[str, str]]) -> list[str]:
    """Attribute names of a key schema."""
    return [element["AttributeName"] for element in schema]


def definitions(elements: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """AttributeDefinitions as name to type; refuses a name that comes twice."""
    found: dict[str, str] = {}
    for element in elements:
        name = element["AttributeName"]
        if name in found:
            raise validation(f"Attribute Name is duplicated: {name}")
        found[name] = element["AttributeType"]
    return found


def check_table_keys(schema: list[Mapping[str, str]], defined: Mapping[str, str]) -> None:
    """Rules of a table's own key schema."""
    if len(schema) > len(defined):
        raise validation("Invalid KeySchema: Some index key attribute have no definition")
    _check_keys(schema, defined)


def _check_keys(schema: list[Mapping[str, str]], defined: Mapping[str, str]) -> None:
    attributes = names(schema)
    if any(name not in defined for name in attributes):
        raise validation(
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(attributes)}], AttributeDefinitions: [{', '.join(defined)}]"
        )
    if len(attributes) == 2 and attributes[0] == attributes[1]:
        raise validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
    if schema[0]["KeyType"] != "HASH":
        raise validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(schema) > 1 and schema[1]["KeyType"] != "RANGE":
        raise validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")


def check_local(
    indexes: list[dict[str, Any]] | None, schema: list[Mapping[str, str]], defined: Mapping[str, str]
) -> None:
    """Rules of LocalSecondaryIndexes beside the table's key schema."""
    if indexes is None:
        return
    if not indexes:
        raise validation(f"{INVALID}List of LocalSecondaryIndexes is empty")
    if len(schema) != 2:
        raise validation(
            f"{INVALID}Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        )
    for index in indexes:
        name, keys = index["IndexName"], index["KeySchema"]
        _check_keys(keys, defined)
        if len(keys) != 2:
            raise validation(f"{INVALID}Index KeySchema does not have a range key for index: {name}")
        if keys[0]["AttributeName"] != schema[0]["AttributeName"]:
            raise validation(
                f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for "
                "index: "
                f"{name}. index hash key: {keys[0]['AttributeName']}, table hash key: "
                f"{schema[0]['AttributeName']}"
            )
        _check_projection(index["Projection"])
    if len(indexes) > MAXIMUM_LOCAL:
        raise validation(
            f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of {MAXIMUM_LOCAL}"
        )


def check_global(indexes: list[dict[str, Any]] | None, defined: Mapping[str, str], mode: str) -> None:
    """Rules of GlobalSecondaryIndexes of a table with this billing mode."""
    if indexes is None:
        return
    if not indexes:
        raise validation(f"{INVALID}List of GlobalSecondaryIndexes is empty")
    for index in indexes:
        check_global_index(index, defined)
        name, units = index["IndexName"], index.get("ProvisionedThroughput")
        if mode == ON_DEMAND and units is not None:
            raise validation(
                f"{INVALID}ProvisionedThroughput should not be specified for index: {name} "
                "when BillingMode is PAY_PER_REQUEST"
            )
        if mode != ON_DEMAND and units is None:
            raise validation(f"{INVALID}ProvisionedThroughput is not specified for index: {name}")
    if len(indexes) > MAXIMUM_GLOBAL:
        raise validation(
            f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of {MAXIMUM_GLOBAL}"
        )


def check_global_index(index: dict[str, Any], defined: Mapping[str, str]) -> None:
    """Rules of one global index: its keys and its projection."""
    schema = index["KeySchema"]
    if len(schema) > 2:
        raise validation(
            f"{INVALID}The lab's DynamoDB has one HASH and one RANGE attribute per index key; "
            f"index {index['IndexName']} has {len(schema)} key attributes"
        )
    _check_keys(schema, defined)
    _check_projection(index["Projection"])


def check_names(*groups: list[dict[str, Any]] | None) -> None:
    """No two indexes of a table share a name, whatever their kind."""
    seen: set[str] = set()
    for index in (index for group in groups for index in group or []):
        name = index["IndexName"]
        if name in seen:
            raise validation(f"{INVALID}Duplicate index name: {name}")
        seen.add(name)


def check_all_used(
    defined: Mapping[str, str], schemas: Iterable[list[Mapping[str, str]]], plain: bool
) -> None:
    """Every defined attribute is a key somewhere; ``plain``: the table has no index, and AWS other words."""
    used = [name for schema in schemas for name in names(schema)]
    if set(defined) <= set(used):
        return
    if plain:
        raise validation(
            f"{INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined "
            "in "
            "AttributeDefinitions"
        )
    raise validation(
        f"{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(defined)}], "
        f"keys used: [{', '.join(dict.fromkeys(used))}]"
    )


def key_attributes(
    schema: list[Mapping[str, str]], defined: Mapping[str, str]
) -> tuple[KeyAttr, KeyAttr | None]:
    """Partition and sort key of a checked schema."""
    keys = [KeyAttr(name, defined[name]) for name in names(schema)]
    return keys[0], keys[1] if len(keys) > 1 else None


def index(
    number: int,
    request: dict[str, Any],
    kind: Literal["GSI", "LSI"],
    table_arn: str,
    defined: Mapping[str, str],
) -> Index:
    """The `Index` that a checked part of a request describes."""
    hash_key, range_key = key_attributes(request["KeySchema"], defined)
    projection = request["Projection"]
    included = projection.get("NonKeyAttributes", [])
    details: dict[str, Any] = {
        name: request[name] for name in ("OnDemandThroughput", "WarmThroughput") if name in request
    }
    if included:
        details["NonKeyAttributes"] = included
    return Index(
        id=number,
        name=request["IndexName"],
        arn=f"{table_arn}/index/{request['IndexName']}",
        kind=kind,
        hash_key=hash_key,
        range_key=range_key,
        projection_type=projection["ProjectionType"],
        non_key_attributes=frozenset(included),
        throughput=throughput.requested(request.get("ProvisionedThroughput")),
        details=details,
    )


def _check_projection(projection: dict[str, Any]) -> None:
    kind, included = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise validation(f"{INVALID}Unknown ProjectionType: null")
    if kind != "INCLUDE" and included is not None:
        raise validation(f"{INVALID}ProjectionType is {kind}, but NonKeyAttributes is specified")
    if kind == "INCLUDE" and included is None:
        raise validation(f"{INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    seen: set[str] = set()
    for name in included or []:
        if name in seen:
            raise validation(f"{INVALID}Duplicate element in NonKeyAttributes: {name}")
        seen.add(name)
