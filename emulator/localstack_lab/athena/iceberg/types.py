"""Iceberg's types as Trino's, and back.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html
https://trino.io/docs/current/connector/iceberg.html#type-mapping
"""

from collections.abc import Callable, Sequence
from itertools import count

from pyiceberg import types as i
from pyiceberg.schema import Schema

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, unsupported

_SIMPLE: list[tuple[type[i.IcebergType], t.Type]] = [
    (i.BooleanType, t.BOOLEAN),
    (i.IntegerType, t.INTEGER),
    (i.LongType, t.BIGINT),
    (i.FloatType, t.REAL),
    (i.DoubleType, t.DOUBLE),
    (i.DateType, t.DATE),
    (i.TimeType, t.time(6)),
    (i.TimestampType, t.timestamp(6)),
    (i.TimestamptzType, t.timestamp_tz(6)),
    (i.StringType, t.VARCHAR),
    (i.UUIDType, t.UUID),
    (i.BinaryType, t.VARBINARY),
    (i.FixedType, t.VARBINARY),
]


def trino(kind: i.IcebergType) -> t.Type:
    """What Athena calls a type of Iceberg.

    :raises QueryError: for a type of Iceberg's version 3
    """
    if isinstance(kind, i.DecimalType):
        return t.decimal(kind.precision, kind.scale)
    if isinstance(kind, i.ListType):
        return t.array(trino(kind.element_type))
    if isinstance(kind, i.MapType):
        return t.map_of(trino(kind.key_type), trino(kind.value_type))
    if isinstance(kind, i.StructType):
        return t.row(*((field.name.lower(), trino(field.field_type)) for field in kind.fields))
    for held, answer in _SIMPLE:
        if isinstance(kind, held):
            return answer
    raise unsupported(f"Iceberg's type {kind}")


def schema(columns: Sequence[tuple[str, t.Type]]) -> Schema:
    """The first schema of a table with a query's columns: ids from 1, of all columns before what is inside.

    :raises QueryError: NOT_SUPPORTED as Athena says it
    """
    numbers = count(1)
    ids = [next(numbers) for _ in columns]
    return Schema(
        *(
            i.NestedField(at, name, iceberg(kind, numbers.__next__), required=False)
            for at, (name, kind) in zip(ids, columns, strict=True)
        )
    )


def iceberg(kind: t.Type, number: Callable[[], int]) -> i.IcebergType:
    """What a query's column becomes in a table that CTAS makes.

    Of times and of timestamps with a zone any precision is taken: measured on Athena, 2026-09-27
    (athena-local's measurements), with ``TIME '01:02:03'`` and ``TIMESTAMP '2026-01-01 00:00:00 UTC'``.

    :param number: gives the fields inside of it their ids
    :raises QueryError: NOT_SUPPORTED as Athena says it
    """
    match kind:
        case t.DecimalType():
            return i.DecimalType(kind.precision, kind.scale)
        case t.VarcharType():
            return i.StringType()
        case t.TimestampType() if kind.precision != 6 and not kind.zoned:
            raise QueryError(
                "NOT_SUPPORTED",
                f"Timestamp precision ({kind.precision}) not supported for Iceberg. "
                'Use "timestamp(6)" instead.',
            )
        case t.TimestampType():
            return i.TimestamptzType() if kind.zoned else i.TimestampType()
        case t.TimeType():
            return i.TimeType()
        case t.ArrayType():
            return i.ListType(number(), iceberg(kind.element, number), element_required=False)
        case t.MapType():
            key, value = number(), number()
            return i.MapType(
                key, iceberg(kind.key, number), value, iceberg(kind.value, number), value_required=False
            )
        case t.RowType():
            if any(name is None for name, _ in kind.fields):
                raise QueryError("NOT_SUPPORTED", "Row type field does not have a name: " + str(kind))
            ids = [number() for _ in kind.fields]
            return i.StructType(
                *(
                    i.NestedField(at, str(name), iceberg(part, number), required=False)
                    for at, (name, part) in zip(ids, kind.fields, strict=True)
                )
            )
    for answer, held in _SIMPLE:
        if held == kind and answer is not i.FixedType:
            return answer()
    raise QueryError("NOT_SUPPORTED", f"Type not supported for Iceberg: {kind}")
