"""The project's list of typical statements, through the whole of Glue, S3 and Athena."""

import pytest

from benchmarks.lake_workload import Lake
from benchmarks.typical import STATEMENTS, TABLES, Statement
from benchmarks.workload import Clients


@pytest.fixture(scope="module")
def lake(lab_endpoint: str) -> Lake:
    """A database with the tables that the statements read."""
    made = Lake(Clients(lab_endpoint))
    for table in TABLES:
        made.add(table)
    return made


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
def test_a_typical_statement_is_right(lake: Lake, statement: Statement) -> None:
    for sql in statement.before:
        lake.run(sql)
    found = lake.rows(lake.run(statement.sql))
    if not statement.ordered:
        found = sorted(found, key=repr)
    wanted = list(statement.rows) if statement.ordered else sorted(statement.rows, key=repr)
    assert found == wanted
