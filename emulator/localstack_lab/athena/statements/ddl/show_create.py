"""SHOW CREATE TABLE and SHOW CREATE VIEW, in Hive's layout.

https://docs.aws.amazon.com/athena/latest/ug/show-create-table.html
"""

from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.context import (
    Context,
    Lines,
    Members,
    failed,
    is_view,
    text_columns,
)
from localstack_lab.athena.statements.ddl import presto_view
from localstack_lab.athena.statements.ddl.quoting import escaped
from localstack_lab.athena.statements.tree import ShowCreate
from localstack_lab.lake.storage_formats import LAZY_SIMPLE

_DELIMITERS = {
    "field.delim": "FIELDS TERMINATED BY",
    "escape.delim": "ESCAPED BY",
    "colelction.delim": "COLLECTION ITEMS TERMINATED BY",
    "mapkey.delim": "MAP KEYS TERMINATED BY",
    "line.delim": "LINES TERMINATED BY",
    "serialization.null.format": "NULL DEFINED AS",
}


def show(context: Context, statement: ShowCreate) -> Lines:
    """One row for each line of the text; run again, it makes the same table or view."""
    table = context.table(statement.name, written=True)
    if statement.view:
        if not is_view(table):
            raise failed(f"SemanticException {table['DatabaseName']}.{table['Name']} is not a view")
        name = f"{table['DatabaseName']}.{table['Name']}"
        text = f"CREATE VIEW {name} AS\n{presto_view.sql_of(table)}"
        return Lines(text_columns("create view", kind="varchar"), tuple(text.split("\n")))
    if is_view(table):
        raise failed(
            f"SemanticException {table['DatabaseName']}.{table['Name']} is a view: use SHOW CREATE VIEW"
        )
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_show

        text = iceberg_show.create_table(context.iceberg.load(table))
        return Lines(text_columns("createtab_stmt"), tuple(text.split("\n")), iceberg=True)
    return Lines(text_columns("createtab_stmt"), tuple(create_table(table).split("\n")))


def create_table(table: Members) -> str:
    """The CREATE TABLE statement of a table as GetTable answers it."""
    storage = table.get("StorageDescriptor") or {}
    parameters = dict(table.get("Parameters") or {})
    external = table.get("TableType") == "EXTERNAL_TABLE"
    lines = [f"CREATE {'EXTERNAL ' if external else ''}TABLE `{table['Name']}`("]
    lines.append(_columns(storage.get("Columns") or []) + ")")
    if "comment" in parameters:
        lines.append(f"COMMENT '{escaped(parameters.pop('comment'))}'")
    if table.get("PartitionKeys"):
        lines += ["PARTITIONED BY ( ", _columns(table["PartitionKeys"]) + ")"]
    lines += _buckets(storage)
    lines += _row_format(storage.get("SerdeInfo") or {})
    lines += ["STORED AS INPUTFORMAT ", f"  '{escaped(storage.get('InputFormat', ''))}' "]
    lines += ["OUTPUTFORMAT ", f"  '{escaped(storage.get('OutputFormat', ''))}'"]
    lines += ["LOCATION", f"  '{escaped(storage.get('Location', ''))}'"]
    parameters.pop("EXTERNAL", None)
    if parameters:
        lines += ["TBLPROPERTIES (", _pairs(parameters) + ")"]
    return "\n".join(lines)


def _columns(columns: list[Members]) -> str:
    shown = []
    for column in columns:
        comment = f" COMMENT '{escaped(column['Comment'])}'" if column.get("Comment") else ""
        shown.append(f"  `{column['Name'].replace('`', '``')}` {column.get('Type', 'string')}{comment}")
    return ", \n".join(shown)


def _buckets(storage: Members) -> list[str]:
    if not storage.get("BucketColumns"):
        return []
    lines = ["CLUSTERED BY ( ", ", \n".join(f"  {name}" for name in storage["BucketColumns"]) + ") "]
    if storage.get("SortColumns"):
        order = [
            f"  {s['Column']} {'ASC' if s['SortOrder'] == 1 else 'DESC'}" for s in storage["SortColumns"]
        ]
        lines += ["SORTED BY ( ", ", \n".join(order) + ") "]
    return [*lines, f"INTO {storage['NumberOfBuckets']} BUCKETS"]


def _row_format(serde: Members) -> list[str]:
    parameters = dict(serde.get("Parameters") or {})
    library = serde.get("SerializationLibrary", "")
    delimited = library == LAZY_SIMPLE and "field.delim" in parameters
    if delimited and set(parameters) <= {*_DELIMITERS, "serialization.format"}:
        lines = ["ROW FORMAT DELIMITED "]
        lines += [
            f"  {words} '{escaped(parameters[key])}' "
            for key, words in _DELIMITERS.items()
            if key in parameters
        ]
        return lines
    if parameters.get("serialization.format") == "1":
        del parameters["serialization.format"]
    lines = ["ROW FORMAT SERDE ", f"  '{escaped(library)}' "]
    if parameters:
        lines += ["WITH SERDEPROPERTIES ( ", _pairs(parameters) + ") "]
    return lines


def _pairs(pairs: Members) -> str:
    return ", \n".join(f"  '{escaped(key)}'='{escaped(pairs[key])}'" for key in sorted(pairs))
