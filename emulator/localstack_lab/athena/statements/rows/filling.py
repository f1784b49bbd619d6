"""Which of an inserted query's columns goes where, and how it becomes the table's type.

https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
"""

from collections.abc import Callable

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.assigning import fits, stored
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tree import Insert


def filled(statement: Insert, columns: list[tuple[str, t.Type]], given: list[t.Type]) -> Callable[[str], str]:
    """A function from the query's SQL to SQL whose columns are the table's.

    :param columns: of the table, in its order
    :param given: the types of the query's columns
    :raises QueryError: COLUMN_NOT_FOUND, DUPLICATE_COLUMN_NAME, TYPE_MISMATCH
    """
    places = _filled(statement, columns, given)

    def coerced(sql: str) -> str:
        names = ", ".join(f"c{at}" for at in range(len(given)))
        selected = ", ".join(
            f"CAST(NULL AS {t.duckdb(kind)})" if at is None else stored(f"c{at}", given[at], kind)
            for at, (_, kind) in zip(places, columns, strict=True)
        )
        return f"SELECT {selected} FROM ({sql}) AS inserted({names})"

    return coerced


def _filled(statement: Insert, columns: list[tuple[str, t.Type]], given: list[t.Type]) -> list[int | None]:
    """For every column of the table, which of the query's goes there; None for a null."""
    names = [name for name, _ in columns]
    wanted = list(statement.columns) or names
    for name in wanted:
        if name not in names:
            message = f"Insert column name does not exist in target table: {name}"
            raise QueryError("COLUMN_NOT_FOUND", message, 1, 1)
        if wanted.count(name) > 1:
            raise QueryError(
                "DUPLICATE_COLUMN_NAME", f"Insert column name is specified more than once: {name}", 1, 1
            )
    targets = [dict(columns)[name] for name in wanted]
    if len(targets) != len(given) or not all(map(fits, given, targets)):
        table, query = ", ".join(map(str, targets)), ", ".join(map(str, given))
        message = f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]"
        raise QueryError("TYPE_MISMATCH", message, 1, 1)
    return [wanted.index(name) if name in wanted else None for name in names]
