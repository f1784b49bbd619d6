"""AWS's operation name to its function."""

from collections.abc import Callable
from typing import Any

from localstack_lab.dynamodb.engine.call import Call

OPERATIONS: dict[str, Callable[[Call, dict[str, Any]], dict[str, Any]]] = {}
