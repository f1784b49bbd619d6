"""Reading many items in order: chunk by chunk, each chunk under the lock, resumable at any position."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from .codec import decode_item
from .database import Database
from .keys import Position
from .schema import Index, Table

Bound = tuple[bytes, bool]  # key bytes, and whether the bound itself is inside

_FIRST_CHUNK, _LARGEST_CHUNK = 32, 512


class Row(NamedTuple):
    """An item as the index projects it, and where it lies: the resume point for ``after``."""

    item: dict[str, Any]
    position: Position


class Range:
    """A walk over a table or an index. Conditions narrow it; `rows` reads it from any position on."""

    def __init__(self, table: Table, index: Index | None, *, forward: bool = True) -> None:
        self._index = index is not None
        self._names = None if index is None else table.projected_names(index)
        self._forward = forward
        self._conditions: list[str] = ["k.owner = ?"]
        self._values: list[Any] = [table.id if index is None else index.id]
        self._in_partition = False

    def partition(self, place: bytes) -> None:
        """Only items of one partition."""
        self._in_partition = True
        self._where("k.hash = ?", place)

    def places(self, first: bytes, end: bytes | None) -> None:
        """Only partitions from ``first`` up to, not including, ``end``."""
        self._where("k.hash >= ?", first)
        if end is not None:
            self._where("k.hash < ?", end)

    def sort_between(self, lower: Bound | None, upper: Bound | None) -> None:
        """Only sort keys inside the bounds."""
        if lower is not None:
            self._where("k.sort >= ?" if lower[1] else "k.sort > ?", lower[0])
        if upper is not None:
            self._where("k.sort <= ?" if upper[1] else "k.sort < ?", upper[0])

    def rows(self, database: Database, after: Position | None) -> Iterator[Row]:
        """Rows in order, behind ``after`` if given."""
        size = _FIRST_CHUNK
        while True:
            sql = _select(
                tuple(self._conditions), self._index, self._in_partition, self._forward, after is None
            )
            skip = () if after is None else after[1:] if self._in_partition else after
            chunk = database.rows(sql, (*self._values, *skip, size))
            for body, *position in chunk:
                item = decode_item(body)
                if self._names is not None:
                    item = {name: value for name, value in item.items() if name in self._names}
                yield Row(item, tuple(position))
            if len(chunk) < size:
                return
            after = tuple(chunk[-1][1:])
            size = min(size * 2, _LARGEST_CHUNK)

    def _where(self, condition: str, value: Any) -> None:
        self._conditions.append(condition)
        self._values.append(value)


@lru_cache(maxsize=256)
def _select(
    conditions: tuple[str, ...], index: bool, in_partition: bool, forward: bool, from_start: bool
) -> str:
    columns = ["k.hash", "k.sort", *(("k.base_hash", "k.base_sort") if index else ())]
    if not from_start:
        beyond = columns[1:] if in_partition else columns
        sign = ">" if forward else "<"
        conditions += (f"({', '.join(beyond)}) {sign} ({', '.join('?' * len(beyond))})",)
    source = "entry AS k JOIN item ON item.id = k.item" if index else "item AS k"
    ordering = ", ".join(column if forward else f"{column} DESC" for column in columns)
    return (
        f"SELECT {'item' if index else 'k'}.body, {', '.join(columns)} FROM {source} "
        f"WHERE {' AND '.join(conditions)} ORDER BY {ordering} LIMIT ?"
    )
