"""From the text of a query to a plan that DuckDB can run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import Position, QueryError
from localstack_lab.athena.sql.lexer import ParseError
from localstack_lab.athena.sql.parser import parse_expression, parse_query
from localstack_lab.athena.sql.plan import HIDDEN_COLUMNS, Column, Plan, Session, TableSource
from localstack_lab.athena.sql.queries import Queries
from localstack_lab.athena.sql.statement import Statement
from localstack_lab.athena.sql.walking import walk


def analyze(
    query: str | tree.Query,
    source: TableSource,
    *,
    session: Session | None = None,
    parameters: Sequence[str] = (),
) -> Plan:
    """The plan of a query; raises `QueryError` in Trino's words for what is wrong with it.

    `parameters` are the texts of the expressions that stand for `?`, in order.
    """
    with all_in_depth():
        parsed = parse_query(query) if isinstance(query, str) else query
        queries = begin(source, session, parameters)
        sql, fields = queries.query(parsed, None)
    for each in fields:
        each.mark()
    columns = [
        Column(f.name if f.name is not None else f"_col{i}", f.type, True, *f.origin)
        for i, f in enumerate(fields)
    ]
    return finish(queries, sql, columns, parameters)


@contextmanager
def all_in_depth() -> Iterator[None]:
    """Name the error of a statement that is nested too deep."""
    try:
        yield
    except RecursionError as error:
        message = "statement is too large (stack overflow during analysis)"
        raise QueryError("STATEMENT_TOO_LARGE", message) from error


def begin(source: TableSource, session: Session | None, parameters: Sequence[str]) -> Queries:
    """The analysis of one statement, which has seen nothing of it yet."""
    session = session or Session()
    values = [parameter(p) for p in parameters]
    return Queries(Statement(source, session, values, now=session.now or datetime.now(UTC)))


def finish(queries: Queries, sql: str, columns: list[Column], parameters: Sequence[str]) -> Plan:
    """The plan of a statement whose SQL and columns are known; what they need is marked."""
    statement = queries.statement
    if parameters and statement.asked not in (0, len(parameters)):
        message = f"Incorrect number of parameters: expected {statement.asked} but found {len(parameters)}"
        raise QueryError("INVALID_PARAMETER_USAGE", message, 1, 1)
    settled = statement.settle(sql)
    for scan in statement.scans:
        order = {name: i for i, (name, _) in enumerate((*scan.info.columns, *scan.info.partition_keys))}
        scan.columns = sorted(set(scan.columns), key=lambda name: order[name])
        scan.hidden = sorted(set(scan.hidden), key=HIDDEN_COLUMNS.index)
        scan.partition_filter = queries.filter_of(scan)
    return Plan(columns, settled, statement.scans, sorted(statement.used), list(statement.tables))


def parameter(text: str) -> tree.Node:
    """What stands for a `?`: an expression without names, or else its text as a string.

    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    try:
        node = parse_expression(text)
    except ParseError:
        node = None
    if node is None or any(isinstance(n, tree.Identifier | tree.Subquery | tree.Exists) for n in walk(node)):
        return tree.Literal(Position(1, 1), "string", text)
    return node


def expression_type(text: str) -> t.Type:
    """The type of an expression that refers to no column, such as a parameter's text."""

    class Nothing:
        def table(self, database: str, name: str) -> None:
            return None

        def databases(self) -> Sequence[str]:
            return ()

        def tables(self, database: str) -> Sequence[object]:
            return ()

    return analyze(f"SELECT {text}", Nothing()).columns[0].type  # type: ignore[arg-type]
