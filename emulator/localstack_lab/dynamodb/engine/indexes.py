"""What the store keeps beside the items: index entries, counters, expiry times.

An entry points at its item, which is projected when it is read: items are stored once, and an update that
leaves an index's key alone writes nothing to that index but its byte count.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .codec import decode_item
from .database import Database
from .keys import index_position, table_position
from .schema import Index, Table
from .values import item_size

Item = dict[str, Any]

_FIVE_YEARS = 5 * 365 * 24 * 3600


class Indexes:
    """Entries of secondary indexes, and the counters of tables and indexes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def update(self, table: Table, index: Index, number: int, old: Item | None, new: Item | None) -> None:
        """Bring one index up to date after item ``number`` changed from ``old`` to ``new``."""
        before = None if old is None else index_position(index, old)
        after = None if new is None else index_position(index, new)
        if before is None and after is None:
            return
        item = new if new is not None else old
        if before != after and item is not None:
            base = table_position(table, item)
            if before is not None:
                self._database.execute(
                    "DELETE FROM entry WHERE owner=? AND hash=? AND sort=? AND base_hash=? AND base_sort=?",
                    (index.id, *before, *base),
                )
            if after is not None:
                self._database.execute(
                    "INSERT INTO entry VALUES (?,?,?,?,?,?)", (index.id, *after, *base, number)
                )
        added = _projected_size(table, index, new) if after is not None else 0
        removed = _projected_size(table, index, old) if before is not None else 0
        self.count(index.id, (after is not None) - (before is not None), added - removed)

    def count(self, owner: int, items: int, size: int) -> None:
        """Add to the counters of a table or an index."""
        if items == 0 and size == 0:
            return
        self._database.execute(
            "INSERT INTO counter VALUES (?,?,?) ON CONFLICT (owner) DO UPDATE "
            "SET items = items + excluded.items, bytes = bytes + excluded.bytes",
            (owner, items, size),
        )

    def drop(self, index: Index) -> None:
        """Remove an index's entries and counters."""
        self._database.execute("DELETE FROM entry WHERE owner = ?", (index.id,))
        self._database.execute("DELETE FROM counter WHERE owner = ?", (index.id,))


class Expiry:
    """When items expire: read by the sweeper without looking at the others."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def update(self, table: Table, number: int, old: Item | None, new: Item | None) -> None:
        """Note the item's expiry time after a change."""
        before, after = _expiry(table, old), _expiry(table, new)
        if before == after:
            return
        if before is not None:
            self._database.execute(
                "DELETE FROM expiry WHERE owner = ? AND at = ? AND item = ?", (table.id, before, number)
            )
        if after is not None:
            self._database.execute("INSERT INTO expiry VALUES (?,?,?)", (table.id, after, number))

    def clear(self, table: Table) -> None:
        """Forget all expiry times of a table."""
        self._database.execute("DELETE FROM expiry WHERE owner = ?", (table.id,))

    def items_before(self, table: Table, now: float, limit: int) -> list[Item]:
        """Items expired at ``now``. What expired more than five years ago is left alone, as on AWS.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
        """
        rows = self._database.rows(
            "SELECT item.body FROM expiry JOIN item ON item.id = expiry.item "
            "WHERE expiry.owner = ? AND expiry.at <= ? AND expiry.at > ? ORDER BY expiry.at LIMIT ?",
            (table.id, now, now - _FIVE_YEARS, limit),
        )
        return [decode_item(body) for (body,) in rows]


def _expiry(table: Table, item: Item | None) -> float | None:
    if item is None or table.ttl_attribute is None:
        return None
    number = item.get(table.ttl_attribute, {}).get("N")  # any other type never expires
    return None if number is None else float(Decimal(number))


def _projected_size(table: Table, index: Index, item: Item | None) -> int:
    if item is None:
        return 0
    names = table.projected_names(index)
    if names is None:
        return item_size(item)
    return item_size({name: value for name, value in item.items() if name in names})
