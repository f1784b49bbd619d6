"""Tables and views of the catalog, and information_schema.

https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import Position, QueryError, at, unsupported
from localstack_lab.athena.sql.functions.values import Value, text
from localstack_lab.athena.sql.hive import from_hive
from localstack_lab.athena.sql.parser import parse_query
from localstack_lab.athena.sql.plan import ROW_PLACE, Scan, TableInfo
from localstack_lab.athena.sql.scope import Field
from localstack_lab.athena.sql.type_text import parse_type
from localstack_lab.athena.sql.versions import as_of

if TYPE_CHECKING:
    from localstack_lab.athena.sql.queries import Queries

_HIDDEN: dict[str, t.Type] = {
    "$path": t.VARCHAR,
    "$file_size": t.BIGINT,
    "$file_modified_time": t.timestamp_tz(3),
    "$partition": t.VARCHAR,
}
# https://trino.io/docs/current/connector/iceberg.html#metadata-columns
_HIDDEN_ICEBERG = ("$path", "$file_modified_time", "$partition")
_VIEW_BEGIN, _VIEW_END = "/* Presto View: ", " */"
_PARTITIONS = "$partitions"
_OF_ROLES = (
    "table_privileges",
    "roles",
    "applicable_roles",
    "enabled_roles",
    "role_authorization_descriptors",
)


class Tables:
    """Looks tables up for one statement."""

    def __init__(self, queries: "Queries") -> None:
        self.queries = queries
        self.statement = queries.statement

    def table(self, node: tree.Table) -> tuple[str, list[Field]]:
        """A table by its name: the SQL to read it by, and its columns; or `TABLE_NOT_FOUND` and its like."""
        parts = [p.lower() for p in node.parts]
        if len(parts) == 1:
            named = self.queries.named(parts[0])
            if named is not None and node.period is not None:
                as_of(self.queries.expressions, None, node.period)
            if named is not None:
                alias = self.statement.fresh("r")
                fields = [f.derived(f"{alias}.{f.sql}", parts[0]) for f in named.fields]
                return f"{named.sql_name} AS {alias}", fields
        catalog, database, name = self.qualified(node)
        if database == "information_schema":
            if node.period is not None:
                as_of(self.queries.expressions, None, node.period)
            return self._information_schema(name, node.position)
        info = self.statement.source.table(database, name)
        partitions = False
        if info is None and name.endswith(_PARTITIONS):
            info = self.statement.source.table(database, name.removesuffix(_PARTITIONS))
            partitions = info is not None and info.view_text is None
            if info is not None and (info.iceberg or not info.partition_keys):
                info = None
        if info is None:
            raise self.missing(node)
        self.statement.tables[(database, info.name)] = None
        if node.period is not None:
            info = as_of(self.queries.expressions, info, node.period)
        if info.view_text is not None:
            return self._view(info, node, catalog)
        scan, sql, fields = self.scan(info, name, (catalog, database, name), partitions)
        return self._distinct(scan, fields) if partitions else (sql, fields)

    def qualified(self, node: tree.Table) -> tuple[str, str, str]:
        """Catalog, database and table that a name means, in lower case.

        :raises QueryError: SYNTAX_ERROR for more than three parts, CATALOG_NOT_FOUND
        """
        parts = [p.lower() for p in node.parts]
        if len(parts) > 3:
            raise at(node.position, "SYNTAX_ERROR", f"Too many dots in table name: {'.'.join(node.parts)}")
        session = self.statement.session
        catalog = parts[-3] if len(parts) == 3 else session.catalog.lower()
        database = parts[-2] if len(parts) > 1 else session.database.lower()
        if catalog != "awsdatacatalog":
            raise at(node.position, "CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist")
        return catalog, database, parts[-1]

    def missing(self, node: tree.Table) -> QueryError:
        """The error that there is no such table."""
        catalog, database, name = self.qualified(node)
        if database not in self.statement.source.databases():
            return at(node.position, "SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
        return at(node.position, "TABLE_NOT_FOUND", f"Table '{catalog}.{database}.{name}' does not exist")

    def scan(
        self, info: TableInfo, name: str, qualifier: tuple[str, ...], partitions: bool = False
    ) -> tuple[Scan, str, list[Field]]:
        """A reading of a table: the scan, the SQL to read it by, and its columns, the hidden ones last."""
        scan = Scan(f"scan_{len(self.statement.scans)}", info, partitions=partitions)
        self.statement.scans.append(scan)
        alias = self.statement.fresh("r")
        keys = {n for n, _ in info.partition_keys}
        fields = []
        columns = [*info.partition_keys] if partitions else [*info.columns, *info.partition_keys]
        for column, hive_type in columns:
            type_ = info.types.get(column) or from_hive(hive_type)
            field = Field(column, type_, f"{alias}.{t.quote(column)}", name, qualifier)
            field.origin = (info.database, info.name)
            field.on_use = self._reads(scan, column)
            if column in keys or info.iceberg:
                field.partition = (scan, column)
            fields.append(field)
        for column in () if partitions else _hidden_of(info):
            field = Field(column, _HIDDEN[column], f"{alias}.{t.quote(column)}", name, qualifier, hidden=True)
            field.on_use = self._reads(scan, column)
            fields.append(field)
        return scan, f"{scan.name} AS {alias}", fields

    def _distinct(self, scan: Scan, fields: list[Field]) -> tuple[str, list[Field]]:
        """The partitions of a Hive table, each once."""
        for each in fields:
            each.mark()
        alias = fields[0].sql.partition(".")[0]
        outer = self.statement.fresh("r")
        every = ", ".join(f"{f.sql}" for f in fields)
        sql = f"(SELECT DISTINCT {every} FROM {scan.name} AS {alias}) AS {outer}"
        return sql, [_renamed(f, f"{outer}.{t.quote(f.name or '')}") for f in fields]

    def place(self, scan: Scan, sql: str) -> Field:
        """The column that numbers the rows of a scan's files, which no name means; `sql` reads the scan."""
        alias = sql.rpartition(" ")[2]
        return Field(None, t.BIGINT, f"{alias}.{t.quote(ROW_PLACE)}", on_use=self._reads(scan, ROW_PLACE))

    @staticmethod
    def _reads(scan: Scan, column: str):  # type: ignore[no-untyped-def]
        def note() -> None:
            hidden = column in _HIDDEN or column == ROW_PLACE
            (scan.hidden if hidden else scan.columns).append(column)

        return note

    # Views

    def _view(self, info: TableInfo, node: tree.Table, catalog: str) -> tuple[str, list[Field]]:
        here = (info.database, info.name)
        shown = f"{catalog}.{info.database}.{info.name}"
        if here in self.statement.views:
            raise at(node.position, "VIEW_IS_RECURSIVE", f"Statement is recursive: view '{shown}'")
        original, database, declared = view_definition(info)
        session = self.statement.session
        self.statement.views.append(here)
        self.statement.session = replace(session, database=database or info.database)
        kept, self.queries.ctes = self.queries.ctes, []
        parameters, self.statement.parameters = self.statement.parameters, []
        try:
            sql, fields = self.queries.query(parse_query(original), None)
        except QueryError as error:
            place = f"line {error.line}:{error.column}: " if error.line is not None else ""
            message = f"Failed analyzing stored view '{shown}': {place}{error.message}"
            raise at(node.position, "INVALID_VIEW", message) from error
        finally:
            self.statement.views.pop()
            self.statement.session = session
            self.queries.ctes = kept
            self.statement.parameters = parameters
        if declared and len(declared) != len(fields):
            message = (
                f"View '{shown}' is stale or in invalid state: stored view column count "
                f"({len(declared)}) does not "
                f"match column count derived from the view query analysis ({len(fields)})"
            )
            raise at(node.position, "VIEW_IS_STALE", message)
        alias = self.statement.fresh("r")
        result = []
        for index, field in enumerate(fields):
            copy = field.derived(f"{alias}.{field.sql}", info.name.lower())
            copy.qualifier = (catalog, info.database, info.name.lower())
            if declared:
                _declare(copy, *declared[index], index, shown, node.position)
            result.append(copy)
        return f"({sql}) AS {alias}", result

    # information_schema

    def _information_schema(self, name: str, position: Position) -> tuple[str, list[Field]]:
        catalog = self.statement.session.catalog.lower()
        source = self.statement.source
        rows: list[tuple[object, ...]] = []
        if name == "schemata":
            columns = ["catalog_name", "schema_name"]
            rows = [(catalog, d) for d in [*source.databases(), "information_schema"]]
        elif name in ("tables", "views", "columns"):
            columns, rows = self._tables_of_schema(name, catalog)
        elif name in _OF_ROLES:
            raise unsupported(f"information_schema.{name}", position)
        else:
            message = f"Table '{catalog}.information_schema.{name}' does not exist"
            raise at(position, "TABLE_NOT_FOUND", message)
        alias = self.statement.fresh("r")
        types: list[t.Type] = [t.BIGINT if c == "ordinal_position" else t.VARCHAR for c in columns]
        listed = (
            ", ".join(
                "(" + ", ".join(_constant(v, x) for v, x in zip(r, types, strict=True)) + ")" for r in rows
            )
            or "(" + ", ".join(_constant(None, x) for x in types) + ")"
        )
        where = "" if rows else " WHERE FALSE"
        names = ", ".join(t.quote(c) for c in columns)
        inner = self.statement.fresh("r")
        sql = f"(SELECT * FROM (VALUES {listed}) AS {inner}({names}){where}) AS {alias}"
        qualifier = (catalog, "information_schema", name)
        return sql, [
            Field(c, x, f"{alias}.{t.quote(c)}", name, qualifier) for c, x in zip(columns, types, strict=True)
        ]

    def _tables_of_schema(self, name: str, catalog: str) -> tuple[list[str], list[tuple[object, ...]]]:
        source = self.statement.source
        rows: list[tuple[object, ...]] = []
        for database in source.databases():
            for info in source.tables(database):
                key = (catalog, database, info.name)
                if name == "tables":
                    rows.append((*key, "VIEW" if info.view_text is not None else "BASE TABLE"))
                elif name == "views":
                    if info.view_text is not None:
                        rows.append((*key, view_definition(info)[0]))
                else:
                    keys = {n for n, _ in info.partition_keys}
                    for place, (column, hive) in enumerate((*info.columns, *info.partition_keys), 1):
                        extra = "partition key" if column in keys else None
                        type_ = str(info.types.get(column) or from_hive(hive))
                        rows.append((*key, column, place, None, "YES", type_, None, extra))
        first = ["table_catalog", "table_schema", "table_name"]
        if name == "tables":
            return [*first, "table_type"], rows
        if name == "views":
            return [*first, "view_definition"], rows
        rest = [
            "column_name",
            "ordinal_position",
            "column_default",
            "is_nullable",
            "data_type",
            "comment",
            "extra_info",
        ]
        return [*first, *rest], rows


def _hidden_of(info: TableInfo) -> Iterable[str]:
    """The hidden columns of a table; Iceberg's metadata tables have none."""
    if not info.iceberg:
        return _HIDDEN
    return () if "$" in info.name else _HIDDEN_ICEBERG


def _constant(value: object, type_: t.Type) -> str:
    if value is None:
        return f"CAST(NULL AS {t.duckdb(type_)})"
    return f"CAST({value} AS BIGINT)" if isinstance(value, int) else text(str(value))


def _renamed(field: Field, sql: str) -> Field:
    return Field(field.name, field.type, sql, field.relation, field.qualifier, partition=field.partition)


def _declare(field: Field, name: str, type_: t.Type, index: int, view: str, position: Position) -> None:
    """Give a view's column the name and the type that the view declares; raises `VIEW_IS_STALE`."""
    field.name = name
    if field.type == type_:
        return
    if not t.can_coerce(field.type, type_):
        message = (
            f"View '{view}' is stale or in invalid state: column [{name}] of type {field.type} "
            f"projected from query view at position {index} cannot be coerced to column [{name}] "
            f"of type {type_} stored in view definition"
        )
        raise at(position, "VIEW_IS_STALE", message)
    field.sql = coerce(Value(field.sql, field.type), type_).sql
    field.type, field.partition = type_, None


def view_definition(info: TableInfo) -> tuple[str, str | None, list[tuple[str, t.Type]]]:
    """The SQL of a view, the database that its names are looked up in, and the columns that it declares.

    Athena keeps a view as base64 of JSON, `/* Presto View: … */`; Glue's own views keep their SQL.
    https://docs.aws.amazon.com/athena/latest/ug/views-glue.html
    """
    stored = (info.view_text or "").strip()
    if not stored.startswith(_VIEW_BEGIN.rstrip()):
        return stored, None, []
    encoded = stored.removeprefix(_VIEW_BEGIN.rstrip()).removesuffix(_VIEW_END.strip()).strip()
    try:
        held = json.loads(base64.b64decode(encoded))
        columns = [(str(c["name"]), parse_type(str(c["type"]))) for c in held.get("columns", ())]
        return str(held["originalSql"]), held.get("schema"), columns
    except (ValueError, KeyError, TypeError) as error:
        message = f"Stored definition of view '{info.database}.{info.name}' cannot be read: {error}"
        raise QueryError("INVALID_VIEW", message) from error
