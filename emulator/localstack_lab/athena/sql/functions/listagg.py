"""LISTAGG.

https://trino.io/docs/current/functions/aggregate.html#listagg
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/aggregation/listagg
"""

from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.registry import aggregate
from localstack_lab.athena.sql.functions.values import Call, fail

MOST_BYTES = 1048576
_TOO_LONG = fail(
    "EXCEEDED_FUNCTION_MEMORY_LIMIT",
    f"Concatenated string has the length in bytes larger than the maximum output length {MOST_BYTES}",
)


def _truncated(values: list[str | None], separator: str, filler: str, counting: bool) -> str | None:
    """The values as far as they fit, then the filler, and how many were left out if they are counted."""
    there = [v for v in values if v is not None]
    if not there:
        return None
    size, fitting = 0, 0
    for value in there:
        size += len(value.encode()) + (len(separator.encode()) if fitting else 0)
        if size > MOST_BYTES:
            break
        fitting += 1
    parts = there[:fitting]
    if fitting < len(there):
        parts.append(filler + (f"({len(there) - fitting})" if counting else ""))
    return separator.join(parts)


def _listagg(call: Call) -> str:
    if len(call.arguments) == 5:
        values = call.aggregate("list", call.sql(0))
        rest = ", ".join(call.sql(place) for place in (1, 3, 4))
        return f"{call.udf('lab_listagg')}({values}, {rest})"
    joined = call.aggregate("string_agg", call.sql(0), call.sql(1))
    return emitting.bind(
        lambda v: f"(CASE WHEN strlen({v}) > {MOST_BYTES} THEN {_TOO_LONG} ELSE {v} END)", joined
    )


registry.udf(
    "lab_listagg",
    emitting.strict(_truncated),
    ["VARCHAR[]", "VARCHAR", "VARCHAR", "BOOLEAN"],
    "VARCHAR",
    nulls="special",
)
aggregate(
    "listagg",
    ("(varchar, varchar) -> varchar", "(varchar, varchar, boolean, varchar, boolean) -> varchar"),
    _listagg,
)
