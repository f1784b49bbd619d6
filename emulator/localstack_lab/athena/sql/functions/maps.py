"""Map functions.

https://trino.io/docs/current/functions/map.html
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import emitting
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, fail

BAD = "INVALID_FUNCTION_ARGUMENT"
_DUPLICATE = fail(BAD, "Duplicate map keys are not allowed")
_NULL_KEY = fail(BAD, "map key cannot be null")


def from_lists(keys: str, values: str, kind: t.Type) -> str:
    """A map of two lists that are known to fit each other."""
    return f"CAST(map({keys}, {values}) AS {t.duckdb(kind)})"


def first_of_each(entries: str, kind: t.Type) -> str:
    """A map of a list of `struct(k, v)`; the first entry of a key holds, null keys are left out."""

    def body(e: str) -> str:
        return emitting.bind(
            lambda ks: (
                f"(CASE WHEN list_unique({ks}) = len({ks}) THEN "
                + from_lists(ks, f"list_transform({e}, lambda lab_x: lab_x.v)", kind)
                + " ELSE "
                + emitting.bind(
                    lambda u: from_lists(
                        f"list_transform({u}, lambda lab_x: lab_x.k)",
                        f"list_transform({u}, lambda lab_x: lab_x.v)",
                        kind,
                    ),
                    f"list_filter({e}, lambda lab_x, lab_i: list_position({ks}, lab_x.k) = lab_i)",
                )
                + " END)"
            ),
            f"list_transform({e}, lambda lab_x: lab_x.k)",
        )

    return emitting.bind(body, f"list_filter({entries}, lambda lab_x: lab_x.k IS NOT NULL)")


def collected(entries: str, kind: t.Type) -> str:
    """A map from each key of a list of `struct(k, v)` to all its values, in their order."""

    def body(e: str) -> str:
        return emitting.bind(
            lambda ks: from_lists(
                ks,
                f"list_transform({ks}, lambda lab_k: list_transform(list_filter({e}, lambda lab_x: "
                f"lab_x.k = lab_k), "
                "lambda lab_x: lab_x.v))",
                kind,
            ),
            emitting.bind(
                lambda all_: (
                    f"list_filter({all_}, lambda lab_k, lab_i: list_position({all_}, lab_k) = lab_i)"
                ),
                f"list_transform({e}, lambda lab_x: lab_x.k)",
            ),
        )

    return emitting.bind(body, f"list_filter({entries}, lambda lab_x: lab_x.k IS NOT NULL)")


def _map(call: Call) -> str:
    lengths = fail(BAD, "Key and value arrays must be the same length")
    return emitting.over(
        call,
        lambda k, v: (
            f"(CASE WHEN {k} IS NULL OR {v} IS NULL THEN NULL WHEN len({k}) <> len({v}) THEN {lengths} "
            f"WHEN list_count({k}) < len({k}) THEN {_NULL_KEY} WHEN list_unique({k}) < len({k}) "
            f"THEN {_DUPLICATE} "
            f"ELSE {from_lists(k, v, call.type)} END)"
        ),
    )


def _entry(place: int) -> str:
    return f"lambda lab_e: struct_extract_at(lab_e, {place})"


def _from_entries(call: Call) -> str:
    null_entry = fail(BAD, "map entry cannot be null")

    def body(e: str) -> str:
        keys, values = (f"list_transform({e}, {_entry(i)})" for i in (1, 2))
        return emitting.bind(
            lambda k: (
                f"(CASE WHEN {e} IS NULL THEN NULL WHEN list_count({e}) < len({e}) THEN {null_entry} "
                f"WHEN list_count({k}) < len({k}) THEN {_NULL_KEY} WHEN list_unique({k}) < len({k}) "
                f"THEN {_DUPLICATE} "
                f"ELSE {from_lists(k, values, call.type)} END)"
            ),
            keys,
        )

    return emitting.over(call, body)


def _multimap_from_entries(call: Call) -> str:
    null_entry = fail(BAD, "map entry cannot be null")

    def body(e: str) -> str:
        pair = "struct_pack(k := struct_extract_at(lab_e, 1), v := struct_extract_at(lab_e, 2))"
        pairs = f"list_transform({e}, lambda lab_e: {pair})"
        null_key = f"len(list_filter({e}, lambda lab_e: struct_extract_at(lab_e, 1) IS NULL)) > 0"
        return (
            f"(CASE WHEN {e} IS NULL THEN NULL WHEN list_count({e}) < len({e}) THEN {null_entry} "
            f"WHEN {null_key} THEN {_NULL_KEY} ELSE {collected(pairs, call.type)} END)"
        )

    return emitting.over(call, body)


def _entries(call: Call) -> str:
    entry = "struct_pack(field0 := lab_e.key, field1 := lab_e.value)"
    return f"list_transform(map_entries({call.sql(0)}), lambda lab_e: {entry})"


def _concat(call: Call) -> str:
    """Of a key in several maps the last one's value holds."""
    entries = [
        f"list_transform(map_entries({a.sql}), lambda lab_e: struct_pack(k := lab_e.key, v := lab_e.value))"
        for a in reversed(call.arguments)
    ]
    return first_of_each("(" + " || ".join(entries) + ")", call.type)


def _filter(call: Call) -> str:
    function = call.arguments[1]
    key, value = function.parameters

    def body(m: str) -> str:
        kept = (
            f"list_filter(range(1, len(map_keys({m})) + 1), lambda lab_i: "
            f"list_transform([map_keys({m})[lab_i]], "
            f"lambda {key}: list_transform([map_values({m})[lab_i]], lambda {value}: {function.body})[1])[1])"
        )
        return emitting.bind(
            lambda p: (
                f"(CASE WHEN {m} IS NOT NULL THEN "
                + from_lists(
                    f"list_transform({p}, lambda lab_i: map_keys({m})[lab_i])",
                    f"list_transform({p}, lambda lab_i: map_values({m})[lab_i])",
                    call.type,
                )
                + " END)"
            ),
            kept,
        )

    return emitting.over_first(call, body)


def _each(call: Call, m: str) -> str:
    """What a lambda over key and value yields for every entry, as a list."""
    function = call.arguments[1]
    key, value = function.parameters
    return (
        f"list_transform(map_keys({m}), lambda {key}, lab_i: "
        f"list_transform([map_values({m})[lab_i]], lambda {value}: {function.body})[1])"
    )


def _transform_values(call: Call) -> str:
    return emitting.over_first(
        call,
        lambda m: (
            f"(CASE WHEN {m} IS NOT NULL THEN {from_lists(f'map_keys({m})', _each(call, m), call.type)} END)"
        ),
    )


def _transform_keys(call: Call) -> str:
    return emitting.over_first(
        call,
        lambda m: emitting.bind(
            lambda k: (
                f"(CASE WHEN {m} IS NULL THEN NULL WHEN list_count({k}) < len({k}) THEN {_NULL_KEY} "
                f"WHEN list_unique({k}) < len({k}) THEN {_DUPLICATE} "
                f"ELSE {from_lists(k, f'map_values({m})', call.type)} END)"
            ),
            _each(call, m),
        ),
    )


def _zip_with(call: Call) -> str:
    function = call.arguments[2]
    key, one, other = function.parameters

    def body(a: str, b: str) -> str:
        keys = f"(map_keys({a}) || list_filter(map_keys({b}), lambda lab_k: NOT map_contains({a}, lab_k)))"

        def built(ks: str) -> str:
            values = (
                f"list_transform({ks}, lambda {key}: list_transform([{a}[{key}]], lambda {one}: "
                f"list_transform([{b}[{key}]], lambda {other}: {function.body})[1])[1])"
            )
            made = from_lists(ks, values, call.type)
            return f"(CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {made} END)"

        return emitting.bind(built, keys)

    return emitting.bind(body, call.sql(0), call.sql(1))


_KEYS = {"K": "comparable"}
scalar("cardinality", "(map(K, V)) -> bigint", "CAST(cardinality({0}) AS BIGINT)")
scalar("element_at", "(map(K, V), K) -> V", "({0})[{1}]", where=_KEYS)
scalar("map", "() -> map(unknown, unknown)", lambda call: f"CAST(map([], []) AS {t.duckdb(call.type)})")
scalar("map", "(array(K), array(V)) -> map(K, V)", _map, where=_KEYS)
scalar("map_from_entries", "(array(row(K, V))) -> map(K, V)", _from_entries, where=_KEYS)
scalar(
    "multimap_from_entries",
    "(array(row(K, V))) -> map(K, array(V))",
    _multimap_from_entries,
    where=_KEYS,
)
scalar("map_entries", "(map(K, V)) -> array(row(K, V))", _entries)
scalar("map_concat", "(map(K, V)...) -> map(K, V)", _concat, where=_KEYS)
scalar("map_filter", "(map(K, V), function(K, V, boolean)) -> map(K, V)", _filter)
scalar("map_keys", "(map(K, V)) -> array(K)", "map_keys({0})")
scalar("map_values", "(map(K, V)) -> array(V)", "map_values({0})")
scalar(
    "map_zip_with",
    "(map(K, V1), map(K, V2), function(K, V1, V2, V3)) -> map(K, V3)",
    _zip_with,
    where=_KEYS,
)
scalar(
    "transform_keys",
    "(map(K1, V), function(K1, V, K2)) -> map(K2, V)",
    _transform_keys,
    where={"K2": "comparable"},
)
scalar("transform_values", "(map(K, V1), function(K, V1, V2)) -> map(K, V2)", _transform_values)
