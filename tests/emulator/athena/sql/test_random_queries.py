"""Random joins, groups, windows, set operations and subqueries answer what plain Python says they do."""

import math

import pytest

from tests.emulator.athena.sql.random_relations import Maker
from tests.emulator.athena.sql.random_selects import any_query
from tests.emulator.athena.sql.random_values import Row
from tests.emulator.athena.sql.running import Runner

EACH = 60
"""Queries of one test; each has a seed of its own."""


def comparable(rows: list[Row]) -> list[Row]:
    return [tuple("NaN" if isinstance(v, float) and math.isnan(v) else v for v in row) for row in rows]


@pytest.mark.parametrize("first", range(0, 300, EACH))
def test_random_queries(athena: Runner, first: int) -> None:
    for seed in range(first, first + EACH):
        asked = any_query(Maker(seed))
        found, wanted = comparable(athena.rows(asked.sql)), comparable(asked.rows)
        if not asked.ordered:
            found, wanted = sorted(found, key=repr), sorted(wanted, key=repr)
        assert found == wanted, f"seed {seed}: {asked.sql}"
