"""The control plane: AWS's operation name to its function."""

from collections.abc import Callable
from typing import Any

from localstack_lab.dynamodb.engine.call import Call

from . import (
    account,
    backups,
    destinations,
    insights,
    lifecycle,
    policies,
    stream_api,
    tags,
    time_to_live,
    updating,
)

OPERATIONS: dict[str, Callable[[Call, dict[str, Any]], dict[str, Any]]] = {
    **lifecycle.OPERATIONS,
    **updating.OPERATIONS,
    **tags.OPERATIONS,
    **time_to_live.OPERATIONS,
    **backups.OPERATIONS,
    **insights.OPERATIONS,
    **policies.OPERATIONS,
    **destinations.OPERATIONS,
    **account.OPERATIONS,
    **stream_api.OPERATIONS,
}
