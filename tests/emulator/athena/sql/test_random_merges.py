"""MERGE against a small model of its own: random rows, random clauses, as Trino's QueryPlanner plans them.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/planner/QueryPlanner.java
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.plan import TableInfo

from tests.emulator.athena.sql.iceberg import LakeRunner

type Row = tuple[int | None, int | None]
_TWICE = "MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row"


@dataclass(frozen=True)
class Clause:
    """A WHEN clause: its SQL, whether it holds for (target, source), and the new row; None deletes."""

    sql: str
    matched: bool
    holds: Callable[[Row | None, Row], bool]
    makes: Callable[[Row | None, Row], Row | None]


def _clause(chance: random.Random) -> Clause:
    bound, matched = chance.randrange(4), chance.random() < 0.6
    side = chance.choice(["s.v", "t.v", ""] if matched else ["s.v", ""])

    def holds(target: Row | None, source: Row) -> bool:
        if not side:
            return True
        value = source[1] if side == "s.v" or target is None else target[1]
        return value is not None and value >= bound

    when = f"WHEN {'MATCHED' if matched else 'NOT MATCHED'} {f'AND {side} >= {bound}' if side else ''} THEN "
    if not matched:
        return Clause(when + "INSERT (k, v) VALUES (s.k, s.v)", False, holds, lambda _, source: source)
    if chance.random() < 0.4:
        return Clause(when + "DELETE", True, holds, lambda *_: None)
    return Clause(
        when + "UPDATE SET v = s.v + t.k", True, holds,
        lambda target, source: (target[0], _sum(source[1], target[0])),  # type: ignore[index]
    )  # fmt: skip


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _expected(target: list[Row], source: list[Row], clauses: list[Clause]) -> list[tuple[Any, ...]] | str:
    changes: list[tuple[Any, ...]] = []
    pairs: Counter[tuple[int, int]] = Counter()
    changed: Counter[int] = Counter()
    for row in source:
        matches = [place for place, old in enumerate(target) if old[0] is not None and old[0] == row[0]]
        for place in matches or [None]:
            old = None if place is None else target[place]
            number = next(
                (n for n, c in enumerate(clauses) if c.matched == (old is not None) and c.holds(old, row)), -1
            )
            if place is not None:
                pairs[place, number] += 1
                changed[place] += number >= 0
            if number < 0:
                continue
            new = clauses[number].makes(old, row)
            kind = "insert" if place is None else "delete" if new is None else "update"
            path = None if place is None else "s3://f"
            changes.append((path, place, kind, *(new or (None, None))))
    if max([*pairs.values(), *changed.values()], default=0) > 1:
        return _TWICE
    return sorted(changes, key=str)


def _values(rows: list[Row]) -> str:
    listed = ", ".join(f"({'NULL' if k is None else k}, {'NULL' if v is None else v})" for k, v in rows)
    return f"(SELECT k::INTEGER AS k, v::INTEGER AS v FROM (VALUES {listed}) AS x(k, v))"


@pytest.mark.parametrize("seed", range(60))
def test_a_random_merge(lake: LakeRunner, seed: int) -> None:
    chance = random.Random(seed)

    def rows(most: int) -> list[Row]:
        keys = chance.choices([*range(most + 2), None], k=chance.randint(1, most))
        return [(key, chance.choice([None, 0, 1, 2, 3])) for key in keys]

    target, source = rows(5), rows(4)
    clauses = [_clause(chance) for _ in range(chance.randint(1, 3))]
    types = {"k": t.INTEGER, "v": t.INTEGER}
    for name, held in (("target", target), ("source", source)):
        lake.catalog.infos[name] = TableInfo(
            "shop", name, [("k", "int"), ("v", "int")], iceberg=True, types=types
        )
        lake.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {_values(held)}")
    lake.connection.execute(
        'CREATE OR REPLACE TABLE target AS SELECT *, \'s3://f\' AS "$path", rowid AS "$row_place" FROM target'
    )
    sql = "MERGE INTO target t USING source s ON t.k = s.k " + " ".join(c.sql for c in clauses)
    expected = _expected(target, source, clauses)
    if isinstance(expected, str):
        assert lake.change_error(sql) == expected
    else:
        assert sorted(lake.run(lake.change(sql).plan), key=str) == expected
