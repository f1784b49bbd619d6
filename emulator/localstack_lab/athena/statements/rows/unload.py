"""UNLOAD.

https://docs.aws.amazon.com/athena/latest/ug/unload.html
"""

from typing import Any

from localstack_lab.athena.engine.contract import Outcome
from localstack_lab.athena.statements.context import Context
from localstack_lab.athena.statements.ddl.partition_names import name_of
from localstack_lab.athena.statements.hive_names import hive_type
from localstack_lab.athena.statements.rows import properties, storing
from localstack_lab.athena.statements.rows.columns import checked_names
from localstack_lab.athena.statements.tree import Unload


def run(context: Context, session: Any, statement: Unload, text: str) -> Outcome:
    """Write the rows of the query to an empty place in S3; the catalog is not touched.

    :raises QueryError: for the query, its columns, the properties, or a place that is not empty
    """
    properties.check_names(statement.properties, unload=True)
    options = properties.options(statement.properties, unload=True)
    location = storing.s3_folder(statement.target, "The target of UNLOAD")
    plan = session.plan(statement.query.in_place(text))
    names = checked_names([column.name for column in plan.columns])
    keys = properties.partitioned_by(statement.properties, names)
    columns = [(name, column.type) for name, column in zip(names, plan.columns, strict=True)]
    for _, kind in columns:
        hive_type(kind)
    storing.refuse_if_used(context, location)

    def folder(values: tuple[str, ...]) -> str:
        return f"{location}{name_of(keys, values)}/" if keys else location

    return storing.outcome(session, storing.store(session, plan, columns, len(keys), options, folder))
