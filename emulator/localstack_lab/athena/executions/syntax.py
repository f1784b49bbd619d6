"""What AWS refuses of a statement before there is an execution.

The parsers are of the standard library alone, so that this happens in LocalStack's own process at once.
"""

from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.check import check
from localstack_lab.athena.statements.parsing import writes
from localstack_lab.athena.statements.tree import CreateTableAs
from localstack_lab.glue.catalog import catalog

_CODES = frozenset(("MALFORMED_QUERY", "INVALID_INPUT", "DATACATALOG_NOT_FOUND"))


def check_syntax(text: str, database: str, account: str, region: str) -> None:
    """Parse a statement.

    :raises ServiceException: InvalidRequestException, mostly MALFORMED_QUERY with the place in the text
    """
    try:
        check(text, database=database, catalog=catalog(account, region))
    except RecursionError:
        return  # nested deeper than this process parses: the worker goes deeper, and tells what is wrong
    except QueryError as error:
        place = "" if error.line is None else f"line {error.line}:{error.column}: "
        code = error.name if error.name in _CODES else "MALFORMED_QUERY"
        raise invalid(f"{place}{error.message}", code) from error


def check_own_location(text: str) -> None:
    """Refuse a CTAS that names its location, for a work group that enforces its own.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-troubleshooting.html

    :raises ServiceException: InvalidRequestException
    """
    write = writes.parse(text)
    if isinstance(write, CreateTableAs) and "external_location" in write.properties:
        raise invalid(
            "The Create Table As Select query failed because it was submitted with an 'external_location' "
            "property to an Athena Workgroup that enforces a centralized output location for all queries. "
            "Please remove the 'external_location' property and resubmit the query."
        )
