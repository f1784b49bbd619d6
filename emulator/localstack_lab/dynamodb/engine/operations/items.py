"""GetItem, PutItem, UpdateItem and DeleteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.nodes import Path
from localstack_lab.dynamodb.engine.expressions.projection import project
from localstack_lab.dynamodb.engine.schema import Table

from . import constraints, keys
from .capacity import Capacity, collection_metrics, read_units, wants_capacity
from .constraints import Constraints
from .layers import enveloped
from .parameters import bind, check_parameters, nested_names
from .writing import Write, check_put_size, check_schema, decide, store

Shape = dict[str, Any]
Item = dict[str, dict[str, Any]]


def get_item(call: Call, request: Shape) -> Shape:
    """Answers ``Item`` (absent when there is none; projected) and ConsumedCapacity."""
    constraints.check_table_name(request.get("TableName"))
    check = Constraints()
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.present(request, "Key")
    check.raise_failures()
    check_parameters("GetItem", request)
    key = values.normalise_item(request["Key"])
    bound = bind("GetItem", request)
    table = keys.find_table(call, request["TableName"])
    keys.check_key(table, key)
    if bound.projection:
        keys.check_scalar_paths(table, nested_names(bound.projection))
    item = call.store.get(table, *keys.key_position(table, key))
    answer: Shape = {}
    if item is not None:
        answer["Item"] = item if bound.projection is None else project(item, bound.projection)
    if wants_capacity(request):
        capacity = Capacity(table, "Read")
        size = values.item_size(item) if item else 0
        capacity.spend(read_units(size, consistent=bool(request.get("ConsistentRead"))))
        answer["ConsumedCapacity"] = capacity.answer(request["ReturnConsumedCapacity"])
    return answer


def put_item(call: Call, request: Shape) -> Shape:
    """Answers ``Attributes`` (ALL_OLD), ConsumedCapacity and ItemCollectionMetrics."""
    _check_write(request, "Item", "ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics")
    with enveloped():
        check_parameters("PutItem", request)
        item = values.normalise_item(request["Item"])
        _check_return_values(request)
    check_put_size(item)
    with enveloped():
        bound = bind("PutItem", request)
    return _write(call, request, Write("Put", item, bound.condition))


def delete_item(call: Call, request: Shape) -> Shape:
    """Answers ``Attributes`` (ALL_OLD), ConsumedCapacity and ItemCollectionMetrics."""
    _check_write(request, "Key", "ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics")
    with enveloped():
        check_parameters("DeleteItem", request)
        key = values.normalise_item(request["Key"])
        _check_return_values(request)
        bound = bind("DeleteItem", request)
    return _write(call, request, Write("Delete", key, bound.condition))


def update_item(call: Call, request: Shape) -> Shape:
    """Answers ``Attributes`` (as ReturnValues asks), ConsumedCapacity and ItemCollectionMetrics."""
    # AWS reports one wrong enumeration at a time here, unlike for PutItem and DeleteItem.
    enumerations = ("ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics")
    _check_write(request, "Key", *enumerations, at_most=1)
    with enveloped():
        check_parameters("UpdateItem", request)
        key = values.normalise_item(request["Key"])
        bound = bind("UpdateItem", request)
    write = Write("Update", key, bound.condition, bound.actions or ())
    write.legacy = request.get("AttributeUpdates") is not None
    return _write(call, request, write)


_ENUMERATIONS = {
    "ReturnValues": constraints.RETURN_VALUES,
    "ReturnConsumedCapacity": constraints.RETURN_CONSUMED_CAPACITY,
    "ReturnItemCollectionMetrics": constraints.RETURN_ITEM_COLLECTION_METRICS,
    "ReturnValuesOnConditionCheckFailure": constraints.RETURN_ON_FAILURE,
    "ConditionalOperator": constraints.CONDITIONAL_OPERATOR,
}


def _check_write(request: Shape, subject: str, *enumerations: str, at_most: int | None = None) -> None:
    if request.get(subject) is None:
        _refuse_without(subject, request)
    constraints.check_table_name(request.get("TableName"))
    check = Constraints()
    for member in (*enumerations, "ReturnValuesOnConditionCheckFailure"):
        check.one_of(request, member, _ENUMERATIONS[member])
    check.raise_failures(at_most)
    with enveloped():
        constraints.check_conditional_operator(request)


def _refuse_without(subject: str, request: Shape) -> None:
    """With the item or key missing, everything that breaks the model is reported together."""
    check = Constraints()
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.table_name(request.get("TableName"))
    for member in ("ReturnItemCollectionMetrics", "ReturnValues", "ConditionalOperator"):
        check.one_of(request, member, _ENUMERATIONS[member])
    check.present(request, subject)
    check.raise_failures()


def _check_return_values(request: Shape) -> None:
    if request.get("ReturnValues") not in (None, "NONE", "ALL_OLD"):
        raise validation("ReturnValues can only be ALL_OLD or NONE")


def _write(call: Call, request: Shape, write: Write) -> Shape:
    write.return_old_on_failure = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    table = keys.find_table(call, request["TableName"])
    check_schema(table, write)
    position = keys.key_position(table, write.item)
    with call.store.transaction():
        old = call.store.get(table, *position)
        new = decide(table, write, old, standalone_update=True)
        store(call.store, table, old, new)
    return _answer(request, table, write, old, new)


def _answer(request: Shape, table: Table, write: Write, old: Item | None, new: Item | None) -> Shape:
    answer: Shape = {}
    attributes = _returned(request.get("ReturnValues"), write, old, new)
    if attributes:
        answer["Attributes"] = attributes
    if wants_capacity(request):
        capacity = Capacity(table, "Write")
        capacity.spend_write(old, new)
        answer["ConsumedCapacity"] = capacity.answer(request["ReturnConsumedCapacity"])
    if request.get("ReturnItemCollectionMetrics") == "SIZE":
        metrics = collection_metrics(table, write.item)
        if metrics is not None:
            answer["ItemCollectionMetrics"] = metrics
    return answer


def _returned(wanted: str | None, write: Write, old: Item | None, new: Item | None) -> Item | None:
    if wanted == "ALL_OLD":
        return old
    if wanted == "ALL_NEW":
        return new
    paths: tuple[Path, ...] = tuple(action.path for action in write.actions)
    if wanted == "UPDATED_OLD":
        return project(old or {}, paths)
    if wanted == "UPDATED_NEW":
        return project(new or {}, paths)
    return None
