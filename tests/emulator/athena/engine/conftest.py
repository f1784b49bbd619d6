"""Queries without tables, run as a worker runs them."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from localstack_lab.athena.engine import connection, results
from localstack_lab.athena.sql.analyze import analyze
from localstack_lab.athena.sql.functions import registry


class NoTables:
    def table(self, database: str, name: str) -> None:
        return None

    def databases(self) -> list[str]:
        return []

    def tables(self, database: str) -> list[object]:
        return []


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[str], str]:
    """The text of a query's result file."""

    def run(sql: str) -> str:
        plan = analyze(sql, NoTables())
        running = connection.connect([str(tmp_path)], memory_mb=256, spill_mb=16)
        registry.prepare(running, plan.udfs)
        path = tmp_path / "result.csv"
        results.write_csv(running, plan.sql, plan.columns, str(path))
        running.close()
        return path.read_text()

    return run


@pytest.fixture
def text_of(file_of: Callable[[str], str]) -> Callable[[str], str]:
    """The text of an expression's value in the result file."""

    def run(expression: str) -> str:
        header, row = csv.reader(file_of(f"SELECT {expression} AS x").splitlines())
        assert header == ["x"]
        return row[0]

    return run
