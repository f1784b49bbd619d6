"""SHOW FUNCTIONS: the functions that this engine has.

https://trino.io/docs/current/sql/show-functions.html
"""

import csv
import os
import re
from typing import Any

from localstack_lab.athena.engine.contract import Outcome, ResultColumn
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.statements.tokens import Token, place, tokens, unquoted

_COLUMNS = ("Function", "Return Type", "Argument Types", "Function Type", "Deterministic", "Description")


def show(session: Any, text: str) -> Outcome:
    """A CSV with a row for each signature; descriptions are empty.

    :raises QueryError: SYNTAX_ERROR for what is neither ``SHOW FUNCTIONS`` nor ends in LIKE and a pattern
    """
    registry.load()
    path = os.path.join(session.request.spool, "result.csv")
    shown = _pattern(text)
    rows = sorted(
        _row(signature)
        for name, found in registry.FUNCTIONS.items()
        if shown is None or shown.fullmatch(name)
        for signature in found
    )
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
    columns = tuple(
        ResultColumn(name, "boolean", "boolean")
        if name == "Deterministic"
        else _texts(name, [row[at] for row in rows])
        for at, name in enumerate(_COLUMNS)
    )
    return Outcome(
        kind="rows", columns=columns, result_file=path, row_count=len(rows), statistics=session.statistics()
    )


def _texts(name: str, values: list[str]) -> ResultColumn:
    """A column of texts: Athena's precision is the length of the longest one."""
    most = max(map(len, values), default=0)
    return ResultColumn(name, "varchar", f"varchar({most})", precision=most, case_sensitive=True)


def _pattern(text: str) -> re.Pattern[str] | None:
    """The pattern after LIKE, None where there is none."""
    found = tokens(text)[2:]
    if found[0].kind == "end":
        return None
    escape = ""
    for at, (kind, word) in enumerate((("word", "LIKE"), ("string", ""), ("word", "ESCAPE"), ("string", ""))):
        if at == 2 and found[at].kind == "end":
            break
        if found[at].kind != kind or found[at].upper != word:
            raise _mismatched(text, found[at], word or "<string>")
        escape = unquoted(found[at]) if at == 3 else escape
    else:
        if len(escape) != 1:
            raise QueryError("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character")
        if found[4].kind != "end":
            raise _mismatched(text, found[4], "<EOF>")
    return re.compile(_regex(unquoted(found[1]), escape), re.DOTALL)


def _regex(pattern: str, escape: str) -> str:
    """LIKE's pattern as a regular expression."""
    answer, signs = "", iter(pattern)
    for sign in signs:
        if sign == escape:
            answer += re.escape(next(signs, ""))
        else:
            answer += {"%": ".*", "_": "."}.get(sign, re.escape(sign))
    return answer


def _mismatched(text: str, token: Token, expected: str) -> QueryError:
    line, column = place(text, token.start)
    message = f"mismatched input '{token.text}'. Expecting: '{expected}'"
    return QueryError("SYNTAX_ERROR", message, line, column + 1)


def _row(signature: registry.Signature) -> tuple[str, ...]:
    arguments, _, returns = signature.text.rpartition("->")
    given = re.sub(r"^\(|\)$", "", arguments.strip())
    deterministic = "true" if signature.deterministic else "false"
    return signature.name, returns.strip(), given, signature.kind, deterministic, ""
