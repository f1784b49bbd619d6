"""The Glue catalog as the analyzer asks it: each table is fetched once for a query."""

from collections.abc import Sequence
from typing import Any

import duckdb

from localstack_lab.athena.engine.lakehouse import Lakehouse, is_iceberg
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.plan import Scan, TableInfo
from localstack_lab.lake.workers.errors import Refused

type Members = dict[str, Any]


class CatalogSource:
    """See :class:`localstack_lab.athena.sql.plan.TableSource`. It keeps the tables as Glue gave them.

    :param iceberg: None where no Iceberg table can be asked for
    """

    def __init__(self, catalog: Any, iceberg: Lakehouse | None = None) -> None:
        self._catalog = catalog
        self._iceberg = iceberg
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

    @property
    def iceberg(self) -> Lakehouse:
        """The statement's Iceberg tables."""
        if self._iceberg is None:
            raise QueryError("NOT_SUPPORTED", "Iceberg tables cannot be read here")
        return self._iceberg

    def table(self, database: str, name: str) -> TableInfo | None:
        """The table, view, or metadata table of Iceberg (`t$snapshots`), or None."""
        found = self.glue_table(database, name)
        if found is not None:
            return self.iceberg.info(found) if is_iceberg(found) else info_of(found, database)
        base, mark, kind = name.rpartition("$")
        owner = self.glue_table(database, base) if mark and base else None
        if owner is None or not is_iceberg(owner):
            return None
        return self.iceberg.metadata_info(owner, kind.lower())

    def table_as_of(
        self, database: str, name: str, kind: str, sql: str, functions: Sequence[str] = ()
    ) -> TableInfo:
        """See :class:`localstack_lab.athena.sql.plan.TableSource`."""
        found = self.glue_table(database, name)
        if found is None or not is_iceberg(found):
            raise QueryError("NOT_SUPPORTED", f"FOR {kind} AS OF: {database}.{name} is no Iceberg table")
        return self.iceberg.as_of(found, kind, sql, functions)

    def read_iceberg(self, connection: duckdb.DuckDBPyConnection, scan: Scan) -> int:
        """Make the view of a scan of an Iceberg table.

        :return: bytes of S3 that it reads
        """
        found = self.glue_table(scan.database, scan.table) or self.glue_table(
            scan.database, scan.table.rpartition("$")[0]
        )
        assert found is not None, "the analysis has found it"
        return self.iceberg.read(connection, scan, found)

    def databases(self) -> Sequence[str]:
        """The names of all databases."""
        answer = self._catalog.get_databases()
        listed = answer["DatabaseList"] if isinstance(answer, dict) else answer
        return [database["Name"] for database in listed]

    def tables(self, database: str) -> Sequence[TableInfo]:
        """All tables and views of a database."""
        answer = self._catalog.get_tables(DatabaseName=database)
        listed = answer["TableList"] if isinstance(answer, dict) else answer
        return [self._listed(table, database) for table in listed]

    def _listed(self, table: Members, database: str) -> TableInfo:
        if is_iceberg(table) and self._iceberg is not None:
            try:
                return self._iceberg.info(table)
            except QueryError:
                pass  # without its metadata: what Glue has of it stands in the list
        return info_of(table, database)


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
