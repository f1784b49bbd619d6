"""PREPARE, EXECUTE and DEALLOCATE PREPARE, taken apart; the service keeps them. Standard library only.

https://docs.aws.amazon.com/athena/latest/ug/sql-prepare.html,
https://docs.aws.amazon.com/athena/latest/ug/sql-execute.html
"""

import re
from dataclasses import dataclass

from localstack_lab.athena.statements.tokens import Token, place, tokens, unquoted

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_@:]{0,255}")


class PreparedSyntaxError(Exception):
    """The text begins as one of the three and does not go on as one: ``line 1:9: mismatched input …``."""


@dataclass(frozen=True)
class Prepare:
    """PREPARE name FROM statement."""

    name: str
    statement: str


@dataclass(frozen=True)
class Execute:
    """EXECUTE name [USING …]: `parameters` are the texts of expressions."""

    name: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Deallocate:
    """DEALLOCATE PREPARE name."""

    name: str


def parse(text: str) -> Prepare | Execute | Deallocate | None:
    """The statement, or None when it is none of the three.

    :raises PreparedSyntaxError: with Athena's text
    """
    found = tokens(text)
    first = found[0].upper
    if first == "PREPARE":
        name = _name(text, found[1])
        _expect(text, found[2], "FROM")
        if found[3].kind == "end":
            raise _mismatch(text, found[3], "a statement")
        return Prepare(name, text[found[3].start :].strip().rstrip(";").rstrip())
    if first == "EXECUTE":
        if found[1].upper == "IMMEDIATE":
            raise _mismatch(text, found[1], "<identifier>")
        name = _name(text, found[1])
        if found[2].kind == "end" or found[2].text == ";":
            return Execute(name, ())
        _expect(text, found[2], "USING")
        return Execute(name, _expressions(text, found[3:]))
    if first == "DEALLOCATE":
        _expect(text, found[1], "PREPARE")
        name = _name(text, found[2])
        if found[3].kind != "end" and found[3].text != ";":
            raise _mismatch(text, found[3], "<EOF>")
        return Deallocate(name)
    return None


def _expressions(text: str, found: list[Token]) -> tuple[str, ...]:
    parts: list[str] = []
    current: list[Token] = []
    depth = 0
    for token in found:
        ends = token.kind == "end" or (token.text == ";" and depth == 0)
        if not ends and not (token.text == "," and depth == 0):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
            current.append(token)
            continue
        if not current:
            raise _mismatch(text, token, "<expression>")
        parts.append(text[current[0].start : current[-1].end])
        current = []
        if ends:
            break
    return tuple(parts)


def _name(text: str, token: Token) -> str:
    if token.kind not in ("word", "quoted") or not _NAME.fullmatch(unquoted(token)):
        raise _mismatch(text, token, "<identifier>")
    return unquoted(token)


def _expect(text: str, token: Token, word: str) -> None:
    if token.upper != word:
        raise _mismatch(text, token, f"'{word}'")


def _mismatch(text: str, token: Token, expecting: str) -> PreparedSyntaxError:
    line, column = place(text, token.start)
    return PreparedSyntaxError(
        f"line {line}:{column + 1}: mismatched input '{token.text}'. Expecting: {expecting}"
    )
