"""Iceberg tables for one statement; pyiceberg is imported when the first of them is asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from localstack_lab.athena.sql.plan import Scan, TableInfo

if TYPE_CHECKING:
    from pyiceberg.table import Table

    from localstack_lab.athena.iceberg.tables import IcebergTables

type Members = dict[str, Any]


def is_iceberg(table: Members) -> bool:
    """Whether a catalog table is one of Iceberg's."""
    return str((table.get("Parameters") or {}).get("table_type", "")).upper() == "ICEBERG"


class Lakehouse:
    """See :class:`localstack_lab.athena.iceberg.tables.IcebergTables`.

    :param constant: (SQL, Python functions that it calls) → the value of a constant
    """

    def __init__(
        self, catalog: Any, objects: Any, folder: str, constant: Callable[[str, Sequence[str]], Any]
    ) -> None:
        self._made = (catalog, objects, folder)
        self._constant = constant
        self._opened: IcebergTables | None = None

    @property
    def tables(self) -> "IcebergTables":
        """The tables, loaded on demand."""
        if self._opened is None:
            from localstack_lab.athena.iceberg.tables import IcebergTables

            self._opened = IcebergTables(*self._made)
        return self._opened

    @property
    def is_open(self) -> bool:
        """Whether the statement asked for any of them."""
        return self._opened is not None

    def load(self, glue_table: Members) -> "Table":
        """pyiceberg's table."""
        return self.tables.load(glue_table)

    def info(self, glue_table: Members) -> TableInfo:
        """The table as it is."""
        return self.tables.info(glue_table)

    def metadata_info(self, glue_table: Members, kind: str) -> TableInfo | None:
        """`"table$kind"`."""
        return self.tables.metadata_info(glue_table, kind)

    def as_of(self, glue_table: Members, kind: str, sql: str, functions: Sequence[str]) -> TableInfo:
        """The table as it was; see :class:`localstack_lab.athena.sql.plan.TableSource`."""
        value = self._constant(sql, functions)
        if kind == "VERSION":
            return self.tables.as_of_version(glue_table, value)
        instant: datetime = value["instant"]
        since = instant - datetime(1970, 1, 1)
        return self.tables.as_of_timestamp(glue_table, round(since.total_seconds() * 1000))

    def read(self, connection: duckdb.DuckDBPyConnection, scan: Scan, glue_table: Members) -> int:
        """Make the view of a scan.

        :return: bytes of S3 that it reads
        """
        from localstack_lab.athena.iceberg.reading import IcebergScans

        scans = IcebergScans(connection, self.tables.files)
        scans.add(scan, self.load(glue_table))
        return scans.scanned_bytes
