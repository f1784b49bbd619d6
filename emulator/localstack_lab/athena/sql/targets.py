"""The table whose rows a statement changes."""

from dataclasses import dataclass

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.change_tree import Change, Delete, Merge, Update
from localstack_lab.athena.sql.errors import Position, QueryError, at
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.plan import TableInfo
from localstack_lab.athena.sql.queries import Queries
from localstack_lab.athena.sql.scope import Field
from localstack_lab.athena.sql.tree import Table

HIVE = "Modifying Hive table rows is only supported for ACID tables"
"""What Trino's Hive connector says of DELETE, UPDATE and MERGE."""
VIEWS = {
    Delete: "Deleting from views is not supported",
    Update: "Updating views is not supported",
    Merge: "Merging into views is not supported",
}


@dataclass(slots=True)
class Target:
    """A table that is read for its rows to be changed.

    :ivar sql: reads it, behind FROM
    :ivar columns: its columns with their types, in order
    :ivar fields: what expressions see of it
    """

    info: TableInfo
    sql: str
    columns: dict[str, t.Type]
    fields: list[Field]
    _path: Field
    _place: Field

    def path(self) -> str:
        """SQL of the name of a row's file; it is read from now on."""
        self._path.mark()
        return self._path.sql

    def place(self) -> str:
        """SQL of a row's number in its file; it is read from now on."""
        self._place.mark()
        return self._place.sql

    def held(self, name: str) -> Value:
        """A column as it is; it is read from now on."""
        found = next(f for f in self.fields if f.name == name)
        found.mark()
        return Value(found.sql, found.type)

    def nulls(self) -> list[Value]:
        """A null for each column."""
        return [null(type_) for type_ in self.columns.values()]


def null(type_: t.Type) -> Value:
    """A null of a type."""
    return Value(f"CAST(NULL AS {t.duckdb(type_)})", type_, None)


def target_of(queries: Queries, change: Change) -> Target:
    """The table of a DELETE, UPDATE or MERGE.

    :raises QueryError: there is none, or it is no table of Iceberg's
    """
    info = iceberg_table(queries, change.table, VIEWS[type(change)], HIVE)
    alias = change.alias if isinstance(change, Merge) else None
    return _read(queries, info, change.table, alias)


def table_to_filter(queries: Queries, table: Table, view: str, hive: str) -> Target:
    """A table whose rows a condition chooses; `view` and `hive` are what is said of other tables."""
    return _read(queries, iceberg_table(queries, table, view, hive), table, None)


def iceberg_table(queries: Queries, table: Table, view: str, hive: str) -> TableInfo:
    """The table as the catalog has it.

    :raises QueryError: TABLE_NOT_FOUND and its like; NOT_SUPPORTED with `view` and `hive` for what is none
    """
    tables, position = queries.relations.tables, table.position
    _, database, name = tables.qualified(table)
    if database == "information_schema":
        raise _unchangeable(position)
    info = queries.statement.source.table(database, name)
    if info is None:
        raise tables.missing(table)
    if info.view_text is not None:
        raise at(position, "NOT_SUPPORTED", view)
    if not info.iceberg:
        raise QueryError("NOT_SUPPORTED", hive)
    if "$" in info.name:
        raise _unchangeable(position)
    queries.statement.tables[(database, info.name)] = None
    return info


def _unchangeable(position: Position) -> QueryError:
    return at(position, "NOT_SUPPORTED", "This connector does not support modifying table rows")


def _read(queries: Queries, info: TableInfo, table: Table, alias: str | None) -> Target:
    tables = queries.relations.tables
    catalog, database, name = tables.qualified(table)
    scan, sql, fields = tables.scan(info, name, (catalog, database, name))
    place = tables.place(scan, sql)
    columns = {f.name: f.type for f in fields if f.name is not None and not f.hidden}
    if alias is not None:
        fields = [f.derived(f.sql, alias.lower()) for f in fields]
    path = next(f for f in fields if f.name == "$path")
    return Target(info, sql, columns, fields, path, place)
