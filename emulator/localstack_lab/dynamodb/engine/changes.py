"""The log of changes: what a stream shows and what a Kinesis destination is sent.

A log belongs to one stream or one destination. Records are written in the transaction that changes the item,
so their order is the order of the writes and a failed transaction leaves none. Sequence numbers come from one
counter of the file that never goes back; AWS's have 21 to 40 digits.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .codec import Body, decode_item, encode_item
from .database import Database

RETENTION_SECONDS = 24 * 3600
FULL_VIEW = "NEW_AND_OLD_IMAGES"

_FIRST_NUMBER = 10**20
_TRIM_EVERY, _TRIM_CHUNK = 1024, 2048
_WANTS_NEW = frozenset({"NEW_IMAGE", FULL_VIEW})
_WANTS_OLD = frozenset({"OLD_IMAGE", FULL_VIEW})


@dataclass(frozen=True)
class Change:
    """One item's change; images are None where the item did not exist. Sizes in bytes, as DynamoDB counts."""

    event: str  # INSERT, MODIFY or REMOVE
    keys: Mapping[str, Any]
    new: Body | None
    old: Mapping[str, Any] | None
    keys_size: int
    new_size: int
    old_size: int
    user_identity: Mapping[str, str] | None


@dataclass(frozen=True)
class ChangeRecord:
    """A logged change with the images that its log's view keeps. ``at``: seconds since 1970."""

    number: int
    at: float
    event: str
    size: int
    keys: dict[str, Any]
    new: dict[str, Any] | None
    old: dict[str, Any] | None
    user_identity: dict[str, str] | None


def sequence_number(number: int) -> str:
    """The number as AWS writes it: 21 digits."""
    return str(_FIRST_NUMBER + number)


def number_of(sequence: str) -> int:
    """The record number in a sequence number; ValueError when it is not one of ours."""
    number = int(sequence) - _FIRST_NUMBER
    if number < 0 or not sequence.isdecimal():
        raise ValueError(f"{sequence!r} is not a sequence number of this store")
    return number


class ChangeLog:
    """Appends to and reads from the logs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, log: int, view_type: str, change: Change, at: float) -> None:
        """Write one record; the caller holds the transaction that makes the change."""
        size = change.keys_size
        new = old = None
        if change.new is not None and view_type in _WANTS_NEW:
            new, size = change.new, size + change.new_size
        if change.old is not None and view_type in _WANTS_OLD:
            old, size = encode_item(dict(change.old)), size + change.old_size
        identity = json.dumps(change.user_identity) if change.user_identity else None
        cursor = self._database.execute(
            "INSERT INTO record (log, at, event, size, keys, new, old, user_identity) "
            "VALUES (?,?,?,?,?,?,?,?)",
            (log, at, change.event, size, encode_item(dict(change.keys)), new, old, identity),
        )
        if (cursor.lastrowid or 0) % _TRIM_EVERY == 0:
            self._trim(at - RETENTION_SECONDS)

    def read(self, log: int, after: int, limit: int, not_before: float = 0.0) -> list[ChangeRecord]:
        """Up to ``limit`` records numbered above ``after``, oldest first, none older than ``not_before``."""
        rows = self._database.rows(
            "SELECT seq, at, event, size, keys, new, old, user_identity FROM record "
            "WHERE log = ? AND seq > ? AND at >= ? ORDER BY seq LIMIT ?",
            (log, after, not_before, limit),
        )
        return [
            ChangeRecord(
                number,
                at,
                event,
                size,
                decode_item(keys),
                None if new is None else decode_item(new),
                None if old is None else decode_item(old),
                None if identity is None else json.loads(identity),
            )
            for number, at, event, size, keys, new, old, identity in rows
        ]

    def bounds(self, log: int, not_before: float = 0.0) -> tuple[int, int] | None:
        """Numbers of the oldest and the newest record that can be read; None when there is none."""
        first = self._database.row(
            "SELECT seq FROM record WHERE log = ? AND at >= ? ORDER BY seq LIMIT 1", (log, not_before)
        )
        last = self._database.row("SELECT seq FROM record WHERE log = ? ORDER BY seq DESC LIMIT 1", (log,))
        return None if first is None or last is None else (first[0], last[0])

    def newest_number(self) -> int:
        """The highest number handed out so far, in any log."""
        row = self._database.row("SELECT seq FROM sqlite_sequence WHERE name = 'record'")
        return 0 if row is None else row[0]

    def forget(self, log: int) -> None:
        """Drop all records of a log."""
        with self._database.transaction():
            self._database.execute("DELETE FROM record WHERE log = ?", (log,))

    def remove(self, numbers: list[int]) -> None:
        """Drop these records: they were delivered."""
        with self._database.transaction():
            for number in numbers:
                self._database.execute("DELETE FROM record WHERE seq = ?", (number,))

    def trimmed_up_to(self, log: int, now: float) -> int:
        """The highest number of a stream's record that was dropped for its age; 0 when none was."""
        first = self._database.row("SELECT at FROM record WHERE log = ? ORDER BY seq LIMIT 1", (log,))
        if first is not None and first[0] < now - RETENTION_SECONDS:
            with self._database.transaction():
                self._trim(now - RETENTION_SECONDS)
        row = self._database.row("SELECT trimmed FROM stream WHERE id = ?", (log,))
        return 0 if row is None else row[0]

    def _trim(self, before: float) -> None:
        # Numbers grow with time, so the expired records are the first ones: no index on the time is needed.
        self._database.execute(
            "UPDATE stream SET trimmed = max(trimmed, "
            "ifnull((SELECT max(seq) FROM record WHERE log = stream.id AND at < ?), 0))",
            (before,),
        )
        while True:
            deleted = self._database.execute(
                "DELETE FROM record WHERE at < ? AND seq IN (SELECT seq FROM record ORDER BY seq LIMIT ?)",
                (before, _TRIM_CHUNK),
            ).rowcount
            if deleted < _TRIM_CHUNK:
                return
