"""Streams that exist: enabled ones, and disabled ones for as long as their records can be read.

One stream has one shard. It is closed when the stream is disabled or its table deleted, never before: AWS
rolls shards every few hours, which readers notice only as a shard with a parent.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .changes import RETENTION_SECONDS, ChangeLog, ChangeRecord
from .database import Database
from .schema import StreamSpec, Table

_COLUMNS = "id, account, region, table_name, arn, label, view_type, first, key_schema, created_at, closed_at"


@dataclass(frozen=True)
class Stream:
    """A stream's description. Times are seconds since 1970; ``closed_at`` is None while it is enabled.

    No record of the stream has a number below ``first``.
    """

    id: int
    account_id: str
    region: str
    table_name: str
    arn: str
    label: str
    view_type: str
    first: int
    key_schema: list[dict[str, str]]
    created_at: float
    closed_at: float | None

    @property
    def shard_id(self) -> str:
        """Name of the stream's one shard, formed as AWS's."""
        return f"shardId-{int(self.created_at * 1000):020d}-{self.id:08x}"


class Streams:
    """Streams of one database and what can be read of their logs."""

    def __init__(self, database: Database, changes: ChangeLog, clock: Callable[[], float]) -> None:
        self._database = database
        self._changes = changes
        self._clock = clock

    def open(self, table: Table, view_type: str) -> StreamSpec:
        """Start a new stream for the table; the caller saves the table with it."""
        now = self._clock()
        self._drop_unreadable(now)
        number = self._database.new_id()
        label = self._free_label(table, now)
        arn = f"{table.arn}/stream/{label}"
        schema = [
            {"AttributeName": attribute.name, "KeyType": kind}
            for attribute, kind in zip(table.key_attributes, ("HASH", "RANGE"), strict=False)
        ]
        self._database.execute(
            f"INSERT INTO stream ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,NULL)",
            (
                number,
                table.account_id,
                table.region,
                table.name,
                arn,
                label,
                view_type,
                self.newest_number() + 1,
                json.dumps(schema),
                now,
            ),
        )
        return StreamSpec(number, arn, label, view_type)

    def close(self, stream: StreamSpec) -> None:
        """Disable a stream: its shard ends, its records stay readable for 24 hours."""
        self._database.execute("UPDATE stream SET closed_at = ? WHERE id = ?", (self._clock(), stream.id))

    def get(self, arn: str) -> Stream:
        """The stream; KeyError when there is none or its time is over."""
        row = self._database.row(
            f"SELECT {_COLUMNS} FROM stream WHERE arn = ? AND (closed_at IS NULL OR closed_at > ?)",
            (arn, self._horizon()),
        )
        if row is None:
            raise KeyError(arn)
        return _stream(row)

    def find(self, account_id: str, region: str, table_name: str | None = None) -> list[Stream]:
        """Streams of one account and region, or of one table's name, by ARN."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM stream WHERE account = ? AND region = ? "
            "AND (? IS NULL OR table_name = ?) AND (closed_at IS NULL OR closed_at > ?) ORDER BY arn",
            (account_id, region, table_name, table_name, self._horizon()),
        )
        return [_stream(row) for row in rows]

    def read(self, stream: Stream, after: int, limit: int) -> list[ChangeRecord]:
        """Up to ``limit`` records numbered above ``after`` that are younger than 24 hours."""
        return self._changes.read(stream.id, after, limit, self._horizon())

    def bounds(self, stream: Stream) -> tuple[int, int] | None:
        """Numbers of the oldest and the newest readable record; None when there is none."""
        return self._changes.bounds(stream.id, self._horizon())

    def newest_number(self) -> int:
        """Every record to come will be numbered above this."""
        return self._changes.newest_number()

    def _horizon(self) -> float:
        return self._clock() - RETENTION_SECONDS

    def _free_label(self, table: Table, now: float) -> str:
        """The time to the millisecond, later than the table's last label even if the clock stood still."""
        taken = {stream.label for stream in self.find(table.account_id, table.region, table.name)}
        moment = now
        while (label := _label(moment)) in taken:
            moment += 0.001
        return label

    def _drop_unreadable(self, now: float) -> None:
        expired = self._database.rows(
            "SELECT id FROM stream WHERE closed_at <= ?", (now - RETENTION_SECONDS,)
        )
        for (number,) in expired:
            self._changes.forget(number)
            self._database.execute("DELETE FROM stream WHERE id = ?", (number,))


def _label(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")


def _stream(row: tuple[Any, ...]) -> Stream:
    members = dict(zip(_COLUMNS.split(", "), row, strict=True))
    members["account_id"] = members.pop("account")
    return Stream(**members | {"key_schema": json.loads(members["key_schema"])})
