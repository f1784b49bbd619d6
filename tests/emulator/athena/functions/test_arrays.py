"""https://trino.io/docs/current/functions/array.html: its examples, nulls and edges."""

import datetime

import pytest

from tests.emulator.athena.functions.calling import Lambda, Sql, answer, failure

D = datetime.date
NONE = Sql("NULL", "array(integer)")
EMPTY = Sql("[]::INTEGER[]", "array(integer)")
TWICE = Lambda("x", "x * 2", "integer")
POSITIVE = Lambda("x", "x > 0", "boolean")
CASES = [
    ("all_match", ([1, 2], POSITIVE), True, "boolean"),
    ("all_match", ([1, -2, None], POSITIVE), False, "boolean"),
    ("all_match", ([1, None], POSITIVE), None, "boolean"),
    ("all_match", (EMPTY, POSITIVE), True, "boolean"),
    ("any_match", ([-1, 2, None], POSITIVE), True, "boolean"),
    ("any_match", ([-1, None], POSITIVE), None, "boolean"),
    ("any_match", (EMPTY, POSITIVE), False, "boolean"),
    ("none_match", ([-1], POSITIVE), True, "boolean"),
    ("none_match", ([1, None], POSITIVE), False, "boolean"),
    ("none_match", (NONE, POSITIVE), None, "boolean"),
    ("array_distinct", ([3, 1, None, 3, None],), [3, 1, None], "array(integer)"),
    ("array_except", ([3, 1, 1, 2, None], [2]), [3, 1, None], "array(integer)"),
    ("array_intersect", ([3, 1, 1, None], [None, 1]), [1, None], "array(integer)"),
    ("array_union", ([3, 1], [1, 2, 3]), [3, 1, 2], "array(integer)"),
    ("array_max", ([1, 3, 2],), 3, "integer"),
    ("array_max", ([1, None],), None, "integer"),
    ("array_min", (EMPTY,), None, "integer"),
    ("array_position", ([5, 6, 5], 5), 1, "bigint"),
    ("array_position", ([5, 6], 7), 0, "bigint"),
    ("array_position", ([5, 6, 5], 5, -1), 3, "bigint"),
    ("array_position", ([5, 6, 5], 5, 2), 3, "bigint"),
    ("array_position", ([5, 6, 5], 5, 3), 0, "bigint"),
    ("array_remove", ([1, None, 2, 1], 1), [None, 2], "array(integer)"),
    ("array_sort", ([3, None, 1],), [1, 3, None], "array(integer)"),
    (
        "array_sort",
        ([3, 2, 5, 1, 2], Lambda("x, y", "CASE WHEN x < y THEN 1 WHEN x = y THEN 0 ELSE -1 END", "integer")),
        [5, 3, 2, 2, 1],
        "array(integer)",
    ),
    (
        "array_sort",
        (
            ["bc", "ab", "dc"],
            Lambda("x, y", "CASE WHEN x < y THEN 1 WHEN x = y THEN 0 ELSE -1 END", "integer"),
        ),
        ["dc", "bc", "ab"],
        None,
    ),
    ("arrays_overlap", ([1, 2], [2, 3]), True, "boolean"),
    ("arrays_overlap", ([1, None], [2]), None, "boolean"),
    ("arrays_overlap", ([1], [2]), False, "boolean"),
    ("arrays_overlap", (EMPTY, [None]), False, "boolean"),
    ("cardinality", ([1, None],), 2, "bigint"),
    ("combinations", (["foo", "bar", "baz"], 2), [["foo", "bar"], ["foo", "baz"], ["bar", "baz"]], None),
    ("combinations", ([1, 2, 3], 2), [[1, 2], [1, 3], [2, 3]], "array(array(integer))"),
    ("combinations", ([1, 2, 3, 4], 2), [[1, 2], [1, 3], [2, 3], [1, 4], [2, 4], [3, 4]], None),
    ("combinations", ([1, 2, 2], 2), [[1, 2], [1, 2], [2, 2]], None),
    ("combinations", ([1], 0), [[]], None),
    ("concat", ([1], [2], [3]), [1, 2, 3], "array(integer)"),
    ("concat", ([1], NONE), None, "array(integer)"),
    ("concat", ([1], 2), [1, 2], "array(integer)"),
    ("concat", (0, [1]), [0, 1], "array(integer)"),
    ("contains", ([1, 2], 2), True, "boolean"),
    ("contains", ([1, None], 2), None, "boolean"),
    ("contains", ([1], 2), False, "boolean"),
    ("contains", ([1, 2], 2.0), True, "boolean"),
    ("contains_sequence", ([1, 2, 3, 4], [2, 3]), True, "boolean"),
    ("contains_sequence", ([1, 2, 3, 4], [3, 2]), False, "boolean"),
    ("element_at", ([1, 2], -1), 2, "integer"),
    ("element_at", ([1, 2], 3), None, "integer"),
    ("filter", ([5, -6, None, 7], POSITIVE), [5, 7], "array(integer)"),
    ("flatten", ([[1, None], [2]],), [1, None, 2], "array(integer)"),
    ("ngrams", (["foo", "bar", "baz", "foo"], 2), [["foo", "bar"], ["bar", "baz"], ["baz", "foo"]], None),
    ("ngrams", (["foo", "bar"], 3), [["foo", "bar"]], None),
    (
        "reduce",
        ([5, 20, 50], 0, Lambda("s, x", "s + x", "integer"), Lambda("s", "s", "integer")),
        75,
        "integer",
    ),
    ("reduce", (EMPTY, 0, Lambda("s, x", "s + x", "integer"), Lambda("s", "s", "integer")), 0, "integer"),
    (
        "reduce",
        ([5, None], 0, Lambda("s, x", "s + x", "integer"), Lambda("s", "s", "integer")),
        None,
        "integer",
    ),
    (
        "reduce",
        ([5, None], 0, Lambda("s, x", "s + coalesce(x, 0)", "integer"), Lambda("s", "'=' || s", "varchar")),
        "=5",
        "varchar",
    ),
    ("repeat", (7, 3), [7, 7, 7], "array(integer)"),
    ("repeat", ("a", 0), [], "array(varchar(1))"),
    ("reverse", ([1, None],), [None, 1], "array(integer)"),
    ("sequence", (1, 3), [1, 2, 3], "array(bigint)"),
    ("sequence", (3, 1), [3, 2, 1], "array(bigint)"),
    ("sequence", (1, 10, 4), [1, 5, 9], "array(bigint)"),
    ("sequence", (5, 1, -3), [5, 2], "array(bigint)"),
    (
        "sequence",
        (Sql("DATE '2020-02-28'", "date"), Sql("DATE '2020-03-01'", "date")),
        [D(2020, 2, 28), D(2020, 2, 29), D(2020, 3, 1)],
        "array(date)",
    ),
    (
        "sequence",
        (
            Sql("DATE '2020-01-31'", "date"),
            Sql("DATE '2020-04-01'", "date"),
            Sql("1", "interval year to month"),
        ),
        [D(2020, 1, 31), D(2020, 2, 29), D(2020, 3, 31)],
        "array(date)",
    ),
    (
        "sequence",
        (
            Sql("TIMESTAMP '2020-01-01 00:00:00'", "timestamp(3)"),
            Sql("TIMESTAMP '2020-01-01 01:00:00'", "timestamp(3)"),
            Sql("1800000::BIGINT", "interval day to second"),
        ),
        [datetime.datetime(2020, 1, 1, 0, m) for m in (0, 30)] + [datetime.datetime(2020, 1, 1, 1)],
        "array(timestamp(3))",
    ),
    ("slice", ([1, 2, 3, 4], 2, 2), [2, 3], "array(integer)"),
    ("slice", ([1, 2, 3, 4], -3, 2), [2, 3], "array(integer)"),
    ("slice", ([1, 2, 3, 4], 3, 10), [3, 4], "array(integer)"),
    ("slice", ([1, 2, 3, 4], 6, 1), [], "array(integer)"),
    ("transform", ([5, None], TWICE), [10, None], "array(integer)"),
    ("trim_array", ([1, 2, 3, 4], 1), [1, 2, 3], "array(integer)"),
    (
        "zip",
        ([1, 2], ["1b", None, "3b"]),
        [
            {"field0": 1, "field1": "1b"},
            {"field0": 2, "field1": None},
            {"field0": None, "field1": "3b"},
        ],
        "array(row(integer, varchar(2)))",
    ),
    (
        "zip_with",
        ([1, 3, 5], ["a", "b"], Lambda("x, y", "y || x", "varchar")),
        ["a1", "b3", None],
        "array(varchar)",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("element_at", ([1], 0), "SQL array indices start at 1"),
        ("slice", ([1], 0, 1), "SQL array indices start at 1"),
        ("slice", ([1], 1, -1), "length must be greater than or equal to 0"),
        ("ngrams", ([1], 0), "N must be positive"),
        ("combinations", ([1], 6), "combination size must not exceed 5: 6"),
        ("trim_array", ([1], 2), "size must not exceed array cardinality 1: 2"),
        (
            "sequence",
            (-9223372036854775807, 9223372036854775807),
            "result of sequence function must not have more than 10000 entries",
        ),
        ("sequence", (1, 20000), "result of sequence function must not have more than 10000 entries"),
        (
            "array_sort",
            ([1, 2], Lambda("x, y", "7", "integer")),
            "Lambda comparator must return either -1, 0, or 1",
        ),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"


def test_a_shuffled_array_has_the_same_elements(engine):
    assert sorted(answer(engine, "shuffle", list(range(20))).value) == list(range(20))
