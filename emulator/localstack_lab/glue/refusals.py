"""Glue's errors. https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html"""

from localstack.aws.api import ServiceException

from localstack_lab.api.service import refusal


def not_found(message: str) -> ServiceException:
    """Something that the request names is not there."""
    return refusal("EntityNotFoundException", message)


def already_exists(message: str) -> ServiceException:
    """Something of that name is there."""
    return refusal("AlreadyExistsException", message)


def invalid(message: str) -> ServiceException:
    """The request makes no sense."""
    return refusal("InvalidInputException", message)


def no_database(name: str) -> ServiceException:
    """As every operation answers for a database that is not there."""
    return not_found(f"Database {name} not found.")


def no_table(name: str) -> ServiceException:
    """As operations answer that change a table or read what belongs to it; GetTable has its own words."""
    return not_found(f"Table {name} not found.")


def lacking(what: str) -> ServiceException:
    """Glue has it, this emulator does not."""
    return refusal(
        "NotImplementedException", f"{what} is not available in this emulator; nothing was done.", status=501
    )
