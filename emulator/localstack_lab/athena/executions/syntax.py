"""What AWS refuses of a statement before there is an execution.

The parsers are of the standard library alone, so that this happens in LocalStack's own process at once.
"""

from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.check import check
from localstack_lab.glue.catalog import catalog


def check_syntax(text: str, database: str, account: str, region: str) -> None:
    """Parse a statement.

    :raises ServiceException: InvalidRequestException, mostly MALFORMED_QUERY with the place in the text
    """
    try:
        check(text, database=database, catalog=catalog(account, region))
    except QueryError as error:
        place = "" if error.line is None else f"line {error.line}:{error.column}: "
        raise invalid(f"{place}{error.message}", error.name) from error
