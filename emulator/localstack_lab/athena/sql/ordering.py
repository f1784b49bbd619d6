"""Order: the terms of ORDER BY, and `<` between arrays and rows.

https://trino.io/docs/current/sql/select.html#order-by-clause
https://github.com/trinodb/trino/pull/6013 (where NaN stands)
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import unsupported
from localstack_lab.athena.sql.functions.emitting import bind
from localstack_lab.athena.sql.functions.values import fail

FLOATS = ("real", "double")
_NULL_IN_ROW, _NULL_IN_ARRAY = 2, 3
_NULL_TEXTS = {
    _NULL_IN_ROW: "ROW comparison not supported for fields with null elements",
    _NULL_IN_ARRAY: "ARRAY comparison not supported for arrays with null elements",
}


def key(sql: str, type_: t.Type) -> str:
    """What values of the type are compared and sorted by: for a timestamp with time zone its instant."""
    return f"({sql}).instant" if t.is_zoned(type_) else sql


def mirrored(type_: t.Type, descending: bool, nulls_first: bool) -> bool:
    """Whether DuckDB puts NaN elsewhere: Trino has it between the numbers and the nulls, either way round."""
    return type_.base in FLOATS and descending != nulls_first


def term(sql: str, type_: t.Type, descending: bool, nulls_first: bool) -> str:
    """A term of ORDER BY with its direction.

    DuckDB has NaN above all numbers. Where that is the wrong end, the number is sorted by its negative, which
    leaves NaN where it is.
    """
    sorted_by = key(sql, type_)
    if isinstance(type_, t.ArrayType | t.RowType):
        sorted_by = without_nulls(sql, type_)
    if mirrored(type_, descending, nulls_first):
        sorted_by, descending = f"(-{sorted_by})", not descending
    return f"{sorted_by} {'DESC' if descending else 'ASC'} NULLS {'FIRST' if nulls_first else 'LAST'}"


def without_nulls(sql: str, type_: t.Type) -> str:
    """An array or a row, or an error where a null is in it: Trino fails if it gets as far as comparing it.

    How far that is, is not known of a sort, so that any null is refused.
    """
    if t.contains_zoned(type_):
        raise unsupported("Ordering of nested timestamps with time zone")
    problem = unsupported(f"Sorting by {type_} with a null in it").message
    return bind(
        lambda x: f"(CASE WHEN {holds_null(x, type_)} THEN {fail('NOT_SUPPORTED', problem)} ELSE {x} END)",
        sql,
    )


def holds_null(sql: str, type_: t.Type, depth: int = 0) -> str:
    """Whether an array or a row is there and has a null in it, at any depth."""
    if isinstance(type_, t.ArrayType):
        name = f"__lab_n{depth}"
        inner = f"{name} IS NULL"
        if isinstance(type_.element, t.ArrayType | t.RowType):
            inner = f"({inner} OR {holds_null(name, type_.element, depth + 1)})"
        return f"coalesce(list_contains(list_transform({sql}, lambda {name}: {inner}), TRUE), FALSE)"
    assert isinstance(type_, t.RowType)
    parts = []
    for name, (_, part) in zip(type_.duckdb_names(), type_.fields, strict=True):
        held = f"({sql}).{t.quote(name)}"
        parts.append(f"{held} IS NULL")
        if isinstance(part, t.ArrayType | t.RowType):
            parts.append(holds_null(held, part, depth))
    return f"(({sql}) IS NOT NULL AND ({' OR '.join(parts)}))"


def nested(operator: str, x: str, y: str, type_: t.Type) -> str:
    """`x < y` and its like between two arrays or two rows: null if one is null.

    A null inside is an error where the comparison comes to it, as in Trino; a difference before it decides.
    """

    def body(a: str, b: str) -> str:
        def judged(c: str) -> str:
            nulls = " ".join(
                f"WHEN {c} = {n} THEN {fail('NOT_SUPPORTED', m)}" for n, m in _NULL_TEXTS.items()
            )
            return f"(CASE {nulls} ELSE {c} {operator} 0 END)"

        compared = bind(judged, _compared(a, b, type_))
        return f"(CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {compared} END)"

    return bind(body, x, y)


def extreme(listed: str, operator: str, type_: t.Type) -> str:
    """Of a list of arrays or rows, none of them null, the first that no other stands before by `operator`."""
    better = nested(operator, "lab_y", "lab_x", type_)
    return f"list_reduce({listed}, lambda lab_x, lab_y: CASE WHEN {better} THEN lab_y ELSE lab_x END)"


def _compared(x: str, y: str, type_: t.Type, depth: int = 0) -> str:
    """-1, 0 or 1 as x is less than, equal to or greater than y; or which null was met before that."""
    if isinstance(type_, t.RowType):
        text = "0"
        pairs = list(zip(type_.duckdb_names(), type_.fields, strict=True))
        for name, (_, part) in reversed(pairs):
            a, b = f"({x}).{t.quote(name)}", f"({y}).{t.quote(name)}"
            missing = f"WHEN {a} IS NULL OR {b} IS NULL THEN {_NULL_IN_ROW}"
            if isinstance(part, t.ArrayType | t.RowType):
                inner = _compared(a, b, part, depth)
                rest = text
                chosen = bind(lambda c, rest=rest: f"(CASE WHEN {c} <> 0 THEN {c} ELSE {rest} END)", inner)  # type: ignore[misc]
                text = f"(CASE {missing} ELSE {chosen} END)"
            else:
                a, b = key(a, part), key(b, part)
                text = f"(CASE {missing} WHEN {a} < {b} THEN -1 WHEN {a} > {b} THEN 1 ELSE {text} END)"
        return text
    assert isinstance(type_, t.ArrayType)
    element, index = type_.element, f"__lab_o{depth}"
    a, b = f"({x})[{index}]", f"({y})[{index}]"
    missing = f"WHEN {a} IS NULL OR {b} IS NULL THEN {_NULL_IN_ARRAY}"
    if isinstance(element, t.ArrayType | t.RowType):
        one = f"(CASE {missing} ELSE {_compared(a, b, element, depth + 1)} END)"
    else:
        a, b = key(a, element), key(b, element)
        one = f"(CASE {missing} WHEN {a} < {b} THEN -1 WHEN {a} > {b} THEN 1 ELSE 0 END)"
    places = f"range(1, CAST(least(len({x}), len({y})) AS BIGINT) + 1)"
    each = f"list_transform({places}, lambda {index}: {one})"
    first = f"list_filter({each}, lambda __lab_c: __lab_c <> 0)[1]"
    return f"coalesce({first}, CAST(sign(CAST(len({x}) AS BIGINT) - CAST(len({y}) AS BIGINT)) AS INTEGER))"


def nan_beside_nulls(numbers: str, nulls_first: bool) -> str:
    """A sorted list in which DuckDB has put NaN at the other end, with NaN between its numbers and nulls."""

    def body(x: str) -> str:
        kinds = [f"list_filter({x}, lambda __lab_v: {c})" for c in _KINDS]
        return " || ".join(reversed(kinds) if nulls_first else kinds)

    return bind(lambda x: f"({body(x)})", numbers)


_KINDS = (
    "__lab_v IS NOT NULL AND NOT isnan(__lab_v)",
    "isnan(__lab_v)",
    "__lab_v IS NULL",
)
