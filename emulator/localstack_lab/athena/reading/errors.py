"""What reading a table can find wrong, named and worded as Athena does.

See https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html.
"""

from localstack_lab.athena.sql.errors import QueryError


def bad_data(message: str) -> QueryError:
    """The data are not what the table declares."""
    return QueryError("HIVE_BAD_DATA", message)


def cursor_error(message: str) -> QueryError:
    """A file cannot be read on."""
    return QueryError("HIVE_CURSOR_ERROR", message)


def lacking(what: str) -> QueryError:
    """Something that Athena reads and this emulator does not."""
    return QueryError("NOT_SUPPORTED", f"{what} is not available in this emulator")


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'
