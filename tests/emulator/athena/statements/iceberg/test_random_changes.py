"""Random statements on an Iceberg table, held to a list of rows in Python and to what pyiceberg reads."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from pyiceberg.table import Table

type Row = tuple[int, str | None]
WORDS = ("pen", "ink", "nib", "pad", None)


def _literal(word: str | None) -> str:
    return "NULL" if word is None else f"'{word}'"


class Model:
    """A table of (id, item) and what each statement makes of it.

    :ivar past: snapshot → the rows that it had
    """

    def __init__(self, lab: Any, opened: Callable[[str], Table], seed: int) -> None:
        self.lab, self.opened = lab, opened
        self.random = random.Random(seed)
        self.rows: list[Row] = []
        self.past: dict[int, list[Row]] = {}

    def word(self) -> str | None:
        return self.random.choice(WORDS)

    def insert(self) -> tuple[str, list[Row]]:
        new = [(self.random.randrange(40), self.word()) for _ in range(self.random.randrange(1, 6))]
        listed = ", ".join(f"({n}, {_literal(word)})" for n, word in new)
        return f"INSERT INTO goods VALUES {listed}", self.rows + new

    def delete(self) -> tuple[str, list[Row]]:
        if self.random.random() < 0.5:
            word = self.random.choice(WORDS[:-1])
            return f"DELETE FROM goods WHERE item = '{word}'", [row for row in self.rows if row[1] != word]
        low = self.random.randrange(40)
        kept = [row for row in self.rows if not low <= row[0] < low + 8]
        return f"DELETE FROM goods WHERE id >= {low} AND id < {low + 8}", kept

    def update(self) -> tuple[str, list[Row]]:
        part, word = self.random.randrange(3), self.word()
        changed = [(n + 1, word) if n % 3 == part else (n, item) for n, item in self.rows]
        return f"UPDATE goods SET item = {_literal(word)}, id = id + 1 WHERE id % 3 = {part}", changed

    def merge(self) -> tuple[str, list[Row]]:
        source = {n: self.word() for n in self.random.sample(range(40), 6)}
        listed = ", ".join(f"({n}, {_literal(word)})" for n, word in source.items())
        sql = (
            f"MERGE INTO goods t USING (VALUES {listed}) AS s (id, item) ON t.id = s.id "
            "WHEN MATCHED AND s.item IS NULL THEN DELETE "
            "WHEN MATCHED THEN UPDATE SET item = s.item "
            "WHEN NOT MATCHED AND s.id < 20 THEN INSERT (id, item) VALUES (s.id, s.item)"
        )
        there = {n for n, _ in self.rows}
        rows = [(n, source.get(n, item)) for n, item in self.rows if n not in source or source[n] is not None]
        return sql, rows + [(n, word) for n, word in source.items() if n not in there and n < 20]

    def optimize(self) -> tuple[str, list[Row]]:
        return "OPTIMIZE goods REWRITE DATA USING BIN_PACK", self.rows

    def step(self) -> None:
        """One statement; afterwards the table is the model."""
        kinds = [self.insert, self.delete, self.update, self.merge, self.optimize]
        sql, self.rows = self.random.choices(kinds, weights=(4, 2, 2, 3, 1))[0]()
        self.lab.outcome(sql)
        told = self.lab.answer("SELECT id, item FROM goods")
        assert sorted((int(n), item or "") for n, item in told) == _sorted(self.rows), sql
        snapshot = self.opened("goods").current_snapshot()
        if snapshot is not None:
            self.past[snapshot.snapshot_id] = self.rows


def _sorted(rows: list[Row]) -> list[tuple[int, str]]:
    return sorted((n, item or "") for n, item in rows)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("partitioned", ["", "PARTITIONED BY (bucket(3, id), item) "])
def test_a_table_is_what_its_statements_make_of_it(
    engine: Any, opened: Callable[[str], Table], seed: int, partitioned: str
) -> None:
    engine.outcome(
        f"CREATE TABLE goods (id bigint, item string) {partitioned}LOCATION 's3://lake/goods/' "
        "TBLPROPERTIES ('table_type' = 'ICEBERG', 'optimize_rewrite_data_file_threshold' = '2')"
    )
    model = Model(engine, opened, seed)
    for _ in range(12):
        model.step()
    found = opened("goods").scan().to_arrow().to_pylist()
    assert sorted((row["id"], row["item"] or "") for row in found) == _sorted(model.rows)
    for snapshot, rows in list(model.past.items())[:4]:
        told = engine.answer(f"SELECT id, item FROM goods FOR VERSION AS OF {snapshot}")
        assert sorted((int(n), item or "") for n, item in told) == _sorted(rows)
    assert int(opened("goods").current_snapshot().summary["total-records"]) >= len(model.rows)
