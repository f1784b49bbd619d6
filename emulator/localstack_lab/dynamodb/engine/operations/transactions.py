"""TransactGetItems and TransactWriteItems.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, transaction_cancelled, validation
from localstack_lab.dynamodb.engine.expressions.projection import project
from localstack_lab.dynamodb.engine.schema import Table

from . import constraints, keys
from .capacity import Capacity, collection_metrics, read_units, wants_capacity
from .constraints import Constraints
from .echo import java_text
from .layers import older_words
from .parameters import Bound, bind, check_parameters, nested_names
from .writing import Write, check_empty_keys, check_put_size, check_schema, decide, store

Shape = dict[str, Any]
Item = dict[str, dict[str, Any]]

MAX_ACTIONS = 100
MAX_BYTES = 4 * 1024 * 1024
MAX_TOKEN = 36
ACTIONS = {"ConditionCheck": "DeleteItem", "Put": "PutItem", "Delete": "DeleteItem", "Update": "UpdateItem"}
TOO_LARGE = "The aggregate size of the items in the transaction cannot exceed 4 MB"
_NONE: Shape = {"Code": "None"}


def transact_get_items(call: Call, request: Shape) -> Shape:
    """Answers Responses, one for each Get in its order: ``{"Item": …}``, or ``{}`` when there is none."""
    gets = [entry.get("Get") or {} for entry in _entries(request, "TransactGetItem")]
    drafts: list[tuple[Item, Bound]] = []
    for get in gets:
        constraints.check_table_name(get.get("TableName"))
        check = Constraints()
        check.present(get, "Key")
        check.raise_failures()
        with older_words():
            check_parameters("GetItem", get)
            drafts.append((values.normalise_item(get["Key"]), bind("GetItem", get)))
    tables = [keys.find_table(call, get["TableName"]) for get in gets]
    reasons = [_reason(_check_get, table, *draft) for table, draft in zip(tables, drafts, strict=True)]
    _cancel_if_any(reasons)
    _refuse_repeated(tables, [key for key, _ in drafts])
    responses: list[Shape] = []
    spent: dict[int, Capacity] = {}
    size = 0
    with call.store.transaction():
        for table, (key, bound) in zip(tables, drafts, strict=True):
            item = call.store.get(table, *keys.key_position(table, key))
            item_size = values.item_size(item) if item else 0
            size += item_size
            if size > MAX_BYTES:
                raise validation(TOO_LARGE)
            capacity = spent.setdefault(table.id, Capacity(table, "Read"))
            capacity.spend(2 * read_units(item_size, consistent=True))
            shown = item if item is None or bound.projection is None else project(item, bound.projection)
            responses.append({} if shown is None else {"Item": shown})
    answer: Shape = {"Responses": responses}
    if wants_capacity(request):
        answer["ConsumedCapacity"] = _capacities(request, spent)
    return answer


def transact_write_items(call: Call, request: Shape) -> Shape:
    """Answers ConsumedCapacity and ItemCollectionMetrics; all of the actions happen, or none."""
    entries = _entries(request, "TransactWriteItem")
    token = request.get("ClientRequestToken")
    with older_words():
        drafts = [_draft(entry) for entry in entries]
    tables = [keys.find_table(call, name) for name, _ in drafts]
    writes = [write for _, write in drafts]
    for table, write in zip(tables, writes, strict=True):
        check_empty_keys(table, write)
    reasons = [_reason(check_schema, table, write) for table, write in zip(tables, writes, strict=True)]
    _cancel_if_any(reasons)
    _refuse_repeated(tables, [write.item for write in writes])
    if sum(values.item_size(write.item) for write in writes if write.kind == "Put") > MAX_BYTES:
        raise validation(TOO_LARGE)
    with call.store.transaction():
        if token is not None and _is_repeated(call, token, entries):
            return _repeated_answer(request, tables, writes)
        answer = write_all(call, request, tables, writes)
        if token is not None:
            call.store.token_put(call.account_id, call.region, token, _digest(entries))
    return answer


def write_all(call: Call, request: Shape, tables: Sequence[Table], writes: Sequence[Write]) -> Shape:
    """Decide all writes against what is there, then store them; to be called inside a store transaction.

    :raises DynamoDBError: TransactionCanceledException with one reason for each write
    """
    olds = [
        call.store.get(table, *keys.key_position(table, write.item))
        for table, write in zip(tables, writes, strict=True)
    ]
    news: list[Item | None] = []
    reasons: list[Shape] = []
    for table, write, old in zip(tables, writes, olds, strict=True):
        try:
            news.append(decide(table, write, old))
            reasons.append(_NONE)
        except DynamoDBError as error:
            reasons.append(_cancellation(error))
    _cancel_if_any(reasons)
    if sum(values.item_size(new) for new in news if new) > MAX_BYTES:
        raise validation(TOO_LARGE)
    spent: dict[int, Capacity] = {}
    metrics: dict[str, list[Shape]] = {}
    for table, write, old, new in zip(tables, writes, olds, news, strict=True):
        capacity = spent.setdefault(table.id, Capacity(table, "Write"))
        capacity.spend_write(old, new, factor=2)
        if write.kind == "ConditionCheck":
            continue
        store(call.store, table, old, new)
        collection = collection_metrics(table, write.item)
        if collection is not None:
            metrics.setdefault(table.name, []).append(collection)
    answer: Shape = {}
    if wants_capacity(request):
        answer["ConsumedCapacity"] = _capacities(request, spent)
    if request.get("ReturnItemCollectionMetrics") == "SIZE" and metrics:
        answer["ItemCollectionMetrics"] = metrics
    return answer


def _entries(request: Shape, shape: str) -> list[Shape]:
    entries = request.get("TransactItems")
    check = Constraints()
    token = request.get("ClientRequestToken")
    if token is not None:
        check.require(bool(token), token, "clientRequestToken", "have length greater than or equal to 1")
        check.require(
            len(token) <= MAX_TOKEN,
            token,
            "clientRequestToken",
            f"have length less than or equal to {MAX_TOKEN}",
        )
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.one_of(request, "ReturnItemCollectionMetrics", constraints.RETURN_ITEM_COLLECTION_METRICS)
    if entries is None:
        check.require(False, None, "transactItems", "not be null")
    else:
        check.require(bool(entries), "[]", "transactItems", "have length greater than or equal to 1")
        if len(entries) > MAX_ACTIONS:
            shown = java_text(entries, shape)
            limit = f"have length less than or equal to {MAX_ACTIONS}"
            check.require(False, shown, "transactItems", limit)
    check.raise_failures()
    return entries or []


def _draft(entry: Shape) -> tuple[str, Write]:
    """Table name and write of one TransactItems entry; all that can be told without the table is checked."""
    kinds = [kind for kind in ACTIONS if entry.get(kind) is not None]
    if len(kinds) != 1:
        raise validation("TransactItems can only contain one of Check, Put, Update or Delete")
    (kind,) = kinds
    action = entry[kind]
    constraints.check_table_name(action.get("TableName"))
    check = Constraints()
    check.present(action, "Item" if kind == "Put" else "Key")
    if kind == "ConditionCheck":
        check.present(action, "ConditionExpression")
    elif kind == "Update":
        check.present(action, "UpdateExpression")
    check.one_of(action, "ReturnValuesOnConditionCheckFailure", constraints.RETURN_ON_FAILURE)
    check.raise_failures()
    check_parameters(ACTIONS[kind], action)
    item = values.normalise_item(action["Item" if kind == "Put" else "Key"])
    if kind == "Put":
        check_put_size(item)
    bound = bind(ACTIONS[kind], action)
    keep = action.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return action["TableName"], Write(kind, item, bound.condition, bound.actions or (), keep)


def _check_get(table: Table, key: Item, bound: Bound) -> None:
    keys.check_key(table, key)
    keys.check_scalar_paths(table, nested_names(bound.projection or ()))


def _reason(check: Any, *arguments: Any) -> Shape:
    try:
        check(*arguments)
    except DynamoDBError as error:
        if error.message.startswith("One or more parameter values are not valid"):
            raise  # empty key values are the request's fault, not one action's
        return _cancellation(error)
    return _NONE


def _cancellation(error: DynamoDBError) -> Shape:
    codes = {
        "ConditionalCheckFailedException": "ConditionalCheckFailed",
        "ValidationException": "ValidationError",
    }
    return {"Code": codes[error.code], "Message": error.message, **error.extra}


def _cancel_if_any(reasons: list[Shape]) -> None:
    if any(reason is not _NONE for reason in reasons):
        raise transaction_cancelled(reasons)


def _refuse_repeated(tables: Sequence[Table], items: Sequence[Item]) -> None:
    targets = {(t.id, *keys.key_position(t, item)) for t, item in zip(tables, items, strict=True)}
    if len(targets) != len(items):
        raise validation("Transaction request cannot include multiple operations on one item")


def _capacities(request: Shape, spent: dict[int, Capacity]) -> list[Shape]:
    wanted = request["ReturnConsumedCapacity"]
    return [capacity.answer(wanted, split=True) for capacity in spent.values()]


def _digest(entries: list[Shape]) -> str:
    text = json.dumps(entries, sort_keys=True, default=lambda binary: f"B{bytes(binary).hex()}")
    return hashlib.sha256(text.encode()).hexdigest()


def _is_repeated(call: Call, token: str, entries: list[Shape]) -> bool:
    """Whether this very request was carried out in the last ten minutes."""
    known = call.store.token_get(call.account_id, call.region, token)
    if known is not None and known != _digest(entries):
        raise DynamoDBError(
            "IdempotentParameterMismatchException",
            "DynamoDB rejected the request because you retried a request with a different payload "
            "but with an idempotent token that was already used.",
        )
    return known is not None


def _repeated_answer(request: Shape, tables: Sequence[Table], writes: Sequence[Write]) -> Shape:
    """A repeated request writes nothing; AWS charges for reading what the first one wrote."""
    if not wants_capacity(request):
        return {}
    spent: dict[int, Capacity] = {}
    for table, write in zip(tables, writes, strict=True):
        capacity = spent.setdefault(table.id, Capacity(table, "Read"))
        capacity.spend(2 * read_units(values.item_size(write.item), consistent=True))
    return {"ConsumedCapacity": _capacities(request, spent)}
