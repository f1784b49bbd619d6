"""Statements that write rows of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
Nothing of pyiceberg is imported before such a statement runs.
"""

from typing import Any

from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.athena.sql.filters import not_pushed
from localstack_lab.athena.statements.context import Members
from localstack_lab.athena.statements.rows import storing
from localstack_lab.athena.statements.rows.filling import filled
from localstack_lab.athena.statements.tree import Insert, Optimize, RowChange


def insert(session: Any, statement: Insert, text: str, glue_table: Members) -> Outcome:
    """Add the rows of the query to a table, as one snapshot; no rows, no snapshot.

    :raises QueryError: TYPE_MISMATCH and the like, ICEBERG_COMMIT_ERROR
    """
    from localstack_lab.athena.iceberg import commits, writing

    info = session.iceberg.info(glue_table)
    columns = [(name, info.types[name]) for name, _ in info.columns]
    plan = session.plan(statement.query.in_place(text))
    coerced = filled(statement, columns, [column.type for column in plan.columns])
    table, files = session.iceberg.load(glue_table), session.iceberg.tables.files
    named = storing.file_names(session.now)
    with session.relation(plan) as (connection, sql):
        added = writing.write(connection, coerced(sql), table.metadata, files, named)
    if added:
        with commits.committed(table), table.transaction() as transaction:
            commits.append(transaction, added)
    return _outcome(session, sum(file.record_count for file in added), [file.file_path for file in added])


def change(session: Any, statement: RowChange, glue_table: Members) -> Outcome:
    """DELETE, UPDATE or MERGE: one snapshot, or none if no row changes.

    :raises QueryError: those of the analysis and of the query; ICEBERG_COMMIT_ERROR
    """
    from localstack_lab.athena.iceberg import changes

    analysed = session.change(statement.change)
    table, files = session.iceberg.load(glue_table), session.iceberg.tables.files
    with session.relation(analysed.plan) as (connection, sql):
        changed = changes.change(connection, sql, table, files, storing.file_names(session.now))
    return _outcome(session, changed.rows, list(changed.urls))


def optimize(session: Any, statement: Optimize, text: str, glue_table: Members) -> Outcome:
    """Write small files together, and leave out what files of deletes name.

    :param text: the whole statement
    :raises QueryError: NOT_SUPPORTED for a condition on columns that the table is not partitioned by;
        ICEBERG_COMMIT_ERROR
    """
    from localstack_lab.athena.iceberg import maintenance

    table, files = session.iceberg.load(glue_table), session.iceberg.tables.files
    meant: set[str] | None = None
    if statement.where is not None:
        name = (glue_table["DatabaseName"], glue_table["Name"])
        chosen = session.filter(name, statement.where.in_place(text))
        if not set(chosen.columns) <= maintenance.parted_by(table):
            raise not_pushed()
        with session.relation(chosen.plan) as (connection, sql):
            meant = {path for (path,) in connection.execute(sql).fetchall()}
    named = storing.file_names(session.now)
    with session.translated():
        urls, read = maintenance.optimize(session.running, table, files, named, meant)
    session.read_more(read)
    return _outcome(session, 0, urls)


def vacuum(session: Any, glue_table: Members) -> Outcome:
    """Forget old snapshots, and delete the files that nothing needs.

    :raises QueryError: ICEBERG_VACUUM_MORE_RUNS_NEEDED, ICEBERG_COMMIT_ERROR
    """
    from localstack_lab.athena.iceberg import maintenance

    maintenance.vacuum(session.iceberg.load(glue_table), session.iceberg.tables.files, session.now)
    return _outcome(session, 0, [])


def _outcome(session: Any, rows: int, urls: list[str], *changed: tuple[str, str, str]) -> Outcome:
    return storing.outcome(session, storing.Stored(tuple(urls), rows, {}), changed)
