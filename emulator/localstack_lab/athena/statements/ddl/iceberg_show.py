"""DESCRIBE and SHOW of Iceberg tables, in the layouts that Athena writes. Imported only for one of these.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-describe-table.html and its neighbours.
Nothing is padded here, as it is for Hive tables.
"""

import re

from pyiceberg.table import Table
from pyiceberg.types import IcebergType, ListType, MapType, StructType, TimeType, UUIDType

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.iceberg import properties, specs
from localstack_lab.athena.iceberg.columns import shown
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.ddl.quoting import escaped
from localstack_lab.athena.statements.parsing.reserved import RESERVED
from localstack_lab.athena.statements.tree import Describe

_BLANK = "\t\t"


def describe(table: Table, statement: Describe) -> list[str]:
    """DESCRIBE [FORMATTED] of the table, or DESCRIBE of one column.

    :raises QueryFailed: for what Athena does not describe of Iceberg tables
    """
    if statement.form == "EXTENDED":
        raise QueryFailed("", "EXTENDED keyword is not supported for Iceberg tables.")
    if statement.partition is not None:
        raise QueryFailed("", "PARTITION keyword is not supported for Iceberg tables.")
    if statement.column:
        if statement.form:
            raise QueryFailed("", "FORMATTED keyword is not supported for Iceberg table columns.")
        return [_of_column(table, statement.column)]
    if any(_strange(field.field_type) for field in table.schema().fields):
        raise QueryFailed("", "Table has unsupported column types")
    rows = [f"# Table schema:{_BLANK}", "# col_name\tdata_type\tcomment", *_lines(table), _BLANK]
    rows += [f"# Partition spec:{_BLANK}", "# field_name\tfield_transform\tcolumn_name"]
    for field in table.spec().fields:
        column = table.schema().find_column_name(field.source_id)
        rows.append(f"{field.name}\t{field.transform}\t{column}")
    if statement.form == "FORMATTED":
        rows += _details(table)
    return rows


def columns(table: Table) -> list[str]:
    """SHOW COLUMNS."""
    return [field.name.lower() for field in table.schema().fields]


def table_properties(table: Table) -> dict[str, str]:
    """SHOW TBLPROPERTIES: only those that Athena knows, by Athena's names."""
    return properties.shown(table.properties)


def create_table(table: Table) -> str:
    """SHOW CREATE TABLE: a statement that makes the same table without its rows.

    :raises QueryError: NOT_SUPPORTED for a table that CREATE TABLE cannot make
    """
    name = ".".join(_name(part) for part in table.name())
    if strange := properties.unknown(table.properties):
        message = f"Table {name} has properties that CREATE TABLE does not have: {', '.join(strange)}"
        raise QueryError("NOT_SUPPORTED", message)
    lines = []
    for field in table.schema().fields:
        comment = f" COMMENT '{escaped(field.doc)}'" if field.doc else ""
        lines.append(f"  {_name(field.name.lower())} {shown(field.field_type)}{comment}")
    text = f"CREATE TABLE {name} (\n" + ",\n".join(lines) + ")\n"
    if about := table.properties.get(properties.COMMENT):
        text += f"COMMENT '{escaped(about)}'\n"
    if transforms := specs.shown(table.spec(), table.schema()):
        text += f"PARTITIONED BY ({', '.join(transforms)})\n"
    text += f"LOCATION '{escaped(table.location())}'\nTBLPROPERTIES (\n  'table_type'='iceberg'"
    for key, value in table_properties(table).items():
        text += f",\n  '{escaped(key)}'='{escaped(value)}'"
    return text + "\n);"


def _lines(table: Table) -> list[str]:
    return [f"{f.name.lower()}\t{shown(f.field_type)}\t{f.doc or ''}" for f in table.schema().fields]


def _strange(kind: IcebergType) -> bool:
    """A type that Athena does not describe, or one with such a type inside of it.

    Measured on Athena, 2026-09-27 (athena-local's measurements).
    """
    inside = [field.field_type for field in kind.fields] if isinstance(kind, StructType) else []
    if isinstance(kind, ListType):
        inside = [kind.element_type]
    elif isinstance(kind, MapType):
        inside = [kind.key_type, kind.value_type]
    return isinstance(kind, TimeType | UUIDType) or any(map(_strange, inside))


def _of_column(table: Table, path: tuple[str, ...]) -> str:
    for field, line in zip(table.schema().fields, _lines(table), strict=True):
        if field.name.lower() == path[0]:
            if len(path) > 1:
                raise QueryFailed(
                    "NOT_SUPPORTED",
                    f"DESCRIBE of a part of a column ({'.'.join(path)}) is not available in this emulator.",
                    ours=True,
                )
            return line
    raise QueryError("COLUMN_NOT_FOUND", f"Column '{path[0]}' does not exist")


def _details(table: Table) -> list[str]:
    rows = [_BLANK, f"Name:\ticeberg.{'.'.join(table.name())}\t", f"Location:\t{table.location()}\t"]
    rows += [_BLANK, f"# Table properties:{_BLANK}", "# key\tvalue\t"]
    rows += [f"{key}\t{value}\t" for key, value in table_properties(table).items()]
    rows += [_BLANK, f"# Iceberg storage table properties:{_BLANK}", "# key\tvalue\t"]
    return rows + [f"{key}\t{value}\t" for key, value in sorted(table.properties.items())]


def _name(name: str) -> str:
    """As it is where Hive's grammar reads it so, else between backquotes."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and name.upper() not in RESERVED:
        return name
    return f"`{name.replace('`', '``')}`"
