"""The Glue catalog as the analyzer asks it: each table is fetched once for a query."""

from collections.abc import Sequence
from typing import Any

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.plan import TableInfo
from localstack_lab.lake.workers.errors import Refused

type Members = dict[str, Any]


class CatalogSource:
    """See :class:`localstack_lab.athena.sql.plan.TableSource`. It keeps the tables as Glue gave them."""

    def __init__(self, catalog: Any) -> None:
        self._catalog = catalog
        self._found: dict[tuple[str, str], Members | None] = {}

    def glue_table(self, database: str, name: str) -> Members | None:
        """The table as GetTable answers it, or None."""
        key = (database.lower(), name.lower())
        if key not in self._found:
            try:
                answer = self._catalog.get_table(DatabaseName=key[0], Name=key[1])
            except Refused as refused:
                if refused.code != "EntityNotFoundException":
                    raise
                self._found[key] = None
            else:
                self._found[key] = answer.get("Table", answer)
        return self._found[key]

    def table(self, database: str, name: str) -> TableInfo | None:
        """The table or view, or None."""
        found = self.glue_table(database, name)
        return None if found is None else info_of(found, database)

    def table_as_of(
        self, database: str, name: str, kind: str, sql: str, functions: Sequence[str] = ()
    ) -> TableInfo:
        """See :class:`localstack_lab.athena.sql.plan.TableSource`."""
        raise QueryError("NOT_SUPPORTED", f"FOR {kind} AS OF: {database}.{name} is no Iceberg table")

    def databases(self) -> Sequence[str]:
        """The names of all databases."""
        answer = self._catalog.get_databases()
        listed = answer["DatabaseList"] if isinstance(answer, dict) else answer
        return [database["Name"] for database in listed]

    def tables(self, database: str) -> Sequence[TableInfo]:
        """All tables and views of a database."""
        answer = self._catalog.get_tables(DatabaseName=database)
        listed = answer["TableList"] if isinstance(answer, dict) else answer
        return [info_of(table, database) for table in listed]


def info_of(table: Members, database: str) -> TableInfo:
    """What the analyzer needs of a table as Glue has it."""
    storage = table.get("StorageDescriptor") or {}
    return TableInfo(
        database=database,
        name=table["Name"],
        columns=[
            (column["Name"].lower(), column.get("Type") or "") for column in storage.get("Columns") or []
        ],
        partition_keys=[
            (key["Name"].lower(), key.get("Type") or "") for key in table.get("PartitionKeys") or []
        ],
        parameters=table.get("Parameters") or {},
        table_type=table.get("TableType") or "EXTERNAL_TABLE",
        view_text=table.get("ViewOriginalText"),
    )
