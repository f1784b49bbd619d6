"""Array functions.

https://trino.io/docs/current/functions/array.html
"""

from collections.abc import Callable

from localstack_lab.athena.sql import ordering
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.emitting import bound
from localstack_lab.athena.sql.functions.registry import lacking, scalar
from localstack_lab.athena.sql.functions.values import Call, fail, fail_with, text

BAD = "INVALID_FUNCTION_ARGUMENT"


def _distinct(values: str) -> str:
    """The first of each value, a null among them, in their order."""
    return f"list_filter({values}, lambda lab_e, lab_i: list_position({values}, lab_e) = lab_i)"


def _quantified(kind: str) -> "registry.Emit":
    """any_match, all_match and none_match with SQL's three truth values."""
    decisive, answer = {"any": ("true", "true"), "all": ("false", "false"), "none": ("true", "false")}[kind]
    otherwise = "false" if kind == "any" else "true"

    def emit(call: Call) -> str:
        return emitting.bind(
            lambda r: (
                f"(CASE WHEN {r} IS NULL THEN NULL WHEN list_contains({r}, {decisive}) THEN {answer} "
                f"WHEN len({r}) > list_count({r}) THEN NULL ELSE {otherwise} END)"
            ),
            f"list_transform({call.sql(0)}, {call.sql(1)})",
        )

    return emit


def _sort_by(call: Call) -> str:
    """Sorted by a comparator: each element goes before the first that it is less than; ties stay."""
    comparator = call.arguments[1]
    one, other = comparator.parameters
    bad = fail(BAD, "Lambda comparator must return either -1, 0, or 1")
    compared = emitting.bind(
        lambda c: f"(CASE WHEN {c} IN (-1, 0, 1) THEN {c} ELSE {bad} END)", comparator.body
    )
    empty = f"CAST([] AS {t.duckdb(call.type)})"
    place = f"list_position(list_transform(lab_acc, lambda {other}: {compared} < 0), true)"
    inserted = emitting.bind(
        lambda p: (
            f"(CASE WHEN {p} IS NULL THEN list_append(lab_acc, {one}) ELSE "
            f"list_concat(list_append(lab_acc[:{p} - 1], {one}), lab_acc[{p}:]) END)"
        ),
        place,
    )
    return f"list_reduce({call.sql(0)}, lambda lab_acc, {one}: {inserted}, {empty})"


def _reduce(call: Call) -> str:
    step, last = call.arguments[2], call.arguments[3]
    state, element = step.parameters
    kind = t.duckdb(call.arguments[1].type)
    start = f"CAST({call.sql(1)} AS {kind})"
    folded = f"list_reduce({call.sql(0)}, lambda {state}, {element}: CAST({step.body} AS {kind}), {start})"
    # A null array has no answer; a null state has one
    given = last.parameters[0]
    done = f"list_transform([{folded}], lambda {given}: {last.body})[1]"
    return f"(CASE WHEN {call.sql(0)} IS NOT NULL THEN {done} END)"


def _zip_with(call: Call) -> str:
    function = call.arguments[2]
    one, other = function.parameters
    return emitting.bind(
        lambda a, b: (
            f"(CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN "
            f"list_transform(range(1, greatest(len({a}), len({b})) + 1), lambda lab_i: "
            f"list_transform([{a}[lab_i]], "
            f"lambda {one}: list_transform([{b}[lab_i]], lambda {other}: {function.body})[1])[1]) END)"
        ),
        call.sql(0),
        call.sql(1),
    )


def _zip(call: Call) -> str:
    assert isinstance(call.type, t.ArrayType)
    assert isinstance(call.type.element, t.RowType)
    names = call.type.element.duckdb_names()

    def body(*arrays: str) -> str:
        fields = ", ".join(f"{n} := {a}[lab_i]" for n, a in zip(names, arrays, strict=True))
        longest = f"greatest({', '.join(f'len({a})' for a in arrays)})"
        known = " AND ".join(f"{a} IS NOT NULL" for a in arrays)
        rows = f"list_transform(range(1, {longest} + 1), lambda lab_i: struct_pack({fields}))"
        return f"(CASE WHEN {known} THEN {rows} END)"

    return emitting.over(call, body)


def _found(call: Call, body: Callable[[str, str, str], str]) -> str:
    """`body` over an array, a value and the value's first place in it; NaN, equal to nothing, has none."""
    place = "list_position({0}, {1})"
    if call.arguments[1].type.base in ("double", "real"):
        place = "(CASE WHEN isnan({1}) THEN NULL ELSE list_position({0}, {1}) END)"
    return emitting.over(call, lambda a, v, *_: body(a, v, place.format(a, v)))


def _position(call: Call) -> str:
    return _found(
        call,
        lambda a, v, place: (
            f"(CASE WHEN {a} IS NOT NULL AND {v} IS NOT NULL THEN CAST(coalesce({place}, 0) AS BIGINT) END)"
        ),
    )


def _contains(call: Call) -> str:
    return _found(
        call,
        lambda a, v, place: (
            f"(CASE WHEN {a} IS NULL OR {v} IS NULL THEN NULL WHEN {place} IS NOT NULL THEN true "
            f"WHEN len({a}) > list_count({a}) THEN NULL ELSE false END)"
        ),
    )


def _remove(call: Call) -> str:
    def body(a: str, v: str, place: str) -> str:
        left = f"list_filter({a}, lambda lab_e: lab_e IS DISTINCT FROM {v})"
        return f"(CASE WHEN {v} IS NULL THEN NULL WHEN {place} IS NULL THEN {a} ELSE {left} END)"

    return _found(call, body)


def _nested_extreme(call: Call, operator: str) -> str:
    return emitting.over(
        call,
        lambda a: (
            f"(CASE WHEN len({a}) = list_count({a}) AND len({a}) > 0 "
            f"THEN {ordering.extreme(a, operator, call.type)} END)"
        ),
    )


def _least(call: Call) -> str:
    if isinstance(call.type, t.ArrayType | t.RowType):
        return _nested_extreme(call, "<")
    return emitting.over(call, lambda a: f"(CASE WHEN len({a}) = list_count({a}) THEN list_min({a}) END)")


def _sorted(call: Call) -> str:
    assert isinstance(call.type, t.ArrayType)
    element = call.type.element
    if not isinstance(element, t.ArrayType | t.RowType):
        return f"list_sort({call.sql(0)}, 'ASC', 'NULLS LAST')"
    held = ordering.without_nulls("lab_e", element)
    return emitting.over(
        call,
        lambda a: (
            f"(CASE WHEN len({a}) < 2 THEN {a} "
            f"ELSE list_sort(list_transform({a}, lambda lab_e: {held}), 'ASC', 'NULLS LAST') END)"
        ),
    )


def _greatest(call: Call) -> str:
    """NaN only where there is nothing else."""
    floats = call.type.base in ("double", "real")
    if isinstance(call.type, t.ArrayType | t.RowType):
        return _nested_extreme(call, ">")

    def body(a: str) -> str:
        numbers = f"list_max(list_filter({a}, lambda lab_e: NOT isnan(lab_e)))"
        found = f"coalesce({numbers}, list_max({a}))" if floats else f"list_max({a})"
        return f"(CASE WHEN len({a}) = list_count({a}) THEN {found} END)"

    return emitting.over(call, body)


for _kind in ("any", "all", "none"):
    scalar(f"{_kind}_match", "(array(T), function(T, boolean)) -> boolean", _quantified(_kind))
scalar(
    "array_distinct",
    "(array(E)) -> array(E)",
    lambda call: emitting.over(call, _distinct),
    where={"E": "comparable"},
)
scalar(
    "array_except",
    "(array(E), array(E)) -> array(E)",
    lambda call: emitting.over(
        call,
        lambda a, b: (
            f"(CASE WHEN {b} IS NOT NULL THEN list_filter({a}, lambda lab_e, lab_i: "
            f"list_position({a}, lab_e) = lab_i "
            f"AND list_position({b}, lab_e) IS NULL) END)"
        ),
    ),
    where={"E": "comparable"},
)
scalar(
    "array_intersect",
    "(array(E), array(E)) -> array(E)",
    lambda call: emitting.over(
        call,
        lambda a, b: (
            f"(CASE WHEN {b} IS NOT NULL THEN list_filter({a}, lambda lab_e, lab_i: "
            f"list_position({a}, lab_e) = lab_i "
            f"AND list_position({b}, lab_e) IS NOT NULL) END)"
        ),
    ),
    where={"E": "comparable"},
)
scalar(
    "array_union",
    "(array(E), array(E)) -> array(E)",
    lambda call: emitting.bind(_distinct, f"({call.sql(0)} || {call.sql(1)})"),
    where={"E": "comparable"},
)
scalar("array_max", "(array(T)) -> T", _greatest, where={"T": "orderable"})
scalar("array_min", "(array(T)) -> T", _least, where={"T": "orderable"})
scalar("array_position", "(array(T), T) -> bigint", _position, where={"T": "comparable"})
scalar(
    "array_position",
    "(array(T), T, bigint) -> bigint",
    bound(
        "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL "
        f"WHEN {{2}} = 0 THEN {fail(BAD, 'array_position cannot take a 0-valued instance argument.')} "
        "ELSE CAST(coalesce(list_filter(range(1, len({0}) + 1), lambda lab_i: {0}[lab_i] = "
        "{1})[{2}], 0) AS BIGINT) END"
    ),
    where={"T": "comparable"},
)
scalar("array_remove", "(array(E), E) -> array(E)", _remove, where={"E": "comparable"})
scalar("array_sort", "(array(E)) -> array(E)", _sorted, where={"E": "orderable"})
scalar("array_sort", "(array(T), function(T, T, integer)) -> array(T)", _sort_by)
scalar(
    "arrays_overlap",
    "(array(E), array(E)) -> boolean",
    bound(
        "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL "
        "WHEN len(list_filter({0}, lambda lab_e: lab_e IS NOT NULL AND list_position({1}, lab_e) IS "
        "NOT NULL)) > 0 THEN true "
        "WHEN len({0}) > 0 AND len({1}) > 0 AND (len({0}) > list_count({0}) OR len({1}) > "
        "list_count({1})) THEN NULL "
        "ELSE false END"
    ),
    where={"E": "comparable"},
)
scalar("cardinality", "(array(E)) -> bigint", "CAST(len({0}) AS BIGINT)")
scalar(
    "concat", "(array(E)...) -> array(E)", lambda call: "(" + " || ".join(a.sql for a in call.arguments) + ")"
)
scalar(
    "concat", "(array(E), E) -> array(E)", bound("CASE WHEN {0} IS NOT NULL THEN list_append({0}, {1}) END")
)
scalar(
    "concat", "(E, array(E)) -> array(E)", bound("CASE WHEN {1} IS NOT NULL THEN list_prepend({0}, {1}) END")
)
scalar("contains", "(array(T), T) -> boolean", _contains, where={"T": "comparable"})
scalar(
    "contains_sequence",
    "(array(T), array(T)) -> boolean",
    bound(
        "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN len({1}) = 0 THEN true ELSE "
        "len(list_filter(range(1, CAST(len({0}) AS BIGINT) - len({1}) + 2), "
        "lambda lab_i: {0}[lab_i:lab_i + len({1}) - 1] IS NOT DISTINCT FROM {1})) > 0 END"
    ),
    where={"T": "comparable"},
)
scalar(
    "element_at",
    "(array(E), bigint) -> E",
    bound(f"CASE WHEN {{1}} = 0 THEN {fail(BAD, 'SQL array indices start at 1')} ELSE {{0}}[{{1}}] END"),
)
scalar("filter", "(array(T), function(T, boolean)) -> array(T)", "list_filter({0}, {1})")
scalar("flatten", "(array(array(E))) -> array(E)", "flatten({0})")
scalar("reduce", "(array(T), S, function(S, T, S), function(S, R)) -> R", _reduce)
scalar("reverse", "(array(E)) -> array(E)", "list_reverse({0})")
scalar(
    "shuffle",
    "(array(E)) -> array(E)",
    bound(
        "list_transform(list_sort(list_transform({0}, lambda lab_e, lab_i: struct_pack(r := "
        "random(), i := lab_i))), lambda lab_p: {0}[lab_p.i])"
    ),
    deterministic=False,
)
scalar(
    "slice",
    "(array(E), bigint, bigint) -> array(E)",
    bound(
        f"CASE WHEN {{1}} = 0 THEN {fail(BAD, 'SQL array indices start at 1')} "
        f"WHEN {{2}} < 0 THEN {fail(BAD, 'length must be greater than or equal to 0')} "
        "WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL "
        "WHEN {2} = 0 OR {1} > len({0}) OR {1} < -CAST(len({0}) AS BIGINT) THEN {0}[1:0] "
        "WHEN {1} < 0 THEN {0}[CAST(len({0}) AS BIGINT) + {1} + 1:"
        "least(CAST(len({0}) AS BIGINT) + {1} + least({2}, 2147483647), CAST(len({0}) AS BIGINT))] "
        "ELSE {0}[{1}:least({1} - 1 + least({2}, 2147483647), CAST(len({0}) AS BIGINT))] END"
    ),
)
scalar("transform", "(array(T), function(T, U)) -> array(U)", "list_transform({0}, {1})")
scalar(
    "trim_array",
    "(array(E), bigint) -> array(E)",
    lambda call: emitting.over(
        call,
        lambda a, n: (
            f"(CASE WHEN {n} < 0 THEN {fail_with(BAD, text('size must not be negative: '), n)} "
            f"WHEN {n} > len({a}) THEN "
            f"{fail_with(BAD, text('size must not exceed array cardinality '), f'len({a})', text(': '), n)} "
            f"WHEN {n} IS NOT NULL THEN {a}[1:CAST(len({a}) AS BIGINT) - {n}] END)"
        ),
    ),
)
for _count in range(2, 6):
    _arrays = ", ".join(f"array(T{i})" for i in range(1, _count + 1))
    _rows = ", ".join(f"T{i}" for i in range(1, _count + 1))
    scalar("zip", f"({_arrays}) -> array(row({_rows}))", _zip)
scalar("zip_with", "(array(T), array(U), function(T, U, R)) -> array(R)", _zip_with)
lacking("array_histogram", "array_first", "array_last", reason="of a later release of Trino")
