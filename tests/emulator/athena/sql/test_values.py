"""What depends on how values are the same or fit a pattern: LIKE, LISTAGG, maps, INTERSECT and EXCEPT.

https://trino.io/docs/current/functions/comparison.html#pattern-comparison-like
https://trino.io/docs/current/functions/aggregate.html#listagg, #map_agg
https://trino.io/docs/current/sql/select.html#intersect-clause
"""

import pytest

from tests.emulator.athena.sql.running import Runner

LONG = "(SELECT rpad('', 300000, 'a') FROM UNNEST(sequence(1, 5))) t(x)"
AT_TEN = "TIMESTAMP '2020-01-01 10:00:00 UTC'"
AT_ELEVEN = "TIMESTAMP '2020-01-01 11:00:00 +01:00'"  # the same moment


@pytest.mark.parametrize(
    ("condition", "values", "answers"),
    [
        (
            "x LIKE p ESCAPE e",
            "('a%', 'a#%', '#'), ('ab', 'a#%', '#'), (NULL, '%', '#')",
            [True, False, None],
        ),
        (
            "x LIKE p ESCAPE e",
            "('a_', 'a$_', '$'), ('ab', 'a$_', '$'), ('xa', '%a', '')",
            [True, False, True],
        ),
        ("x LIKE p ESCAPE '#'", "('a%b', 'a#%_', ''), ('a#', 'a##', ''), ('a\nb', 'a_b', '')", [True] * 3),
        ("x LIKE p", "('abc', 'a%', ''), ('a\\%', 'a\\%', ''), ('b', 'a', '')", [True, True, False]),
        ("x LIKE 'a#%' ESCAPE '#'", "('a%', '', ''), ('ab', '', '')", [True, False]),
        ("x LIKE 'a%' ESCAPE ''", "('a%', '', ''), ('ab', '', '')", [True, True]),
    ],
)
def test_like(athena: Runner, condition: str, values: str, answers: list[bool | None]) -> None:
    rows = athena.rows(f"SELECT {condition} FROM (VALUES {values}) t(x, p, e)")
    assert [row[0] for row in rows] == answers


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("x LIKE p ESCAPE '#'",
         "INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%', '_' or the escape character "
         "itself"),
        ("'ab' LIKE 'ab#' ESCAPE '#'", "INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%'"),
        ("x LIKE p ESCAPE '##'", "INVALID_FUNCTION_ARGUMENT: Escape string must be a single character"),
        ("x LIKE p ESCAPE 1",
         "TYPE_MISMATCH: line 1:24: Escape for LIKE expression must evaluate to a varchar (actual: integer)"),
    ],
)  # fmt: skip
def test_a_like_that_fails(athena: Runner, condition: str, message: str) -> None:
    assert athena.error(f"SELECT {condition} FROM (VALUES ('ab', 'a#b')) t(x, p)").startswith(message)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("length(listagg(x, ',' ON OVERFLOW TRUNCATE WITHOUT COUNT) WITHIN GROUP (ORDER BY x))", 900006),
        (
            "substr(listagg(x, ',' ON OVERFLOW TRUNCATE '~' WITH COUNT) WITHIN GROUP (ORDER BY x), -6)",
            "a,~(2)",
        ),
        ("listagg(left_out, ',' ON OVERFLOW TRUNCATE WITH COUNT) WITHIN GROUP (ORDER BY x)", None),
    ],
)
def test_listagg_that_overflows(athena: Runner, call: str, answer: object) -> None:
    source = LONG.replace("t(x)", "s(x)")
    sql = f"SELECT {call} FROM (SELECT x, CAST(NULL AS varchar) AS left_out FROM {source})"
    assert athena.rows(sql) == [(answer,)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("listagg(x, ',') WITHIN GROUP (ORDER BY x)",
         "EXCEEDED_FUNCTION_MEMORY_LIMIT: Concatenated string has the length in bytes larger than the "
         "maximum output length 1048576"),
        ("TRY(listagg(x, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY x))",
         "EXCEEDED_FUNCTION_MEMORY_LIMIT"),
        ("listagg(1, ',') WITHIN GROUP (ORDER BY x)",
         "TYPE_MISMATCH: line 1:8: Expected expression of varchar, but '1' has integer type"),
        ("listagg(x, ',' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY x)", "line 1:43: mismatched input ')'"),
    ],
)  # fmt: skip
def test_a_listagg_that_fails(athena: Runner, call: str, message: str) -> None:
    assert athena.error(f"SELECT {call} FROM {LONG}").startswith(message)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("map_agg(x, 1)", None),
        ("multimap_agg(x, 1)", None),
        ("histogram(x)", None),
        ("map_union(MAP(ARRAY[n], ARRAY[n])) FILTER (WHERE n > 5)", None),
        ("map_agg(n, x) FILTER (WHERE n < 2 OR n > 5)", {1: None}),
    ],
)
def test_maps_of_no_keys_are_null(athena: Runner, call: str, answer: object) -> None:
    # MapAggregationState writes null while nothing has been put into it
    assert athena.rows(f"SELECT {call} FROM (VALUES (CAST(NULL AS integer), 1)) t(x, n)") == [(answer,)]


@pytest.mark.parametrize(
    ("operation", "left", "right", "count"),
    [
        ("INTERSECT", AT_TEN, AT_ELEVEN, 1),
        ("EXCEPT", AT_TEN, AT_ELEVEN, 0),
        ("INTERSECT ALL", f"{AT_TEN}, {AT_TEN}, NULL, NULL", f"{AT_ELEVEN}, NULL, NULL, NULL", 3),
        ("EXCEPT ALL", f"{AT_TEN}, {AT_TEN}, NULL, NULL", f"{AT_ELEVEN}, NULL", 2),
        ("EXCEPT", f"{AT_TEN}, {AT_TEN}, NULL, NULL", "NULL", 1),
        ("UNION", AT_TEN, AT_ELEVEN, 1),
        ("INTERSECT", "MAP(ARRAY[1, 2], ARRAY[3, 4])", "MAP(ARRAY[2, 1], ARRAY[4, 3])", 1),
        ("EXCEPT", "MAP(ARRAY[1, 2], ARRAY[3, 4])", "MAP(ARRAY[2, 1], ARRAY[4, NULL])", 1),
        ("INTERSECT", f"ARRAY[{AT_TEN}]", f"ARRAY[{AT_ELEVEN}]", 1),
    ],
)
def test_rows_that_are_the_same(athena: Runner, operation: str, left: str, right: str, count: int) -> None:
    sides = [f"SELECT x FROM (VALUES {side}) t(x)" for side in (left, right)]
    assert athena.rows(f"SELECT count(*) FROM ({f' {operation} '.join(sides)})") == [(count,)]
