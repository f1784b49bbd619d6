"""The SQLite file: one connection, one process lock, re-entrant transactions.

Write-ahead log without fsync: what a transaction committed survives a killed process, not a power cut, which
is what a laboratory needs. https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FORMAT = 1

_SCHEMA = """
CREATE TABLE numbering (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE definition (account TEXT, region TEXT, name TEXT, body TEXT,
    PRIMARY KEY (account, region, name));
CREATE TABLE counter (owner INTEGER PRIMARY KEY, items INTEGER NOT NULL, bytes INTEGER NOT NULL);

CREATE TABLE item (id INTEGER PRIMARY KEY, owner INTEGER, hash BLOB, sort BLOB, size INTEGER, body);
CREATE UNIQUE INDEX item_place ON item (owner, hash, sort);
CREATE TABLE entry (owner INTEGER, hash BLOB, sort BLOB, base_hash BLOB, base_sort BLOB, item INTEGER,
    PRIMARY KEY (owner, hash, sort, base_hash, base_sort)) WITHOUT ROWID;
CREATE TABLE expiry (owner INTEGER, at REAL, item INTEGER, PRIMARY KEY (owner, at, item)) WITHOUT ROWID;

CREATE TABLE stream (id INTEGER PRIMARY KEY, account TEXT, region TEXT, table_name TEXT, arn TEXT UNIQUE,
    label TEXT, view_type TEXT, key_schema TEXT, created_at REAL, closed_at REAL,
    first INTEGER,
    trimmed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE record (seq INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER, at REAL, event TEXT, size INTEGER,
    keys, new, old, user_identity TEXT);
CREATE INDEX record_log ON record (log, seq);

CREATE TABLE token (account TEXT, region TEXT, token TEXT, at REAL, payload TEXT,
    PRIMARY KEY (account, region, token)) WITHOUT ROWID;
CREATE INDEX token_age ON token (at);
CREATE TABLE document (kind TEXT, account TEXT, region TEXT, name TEXT, body TEXT,
    PRIMARY KEY (kind, account, region, name)) WITHOUT ROWID;
"""


class Database:
    """A connection that every thread may use. ``path=None`` keeps everything in memory."""

    def __init__(self, path: str | Path | None) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._undo: list[Callable[[], None]] = []
        self._after_commit: list[Callable[[], None]] = []
        self._connection = sqlite3.connect(
            ":memory:" if path is None else str(path),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        self.execute = self._connection.execute
        self.execute("PRAGMA journal_mode=WAL")
        self.execute("PRAGMA synchronous=OFF")
        self.execute("PRAGMA temp_store=MEMORY")
        self.execute("PRAGMA cache_size=-16000")
        self._prepare(path)

    def _prepare(self, path: str | Path | None) -> None:
        (found,) = self.execute("PRAGMA user_version").fetchone()
        if found == 0:
            self._connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version={FORMAT}; COMMIT;")
        elif found != FORMAT:
            self.close()
            raise RuntimeError(
                f"{path} holds DynamoDB state of format {found}; this version reads format {FORMAT}. "
                "Remove the file to start empty."
            )

    @property
    def in_transaction(self) -> bool:
        """Whether the calling thread is inside `transaction`; only meaningful while it holds the lock."""
        return self._depth > 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nested use is a savepoint: its failure undoes its own part only."""
        with self.lock:
            depth = self._depth
            self.execute("BEGIN IMMEDIATE" if depth == 0 else f"SAVEPOINT level_{depth}")
            self._depth += 1
            mark = len(self._undo)
            try:
                yield
                self.execute("COMMIT" if depth == 0 else f"RELEASE level_{depth}")
            except BaseException:
                self._roll_back(depth, mark)
                raise
            finally:
                self._depth -= 1
            if depth > 0:
                return
            self._undo.clear()
            callbacks, self._after_commit = self._after_commit, []
        for callback in callbacks:
            callback()

    def _roll_back(self, depth: int, mark: int) -> None:
        if depth > 0:
            self.execute(f"ROLLBACK TO level_{depth}")
            self.execute(f"RELEASE level_{depth}")
        else:
            self._after_commit.clear()
            if self._connection.in_transaction:
                self.execute("ROLLBACK")
        for undo in reversed(self._undo[mark:]):
            undo()
        del self._undo[mark:]

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Have ``undo`` called if the running transaction fails."""
        self._undo.append(undo)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called, once, outside the lock, when the outermost transaction has committed."""
        if callback not in self._after_commit:
            self._after_commit.append(callback)

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, read under the lock."""
        with self.lock:
            return self.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with self.lock:
            return self.execute(sql, parameters).fetchone()

    def new_id(self) -> int:
        """A number never used before in this file."""
        return self.execute("INSERT INTO numbering DEFAULT VALUES").lastrowid or 0

    def close(self) -> None:
        """Close the file; every later use fails."""
        self._connection.close()
