"""Functions that split strings, into arrays and maps.

https://trino.io/docs/current/functions/string.html
"""

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.emitting import bound, python
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, fail

BAD = "INVALID_FUNCTION_ARGUMENT"


def _split(value: str, delimiter: str, limit: int) -> list[str]:
    if limit <= 0 or limit > emitting.INT_MAX:
        raise QueryError(BAD, "Limit must be positive" if limit <= 0 else "Limit is too large")
    if not delimiter:
        raise QueryError(BAD, "The delimiter may not be the empty string")
    return value.split(delimiter, limit - 1)


def _pairs(value: str, entry: str, key_value: str) -> list[tuple[str, str]]:
    if not entry:
        raise QueryError(BAD, "entryDelimiter is empty")
    if not key_value:
        raise QueryError(BAD, "keyValueDelimiter is empty")
    if entry == key_value:
        raise QueryError(BAD, "entryDelimiter and keyValueDelimiter must not be the same")
    pairs = []
    parts = value.split(entry)
    if parts and not parts[-1]:
        parts.pop()
    for part in parts:
        key, found, rest = part.partition(key_value)
        if not found or key_value in rest:
            raise QueryError(
                BAD, f"Key-value delimiter must appear exactly once in each entry. Bad input: '{part}'"
            )
        pairs.append((key, rest))
    return pairs


def _split_to_map(value: str, entry: str, key_value: str) -> dict[str, str]:
    result: dict[str, str] = {}
    for key, each in _pairs(value, entry, key_value):
        if key in result:
            raise QueryError(
                BAD,
                f"Duplicate keys ({key}) are not allowed. "
                "Specifying a lambda to resolve conflicts can avoid this error",
            )
        result[key] = each
    return result


def _split_to_multimap(value: str, entry: str, key_value: str) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for key, each in _pairs(value, entry, key_value):
        result.setdefault(key, []).append(each)
    return result


def _split_with(call: Call) -> str:
    """split_to_map with a function that settles duplicates, folded over the values of each key."""
    chosen = call.arguments[3]
    key, one, other = chosen.parameters
    many = f"{call.udf('lab_split_to_multimap')}({call.sql(0)}, {call.sql(1)}, {call.sql(2)})"

    def body(m: str) -> str:
        folded = f"list_reduce({m}[{key}], lambda {one}, {other}: {chosen.body})"
        return f"map(map_keys({m}), list_transform(map_keys({m}), lambda {key}: {folded}))"

    return emitting.bind(body, many)


scalar(
    "split",
    "(varchar(x), varchar(y)) -> array(varchar(x))",
    bound(
        f"CASE WHEN {{1}} = '' THEN {fail(BAD, 'The delimiter may not be the empty string')} "
        "WHEN {1} IS NOT NULL THEN string_split({0}, {1}) END"
    ),
)
scalar(
    "split",
    "(varchar(x), varchar(y), bigint) -> array(varchar(x))",
    python("lab_split", _split, "VARCHAR; VARCHAR; BIGINT", "VARCHAR[]"),
)
scalar(
    "split_part",
    "(varchar(x), varchar(y), bigint) -> varchar(x)",
    bound(
        f"CASE WHEN {{2}} <= 0 THEN {fail(BAD, 'Index must be greater than zero')} "
        "WHEN {1} = '' THEN (CASE WHEN {2} <= length({0}) THEN substr({0}, {2}, 1) END) "
        "WHEN {1} IS NOT NULL THEN string_split({0}, {1})[{2}] END"
    ),
)
scalar(
    "split_to_map",
    "(varchar, varchar, varchar) -> map(varchar, varchar)",
    python("lab_split_to_map", _split_to_map, "VARCHAR; VARCHAR; VARCHAR", "MAP(VARCHAR, VARCHAR)"),
)
scalar(
    "split_to_multimap",
    "(varchar, varchar, varchar) -> map(varchar, array(varchar))",
    python(
        "lab_split_to_multimap", _split_to_multimap, "VARCHAR; VARCHAR; VARCHAR", "MAP(VARCHAR, VARCHAR[])"
    ),
)
scalar(
    "split_to_map",
    "(varchar, varchar, varchar, function(varchar, varchar, varchar, varchar)) -> map(varchar, varchar)",
    _split_with,
)
