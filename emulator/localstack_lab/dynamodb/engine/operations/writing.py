"""One write: put, update, delete or condition check, for single operations, batches and transactions alike.

A write goes through three steps: it is made from a request (nothing is read), it is fitted to its table's
schema, and it is decided against the item that is there. The caller then stores what was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import DynamoDBError, condition_failed, validation
from localstack_lab.dynamodb.engine.expressions.application import WRONG_TYPE, apply_update
from localstack_lab.dynamodb.engine.expressions.evaluation import holds
from localstack_lab.dynamodb.engine.expressions.nodes import Action, Add, Condition, Literal, Remove, Set
from localstack_lab.dynamodb.engine.schema import Table
from localstack_lab.dynamodb.engine.storage import Store

from . import keys
from .parameters import nested_names, paths_of

Item = dict[str, dict[str, Any]]

OVERSIZED_PUT = "Item size has exceeded the maximum allowed size"
OVERSIZED_UPDATE = "Item size to update has exceeded the maximum allowed size"

# UpdateItem is measured as the record of what it writes: a fixed part and one per action.
_UPDATE_COST, _WRITE_COST, _REMOVE_COST, _LIST_INDEX_COST = 3, 19, 2, 1


@dataclass(slots=True)
class Write:
    """What is to be done with one item.

    ``kind``: Put, Update, Delete or ConditionCheck. ``item``: the whole new item of a Put, else the key.
    ``return_old_on_failure``: hand the item back with the error when the condition fails.
    ``legacy``: the actions come from AttributeUpdates, which has its own words for operands that do not fit.
    """

    kind: str
    item: Item
    condition: Condition | None = None
    actions: tuple[Action, ...] = ()
    return_old_on_failure: bool = False
    legacy: bool = False


def check_put_size(item: Item) -> None:
    """No item is larger than 400 KB."""
    if values.item_size(item) > values.MAX_ITEM_SIZE:
        raise validation(OVERSIZED_PUT)


def check_empty_keys(table: Table, write: Write) -> None:
    """Empty key values, which AWS refuses before it looks at anything else of the schema."""
    for attribute in table.key_attributes:
        value = write.item.get(attribute.name)
        if value is not None and attribute.type in value and keys.empty_kind(value):
            keys.check_key_contents(table, {attribute.name: value})
    if write.kind == "Put":
        keys.check_index_contents(table, _well_typed(table, write.item))
    for name, value in _literals(write):
        if any(name == key.name for _, key, _ in keys.index_keys(table)) and keys.empty_kind(value):
            raise _empty_index_key(value)


def _empty_index_key(value: dict[str, Any]) -> Exception:
    return validation(
        "One or more parameter values are not valid. The update expression attempted to update a "
        "secondary index key to a value that is not supported. The AttributeValue for a key "
        f"attribute cannot contain an empty {keys.empty_kind(value)} value."
    )


def _well_typed(table: Table, item: Item) -> Item:
    """The item without index keys of the wrong type: those are reported as such."""
    wrong = {key.name for _, key, _ in keys.index_keys(table) if key.type not in item.get(key.name, {})}
    return {name: value for name, value in item.items() if name not in wrong}


def check_schema(table: Table, write: Write) -> None:
    """Everything that a write can break about its table's keys and indexes."""
    if write.kind == "Put":
        keys.check_item_key(table, write.item)
        keys.check_index_types(table, write.item)
        keys.check_index_contents(table, write.item)
    else:
        keys.check_key(table, write.item)
    if write.kind == "Update":
        _check_actions(table, write)
    if write.condition is not None:
        keys.check_scalar_paths(table, nested_names(paths_of(write.condition)))


def _check_actions(table: Table, write: Write) -> None:
    for name in table.key_names:
        if any(action.path.elements[0] == name for action in write.actions):
            raise validation(
                f"One or more parameter values were invalid: Cannot update attribute {name}. "
                "This attribute is part of the key"
            )
    keys.check_index_types(table, dict(_literals(write)))
    keys.check_scalar_paths(table, nested_names(tuple(action.path for action in write.actions)))


def _literals(write: Write) -> list[tuple[str, dict[str, Any]]]:
    """Top-level attributes to which an update assigns a value that the request itself holds."""
    return [
        (str(action.path.elements[0]), action.value.value)
        for action in write.actions
        if isinstance(action, Set | Add)
        and len(action.path.elements) == 1
        and isinstance(action.value, Literal)
    ]


def decide(table: Table, write: Write, old: Item | None, *, standalone_update: bool = False) -> Item | None:
    """The item after the write (None: there is none); what is there is not changed.

    ``standalone_update``: measure as UpdateItem does, see `check_update_size`.
    Raises ConditionalCheckFailedException and ValidationException in AWS's words.
    """
    if write.condition is not None and not holds(write.condition, old or {}):
        raise condition_failed(old if write.return_old_on_failure else None)
    if write.kind == "Put":
        return write.item
    if write.kind == "Delete":
        return None
    if write.kind == "ConditionCheck":
        return old
    new = _updated(write, write.item if old is None else old)
    check_update_size(new, write.actions if standalone_update else None)
    if table.indexes:
        _check_new_index_keys(table, write, new)
    return new


def _updated(write: Write, item: Item) -> Item:
    try:
        return apply_update(write.actions, item)
    except DynamoDBError as error:
        if write.legacy and error.message == WRONG_TYPE:
            raise validation("Type mismatch for attribute to update") from error
        raise


def check_update_size(new: Item, actions: tuple[Action, ...] | None = None) -> None:
    """Refuse an updated item of more than 400 KB.

    UpdateItem (``actions`` given) also measures what its actions write: the attributes they touch, 3 bytes
    for itself, 19 for each SET and ADD (one more through a list index), 2 for each REMOVE and DELETE. Nobody
    documents this; it was observed on AWS.
    """
    size = values.item_size(new)
    if actions and size > values.MAX_ITEM_SIZE - _WRITE_COST * len(actions) - _UPDATE_COST - len(actions):
        written = {str(a.path.elements[0]) for a in actions if isinstance(a, Set | Add)}
        record = _UPDATE_COST + values.item_size({name: new[name] for name in written if name in new})
        for action in actions:
            if isinstance(action, Set | Add):
                through_list = any(isinstance(element, int) for element in action.path.elements)
                record += _WRITE_COST + _LIST_INDEX_COST * through_list
            else:
                record += _REMOVE_COST
        size = max(size, record)
    if size > values.MAX_ITEM_SIZE:
        raise validation(OVERSIZED_UPDATE)


def _check_new_index_keys(table: Table, write: Write, new: Item) -> None:
    """Index keys that an update computed or copied; `check_schema` saw only those it spelt out."""
    touched = {action.path.elements[0] for action in write.actions if not isinstance(action, Remove)}
    for _, attribute, _ in keys.index_keys(table):
        value = new.get(attribute.name)
        if value is None or attribute.name not in touched:
            continue
        if attribute.type not in value:
            raise validation(
                "The update expression attempted to update the secondary index key to unsupported type"
            )
        if keys.empty_kind(value):
            raise _empty_index_key(value)
        keys.check_index_contents(table, {attribute.name: value})


def store(target: Store, table: Table, old: Item | None, new: Item | None) -> None:
    """Write what was decided, inside the caller's transaction."""
    if new is not None:
        target.put(table, new, old=old)
    elif old is not None:
        target.delete(table, old)
