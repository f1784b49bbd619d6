"""Turns INSERT, UPDATE, DELETE and EXISTS into the writes that all item operations share.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation
from localstack_lab.dynamodb.engine.expressions.nodes import And, Condition, Function, Or, Path
from localstack_lab.dynamodb.engine.expressions.projection import project, refuse_overlaps
from localstack_lab.dynamodb.engine.expressions.tokens import Refusal
from localstack_lab.dynamodb.engine.operations import keys
from localstack_lab.dynamodb.engine.operations.capacity import Capacity
from localstack_lab.dynamodb.engine.operations.writing import (
    Write,
    check_empty_keys,
    check_put_size,
    check_schema,
    decide,
    store,
)
from localstack_lab.dynamodb.engine.schema import Table

from .predicates import key_and_rest
from .statements import Delete, Exists, Insert, Update

Item = dict[str, dict[str, Any]]
type WriteStatement = Insert | Update | Delete | Exists


def duplicate_item() -> DynamoDBError:
    """INSERT is no upsert."""
    return DynamoDBError("DuplicateItemException", "Duplicate primary key exists in table")


def prepare(call: Call, statement: WriteStatement, *, return_old: bool = False) -> tuple[Table, Write]:
    """The table, and the write with everything checked but the schema and the item that is there."""
    source = statement.select.source if isinstance(statement, Exists) else statement.source
    table = keys.find_table(call, source.table)
    if source.index_name is not None:
        raise validation("This operation is not supported on an index")
    there = Function("attribute_exists", (Path((table.hash_key.name,)),))
    gone = Function("attribute_not_exists", (Path((table.hash_key.name,)),))
    if isinstance(statement, Insert):
        check_put_size(statement.item)
        return table, Write("Put", statement.item, gone)
    where = statement.select.where if isinstance(statement, Exists) else statement.where
    found = key_and_rest(where, table.key_attributes)
    if found is None:
        raise validation("Where clause does not contain a mandatory equality on all key attributes")
    key, rest = found
    if isinstance(statement, Exists):
        return table, Write("ConditionCheck", key, _both(there, rest), (), return_old)
    if isinstance(statement, Update):
        _refuse_overlaps(statement)
        return table, Write("Update", key, _both(there, rest), statement.actions, return_old)
    return table, Write("Delete", key, None if rest is None else Or(gone, rest), (), return_old)


def _both(first: Condition, second: Condition | None) -> Condition:
    return first if second is None else And(first, second)


def _refuse_overlaps(statement: Update) -> None:
    try:
        refuse_overlaps([action.path for action in statement.actions])
    except Refusal as refusal:
        raise refusal.of("UpdateExpression") from refusal


def write(call: Call, statement: WriteStatement, *, return_old: bool = False) -> tuple[list[Item], Capacity]:
    """Carry the statement out; the rows that RETURNING asks for, and what it cost.

    :raises DynamoDBError: ConditionalCheckFailedException, DuplicateItemException, ValidationException
    """
    table, draft = prepare(call, statement, return_old=return_old)
    check_empty_keys(table, draft)
    check_schema(table, draft)
    with call.store.transaction():
        old = call.store.get(table, *keys.key_position(table, draft.item))
        if isinstance(statement, Insert) and old is not None:
            raise duplicate_item()
        new = decide(table, draft, old)
        store(call.store, table, old, new)
    capacity = Capacity(table, "Write")
    capacity.spend_write(old, new)
    return _returned(statement, old, new), capacity


def _returned(statement: WriteStatement, old: Item | None, new: Item | None) -> list[Item]:
    if not isinstance(statement, Update | Delete) or statement.returning is None:
        return []
    scope, image = statement.returning.split()
    item = old if image == "OLD" else new
    if scope == "MODIFIED" and item is not None and isinstance(statement, Update):
        item = project(item, [action.path for action in statement.actions])
    return [item] if item else []
