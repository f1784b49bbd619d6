"""Queries that Athena answers without its engine: SELECT of literals alone.

Measured on Athena, 2026-09-23 and 2026-09-25 (athena-local's measurements): the files of ``SELECT 1``,
``SELECT -1.5E0 AS a, 'b' c, true`` and ``SELECT (1)`` are of the type binary/octet-stream, and their
``.metadata`` tells that nothing was written; those of ``SELECT NULL``, ``SELECT +1``, ``SELECT CAST(1 AS
BIGINT)``, ``(SELECT 1)`` and of all that has a FROM or a WHERE are as of any query.
"""

from localstack_lab.athena.statements.tokens import Token, tokens

_MOST = 256  # tokens: a longer list of literals is taken for any query


def of_literals_alone(text: str) -> bool:
    """Whether a statement is SELECT and literals, each with a name or without."""
    found = tokens(text, most=_MOST + 1)
    if found[0].upper != "SELECT" or len(found) > _MOST:
        return False
    at = 1
    while True:
        at = _item(found, at)
        if at == 0 or found[at].kind == "end":
            return at > 0
        if found[at].text != ",":
            return False
        at += 1


def _item(found: list[Token], at: int) -> int:
    """The place behind a literal and its name; 0 where there is none."""
    opened = 0
    while found[at].text == "(":
        at, opened = at + 1, opened + 1
    signed = found[at].text == "-"
    at += signed
    token = found[at]
    if token.kind != "number" and (
        signed or not (token.kind == "string" or token.upper in ("TRUE", "FALSE"))
    ):
        return 0
    at += 1
    for _ in range(opened):
        if found[at].text != ")":
            return 0
        at += 1
    named = found[at].upper == "AS"
    at += named
    if found[at].kind in ("word", "quoted") and found[at].upper not in _CLAUSES:
        return at + 1
    return 0 if named else at


_CLAUSES = {
    *(
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "WINDOW",
        "ORDER",
        "OFFSET",
        "LIMIT",
        "FETCH",
        "UNION",
        "INTERSECT",
    ),
    *("EXCEPT", "AND", "OR", "IS", "IN", "NOT", "BETWEEN", "LIKE", "AT"),
}
