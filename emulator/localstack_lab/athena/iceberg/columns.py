"""Columns of Iceberg tables as Athena's DDL writes them: Hive's types in, Iceberg's spelling out.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html
"""

from collections.abc import Callable, Sequence
from itertools import count

from pyiceberg import types as i
from pyiceberg.schema import Schema

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tree import Column
from localstack_lab.lake import hive_types
from localstack_lab.lake.hive_types import HiveType

_PLAIN: dict[str, i.IcebergType] = {
    "boolean": i.BooleanType(),
    "int": i.IntegerType(),
    "bigint": i.LongType(),
    "float": i.FloatType(),
    "double": i.DoubleType(),
    "string": i.StringType(),
    "binary": i.BinaryType(),
    "date": i.DateType(),
    "timestamp": i.TimestampType(),
}


def schema(columns: Sequence[Column]) -> Schema:
    """The first schema of a table: ids from 1, of all columns before what is inside of them.

    :raises QueryError: NOT_SUPPORTED for a type that Iceberg tables of Athena do not have
    """
    numbers = count(1)
    ids = [next(numbers) for _ in columns]
    return Schema(
        *(
            i.NestedField(at, column.name, iceberg_type(column.type, numbers.__next__), False, column.comment)
            for at, column in zip(ids, columns, strict=True)
        )
    )


def iceberg_type(text: str, number: Callable[[], int]) -> i.IcebergType:
    """A type of Hive's as Iceberg's.

    :param text: as the parser of statements leaves it: ``map<string,array<int>>``
    :param number: gives the fields inside of it their ids
    :raises QueryError: NOT_SUPPORTED
    """
    return _converted(hive_types.parse(text), number)


def _converted(kind: HiveType, number: Callable[[], int]) -> i.IcebergType:
    if kind.name in _PLAIN:
        return _PLAIN[kind.name]
    if kind.name == "decimal":
        return i.DecimalType(*kind.sizes)
    if kind.name == "array":
        return i.ListType(number(), _converted(kind.parts[0], number), element_required=False)
    if kind.name == "map":
        key, value = number(), number()
        parts = [_converted(part, number) for part in kind.parts]
        return i.MapType(key, parts[0], value, parts[1], value_required=False)
    if kind.name == "struct":
        ids = [number() for _ in kind.parts]
        parts = [_converted(part, number) for part in kind.parts]
        return i.StructType(
            *(
                i.NestedField(at, name, part, required=False)
                for at, name, part in zip(ids, kind.fields, parts, strict=True)
            )
        )
    raise QueryError("NOT_SUPPORTED", f"Type not supported for Iceberg: {kind}")


def shown(kind: i.IcebergType) -> str:
    """A type as DESCRIBE and SHOW CREATE TABLE write it: ``map<string, struct<a: int>>``."""
    match kind:
        case i.DecimalType():
            return f"decimal({kind.precision}, {kind.scale})"
        case i.ListType():
            return f"array<{shown(kind.element_type)}>"
        case i.MapType():
            return f"map<{shown(kind.key_type)}, {shown(kind.value_type)}>"
        case i.StructType():
            inner = ", ".join(f"{field.name}: {shown(field.field_type)}" for field in kind.fields)
            return f"struct<{inner}>"
        case i.TimestamptzType():
            return "timestamp"  # measured on Athena, 2026-09-27 (athena-local's measurements)
    return "bigint" if isinstance(kind, i.LongType) else str(kind)
