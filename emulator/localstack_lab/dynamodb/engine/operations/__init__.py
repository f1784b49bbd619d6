"""Item operations: AWS's operation name to its function."""

from collections.abc import Callable
from typing import Any

from localstack_lab.dynamodb.engine.call import Call

from .batches import batch_get_item, batch_write_item
from .items import delete_item, get_item, put_item, update_item
from .query import query
from .scan import scan
from .transactions import transact_get_items, transact_write_items

OPERATIONS: dict[str, Callable[[Call, dict[str, Any]], dict[str, Any]]] = {
    "BatchGetItem": batch_get_item,
    "BatchWriteItem": batch_write_item,
    "DeleteItem": delete_item,
    "GetItem": get_item,
    "PutItem": put_item,
    "Query": query,
    "Scan": scan,
    "TransactGetItems": transact_get_items,
    "TransactWriteItems": transact_write_items,
    "UpdateItem": update_item,
}
