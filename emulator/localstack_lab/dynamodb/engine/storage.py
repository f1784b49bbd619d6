"""The store: tables, items, index entries and the change log of one engine, in one SQLite file.

Operations read and write through it inside `Store.transaction`; what they hand over is already valid.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

from .catalog import Catalog
from .changes import Change, ChangeLog
from .codec import decode_item, encode_item
from .database import Database
from .indexes import Expiry, Indexes
from .keys import Position, partition_place, position_of, segment_bounds, table_position
from .reading import Bound, Range, Row
from .schema import Index, KeyAttr, StreamSpec, Table, Throughput
from .streams import Streams
from .values import equal, item_size

__all__ = ["Index", "KeyAttr", "Position", "Row", "Store", "StreamSpec", "Table", "Throughput", "position_of"]

TOKEN_SECONDS = 600


class Store:
    """State of one engine. ``path=None``: private and in memory; else a file that keeps everything.

    ``clock`` gives seconds since 1970.
    """

    def __init__(self, path: str | Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.database = Database(path)
        self.clock = clock
        self.catalog = Catalog(self.database)
        self.changes = ChangeLog(self.database)
        self.streams = Streams(self.database, self.changes, clock)
        self._indexes = Indexes(self.database)
        self._expiry = Expiry(self.database)
        self._forwarding: list[Callable[[], None]] = []
        self._streaming: list[Callable[[set[str]], None]] = []
        self._written: set[str] = set()
        self._written_lock = threading.Lock()

    def close(self) -> None:
        """Close the file; every later use fails."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, for items, definitions and stream records alike; re-entrant."""
        return self.database.transaction()

    def on_forwarding(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called after each commit that wrote records for a Kinesis destination."""
        self._forwarding.append(callback)

    def on_stream_records(self, callback: Callable[[set[str]], None]) -> None:
        """Have ``callback`` called with the streams' ARNs after each commit that wrote records for them."""
        self._streaming.append(callback)

    # Tables

    def table(self, account_id: str, region: str, name: str) -> Table:
        """The table's definition; KeyError when there is none."""
        return self.catalog.table(account_id, region, name)

    def tables(self, account_id: str, region: str) -> list[Table]:
        """The tables of one account and region, by name."""
        return self.catalog.tables(account_id, region)

    def save_table(self, table: Table) -> None:
        """Add or replace a definition. Items and index entries are not touched: see `build_index`."""
        self._demand_transaction()
        self.catalog.save(table)

    def drop_table(self, table: Table) -> None:
        """Remove a table with its items and indexes. The records of its stream stay readable."""
        self._demand_transaction()
        for index in table.indexes.values():
            self._indexes.drop(index)
        self._expiry.clear(table)
        self.drop_items(table.id)
        for log in table.forwarding_logs:
            self.changes.forget(log)
        self.catalog.remove(table)

    def build_index(self, table: Table, index: Index) -> None:
        """Fill a new index from the items that are there."""
        self._demand_transaction()
        for number, item in self._numbered_items(table):
            self._indexes.update(table, index, number, None, item)

    def drop_index(self, index: Index) -> None:
        """Remove an index's entries."""
        self._demand_transaction()
        self._indexes.drop(index)

    def build_expiry(self, table: Table) -> None:
        """Note the expiry times of the items that are there, after the TTL attribute was set or removed."""
        self._demand_transaction()
        self._expiry.clear(table)
        for number, item in self._numbered_items(table):
            self._expiry.update(table, number, None, item)

    def copy_items(self, owner: int, copy: int) -> None:
        """Copy a table's items, without index entries, under another number (a backup or a new table)."""
        self._demand_transaction()
        self.database.execute(
            "INSERT INTO item (owner, hash, sort, size, body) "
            "SELECT ?, hash, sort, size, body FROM item WHERE owner = ?",
            (copy, owner),
        )
        self.database.execute(
            "INSERT INTO counter SELECT ?, items, bytes FROM counter WHERE owner = ?", (copy, owner)
        )

    def drop_items(self, owner: int) -> None:
        """Remove all items under a number, and its counter."""
        self._demand_transaction()
        self.database.execute("DELETE FROM item WHERE owner = ?", (owner,))
        self.database.execute("DELETE FROM counter WHERE owner = ?", (owner,))

    # Items

    def get(self, table: Table, hash_bytes: bytes, range_bytes: bytes) -> dict[str, Any] | None:
        """The item in wire form, a fresh object; None when there is none."""
        row = self.database.row(
            "SELECT body FROM item WHERE owner = ? AND hash = ? AND sort = ?",
            (table.id, partition_place(hash_bytes), range_bytes),
        )
        return None if row is None else decode_item(row[0])

    def put(
        self,
        table: Table,
        item: dict[str, Any],
        *,
        old: dict[str, Any] | None,
        user_identity: dict[str, str] | None = None,
    ) -> None:
        """Write an item in place of ``old``, which the caller read in this transaction.

        Index entries, counters and stream records follow; a write that changes nothing leaves no record.
        """
        self._demand_transaction()
        if old is not None and same_item(old, item):
            return
        body, size = encode_item(item), item_size(item)
        place, sort = table_position(table, item)
        execute = self.database.execute
        if old is None:
            old_size = 0
            inserted = execute(
                "INSERT INTO item (owner, hash, sort, size, body) VALUES (?,?,?,?,?)",
                (table.id, place, sort, size, body),
            )
            number = cast("int", inserted.lastrowid)  # None only where nothing was inserted
        else:
            number, old_size = execute(
                "SELECT id, size FROM item WHERE owner = ? AND hash = ? AND sort = ?", (table.id, place, sort)
            ).fetchone()
            execute("UPDATE item SET size = ?, body = ? WHERE id = ?", (size, body, number))
        self._indexes.count(table.id, int(old is None), size - old_size)
        for index in table.indexes.values():
            self._indexes.update(table, index, number, old, item)
        if table.ttl_attribute is not None:
            self._expiry.update(table, number, old, item)
        if table.stream is not None or table.forwarding_logs:
            keys = table.key_of(item)
            event = "INSERT" if old is None else "MODIFY"
            change = Change(event, keys, body, old, item_size(keys), size, old_size, user_identity)
            self._log(table, change)

    def delete(
        self, table: Table, old: dict[str, Any], *, user_identity: dict[str, str] | None = None
    ) -> None:
        """Remove the item ``old``, which the caller read in this transaction."""
        self._demand_transaction()
        place, sort = table_position(table, old)
        execute = self.database.execute
        number, old_size = execute(
            "DELETE FROM item WHERE owner = ? AND hash = ? AND sort = ? RETURNING id, size",
            (table.id, place, sort),
        ).fetchone()
        self._indexes.count(table.id, -1, -old_size)
        for index in table.indexes.values():
            self._indexes.update(table, index, number, old, None)
        if table.ttl_attribute is not None:
            self._expiry.update(table, number, old, None)
        if table.stream is not None or table.forwarding_logs:
            keys = table.key_of(old)
            self._log(table, Change("REMOVE", keys, None, old, item_size(keys), 0, old_size, user_identity))

    def query(
        self,
        table: Table,
        index: Index | None,
        hash_bytes: bytes,
        lower: Bound | None,
        upper: Bound | None,
        forward: bool,
        after: Position | None,
    ) -> Iterator[Row]:
        """Items of one partition, by sort key; bounds are sort-key bytes and whether they are inclusive."""
        span = Range(table, index, forward=forward)
        span.partition(partition_place(hash_bytes))
        span.sort_between(lower, upper)
        return span.rows(self.database, after)

    def scan(
        self, table: Table, index: Index | None, segment: int, total_segments: int, after: Position | None
    ) -> Iterator[Row]:
        """All items, or one segment of them, by digest of the partition key, then by sort key."""
        span = Range(table, index)
        if total_segments > 1:
            span.places(*segment_bounds(segment, total_segments))
        return span.rows(self.database, after)

    def count_and_size(self, table: Table, index: Index | None = None) -> tuple[int, int]:
        """Items in the table or index, and their bytes as projected; kept up to date by every write."""
        owner = table.id if index is None else index.id
        return self.database.row("SELECT items, bytes FROM counter WHERE owner = ?", (owner,)) or (0, 0)

    def expired(self, table: Table, now: float, limit: int) -> list[dict[str, Any]]:
        """Up to ``limit`` items whose TTL has passed at ``now``, longest expired first."""
        return self._expiry.items_before(table, now, limit)

    # Idempotency tokens

    def token_get(self, account_id: str, region: str, token: str) -> str | None:
        """What `token_put` kept under this token less than ten minutes ago."""
        row = self.database.row(
            "SELECT payload FROM token WHERE account = ? AND region = ? AND token = ? AND at > ?",
            (account_id, region, token, self.clock() - TOKEN_SECONDS),
        )
        return None if row is None else row[0]

    def token_put(self, account_id: str, region: str, token: str, payload: str) -> None:
        """Keep a text (a digest of the request, its answer) under the token for ten minutes."""
        self._demand_transaction()
        now = self.clock()
        self.database.execute("DELETE FROM token WHERE at <= ?", (now - TOKEN_SECONDS,))
        self.database.execute(
            "INSERT OR REPLACE INTO token VALUES (?,?,?,?,?)", (account_id, region, token, now, payload)
        )

    def _log(self, table: Table, change: Change) -> None:
        now = self.clock()
        if table.stream is not None:
            self.changes.append(table.stream.id, table.stream.view_type, change, now)
            if self._streaming:
                with self._written_lock:
                    self._written.add(table.stream.arn)
                self.database.after_commit(self._announce)
        for log in table.forwarding_logs:
            self.changes.append(log, "NEW_AND_OLD_IMAGES", change, now)
        if table.forwarding_logs:
            for callback in self._forwarding:
                self.database.after_commit(callback)

    def _announce(self) -> None:
        with self._written_lock:
            written, self._written = self._written, set()
        for callback in self._streaming:
            callback(written)

    def _numbered_items(self, table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
        last = 0
        while rows := self.database.rows(
            "SELECT id, body FROM item WHERE owner = ? AND id > ? ORDER BY id LIMIT 500", (table.id, last)
        ):
            for number, body in rows:
                yield number, decode_item(body)
            last = rows[-1][0]

    def _demand_transaction(self) -> None:
        if not self.database.in_transaction:
            raise RuntimeError("The store is written inside Store.transaction() only")


def same_item(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether two items hold the same attributes and values; sets have no order."""
    return old == new or (old.keys() == new.keys() and all(equal(old[name], new[name]) for name in old))
