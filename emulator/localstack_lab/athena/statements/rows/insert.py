"""INSERT INTO.

https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
"""

import re
from typing import Any

from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.athena.reading import projection
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.hive import from_hive
from localstack_lab.athena.statements.context import Context, Members, is_iceberg, is_view
from localstack_lab.athena.statements.ddl.partition_names import name_of
from localstack_lab.athena.statements.ddl.partitions import register
from localstack_lab.athena.statements.rows import iceberg, storing
from localstack_lab.athena.statements.rows.filling import filled
from localstack_lab.athena.statements.rows.serdes import names_in_files, options_of
from localstack_lab.athena.statements.tree import Insert


def run(context: Context, session: Any, statement: Insert, text: str) -> Outcome:
    """Add the rows of the query to a table, in new objects; new partitions are registered.

    :raises QueryError: TYPE_MISMATCH and the like; NOT_SUPPORTED for a SerDe that is not written
    """
    database, name = context.qualified(statement.name)
    table = context.find_table(statement.name)
    if table is None:
        if not context.has_database(database):
            raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", *statement.place)
        message = f"Table 'awsdatacatalog.{database}.{name}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", message, *statement.place)
    if is_view(table):
        raise QueryError("NOT_SUPPORTED", "Inserting into views is not supported", *statement.place)
    if is_iceberg(table):
        return iceberg.insert(session, statement, text, table)
    storage = table.get("StorageDescriptor") or {}
    if storage.get("BucketColumns"):
        raise QueryError("NOT_SUPPORTED", f"Cannot write to bucketed table {database}.{name}")
    options = options_of(table)
    keys = table.get("PartitionKeys") or []
    declared = [*(storage.get("Columns") or []), *keys]
    columns = [(column["Name"].lower(), from_hive(column.get("Type", "string"))) for column in declared]
    plan = session.plan(statement.query.in_place(text))
    coerced = filled(statement, columns, [column.type for column in plan.columns])
    places = _Places(context, table, [key["Name"] for key in keys])
    called = names_in_files(table, [name for name, _ in columns])
    in_files = [(name, kind) for name, (_, kind) in zip(called, columns, strict=True)]
    written = storing.store(session, plan, in_files, len(keys), options, places.folder, sql=coerced)
    new = [(list(v), place) for v, place in written.partitions.items() if v not in places.known]
    if new and not places.projected:
        register(context, table, new)
    return storing.outcome(session, written)


class _Places:
    """Where the rows of each partition belong."""

    def __init__(self, context: Context, table: Members, keys: list[str]) -> None:
        self._keys = keys
        parameters = {k.lower(): v for k, v in (table.get("Parameters") or {}).items()}
        self.projected = parameters.get("projection.enabled", "").lower() == "true"
        self._parameters = parameters
        self._template = parameters.get("storage.location.template") if self.projected else None
        location = (table.get("StorageDescriptor") or {}).get("Location") or ""
        self._base = storing.s3_folder(location, f"The location of {table['DatabaseName']}.{table['Name']}")
        found = context.partitions(table) if keys and not self.projected else []
        self.known = {tuple(p["Values"]): str(p["StorageDescriptor"].get("Location") or "") for p in found}

    def folder(self, values: tuple[str, ...]) -> str:
        """The folder of a partition, with its slash; the table's own without keys."""
        if not self._keys:
            return self._base
        if self.projected:
            named = zip(self._keys, values, strict=True)
            values = tuple(projection.padded(self._parameters, name, value) for name, value in named)
        if self._template is not None:
            of = dict(zip(self._keys, values, strict=True))
            place = re.sub(r"\$\{(\w+)\}", lambda found: of[found[1].lower()], self._template)
            return place.rstrip("/") + "/"
        if self.known.get(values):
            return self.known[values].rstrip("/") + "/"
        return f"{self._base}{name_of(self._keys, values)}/"
