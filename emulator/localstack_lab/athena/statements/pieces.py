"""The one statement of a request, between its semicolons. Standard library only.

Measured on Athena, 2026-09-26 (athena-local's measurements): a text is parted at the semicolons that are
neither in quotes nor in comments; pieces of blanks alone do not count, those of comments alone do; the blanks
round the piece that is left are no part of the statement.
"""

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.tokens import tokens

_BLANKS = " \t\r\n"


def only_statement(text: str) -> str:
    """The statement without its semicolon and the blanks round it; nothing of a text of blanks.

    :raises QueryError: MALFORMED_QUERY for more than one, and for semicolons alone
    """
    if ";" not in text:
        return text.strip(_BLANKS)
    found = min((_pieces(text, hive) for hive in (False, True)), key=len)
    if len(found) > 1:
        raise QueryError("MALFORMED_QUERY", f"Only one sql statement is allowed. Got: {text.rstrip(_BLANKS)}")
    if not found:
        raise QueryError("MALFORMED_QUERY", f"Empty sql statement: {text.rstrip(_BLANKS)}")
    return found[0]


def _pieces(text: str, hive: bool) -> list[str]:
    """:param hive: strings are as Hive writes them"""
    ends = [token.start for token in tokens(text, hive=hive) if token.kind == "sign" and token.text == ";"]
    starts = [0, *(end + 1 for end in ends)]
    parts = (text[start:end].strip(_BLANKS) for start, end in zip(starts, [*ends, len(text)], strict=True))
    return [part for part in parts if part]
