"""Statements that write rows of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
Nothing of pyiceberg is imported before such a statement runs.
"""

from typing import Any

from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.athena.statements.context import Members
from localstack_lab.athena.statements.rows import storing
from localstack_lab.athena.statements.rows.filling import filled
from localstack_lab.athena.statements.tree import Insert


def insert(session: Any, statement: Insert, text: str, glue_table: Members) -> Outcome:
    """Add the rows of the query to a table, as one snapshot; no rows, no snapshot.

    :raises QueryError: TYPE_MISMATCH and the like, ICEBERG_COMMIT_ERROR
    """
    from localstack_lab.athena.iceberg import commits, writing

    info = session.iceberg.info(glue_table)
    columns = [(name, info.types[name]) for name, _ in info.columns]
    plan = session.plan(statement.query.in_place(text))
    coerced = filled(statement, columns, [column.type for column in plan.columns])
    table = session.iceberg.load(glue_table)
    with session.relation(plan) as (connection, sql):
        added = writing.write(
            connection,
            coerced(sql),
            table.metadata,
            session.iceberg.tables.files,
            storing.file_names(session.now),
        )
    if added:
        with commits.committed(table), table.transaction() as transaction:
            commits.append(transaction, added)
    return _outcome(session, sum(file.record_count for file in added), [file.file_path for file in added])


def _outcome(session: Any, rows: int, urls: list[str], *changed: tuple[str, str, str]) -> Outcome:
    return storing.outcome(session, storing.Stored(tuple(urls), rows, {}), changed)
