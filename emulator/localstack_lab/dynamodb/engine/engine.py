"""The engine's front door: a dispatch table and nothing else.

Each package of operations publishes ``OPERATIONS``, AWS's operation name to its function
``(call: Call, request: dict) -> dict``. Requests and answers are botocore's wire shapes, binaries as bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import operations, partiql, tables
from .call import Call
from .errors import unknown_operation
from .storage import Store

Shape = dict[str, Any]
Operation = Callable[[Call, Shape], Shape]

OPERATIONS: dict[str, Operation] = {**tables.OPERATIONS, **operations.OPERATIONS, **partiql.OPERATIONS}


class Engine:
    """DynamoDB over one SQLite file, or over a private database that dies with the engine (``path=None``)."""

    def __init__(self, path: str | Path | None = None) -> None:
        self.store = Store(path)

    def close(self) -> None:
        """Close the database; an engine without a path loses everything."""
        self.store.close()

    def execute(self, operation: str, request: Shape, account_id: str, region: str) -> Shape:
        """Run one operation; raises `DynamoDBError` in AWS's words when the request is refused."""
        function = OPERATIONS.get(operation)
        if function is None:
            raise unknown_operation(operation)
        return function(Call(account_id, region, self.store, time.time()), request)
