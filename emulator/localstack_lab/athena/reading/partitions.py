"""Which places a scan reads: the table's own, or those of the partitions that its filter leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb

from localstack_lab.athena.reading import projection, values
from localstack_lab.athena.reading.equalities import equalities
from localstack_lab.athena.reading.errors import literal, quoted
from localstack_lab.athena.reading.layout import Layout, Members, columns_of, layout_of
from localstack_lab.athena.sql import hive
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake.hive_types import HiveType

NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Place:
    """A folder of S3 with the partition values of everything in it, as texts in the order of the keys."""

    location: str
    values: tuple[str, ...]
    layout: Layout


def places(
    connection: duckdb.DuckDBPyConnection,
    table: Members,
    catalog: Any,
    condition: str | None,
    now: datetime,
) -> list[Place]:
    """Where to read. Of partitioned tables only registered, or projected, partitions that `condition` leaves.

    :param condition: DuckDB SQL over the quoted partition keys
    :raises QueryError: HIVE_INVALID_PARTITION_VALUE, HIVE_PARTITION_SCHEMA_MISMATCH, CONSTRAINT_VIOLATION
    """
    what = f"{table['DatabaseName']}.{table['Name']}"
    parameters = table.get("Parameters") or {}
    storage = table.get("StorageDescriptor") or {}
    own = layout_of(storage, parameters, what)
    keys = columns_of(table.get("PartitionKeys") or [], what)
    location = str(storage.get("Location") or "")
    if not keys:
        if not location:
            raise QueryError("HIVE_INVALID_METADATA", f"Table '{what}' has no location")
        return [Place(location, (), own)]
    if str(parameters.get("projection.enabled", "")).lower() == "true":
        asked = equalities(connection, condition)
        rows = projection.rows(keys, parameters, location, asked, now, what)
        found = [Place(where, values_, own) for values_, where in rows]
    else:
        found = []
        for partition in _registered(catalog, table):
            held = partition.get("StorageDescriptor") or storage
            layout = layout_of(held, {**parameters, **(partition.get("Parameters") or {})}, what)
            given = tuple(partition["Values"])
            _check_schema(own, layout, what, keys, given)
            found.append(Place(str(held.get("Location") or location), given, _under_the_tables(own, layout)))
    return _left(connection, keys, found, condition)


def _registered(catalog: Any, table: Members) -> Sequence[Members]:
    answer = catalog.get_partitions(DatabaseName=table["DatabaseName"], TableName=table["Name"])
    listed: Sequence[Members] = answer["Partitions"] if isinstance(answer, dict) else answer
    return listed


def _left(
    connection: duckdb.DuckDBPyConnection,
    keys: Sequence[tuple[str, HiveType]],
    found: list[Place],
    condition: str | None,
) -> list[Place]:
    typed(keys, [place.values for place in found])
    if condition is None or not found:
        return found
    rows = [[index, *(None if v == NULL else v for v in place.values)] for index, place in enumerate(found)]
    names = [f"p{number}" for number in range(len(keys))]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE lab_places "
        f"(number INTEGER, {', '.join(f'{n} VARCHAR' for n in names)})"
    )
    insert(connection, "lab_places", rows)
    columns = ", ".join(
        f"CAST({column} AS {values.duckdb_type(type_)}) AS {quoted(name)}"
        for column, (name, type_) in zip(names, keys, strict=True)
    )
    source = f"SELECT number FROM (SELECT number, {columns} FROM lab_places) WHERE ({condition})"
    return [found[number] for number in _kept(connection, source, 0, len(found))]


_FAILED = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException)


def _kept(connection: duckdb.DuckDBPyConnection, source: str, low: int, high: int) -> list[int]:
    """The numbers from `low` to below `high` that a query leaves.

    As in Trino, a partition for which the condition fails is read, for its rows to decide:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/planner/LayoutConstraintEvaluator.java
    """
    try:
        kept = connection.execute(f"{source} AND number >= {low} AND number < {high} ORDER BY number")
        return [number for (number,) in kept.fetchall()]
    except _FAILED:
        if high - low == 1:
            return [low]
    middle = (low + high) // 2
    return _kept(connection, source, low, middle) + _kept(connection, source, middle, high)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Add rows of texts and numbers to a table."""
    for start in range(0, len(rows), 2000):
        chunk = ", ".join(
            "(" + ", ".join(_constant(value) for value in row) + ")" for row in rows[start : start + 2000]
        )
        connection.execute(f"INSERT INTO {table} VALUES {chunk}")


def _constant(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else literal(str(value))


def typed(keys: Sequence[tuple[str, HiveType]], rows: Sequence[tuple[str, ...]]) -> None:
    """Check that the texts are values of the keys' types.

    :raises QueryError: HIVE_INVALID_PARTITION_VALUE
    """
    for number, (name, type_) in enumerate(keys):
        check = _CHECKS.get(type_.name)
        if check is None:
            continue
        for text in {row[number] for row in rows if number < len(row)}:
            if text == NULL:
                continue
            try:
                check(text)
            except (ValueError, ArithmeticError) as error:
                raise QueryError(
                    "HIVE_INVALID_PARTITION_VALUE",
                    f"Invalid partition value '{text}' for {hive.from_hive(str(type_))} partition key: "
                    f"{name}",
                ) from error


def _whole(bits: int) -> Any:
    def check(text: str) -> None:
        if not -(1 << bits - 1) <= int(text) < 1 << bits - 1 or text != text.strip() or "_" in text:
            raise ValueError(text)

    return check


def _date(text: str) -> None:
    datetime.strptime(text, "%Y-%m-%d")


def _boolean(text: str) -> None:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)


_CHECKS: Mapping[str, Any] = {
    "tinyint": _whole(8), "smallint": _whole(16), "int": _whole(32), "bigint": _whole(64),
    "float": float, "double": float, "decimal": Decimal, "date": _date,
    "timestamp": datetime.fromisoformat, "boolean": _boolean,
}  # fmt: skip


def _check_schema(
    table: Layout, partition: Layout, what: str, keys: Sequence[tuple[str, HiveType]], given: tuple[str, ...]
) -> None:
    """A partition's column may be of another type only where Athena can read the one as the other."""
    if table.columns == partition.columns:
        return
    by_name = partition.by_name
    held = dict(partition.columns)
    for number, (name, type_) in enumerate(table.columns):
        if by_name:
            other, other_name = held.get(name), name
        elif number < len(partition.columns):
            other_name, other = partition.columns[number]
        else:
            other, other_name = None, name
        if other is not None and other != type_ and not _readable(other, type_):
            label = "/".join(f"{key}={value}" for (key, _), value in zip(keys, given, strict=False))
            raise QueryError(
                "HIVE_PARTITION_SCHEMA_MISMATCH",
                "There is a mismatch between the table and partition schemas. The types are incompatible and "
                f"cannot be coerced. The column '{name}' in table '{what}' is declared as type '{type_}', "
                f"but partition '{label}' declared column '{other_name}' as type '{other}'.",
            )


def _under_the_tables(table: Layout, partition: Layout) -> Layout:
    """A partition's layout with its columns under the table's names, where they are found by place."""
    if partition.by_name or table.columns == partition.columns:
        return partition
    names = [name for name, _ in table.columns]
    columns = [
        (names[at] if at < len(names) else f"{name} at {at}", type_)  # no table has a name with blanks
        for at, (name, type_) in enumerate(partition.columns)
    ]
    return replace(partition, columns=tuple(columns))


_WIDTHS = {"tinyint": 1, "smallint": 2, "int": 3, "bigint": 4}


def _readable(held: HiveType, declared: HiveType) -> bool:
    """Hive's coercions that Trino's connector has: wider whole numbers, float to double, to and from text."""
    if held.name in _WIDTHS and declared.name in _WIDTHS:
        return _WIDTHS[held.name] <= _WIDTHS[declared.name]
    texts = ("string", "varchar", "char")
    if held.name in texts and declared.name in (*texts, *_WIDTHS):
        return True
    if declared.name in texts:
        return held.name in _WIDTHS
    if (held.name, declared.name) in (("float", "double"), ("double", "float")):
        return True
    if held.name == declared.name == "decimal":
        return True
    if held.name == declared.name and held.name in ("array", "map"):
        return all(a == b or _readable(a, b) for a, b in zip(held.parts, declared.parts, strict=True))
    if held.name == declared.name == "struct":
        fields = dict(zip((f.lower() for f in held.fields), held.parts, strict=True))
        pairs = zip(declared.fields, declared.parts, strict=True)
        return all(fields.get(f.lower(), p) == p or _readable(fields[f.lower()], p) for f, p in pairs)
    return False


def duckdb_key(type_: HiveType) -> str:
    """The DuckDB type of a partition key."""
    return t.duckdb(hive.from_hive(str(type_)))
