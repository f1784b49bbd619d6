"""What a query needs of a table's rows, as pyiceberg takes it to leave whole files out.

https://iceberg.apache.org/spec/#scan-planning
"""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
from pyiceberg import expressions as e
from pyiceberg.schema import Schema

from localstack_lab.athena.sql.plan import Limit

_ONE = {
    "=": e.EqualTo,
    "<": e.LessThan,
    "<=": e.LessThanOrEqual,
    ">": e.GreaterThan,
    ">=": e.GreaterThanOrEqual,
}
MOST_VALUES = 1000
"""Of an IN: looking at each file for more costs more than it saves."""


def row_filter(
    connection: duckdb.DuckDBPyConnection, limits: Sequence[Limit], schema: Schema
) -> e.BooleanExpression:
    """A condition that every needed row fulfils; one that is always true where nothing can be said.

    :param schema: of the table, whose columns the limits name in lower case
    """
    names = {field.name.lower(): field.name for field in schema.fields}
    answer: e.BooleanExpression = e.AlwaysTrue()
    for limit in limits:
        if len(limit.values) > MOST_VALUES:
            continue
        (given,) = connection.execute(f"SELECT {', '.join(limit.values)}").fetchall()
        values = [_value(value) for value in given]
        if any(value is None for value in values):
            continue
        name = names[limit.column]
        answer = e.And(answer, _one(e.Reference(name), limit.operator, values))
    return answer


def _one(column: e.Reference, operator: str, values: list[Any]) -> e.BooleanExpression:
    if operator == "IN":  # mypy takes the model's fields for the parameters
        return e.In(column, values)  # type: ignore[call-arg, arg-type]
    return _ONE[operator](column, values[0])


def _value(given: Any) -> Any:
    """A value as pyiceberg's literals take it; None for what they do not: a null, a NaN."""
    if isinstance(given, dict):  # a timestamp with time zone: an instant in UTC
        return (
            None
            if given["instant"] is None
            else f"{given['instant'].isoformat(timespec='microseconds')}+00:00"
        )
    if isinstance(given, datetime):
        return given.isoformat(timespec="microseconds")
    if isinstance(given, float):
        return given if math.isfinite(given) else None
    return given if isinstance(given, bool | int | str | Decimal | date) else None
