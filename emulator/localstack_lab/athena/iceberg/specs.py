"""How an Iceberg table is partitioned, from statements and back.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-partitioning
https://iceberg.apache.org/spec/#partition-transforms
"""

import re
from collections.abc import Iterable

from pyiceberg import transforms as t
from pyiceberg import types as i
from pyiceberg.partitioning import PARTITION_FIELD_ID_START, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.typedef import EMPTY_DICT

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tree import PartitionTransform

_NAME = r'"?(?P<column>[^\s()",]+)"?'
_IDENTITY = re.compile(_NAME)
_FUNCTION = re.compile(rf"(?P<name>\w+)\s*\(\s*{_NAME}\s*(?:,\s*(?P<number>\d+)\s*)?\)")
_TIMES: dict[str, type[t.Transform]] = {  # type: ignore[type-arg]
    "year": t.YearTransform,
    "month": t.MonthTransform,
    "day": t.DayTransform,
    "hour": t.HourTransform,
}
_SUFFIX = {"truncate": "trunc"}


def parsed(text: str) -> PartitionTransform:
    """One of the texts of CTAS's `partitioning`: ``month(ts)``, ``bucket(c, 10)``, ``country``.

    :raises QueryError: INVALID_TABLE_PROPERTY
    """
    told = text.strip()
    if found := _IDENTITY.fullmatch(told):
        return PartitionTransform("identity", found["column"].lower())
    if found := _FUNCTION.fullmatch(told):
        number = int(found["number"]) if found["number"] else None
        return PartitionTransform(found["name"].lower(), found["column"].lower(), number)
    raise _refused(f"Invalid partition field declaration: {text}")


def spec(schema: Schema, transforms: Iterable[PartitionTransform | str]) -> PartitionSpec:
    """The spec of a new table, with the names that Iceberg gives its fields: ``ts_day``, ``id_bucket``.

    :param transforms: parsed, or texts as in CTAS
    :raises QueryError: INVALID_TABLE_PROPERTY
    """
    fields: list[PartitionField] = []
    for one in transforms:
        asked = parsed(one) if isinstance(one, str) else one
        source = _source(schema, asked.column)
        transform = _transform(asked, source)
        name = source.name if asked.name == "identity" else f"{source.name}_{_suffix(asked.name)}"
        _check(schema, fields, name, source, transform)
        fields.append(
            PartitionField(source.field_id, PARTITION_FIELD_ID_START + len(fields), transform, name)
        )
    return PartitionSpec(*fields)


def _suffix(name: str) -> str:
    return _SUFFIX.get(name, name)


def _source(schema: Schema, name: str) -> i.NestedField:
    for field in schema.fields:
        if field.name.lower() == name:
            return field
    raise _refused(f"Cannot find source column: {name}")


def _transform(asked: PartitionTransform, source: i.NestedField) -> "t.Transform":  # type: ignore[type-arg]
    made: t.Transform  # type: ignore[type-arg]
    shown = asked.name if asked.number is None else f"{asked.name}[{asked.number}]"
    if asked.name in ("bucket", "truncate"):
        if not asked.number:
            raise _refused(
                f"Invalid partition field declaration: {asked.name} of {asked.column} needs a number above 0"
            )
        made = (
            t.BucketTransform(asked.number) if asked.name == "bucket" else t.TruncateTransform(asked.number)
        )
    elif asked.number is None and asked.name in _TIMES:
        made = _TIMES[asked.name](**EMPTY_DICT)
    elif asked.name == "identity":
        made = t.IdentityTransform()
    else:
        raise _refused(f"Invalid partition field declaration: {shown} of {asked.column}")
    if not source.field_type.is_primitive:
        raise _refused(
            f"Cannot partition with non-primitive source field: {source.name} ({source.field_type})"
        )
    if not made.can_transform(source.field_type):
        raise _refused(f"Invalid source type {source.field_type} for transform: {shown}")
    return made


def _check(
    schema: Schema,
    fields: list[PartitionField],
    name: str,
    source: i.NestedField,
    transform: "t.Transform",  # type: ignore[type-arg]
) -> None:
    if any(field.name == name for field in fields):
        raise _refused(f"Cannot use partition name more than once: {name}")
    if not isinstance(transform, t.IdentityTransform) and any(field.name == name for field in schema.fields):
        raise _refused(f"Cannot create partition from name that exists in schema: {name}")
    times = tuple(_TIMES.values())
    for field in fields:
        same = field.source_id == source.field_id
        if same and isinstance(field.transform, times) and isinstance(transform, times):
            raise _refused(f"Cannot add redundant partition: {field.name} and {name}")


def _refused(reason: str) -> QueryError:
    return QueryError("INVALID_TABLE_PROPERTY", f"Unable to parse partitioning value: {reason}")


def shown(spec: PartitionSpec, schema: Schema) -> list[str]:
    """The transforms as SHOW CREATE TABLE writes them: ``bucket(16, `id`)``.

    :raises QueryError: NOT_SUPPORTED for what Athena's DDL cannot write
    """
    answer = []
    for field in spec.fields:
        column = f"`{str(schema.find_column_name(field.source_id)).replace('`', '``')}`"
        kind = field.transform
        if isinstance(kind, t.IdentityTransform):
            answer.append(column)
        elif isinstance(kind, t.BucketTransform):
            answer.append(f"bucket({kind.num_buckets}, {column})")
        elif isinstance(kind, t.TruncateTransform):
            answer.append(f"truncate({kind.width}, {column})")
        elif isinstance(kind, tuple(_TIMES.values())):
            answer.append(f"{kind}({column})")
        elif not isinstance(kind, t.VoidTransform):
            raise QueryError("NOT_SUPPORTED", f"Partition transform {kind} has no form in CREATE TABLE")
    return answer
