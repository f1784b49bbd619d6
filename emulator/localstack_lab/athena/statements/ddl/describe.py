"""DESCRIBE, SHOW COLUMNS, SHOW TBLPROPERTIES and SHOW PARTITIONS, in the layouts that Athena writes.

https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
Each row is one text; names, types and comments are padded to 20 characters and separated by tabs.
"""

from typing import Any

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.context import (
    Context,
    Lines,
    Members,
    failed,
    is_view,
    not_done,
    not_for_iceberg,
    text_columns,
)
from localstack_lab.athena.statements.ddl import presto_view, thrift
from localstack_lab.athena.statements.ddl.partition_names import name_of
from localstack_lab.athena.statements.tree import Describe, ShowColumns, ShowPartitions, ShowProperties

_WIDTH = 20
_BLANK = "\t \t "
_STATISTICS = (
    *("col_name", "data_type", "min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len"),
    *("num_trues", "num_falses", "comment"),
)
_HEADING = "# col_name            \tdata_type           \tcomment             "


def describe(context: Context, statement: Describe) -> Lines:
    """DESCRIBE [EXTENDED | FORMATTED] of a table, a partition, a column or a view."""
    detailed = bool(statement.form or statement.column or statement.partition)
    table = context.table(statement.name, written=True) if detailed else found(context, statement)
    if is_view(table) and not detailed:
        return _view(table)
    columns = text_columns("col_name", "data_type", "comment")
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_show

        rows = iceberg_show.describe(context.iceberg.load(table), statement)
        return Lines(columns, tuple(rows), iceberg=True)
    if statement.column:
        return _of_column(table, statement)
    partition = None
    if statement.partition is not None:
        partition = _partition(context, table, statement.partition)
    if statement.form == "FORMATTED":
        return Lines(columns, tuple(_formatted(table, partition)))
    rows = plain(table)
    if statement.form == "EXTENDED":
        rows.append(_BLANK)
        if partition is None:
            rows.append(f"Detailed Table Information\t{thrift.table(table)}\t")
        else:
            rows.append(f"Detailed Partition Information\t{thrift.partition(table, partition)}\t")
    return Lines(columns, tuple(rows))


def found(context: Context, statement: Describe | ShowColumns) -> Members:
    """The table of a DESCRIBE or SHOW COLUMNS.

    :raises QueryFailed: as StartQueryExecution refuses it when it is not there
    """
    table = context.find_table(statement.name)
    if table is None:
        raise QueryFailed(
            "INVALID_INPUT",
            "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; "
            "Error Code: EntityNotFoundException; "
            f"Request ID: {context.request.query_id}; Proxy: null)",
        )
    return table


def plain(table: Members) -> list[str]:
    """The rows of a DESCRIBE without more."""
    keys = table.get("PartitionKeys") or []
    rows = [_line(column) for column in [*_own(table), *keys]]
    if keys:
        rows += [_BLANK, "# Partition Information" + _BLANK, _HEADING, _BLANK, *map(_line, keys)]
    return rows


def show_columns(context: Context, statement: ShowColumns) -> Lines:
    """SHOW COLUMNS: names, partition keys last."""
    table = found(context, statement)
    if is_view(table):
        return _view(table)
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_show

        return Lines(text_columns("field"), tuple(iceberg_show.columns(context.iceberg.load(table))))
    names = [column["Name"] for column in [*_own(table), *(table.get("PartitionKeys") or [])]]
    return Lines(text_columns("field"), tuple(map(_pad, names)))


def show_properties(context: Context, statement: ShowProperties) -> Lines:
    """SHOW TBLPROPERTIES: name, tab, value; of one key only its value."""
    table = context.table(statement.name, written=True)
    parameters = table.get("Parameters") or {}
    if is_iceberg(table):
        from localstack_lab.athena.statements.ddl import iceberg_show

        parameters = iceberg_show.table_properties(context.iceberg.load(table))
    columns = text_columns("prpt_name", "prpt_value")
    if statement.key is not None:
        name = f"{table['DatabaseName']}.{table['Name']}"
        absent = f"Table {name} does not have property: {statement.key}"
        return Lines(columns, (str(parameters.get(statement.key, absent)),))
    text = "\n".join(f"{key}\t{value}" for key, value in parameters.items())
    return Lines(columns, tuple(text.split("\n")) if text else ())


def show_partitions(context: Context, statement: ShowPartitions) -> Lines:
    """SHOW PARTITIONS: ``key=value/key=value``, those that are registered."""
    table = context.table(statement.name, written=True)
    if is_iceberg(table):
        raise not_for_iceberg()
    keys = [key["Name"] for key in table.get("PartitionKeys") or []]
    name = f"{table['DatabaseName']}.{table['Name']}"
    if not keys:
        raise failed(f"SemanticException [Error 10241]: Table {name} is not a partitioned table")
    names = sorted(name_of(keys, partition["Values"]) for partition in context.partitions(table))
    return Lines(text_columns("partition"), tuple(names))


def _view(table: Members) -> Lines:
    rows = tuple(f"{name}\t{kind}" for name, kind in presto_view.columns_of(table))
    return Lines(text_columns("column", "type", kind="varchar"), rows)


def _own(table: Members) -> list[Members]:
    return list((table.get("StorageDescriptor") or {}).get("Columns") or [])


def _of_column(table: Members, statement: Describe) -> Lines:
    column = _one_column(table, statement.column)
    if statement.form != "FORMATTED":
        return Lines(text_columns("col_name", "data_type", "comment"), (_line(column),))
    heading = "# " + "\t".join(map(_pad, _STATISTICS))
    values = [column["Name"], column.get("Type", "string"), *[""] * (len(_STATISTICS) - 3), column["Comment"]]
    blank = "\t" + "\t".join(" " * (len(_STATISTICS) - 1))
    return Lines(text_columns(*_STATISTICS), (heading, blank, "\t".join(map(_pad, values))))


def _one_column(table: Members, path: tuple[str, ...]) -> Members:
    for column in [*_own(table), *(table.get("PartitionKeys") or [])]:
        if column["Name"] == path[0]:
            if len(path) > 1:
                raise QueryFailed(
                    "NOT_SUPPORTED",
                    f"DESCRIBE of a part of a column ({'.'.join(path)}) is not available in this emulator.",
                    ours=True,
                )
            return {**column, "Comment": "from deserializer"}
    names = ", ".join(f"{at}:{column['Name']}" for at, column in enumerate(_own(table)))
    raise not_done(f"cannot find field {path[0]} from [{names}]")


def _partition(context: Context, table: Members, values: dict[str, str]) -> Members:
    keys = [key["Name"] for key in table.get("PartitionKeys") or []]
    shown = ", ".join(f"{key}={value}" for key, value in values.items())
    if set(keys) != set(values):
        raise failed(f"SemanticException [Error 10006]: Partition not found {{{shown}}}")
    partition = context.partition(table, [values[key] for key in keys])
    if partition is not None:
        return partition
    raise failed(f"SemanticException [Error 10006]: Partition not found {{{shown}}}")


def _formatted(table: Members, partition: Members | None) -> list[str]:
    keys = table.get("PartitionKeys") or []
    rows = [_HEADING, _BLANK, *map(_line, _own(table))]
    if keys:
        rows += [_BLANK, "# Partition Information" + _BLANK, _HEADING, _BLANK, *map(_line, keys)]
    rows.append(_BLANK)
    if partition is None:
        rows += [f"# Detailed Table Information{_BLANK}", _pair("Database:", table["DatabaseName"])]
        rows += [
            _pair("Owner:", table.get("Owner", "")),
            _pair("CreateTime:", _moment(table.get("CreateTime"))),
        ]
        rows += [_pair("LastAccessTime:", "UNKNOWN"), _pair("Protect Mode:", "None")]
        rows += [_pair("Retention:", str(table.get("Retention", 0)))]
        storage = table.get("StorageDescriptor") or {}
        rows += [
            _pair("Location:", storage.get("Location", "")),
            _pair("Table Type:", table.get("TableType", "")),
        ]
        rows += _parameters("Table Parameters:", table.get("Parameters") or {})
    else:
        storage = partition.get("StorageDescriptor") or {}
        value = f"[{', '.join(partition['Values'])}]"
        rows += [f"# Detailed Partition Information{_BLANK}", _pair("Partition Value:", value)]
        rows += [_pair("Database:", table["DatabaseName"]), _pair("Table:", table["Name"])]
        rows += [
            _pair("CreateTime:", _moment(partition.get("CreationTime"))),
            _pair("LastAccessTime:", "UNKNOWN"),
        ]
        rows += [_pair("Protect Mode:", "None"), _pair("Location:", storage.get("Location", ""))]
        rows += _parameters("Partition Parameters:", partition.get("Parameters") or {})
    return rows + _storage(storage)


def _storage(storage: Members) -> list[str]:
    serde = storage.get("SerdeInfo") or {}
    buckets, order = storage.get("BucketColumns") or [], storage.get("SortColumns") or []
    rows = [_BLANK, f"# Storage Information{_BLANK}"]
    rows += [_pair("SerDe Library:", serde.get("SerializationLibrary", ""))]
    rows += [_pair("InputFormat:", storage.get("InputFormat", ""))]
    rows += [_pair("OutputFormat:", storage.get("OutputFormat", ""))]
    rows += [_pair("Compressed:", "Yes" if storage.get("Compressed") else "No")]
    rows += [_pair("Num Buckets:", str(storage.get("NumberOfBuckets", -1)))]
    rows += [_pair("Bucket Columns:", f"[{', '.join(buckets)}]")]
    rows += [_pair("Sort Columns:", f"[{', '.join(thrift.order(one) for one in order)}]")]
    return rows + _parameters("Storage Desc Params:", serde.get("Parameters") or {})


def _parameters(heading: str, parameters: Members) -> list[str]:
    if not parameters:
        return []
    rows = [f"{_pad(heading)}{_BLANK}"]
    return rows + [f"\t{_pad(key)}\t{_pad(str(parameters[key]))}" for key in sorted(parameters)]


def _pair(label: str, value: str) -> str:
    return f"{_pad(label)}\t{_pad(value)}\t "


def _moment(value: Any) -> str:
    """A time as Java's Date prints it."""
    return value.strftime("%a %b %d %H:%M:%S UTC %Y") if hasattr(value, "strftime") else "UNKNOWN"


def _line(column: Members) -> str:
    comment = _pad(column.get("Comment") or "").split("\t")[0]
    return f"{_pad(column['Name'])}\t{_pad(column.get('Type', 'string'))}\t{comment}"


def _pad(text: str) -> str:
    return text.ljust(_WIDTH)
