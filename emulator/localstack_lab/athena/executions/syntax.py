"""What AWS refuses of a statement before there is an execution.

The parsers are of the standard library alone, so that this happens in LocalStack's own process at once.
"""

from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.parser import parse_query
from localstack_lab.athena.statements.kinds import kind_of

_CODES = frozenset(("MALFORMED_QUERY", "INVALID_INPUT", "DATACATALOG_NOT_FOUND"))


def check_syntax(text: str, database: str, account: str, region: str) -> None:
    """Parse a statement.

    :raises ServiceException: InvalidRequestException, mostly MALFORMED_QUERY with the place in the text
    """
    try:
        if kind_of(text).is_query:
            parse_query(text)
    except QueryError as error:
        code = error.name if error.name in _CODES else "MALFORMED_QUERY"
        place = "" if error.line is None else f"line {error.line}:{error.column}: "
        raise invalid(f"{place}{error.message}", code) from error
