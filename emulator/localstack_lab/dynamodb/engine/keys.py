"""Where an item lies: partition and sort position as bytes, in the table and in its indexes.

A partition's place is the first eight bytes of a digest of its key, then the key itself. A scan that walks
the places in order therefore looks shuffled, as it does on AWS, and parallel scan segments are ranges of the
digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from .schema import Index, KeyAttr, Table
from .values import key_bytes

# A position in the table is (partition, sort); in an index (partition, sort, table partition, table sort).
Position = tuple[bytes, ...]

_DIGEST_SPACE = 1 << 64


def partition_place(hash_bytes: bytes) -> bytes:
    """Place of a partition in scan order, from the `key_bytes` of its partition key."""
    # AWS salts its MD5 with this word: observed from the order in which real tables are scanned.
    digest = hashlib.md5(b"Outliers" + hash_bytes, usedforsecurity=False).digest()
    return digest[:8] + hash_bytes


def segment_bounds(segment: int, total_segments: int) -> tuple[bytes, bytes | None]:
    """The places of one parallel-scan segment: from (inclusive), to (exclusive; None for the last)."""
    first = _DIGEST_SPACE * segment // total_segments
    after_last = _DIGEST_SPACE * (segment + 1) // total_segments
    end = None if after_last == _DIGEST_SPACE else after_last.to_bytes(8, "big")
    return first.to_bytes(8, "big"), end


def table_position(table: Table, item: Mapping[str, Any]) -> Position:
    """Position of an item, or of its key alone, in the table. KeyError when a key attribute is missing."""
    sort = b"" if table.range_key is None else key_bytes(item[table.range_key.name])
    return partition_place(key_bytes(item[table.hash_key.name])), sort


def index_position(index: Index, item: Mapping[str, Any]) -> Position | None:
    """Partition and sort place of an item in an index; None when the item is not in it (sparse index)."""
    hash_value = _key_value(index.hash_key, item)
    if hash_value is None:
        return None
    if index.range_key is None:
        return partition_place(hash_value), b""
    range_value = _key_value(index.range_key, item)
    return None if range_value is None else (partition_place(hash_value), range_value)


def position_of(table: Table, index: Index | None, key_item: Mapping[str, Any]) -> Position:
    """Resume point for ``after`` from an ExclusiveStartKey; KeyError when a key attribute is missing."""
    base = table_position(table, key_item)
    if index is None:
        return base
    sort = b"" if index.range_key is None else key_bytes(key_item[index.range_key.name])
    return partition_place(key_bytes(key_item[index.hash_key.name])), sort, *base


def _key_value(attribute: KeyAttr, item: Mapping[str, Any]) -> bytes | None:
    value = item.get(attribute.name)
    return None if value is None or attribute.type not in value else key_bytes(value)
