"""Which bucket a row belongs to: Hive's hash, of its first version, as SQL.

https://docs.aws.amazon.com/athena/latest/ug/ctas-partitioning-and-bucketing.html,
https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveBucketingV1.java
"""

from collections.abc import Sequence

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError

_INTEGERS = ("tinyint", "smallint", "integer", "date")
_WORD = 1 << 32


def bucket(columns: Sequence[tuple[str, t.Type]], count: int) -> str:
    """SQL of the number of a row's bucket, from 0.

    :param columns: SQL of the values and their types
    :raises QueryError: NOT_SUPPORTED for a type that cannot be bucketed by
    """
    whole = "0"
    for value, kind in columns:
        whole = f"(({whole}) * 31 + coalesce({_hash(value, kind)}, 0)) & {_WORD - 1}"
    return f"(({whole}) & {_WORD // 2 - 1}) % {count}"


def _hash(value: str, kind: t.Type) -> str:
    if kind.base == "boolean":
        return f"CAST({value} AS BIGINT)"
    if kind.base == "date":
        return f"date_diff('day', DATE '1970-01-01', {value})"
    if kind.base in _INTEGERS:
        return f"CAST({value} AS BIGINT)"
    if kind.base == "bigint":
        return f"(xor({value} & {_WORD - 1}, ({value} >> 32) & {_WORD - 1}))"
    if isinstance(kind, t.VarcharType):
        number = f"('0x' || substr(hex({value}), 2 * i + 1, 2))::BIGINT"
        signed = f"CASE WHEN {number} > 127 THEN {number} - 256 ELSE {number} END"
        bytes_ = f"list_transform(range(length(hex({value})) // 2), lambda i: {signed})"
        return f"list_reduce({bytes_}, lambda a, b: (a * 31 + b) & {_WORD - 1}, 0::BIGINT)"
    raise QueryError("NOT_SUPPORTED", f"Cannot bucket by a column of type {kind}")
