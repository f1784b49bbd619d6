"""ALTER TABLE ADD, DROP and RENAME PARTITION.

https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-partition.html
"""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from localstack_lab.athena.statements.context import (
    STORAGE_MEMBERS,
    Context,
    Lines,
    Members,
    failed,
    not_done,
)
from localstack_lab.athena.statements.ddl.partition_names import name_of
from localstack_lab.athena.statements.tree import AddPartitions, DropPartitions, RenamePartition

DELETE_BATCH = 25  # partitions in one BatchDeletePartition
BATCH = 100  # partitions in one BatchCreatePartition: the API's limit
_NUMBERS = {"tinyint", "smallint", "int", "bigint", "float", "double"}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def add(context: Context, statement: AddPartitions) -> Lines:
    """ADD PARTITION: registers folders, at their location or at the one that Hive's names give."""
    table = context.base_table(statement.name)
    keys = keys_of(table)
    wanted: dict[tuple[str, ...], str] = {}
    for values, location in statement.partitions:
        ordered = ordered_values(table, values)
        _check_types(table, ordered)
        wanted[tuple(ordered)] = location or default_location(table, keys, ordered)
    there = {tuple(partition["Values"]) for partition in context.partitions(table)}
    taken = [values for values in wanted if values in there]
    if taken and not statement.if_not_exists:
        name = name_of(keys, taken[0]).replace("/", ", ")
        raise not_done(
            "AlreadyExistsException(message:Partition already exists: "
            f"Partition(values:[{', '.join(taken[0])}], "
            f"dbName:{table['DatabaseName']}, tableName:{table['Name']}) {name})"
        )
    register(context, table, [(list(v), place) for v, place in wanted.items() if v not in there])
    return _altered(table)


def register(context: Context, table: Members, partitions: Iterable[tuple[list[str], str]]) -> None:
    """Write partitions to the catalog, each (values, location).

    :raises QueryFailed: naming the first that the catalog refuses
    """
    told = [
        {
            "Values": values,
            "StorageDescriptor": {**storage_of(table), "Location": location},
            "Parameters": {"transient_lastDdlTime": str(int(context.clock()))},
        }
        for values, location in partitions
    ]
    for start in range(0, len(told), BATCH):
        answer = context.catalog.batch_create_partition(
            DatabaseName=table["DatabaseName"],
            TableName=table["Name"],
            PartitionInputList=told[start : start + BATCH],
        )
        for error in (answer or {}).get("Errors") or []:
            detail = error.get("ErrorDetail") or {}
            if detail.get("ErrorCode") != "AlreadyExistsException":
                raise not_done(
                    f"MetaException(message:{detail.get('ErrorMessage')} {error.get('PartitionValues')})"
                )


def drop(context: Context, statement: DropPartitions) -> Lines:
    """DROP PARTITION: forgets the partitions that a specification matches; their objects stay."""
    table = context.base_table(statement.name)
    keys = table.get("PartitionKeys") or []
    there = context.partitions(table)
    doomed: list[list[str]] = []
    for conditions in statement.partitions:
        for name, _, _ in conditions:
            if name not in [key["Name"] for key in keys]:
                raise failed(f"SemanticException [Error 10096]: Unknown partition column {name}")
        matching = [p["Values"] for p in there if _fits(keys, p["Values"], conditions)]
        if not matching and not statement.if_exists:
            shown = ", ".join(f"{key}{sign}{value}" for key, sign, value in conditions)
            raise failed(f"SemanticException [Error 10006]: Partition not found ({shown})")
        doomed += [values for values in matching if values not in doomed]
    for start in range(0, len(doomed), DELETE_BATCH):
        context.catalog.batch_delete_partition(
            DatabaseName=table["DatabaseName"],
            TableName=table["Name"],
            PartitionsToDelete=[{"Values": values} for values in doomed[start : start + DELETE_BATCH]],
        )
    return _altered(table)


def rename(context: Context, statement: RenamePartition) -> Lines:
    """RENAME PARTITION: other values for the same folder."""
    table = context.base_table(statement.name)
    partition = keyed(context, table, statement.old)
    values = ordered_values(table, statement.new)
    _check_types(table, values)
    if context.partition(table, values) is not None:
        raise not_done(f"AlreadyExistsException(message:Partition already exists: {values})")
    told = partition_input(partition)
    told["Values"] = values
    context.catalog.update_partition(
        DatabaseName=table["DatabaseName"],
        TableName=table["Name"],
        PartitionValueList=partition["Values"],
        PartitionInput=told,
    )
    return _altered(table)


def keys_of(table: Members) -> list[str]:
    """Names of a table's partition keys.

    :raises QueryFailed: for a table that has none
    """
    keys = [key["Name"] for key in table.get("PartitionKeys") or []]
    if not keys:
        name = f"{table['DatabaseName']}.{table['Name']}"
        raise failed(f"SemanticException [Error 10241]: Table {name} is not a partitioned table")
    return keys


def ordered_values(table: Members, values: dict[str, str]) -> list[str]:
    """The values in the order of the keys.

    :raises QueryFailed: when they are not those of the keys
    """
    keys = keys_of(table)
    if set(values) != set(keys):
        shown = ", ".join(f"{key}={value}" for key, value in values.items())
        raise failed(
            f"SemanticException [Error 10098]: Partition spec {{{shown}}} does not fit the keys {keys}"
        )
    return [values[key] for key in keys]


def keyed(context: Context, table: Members, values: dict[str, str]) -> Members:
    """The one partition with these values.

    :raises QueryFailed: SemanticException 10006 when it is not there
    """
    wanted = ordered_values(table, values)
    partition = context.partition(table, wanted)
    if partition is not None:
        return partition
    shown = ", ".join(f"{key}={value}" for key, value in values.items())
    raise failed(f"SemanticException [Error 10006]: Partition not found {{{shown}}}")


def default_location(table: Members, keys: list[str], values: list[str]) -> str:
    """The folder below the table's that Hive's names give."""
    base = str((table.get("StorageDescriptor") or {}).get("Location") or "").rstrip("/")
    return f"{base}/{name_of(keys, values)}"


def storage_of(table: Members) -> Members:
    """A copy of the table's storage descriptor."""
    storage = table.get("StorageDescriptor") or {}
    return {member: storage[member] for member in STORAGE_MEMBERS if member in storage}


def partition_input(partition: Members) -> Members:
    """What UpdatePartition takes of what GetPartition answers."""
    told: Members = {
        key: partition[key]
        for key in ("Values", "LastAccessTime", "StorageDescriptor", "Parameters", "LastAnalyzedTime")
        if key in partition
    }
    told["StorageDescriptor"] = dict(told.get("StorageDescriptor") or {})
    return told


def _fits(keys: list[Members], values: list[str], conditions: tuple[tuple[str, str, str], ...]) -> bool:
    kinds = {key["Name"]: key.get("Type", "string") for key in keys}
    of = dict(zip(kinds, values, strict=True))
    return all(
        _COMPARE[sign](_comparable(kinds[key], of[key]), _comparable(kinds[key], value))
        for key, sign, value in conditions
    )


def _comparable(kind: str, text: str) -> Any:
    if kind in _NUMBERS or kind.startswith("decimal"):
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise failed(f"SemanticException '{text}' is no {kind}") from error
    return text


def _check_types(table: Members, values: list[str]) -> None:
    for key, value in zip(table.get("PartitionKeys") or [], values, strict=True):
        if not value:
            raise not_done(f"get partition: Value for key {key['Name']} is null or empty")
        _comparable(key.get("Type", "string"), value)


def _altered(table: Members) -> Lines:
    return Lines(changed=(("ALTER", "TABLE", f"{table['DatabaseName']}.{table['Name']}"),))
