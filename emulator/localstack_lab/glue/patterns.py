"""The patterns by which names are listed."""

import re

import regex

from localstack_lab.glue.refusals import invalid
from localstack_lab.lake import bounded

_ANY_TEXT = re.compile(r"(?<![.\])])\*")


class Names:
    """A regular expression for whole names in any case."""

    def __init__(self, expression: str) -> None:
        self._expression = bounded.Bounded(_ANY_TEXT.sub(".*", expression), regex.IGNORECASE)

    def fullmatch(self, name: str) -> bool:
        """Whether it is the pattern of a name.

        :raises ServiceException: InvalidInputException when the pattern takes too long
        """
        try:
            return self._expression.fullmatch(name)
        except bounded.TooSlow as error:
            raise invalid(str(error)) from error


def pattern(expression: str | None) -> Names | None:
    """The names that an expression asks for; None where nothing is given.

    A ``*`` that follows no ``.``, ``]`` or ``)`` stands for any text, as in the patterns that Hive's clients
    and awswrangler send (``*orders*``).

    :raises ServiceException: InvalidInputException
    """
    if not expression:
        return None
    try:
        return Names(expression)
    except regex.error as error:
        raise invalid(f"The pattern cannot be read: {error}") from error
