"""Functions inside one another, inside lambdas, windows, groups and subqueries, through the analyzer."""

from collections.abc import Iterator

import pytest

from tests.emulator.athena.sql.running import Runner, runner


@pytest.fixture(scope="module")
def athena() -> Iterator[Runner]:
    made = runner()
    yield made
    made.connection.close()


CASES = [
    (
        "SELECT transform(tags, id -> lpad(id || customer, 5, '*')) FROM orders WHERE hour = 10",
        [(["*xann", "*yann"],)],
    ),
    (
        "SELECT transform(ARRAY['a,b'], s -> transform(split(s, ','), t -> upper(t) || lpad(t, 2, s)))",
        [([["Aaa", "Bab"]],)],
    ),
    (
        "SELECT lpad(customer, 5, '*'), count(*) FROM orders GROUP BY lpad(customer, 5, '*') ORDER BY 1",
        [("**ann", 1), ("**bob", 1), (None, 1)],
    ),
    (
        "SELECT row_number() OVER (ORDER BY lpad(customer, 2, 'x') DESC) FROM orders",
        [(1,), (2,), (3,)],
    ),
    (
        "SELECT o.id, (SELECT max(lpad(c.name, o.id + 3, '*')) FROM customers c WHERE c.id > o.id) "
        "FROM orders o WHERE o.id < 3 ORDER BY 1",
        [(1, "*cid"), (2, "**cid")],
    ),
    (
        "SELECT TRY(json_parse('x')), TRY(split('a', '')), TRY(date_parse('x', '%Y')), "
        "TRY(regexp_like('a', '['))",
        [(None, None, None, None)],
    ),
    ("SELECT transform(ARRAY[1, 0], x -> TRY(mod(10, x)))", [([0, None],)]),
    ("SELECT map_agg(id, customer) FROM orders WHERE id < 3", [({1: "ann", 2: "bob"},)]),
    (
        "SELECT date_trunc('day', now()) <= now(), typeof(from_unixtime(0))",
        [(True, "timestamp(3) with time zone")],
    ),
]


@pytest.mark.parametrize(("sql", "expected"), CASES)
def test_composed(athena, sql, expected):
    assert athena.rows(sql) == expected


def test_a_wrong_constant_fails_on_a_row_only(athena):
    assert athena.rows("SELECT regexp_like(customer, '[') FROM orders WHERE id > 99") == []
    message = athena.error("SELECT regexp_like(customer, '[') FROM orders")
    assert message == "INVALID_FUNCTION_ARGUMENT: Unclosed character class near index 1: ["
