"""PartiQL: statements parsed here, carried out by what the item operations are made of."""

from collections.abc import Callable
from typing import Any

from localstack_lab.dynamodb.engine.call import Call

from .single import batch_execute_statement, execute_statement
from .transaction import execute_transaction

OPERATIONS: dict[str, Callable[[Call, dict[str, Any]], dict[str, Any]]] = {
    "BatchExecuteStatement": batch_execute_statement,
    "ExecuteStatement": execute_statement,
    "ExecuteTransaction": execute_transaction,
}
