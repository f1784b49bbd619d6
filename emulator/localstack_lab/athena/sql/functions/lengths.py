"""The length of the varchar that a function answers, where Trino reckons it from its arguments.

It is seen in a statement's columns and in the tables made of them. The rules are at each function in
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/scalar
"""

from collections.abc import Callable, Sequence

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions.registry import Binding, Result


def sized(length: Callable[..., int]) -> Result:
    """The varchar whose length `length` answers.

    It is called with a number per argument: a varchar's length (2147483647 without one), the digits of a
    second that a moment has, 0 of other types.
    """

    def result(binding: Binding, types: Sequence[t.Type]) -> t.Type:
        return t.varchar(length(*map(_number, types)))

    return result


def _number(type_: t.Type) -> int:
    if isinstance(type_, t.VarcharType):
        return t.UNBOUNDED if type_.length is None else type_.length
    return type_.precision if isinstance(type_, t.TimestampType) else 0
