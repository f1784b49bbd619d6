"""Comparison and conditional functions.

https://trino.io/docs/current/functions/comparison.html
https://trino.io/docs/current/functions/conditional.html
"""

from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call


def _extreme(name: str) -> "registry.Emit":
    """Null as soon as one argument is; DuckDB skips nulls."""

    def body(*values: str) -> str:
        known = " AND ".join(f"{v} IS NOT NULL" for v in values)
        return f"(CASE WHEN {known} THEN {name}({', '.join(values)}) END)"

    def emit(call: Call) -> str:
        return emitting.over(call, body)

    return emit


for _name in ("greatest", "least"):
    scalar(_name, "(T...) -> T", _extreme(_name), where={"T": "orderable"})
