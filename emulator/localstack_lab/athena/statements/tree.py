"""What a parsed statement says. Names are in lower case, as the catalog keeps them."""

from dataclasses import dataclass, field

from localstack_lab.athena.sql.change_tree import Change


@dataclass(frozen=True)
class TableName:
    """[database.]table; without a database it is the one of the query's context."""

    table: str
    database: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table's definition; `type` is Hive's text in its plain form."""

    name: str
    type: str
    comment: str | None = None


@dataclass(frozen=True)
class CreateDatabase:
    """CREATE DATABASE."""

    name: str
    if_not_exists: bool = False
    comment: str | None = None
    location: str | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DropDatabase:
    """DROP DATABASE."""

    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class AlterDatabase:
    """ALTER DATABASE SET DBPROPERTIES."""

    name: str
    properties: dict[str, str]


@dataclass(frozen=True)
class Storage:
    """How a table's files are read and written.

    :ivar serde: class name, None when none is given
    :ivar delimiters: Hive's SerDe parameters of ROW FORMAT DELIMITED; None when it is not given
    :ivar stored_as: PARQUET and the like, in capitals
    :ivar formats: classes of INPUTFORMAT and OUTPUTFORMAT
    """

    serde: str | None = None
    serde_properties: dict[str, str] = field(default_factory=dict)
    delimiters: dict[str, str] | None = None
    stored_as: str | None = None
    formats: tuple[str, str] | None = None


@dataclass(frozen=True)
class PartitionTransform:
    """What an Iceberg table is partitioned by: ``identity``, or a function of a column.

    :ivar number: N of ``bucket(N, …)``, L of ``truncate(L, …)``
    """

    name: str
    column: str
    number: int | None = None


@dataclass(frozen=True)
class CreateTable:
    """CREATE EXTERNAL TABLE, or CREATE TABLE of an Iceberg table, which has transforms for partitions."""

    name: TableName
    columns: tuple[Column, ...]
    external: bool = True
    if_not_exists: bool = False
    comment: str | None = None
    partitions: tuple[Column, ...] = ()
    transforms: tuple[PartitionTransform, ...] = ()
    bucketed_by: tuple[str, ...] = ()
    sorted_by: tuple[tuple[str, int], ...] = ()
    buckets: int = -1
    storage: Storage = field(default_factory=Storage)
    location: str | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DropTable:
    """DROP TABLE."""

    name: TableName
    if_exists: bool = False


@dataclass(frozen=True)
class AddColumns:
    """ALTER TABLE ADD COLUMNS, or REPLACE COLUMNS."""

    name: TableName
    columns: tuple[Column, ...]
    replace: bool = False
    partition: dict[str, str] | None = None


@dataclass(frozen=True)
class ChangeColumn:
    """ALTER TABLE CHANGE COLUMN; `after` is the column to follow, '' for FIRST, None to stay."""

    name: TableName
    old: str
    column: Column
    after: str | None = None


@dataclass(frozen=True)
class AddPartitions:
    """ALTER TABLE ADD PARTITION: each (values by key, location or None)."""

    name: TableName
    partitions: tuple[tuple[dict[str, str], str | None], ...]
    if_not_exists: bool = False


@dataclass(frozen=True)
class DropPartitions:
    """ALTER TABLE DROP PARTITION: each a list of (key, comparison, value)."""

    name: TableName
    partitions: tuple[tuple[tuple[str, str, str], ...], ...]
    if_exists: bool = False


@dataclass(frozen=True)
class RenamePartition:
    """ALTER TABLE PARTITION … RENAME TO PARTITION …."""

    name: TableName
    old: dict[str, str]
    new: dict[str, str]


@dataclass(frozen=True)
class SetLocation:
    """ALTER TABLE [PARTITION …] SET LOCATION."""

    name: TableName
    location: str
    partition: dict[str, str] | None = None


@dataclass(frozen=True)
class SetProperties:
    """ALTER TABLE SET TBLPROPERTIES."""

    name: TableName
    properties: dict[str, str]


@dataclass(frozen=True)
class UnsetProperties:
    """ALTER TABLE UNSET TBLPROPERTIES."""

    name: TableName
    keys: tuple[str, ...]


@dataclass(frozen=True)
class RenameTable:
    """ALTER TABLE RENAME TO: of Hive tables Glue cannot."""

    name: TableName
    new: TableName


@dataclass(frozen=True)
class DropColumn:
    """ALTER TABLE DROP COLUMN: Hive tables cannot, and `at` says why, and `in_hive` in Hive's own words."""

    name: TableName
    at: str
    column: str = ""
    in_hive: str = ""


@dataclass(frozen=True)
class RepairTable:
    """MSCK REPAIR TABLE."""

    name: TableName


@dataclass(frozen=True)
class CreateView:
    """CREATE [OR REPLACE] VIEW; the query begins at the character `query`."""

    name: TableName
    query: int
    replace: bool = False


@dataclass(frozen=True)
class DropView:
    """DROP VIEW."""

    name: TableName
    if_exists: bool = False


@dataclass(frozen=True)
class ShowDatabases:
    """SHOW DATABASES [LIKE 'pattern']."""

    pattern: str | None = None


@dataclass(frozen=True)
class ShowTables:
    """SHOW TABLES or SHOW VIEWS [IN database] ['pattern']."""

    database: str | None = None
    pattern: str | None = None
    views: bool = False


@dataclass(frozen=True)
class ShowPartitions:
    """SHOW PARTITIONS."""

    name: TableName


@dataclass(frozen=True)
class ShowColumns:
    """SHOW COLUMNS; `refused` as in :class:`Describe`."""

    name: TableName
    refused: str = ""


@dataclass(frozen=True)
class ShowProperties:
    """SHOW TBLPROPERTIES [('key')]."""

    name: TableName
    key: str | None = None


@dataclass(frozen=True)
class ShowCreate:
    """SHOW CREATE TABLE or SHOW CREATE VIEW."""

    name: TableName
    view: bool = False


@dataclass(frozen=True)
class Describe:
    """DESCRIBE [EXTENDED | FORMATTED] table [PARTITION (…)] [column[.field …]].

    :ivar refused: what is said of a name in quotes, which only a view may have
    """

    name: TableName
    form: str = ""
    partition: dict[str, str] | None = None
    column: tuple[str, ...] = ()
    refused: str = ""


type Property = str | int | bool | tuple[str, ...]
"""The value of a property in WITH (…)."""


@dataclass(frozen=True)
class Span:
    """Where a query stands in the statement's text, in characters."""

    start: int
    end: int

    def alone(self, text: str) -> str:
        """The query by itself."""
        return text[self.start : self.end]

    def in_place(self, text: str) -> str:
        """The query with blanks for what is before it, so that its places are the statement's."""
        before = "".join(c if c in "\r\n" else " " for c in text[: self.start])
        return before + text[self.start : self.end]


@dataclass(frozen=True)
class CreateTableAs:
    """CREATE TABLE … AS query."""

    name: TableName
    query: Span
    if_not_exists: bool = False
    properties: dict[str, Property] = field(default_factory=dict)
    with_data: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Insert:
    """INSERT INTO table [(columns)] query; `place` is line and column of the table's name."""

    name: TableName
    query: Span
    columns: tuple[str, ...] = ()
    place: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Unload:
    """UNLOAD (query) TO 's3://…' WITH (…)."""

    query: Span
    target: str
    properties: dict[str, Property] = field(default_factory=dict)


@dataclass(frozen=True)
class Explain:
    """EXPLAIN [ANALYZE [VERBOSE]] [(FORMAT …, TYPE …)] statement."""

    statement: Span
    analyze: bool = False
    verbose: bool = False
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowChange:
    """DELETE, UPDATE or MERGE, of Iceberg tables only.

    :ivar verb: the first word, in capitals
    :ivar change: the statement as it is analysed
    """

    verb: str
    name: TableName
    change: Change


@dataclass(frozen=True)
class Optimize:
    """OPTIMIZE table REWRITE DATA USING BIN_PACK [WHERE condition], of Iceberg tables only."""

    name: TableName
    where: Span | None = None


@dataclass(frozen=True)
class Vacuum:
    """VACUUM table, of Iceberg tables only."""

    name: TableName


type Write = CreateTableAs | Insert | Unload | Explain | RowChange | Optimize | Vacuum

type Statement = (
    CreateDatabase
    | DropDatabase
    | AlterDatabase
    | CreateTable
    | DropTable
    | AddColumns
    | ChangeColumn
    | AddPartitions
    | DropPartitions
    | RenamePartition
    | SetLocation
    | SetProperties
    | UnsetProperties
    | RenameTable
    | DropColumn
    | RepairTable
    | CreateView
    | DropView
    | ShowDatabases
    | ShowTables
    | ShowPartitions
    | ShowColumns
    | ShowProperties
    | ShowCreate
    | Describe
)
