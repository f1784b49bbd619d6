"""The files that the condition of an OPTIMIZE chooses.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html: a file is chosen if a row of it matches
"""

import pytest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.filters import FilterPlan, analyze_filter
from localstack_lab.athena.sql.plan import Session

from tests.emulator.athena.sql.iceberg import LakeRunner
from tests.emulator.athena.sql.running import NOW


def _plan(lake: LakeRunner, where: str, *parameters: str, table: str = "stock") -> FilterPlan:
    session = Session(database="shop", now=NOW)
    return analyze_filter([table], where, lake.catalog, session=session, parameters=parameters)


@pytest.mark.parametrize(
    ("where", "columns", "files"),
    [
        ("id = 1", ("id",), ["s3://b/1"]),
        ("id > 1", ("id",), ["s3://b/1", "s3://b/2"]),
        ("product LIKE 'p%' AND sold > DATE '2024-01-03'", ("product", "sold"), ["s3://b/2"]),
        ("id > 9", ("id",), []),
        ("1 = 1", (), ["s3://b/1", "s3://b/2"]),
    ],
)
def test_files_with_a_row_that_matches(
    lake: LakeRunner, where: str, columns: tuple[str, ...], files: list[str]
) -> None:
    plan = _plan(lake, where)
    assert (plan.target.name, plan.columns) == ("stock", columns)
    assert sorted(row[0] for row in lake.run(plan.plan)) == files


def test_parameters(lake: LakeRunner) -> None:
    assert lake.run(_plan(lake, "id = ?", "4").plan) == [("s3://b/2",)]


@pytest.mark.parametrize(
    ("where", "table", "message"),
    [
        ("       id", "stock", "TYPE_MISMATCH: line 1:8: WHERE clause must evaluate to a boolean: "),
        ("nope = 1", "stock", "COLUMN_NOT_FOUND: line 1:1: "),
        ("id IN (SELECT 1)", "stock", "NOT_SUPPORTED: line 1:4: A subquery in the WHERE clause of OPTIMIZE"),
        ("id = 1", "orders", "NOT_SUPPORTED: OPTIMIZE is only supported for Iceberg tables"),
        ("id = 1", "missing", "TABLE_NOT_FOUND: "),
    ],
)  # fmt: skip
def test_what_no_condition_can_be(lake: LakeRunner, where: str, table: str, message: str) -> None:
    with pytest.raises(QueryError) as failed:
        _plan(lake, where, table=table)
    assert str(failed.value).startswith(message)
