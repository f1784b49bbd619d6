"""The condition of an OPTIMIZE: which files of a table of Apache Iceberg have rows that it is true for.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.analyze import all_in_depth, begin, finish
from localstack_lab.athena.sql.errors import QueryError, at
from localstack_lab.athena.sql.expressions import Context
from localstack_lab.athena.sql.parser import parse_expression
from localstack_lab.athena.sql.plan import Column, Plan, Session, TableInfo, TableSource
from localstack_lab.athena.sql.scope import Scope
from localstack_lab.athena.sql.targets import table_to_filter
from localstack_lab.athena.sql.tree import Table
from localstack_lab.athena.sql.walking import has_query

HIVE = "OPTIMIZE is only supported for Iceberg tables"
VIEW = "OPTIMIZE on a view is not supported"


@dataclass(frozen=True, slots=True)
class FilterPlan:
    """The files that a condition chooses.

    :ivar columns: the columns that the condition speaks of; Athena takes those only that the table is
        partitioned by, and `not_pushed` is the error of others
    :ivar plan: its one column c0 is `path` VARCHAR, the `"$path"` of each file with such a row, once
    """

    target: TableInfo
    columns: tuple[str, ...]
    plan: Plan


def analyze_filter(
    table: Sequence[str],
    where: str,
    source: TableSource,
    *,
    session: Session | None = None,
    parameters: Sequence[str] = (),
) -> FilterPlan:
    """The plan of the condition of `OPTIMIZE table … WHERE where`.

    :param table: the parts of its name, one to three
    :param where: the condition, with blanks before it so that its places are those of the statement
    :raises QueryError: in Trino's words for what is wrong with it; NOT_SUPPORTED for all but Iceberg's tables
    """
    with all_in_depth():
        condition = parse_expression(where)
        if has_query(condition):
            message = "A subquery in the WHERE clause of OPTIMIZE is not supported"
            raise at(condition.position, "NOT_SUPPORTED", message)
        queries = begin(source, session, parameters)
        target = table_to_filter(queries, Table(condition.position, list(table)), VIEW, HIVE)
        context = Context(Scope(target.fields), "WHERE clause")
        message = "WHERE clause must evaluate to a boolean: actual type {}"
        chosen = queries.expressions.boolean(condition, context, message)
    sql = f"SELECT DISTINCT {target.path()} AS c0 FROM {target.sql} WHERE {chosen.sql}"
    plan = finish(queries, sql, [Column("path", t.VARCHAR)], parameters)
    (scan,) = plan.scans
    return FilterPlan(target.info, tuple(scan.columns), plan)


def not_pushed() -> QueryError:
    """The error of a condition on columns that the table is not partitioned by, in Trino's words."""
    message = (
        "Unexpected FilterNode found in plan; probably connector was not able to handle provided WHERE "
        "expression"
    )
    return QueryError("NOT_SUPPORTED", message)
