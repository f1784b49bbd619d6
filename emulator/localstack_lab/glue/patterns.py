"""The patterns by which names are listed."""

import re

from localstack_lab.glue.refusals import invalid

_ANY_TEXT = re.compile(r"(?<![.\])])\*")


def pattern(expression: str | None) -> re.Pattern[str] | None:
    """A regular expression for whole names in any case; None where nothing is given.

    A ``*`` that follows no ``.``, ``]`` or ``)`` stands for any text, as in the patterns that Hive's clients
    and awswrangler send (``*orders*``).

    :raises ServiceException: InvalidInputException
    """
    if not expression:
        return None
    try:
        return re.compile(_ANY_TEXT.sub(".*", expression), re.IGNORECASE)
    except re.error as error:
        raise invalid(f"The pattern cannot be read: {error}") from error
