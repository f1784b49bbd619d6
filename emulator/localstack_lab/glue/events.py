"""Glue's events on the account's default event bus.

Events leave in their order on a thread of their own, so that no operation waits for EventBridge.
https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
"""

import json
import logging
import queue
import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_lab.glue.operations import Region
from localstack_lab.glue.store import Values

LOG = logging.getLogger(__name__)
MOST_WAITING = 10_000

_waiting: queue.Queue[tuple[str, str, dict[str, Any]]] = queue.Queue(MOST_WAITING)
_started = threading.Lock()
_thread: threading.Thread | None = None


def publish(
    account: str, region: str, detail_type: str, detail: dict[str, Any], resources: list[str] | None = None
) -> None:
    """Put an event with the source aws.glue on the default bus, as soon as EventBridge takes it.

    As long as nobody has used EventBridge there is no rule, and the event goes nowhere.
    """
    if not SERVICE_PLUGINS.is_running("events"):
        return
    entry = {
        "Source": "aws.glue",
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "Resources": resources or [],
    }
    try:
        _waiting.put_nowait((account, region, entry))
    except queue.Full:
        LOG.error("EventBridge takes no events: the event is dropped: %s", entry)
        return
    _ensure_thread()


def database_changed(scope: Region, operation: str, database: str, tables: list[str]) -> None:
    """Databases and tables that came or went."""
    resources = [scope.arn("table", database, table) for table in tables] or [scope.arn("database", database)]
    detail = {"databaseName": database, "typeOfChange": operation, "changedTables": tables}
    publish(scope.account, scope.region, "Glue Data Catalog Database State Change", detail, resources)


def table_changed(scope: Region, operation: str, database: str, table: str, partitions: list[Values]) -> None:
    """A table's definition or partitions that changed; each partition is written ``[value, value]``."""
    detail = {
        "databaseName": database,
        "changedPartitions": [f"[{', '.join(values)}]" for values in partitions],
        "typeOfChange": operation,
        "tableName": table,
    }
    resources = [scope.arn("table", database, table)]
    publish(scope.account, scope.region, "Glue Data Catalog Table State Change", detail, resources)


def _ensure_thread() -> None:
    global _thread
    with _started:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_send, name="glue-events", daemon=True)
            _thread.start()


def _send() -> None:
    while True:
        account, region, entry = _waiting.get()
        try:
            client = connect_to(aws_access_key_id=account, region_name=region).events
            client.put_events(Entries=[entry])
        except (BotoCoreError, ClientError) as error:
            LOG.error("EventBridge did not take %s: %s", entry, error)
