"""Writing changes into the table, many at a time, in their order, as fast as asked."""

import time
from collections.abc import Iterable
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from generator.changes import Change, Order
from lab.errors import ServiceFailed
from lab.pipelines.base import Progress, Step

BATCH = 25
"""BatchWriteItem's limit."""
_TICK_SECONDS = 0.1
_RETRIES = 10


class Writer:
    """Gathers changes into batches. One order is in a batch at most once: a batch has no order in itself."""

    def __init__(self, session: Session, spec: ChangeCapture) -> None:
        self._dynamodb = session.client("dynamodb")
        self._spec = spec
        self._pending: dict[str, dict[str, Any]] = {}
        self.written = 0

    def put(self, change: Change) -> None:
        """Take one change; it is in the table after the next `flush` at the latest."""
        key = change.order.order_id
        if key in self._pending:
            self.flush()
        self._pending[key] = self._request(change)
        if len(self._pending) == BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is pending.

        :raises NotBootstrapped: there is no such table
        :raises ServiceFailed: DynamoDB leaves writes undone again and again
        """
        wanted = {self._spec.table: list(self._pending.values())} if self._pending else {}
        for attempt in range(_RETRIES):
            if not wanted:
                break
            time.sleep(0.05 * (2**attempt - 1))
            wanted = self._write(wanted)
        if wanted:
            raise ServiceFailed(f"DynamoDB does not take {len(wanted[self._spec.table])} writes.")
        self.written += len(self._pending)
        self._pending.clear()

    def _write(self, wanted: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        try:
            return self._dynamodb.batch_write_item(RequestItems=wanted).get("UnprocessedItems", {})
        except self._dynamodb.exceptions.ResourceNotFoundException as error:
            raise NotBootstrapped(self._spec.slug, f"The table {self._spec.table}") from error

    def _request(self, change: Change) -> dict[str, Any]:
        if change.kind == "delete":
            return {"DeleteRequest": {"Key": {self._spec.key: {"S": change.order.order_id}}}}
        return {"PutRequest": {"Item": item(self._spec.key, change.order)}}


def item(key: str, order: Order) -> dict[str, Any]:
    """The order as a typed item whose key is called `key`."""
    return {
        key: {"S": order.order_id},
        "product_name": {"S": order.product_name},
        "quantity": {"N": str(order.quantity)},
        "price": {"N": str(order.price)},
    }


def write(
    writer: Writer,
    changes: Iterable[Change],
    progress: Progress,
    *,
    total: int = 0,
    rate: float | None = None,
    seconds: float | None = None,
) -> list[Change]:
    """Write `changes`, and answer them.

    :param total: how many there will be, 0 when nobody knows
    :param rate: so many a second, in small bursts; None for as fast as DynamoDB takes them
    :param seconds: end after this time; with a rate, when so many are written as belong to it
    """
    done: list[Change] = []
    began = time.monotonic()
    shown = began
    for number, change in enumerate(changes):
        now = time.monotonic()
        due = began + number / rate if rate else now
        if seconds is not None and due >= began + seconds:
            break
        if due > now:
            writer.flush()
            # several at once: a call for each single one would be most of the work
            time.sleep(max(due - now, min(_TICK_SECONDS, began + (seconds or _TICK_SECONDS) - now)))
        writer.put(change)
        done.append(change)
        if now - shown > _TICK_SECONDS:
            shown = now
            speed = len(done) / (now - began)
            progress(Step(f"writing changes, {speed:,.0f} a second", len(done), total))
    writer.flush()
    return done
