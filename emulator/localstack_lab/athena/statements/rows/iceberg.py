"""Statements that write rows of Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html
Nothing of pyiceberg is imported before such a statement runs.
"""

from dataclasses import replace
from typing import Any

from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.athena.sql.filters import not_pushed
from localstack_lab.athena.statements.context import Context, Members
from localstack_lab.athena.statements.rows import storing
from localstack_lab.athena.statements.rows.columns import checked_names
from localstack_lab.athena.statements.rows.filling import filled
from localstack_lab.athena.statements.tree import CreateTableAs, Insert, Optimize, RowChange


def create_as(context: Context, session: Any, statement: CreateTableAs, text: str) -> Outcome:
    """Make a table of the rows of the query: it is there with its rows or not at all.

    :raises QueryError: for the query, its columns and types, the properties, a location that is not empty
    """
    from localstack_lab.athena.iceberg import commits, creating, properties, types, writing

    database, name = context.qualified(statement.name)
    location, told, transforms = properties.ctas(statement.properties)
    plan = session.plan(statement.query.in_place(text))
    columns = zip(checked_names([column.name for column in plan.columns]), plan.columns, strict=True)
    schema = types.schema([(name, column.type) for name, column in columns])
    storing.refuse_if_used(context, location, f"{database}.{name}")
    catalog, files = session.iceberg.tables.catalog, session.iceberg.tables.files
    transaction = creating.staged(catalog, (database, name), schema, transforms, location, told)
    added = []
    if statement.with_data:
        named = storing.file_names(session.now)
        with session.relation(plan) as (connection, sql):
            added = writing.write(connection, sql, transaction.table_metadata, files, named)
        commits.append(transaction, added)
    creating.commit(transaction)
    urls = [file.file_path for file in added]
    made = ("CREATE", "TABLE", f"{database}.{name}")
    return _outcome(session, sum(file.record_count for file in added), urls, made)


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
    written = storing.outcome(session, storing.Stored(tuple(urls), rows, {}), changed)
    return replace(written, iceberg=True)
