"""https://trino.io/docs/current/functions/map.html: its examples, nulls and edges."""

import pytest

from tests.emulator.athena.functions.calling import Lambda, Sql, answer, failure

NONE = Sql("NULL", "map(varchar, integer)")
ENTRIES = Sql(
    "[struct_pack(field0 := 1, field1 := 'x'), struct_pack(field0 := 2, field1 := 'y')]",
    "array(row(integer, varchar))",
)
TWICE = Sql(
    "[struct_pack(field0 := 1, field1 := 'x'), struct_pack(field0 := 2, field1 := 'y'), "
    "struct_pack(field0 := 1, field1 := NULL)]",
    "array(row(integer, varchar))",
)
CASES = [
    ("cardinality", ({"a": 1},), 1, "bigint"),
    ("element_at", ({"a": 1}, "a"), 1, "integer"),
    ("element_at", ({"a": 1}, "b"), None, "integer"),
    ("map", ([1, 3], [2, 4]), {1: 2, 3: 4}, "map(integer, integer)"),
    ("map", (["a"], [None]), {"a": None}, "map(varchar(1), unknown)"),
    ("map", (), {}, "map(unknown, unknown)"),
    ("map_from_entries", (ENTRIES,), {1: "x", 2: "y"}, "map(integer, varchar)"),
    ("multimap_from_entries", (TWICE,), {1: ["x", None], 2: ["y"]}, "map(integer, array(varchar))"),
    (
        "map_entries",
        ({1: "x", 2: "y"},),
        [{"field0": 1, "field1": "x"}, {"field0": 2, "field1": "y"}],
        "array(row(integer, varchar(1)))",
    ),
    ("map_concat", ({"a": 1, "b": 2}, {"b": 3}), {"a": 1, "b": 3}, "map(varchar(1), integer)"),
    (
        "map_filter",
        ({10: "a", 20: "b", 30: "c"}, Lambda("k, v", "k > 10 AND v <> 'c'", "boolean")),
        {20: "b"},
        None,
    ),
    ("map_filter", (NONE, Lambda("k, v", "v > 10", "boolean")), None, None),
    ("map_keys", ({"a": 1, "b": 2},), ["a", "b"], "array(varchar(1))"),
    ("map_values", ({"a": 1, "b": None},), [1, None], "array(integer)"),
    (
        "map_zip_with",
        (
            {1: "a", 2: "b", 3: "c"},
            {1: "d", 2: "e", 4: "f"},
            Lambda("k, v1, v2", "concat_ws('', v1, v2)", "varchar"),
        ),
        {1: "ad", 2: "be", 3: "c", 4: "f"},
        None,
    ),
    (
        "transform_keys",
        ({1: 4, 2: 5}, Lambda("k, v", "k + v", "integer")),
        {5: 4, 7: 5},
        "map(integer, integer)",
    ),
    (
        "transform_values",
        ({1: 1.0, 2: None}, Lambda("k, v", "coalesce(v, k) || ''", "varchar")),
        {1: "1.0", 2: "2.0"},
        "map(integer, varchar)",
    ),
    ("transform_values", (NONE, Lambda("k, v", "v + 1", "integer")), None, None),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("map", ([1], [1, 2]), "Key and value arrays must be the same length"),
        ("map", ([1, None], [1, 2]), "map key cannot be null"),
        ("map", ([1, 1], [1, 2]), "Duplicate map keys are not allowed"),
        ("map_from_entries", (TWICE,), "Duplicate map keys are not allowed"),
        (
            "transform_keys",
            ({1: 4, 2: 5}, Lambda("k, v", "7", "integer")),
            "Duplicate map keys are not allowed",
        ),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments).startswith(f"INVALID_FUNCTION_ARGUMENT: {message}")
