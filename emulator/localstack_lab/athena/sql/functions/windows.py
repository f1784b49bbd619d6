"""Window functions.

https://trino.io/docs/current/functions/window.html
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions.registry import window
from localstack_lab.athena.sql.functions.values import Call, fail

BAD = "INVALID_FUNCTION_ARGUMENT"


def _checked(call: Call, place: int, least: int, message: str) -> str:
    """An argument that must be a number of at least `least`."""
    given = call.arguments[place]
    if isinstance(given.constant, int):
        if given.constant < least:
            raise call.invalid(message)
        return given.sql
    return f"(CASE WHEN {given.sql} < {least} THEN {fail(BAD, message)} ELSE {given.sql} END)"


def _ntile(call: Call) -> str:
    return call.aggregate("ntile", _checked(call, 0, 1, "Buckets must be greater than 0"))


def _shifted(name: str) -> "registry.Emit":
    def emit(call: Call) -> str:
        given = [call.sql(0)]
        if len(call.arguments) > 1:
            offset = _checked(call, 1, 0, "Offset must be at least 0")
            given.append(f"CAST({offset} AS BIGINT)")
        if len(call.arguments) > 2:
            given.append(f"CAST({call.sql(2)} AS {t.duckdb(call.type)})")
        return call.aggregate(name, *given)

    return emit


def _nth(call: Call) -> str:
    return call.aggregate("nth_value", call.sql(0), _checked(call, 1, 1, "Offset must be at least 1"))


for _name in ("row_number", "rank", "dense_rank"):
    window(_name, "() -> bigint", f"[[{_name}()]]")
for _name in ("percent_rank", "cume_dist"):
    window(_name, "() -> double", f"[[{_name}()]]")
window("ntile", "(bigint) -> bigint", _ntile)
for _name in ("first_value", "last_value"):
    window(_name, "(T) -> T", f"[[{_name}({{0}})]]")
window("nth_value", "(T, bigint) -> T", _nth)
for _name in ("lag", "lead"):
    window(_name, ("(T) -> T", "(T, bigint) -> T", "(T, bigint, T) -> T"), _shifted(_name))
