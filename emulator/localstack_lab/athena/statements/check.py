"""What Athena refuses when a statement is started, before an execution exists. In LocalStack's own process.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.lexer import ParseError
from localstack_lab.athena.sql.parser import parse_expression, parse_query
from localstack_lab.athena.statements.context import is_view
from localstack_lab.athena.statements.parsing import statement as ddl
from localstack_lab.athena.statements.parsing import writes
from localstack_lab.athena.statements.parsing.cursor import DdlSyntaxError
from localstack_lab.athena.statements.parsing.trino import STATEMENTS, first_word
from localstack_lab.athena.statements.pieces import only_statement
from localstack_lab.athena.statements.tokens import tokens
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

_FIRST = {*STATEMENTS, "SELECT", "WITH", "VALUES", "TABLE", "MSCK", "OPTIMIZE", "VACUUM"}
_MALFORMED, _INPUT = "MALFORMED_QUERY", "INVALID_INPUT"


def check(text: str, *, database: str, catalog: Any) -> None:
    """Parse a statement, and look up the table of a DESCRIBE or SHOW COLUMNS.

    :param database: of the query's context
    :param catalog: the Glue Data Catalog in process
    :raises QueryError: named by AthenaErrorCode: MALFORMED_QUERY, INVALID_INPUT, DATACATALOG_NOT_FOUND
    """
    text = only_statement(text)
    first = tokens(text, most=1)[0]
    if first.kind == "end" or (first.kind == "word" and first.upper not in _FIRST):
        raise QueryError(_MALFORMED, str(first_word(text)))
    _refuse_no_tables(text)
    try:
        _parse(text, database, catalog)
    except DdlSyntaxError as error:
        name = "DATACATALOG_NOT_FOUND" if str(error).startswith("Catalog '") else _MALFORMED
        raise QueryError(name, str(error)) from error
    except ParseError as error:
        raise QueryError(_MALFORMED, str(error)) from error


def _refuse_no_tables(text: str) -> None:
    """A query that ends with FROM: measured on Athena, 2026-09-17, 2026-09-26 (athena-local's measurements).

    :raises QueryError: with one code where columns are selected, with another where none is
    """
    words = [token.upper for token in tokens(text)[:-1]]
    if words[:1] == ["SELECT"] and words[-1] == "FROM":
        code = _MALFORMED if len(words) == 2 else _INPUT
        raise QueryError(code, "Queries of this type are not supported")


def _parse(text: str, database: str, catalog: Any) -> None:
    statement = ddl.parse(text)
    if isinstance(statement, CreateView):
        parse_query(Span(statement.query, len(text)).in_place(text))
    elif isinstance(statement, ShowColumns) or (isinstance(statement, Describe) and _plain(statement)):
        try:
            found = catalog.get_table(
                DatabaseName=statement.name.database or database, Name=statement.name.table
            )
        except ServiceException as error:
            raise QueryError(
                _INPUT,
                "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; "
                "Error Code: EntityNotFoundException; Request ID: null; Proxy: null)",
            ) from error
        if statement.refused and not is_view(found["Table"]):
            raise DdlSyntaxError(statement.refused)
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
