"""What Athena refuses when a statement is started, before an execution exists. In LocalStack's own process.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.lexer import ParseError
from localstack_lab.athena.sql.parser import parse_expression, parse_query
from localstack_lab.athena.statements.parsing import statement as ddl
from localstack_lab.athena.statements.parsing import writes
from localstack_lab.athena.statements.parsing.cursor import DdlSyntaxError
from localstack_lab.athena.statements.pieces import only_statement
from localstack_lab.athena.statements.tokens import place, tokens
from localstack_lab.athena.statements.tree import (
    CreateView,
    Describe,
    Explain,
    Optimize,
    RowChange,
    ShowColumns,
    Span,
    Vacuum,
)

_MALFORMED, _INPUT = "MALFORMED_QUERY", "INVALID_INPUT"


def check(text: str, *, database: str, catalog: Any) -> None:
    """Parse a statement, and look up the table of a DESCRIBE or SHOW COLUMNS.

    :param database: of the query's context
    :param catalog: the Glue Data Catalog in process
    :raises QueryError: named by AthenaErrorCode: MALFORMED_QUERY, INVALID_INPUT, DATACATALOG_NOT_FOUND
    """
    text = only_statement(text)
    first = tokens(text, most=1)[0]
    if first.kind == "end":
        line, column = place(text, first.start)
        raise QueryError(_MALFORMED, f"line {line}:{column + 1}: mismatched input '<EOF>'")
    try:
        _parse(text, database, catalog)
    except DdlSyntaxError as error:
        name = "DATACATALOG_NOT_FOUND" if str(error).startswith("Catalog '") else _MALFORMED
        raise QueryError(name, str(error)) from error
    except ParseError as error:
        raise QueryError(_MALFORMED, str(error)) from error


def _parse(text: str, database: str, catalog: Any) -> None:
    statement = ddl.parse(text)
    if isinstance(statement, CreateView):
        parse_query(Span(statement.query, len(text)).in_place(text))
    elif isinstance(statement, ShowColumns) or (isinstance(statement, Describe) and _plain(statement)):
        try:
            catalog.get_table(DatabaseName=statement.name.database or database, Name=statement.name.table)
        except ServiceException as error:
            raise QueryError(
                _INPUT,
                "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; "
                "Error Code: EntityNotFoundException; Request ID: null; Proxy: null)",
            ) from error
    elif statement is None:
        _parse_write(text, database, catalog)


def _plain(statement: Describe) -> bool:
    return not (statement.form or statement.column or statement.partition)


def _parse_write(text: str, database: str, catalog: Any) -> None:
    write = writes.parse(text)
    if isinstance(write, Explain):
        inner = write.statement.in_place(text)
        if tokens(inner, most=1)[0].upper in ("EXPLAIN", "SHOW", "DESCRIBE", "DESC"):
            raise QueryError(_MALFORMED, "Queries of this type are not supported")
        _parse(inner, database, catalog)
    elif isinstance(write, Optimize):
        if write.where is not None:
            parse_expression(write.where.in_place(text))
    elif write is not None and not isinstance(write, RowChange | Vacuum):
        parse_query(write.query.in_place(text))
    elif write is None and tokens(text, most=1)[0].upper != "SHOW":
        parse_query(text)
