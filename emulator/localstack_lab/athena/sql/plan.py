"""What the analysis of a query yields, and what it needs of a catalog.

`analyze` turns the text of a query (SELECT, WITH, VALUES, TABLE) into DuckDB SQL over named scans. Who runs
the plan makes a relation of each scan, under its name and with its columns, and executes the SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from localstack_lab.athena.sql.types import Type

ROW_PLACE = "$row_place"
"""A row's number in its file, from 0: with `$path` it names a row of an Iceberg table. No query can say it;
the statements that change rows ask for it."""
HIDDEN_COLUMNS = ("$path", "$file_size", "$file_modified_time", "$partition", "$bucket", ROW_PLACE)


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table or a view as the catalog has it. Types are Hive's, as Glue holds them."""

    database: str
    name: str
    columns: Sequence[tuple[str, str]]
    partition_keys: Sequence[tuple[str, str]] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    table_type: str = "EXTERNAL_TABLE"
    view_text: str | None = None
    """Glue's ViewOriginalText of a view: `/* Presto View: … */`, or SQL."""
    iceberg: bool = False
    """Whether it is a table of Apache Iceberg, or one of its metadata tables (`"t$snapshots"`)."""
    types: Mapping[str, Type] = field(default_factory=dict)
    """The types of an Iceberg table's columns, which Hive's texts in `columns` cannot tell apart."""
    snapshot: int | None = None
    """The snapshot that `FOR … AS OF` names; None: the table as it is now."""


class TableSource(Protocol):
    """The catalog that names in a query are looked up in. Names are given in lower case."""

    def table(self, database: str, name: str) -> TableInfo | None:
        """The table or view, or None."""
        ...

    def table_as_of(
        self, database: str, name: str, kind: str, sql: str, functions: Sequence[str] = ()
    ) -> TableInfo:
        """An Iceberg table as it was. It is asked for tables only that `table` says are Iceberg's.

        :param kind: ``TIMESTAMP`` or ``VERSION``
        :param sql: a constant in DuckDB SQL: STRUCT(instant TIMESTAMP, zone VARCHAR) for a time, else the
            number of a snapshot (BIGINT) or the name of a tag or branch (VARCHAR). Evaluating it may raise
            an error that `errors.from_duckdb` names: that of a null, or of a time that is not in the past.
        :param functions: Python functions that the SQL calls, for `functions.registry.prepare`
        :raises QueryError: INVALID_ARGUMENTS when there was no such snapshot
        """
        ...

    def databases(self) -> Sequence[str]:
        """All databases, for information_schema and to tell a missing schema from a missing table."""
        ...

    def tables(self, database: str) -> Sequence[TableInfo]:
        """All tables and views of a database, for information_schema."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """`column operator value`, which each row fulfils that is needed.

    :ivar operator: ``=``, ``<``, ``<=``, ``>``, ``>=``, or ``IN`` with any number of values
    :ivar values: constants in DuckDB SQL, of the column's type in the form that `types` lists. If one comes
        out null, this is no limit.
    """

    column: str
    operator: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Scan:
    """One reading of a table. The emitted SQL reads relation `name`, with these columns under these names."""

    name: str
    info: TableInfo
    columns: list[str] = field(default_factory=list)
    """The columns and partition keys that the query uses, in the table's order; maybe none (`count(*)`)."""
    hidden: list[str] = field(default_factory=list)
    """Those of `HIDDEN_COLUMNS` that it uses: `$path` VARCHAR, `$file_size` BIGINT, `$file_modified_time`
    STRUCT(instant TIMESTAMP, zone VARCHAR)."""
    partitions: bool = False
    """Whether one row for each registered partition is wanted (`"table$partitions"`), with its keys only."""
    partition_filter: str | None = None
    """A condition in DuckDB SQL over quoted partition keys: rows for which it is not true are not needed."""
    limits: list[Limit] = field(default_factory=list)
    """Of an Iceberg table: what each needed row fulfils, all of it. A reader may leave out what does not; the
    SQL applies the conditions anyway."""

    @property
    def database(self) -> str:
        """The table's database."""
        return self.info.database

    @property
    def table(self) -> str:
        """The table's name."""
        return self.info.name


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer. Names may repeat; those without a name are `_col0`, `_col1` …"""

    name: str
    type: Type
    nullable: bool = True
    database: str = ""
    table: str = ""


@dataclass(slots=True)
class Plan:
    """A query that is ready to run: `sql` yields one column for each of `columns`, named c0, c1, …"""

    columns: list[Column]
    sql: str
    scans: list[Scan]
    udfs: list[str] = field(default_factory=list)
    """Python functions that the SQL calls, by name, for `functions.registry.prepare`."""
    tables: list[tuple[str, str]] = field(default_factory=list)
    """Every table and view that the query names, (database, name)."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a statement runs with."""

    database: str = "default"
    catalog: str = "awsdatacatalog"
    now: datetime | None = None
    """The time that the query began, in UTC; one value for the whole statement."""
    zone: str = "UTC"
    user: str = ""
