"""BatchGetItem and BatchWriteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.projection import project
from localstack_lab.dynamodb.engine.schema import Table

from . import constraints, keys
from .capacity import Capacity, collection_metrics, read_units, wants_capacity
from .constraints import Constraints
from .echo import java_text, json_text
from .layers import older_words
from .parameters import Bound, bind, check_parameters, nested_names
from .writing import Write, check_empty_keys, check_put_size, check_schema, decide, store

Shape = dict[str, Any]
Item = dict[str, dict[str, Any]]

MAX_GETS = 100
MAX_WRITES = 25
MAX_RESPONSE_BYTES = 16 * 1024 * 1024
DUPLICATES = "Provided list of item keys contains duplicates"


def batch_get_item(call: Call, request: Shape) -> Shape:
    """Answers Responses (per table, in no promised order), UnprocessedKeys beyond 16 MB, ConsumedCapacity."""
    asked = _requested(request, "BatchGetItem")
    _check_get_sizes(asked)
    checked: list[tuple[str, list[Item], Bound]] = []
    if {bool(block.get("ProjectionExpression")) for block in asked.values()} == {True, False}:
        _refuse_mixed_blocks(asked)
    for name, block in asked.items():
        check_parameters("BatchGetItem", block)
        wanted = [values.normalise_item(key) for key in block["Keys"]]
        checked.append((name, wanted, bind("BatchGetItem", block)))
    tables = {name: keys.find_table(call, name) for name in asked}
    for name, wanted, bound in checked:
        table = tables[name]
        for key in wanted:
            keys.check_key(table, key)
        _refuse_duplicates([keys.key_position(table, key) for key in wanted])
        keys.check_scalar_paths(table, nested_names(bound.projection or ()))
    responses: dict[str, list[Item]] = {name: [] for name in asked}
    unprocessed: Shape = {}
    spent: list[Capacity] = []
    size = 0
    for name, wanted, bound in checked:
        table, capacity = tables[name], Capacity(tables[name], "Read")
        spent.append(capacity)
        for place, key in enumerate(wanted):
            item = call.store.get(table, *keys.key_position(table, key))
            item_size = values.item_size(item) if item else 0
            size += item_size
            if size > MAX_RESPONSE_BYTES:
                unprocessed[name] = asked[name] | {"Keys": asked[name]["Keys"][place:]}
                break
            capacity.spend(read_units(item_size, consistent=bool(asked[name].get("ConsistentRead"))))
            if item is not None:
                shown = item if bound.projection is None else project(item, bound.projection)
                responses[name].append(shown)
    answer: Shape = {"Responses": responses, "UnprocessedKeys": unprocessed}
    if wants_capacity(request):
        wanted_detail = request["ReturnConsumedCapacity"]
        answer["ConsumedCapacity"] = [capacity.answer(wanted_detail) for capacity in spent]
    return answer


def batch_write_item(call: Call, request: Shape) -> Shape:
    """Answers UnprocessedItems (always empty: nothing throttles here), metrics and ConsumedCapacity.

    Each write stands for itself, but a request that is wrong anywhere writes nothing.
    """
    asked = _requested(request, "BatchWriteItem")
    _check_write_sizes(asked)
    with older_words():
        drafts = {name: [_draft(entry) for entry in entries] for name, entries in asked.items()}
    tables = {name: keys.find_table(call, name) for name in asked}
    for name, writes in drafts.items():
        for write in writes:
            _check_batch_write(tables[name], write)
        _refuse_duplicates([keys.key_position(tables[name], write.item) for write in writes])
    spent: list[Capacity] = []
    metrics: dict[str, list[Shape]] = {}
    with call.store.transaction():
        for name, writes in drafts.items():
            table, capacity = tables[name], Capacity(tables[name], "Write")
            spent.append(capacity)
            for write in writes:
                old = call.store.get(table, *keys.key_position(table, write.item))
                new = decide(table, write, old)
                store(call.store, table, old, new)
                capacity.spend_write(old, new)
                collection = collection_metrics(table, write.item)
                if collection is not None:
                    metrics.setdefault(name, []).append(collection)
    answer: Shape = {"UnprocessedItems": {}}
    if request.get("ReturnItemCollectionMetrics") == "SIZE":
        answer["ItemCollectionMetrics"] = metrics
    if wants_capacity(request):
        wanted_detail = request["ReturnConsumedCapacity"]
        answer["ConsumedCapacity"] = [capacity.answer(wanted_detail) for capacity in spent]
    return answer


def _requested(request: Shape, operation: str) -> Shape:
    """RequestItems, once all that the service's model says of the request holds."""
    asked: Shape = request.get("RequestItems") or {}
    names, enumerations = Constraints(), Constraints()
    enumerations.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    if operation == "BatchWriteItem":
        metrics = constraints.RETURN_ITEM_COLLECTION_METRICS
        enumerations.one_of(request, "ReturnItemCollectionMetrics", metrics)
        enumerations.raise_failures()
        names.table_names(asked, java_text)
    else:
        names.table_names(asked, json_text)
        names.extend(enumerations)
    names.raise_failures()
    if not asked:
        raise validation(f"The requestItems parameter is required for {operation}")
    return asked


def _check_get_sizes(asked: Shape) -> None:
    for name, block in asked.items():
        wanted = block.get("Keys")
        if wanted is None:
            where = f"requestItems.{name}.member.keys"
            check = Constraints()
            check.require(False, None, where, "not be null")
            check.raise_failures()
        length = len(wanted)
        if not 1 <= length <= MAX_GETS:
            bound = "greater than or equal to 1" if length < 1 else f"less than or equal to {MAX_GETS}"
            raise validation(
                f"1 validation error detected: Value at 'RequestItems.{name}.member.Keys' failed to satisfy "
                f"constraint: Member must have length {bound}"
            )
    if sum(len(block["Keys"]) for block in asked.values()) > MAX_GETS:
        raise validation("Too many items requested for the BatchGetItem call")


def _refuse_mixed_blocks(asked: Shape) -> None:
    if any(block.get("AttributesToGet") is not None for block in asked.values()):
        raise validation(
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
        )


def _check_write_sizes(asked: Shape) -> None:
    if any(not 1 <= len(entries) <= MAX_WRITES for entries in asked.values()):
        check = Constraints()
        check.require(
            False,
            java_text(asked),
            "requestItems",
            f"satisfy constraint: [Member must have length less than or equal to {MAX_WRITES}, "
            "Member must have length greater than or equal to 1]",
            subject="Map value",
        )
        check.raise_failures()
    if sum(len(entries) for entries in asked.values()) > MAX_WRITES:
        raise validation("Too many items requested for the BatchWriteItem call")


def _draft(entry: Shape) -> Write:
    put, delete = entry.get("PutRequest"), entry.get("DeleteRequest")
    if (put is None) == (delete is None):
        raise validation(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    check = Constraints()
    if put is not None:
        check.present(put, "Item")
        check.raise_failures()
        item = values.normalise_item(put["Item"])
        check_put_size(item)
        return Write("Put", item)
    check.present(entry["DeleteRequest"], "Key")
    check.raise_failures()
    return Write("Delete", values.normalise_item(entry["DeleteRequest"]["Key"]))


def _check_batch_write(table: Table, write: Write) -> None:
    """A batch words a wrong key in a Put as it does in a Delete."""
    check_empty_keys(table, write)
    for attribute in table.key_attributes:
        if attribute.type not in write.item.get(attribute.name, {}):
            raise keys.schema_mismatch()
    check_schema(table, write)


def _refuse_duplicates(positions: list[tuple[bytes, bytes]]) -> None:
    if len(set(positions)) != len(positions):
        raise validation(DUPLICATES)
