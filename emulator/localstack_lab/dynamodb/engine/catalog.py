"""Definitions of tables, and small documents of the control plane, read once and kept in memory."""

from __future__ import annotations

import json
from typing import Any

from .database import Database
from .schema import Table, dump_table, load_table

_Place = tuple[str, str, str]  # account, region, name


class Catalog:
    """Tables by account, region and name. Other state (backups, exports …) is kept as documents of a kind."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tables: dict[_Place, Table] = {
            (table.account_id, table.region, table.name): table
            for table in (load_table(body) for (body,) in database.rows("SELECT body FROM definition"))
        }

    def table(self, account_id: str, region: str, name: str) -> Table:
        """The table; KeyError when there is none."""
        return self._tables[account_id, region, name]

    def tables(self, account_id: str, region: str) -> list[Table]:
        """Tables of one account and region, by name."""
        found = [table for place, table in list(self._tables.items()) if place[:2] == (account_id, region)]
        return sorted(found, key=lambda table: table.name)

    def all_tables(self) -> list[Table]:
        """Tables of every account and region."""
        return list(self._tables.values())

    def save(self, table: Table) -> None:
        """Add or replace a definition; undone if the running transaction fails."""
        place = (table.account_id, table.region, table.name)
        self._restore_on_rollback(place)
        self._database.execute(
            "INSERT OR REPLACE INTO definition VALUES (?,?,?,?)", (*place, dump_table(table))
        )
        self._tables[place] = table

    def remove(self, table: Table) -> None:
        """Remove a definition; undone if the running transaction fails."""
        place = (table.account_id, table.region, table.name)
        self._restore_on_rollback(place)
        self._database.execute("DELETE FROM definition WHERE account = ? AND region = ? AND name = ?", place)
        del self._tables[place]

    def put_document(self, kind: str, account_id: str, region: str, name: str, body: dict[str, Any]) -> None:
        """Keep a JSON document under a kind and a name."""
        self._database.execute(
            "INSERT OR REPLACE INTO document VALUES (?,?,?,?,?)",
            (kind, account_id, region, name, json.dumps(body)),
        )

    def document(self, kind: str, account_id: str, region: str, name: str) -> dict[str, Any]:
        """A document; KeyError when there is none."""
        row = self._database.row(
            "SELECT body FROM document WHERE kind = ? AND account = ? AND region = ? AND name = ?",
            (kind, account_id, region, name),
        )
        if row is None:
            raise KeyError(name)
        return json.loads(row[0])

    def documents(self, kind: str, account_id: str, region: str) -> list[dict[str, Any]]:
        """All documents of a kind, by name."""
        rows = self._database.rows(
            "SELECT body FROM document WHERE kind = ? AND account = ? AND region = ? ORDER BY name",
            (kind, account_id, region),
        )
        return [json.loads(body) for (body,) in rows]

    def remove_document(self, kind: str, account_id: str, region: str, name: str) -> None:
        """Remove a document if it is there."""
        self._database.execute(
            "DELETE FROM document WHERE kind = ? AND account = ? AND region = ? AND name = ?",
            (kind, account_id, region, name),
        )

    def _restore_on_rollback(self, place: _Place) -> None:
        previous = self._tables.get(place)

        def restore() -> None:
            if previous is None:
                self._tables.pop(place, None)
            else:
                self._tables[place] = previous

        self._database.on_rollback(restore)
