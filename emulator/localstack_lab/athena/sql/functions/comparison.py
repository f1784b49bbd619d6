"""Comparison and conditional functions.

https://trino.io/docs/current/functions/comparison.html
https://trino.io/docs/current/functions/conditional.html
"""

from collections.abc import Callable

from localstack_lab.athena.sql import ordering
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call


def _extreme(name: str) -> "registry.Emit":
    """Null as soon as one argument is; DuckDB skips nulls.

    NaN is the answer only where nothing else is: less than all numbers for `greatest`, more for `least`.
    """

    def body(*values: str) -> str:
        known = " AND ".join(f"{v} IS NOT NULL" for v in values)
        return f"(CASE WHEN {known} THEN {name}({', '.join(values)}) END)"

    def greatest(kind: str) -> Callable[..., str]:
        def among(*values: str) -> str:
            numbers = ", ".join(f"nullif({v}, CAST('NaN' AS {kind}))" for v in values)
            known = " AND ".join(f"{v} IS NOT NULL" for v in values)
            return f"(CASE WHEN {known} THEN coalesce(greatest({numbers}), CAST('NaN' AS {kind})) END)"

        return among

    def nested(kind: t.Type) -> Callable[..., str]:
        def among(*values: str) -> str:
            known = " AND ".join(f"{v} IS NOT NULL" for v in values)
            found = ordering.extreme(f"[{', '.join(values)}]", "<" if name == "least" else ">", kind)
            return f"(CASE WHEN {known} THEN {found} END)"

        return among

    def emit(call: Call) -> str:
        if name == "greatest" and call.type.base in ("double", "real"):
            return emitting.over(call, greatest(t.duckdb(call.type)))
        if isinstance(call.type, t.ArrayType | t.RowType):
            return emitting.over(call, nested(call.type))
        return emitting.over(call, body)

    return emit


for _name in ("greatest", "least"):
    scalar(_name, "(T...) -> T", _extreme(_name), where={"T": "orderable"})
