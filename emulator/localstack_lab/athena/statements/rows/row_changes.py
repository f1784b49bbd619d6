"""DELETE, UPDATE, MERGE, OPTIMIZE and VACUUM: refused, since only Iceberg tables take them.

https://docs.aws.amazon.com/athena/latest/ug/delete-statement.html and its neighbours
"""

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Context, is_view, refuse_iceberg
from localstack_lab.athena.statements.tree import RowChange

_HIVE = {
    "DELETE": "Modifying Hive table rows is only supported for ACID tables",
    "UPDATE": "Modifying Hive table rows is only supported for ACID tables",
    "MERGE": "Modifying Hive table rows is only supported for ACID tables",
    "OPTIMIZE": "OPTIMIZE is only supported for Iceberg tables",
    "VACUUM": "VACUUM is only supported for Iceberg tables",
}


def refusal(context: Context, statement: RowChange) -> QueryError | QueryFailed:
    """Why the statement cannot be run.

    :raises QueryFailed: for an Iceberg table
    """
    found = context.find_table(statement.name)
    if found is None:
        database, name = context.qualified(statement.name)
        return QueryError("TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{database}.{name}' does not exist", 1, 1)
    refuse_iceberg(found)
    if is_view(found):
        return QueryError("NOT_SUPPORTED", f"{statement.verb} on a view is not supported", 1, 1)
    return QueryError("NOT_SUPPORTED", _HIVE[statement.verb])
