"""Tables, items and keys against each other: the checks that need the table's schema.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, resource_not_found, validation
from localstack_lab.dynamodb.engine.schema import Index, KeyAttr, Table

from .constraints import table_of_arn

Item = dict[str, dict[str, Any]]

MAX_HASH_BYTES = 2048
MAX_RANGE_BYTES = 1024

_INVALID = "One or more parameter values were invalid: "
_NOT_VALID = "One or more parameter values are not valid. "
_UNREADABLE = frozenset({"CREATING", "DELETING"})


def schema_mismatch() -> DynamoDBError:
    """What AWS says of a key with a missing, additional or wrongly typed attribute."""
    return validation("The provided key element does not match the schema")


def find_table(call: Call, name_or_arn: str) -> Table:
    """The table if items can be read and written in it; ResourceNotFoundException if not."""
    account, region, name = table_of_arn(name_or_arn)
    try:
        table = call.store.table(account or call.account_id, region or call.region, name)
    except KeyError:
        raise resource_not_found() from None
    if table.status in _UNREADABLE:
        raise resource_not_found()
    return table


def key_position(table: Table, item: Item) -> tuple[bytes, bytes]:
    """`Store.get`'s hash and range bytes of an item or key that fits the schema."""
    sort = b"" if table.range_key is None else values.key_bytes(item[table.range_key.name])
    return values.key_bytes(item[table.hash_key.name]), sort


def empty_kind(value: dict[str, Any]) -> str | None:
    """ "string" or "binary" for a value that is an empty one."""
    if value.get("S") == "":
        return "string"
    return "binary" if value.get("B") == b"" else None


def check_key(table: Table, key: Item) -> None:
    """A key to look up: exactly the key attributes, of the right types, neither empty nor too long."""
    if len(key) != len(table.key_names):
        raise schema_mismatch()
    for attribute in table.key_attributes:
        if attribute.name not in key or attribute.type not in key[attribute.name]:
            raise schema_mismatch()
    check_key_contents(table, key)


def check_key_contents(table: Table, item: Item) -> None:
    """Refuse empty and too long key values; attributes that are missing are somebody else's business."""
    for attribute in table.key_attributes:
        value = item.get(attribute.name)
        kind = None if value is None else empty_kind(value)
        if kind:
            raise validation(
                f"{_NOT_VALID}The AttributeValue for a key attribute cannot contain an empty {kind} value. "
                f"Key: {attribute.name}"
            )
    for attribute in table.key_attributes:
        if attribute.name in item:
            _check_length(attribute, item, attribute == table.hash_key)


def _check_length(attribute: KeyAttr, item: Item, is_hash: bool) -> None:
    value = item[attribute.name]
    if attribute.type == "N" or attribute.type not in value:
        return
    length = len(values.key_bytes(value))
    if is_hash and length > MAX_HASH_BYTES:
        raise validation(f"{_INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes")
    if not is_hash and length > MAX_RANGE_BYTES:
        raise validation(
            f"{_INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
        )


def check_item_key(table: Table, item: Item) -> None:
    """The key inside an item to put."""
    for attribute in table.key_attributes:
        value = item.get(attribute.name)
        if value is None:
            raise validation(f"{_INVALID}Missing the key {attribute.name} in the item")
        if attribute.type not in value:
            raise validation(
                f"{_INVALID}Type mismatch for key {attribute.name} "
                f"expected: {attribute.type} actual: {values.type_of(value)}"
            )
    check_key_contents(table, item)


def index_keys(table: Table) -> Iterator[tuple[Index, KeyAttr, bool]]:
    """Indexes' keys that are not the table's own, by index name: index, attribute, is it the hash key."""
    for name in sorted(table.indexes):
        index = table.indexes[name]
        for attribute in (index.hash_key, index.range_key):
            if attribute is not None and attribute.name not in table.key_names:
                yield index, attribute, attribute == index.hash_key


def check_index_types(table: Table, item: Item) -> None:
    """An item may lack an index's key, but what is there must be of its type."""
    for index, attribute, _ in index_keys(table):
        value = item.get(attribute.name)
        if value is not None and attribute.type not in value:
            raise validation(
                f"{_INVALID}Type mismatch for Index Key {attribute.name} Expected: {attribute.type} "
                f"Actual: {values.type_of(value)} IndexName: {index.name}"
            )


def check_index_contents(table: Table, item: Item) -> None:
    """Refuse empty and too long index keys in an item to put."""
    for index, attribute, is_hash in index_keys(table):
        value = item.get(attribute.name)
        if value is None:
            continue
        kind = empty_kind(value)
        if kind:
            raise validation(
                f"{_NOT_VALID}A value specified for a secondary index key is not supported. "
                f"The AttributeValue for a key attribute cannot contain an empty {kind} value. "
                f"IndexName: {index.name}, IndexKey: {attribute.name}"
            )
        _check_length(attribute, item, is_hash)


def check_scalar_paths(table: Table, names: set[str]) -> None:
    """``names``: attributes whose inside an expression looks at; keys have no inside."""
    problem = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
    for attribute in table.key_attributes:
        if attribute.name in names:
            raise validation(f"{problem}Key: {attribute.name}")
    for _, attribute, _ in index_keys(table):
        if attribute.name in names:
            raise validation(f"{problem}IndexKey: {attribute.name}")
